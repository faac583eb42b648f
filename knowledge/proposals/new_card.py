"""The files of a card that somebody proposes."""

from __future__ import annotations

import re
import tempfile
from dataclasses import replace
from pathlib import Path

from knowledge import skeleton
from knowledge.library import Library
from knowledge.proposals.change import NewCard
from knowledge.proposals.owners import CARD_FILE, check_head, check_text
from knowledge.proposals.splice import set_part, set_value
from knowledge.text import ANSWER, PARTS
from knowledge.text_writer import written_text
from knowledge.yaml_files import read_text

_COMMENT = re.compile(r"[ \t]+#.*$|^#.*\n?", re.MULTILINE)


def first_files(change: NewCard, library_folder: Path) -> tuple[str, dict[Path, str]]:
    """The files of a new card, as `wegwijs new-card` begins them, filled in.

    Args:
        change: The card.
        library_folder: The library that it joins.

    Returns:
        The card's id, and the content of its files by path from the library's folder.

    Raises:
        SkeletonError: A name is wrong or unknown, or the card is there already.
        LibraryError: The texts are no sound card.
    """
    library = Library.load(library_folder)
    situations = () if change.situation is None else (change.situation,)
    domain = change.domain
    if domain is None and change.topic in library.topics:
        domain = library.topics[change.topic][0].domain
    with tempfile.TemporaryDirectory(prefix="wegwijs-") as scratch:
        # Where the card would stand, so that the skeleton sees whether it is there already.
        begun = Path(scratch)
        name = ".".join([change.place, *(one.value.replace("_", "-") for one in situations)])
        if (library_folder / "topics" / (domain or "") / change.topic / name).exists():
            raise skeleton.SkeletonError(
                f"The card {change.topic}.{name} is there already; change its parts."
            )
        written = skeleton.new_card(
            replace(library, folder=begun), change.topic, change.place, domain, situations,
            change.language, change.checked_on,
        )  # fmt: skip
        folder = written[0].parent.relative_to(begun)
        # The comments say what to fill in, and it is filled in below.
        head = _COMMENT.sub("", read_text(written[0]))
    file = folder / CARD_FILE
    source = change.source
    for key, value in (
        ("id", source.id),
        ("publisher", source.publisher),
        ("title", source.title),
        ("url", str(source.url)),
        ("language", source.language),
    ):
        head = set_value(head, file, ["sources", 0, key], value)
    check_head(False, head, file)
    front = {"title": change.title, "questions": list(change.questions), "revision": 1}
    text_file = folder / f"{change.language}.md"
    text = written_text(front, {}) + change.answer + "\n"
    for part in (ANSWER, *PARTS):
        if part in change.parts:
            text = set_part(text, text_file, part, change.parts[part])
    check_text(text, text_file, {})
    return f"{change.topic}.{name}", {file: head, text_file: text}

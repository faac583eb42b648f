"""Handing texts to translators and taking them back: what is translated, and what is accepted."""

from __future__ import annotations

import re
import tempfile
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from knowledge.cards import Card, load_card_text
from knowledge.errors import LibraryError, WegwijsError
from knowledge.library import Library
from knowledge.plans import Passage, load_passage_text
from knowledge.text import PLACEHOLDER, Block, parse_parts, split_front_matter
from knowledge.text_writer import write_whole, written_text
from knowledge.yaml_files import read_text, read_yaml

Owner = Card | Passage


class TranslationError(WegwijsError):
    """A translation that cannot be taken, with every reason."""

    def __init__(self, reasons: list[str]) -> None:
        self.reasons = reasons
        shown = "\n".join(f"  {reason}" for reason in reasons[:30])
        more = f"\n  … and {len(reasons) - 30} more" if len(reasons) > 30 else ""
        super().__init__(f"Nothing was written; {len(reasons)} thing(s) are wrong:\n{shown}{more}")


@dataclass(frozen=True)
class Segment:
    """One piece of a text that is translated by itself.

    Attributes:
        id: `title`, `question-1`, or part, block and item, such as `steps-1-3`.
        text: The words, with placeholders and the asterisks around local words.
        translation: What stands in the translation now; None when nothing does.
    """

    id: str
    text: str
    translation: str | None = None


@dataclass(frozen=True)
class Job:
    """The text of one card or passage, as a translator gets it and gives it back.

    Attributes:
        owner: Id of the card or passage.
        source: Language of the original.
        revision: Revision of the original that it was made from.
        segments: Its pieces.
    """

    owner: str
    source: str
    revision: int
    segments: tuple[Segment, ...]


def jobs(library: Library, language: str, everything: bool = False) -> list[Job]:
    """What there is to translate into a language.

    Args:
        library: The library.
        language: The language to translate into.
        everything: Also texts whose translation is up to date.

    Returns:
        A job for each card and passage whose text in this language is missing or behind its
        original, with what is there of it so far.
    """
    found = []
    owners: list[Owner] = [*library.cards.values(), *library.passages.values()]
    for owner in owners:
        source = _source(owner)
        if source is None or source == language:
            continue
        there = owner.texts.get(language)
        revision = _revision(owner, source)
        if there is not None and there.revision >= revision and not everything:
            continue
        old = dict(_pieces(there.file)) if there is not None else {}
        segments = tuple(
            Segment(name, words, old.get(name)) for name, words in _pieces(owner.texts[source].file)
        )
        found.append(Job(owner.id, source, revision, segments))
    return found


def take_back(
    library: Library, language: str, translated: list[Job], reviewer: str | None
) -> list[Path]:
    """Write translations into the library, all of them or none.

    Args:
        library: The library that they were made from, as it is now.
        language: The language that they are in.
        translated: What the translator gave back: `text` is the original that was translated.
        reviewer: Who speaks the language and stands for the texts; None when nobody checked them.

    Returns:
        The files that were written.

    Raises:
        TranslationError: With everything that is wrong: an unknown card, an original that
            changed without a new revision, a piece without a translation, a lost placeholder.
    """
    reasons: list[str] = []
    ready: list[tuple[Path, str]] = []
    for job in translated:
        owner = library.cards.get(job.owner) or library.passages.get(job.owner)
        source = _source(owner) if owner is not None else None
        if owner is None or source is None or source == language:
            reasons.append(f"{job.owner}: there is no card or passage to translate by this id.")
            continue
        wrong = [f"{job.owner}: {reason}" for reason in _wrong(job, owner, source)]
        if wrong:
            reasons += wrong
            continue
        file = owner.texts[source].file.with_name(f"{language}.md")
        text = _text(job, owner, source, reviewer)
        reasons += _unreadable(text, file, owner)
        ready.append((file, text))
    if reasons:
        raise TranslationError(reasons)
    for file, text in ready:
        write_whole(file, text)
    return [file for file, _ in ready]


def _source(owner: Owner) -> str | None:
    """The language of the original."""
    if isinstance(owner, Card):
        return owner.original
    return next((code for code, text in owner.texts.items() if text.translated_from is None), None)


def _revision(owner: Owner, source: str) -> int:
    return owner.revision if isinstance(owner, Card) else owner.texts[source].revision


def _pieces(file: Path) -> Iterator[tuple[str, str]]:
    """The pieces of a text file by id, with their marks."""
    front, parts = _read(file)
    yield "title", str(front["title"])
    for number, question in enumerate(front["questions"], 1):
        yield f"question-{number}", str(question)
    for part, blocks in parts.items():
        for at, block in enumerate(blocks, 1):
            if block.items:
                for number, item in enumerate(block.items, 1):
                    yield f"{part}-{at}-{number}", item
            else:
                yield f"{part}-{at}", block.text


def _read(file: Path) -> tuple[Mapping[str, Any], dict[str, tuple[Block, ...]]]:
    head, body, first = split_front_matter(read_text(file), file)
    return read_yaml(head, file, 2), parse_parts(body, file, first, marks=True)


def _wrong(job: Job, owner: Owner, source: str) -> Iterator[str]:
    """What is wrong with the pieces that came back."""
    ours = dict(_pieces(owner.texts[source].file))
    newest = _revision(owner, source)
    if job.revision > newest:
        yield f"it names revision {job.revision}, and the original is at {newest}."
        return
    given = {segment.id: segment for segment in job.segments}
    if job.revision == newest:
        changed = [name for name, words in ours.items()
                   if name in given and given[name].text != words]  # fmt: skip
        if changed or given.keys() != ours.keys():
            where = changed or sorted(given.keys() ^ ours.keys())
            yield (
                f"the original changed since the export (in {where[0]}), and its revision did "
                "not. Raise the revision of the original, or export it again."
            )
            return
    for name, segment in given.items():
        if not (segment.translation or "").strip():
            yield f"{name} has no translation."
            continue
        wanted = _placeholders(segment.text)
        there = _placeholders(segment.translation or "")
        if lost := sorted((wanted - there).elements()):
            yield f"{name} lost {{{lost[0]}}}; put it back into the translation."
        elif more := sorted((there - wanted).elements()):
            yield f"{name} has {{{more[0]}}}, which the original does not name there."


def _placeholders(text: str) -> Counter[str]:
    return Counter(match[1] for match in PLACEHOLDER.finditer(text))


def _text(job: Job, owner: Owner, source: str, reviewer: str | None) -> str:
    """The whole file, in the shape of the original that was translated."""
    given = {segment.id: " ".join((segment.translation or "").split()) for segment in job.segments}
    front = {
        "title": given["title"],
        "questions": [words for name, words in given.items() if name.startswith("question-")],
        "revision": job.revision,
        "translated_from": source,
        "reviewed_by": reviewer,
    }
    _, parts = _read(owner.texts[source].file)
    shaped: dict[str, tuple[Block, ...]] = {}
    for part in parts:
        shaped[part] = tuple(_blocks(part, given, parts[part]))
    return written_text(front, {part: blocks for part, blocks in shaped.items() if blocks})


def _blocks(part: str, given: Mapping[str, str], shape: tuple[Block, ...]) -> Iterator[Block]:
    """The blocks of a part. An older revision may have had fewer or more of them."""
    numbers = sorted(
        {int(match[1]) for name in given if (match := re.match(rf"{part}-(\d+)", name))}
    )
    for number in numbers:
        items = [words for name, words in given.items() if name.startswith(f"{part}-{number}-")]
        if items:
            kind = shape[number - 1].kind if number <= len(shape) else "list"
            yield Block(kind=kind if kind in ("list", "steps") else "list", items=tuple(items))
        else:
            yield Block(kind="text", text=given[f"{part}-{number}"])


def _unreadable(text: str, file: Path, owner: Owner) -> list[str]:
    """What the loader would say of the file, which stands nowhere yet."""
    with tempfile.TemporaryDirectory(prefix="wegwijs-") as scratch:
        trial = Path(scratch) / file.name
        trial.write_text(text, encoding="utf-8")
        try:
            if isinstance(owner, Card):
                load_card_text(trial, owner.facts)
            else:
                load_passage_text(trial)
        except LibraryError as error:
            return [f"{owner.id}: {problem.message}" for problem in error.problems]
    return []

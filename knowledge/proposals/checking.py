"""What `wegwijs check` says of a change before it is made."""

from __future__ import annotations

import tempfile
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

from knowledge.checks import questions
from knowledge.checks.finding import Context, Finding
from knowledge.checks.run import check_library, ordered
from knowledge.errors import LibraryError
from knowledge.library import Library
from knowledge.proposals.edits import FileEdits, draft_folder


@dataclass(frozen=True)
class Checked:
    """What was found; files are named from the library's folder.

    Attributes:
        in_changed: Findings in the files that change, old and new.
        new: Findings, in any file, that only the change brings.
        gone: Findings, in any file, that the change mends.
    """

    in_changed: tuple[Finding, ...]
    new: tuple[Finding, ...]
    gone: tuple[Finding, ...]


def check_edits(
    edits: FileEdits,
    draft: Library | None = None,
    present: Library | None = None,
    today: date | None = None,
) -> Checked:
    """Check the library as it would be.

    Only the cards that change are checked, with what can be wrong between them and others: the
    rest of the library reads as before.

    Args:
        edits: The edits.
        draft: The library with the edits; None to make and read it.
        present: The library without them; None to read it.
        today: The day of the check.

    Returns:
        The findings. A draft that cannot be loaded has one for each problem.
    """
    present = present or Library.load(edits.folder)
    if draft is not None:
        return _compared(edits, draft, present, today)
    with tempfile.TemporaryDirectory(prefix="wegwijs-") as scratch:
        folder = draft_folder(edits, Path(scratch) / "library")
        try:
            return _compared(edits, Library.load(folder), present, today)
        except LibraryError as error:
            broken = tuple(
                _from(folder, Finding(one.file, one.line, one.message, "library"))
                for one in error.problems
            )
            return Checked(tuple(_of(edits, broken)), broken, ())


def _compared(edits: FileEdits, draft: Library, present: Library, today: date | None) -> Checked:
    folders = {Path(file.path).parent for file in edits.files}
    after = _findings(draft, folders, today or date.today())
    before = _findings(present, folders, today or date.today())
    return Checked(
        tuple(_of(edits, after)), tuple(_without(after, before)), tuple(_without(before, after))
    )


def _findings(library: Library, folders: set[Path], today: date) -> list[Finding]:
    """Findings in the cards of these folders, in layers over them, and between all questions."""
    inside = {library.folder / folder for folder in folders}
    layers = {
        key: layer
        for key, layer in library.layers.items()
        if layer.folder in inside or library.cards[layer.overrides].folder in inside
    }
    below = {card_id for card_id, _ in layers}
    cards = {
        card.id: card
        for card in library.cards.values()
        if card.folder in inside or card.id in below
    }
    changed = replace(library, cards=cards, layers=layers, passages={}, official={})
    found = check_library(changed, today)
    between = questions.check(Context(library, today))
    return [_from(library.folder, one) for one in ordered([*{*found, *between}])]


def _from(folder: Path, finding: Finding) -> Finding:
    """The finding with its file named from the library's folder."""
    file = finding.file
    message = finding.message.replace(f"{folder}/", "")
    inside = file.relative_to(folder) if file.is_relative_to(folder) else file
    return replace(finding, file=inside, message=message)


def _of(edits: FileEdits, findings: list[Finding] | tuple[Finding, ...]) -> Iterator[Finding]:
    return (one for one in findings if one.file.as_posix() in edits.texts)


def _without(findings: list[Finding], others: list[Finding]) -> Iterator[Finding]:
    """Findings that the others lack; on which line they stand does not matter."""
    left = Counter((one.check, one.file, one.message) for one in others)
    for one in findings:
        key = (one.check, one.file, one.message)
        if left[key]:
            left[key] -= 1
        else:
            yield one

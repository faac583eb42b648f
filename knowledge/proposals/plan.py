"""Working out what a proposed change does to the files of the library."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path
from typing import Any

from knowledge.cards import Front
from knowledge.errors import LibraryError, Problem
from knowledge.facts import NUMERIC, Fact, FactKind
from knowledge.places import fold
from knowledge.proposals.change import (
    AddQuestion,
    Change,
    MoveQuestion,
    NewCard,
    NewSource,
    ReviewTranslation,
    SetFact,
    WordPart,
)
from knowledge.proposals.edits import FileEdit, FileEdits
from knowledge.proposals.errors import ProposalError
from knowledge.proposals.new_card import first_files
from knowledge.proposals.owners import Owner, check_head, check_text, find_owner
from knowledge.proposals.splice import (
    add_item,
    edit_front,
    part_text,
    remove_key,
    set_part,
    set_value,
)
from knowledge.text import placeholders, split_front_matter
from knowledge.yaml_files import parse, read_text

_NUMBER = re.compile(r"-?\d+(?:[.,]\d{1,2})?")


def plan(change: Change, library_folder: Path) -> FileEdits:
    """Work out what a change does, without writing anything.

    Args:
        change: The change.
        library_folder: The library, read from disk as it is now.

    Returns:
        The new content of every file that changes; all other lines of these files stay as they
        are.

    Raises:
        ProposalError: The change cannot be made; says what to mend.
        LibraryError: What would be written is no sound card; names the file and the line.
    """
    new: dict[Path, str] = {}
    if isinstance(change, NewCard):
        owner_name, new = first_files(change, library_folder)
    elif isinstance(change, MoveQuestion):
        owner_name = change.to_card
        new = _moved(change, library_folder)
    else:
        layer = None if isinstance(change, AddQuestion) else change.layer
        owner = find_owner(library_folder, change.card, layer)
        owner_name = owner.name
        if isinstance(change, WordPart):
            new = _worded(change, owner)
        elif isinstance(change, AddQuestion):
            file = owner.text_file(change.language)
            new = {file: _with_question(owner, file, change.question)}
        elif isinstance(change, SetFact):
            new = {owner.head_file: _with_fact(change, owner)}
        else:
            new = _reviewed(change, owner)
    files = []
    for path, text in sorted(new.items()):
        old = read_text(library_folder / path) if (library_folder / path).exists() else None
        if text != old:
            files.append(FileEdit(path.as_posix(), old, text))
    if not files:
        raise ProposalError(f"This changes nothing: {owner_name} says so already.")
    return FileEdits(library_folder, tuple(files), owner_name)


def _worded(change: WordPart, owner: Owner) -> dict[Path, str]:
    """New wording of a part."""
    file = owner.text_file(change.language)
    before = owner.read(file)
    text = _with_part(owner, file, before, change.part, change.text, change.language)
    if text == before:
        return {}
    if change.language != owner.head.original:
        # Whoever checked the old words did not see the new ones.
        return {file: _standing(owner, file, text, change.reviewer, change.day, change.up_to_date)}
    if change.same_meaning:
        return {file: text}
    revision = owner.head.revision + 1
    head = set_value(owner.read(owner.head_file), owner.head_file, ["revision"], revision)
    check_head(owner.is_layer, head, owner.head_file)
    text = edit_front(text, file, lambda front: set_value(front, file, ["revision"], revision))
    return {file: text, owner.head_file: head}


def _with_part(owner: Owner, file: Path, text: str, part: str, words: str, language: str) -> str:
    """A text with a new part, once it is known that the part is sound and nothing else moved."""
    before = check_text(text, file, owner.facts, owner.is_layer)
    new = set_part(text, file, part, words)
    after = check_text(new, file, owner.facts, owner.is_layer)
    if {**before, part: ()} != {**after, part: ()} or not after.get(part):
        message = f"the part {part} holds a heading; write paragraphs and lists only."
        raise LibraryError([Problem(file, 0, message)])
    if language != owner.head.original:
        _same_facts(owner, file, part, words)
    return new


def _same_facts(owner: Owner, file: Path, part: str, words: str) -> None:
    """Refuse a translation that loses a fact of its original, or names one more."""
    source = owner.text_file(owner.head.original)
    original = part_text(owner.read(source), source, part)
    if original is None:
        message = f"the original, {source.name}, has no part {part}; add it there first."
        raise LibraryError([Problem(file, 0, message)])
    wanted, there = placeholders(original), placeholders(words)
    problems = [
        Problem(file, 0, f"the part {part} lost {{{name}}}; it stands in {source.name}.")
        for name in sorted(wanted - there)
    ]
    problems += [
        Problem(file, 0, f"the part {part} names {{{name}}}, which {source.name} does not.")
        for name in sorted(there - wanted)
    ]
    if problems:
        raise LibraryError(problems)


def _standing(
    owner: Owner, file: Path, text: str, reviewer: str | None, day: date | None, newest: bool
) -> str:
    """A translation with who checked it, and the revision of the original that it renders."""

    def edit(front: str) -> str:
        note = f"on {day}" if reviewer and day else ""
        if reviewer or "reviewed_by:" in front:
            front = set_value(front, file, ["reviewed_by"], reviewer, note)
        if newest:
            front = set_value(front, file, ["revision"], owner.head.revision)
        return front

    return edit_front(text, file, edit)


def _reviewed(change: ReviewTranslation, owner: Owner) -> dict[Path, str]:
    """A translation that was checked, with its corrections."""
    if change.language == owner.head.original:
        raise ProposalError(
            f"{change.language} is the language that {owner.name} was written in; only "
            "translations are checked so."
        )
    file = owner.text_file(change.language)
    text = owner.read(file)
    for part, words in change.parts.items():
        text = _with_part(owner, file, text, part, words, change.language)
    if change.title is not None:
        if owner.is_layer:
            raise ProposalError(f"{owner.name} has no title of its own; correct that of the card.")
        title = change.title
        text = edit_front(text, file, lambda front: set_value(front, file, ["title"], title))
    text = _standing(owner, file, text, change.reviewer, change.day, change.up_to_date)
    check_text(text, file, owner.facts, owner.is_layer)
    return {file: text}


def _with_question(owner: Owner, file: Path, question: str) -> str:
    """A text with one more question."""
    text = owner.read(file)
    if fold(question) in map(fold, _questions(text, file)):
        raise ProposalError(f"{owner.name} has the question {question!r} already.")
    new = edit_front(text, file, lambda front: add_item(front, file, ["questions"], question))
    check_text(new, file, owner.facts)
    return new


def _moved(change: MoveQuestion, library: Path) -> dict[Path, str]:
    """A question that leaves one card for another."""
    to = find_owner(library, change.to_card)
    to_file = to.text_file(change.language)
    losing = _losing(change, library, to)
    new: dict[Path, str] = {}
    wanted = fold(change.question)
    for file in losing:
        text = read_text(library / file)
        questions = _questions(text, file)
        if len(questions) == 1:
            message = "this is its only question; add another one first."
            raise LibraryError([Problem(file, 0, message)])
        at = next(number for number, one in enumerate(questions) if fold(one) == wanted)
        new[file] = edit_front(
            text, file, lambda front, at=at, file=file: remove_key(front, file, ["questions", at])
        )
    if wanted not in map(fold, _questions(to.read(to_file), to_file)):
        new[to_file] = _with_question(to, to_file, change.question)
    return new


def _losing(change: MoveQuestion, library: Path, to: Owner) -> list[Path]:
    """The texts that lose the question."""
    wanted = fold(change.question)
    if change.from_card is not None:
        if change.from_card == change.to_card:
            raise ProposalError("The question stands in this card; name another one to move it to.")
        owner = find_owner(library, change.from_card)
        file = owner.text_file(change.language)
        if wanted not in map(fold, _questions(owner.read(file), file)):
            raise ProposalError(f"{change.from_card} does not have the question in this language.")
        return [file]
    found = []
    for path in sorted((library / "topics").glob(f"*/*/*/{change.language}.md")):
        file = path.relative_to(library)
        # The cards of one topic answer the same question, each for its place.
        if file.parts[2] == to.folder.parts[2] or not (path.parent / "card.yml").is_file():
            continue
        # Reading every text as YAML would take a second.
        text = read_text(path)
        if wanted in fold(text) and wanted in map(fold, _questions(text, file)):
            found.append(file)
    return found


def _questions(text: str, file: Path) -> tuple[str, ...]:
    head, _, _ = split_front_matter(text, file)
    return parse(Front, head, file, first_line=2).questions


def _with_fact(change: SetFact, owner: Owner) -> str:
    """The head file with a new value."""
    head, file = owner.head, owner.head_file
    fact = head.facts.get(change.fact)
    if fact is None:
        known = ", ".join(sorted(head.facts)) or "none"
        raise ProposalError(f"{owner.name} has no fact {change.fact!r}; it has: {known}.")
    at = ["facts", change.fact]
    text = set_value(owner.read(file), file, [*at, "value"], _value(change, fact))
    if change.unit is not None:
        text = set_value(text, file, [*at, "unit"], change.unit)
    source = fact.source
    if isinstance(change.source, NewSource):
        source = change.source.id
        if source in {one.id for one in head.sources}:
            raise ProposalError(f"{owner.name} has a source {source!r}; give the new one a name.")
        text = add_item(text, file, ["sources"], new_source(change.source, change.checked_on))
    elif change.source is not None:
        source = change.source
    if source != fact.source:
        text = set_value(text, file, [*at, "source"], source)
    for key, day in (("valid_from", change.valid_from), ("valid_until", change.valid_until)):
        text = (
            remove_key(text, file, [*at, key])
            if day is None
            else set_value(text, file, [*at, key], day)
        )
    ids = [one.id for one in check_head(owner.is_layer, text, file).sources]
    if source in ids:
        return set_value(
            text, file, ["sources", ids.index(source), "checked_on"], change.checked_on
        )
    # A layer may name a source of its card, whose own day is not the layer's to change.
    if owner.is_layer and source == fact.source:
        return text
    raise ProposalError(f"{owner.name} has no source {source!r}; it has: {', '.join(ids)}.")


def _value(change: SetFact, fact: Fact) -> Any:
    """The value that was written, as the fact's kind needs it."""
    written = change.value
    if fact.kind is FactKind.DATE:
        try:
            return date.fromisoformat(written)
        except ValueError as error:
            raise ProposalError(f"{written!r} is no day; write it as 2027-03-04.") from error
    if fact.kind not in NUMERIC:
        return written
    # "1.000" is a thousand to some readers and one to others.
    if not _NUMBER.fullmatch(written):
        raise ProposalError(
            f"{written!r} is no number; write digits, and at most two behind a point: 1250.50."
        )
    number = float(written.replace(",", "."))
    return int(number) if number == int(number) else number


def new_source(source: NewSource, checked_on: date) -> dict[str, str | int | float | date | None]:
    """A source as a card's file lists it."""
    return {
        "id": source.id,
        "publisher": source.publisher,
        "title": source.title,
        "url": str(source.url),
        "language": source.language,
        "checked_on": checked_on,
    }

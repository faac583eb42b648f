"""Cards: one question that a newcomer has, for one place; loading and checking them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from datetime import date
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, HttpUrl

from knowledge.errors import LibraryError, Problem
from knowledge.facts import Fact
from knowledge.layout import load_texts, misplaced
from knowledge.text import ANSWER, Block, Words, parse_parts, placeholders, split_front_matter
from knowledge.yaml_files import load_yaml, parse, read_text

TO_WRITE = "TO-WRITE"
"""Marks what a new card still lacks: no reader must ever see it."""


class Situation(StrEnum):
    """Who the person is before the law, where that decides the answer."""

    ASYLUM_SEEKER = "asylum_seeker"
    PROTECTION_STATUS = "protection_status"
    TEMPORARY_PROTECTION = "temporary_protection"
    FAMILY = "family"
    WORKER = "worker"
    EU_CITIZEN = "eu_citizen"
    STUDENT = "student"
    NO_PAPERS = "no_papers"


class Source(BaseModel):
    """A page that a fact or card rests on.

    Attributes:
        checked_on: The day on which a person compared the card with it.
        copy_date: Age of the stored copy that was read, when it was not the live page.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: str
    publisher: str
    title: str
    url: HttpUrl
    language: str
    checked_on: date
    copy_date: Annotated[str, BeforeValidator(str)] | None = None


class Front(BaseModel):
    """The front matter of a text: its title, the questions that it answers, and its standing."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    title: Words
    questions: tuple[Words, ...] = Field(min_length=1)
    revision: int = Field(ge=1)
    translated_from: str | None = None
    reviewed_by: str | None = None


class CardText(Front):
    """A card in one language."""

    language: str
    parts: dict[str, tuple[Block, ...]]
    file: Path

    @property
    def answer(self) -> tuple[Block, ...]:
        """The short answer."""
        return self.parts[ANSWER]

    @property
    def unreviewed(self) -> bool:
        """Whether this is a translation that no speaker of the language has checked."""
        return self.translated_from is not None and self.reviewed_by is None


class CardFile(BaseModel):
    """What `card.yml` holds."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: str
    domain: str
    topic: str
    place: str
    situations: tuple[Situation, ...] = ()
    original: str
    revision: int = Field(ge=1)
    checked_on: date
    check_again_by: date
    related: tuple[str, ...] = ()
    sources: tuple[Source, ...] = Field(min_length=1)
    facts: dict[str, Fact] = Field(default_factory=dict)


class Card(CardFile):
    """A card with its texts.

    Attributes:
        texts: By language.
        folder: Where it was read from.
    """

    texts: dict[str, CardText]
    folder: Path

    def best_text(self, reading_order: Iterable[str]) -> CardText:
        """The text in the first of these languages that the card has."""
        for language in reading_order:
            if language in self.texts:
                return self.texts[language]
        return self.texts[self.original]

    def overdue(self, today: date) -> bool:
        """Whether the card should have been checked again before `today`."""
        return self.check_again_by < today


def load_cards(folder: Path, languages: Iterable[str]) -> list[Card]:
    """Read every card below `topics/`.

    Args:
        folder: The folder `topics`.
        languages: Codes of the languages that texts may have.

    Returns:
        Cards, ordered by id.

    Raises:
        LibraryError: With every problem in every card.
    """
    cards: list[Card] = []
    pattern = "<domain>/<topic>/<place>"
    problems = misplaced(folder, "card.yml", pattern, other_heads=("layer.yml",))
    known = set(languages)
    files = sorted(folder.glob("*/*/*/card.yml"))
    for file in files:
        try:
            cards.append(_load_card(file, known))
        except LibraryError as error:
            problems += error.problems
    counts = Counter(card.id for card in cards)
    # A card that is wrong is there all the same.
    ids = {f"{file.parent.parent.name}.{file.parent.name}" for file in files}
    for card in cards:
        file = card.folder / "card.yml"
        if counts[card.id] > 1:
            problems.append(Problem(file, 1, f"id: {card.id!r} is used by another card too."))
        problems += [
            Problem(file, 0, f"related: there is no card {related!r}.")
            for related in card.related
            if related not in ids
        ]
    if problems:
        raise LibraryError(problems)
    return sorted(cards, key=lambda card: card.id)


def _load_card(file: Path, languages: set[str]) -> Card:
    folder = file.parent
    head = load_yaml(CardFile, file)
    problems = [
        Problem(unwritten, number, f"{TO_WRITE} still stands here; write it, or delete the card.")
        for unwritten in (file, *sorted(folder.glob("*.md")))
        for number, line in enumerate(read_text(unwritten).split("\n"), 1)
        if TO_WRITE in line
    ]
    problems += [Problem(file, 1, message) for message in _folder_mismatches(head, folder)]
    source_ids = {source.id for source in head.sources}
    problems += [
        Problem(file, 0, f"facts.{name}.source: there is no source {fact.source!r} in this card.")
        for name, fact in head.facts.items()
        if fact.source not in source_ids
    ]
    texts, wrong = load_texts(folder, languages, lambda text: load_card_text(text, head.facts))
    problems += wrong
    if head.original not in texts and not problems:
        message = f"original: the file {head.original}.md is missing."
        problems.append(Problem(file, 0, message))
    if problems:
        raise LibraryError(problems)
    return Card(**dict(head), texts=texts, folder=folder)


def _folder_mismatches(head: CardFile, folder: Path) -> list[str]:
    """The folders repeat what the card says of itself; a card in the wrong folder is a mistake."""
    messages = []
    if folder.parent.name != head.topic:
        messages.append(f"topic: {head.topic!r} stands in the folder {folder.parent.name!r}.")
    if folder.parent.parent.name != head.domain:
        other = folder.parent.parent.name
        messages.append(f"domain: {head.domain!r} stands in the folder {other!r}.")
    if folder.name.split(".")[0] != head.place:
        messages.append(f"place: {head.place!r} stands in the folder {folder.name!r}.")
    if head.id != f"{head.topic}.{folder.name}":
        messages.append(f"id: must be {head.topic}.{folder.name}, as the folders say.")
    return messages


def load_card_text(file: Path, facts: dict[str, Fact]) -> CardText:
    """Read one text of a card.

    Args:
        file: The file, named after its language.
        facts: The facts that it may name.

    Returns:
        The text.

    Raises:
        LibraryError: With every problem in it.
    """
    front_matter, body, body_line = split_front_matter(read_text(file), file)
    front = parse(Front, front_matter, file, first_line=2)
    parts = parse_parts(body, file, body_line)
    problems = []
    for offset, line in enumerate(body.split("\n")):
        for name in sorted(placeholders(line) - facts.keys()):
            message = f"{{{name}}} is not a fact of card.yml; correct the name or add the fact."
            problems.append(Problem(file, body_line + offset, message))
    if problems:
        raise LibraryError(problems)
    values: dict[str, Any] = dict(front)
    return CardText(**values, language=file.stem, parts=parts, file=file)

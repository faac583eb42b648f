"""Plan passages: what an official plan says, in our own words; loading and checking them."""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, HttpUrl

from knowledge.cards import Front
from knowledge.errors import LibraryError, Problem
from knowledge.layout import load_texts, misplaced
from knowledge.text import Block, Words, parse_parts, placeholders, split_front_matter
from knowledge.yaml_files import load_yaml, parse, read_text

WordsByLanguage = Annotated[dict[str, Words], Field(min_length=1)]


class Standing(StrEnum):
    """What kind of statement a passage is: a proposal must never be read as law."""

    LAW = "law"
    PROPOSAL = "proposal"
    PLAN = "plan"
    ADVICE = "advice"
    FIGURE = "figure"


class PlanDocument(BaseModel):
    """One official text.

    Attributes:
        level: The place whose plan it is: `eu`, `netherlands` or `flanders`.
        status: Whether it is in force.
        note: What a reader must know of it, by language.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: str
    title: WordsByLanguage
    short_title: WordsByLanguage
    publisher: str
    reference: str | None = None
    celex: str | None = None
    year: int
    level: str
    status: Literal["in_force", "expired", "proposal", "unknown"]
    note: WordsByLanguage
    url: HttpUrl | None = None


class PassageFile(BaseModel):
    """What `passage.yml` holds."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: str
    document: str
    section: str
    section_title: WordsByLanguage
    lines: str
    domain: str
    level: str
    standing: Standing
    year: int


class PassageText(Front):
    """A passage in one language."""

    language: str
    blocks: tuple[Block, ...]
    file: Path

    @property
    def unreviewed(self) -> bool:
        """Whether this is a translation that no speaker of the language has checked."""
        return self.translated_from is not None and self.reviewed_by is None


class Passage(PassageFile):
    """A passage with its texts, by language."""

    texts: dict[str, PassageText]

    def best_text(self, reading_order: Iterable[str]) -> PassageText:
        """The text in the first of these languages that the passage has."""
        for language in reading_order:
            if language in self.texts:
                return self.texts[language]
        return next(iter(self.texts.values()))


def in_language(words: dict[str, str], reading_order: Iterable[str]) -> str:
    """The words in the first of these languages that has them."""
    for language in reading_order:
        if language in words:
            return words[language]
    return next(iter(words.values()))


def load_plans(
    folder: Path, languages: Iterable[str]
) -> tuple[dict[str, PlanDocument], list[Passage]]:
    """Read every document and passage below `plans/`.

    Args:
        folder: The folder `plans`.
        languages: Codes of the languages that texts may have.

    Returns:
        Documents by id, and passages ordered by id.

    Raises:
        LibraryError: With every problem in every file.
    """
    documents: dict[str, PlanDocument] = {}
    passages: list[Passage] = []
    problems = [
        *misplaced(folder, "document.yml", "<document>", texts=False),
        *misplaced(folder, "passage.yml", "<document>/<passage>"),
    ]
    known = set(languages)
    files = sorted(folder.glob("*/document.yml"))
    # A document that is wrong is there all the same.
    document_ids = {file.parent.name for file in files}
    for file in files:
        try:
            document = load_yaml(PlanDocument, file)
            if document.id != file.parent.name:
                problems.append(Problem(file, 1, f"id: must be {file.parent.name!r}."))
            documents[document.id] = document
        except LibraryError as error:
            problems += error.problems
    for file in sorted(folder.glob("*/*/passage.yml")):
        try:
            passages.append(_load_passage(file, document_ids, known))
        except LibraryError as error:
            problems += error.problems
    if problems:
        raise LibraryError(problems)
    return documents, sorted(passages, key=lambda passage: passage.id)


def _load_passage(file: Path, documents: set[str], languages: set[str]) -> Passage:
    folder = file.parent
    head = load_yaml(PassageFile, file)
    problems = []
    expected = f"{folder.parent.name}.{folder.name}"
    if head.id != expected:
        problems.append(Problem(file, 1, f"id: must be {expected!r}, as the folders say."))
    if head.document not in documents:
        problems.append(Problem(file, 1, f"document: there is no {head.document}/document.yml."))
    elif head.document != folder.parent.name:
        message = f"document: must be {folder.parent.name!r}, as the folders say."
        problems.append(Problem(file, 1, message))
    texts, wrong = load_texts(folder, languages, load_passage_text)
    problems += wrong
    if not texts and not problems:
        problems.append(Problem(file, 0, "the passage has no text; add en.md or nl.md."))
    if problems:
        raise LibraryError(problems)
    return Passage(**dict(head), texts=texts)


def load_passage_text(file: Path) -> PassageText:
    """Read one text of a passage; raises `LibraryError` with every problem in it."""
    front_matter, body, body_line = split_front_matter(read_text(file), file)
    front = parse(Front, front_matter, file, first_line=2)
    parts = parse_parts(body, file, body_line)
    if len(parts) > 1:
        raise LibraryError([Problem(file, body_line, "a passage has no parts, only its text.")])
    problems = [
        Problem(file, body_line + offset, "a passage has no facts; write {" + name + "} in words.")
        for offset, line in enumerate(body.split("\n"))
        for name in sorted(placeholders(line))
    ]
    if problems:
        raise LibraryError(problems)
    values: dict[str, Any] = dict(front)
    (blocks,) = parts.values()
    return PassageText(**values, language=file.stem, blocks=blocks, file=file)

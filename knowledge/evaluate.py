"""Measuring answers on a set of questions of which the right answers are known."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from pydantic import BaseModel, ConfigDict, ValidationError

from knowledge.errors import LibraryError, Problem
from knowledge.library import Library
from knowledge.yaml_files import read_text

OWN_QUESTIONS = Path(__file__).resolve().parent / "evaluation" / "questions.jsonl"
"""The question set that Wegwijs is measured on."""


class PassageRef(BaseModel):
    """A place in a plan document."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    document: str
    section: str


class Expectation(BaseModel):
    """What is right: any of these cards, passages or statuses."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    cards: tuple[str, ...] = ()
    passages: tuple[PassageRef, ...] = ()
    statuses: tuple[str, ...] = ()


class Question(BaseModel):
    """A line of a question set."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: str
    language: str
    text: str
    place: str | None = None
    expect: Expectation


@dataclass(frozen=True)
class Observation:
    """What came of a question.

    Attributes:
        status: Status of the reply.
        shown: Id of the card that was shown, or the passage's document and section.
        candidates: The same of the first hits of the search and of the buttons, best first.
        milliseconds: How long the turn took.
    """

    status: str
    shown: str | PassageRef | None
    candidates: tuple[str | PassageRef, ...]
    milliseconds: float


@dataclass(frozen=True)
class Verdict:
    """How right an observation is."""

    question: Question
    observation: Observation

    @property
    def answerable(self) -> bool:
        """Whether a card or passage is right."""
        return bool(self.question.expect.cards or self.question.expect.passages)

    def _right(self, what: str | PassageRef | None) -> bool:
        expect = self.question.expect
        return what in expect.cards or what in expect.passages

    @property
    def right_first(self) -> bool:
        """Whether the right card or passage was shown, or a status came that is as right."""
        return self._right(self.observation.shown) or (
            self.answerable and self.observation.status in self.question.expect.statuses
        )

    @property
    def right_in_three(self) -> bool:
        """Whether it was shown, or among the first three candidates."""
        return self.right_first or any(map(self._right, self.observation.candidates[:3]))

    @property
    def right_refusal(self) -> bool:
        """Whether a question without a card got a right status."""
        return not self.answerable and self.observation.status in self.question.expect.statuses

    @property
    def confidently_wrong(self) -> bool:
        """Whether something was shown as the answer that is none: the worst that can happen."""
        if not self.observation.status.startswith("answered"):
            return False
        return not self.right_first and self.observation.status not in self.question.expect.statuses


@dataclass(frozen=True)
class Score:
    """Figures of a group of questions; shares are None when the group has none of that kind."""

    questions: int
    right_first: float | None
    right_in_three: float | None
    right_refusals: float | None
    confidently_wrong: float
    median_ms: float
    p95_ms: float


def score(verdicts: Sequence[Verdict]) -> Score:
    """The figures of some verdicts; there must be at least one."""
    answerable = [verdict for verdict in verdicts if verdict.answerable]
    others = [verdict for verdict in verdicts if not verdict.answerable]
    times = [verdict.observation.milliseconds for verdict in verdicts]
    return Score(
        questions=len(verdicts),
        right_first=_share(verdict.right_first for verdict in answerable),
        right_in_three=_share(verdict.right_in_three for verdict in answerable),
        right_refusals=_share(verdict.right_refusal for verdict in others),
        confidently_wrong=_share(verdict.confidently_wrong for verdict in verdicts) or 0.0,
        median_ms=float(np.percentile(times, 50)),
        p95_ms=float(np.percentile(times, 95)),
    )


def score_by_language(verdicts: Sequence[Verdict]) -> dict[str, Score]:
    """The figures of each language, and of all under `all`."""
    languages = dict.fromkeys(verdict.question.language for verdict in verdicts)
    scores = {
        language: score([v for v in verdicts if v.question.language == language])
        for language in languages
    }
    return {**scores, "all": score(verdicts)}


def _share(values: Iterable[bool]) -> float | None:
    listed = list(values)
    return sum(listed) / len(listed) if listed else None


def named(target: str, library: Library) -> str | PassageRef:
    """A card's id, or a passage's document and section: what a question set calls them."""
    passage = library.passages.get(target) or library.official.get(target)
    return PassageRef(document=passage.document, section=passage.section) if passage else target


def load_questions(file: Path) -> list[Question]:
    """Read a question set, one JSON object a line.

    Args:
        file: The file.

    Returns:
        Its questions.

    Raises:
        LibraryError: The file cannot be read, is empty, or lines are wrong; names each line.
    """
    questions: list[Question] = []
    problems: list[Problem] = []
    for number, line in enumerate(read_text(file).splitlines(), 1):
        if not line.strip():
            continue
        try:
            questions.append(Question.model_validate_json(line))
        except ValidationError as error:
            for item in error.errors(include_url=False):
                where = ".".join(str(part) for part in item["loc"]) or "line"
                problems.append(Problem(file, number, f"{where}: {item['msg']}."))
    if not questions and not problems:
        problems.append(Problem(file, 0, "the file has no question."))
    if problems:
        raise LibraryError(problems)
    return questions

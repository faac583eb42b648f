"""Building the index: embed what changed, centre the vectors, teach the ranker."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TypeVar

import numpy as np
from pydantic import BaseModel, ConfigDict

from knowledge.centring import Centres
from knowledge.encoder import Encoder, Vectors
from knowledge.errors import LibraryError, Problem
from knowledge.index import FORMAT, Index, IndexMeta, build_vectors, current_meta
from knowledge.lexical import LexicalIndex
from knowledge.library import Library
from knowledge.ranker import Ranker
from knowledge.search import Search
from knowledge.units import units_of
from knowledge.vector_cache import VectorCache
from knowledge.yaml_files import read_text

Line = TypeVar("Line", bound=BaseModel)

CALIBRATION_DIR = Path(__file__).resolve().parent / "calibration"


class CalibrationQuestion(BaseModel):
    """A question of which it is known what answers it.

    Attributes:
        expect: Topics or passages, each of which is a right answer; empty when nothing is.
        place: Where the person lives, when that is known.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    language: str
    text: str
    expect: tuple[str, ...] = ()
    place: str | None = None


class ContrastSentence(BaseModel):
    """A sentence about something that Wegwijs is not for."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    language: str
    text: str


@dataclass(frozen=True)
class CalibrationSet:
    """The questions and the sentences, with a fingerprint."""

    questions: tuple[CalibrationQuestion, ...]
    contrast: tuple[ContrastSentence, ...]
    fingerprint: str

    @classmethod
    def load(cls, folder: Path = CALIBRATION_DIR) -> CalibrationSet:
        """Read `questions.jsonl` and `contrast.jsonl`.

        Raises:
            LibraryError: A file cannot be read, or a line is wrong; names the file and the line.
        """
        questions, contrast = folder / "questions.jsonl", folder / "contrast.jsonl"
        return cls(
            _read_lines(questions, CalibrationQuestion),
            _read_lines(contrast, ContrastSentence),
            hashlib.sha256(questions.read_bytes() + contrast.read_bytes()).hexdigest()[:16],
        )


def _read_lines(file: Path, model: type[Line]) -> tuple[Line, ...]:
    """Read a file of one JSON object a line."""
    lines = []
    for number, line in enumerate(read_text(file).splitlines(), 1):
        if line.strip():
            try:
                lines.append(model.model_validate_json(line))
            except ValueError as error:
                raise LibraryError([Problem(file, number, f"{error}")]) from error
    return tuple(lines)


def index_meta(
    library: Library, encoder_fingerprint: str, encoder_name: str, questions: CalibrationSet
) -> IndexMeta:
    """What an index of this library would be built from; its version is a hash of it all."""
    parts = (library.fingerprint, encoder_fingerprint, questions.fingerprint, str(FORMAT))
    version = hashlib.sha256("\0".join(parts).encode()).hexdigest()[:16]
    return IndexMeta(
        version=version,
        library=library.fingerprint,
        encoder=encoder_fingerprint,
        encoder_name=encoder_name,
        questions=questions.fingerprint,
    )


def is_current(meta: IndexMeta, folder: Path) -> bool:
    """Whether the index in the folder was built from just this."""
    current = current_meta(folder)
    return current is not None and current.version == meta.version


def build_index(
    library: Library,
    encoder: Encoder,
    questions: CalibrationSet,
    cache: VectorCache,
    progress: Callable[[str, int, int], None] = lambda step, done, total: None,
) -> Index:
    """Build an index in memory.

    Args:
        library: What is indexed.
        encoder: Embeds it.
        questions: What the ranker is taught on.
        cache: Vectors known from earlier builds.
        progress: Told the step, and how much of it is done.

    Returns:
        The index.
    """
    units = list(units_of(library))
    texts = cache.encode(
        encoder,
        [unit.text for unit in units],
        progress=lambda done, total: progress("texts", done, total),
    )
    about_us: list[CalibrationQuestion | ContrastSentence] = [
        *questions.questions,
        *questions.contrast,
    ]
    asked = cache.encode(
        encoder,
        [question.text for question in about_us],
        queries=True,
        progress=lambda done, total: progress("questions", done, total),
    )
    languages = [unit.language for unit in units]
    spoken = [question.language for question in about_us]
    centres = Centres.fit(texts, languages, asked, spoken)
    contrast = [
        centres.centred_question(vector, sentence.language)
        for vector, sentence in zip(
            asked[len(questions.questions) :], questions.contrast, strict=True
        )
    ]
    index = Index(
        meta=index_meta(library, encoder.fingerprint, encoder.name, questions),
        units=units,
        vectors=build_vectors(centres.centred_texts(texts, languages)),
        lexical=LexicalIndex.build([unit.text for unit in units]),
        centres=centres,
        contrast=np.array(contrast, dtype=np.float32).reshape(-1, encoder.dimension),
        ranker=Ranker.plain(),
    )
    search = Search(library, index, encoder)
    ranker = _taught(search, questions.questions, asked[: len(questions.questions)])
    return replace(index, ranker=ranker)


def _taught(search: Search, questions: Sequence[CalibrationQuestion], vectors: Vectors) -> Ranker:
    """A ranker that was fitted on the candidates of questions with known answers."""
    rows, right = [], []
    for question, vector in zip(questions, vectors, strict=True):
        candidates, found = search.candidates(
            question.text, question.language, question.place, vector
        )
        if candidates:
            rows.append(found)
            right.append([candidate.group in question.expect for candidate in candidates])
    return Ranker.fit(rows, right) if rows else Ranker.plain()

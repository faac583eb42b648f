"""Building the index: embed what changed, calibrate, publish."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TypeVar

from pydantic import BaseModel, ConfigDict

from knowledge.confidence import Calibration
from knowledge.encoder import Encoder
from knowledge.errors import LibraryError, Problem
from knowledge.index import FORMAT, Index, IndexMeta, build_vectors, current_meta
from knowledge.lexical import LexicalIndex
from knowledge.library import Library
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
        questions: What the confidence is calibrated on.
        cache: Vectors known from earlier builds.
        progress: Told the step, and how much of it is done.

    Returns:
        The index, with its calibration.
    """
    units = list(units_of(library))
    vectors = cache.encode(
        encoder,
        [unit.text for unit in units],
        progress=lambda done, total: progress("texts", done, total),
    )
    contrast = cache.encode(
        encoder,
        [sentence.text for sentence in questions.contrast],
        queries=True,
        progress=lambda done, total: progress("contrast", done, total),
    )
    index = Index(
        meta=index_meta(library, encoder.fingerprint, encoder.name, questions),
        units=units,
        vectors=build_vectors(vectors),
        lexical=LexicalIndex.build([unit.text for unit in units]),
        contrast=contrast,
        calibration=Calibration.uncalibrated(),
    )
    return calibrate(index, library, encoder, questions.questions, cache, progress)


def calibrate(
    index: Index,
    library: Library,
    encoder: Encoder,
    questions: Sequence[CalibrationQuestion],
    cache: VectorCache,
    progress: Callable[[str, int, int], None] = lambda step, done, total: None,
) -> Index:
    """Fit the confidence of an index on questions.

    Returns:
        The same index with its calibration; unchanged when the questions cannot teach anything
        (all answered rightly, or all wrongly).
    """
    search = Search(library, index, encoder)
    vectors = cache.encode(
        encoder,
        [question.text for question in questions],
        queries=True,
        progress=lambda done, total: progress("calibration", done, total),
    )
    features, right = [], []
    for question, vector in zip(questions, vectors, strict=True):
        result = search.search(question.text, question.language, question.place, vector)
        if result.hits:
            features.append(result.features)
            right.append(result.hits[0].group in question.expect)
    if len(set(right)) < 2:
        return index
    return replace(index, calibration=Calibration.fit(features, right))

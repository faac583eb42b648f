"""Taking the language out of a vector, so that a question finds texts in other languages."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from knowledge.encoder import Vectors

_NOTHING = 1e-5
"""A shorter difference of two unit vectors is rounding."""


@dataclass(frozen=True)
class Centres:
    """The mean vector of each language.

    Multilingual encoders put all texts of a language near each other, whatever they say. Taking
    away each language's mean leaves more of what they say (Libovický, Rosa and Fraser, 2020, "On
    the Language Neutrality of Pre-trained Multilingual Representations").

    Attributes:
        texts: Means of the texts that are searched, by language.
        questions: Means of questions, by language; the empty name is the mean of all.
    """

    texts: Mapping[str, Vectors] = field(default_factory=dict)
    questions: Mapping[str, Vectors] = field(default_factory=dict)

    @classmethod
    def fit(
        cls,
        texts: Vectors,
        text_languages: Sequence[str],
        questions: Vectors,
        question_languages: Sequence[str],
    ) -> Centres:
        """Learn the means.

        Args:
            texts: Unit vectors of texts, shape (n, dimension).
            text_languages: The language of each.
            questions: Unit vectors of questions about anything, shape (m, dimension).
            question_languages: The language of each.
        """
        known = _means(questions, question_languages)
        if len(questions):
            known[""] = questions.mean(axis=0)
        return cls(_means(texts, text_languages), known)

    def centred_texts(self, vectors: Vectors, languages: Sequence[str]) -> Vectors:
        """Texts' vectors without their languages' means, of length one again."""
        centred = vectors.copy()
        for row, language in enumerate(languages):
            if language in self.texts:
                centred[row] -= self.texts[language]
        return _unit(centred)

    def centred_question(self, vector: Vectors, language: str) -> Vectors:
        """A question's vector without its language's mean, of length one again."""
        mean = self.questions.get(language, self.questions.get(""))
        return vector if mean is None else _unit((vector - mean)[None, :])[0]

    def save(self, file: Path) -> None:
        """Write the means into an `.npz` file."""
        named = {f"texts/{code}": mean for code, mean in self.texts.items()}
        named |= {f"questions/{code}": mean for code, mean in self.questions.items()}
        np.savez(file, **named)

    @classmethod
    def open(cls, file: Path) -> Centres:
        """Read what `save` wrote."""
        texts: dict[str, Vectors] = {}
        questions: dict[str, Vectors] = {}
        with np.load(file, allow_pickle=False) as stored:
            for name in stored.files:
                kind, code = name.split("/")
                (texts if kind == "texts" else questions)[code] = stored[name]
        return cls(texts, questions)


def _means(vectors: Vectors, languages: Sequence[str]) -> dict[str, Vectors]:
    codes = np.array(languages)
    return {code: vectors[codes == code].mean(axis=0) for code in dict.fromkeys(languages)}


def _unit(vectors: Vectors) -> Vectors:
    lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
    # A language with a single text is its own mean: its vector becomes nothing, not a fault.
    # What rounding leaves of it must not grow to length one.
    vectors = np.where(lengths > _NOTHING, vectors / np.maximum(lengths, _NOTHING), 0)
    return np.ascontiguousarray(vectors, dtype=np.float32)

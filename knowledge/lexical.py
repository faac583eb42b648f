"""The lexical index: texts that share words, pieces of words, or the same typing error."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import skops.io
from numpy.typing import NDArray
from scipy import sparse
from sklearn.feature_extraction.text import TfidfVectorizer

from knowledge.places import fold


class LexicalIndex:
    """TF-IDF over pieces of words (2 to 5 signs), compared by cosine.

    Pieces of words need no stemmer, so one index serves every language and script, forgives
    typing errors and finds a stem inside a long Dutch or Turkish word. The cosine lies between
    0 and 1, whatever the length of the texts, which the calibration of the confidence needs.
    """

    def __init__(self, vectorizer: TfidfVectorizer, matrix: sparse.csr_matrix) -> None:
        self._vectorizer = vectorizer
        self._matrix = matrix
        self._transposed = matrix.T.tocsc()

    @classmethod
    def build(cls, texts: Sequence[str]) -> LexicalIndex:
        """Index texts; a text's position is its number."""
        vectorizer = TfidfVectorizer(
            analyzer="char_wb", ngram_range=(2, 5), sublinear_tf=True, lowercase=False,
            dtype=np.float32,
        )  # fmt: skip
        return cls(vectorizer, vectorizer.fit_transform(map(fold, texts)).tocsr())

    @property
    def size(self) -> int:
        """How many texts it holds."""
        return int(self._matrix.shape[0])

    def scores(self, question: str) -> NDArray[np.float32]:
        """Cosine of the question with every text, shape (number of texts,)."""
        row = self._vectorizer.transform([fold(question)])
        return np.asarray((row @ self._transposed).todense(), dtype=np.float32).ravel()

    def save(self, folder: Path) -> None:
        """Write the index into a folder."""
        folder.mkdir(parents=True, exist_ok=True)
        skops.io.dump(self._vectorizer, folder / "vectorizer.skops")
        sparse.save_npz(folder / "matrix.npz", self._matrix)

    @classmethod
    def open(cls, folder: Path) -> LexicalIndex:
        """Read what `save` wrote; nothing in the files is executed."""
        vectorizer = skops.io.load(folder / "vectorizer.skops", trusted=["numpy.dtype"])
        return cls(vectorizer, sparse.load_npz(folder / "matrix.npz").tocsr())

"""The lexical index: texts that share words, pieces of words, or the same typing error."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from sklearn.feature_extraction.text import HashingVectorizer, TfidfTransformer
from sklearn.preprocessing import normalize

from knowledge.places import fold

_FEATURES = 2**20


class LexicalIndex:
    """TF-IDF over pieces of words (2 to 5 signs), compared by cosine.

    Pieces of words need no stemmer, so one index serves every language and script, forgives
    typing errors and finds a stem inside a long Dutch or Turkish word. The cosine lies between
    0 and 1, whatever the length of the texts, which the ranker needs.
    Pieces are hashed, so that no vocabulary has to be stored and loaded.

    Args:
        weights: Inverse document frequency of each piece, shape (_FEATURES,).
        matrix: Weighted and normalised pieces of each text, shape (texts, _FEATURES).
    """

    def __init__(self, weights: NDArray[np.float32], matrix: sparse.csr_matrix) -> None:
        self._weights = weights
        self._matrix = matrix
        self._transposed = matrix.T.tocsr()

    @classmethod
    def build(cls, texts: Sequence[str]) -> LexicalIndex:
        """Index texts; a text's position is its number."""
        counts = _pieces(texts)
        transformer = TfidfTransformer(sublinear_tf=True)
        matrix = transformer.fit_transform(counts).tocsr().astype(np.float32)
        return cls(transformer.idf_.astype(np.float32), matrix)

    @property
    def size(self) -> int:
        """How many texts it holds."""
        return int(self._matrix.shape[0])

    def scores(self, question: str) -> NDArray[np.float32]:
        """Cosine of the question with every text, shape (number of texts,)."""
        row = self._weighted([question])
        return np.asarray((row @ self._transposed).todense(), dtype=np.float32).ravel()

    def revised(self, kept: Sequence[int | None], new: Sequence[str]) -> LexicalIndex:
        """An index of other texts that weighs their pieces as this one does.

        Args:
            kept: For each text its number here; None for a new one.
            new: The new texts, in their order.

        Returns:
            The index.
        """
        rows = self._matrix
        if new:
            rows = sparse.vstack([rows, self._weighted(new)], format="csr")
        fresh = iter(range(self.size, self.size + len(new)))
        order = [next(fresh) if number is None else number for number in kept]
        return LexicalIndex(self._weights, rows[order])

    def _weighted(self, texts: Sequence[str]) -> sparse.csr_matrix:
        """Weighted and normalised pieces of each text."""
        rows = _pieces(texts)
        rows.data = (np.log(rows.data) + 1) * self._weights[rows.indices]
        return normalize(rows).astype(np.float32)

    def save(self, folder: Path) -> None:
        """Write the index into a folder."""
        folder.mkdir(parents=True, exist_ok=True)
        np.save(folder / "weights.npy", self._weights)
        sparse.save_npz(folder / "matrix.npz", self._matrix, compressed=False)

    @classmethod
    def open(cls, folder: Path) -> LexicalIndex:
        """Read what `save` wrote; nothing in the files is executed.

        Raises:
            ValueError: The files do not belong together.
        """
        weights = np.load(folder / "weights.npy", allow_pickle=False)
        matrix = sparse.load_npz(folder / "matrix.npz").tocsr()
        if weights.shape != (matrix.shape[1],):
            raise ValueError("the words and their weights differ in length")
        return cls(weights, matrix)


def _pieces(texts: Sequence[str]) -> sparse.csr_matrix:
    """How often each piece stands in each text."""
    vectorizer = HashingVectorizer(
        analyzer="char_wb", ngram_range=(2, 5), n_features=_FEATURES, alternate_sign=False,
        norm=None, lowercase=False, dtype=np.float32,
    )  # fmt: skip
    return vectorizer.transform(map(fold, texts)).tocsr()

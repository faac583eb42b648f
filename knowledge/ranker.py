"""How likely each candidate answers the question: a small model over the evidence."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict
from scipy.special import expit
from sklearn.linear_model import LogisticRegression
from sklearn.preprocessing import StandardScaler

EVIDENCE = ("question", "title", "part", "lexical", "own", "own_lexical", "support")
"""The evidence for a candidate: the best cosine of the question with its questions, its titles and
its parts, and the best lexical score of any of its texts; the best cosine and lexical score of its
texts in the person's language; and the mean cosine of its three best texts."""

FEATURES = (
    *EVIDENCE,
    *(f"{name}_lead" for name in EVIDENCE),  # behind the best candidate, 0 for the best itself
    "passage",  # 1 for a plan passage
    "contrast",  # cosine of the question with the nearest sentence about other things
    "contrast_mean",  # mean cosine with the three nearest
)
"""What the model sees of a candidate, in this order."""

Rows = NDArray[np.float64]

# Without questions to learn from: the first four count alike, and half of the best is a coin's
# toss.
_PLAIN_WEIGHTS = (3.0,) * 4 + (0.0,) * (len(FEATURES) - 4)
_PLAIN_INTERCEPT = -6.0


class Ranker(BaseModel):
    """A logistic regression over the features of a candidate.

    Attributes:
        mean: Of each feature over the candidates that it was fitted on.
        scale: Standard deviation of each feature.
        weights: Of each standardised feature.
        intercept: Of the regression.
        questions: How many questions it was fitted on; 0 when it is a plain sum.
    """

    model_config = ConfigDict(frozen=True)

    mean: tuple[float, ...]
    scale: tuple[float, ...]
    weights: tuple[float, ...]
    intercept: float
    questions: int

    @classmethod
    def plain(cls) -> Ranker:
        """A ranker that was taught nothing."""
        count = len(FEATURES)
        return cls(
            mean=(0.0,) * count,
            scale=(1.0,) * count,
            weights=_PLAIN_WEIGHTS,
            intercept=_PLAIN_INTERCEPT,
            questions=0,
        )

    @classmethod
    def fit(cls, candidates: Sequence[Rows], right: Sequence[Sequence[bool]]) -> Ranker:
        """Fit on questions of which it is known which candidates answer them.

        Args:
            candidates: For each question the features of its candidates, shape (n, FEATURES).
            right: For each question which candidates answer it.

        Returns:
            The ranker; the plain one when the questions cannot teach anything, since no candidate
            is right or all are.
        """
        labels = np.array([label for question in right for label in question], dtype=bool)
        if labels.all() or not labels.any():
            return cls.plain()
        rows = np.concatenate(list(candidates))
        scaler = StandardScaler().fit(rows)
        model = LogisticRegression(max_iter=3000).fit(scaler.transform(rows), labels)
        return cls(
            mean=tuple(scaler.mean_),
            scale=tuple(scaler.scale_),
            weights=tuple(model.coef_[0]),
            intercept=float(model.intercept_[0]),
            questions=len(right),
        )

    def probabilities(self, rows: Rows) -> NDArray[np.float64]:
        """For each candidate the probability that it answers the question.

        Args:
            rows: Features of the candidates, shape (n, FEATURES).

        Returns:
            Between 0 and 1, shape (n,). They need not add up to 1: nothing may be right.
        """
        standard = (rows - np.array(self.mean)) / np.array(self.scale)
        logits = standard @ np.array(self.weights) + self.intercept
        return np.asarray(expit(logits), dtype=np.float64)


def features(evidence: Rows, passage: Sequence[bool], contrast: NDArray[np.float32]) -> Rows:
    """The features of the candidates of one question.

    Args:
        evidence: Shape (n, EVIDENCE).
        passage: Which candidates are plan passages.
        contrast: Cosines of the question with sentences about other things, shape (m,).

    Returns:
        Shape (n, FEATURES).
    """
    nearest = np.sort(contrast)[-3:] if len(contrast) else np.zeros(1)
    count = len(evidence)
    return np.column_stack(
        [
            evidence,
            evidence - evidence.max(axis=0),
            np.array(passage, dtype=float),
            np.full(count, nearest[-1]),
            np.full(count, nearest.mean()),
        ]
    )

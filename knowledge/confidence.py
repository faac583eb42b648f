"""How sure a search is: features of its result, turned into a probability that was calibrated."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict
from sklearn.linear_model import LogisticRegression
from sklearn.preprocessing import StandardScaler

FEATURES = ("cosine", "lexical", "lift", "contrast", "margin", "same_language", "passage")
"""What is known of a search's best answer, in this order:

cosine: the best cosine of its texts with the question. lexical: their best lexical score.
lift: its fused score above the mean of the other answers, which takes away how close this language
lies to everything. contrast: its cosine above that of the nearest sentence about other things.
margin: its fused score above the second answer's. same_language: 1 when its best text is in the
question's language. passage: 1 when it is a plan passage.
"""

# Weaker than the library's default, since a calibration set has hundreds of questions, not
# thousands; stronger trust in few examples makes confidences near 0 and 1 that do not hold.
_REGULARISATION = 0.5


class Calibration(BaseModel):
    """A logistic regression over the features.

    Attributes:
        mean: Of each feature over the calibration questions.
        scale: Standard deviation of each feature.
        weights: Of each standardised feature.
        intercept: Of the regression.
        questions: How many questions it was fitted on; 0 when there were none.
    """

    model_config = ConfigDict(frozen=True)

    mean: tuple[float, ...]
    scale: tuple[float, ...]
    weights: tuple[float, ...]
    intercept: float
    questions: int

    @classmethod
    def uncalibrated(cls) -> Calibration:
        """A stand-in while the features of the calibration questions are collected."""
        zeros = (0.0,) * len(FEATURES)
        return cls(
            mean=zeros, scale=(1.0,) * len(FEATURES), weights=zeros, intercept=0, questions=0
        )

    @classmethod
    def fit(cls, features: Sequence[Sequence[float]], right: Sequence[bool]) -> Calibration:
        """Fit on questions of which it is known whether the best answer is right.

        Args:
            features: Of each question's best answer, shape (n, len(FEATURES)).
            right: Whether that answer is right; both values must occur.

        Returns:
            The calibration.

        Raises:
            ValueError: All answers are right, or all are wrong.
        """
        scaler = StandardScaler().fit(features)
        model = LogisticRegression(C=_REGULARISATION, max_iter=1000)
        model.fit(scaler.transform(features), right)
        return cls(
            mean=tuple(scaler.mean_),
            scale=tuple(scaler.scale_),
            weights=tuple(model.coef_[0]),
            intercept=float(model.intercept_[0]),
            questions=len(right),
        )

    def confidence(self, features: Sequence[float]) -> float:
        """Probability, between 0 and 1, that the best answer is right."""
        standard: NDArray[np.float64] = (np.array(features) - self.mean) / self.scale
        return float(1 / (1 + np.exp(-(standard @ np.array(self.weights) + self.intercept))))

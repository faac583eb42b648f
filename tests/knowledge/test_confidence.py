"""The calibrated confidence."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from knowledge.confidence import FEATURES, Calibration


def examples(count: int = 200) -> tuple[list[list[float]], list[bool]]:
    """Answers that are right the more often, the higher their cosine."""
    random = np.random.default_rng(7)
    cosines = random.uniform(0.7, 1, count)
    right = (cosines + random.normal(0, 0.05, count)) > 0.85
    features = [[float(cosine), *[0.0] * (len(FEATURES) - 1)] for cosine in cosines]
    return features, [bool(value) for value in right]


def with_cosine(cosine: float) -> list[float]:
    return [cosine, *[0.0] * (len(FEATURES) - 1)]


def test_more_evidence_is_more_confidence() -> None:
    calibration = Calibration.fit(*examples())
    values = [calibration.confidence(with_cosine(cosine)) for cosine in (0.7, 0.8, 0.85, 0.9, 1)]
    assert values == sorted(values)
    assert values[0] < 0.2 < 0.8 < values[-1]
    assert calibration.questions == 200


def test_confidence_is_about_the_share_of_right_answers() -> None:
    features, right = examples(400)
    calibration = Calibration.fit(features, right)
    mean = np.mean([calibration.confidence(row) for row in features])
    assert mean == pytest.approx(np.mean(right), abs=0.05)


def test_uncalibrated_knows_nothing() -> None:
    calibration = Calibration.uncalibrated()
    assert calibration.questions == 0
    assert calibration.confidence(with_cosine(0.3)) == calibration.confidence(with_cosine(1)) == 0.5


@pytest.mark.parametrize("value", [True, False])
def test_examples_that_teach_nothing(value: bool) -> None:
    features, right = examples(10)
    with pytest.raises(ValueError):
        Calibration.fit(features, [value] * len(right))


FITTED = Calibration.fit(*examples(50))


@given(st.lists(st.floats(-2, 2), min_size=len(FEATURES), max_size=len(FEATURES)))
def test_confidence_is_a_probability(features: list[float]) -> None:
    assert 0 <= FITTED.confidence(features) <= 1


def test_written_and_read_it_is_the_same() -> None:
    calibration = Calibration.fit(*examples())
    assert Calibration.model_validate_json(calibration.model_dump_json()) == calibration

"""The ranker: from the evidence for candidates to probabilities."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from knowledge.ranker import EVIDENCE, FEATURES, Ranker, Rows, features

NO_CONTRAST = np.zeros(0, dtype=np.float32)


def rows_of(evidence: Sequence[Sequence[float]]) -> Rows:
    """Features of candidates; evidence that is left out is nought."""
    whole = np.zeros((len(evidence), len(EVIDENCE)))
    for row, values in enumerate(evidence):
        whole[row, : len(values)] = values
    return features(whole, [False] * len(evidence), NO_CONTRAST)


def examples(count: int = 200) -> tuple[list[Rows], list[list[bool]]]:
    """Questions with four candidates, of which the first answers more often, the nearer it is."""
    random = np.random.default_rng(7)
    candidates, right = [], []
    for nearness in random.uniform(0, 1, count):
        evidence = random.uniform(0, 0.5, (4, len(EVIDENCE)))
        evidence[0] = np.clip(nearness + random.normal(0, 0.05, len(EVIDENCE)), 0, 1)
        candidates.append(rows_of(evidence.tolist()))
        right.append([bool(nearness + random.normal(0, 0.1) > 0.6), False, False, False])
    return candidates, right


def alone(evidence: float) -> Rows:
    """A single candidate with the same evidence of every kind."""
    return rows_of([[evidence] * len(EVIDENCE)])


FITTED = Ranker.fit(*examples())


@pytest.mark.parametrize("ranker", [FITTED, Ranker.plain()])
def test_more_evidence_is_more_likely(ranker: Ranker) -> None:
    values = [float(ranker.probabilities(alone(near))[0]) for near in (0, 0.3, 0.5, 0.8, 1)]
    assert values == sorted(values)
    assert values[0] < 0.2 < 0.8 < values[-1]


def test_it_prefers_the_right_candidates() -> None:
    candidates, right = examples()
    answered = [i for i, labels in enumerate(right) if any(labels)]
    assert len(answered) > 50
    first = [int(np.argmax(FITTED.probabilities(candidates[i]))) for i in answered]
    assert np.mean([right[i][n] for i, n in zip(answered, first, strict=True)]) > 0.95
    assert FITTED.questions == 200


def test_it_learns_which_evidence_counts() -> None:
    """The titles mislead, the words lead: the plain ranker is wrong, the fitted one is right."""
    random = np.random.default_rng(3)
    candidates, right = [], []
    for _ in range(100):
        wrong = [0.3, random.uniform(0.8, 1), 0.3, random.uniform(0, 0.1)]
        answer = [0.3, random.uniform(0, 0.2), 0.3, random.uniform(0.3, 0.5)]
        candidates.append(rows_of([wrong, answer]))
        right.append([False, True])
    ranker = Ranker.fit(candidates, right)
    for rows in candidates:
        plain, (misled, led) = Ranker.plain().probabilities(rows), ranker.probabilities(rows)
        assert plain[0] > plain[1]
        assert misled < 0.2 < 0.8 < led


def test_probabilities_are_about_the_share_of_right_candidates() -> None:
    candidates, right = examples(400)
    ranker = Ranker.fit(candidates, right)
    probabilities = np.concatenate([ranker.probabilities(rows) for rows in candidates])
    labels = np.concatenate(right)
    assert probabilities.mean() == pytest.approx(labels.mean(), abs=0.02)
    likely = probabilities > 0.5
    assert likely.sum() > 50
    assert probabilities[likely].mean() == pytest.approx(labels[likely].mean(), abs=0.1)


def test_the_plain_ranker_was_taught_nothing() -> None:
    plain = Ranker.plain()
    assert plain.questions == 0
    assert plain.probabilities(alone(0.5))[0] == pytest.approx(0.5)
    swapped = [
        float(plain.probabilities(rows_of([np.roll([0.9, 0.1, 0.2, 0.3], n).tolist()]))[0])
        for n in range(4)
    ]
    assert swapped == pytest.approx([swapped[0]] * 4), "the first four kinds count alike"


@pytest.mark.parametrize("value", [True, False])
def test_examples_that_teach_nothing_give_the_plain_ranker(value: bool) -> None:
    candidates, right = examples(10)
    assert Ranker.fit(candidates, [[value] * len(labels) for labels in right]) == Ranker.plain()
    assert Ranker.fit([], []) == Ranker.plain()


@given(arrays(np.float64, (3, len(FEATURES)), elements=st.floats(-1e6, 1e6)))
def test_each_is_a_probability(rows: Rows) -> None:
    for ranker in (FITTED, Ranker.plain()):
        probabilities = ranker.probabilities(rows)
        assert probabilities.shape == (3,)
        assert ((probabilities >= 0) & (probabilities <= 1)).all()


def test_written_and_read_it_is_the_same() -> None:
    assert Ranker.model_validate_json(FITTED.model_dump_json()) == FITTED


# What it sees of a candidate.


def test_features_of_two_candidates() -> None:
    evidence = np.array([[0.9, 0.2, 0.5, 0.0, 0.9, 0.0, 0.7], [0.4, 0.6, 0.5, 0.3, 0.4, 0.3, 0.5]])
    contrast = np.array([0.1, 0.7, 0.4, 0.5, -0.2], dtype=np.float32)
    rows = features(evidence, [False, True], contrast)
    assert rows.shape == (2, len(FEATURES)) == (2, 17)
    first, second = (dict(zip(FEATURES, row, strict=True)) for row in rows.tolist())
    assert [first[name] for name in EVIDENCE] == [0.9, 0.2, 0.5, 0.0, 0.9, 0.0, 0.7]
    assert [first[f"{name}_lead"] for name in EVIDENCE] == pytest.approx(
        [0, -0.4, 0, -0.3, 0, -0.3, 0]
    )
    assert [second[f"{name}_lead"] for name in EVIDENCE] == pytest.approx(
        [-0.5, 0, 0, 0, -0.5, 0, -0.2]
    )
    assert (first["passage"], second["passage"]) == (0, 1)
    for row in (first, second):
        assert row["contrast"] == pytest.approx(0.7)
        assert row["contrast_mean"] == pytest.approx((0.7 + 0.5 + 0.4) / 3)


@pytest.mark.parametrize(
    ("contrast", "nearest", "mean"), [([], 0, 0), ([-0.3], -0.3, -0.3), ([0.2, 0.4], 0.4, 0.3)]
)
def test_few_sentences_about_other_things(
    contrast: list[float], nearest: float, mean: float
) -> None:
    rows = features(np.zeros((1, len(EVIDENCE))), [False], np.array(contrast, dtype=np.float32))
    row = dict(zip(FEATURES, rows[0].tolist(), strict=True))
    assert row["contrast"] == pytest.approx(nearest)
    assert row["contrast_mean"] == pytest.approx(mean)

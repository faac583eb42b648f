"""The lexical index: words, pieces of words and typing errors, in every script."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from knowledge.lexical import LexicalIndex

TEXTS = [
    "hoe vind ik een huisarts",
    "aanvraag huurtoeslag",
    "كيف أجد طبيبا",
    "як знайти лікаря",
    "ሓኪም ከመይ እረክብ",
    "how do i enrol my child in a school",
]
INDEX = LexicalIndex.build(TEXTS)


@pytest.mark.parametrize("number", range(len(TEXTS)))
def test_a_text_finds_itself(number: int) -> None:
    scores = INDEX.scores(TEXTS[number])
    assert scores.shape == (len(TEXTS),)
    assert scores.argmax() == number
    assert scores[number] == pytest.approx(1, abs=1e-5)


@pytest.mark.parametrize(
    ("question", "number"),
    [
        ("huisarst vinden", 0),
        ("toeslag", 1),
        ("HUURTOESLAG!", 1),
        ("طبيب", 2),
        ("лікар", 3),
        ("ሓኪም", 4),
        ("schools", 5),
    ],
)
def test_pieces_and_typing_errors_find_their_text(question: str, number: int) -> None:
    assert INDEX.scores(question).argmax() == number


@pytest.mark.parametrize("question", ["", "?!", "日本"])
def test_nothing_in_common_scores_nothing(question: str) -> None:
    assert INDEX.scores(question).tolist() == [0] * len(TEXTS)


@given(st.text())
def test_scores_lie_between_0_and_1(question: str) -> None:
    scores = INDEX.scores(question)
    assert np.all(scores >= 0)
    assert np.all(scores <= 1 + 1e-5)


def test_length_does_not_raise_the_score() -> None:
    index = LexicalIndex.build(["huisarts", "huisarts " * 50 + "school"])
    assert index.scores("huisarts").argmax() == 0


def test_saved_and_opened_it_scores_the_same(tmp_path: Path) -> None:
    INDEX.save(tmp_path / "lexical")
    opened = LexicalIndex.open(tmp_path / "lexical")
    assert opened.size == INDEX.size == len(TEXTS)
    for question in ("huisarst vinden", "طبيب", ""):
        np.testing.assert_allclose(opened.scores(question), INDEX.scores(question))

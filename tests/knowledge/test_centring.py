"""Taking the language out of a vector."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from knowledge.centring import Centres
from knowledge.encoder import Vectors

DIMENSION = 32
LANGUAGES = ("nl", "ar", "ti")
MEANINGS = 40


def unit(vectors: Vectors) -> Vectors:
    scaled: Vectors = (vectors / np.linalg.norm(vectors, axis=-1, keepdims=True)).astype(np.float32)
    return scaled


def spoken(seed: int, strength: float = 2.0) -> tuple[Vectors, list[str]]:
    """The same meanings in each language: language by language, and mostly language."""
    random = np.random.default_rng(seed)
    meanings = unit(random.normal(size=(MEANINGS, DIMENSION)))
    offsets = strength * unit(random.normal(size=(len(LANGUAGES), DIMENSION)))
    vectors = np.concatenate([unit(meanings + offset) for offset in offsets])
    return vectors, [code for code in LANGUAGES for _ in range(MEANINGS)]


def lengths(vectors: Vectors) -> list[float]:
    return np.linalg.norm(vectors, axis=-1).tolist()


def distances_of_means(vectors: Vectors) -> list[float]:
    return lengths(np.stack([part.mean(axis=0) for part in np.split(vectors, len(LANGUAGES))]))


@given(st.integers(0, 1000))
def test_the_mean_of_each_language_vanishes(seed: int) -> None:
    vectors, languages = spoken(seed)
    centres = Centres.fit(vectors, languages, vectors, languages)
    centred = centres.centred_texts(vectors, languages)
    questions = np.stack(
        [centres.centred_question(v, code) for v, code in zip(vectors, languages, strict=True)]
    )
    assert min(distances_of_means(vectors)) > 0.7
    # Not quite nothing, since the centred vectors are brought to length one again.
    assert max(distances_of_means(centred)) < 0.1
    assert max(distances_of_means(questions)) < 0.1
    assert lengths(centred) == pytest.approx([1] * len(vectors), abs=1e-5)
    assert lengths(questions) == pytest.approx([1] * len(vectors), abs=1e-5)


def test_a_mean_vanishes_wholly_where_lengths_are_alike() -> None:
    middle, aside = np.eye(DIMENSION, dtype=np.float32)[:2]
    vectors = unit(np.stack([middle + aside, middle - aside]))
    centres = Centres.fit(vectors, ["nl", "nl"], vectors, ["nl", "nl"])
    centred = centres.centred_texts(vectors, ["nl", "nl"])
    np.testing.assert_allclose(centred, [aside, -aside], atol=1e-6)
    np.testing.assert_allclose(centred.mean(axis=0), 0, atol=1e-6)


def test_a_question_finds_its_meaning_in_another_language() -> None:
    vectors, languages = spoken(5)
    centres = Centres.fit(vectors, languages, vectors, languages)
    dutch = vectors[:MEANINGS]
    others, codes = vectors[MEANINGS:], languages[MEANINGS:]
    # All texts are searched at once. Without centring, every one in the question's own language
    # is nearer than the one that says the same in another.
    assert ((dutch @ others.T).max() < np.sort(dutch @ dutch.T)[:, 1:]).mean() > 0.5
    texts = centres.centred_texts(others, codes)
    for meaning, vector in enumerate(dutch):
        nearest = np.argsort(-(texts @ centres.centred_question(vector, "nl")))[:2]
        assert {int(number) % MEANINGS for number in nearest} == {meaning}


@pytest.mark.parametrize("language", ["so", "xx", ""])
def test_a_question_in_an_unknown_language_uses_the_mean_of_all(language: str) -> None:
    vectors, languages = spoken(1)
    centres = Centres.fit(vectors[:3], languages[:3], vectors, languages)
    expected = unit(vectors[0] - vectors.mean(axis=0))
    centred = centres.centred_question(vectors[0], language)
    np.testing.assert_allclose(centred, expected, atol=1e-5)
    own = centres.centred_question(vectors[0], "nl")
    np.testing.assert_allclose(own, unit(vectors[0] - vectors[:MEANINGS].mean(axis=0)), atol=1e-5)
    assert not np.allclose(centred, own, atol=0.01)


def test_texts_and_questions_have_their_own_means() -> None:
    vectors, languages = spoken(2)
    centres = Centres.fit(vectors, languages, -vectors, languages)
    np.testing.assert_allclose(centres.texts["ar"], -centres.questions["ar"], atol=1e-6)
    assert {*centres.questions} == {*LANGUAGES, ""}
    assert {*centres.texts} == {*LANGUAGES}


def test_without_questions_a_question_stays_as_it_is() -> None:
    vectors, languages = spoken(3)
    centres = Centres.fit(vectors, languages, vectors[:0], [])
    np.testing.assert_array_equal(centres.centred_question(vectors[0], "nl"), vectors[0])


def test_texts_in_an_unknown_language_stay_as_they_are() -> None:
    vectors, languages = spoken(3)
    centres = Centres.fit(vectors, languages, vectors, languages)
    np.testing.assert_allclose(centres.centred_texts(vectors[:2], ["so", "so"]), vectors[:2], 1e-5)


@pytest.mark.parametrize("copies", [1, 2, 3, 7])
def test_the_only_text_of_a_language_becomes_nothing(copies: int) -> None:
    """Nothing, and not what rounding leaves of it, brought to length one."""
    vectors, _ = spoken(4)
    alone = np.repeat(vectors[:1], copies, axis=0)
    codes = ["so"] * copies
    centres = Centres.fit(alone, codes, alone, codes)
    centred = [*centres.centred_texts(alone, codes), centres.centred_question(alone[0], "so")]
    np.testing.assert_array_equal(centred, np.zeros((copies + 1, DIMENSION)))


def test_the_vectors_given_are_not_changed() -> None:
    vectors, languages = spoken(6)
    before = vectors.copy()
    vectors.flags.writeable = False
    centres = Centres.fit(vectors, languages, vectors, languages)
    assert centres.centred_texts(vectors, languages).dtype == np.float32
    assert centres.centred_question(vectors[0], "nl").dtype == np.float32
    np.testing.assert_array_equal(vectors, before)


@pytest.mark.parametrize("count", [0, 3 * MEANINGS])
def test_saved_and_opened_it_is_the_same(count: int, tmp_path: Path) -> None:
    vectors, languages = (part[:count] for part in spoken(8))
    centres = Centres.fit(vectors, languages, vectors, languages)
    centres.save(tmp_path / "centres.npz")
    opened = Centres.open(tmp_path / "centres.npz")
    for ours, theirs in ((centres.texts, opened.texts), (centres.questions, opened.questions)):
        assert {*ours} == {*theirs}
        for code, mean in ours.items():
            np.testing.assert_array_equal(mean, theirs[code])

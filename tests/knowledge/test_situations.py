"""Recognising the situation that a person tells."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from knowledge.cards import Situation
from knowledge.errors import Problem
from knowledge.library import Library
from knowledge.situations import SituationWords, find_situation

Edit = Callable[[Path, str, str], int]
Problems = Callable[[Callable[[], object]], list[Problem]]

WORDS = SituationWords.model_validate(
    {
        "asylum_seeker": {"en": ["asylum"], "nl": ["asielzoeker"]},
        "protection_status": {"en": ["asylum permit"]},
        "student": {"fr": ["étudiant"], "ar": ["طالب"]},
    }
)


@pytest.mark.parametrize(
    ("text", "situation"),
    [
        ("I asked for asylum", Situation.ASYLUM_SEEKER),
        ("I have an ASYLUM-PERMIT, not more", Situation.PROTECTION_STATUS),
        ("wij zijn asielzoekers", Situation.ASYLUM_SEEKER),
        ("je suis etudiante", Situation.STUDENT),
        ("أنا طالبٌ هنا", Situation.STUDENT),
        ("noasylum", None),
        ("where is the doctor", None),
        ("", None),
    ],
)
def test_beginnings_of_words_and_the_longest_phrase(text: str, situation: Situation | None) -> None:
    assert find_situation(text, WORDS) is situation


@pytest.mark.parametrize(
    ("text", "situation"),
    [
        ("ik ben asielzoeker", Situation.ASYLUM_SEEKER),
        ("I am an asylum seeker in Ter Apel", Situation.ASYLUM_SEEKER),
        ("i have refugee status", Situation.PROTECTION_STATUS),
        ("Ми з України, маємо тимчасовий захист", Situation.TEMPORARY_PROTECTION),
        ("Jestem obywatelem UE", Situation.EU_CITIZEN),
        ("je suis sans-papiers", Situation.NO_PAPERS),
        ("جئت عن طريق لم الشمل", Situation.FAMILY),
        ("Ich bin zum Arbeiten gekommen", Situation.WORKER),
        ("من دانشجو هستم", Situation.STUDENT),
        ("ሓታቲ ዑቕባ እየ", Situation.ASYLUM_SEEKER),
        ("magangelyo-doon ayaan ahay", Situation.ASYLUM_SEEKER),
        ("geçici koruma altındayım", Situation.TEMPORARY_PROTECTION),
        ("hoe vind ik een huisarts", None),
        ("كيف أجد طبيبا", None),
    ],
)
def test_words_that_people_use(
    text: str, situation: Situation | None, real_library: Library
) -> None:
    assert find_situation(text, real_library.situations) is situation


def test_every_situation_has_words_in_every_language(real_library: Library) -> None:
    words = real_library.situations.root
    assert set(words) == set(Situation)
    for situation, by_language in words.items():
        assert set(by_language) == set(real_library.languages.codes), situation
        for phrases in by_language.values():
            assert all(phrase.strip() for phrase in phrases)


def test_every_phrase_tells_its_own_situation(real_library: Library) -> None:
    for situation, by_language in real_library.situations.root.items():
        for phrases in by_language.values():
            for phrase in phrases:
                assert find_situation(phrase, real_library.situations) is situation, phrase


@given(st.text())
def test_any_text_is_looked_at(text: str) -> None:
    assert find_situation(text, WORDS) in (None, *Situation)


def test_wrong_file(library_folder: Path, edit: Edit, problems: Problems) -> None:
    file = library_folder / "situations.yml"
    line = edit(file, "student:", "tourist:")
    found = problems(lambda: SituationWords.load(file))
    assert (found[0].file, found[0].line) == (file, line)
    assert "tourist" in found[0].message
    assert "'asylum_seeker', 'protection_status'" in found[0].message


def test_empty_phrase_tells_nothing() -> None:
    words = SituationWords.model_validate({"student": {"en": ["?"]}})
    assert find_situation("where is the doctor", words) is None

"""Finding the language that somebody asks for, in any language."""

from __future__ import annotations

import pytest

from actions.language import find_language
from knowledge.languages import Languages
from knowledge.settings import PACKAGE

LANGUAGES = Languages.load(PACKAGE / "library" / "languages.yml")


@pytest.mark.parametrize("language", LANGUAGES, ids=lambda language: language.code)
def test_its_own_name_and_its_english_name(language) -> None:  # type: ignore[no-untyped-def]
    assert find_language(language.name, LANGUAGES) == language.code
    assert find_language(language.english, LANGUAGES) == language.code
    assert find_language(f"{language.name.upper()}!", LANGUAGES) == language.code


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("Arabisch alstublieft", "ar"),
        ("kan het in het Oekraïens?", "uk"),
        ("liever Turks", "tr"),
        ("Nederlands graag", "nl"),
        ("Vlaams", "nl"),
        ("in English please", "en"),
        ("do you speak somali", "so"),
        ("can we talk in Tigrinya", "ti"),
        ("pashto please", "ps"),
        ("Dari", "fa"),
        ("farsi", "fa"),
        ("parlez-vous français ?", "fr"),
        ("francais", "fr"),
        ("en néerlandais s'il vous plaît", "nl"),
        ("sprichst du Deutsch", "de"),
        ("auf Englisch bitte", "en"),
        ("habla español", "es"),
        ("en árabe por favor", "ar"),
        ("po polsku", "pl"),
        ("proszę po ukraińsku", "uk"),
        ("українською", "uk"),
        ("англійською будь ласка", "en"),
        ("по-русски пожалуйста", "ru"),
        ("на русском", "ru"),
        ("на английском", "en"),
        ("بالعربية", "ar"),
        ("بالعربي من فضلك", "ar"),
        ("بالتركية", "tr"),
        ("تكلم الهولندية", "nl"),
        ("فارسی صحبت کن", "fa"),
        ("به انگلیسی", "en"),
        ("دری", "fa"),
        ("پښتو", "ps"),
        ("په انګلیسي", "en"),
        ("Türkçe konuş", "tr"),
        ("Türkçeye geç", "tr"),
        ("İngilizce", "en"),
        ("Arapça lütfen", "ar"),
        ("af soomaali", "so"),
        ("ትግርኛ", "ti"),
        ("ብትግርኛ", "ti"),
    ],
)
def test_a_language_named_in_a_sentence(text: str, code: str) -> None:
    assert find_language(text, LANGUAGES) == code


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("englisch", "en"),
        ("Duetsch", "de"),
        ("Ukranian", "uk"),
        ("espanol", "es"),
        ("Turkse", "tr"),
    ],
)
def test_typing_errors_are_forgiven(text: str, code: str) -> None:
    assert find_language(text, LANGUAGES) == code


@pytest.mark.parametrize(
    "text",
    [
        "", "?", "another language please", "andere taal", "une autre langue", "لغة أخرى",
        "inna język", "change language", "Chinese", "in het Chinees", "português", "amharic",
        "I need a doctor", "ik zoek werk", "ok", "12",
    ],
)  # fmt: skip
def test_no_language_that_is_offered(text: str) -> None:
    assert find_language(text, LANGUAGES) is None

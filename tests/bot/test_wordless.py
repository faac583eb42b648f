"""Messages without words mean what their writer meant."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.wordless import meaning


@pytest.mark.parametrize(
    ("text", "payload"),
    [
        ("", "/empty"),
        ("   \n\t ", "/empty"),
        ("\u200b\u200f\u202e", "/empty"),
        ("\x00\x07", "/empty"),
        ("🆘", "/safety_medical"),
        ("🚑🚑🚑", "/safety_medical"),
        ("🙏 🚑", "/safety_medical"),
        ("112", "/safety_medical"),
        (" 112 ", "/safety_medical"),
        ("١١٢", "/safety_medical"),
        ("112!", "/safety_medical"),
        ("👍", "/affirm"),
        ("👍🏽", "/affirm"),
        ("👎", "/deny"),
        ("🙏", "/thanks"),
        ("👋", "/greet"),
        ("❤️", "/thanks"),
        ("🐫🏠", "/only_emoji"),
        ("1234", "/only_number"),
        ("12-05-1990", "/only_number"),
        ("?", "/help"),
        ("؟؟", "/help"),
        ("...", "/help"),
        ("???", "/help"),
    ],
)
def test_meaning(text: str, payload: str) -> None:
    assert meaning(text) == payload


@pytest.mark.parametrize(
    "text", ["hello", "ok 👍", "112 help", "مرحبا", "ሰላም", "я", "16 jaar", "🆘 help"]
)
def test_words_are_left_to_the_dialogue(text: str) -> None:
    assert meaning(text) is None


@given(st.text())
def test_every_message_without_words_has_a_meaning(text: str) -> None:
    found = meaning(text)
    assert found is None or found.startswith("/")
    if not any(sign.isalpha() for sign in text):
        assert found is not None


def test_every_meaning_is_an_intent_of_the_dialogue() -> None:
    from bot.model_files import BOT
    from knowledge.yaml_files import read_text

    domain = read_text(BOT / "domain.yml")
    for sign in ("", "🆘", "👍", "👎", "🙏", "👋", "🐫", "5", "?"):
        payload = meaning(sign)
        assert payload is not None
        assert f"  - {payload.removeprefix('/')}\n" in domain

"""The bot's own sentences: whole and translated in every language."""

from __future__ import annotations

import re
import string
from collections.abc import Callable
from pathlib import Path

import pytest

from actions.reply import Reply, Say, Status, Suggestion, say
from bot.sentences import FOLDER, ORIGINAL, Sentences
from knowledge.cards import Situation
from knowledge.errors import Problem
from knowledge.languages import Languages
from knowledge.plans import Standing
from knowledge.settings import PACKAGE
from knowledge.text import PARTS

Edit = Callable[[Path, str, str], int]
Problems = Callable[[Callable[[], object]], list[Problem]]

LANGUAGES = Languages.load(PACKAGE / "library" / "languages.yml").codes
TRANSLATIONS = [code for code in LANGUAGES if code != ORIGINAL]
SCRIPTS = {
    "ar": "ARABIC", "fa": "ARABIC", "ps": "ARABIC", "ru": "CYRILLIC", "uk": "CYRILLIC",
    "ti": "ETHIOPIC",
}  # fmt: skip
GROUPS = ["", "status", "part", "domain", "situation", "standing", "button", "widget"]


def everything(language: str) -> dict[str, str]:
    shared = Sentences.shared()
    return {
        f"{group}.{key}".lstrip("."): text
        for group in GROUPS
        for key, text in shared.group(language, group).items()
    }


def fields(text: str) -> list[str]:
    return sorted(name for _, name, _, _ in string.Formatter().parse(text) if name)


def test_every_language_has_its_sentences() -> None:
    assert set(Sentences.shared().languages) == set(LANGUAGES)
    assert len(LANGUAGES) == 14


@pytest.mark.parametrize("language", TRANSLATIONS)
def test_complete_with_its_placeholders(language: str) -> None:
    original, own = everything(ORIGINAL), everything(language)
    assert own.keys() == original.keys()
    for key, text in own.items():
        assert text.strip(), key
        assert fields(text) == fields(original[key]), key


@pytest.mark.parametrize("language", TRANSLATIONS)
def test_no_english_is_left(language: str) -> None:
    """A word that is the same in both languages is possible; a sentence is not."""
    original, own = everything(ORIGINAL), everything(language)
    same = [
        key
        for key, text in own.items()
        if text == original[key] and len(re.sub(r"\{\w+\}|[^\w ]", " ", text).split()) > 1
    ]
    assert not same, f"still English: {same}"
    words = [key for key, text in own.items() if text == original[key]]
    assert len(words) <= 12, f"many words are as in English: {words}"


@pytest.mark.parametrize("language", TRANSLATIONS)
def test_no_english_words_within_a_sentence(language: str) -> None:
    common = {
        "the", "you", "your", "please", "question", "answer", "this", "with", "would", "have",
        "what", "which", "from", "are", "not", "can",
    }  # fmt: skip
    own_words = {"nl": {"are", "not"}, "fr": {"question"}}
    unwanted = common - own_words.get(language, set())
    found = {
        key: words
        for key, text in everything(language).items()
        if (words := unwanted & set(re.findall(r"[a-z]+", re.sub(r"\{\w+\}", "", text).lower())))
    }
    assert not found


@pytest.mark.parametrize(("language", "script"), SCRIPTS.items())
def test_written_in_its_own_script(language: str, script: str) -> None:
    import unicodedata

    for key, text in everything(language).items():
        letters = [sign for sign in re.sub(r"\{\w+\}|Wegwijs", "", text) if sign.isalpha()]
        if not letters:
            continue
        own = sum(unicodedata.name(sign).startswith(script) for sign in letters)
        assert own >= 0.9 * len(letters), f"{key}: {text}"


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_value_that_is_named_by_a_key_has_words(language: str) -> None:
    shared = Sentences.shared()
    assert set(shared.group(language, "status")) == set(Status)
    assert set(shared.group(language, "situation")) == set(Situation)
    assert set(shared.group(language, "standing")) == set(Standing)
    assert set(shared.group(language, "part")) == set(PARTS)


def test_every_key_that_the_actions_say_exists() -> None:
    known = everything(ORIGINAL)
    missing = []
    for file in sorted((PACKAGE.parent / "actions").glob("*.py")):
        source = file.read_text(encoding="utf-8")
        for key in re.findall(r'\b(?:say\(\s*|Say\(key=)"([a-z_.]+)"', source):
            if key not in known:
                missing.append(f"{file.name}: {key}")
    assert not missing


def test_words_are_filled_in() -> None:
    shared = Sentences.shared()
    noted = Say(key="place_noted", values={"place": "Gent"})
    assert shared.words("nl", noted) != shared.words("en", noted)
    assert "Gent" in shared.words("nl", noted)
    nested = Say(
        key="plan_no_section",
        values={
            "document": "D", "year": "2025", "level": "EU", "standing": Say(key="standing.law"),
        },
    )  # fmt: skip
    law = shared.words("de", Say(key="standing.law"))
    assert law in shared.words("de", nested)
    assert "{" not in shared.words("de", nested)


def test_an_unknown_language_gets_the_original() -> None:
    shared = Sentences.shared()
    assert shared.words("xx", Say(key="thanks")) == shared.words(ORIGINAL, Say(key="thanks"))


def test_braces_in_what_is_filled_in_are_only_words() -> None:
    said = Sentences.shared().words("en", Say(key="person_contact", values={"contact": "{a} {0}"}))
    assert "{a} {0}" in said


def test_a_reply_is_spoken_in_its_language() -> None:
    reply = Reply(
        status=Status.SMALL_TALK,
        messages=(say("thanks"),),
        suggestions=(
            Suggestion(payload="/person", say=Say(key="button.person")),
            Suggestion(payload="/choose", text="Own words"),
        ),
        language="uk",
    )
    spoken = Sentences.shared().spoken(reply)
    assert spoken.messages[0].text == Sentences.shared().words("uk", Say(key="thanks"))
    assert spoken.messages[0].language == "uk"
    assert spoken.suggestions[0].text == Sentences.shared().words("uk", Say(key="button.person"))
    assert spoken.suggestions[1].text == "Own words"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for code in ("en", "nl"):
        source = (FOLDER / f"{code}.yml").read_text(encoding="utf-8")
        (tmp_path / f"{code}.yml").write_text(source, encoding="utf-8")
    return tmp_path


def test_a_missing_sentence_is_named(folder: Path, edit: Edit, problems: Problems) -> None:
    edit(folder / "nl.yml", "\nthanks:", "\nthankz:")
    messages = {problem.message for problem in problems(lambda: Sentences.load(folder))}
    assert messages == {
        "the sentence 'thanks' is missing.",
        "'thankz' is not a sentence of the bot.",
    }


def test_a_lost_placeholder_is_named(folder: Path, problems: Problems) -> None:
    file = folder / "nl.yml"
    text = file.read_text(encoding="utf-8")
    lines = [
        line.replace("{place}", "{plaats}") if line.startswith("place_noted:") else line
        for line in text.splitlines()
    ]
    file.write_text("\n".join(lines), encoding="utf-8")
    (problem,) = problems(lambda: Sentences.load(folder))
    assert problem.file == file
    assert problem.message == "place_noted: its placeholders must be: place."

"""The training data: every intent in enough languages, nothing twice, nothing of the tests."""

from __future__ import annotations

import json
from collections import Counter
from functools import cache
from pathlib import Path

import pytest
import yaml

from bot.model_files import BOT
from knowledge.languages import Languages
from knowledge.places import fold
from knowledge.settings import PACKAGE

HELD_OUT = BOT.parent / "tests" / "nlu"
LANGUAGES = Languages.load(PACKAGE / "library" / "languages.yml").codes
FEWEST_LANGUAGES = 6
# Only buttons and messages without words send these.
WITHOUT_EXAMPLES = {
    "start", "choose", "reads", "none_of_these", "empty", "only_emoji", "only_number",
}  # fmt: skip
# Letters without a meaning have no language.
OF_NO_LANGUAGE = {"nonsense"}


@cache
def examples(language: str) -> tuple[tuple[str, str], ...]:
    """Intent and text of every example of a language."""
    data = yaml.safe_load((BOT / "nlu" / f"{language}.yml").read_text(encoding="utf-8"))
    return tuple(
        (entry["intent"], line.removeprefix("- ").strip())
        for entry in data["nlu"]
        for line in entry["examples"].splitlines()
    )


def intents() -> list[str]:
    return list(yaml.safe_load((BOT / "domain.yml").read_text(encoding="utf-8"))["intents"])


def held_out(file: Path) -> list[dict[str, str]]:
    lines = file.read_text(encoding="utf-8").splitlines()
    return [json.loads(line) for line in lines if line.strip()]


def test_every_language_has_examples() -> None:
    assert {file.stem for file in (BOT / "nlu").glob("*.yml")} == set(LANGUAGES)
    assert {file.stem for file in HELD_OUT.glob("*.jsonl")} == {*LANGUAGES, "danger"}


@pytest.mark.parametrize("language", LANGUAGES)
def test_examples_are_of_intents_of_the_domain(language: str) -> None:
    assert {intent for intent, _ in examples(language)} <= set(intents())
    assert all(text for _, text in examples(language))


def test_every_intent_has_enough_languages() -> None:
    spoken = Counter(
        intent for language in LANGUAGES for intent in {intent for intent, _ in examples(language)}
    )
    assert set(spoken) == set(intents()) - WITHOUT_EXAMPLES
    few = {i: n for i, n in spoken.items() if n < FEWEST_LANGUAGES and i not in OF_NO_LANGUAGE}
    assert not few


def test_danger_is_known_in_every_language() -> None:
    dangers = {intent for intent in intents() if intent.startswith("safety_")}
    assert len(dangers) == 6
    for language in LANGUAGES:
        assert dangers <= {intent for intent, _ in examples(language)}, language


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_example_stands_under_two_intents(language: str) -> None:
    meanings: dict[str, set[str]] = {}
    for intent, text in examples(language):
        meanings.setdefault(fold(text) or text, set()).add(intent)
    assert not {text: found for text, found in meanings.items() if len(found) > 1}


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_example_stands_twice(language: str) -> None:
    counts = Counter(text for _, text in examples(language))
    assert not [text for text, count in counts.items() if count > 1]


@pytest.mark.parametrize("file", sorted(HELD_OUT.glob("*.jsonl")), ids=lambda file: file.stem)
def test_held_out_examples_are_not_trained_on(file: Path) -> None:
    lines = held_out(file)
    assert lines
    trained = {
        language: {fold(text) or text for _, text in examples(language)} for language in LANGUAGES
    }
    twice = [
        line["text"]
        for line in lines
        if (fold(line["text"]) or line["text"]) in trained[line.get("language", file.stem)]
    ]
    assert not twice


@pytest.mark.parametrize("file", sorted(HELD_OUT.glob("*.jsonl")), ids=lambda file: file.stem)
def test_held_out_examples_are_of_intents_of_the_domain(file: Path) -> None:
    known = set(intents())
    for line in held_out(file):
        assert line["text"].strip()
        assert line["intent"] in known, line
        assert line.get("language", file.stem) in LANGUAGES


def test_every_intent_has_a_rule_or_a_story() -> None:
    named = set()
    for name in ("rules", "stories"):
        data = yaml.safe_load((BOT / f"{name}.yml").read_text(encoding="utf-8"))
        for path in data[name]:
            named |= {step["intent"] for step in path["steps"] if "intent" in step}
    assert set(intents()) <= named

"""The detection of languages does not get worse: floors on messages that nothing is tuned on.

The figures of today, and those of other libraries: `python -m benchmarks.language_detection`.
"""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from pathlib import Path
from typing import Any

import pytest

from bot.language_detection import LanguageDetector
from knowledge.languages import Languages
from knowledge.settings import PACKAGE

FOLDER = Path(__file__).resolve().parents[2] / "benchmarks" / "language"
LANGUAGES = Languages.load(PACKAGE / "library" / "languages.yml").codes


def held_out(name: str) -> list[dict[str, Any]]:
    lines = [json.loads(line) for line in (FOLDER / name).read_text("utf-8").splitlines()]
    return [line for line in lines if line["split"] == "held-out"]


MESSAGES = held_out("messages.jsonl")
OFFERED = [m for m in MESSAGES if m["language"] in LANGUAGES]
OTHERS = [m for m in MESSAGES if m["language"] not in LANGUAGES]


@pytest.fixture(scope="module")
def detector() -> LanguageDetector:
    return LanguageDetector.shared()


@pytest.fixture(scope="module")
def found(detector: LanguageDetector) -> dict[str, str | None]:
    return {m["text"]: detector.detect(m["text"]).language for m in MESSAGES}


def share(marks: list[bool]) -> float:
    return sum(marks) / len(marks)


def test_the_sample_is_as_large_as_the_floors_need() -> None:
    by_language = Counter(m["language"] for m in MESSAGES)
    assert by_language.keys() > set(LANGUAGES)
    assert all(by_language[code] >= 20 for code in LANGUAGES)
    assert len(OTHERS) >= 190
    assert all(len(m["text"].split()) <= 8 for m in MESSAGES)


def test_offered_languages_are_recognised(found: dict[str, str | None]) -> None:
    marks: defaultdict[str, list[bool]] = defaultdict(list)
    for message in OFFERED:
        marks[message["language"]].append(found[message["text"]] == message["language"])
    assert share([mark for each in marks.values() for mark in each]) >= 0.965  # .980
    weak = {code: share(each) for code, each in marks.items() if share(each) < 0.85}
    assert not weak


def test_from_three_words_on_hardly_any_is_missed(found: dict[str, str | None]) -> None:
    long = [m for m in OFFERED if len(m["text"].split()) >= 3]
    wrong = [m["text"] for m in long if found[m["text"]] != m["language"]]
    assert len(wrong) <= len(long) // 100, wrong  # none


def test_languages_that_are_not_offered_are_not_taken_for_one(
    found: dict[str, str | None],
) -> None:
    taken = [m["text"] for m in OTHERS if found[m["text"]] in LANGUAGES]
    assert len(taken) <= 9, taken  # 6


@pytest.mark.parametrize(
    "pair", ["ti am", "fa ar", "fa ps", "ar ps", "fa ur", "fa ckb", "uk ru", "uk bg", "ru bg"]
)
def test_languages_that_are_written_alike(found: dict[str, str | None], pair: str) -> None:
    pair_of = set(pair.split())
    both = [m for m in MESSAGES if m["language"] in pair_of]
    assert len(both) >= 30
    mixed = [m["text"] for m in both if {m["language"], found[m["text"]]} == pair_of]
    assert len(mixed) <= 2, mixed  # none or 1


def test_a_conversation_keeps_its_language(detector: LanguageDetector) -> None:
    kept = [
        detector.language_to_answer_in(m["text"], m["language"], None) == m["language"]
        for m in OFFERED
    ]
    assert share(kept) >= 0.99  # 1.000
    kept = [detector.language_to_answer_in(m["text"], "nl", None) == "nl" for m in OTHERS]
    assert share(kept) >= 0.95  # .970: what is taken for one of another script changes it


def test_a_clear_sentence_changes_the_language(detector: LanguageDetector) -> None:
    marks = [
        detector.language_to_answer_in(m["text"], before, None) == m["language"]
        for m in OFFERED
        for before in LANGUAGES
        if len(m["text"].split()) >= 4 and before != m["language"]
    ]
    assert share(marks) >= 0.98


def test_turns_with_an_earlier_language_or_a_setting(detector: LanguageDetector) -> None:
    turns = held_out("turns.jsonl")
    assert len(turns) >= 30
    wrong = [
        turn
        for turn in turns
        if detector.language_to_answer_in(turn["text"], turn["previous"], turn["setting"])
        != turn["answer_in"]
    ]
    assert len(wrong) <= 1, wrong  # none

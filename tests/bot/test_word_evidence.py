"""What single words say about the language of a message."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.word_evidence import WordEvidence, plain_words, read_examples

EXAMPLES = [
    ("nl", "ik heb geen BSN"),
    ("nl", "ik ga naar de gemeente"),
    ("tr", "BSN nedir"),
    ("ar", "ما عندي BSN"),
    ("uk", "у мене нема BSN"),
    ("uk", "де gemeente"),
]


@pytest.fixture(scope="module")
def evidence() -> WordEvidence:
    return WordEvidence(EXAMPLES, {"ro": "nu am bani bani", "bg": "нямам пари"})


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Çocuğumun IŞİ", ["cocugumun", "isi"]),
        ("zażółć gęślą jaźń!", ["zazolc", "gesla", "jazn"]),
        ("j’ai 2 enfants", ["j'ai", "enfants"]),
        ("Їжак і йод", ["їжак", "і", "йод"]),  # the marks make other letters
        ("کمک می‌خواهم", ["کمک", "میخواهم"]),
        ("ሓገዝ ደልየ።", ["ሓገዝ", "ደልየ"]),
        ("?! 18", []),
    ],
)
def test_words_as_hurried_people_type_them(text: str, words: list[str]) -> None:
    assert plain_words(text) == words


@given(st.text(max_size=80))
def test_plain_words_stay_as_they_are(text: str) -> None:
    words = plain_words(text)
    assert plain_words(" ".join(words)) == words


def test_words_that_every_script_borrows_are_local_names(evidence: WordEvidence) -> None:
    assert evidence.local_names == {"bsn"}


def test_a_word_speaks_for_the_languages_that_use_it(evidence: WordEvidence) -> None:
    assert evidence.score(["nedir"], "tr") > 0
    assert evidence.score(["nedir"], "nl") == 0
    assert evidence.score(["ik", "heb"], "nl") > evidence.score(["heb"], "nl")
    assert evidence.score(["ik"], "nl") > evidence.score(["heb"], "nl")  # it stands there twice
    assert evidence.known("bani", "ro")
    assert not evidence.known("bani", "nl")


def test_a_common_word_counts_once(evidence: WordEvidence) -> None:
    assert evidence.score(["bani"], "ro") == pytest.approx(evidence.score(["nu"], "ro"))


def test_examples_are_read_with_their_language(tmp_path: Path) -> None:
    examples = "      - guri\n      - shaqo ma helaa\n"
    (tmp_path / "so.yml").write_text(
        'version: "3.1"\nnlu:\n  - intent: ask\n    examples: |\n' + examples, encoding="utf-8"
    )
    assert list(read_examples(tmp_path)) == [("so", "guri"), ("so", "shaqo ma helaa")]

"""Dates of birth, said as such. Any other date decides many answers and stays."""

from __future__ import annotations

import regex

from bot.redaction.marks import BIRTH_DATE
from bot.redaction.vocabulary import any_of

_BEFORE = any_of(lambda words: words.birth.before)
_AFTER = any_of(lambda words: words.birth.after)
_OF = r"(?:(?:de|of|del|d['’]) ?)?"
_DATE = (
    r"(?<![\d./-])(?:"
    r"\d{1,2}\s?[./-]\s?\d{1,2}\s?[./-]\s?(?:\d{4}|\d{2})"
    r"|\d{4}\s?[./-]\s?\d{1,2}\s?[./-]\s?\d{1,2}"
    rf"|\d{{1,2}}(?:st|nd|rd|th|er|º|\.)?\s?{_OF}[\p{{L}}\p{{M}}]{{3,15}}+\.?,?\s{_OF}\d{{4}}"
    r"|\p{L}{3,10}+\s\d{1,2}(?:st|nd|rd|th)?,?\s\d{4}"
    r"|\d{1,2}\s\d{1,2}\s\d{4})(?![./-]?\d)"
)
# Few words between, none of which begins another sentence: "born in Syria and came on …".
_BETWEEN = r"(?:[\s:=(-]++(?!(?:and|en|et|und|y|i|і|и|ve|oo|و\p{L}*)\s)[^\s\d,;.\[\]]{1,15}+){0,3}+"
_SAID_BEFORE = regex.compile(
    rf"(?<!\w)({_BEFORE}(?!\w){_BETWEEN}[\s:=(-]*+)({_DATE})", regex.IGNORECASE
)
_SAID_AFTER = regex.compile(
    rf"({_DATE})(?=[\s,]?\s?(?:\p{{L}}{{1,10}}\s)?(?<!\w){_AFTER}(?!\w))", regex.IGNORECASE
)


def hide_birth_dates(text: str) -> str:
    """The text with marks for dates of birth."""
    text = _SAID_BEFORE.sub(rf"\1{BIRTH_DATE}", text)
    return str(_SAID_AFTER.sub(BIRTH_DATE, text))

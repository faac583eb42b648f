"""Amounts, terms and telephone numbers that stand in a text and not in its facts.

A value that stands in a text must be mended in every language when it changes, and nobody is told
that it did. Ages and years may stand in a text: they are part of the rule, not its amount.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import Literal

from knowledge.cards import Card
from knowledge.checks.finding import Context, Finding
from knowledge.facts import Fact, FactKind
from knowledge.layers import Layer
from knowledge.places import fold
from knowledge.text import PLACEHOLDER

_NUMBER = re.compile(r"(?<![\w/.-])[+(]?\d[\d .,/()-]*\d|(?<![\w/.-])\d")
_MONEY = re.compile(r"^\s*(€|eur\b|euro|євро|евро|يورو|یورو|ዩሮ)", re.IGNORECASE)
_MONEY_BEFORE = re.compile(r"(€|eur|euro)\s*$", re.IGNORECASE)
_PERCENT = re.compile(r"^\s*(%|٪)")
_ORDERED = re.compile(r"^\s*\d+[.)]\s")
_LINK = re.compile(r"https?://|www\.|[\w.-]+@[\w-]+\.\w")
_YEARS = range(1900, 2101)
_UNITS: tuple[Literal["hour", "day", "week", "month"], ...] = ("hour", "day", "week", "month")
_LONGEST_AGE = 2
"""Digits of the longest number that may be an age."""


def check(context: Context) -> Iterator[Finding]:
    """Values of cards and layers; the figures of a plan passage are its own text."""
    for written in context.written:
        if not isinstance(written.owner, Card | Layer):
            continue
        for number, line in written.body:
            words = _ORDERED.sub("", PLACEHOLDER.sub("", line))
            for value in _values(words, written.language):
                message = (
                    f"{value!r} stands in the text; make it a fact and write its name in braces."
                )
                yield Finding(written.file, number, message, "bare-value")
            if link := _LINK.search(words):
                message = f"{link[0]!r}: an address belongs in the facts; name it in braces."
                yield Finding(written.file, number, message, "bare-link")


def _values(line: str, language: str) -> Iterator[str]:
    for match in _NUMBER.finditer(line):
        before, after = line[: match.start()], line[match.end() :]
        digits = re.sub(r"\D", "", match[0])
        follows = re.match(r"\s*[-\u200c]?(\w+)", after)
        if (
            _MONEY.match(after)
            or _MONEY_BEFORE.search(before)
            or _PERCENT.match(after)
            or (follows and fold(follows[1]) in _time_words(language))
            or (len(digits) > _LONGEST_AGE and not _is_year(match[0].strip(" .,()-")))
        ):
            yield match[0].strip(" .,")


def _is_year(number: str) -> bool:
    parts = re.split(r"[-/ ,.]+", number)
    return all(part.isdigit() and (int(part) in _YEARS or len(part) <= 2) for part in parts)


@lru_cache
def _time_words(language: str) -> frozenset[str]:
    """The words for hours, days, weeks and months, in the forms that follow a number."""
    words = set()
    for unit in _UNITS:
        for count in (1, 2, 5, 14):
            fact = Fact(kind=FactKind.DURATION, value=count, unit=unit, source="")
            words |= {fold(word) for word in re.findall(r"[^\W\d]{2,}", fact.written(language))}
    return frozenset(words)

"""Texts in another language or script than their file's name says."""

from __future__ import annotations

import unicodedata
from collections import Counter
from collections.abc import Iterator
from functools import lru_cache

from py3langid import langid

from knowledge.checks.finding import Context, Finding, Written
from knowledge.text import PLACEHOLDER

_SCRIPTS = {
    "ar": "ARABIC", "fa": "ARABIC", "ps": "ARABIC", "uk": "CYRILLIC", "ru": "CYRILLIC",
    "ti": "ETHIOPIC",
}  # fmt: skip
_LATIN = {"nl", "en", "fr", "de", "es", "pl", "tr", "so"}
_LEAST_OWN_SCRIPT = 0.5
"""Share of letters in the language's script: local names keep their Latin letters."""

_LEAST_LETTERS = 40
"""Below this a text says too little of its language."""

_FOREIGN_LETTERS = {
    "fa": set("ةيكى"), "ar": set("پچژگکی"), "uk": set("ыэъё"), "ru": set("іїєґ"),
}  # fmt: skip
"""Letters of a sister language that a keyboard slips in."""


def check(context: Context) -> Iterator[Finding]:
    """Texts whose script or language is not that of their file."""
    for written in context.written:
        blocks = [block for part in written.parts.values() for block in part]
        letters = " ".join(PLACEHOLDER.sub(" ", block.plain) for block in blocks)
        yield from _script(written, letters)
        yield from _sister(written)


def _script(written: Written, text: str) -> Iterator[Finding]:
    counts = Counter(script_of(sign) for sign in text if sign.isalpha())
    total = sum(counts.values())
    if total < _LEAST_LETTERS:
        return
    own = _SCRIPTS.get(written.language, "LATIN")
    line = written.body[0][0]
    if counts[own] / total < _LEAST_OWN_SCRIPT:
        most = counts.most_common(1)[0][0].title()
        message = f"most letters are {most}; a text in {written.language!r} is {own.title()}."
        yield Finding(written.file, line, message, "other-script")
        return
    found = language_of(text, written.language)
    if found != written.language:
        message = (
            f"this reads like {found!r}, not like {written.language!r}. "
            "Was it saved under another language's name?"
        )
        yield Finding(written.file, line, message, "other-language")


def _sister(written: Written) -> Iterator[Finding]:
    foreign = _FOREIGN_LETTERS.get(written.language)
    if not foreign:
        return
    for number, line in written.body:
        if slipped := sorted(set(line.casefold()) & foreign):
            message = f"the letter {slipped[0]!r} is not one of {written.language!r}."
            yield Finding(written.file, number, message, "foreign-letter")


@lru_cache(maxsize=4096)
def script_of(sign: str) -> str:
    """The script of a letter, as the first word of its Unicode name says it."""
    return unicodedata.name(sign, "UNKNOWN").split()[0]


def language_of(text: str, expected: str) -> str:
    """The language of a long text among those of its script.

    Args:
        text: A text of some sentences.
        expected: The language that it should be, which is answered where the model has no
            other of its script.
    """
    script = _SCRIPTS.get(expected, "LATIN")
    rivals = _LATIN if script == "LATIN" else {c for c, s in _SCRIPTS.items() if s == script}
    ranked = {code: score for code, score in langid.rank(text.casefold()) if code in rivals}
    return max(ranked, key=lambda code: ranked[code]) if expected in ranked else expected

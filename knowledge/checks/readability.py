"""How hard a text is to read: long sentences, hard words, long parts.

Reading ease is Flesch's, with the constants of each language (Flesch 1948; for Dutch Douma 1960,
for German Amstad 1978, for Spanish Fernández Huerta 1959), counted by textstat. Where it has no
constants, the length of sentences and words stands in.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from textstat import textstat

from knowledge.checks.finding import Context, Finding, Severity, Written
from knowledge.plans import Passage
from knowledge.text import PLACEHOLDER

LONGEST_SENTENCE = 25
"""Words of a sentence, without what stands in brackets to explain a local name."""

LONGEST_AVERAGE = 15
"""Words of a text's sentences on average: about twelve are asked for."""

LONGEST_PART = 1500
"""Signs of one part: more is a wall of text on a phone."""

READING_EASE = {"en": 60, "nl": 45, "fr": 55, "de": 40, "es": 55, "ru": 35}
"""The least that a text of this language may have: B1 texts have more."""

PLAN_SENTENCE, PLAN_EASE, PLAN_WORD = 3, 15, 0.6
"""How much more a plan passage may have: the names of plans, funds and bodies are long words."""

LONGEST_WORDS = {
    "pl": 6.8, "uk": 6.9, "ar": 5.8, "fa": 4.8, "ps": 4.8, "tr": 7.7, "so": 6.5, "ti": 4.8,
}  # fmt: skip
"""Signs of a word on average, where there is no formula: more than our plain texts have."""

_SENTENCE_END = re.compile(r"(?<=[.!?؟።])\s+")
_EXPLANATION = re.compile(r"\s*\([^()]*\)")
_WORD = re.compile(r"\w[\w'’ʼ-]*")


@dataclass(frozen=True)
class Ease:
    """How hard a text is.

    Attributes:
        sentence: Words of a sentence on average.
        word: Signs of a word on average.
        reading_ease: Flesch's measure, 0 (hard) to 100; None where the language has no constants.
    """

    sentence: float
    word: float
    reading_ease: float | None


def check(context: Context) -> Iterator[Finding]:
    """Sentences, texts and parts that are too long or too hard."""
    for written in context.written:
        yield from _long_sentences(written)
        yield from _long_parts(written)
        yield from _hard_text(written)


def sentences(text: str) -> list[str]:
    """The sentences of a paragraph, without explanations in brackets."""
    plain = _EXPLANATION.sub("", PLACEHOLDER.sub("1", text))
    return [one for one in _SENTENCE_END.split(plain.strip()) if _WORD.search(one)]


def ease(written: Written) -> Ease | None:
    """How hard a text is; None when it has no words."""
    pieces = [
        piece
        for blocks in written.parts.values()
        for block in blocks
        for paragraph in (block.text, *block.items)
        for piece in sentences(paragraph)
    ]
    words = [word for piece in pieces for word in _WORD.findall(piece)]
    if not words:
        return None
    letters = sum(len(word) for word in words) / len(words)
    flesch = None
    if written.language in READING_EASE:
        textstat.set_lang(written.language)
        text = " ".join(piece.rstrip(".!?:; ") + "." for piece in pieces)
        flesch = float(textstat.flesch_reading_ease(text))
    return Ease(len(words) / len(pieces), letters, flesch)


def _long_sentences(written: Written) -> Iterator[Finding]:
    for number, line in written.body:
        for sentence in sentences(line):
            count = len(_WORD.findall(sentence))
            if count > LONGEST_SENTENCE:
                message = (
                    f"a sentence of {count} words ({' '.join(sentence.split()[:6])} …). "
                    f"Make two of it: {LONGEST_SENTENCE} is the most, about 12 is good."
                )
                yield Finding(written.file, number, message, "long-sentence", Severity.WARNING)


def _long_parts(written: Written) -> Iterator[Finding]:
    for part, blocks in written.parts.items():
        shown = "\n".join(block.filled(written.facts, written.language).plain for block in blocks)
        if len(shown) > LONGEST_PART:
            line = written.line_with(f"## {part}")
            message = (
                f"the part {part} has {len(shown)} signs; {LONGEST_PART} is the most that can be "
                "read on a phone. Leave out what few people need."
            )
            yield Finding(written.file, line, message, "long-part")


def _hard_text(written: Written) -> Iterator[Finding]:
    found = ease(written)
    if found is None:
        return
    line = written.body[0][0]
    plan = isinstance(written.owner, Passage)
    most = LONGEST_AVERAGE + (PLAN_SENTENCE if plan else 0)
    if found.sentence > most:
        message = (
            f"its sentences have {found.sentence:.0f} words on average; about 12 is good, "
            f"{most} the most."
        )
        yield Finding(written.file, line, message, "hard-to-read", Severity.WARNING)
    least = READING_EASE.get(written.language, 0) - (PLAN_EASE if plan else 0)
    if found.reading_ease is not None and found.reading_ease < least:
        message = (
            f"its reading ease is {found.reading_ease:.0f}, below {least}. "
            "Use shorter sentences and everyday words."
        )
        yield Finding(written.file, line, message, "hard-to-read", Severity.WARNING)
    longest = LONGEST_WORDS.get(written.language)
    if longest is not None and plan:
        longest += PLAN_WORD
    if longest is not None and found.word > longest:
        message = (
            f"its words have {found.word:.1f} signs on average, more than {longest}. "
            "Use shorter, everyday words."
        )
        yield Finding(written.file, line, message, "hard-to-read", Severity.WARNING)

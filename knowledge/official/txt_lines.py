"""Lines of a text file with what their spaces say, and how the file uses its lines."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from statistics import quantiles
from typing import Literal

# A paragraph a line; lines cut at a width, with a blank line between paragraphs; or every cut
# line followed by a blank one, so that a blank line says nothing.
Layout = Literal["paragraphs", "wrapped", "double-spaced"]

_RULE_WIDTH = 20
_WRAPPED_WIDTH = 140
_SENTENCE_END = re.compile(r"[.!?:;…][\"'”’»)\]]*$")
_URL = re.compile(r"(?:https?://|www\.)\S+")
BULLET = re.compile(r"\A(?:[-–—•▪●◦‣·*]|o(?=\s{2,}))\s+(?=\S)")


@dataclass(frozen=True)
class Line:
    """One line that is not blank.

    Attributes:
        text: Without spaces around it.
        indent: Spaces before it.
        trailing: Spaces behind it.
        blanks: Blank lines before it.
        spaced: Whether a line of only spaces stands before it.
        ruled: Whether a long line of spaces stands before it, the rule above footnotes.
        fed: Whether a form feed stands before it.
    """

    text: str
    indent: int
    trailing: int
    blanks: int
    spaced: bool = False
    ruled: bool = False
    fed: bool = False

    @property
    def ends_sentence(self) -> bool:
        """Whether its last letter ends a sentence or a clause of a list."""
        return bool(_SENTENCE_END.search(self.text))

    @property
    def is_url(self) -> bool:
        """Whether it is nothing but an address."""
        return bool(_URL.fullmatch(self.text))


def lines_of(text: str) -> list[Line]:
    """The lines of a text that are not blank."""
    lines: list[Line] = []
    blanks, spaced, ruled, fed = 0, False, False, False
    for raw in text.replace("\r\n", "\n").replace("\r", "\n").split("\n"):
        fed = fed or "\f" in raw
        raw = raw.replace("\f", "").replace("\t", "    ").replace("\u00a0", " ")
        stripped = raw.strip()
        if not stripped:
            blanks += 1
            spaced = spaced or bool(raw)
            ruled = ruled or len(raw) >= _RULE_WIDTH
            continue
        indent = len(raw) - len(raw.lstrip())
        trailing = len(raw) - len(raw.rstrip())
        lines.append(Line(stripped, indent, trailing, blanks, spaced, ruled, fed))
        blanks, spaced, ruled, fed = 0, False, False, False
    return lines


def width_of(lines: Sequence[Line]) -> int:
    """How long a full line is."""
    lengths = [len(line.text) for line in lines if not line.is_url]
    if len(lengths) < 2:
        return max(lengths, default=1)
    return round(quantiles(lengths, n=10, method="inclusive")[-1])


def layout_of(lines: Sequence[Line]) -> Layout:
    """How the file uses its lines.

    Args:
        lines: All lines of the file.

    Returns:
        The layout that most lines speak for.
    """
    width = width_of(lines)
    if width > _WRAPPED_WIDTH:
        return "paragraphs"
    pairs = list(pairwise(lines))
    # A line that breaks off inside a sentence tells how its file cuts lines.
    cut = [
        after.blanks > 0
        for before, after in pairs
        if after.text[0].islower() and len(before.text) > width / 2 and not before.ends_sentence
    ]
    if not cut:
        return "paragraphs"
    return "double-spaced" if sum(cut) > len(cut) / 2 else "wrapped"

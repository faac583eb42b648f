"""Lines of a PDF page: words put together by where they stand, with their font."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

_NUMBER = re.compile(r"[(\[]?(\d{1,3})[)\]]?")
_MEASURE = re.compile(r"(?:\b[kcdm]?m|\bCO|[=^])$")
_BOLD = re.compile(r"bold|black|heavy|semibold|demi", re.IGNORECASE)
# Signs of symbol fonts have private letters.
_PRIVATE = re.compile(r"^[\uf000-\uf8ff\u25a0-\u25ff\u2022\u00b7§]+$")
_RAISED = 0.86
_GUTTER = 9.0


@dataclass
class PdfLine:
    """One line of a page.

    Attributes:
        size: Size of most of its letters.
        bold: Whether all its letters are bold.
        marks: Footnotes that are called in it.
        note: A raised number with which it begins: the footnote's own.
    """

    text: str
    page: int
    x0: float
    x1: float
    top: float
    bottom: float
    size: float
    bold: bool
    marks: tuple[str, ...] = ()
    note: str = ""

    @property
    def ends_sentence(self) -> bool:
        """Whether its last letter ends a sentence or a clause of a list."""
        return bool(re.search(r"[.!?:;…][\"'”’»)\]]*$", self.text))


@dataclass
class _Row:
    words: list[dict[str, Any]] = field(default_factory=list)
    middle: float = 0.0
    size: float = 0.0

    def add(self, word: dict[str, Any]) -> None:
        self.words.append(word)
        if word["size"] > self.size:
            self.size = word["size"]
            self.middle = (word["top"] + word["bottom"]) / 2


def lines_of_words(words: Sequence[dict[str, Any]], page: int) -> list[PdfLine]:
    """Put words together.

    Args:
        words: Of pdfplumber, with `size` and `fontname`.
        page: The page they stand on.

    Returns:
        Lines in reading order: those of the left column first where there are two.
    """
    columns = _columns(words)
    return [line for column in columns for line in _lines(column, page)]


def _columns(words: Sequence[dict[str, Any]]) -> list[list[dict[str, Any]]]:
    """The words of each column; one column unless an empty strip parts the page."""
    whole = [list(words)]
    if len(words) < 80:
        return whole
    left, right = min(w["x0"] for w in words), max(w["x1"] for w in words)
    width = right - left
    steps = range(round(left + width * 0.35), round(left + width * 0.65), 2)
    for x in steps:
        if any(w["x0"] < x + _GUTTER and w["x1"] > x for w in words):
            continue
        sides = [w for w in words if w["x1"] <= x], [w for w in words if w["x0"] >= x + _GUTTER]
        if min(len(side) for side in sides) < len(words) * 0.25:
            continue
        # Two columns of text fill their width; a list with dates beside it does not.
        lines = [_lines(side, 0) for side in sides]
        if all(sum(len(line.text) > 25 for line in side) >= 6 for side in lines):
            return [list(side) for side in sides]
    return whole


def _lines(words: Iterable[dict[str, Any]], page: int) -> list[PdfLine]:
    rows: list[_Row] = []
    for word in sorted(words, key=lambda one: (one["top"] + one["bottom"]) / 2):
        middle = (word["top"] + word["bottom"]) / 2
        last = rows[-1] if rows else None
        if last is None or abs(middle - last.middle) > 0.55 * max(last.size, word["size"]):
            last = _Row()
            rows.append(last)
        last.add(word)
    return [line for row in rows if (line := _line(row, page)).text]


def _line(row: _Row, page: int) -> PdfLine:
    words = sorted(row.words, key=lambda one: one["x0"])
    sizes: Counter[float] = Counter()
    for word in words:
        sizes[round(word["size"] * 2) / 2] += len(word["text"])
    size = sizes.most_common(1)[0][0]
    base = max((one["bottom"] for one in words if one["size"] >= size * 0.9), default=row.middle)
    text, marks, note = "", [], ""
    before: dict[str, Any] | None = None
    for word in words:
        raised = word["size"] <= size * _RAISED and word["bottom"] < base - size * 0.08
        found = _NUMBER.fullmatch(word["text"].strip())
        if raised and found and not _MEASURE.search(text):
            if text:
                marks.append(found[1])
            else:
                note = found[1]
            continue
        piece = "•" if _PRIVATE.match(word["text"]) else word["text"]
        close = before is not None and word["x0"] - before["x1"] < size * 0.12
        text += piece if not text or close else f" {piece}"
        before = word
    letters = [one for one in words if any(letter.isalpha() for letter in one["text"])]
    bold = bool(letters) and all(_BOLD.search(str(one["fontname"])) for one in letters)
    return PdfLine(
        text.strip(),
        page,
        min(one["x0"] for one in words),
        max(one["x1"] for one in words),
        min(one["top"] for one in words),
        max(one["bottom"] for one in words),
        size,
        bold,
        tuple(marks),
        note,
    )


def body_size(lines: Iterable[PdfLine]) -> float:
    """Size of most letters of a text."""
    sizes: Counter[float] = Counter()
    for line in lines:
        sizes[line.size] += len(line.text)
    return sizes.most_common(1)[0][0] if sizes else 10.0

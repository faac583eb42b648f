"""Tables of actions that lost their columns: an action, when, and by whom, one under the other.

A PDF that was saved as text gives each cell line after line. What a line is shows in its words
(a year) and in its width: the action's column is wide, those of theme and actors are narrow.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from knowledge.official.blocks import Block
from knowledge.official.clean import Joiner
from knowledge.official.txt_lines import Line

_YEAR = r"(?:19|20)\d\d"
_WHEN = rf"(?:(?:vanaf|from|à partir de|ab|tot|until) )?{_YEAR}(?:\s?[-–/]\s?{_YEAR})?"
_EVERY = r"(?:Jaarlijks|Doorlopend|Annual(?:ly)?|Ongoing|Annuel|Jährlich|Continu)"
_TIMING = re.compile(rf"(?P<timing>{_WHEN}|{_EVERY})(?:\s+(?P<actors>[A-Z]{{2,5}}\b.*))?")
# The same behind the last words of an action, where two cells fell into one line.
_INLINE = re.compile(rf"(?P<action>.+\S)\s+(?P<timing>{_WHEN})(?:\s+(?P<actors>[A-Z]{{2,5}}\b.*))?")
_NARROW = 20
_FEWEST = 8


@dataclass
class _Row:
    theme: str
    page: int
    action: list[str] = field(default_factory=list)
    timing: str = ""
    actors: list[str] = field(default_factory=list)


def table_start(lines: Sequence[Line]) -> int | None:
    """Where a flattened table begins, which then reaches to the end.

    Args:
        lines: The lines of a double-spaced text.

    Returns:
        Index of its title, a line of capitals; None when there is no such table.
    """
    timings = [index for index, line in enumerate(lines) if _TIMING.fullmatch(line.text)]
    if len(timings) < _FEWEST:
        return None
    for index in range(timings[0], -1, -1):
        line = lines[index]
        if line.text.isupper() and len(line.text) > _NARROW:
            inside = [one for one in timings if one > index]
            # Years that stand alone in running text are footnote numbers of a long book.
            dense = len(inside) >= max(_FEWEST, (len(lines) - index) // 40)
            return index if dense else None
    return None


def read_table(lines: Sequence[Line], pages: Sequence[int], joiner: Joiner) -> list[Block]:
    """Rebuild the rows.

    Args:
        lines: From the title on.
        pages: The page of each line.
        joiner: Joins the lines of a cell.

    Returns:
        The title as a heading, and a row for each action with `theme`, `action`, `timing` and
        `actors`.
    """
    body = _after_header(lines)
    blocks = [Block("heading", joiner.join([lines[0].text]), pages[0])]
    labels = _labels(lines[1:body], joiner)
    for row in _rows(lines[body:], pages[body:]):
        cells = {
            "theme": row.theme,
            "action": joiner.join(row.action),
            "timing": joiner.join([row.timing]),
            "actors": joiner.join(row.actors),
        }
        after = [
            f"{label}: {cells[name]}"
            for name, label in zip(("timing", "actors"), labels, strict=True)
            if cells[name]
        ]
        text = " | ".join(
            [f"{row.theme}: {cells['action']}" if row.theme else cells["action"], *after]
        )
        blocks.append(Block("row", text, row.page, cells=cells))
    return blocks


def _after_header(lines: Sequence[Line]) -> int:
    """Index of the first line behind the names of the columns."""
    # The names stand between the title and a line of spaces; the theme's column has none.
    for index in range(2, min(len(lines), 16)):
        if lines[index].spaced:
            return index
    return 1


def _labels(header: Sequence[Line], joiner: Joiner) -> tuple[str, str]:
    """The names of the columns of timing and actors, the last two of the header."""
    names: list[list[str]] = []
    for line in header:
        if line.text[0].isupper() or not names:
            names.append([line.text])
        else:
            names[-1].append(line.text)
    if len(names) < 3:
        return "timing", "actors"
    return joiner.join(names[-2]), joiner.join(names[-1])


def _rows(lines: Sequence[Line], pages: Sequence[int]) -> Iterator[_Row]:
    theme, row = "", _Row("", pages[0])
    index = 0
    while index < len(lines):
        line = lines[index]
        length = _theme_length(lines, index) if _finished(row) or not row.action else 0
        if length:
            if row.action:
                yield row
            theme = " ".join(one.text for one in lines[index : index + length])
            row = _Row(theme, pages[index])
            index += length
            continue
        timing = _TIMING.fullmatch(line.text)
        if row.action and not row.timing and timing:
            row.timing, actors = timing["timing"], timing["actors"]
            row.actors += [actors] if actors else []
        elif row.timing and _more_actors(row, line):
            row.actors.append(line.text)
        elif row.timing and not _starts_row(row, line):
            row.action.append(line.text)
        else:
            if row.action and (row.timing or _ended_without_timing(row, line)):
                yield row
                row = _Row(theme, pages[index])
            inline = _INLINE.fullmatch(line.text)
            if inline and not row.timing:
                row.action.append(inline["action"])
                row.timing = inline["timing"]
                row.actors += [inline["actors"]] if inline["actors"] else []
            else:
                row.action.append(line.text)
        index += 1
    if row.action:
        yield row


def _finished(row: _Row) -> bool:
    return bool(row.timing) and bool(row.actors) and not row.actors[-1].endswith(",")


def _theme_length(lines: Sequence[Line], start: int) -> int:
    """How many narrow lines from here are a theme; none when they are actors or an action.

    A theme stands alone in its cell, so a line of only spaces is before or behind it.
    """
    if not lines[start].text[0].isupper():
        return 0
    end = start
    while end < len(lines) and _is_narrow(lines[end]) and (end == start or not lines[end].spaced):
        end += 1
    if end == len(lines) or _is_narrow(lines[end]):
        return 0
    if any(_TIMING.fullmatch(one.text) for one in lines[start:end]):
        return 0
    return end - start if lines[start].spaced or lines[end].spaced else 0


def _is_narrow(line: Line) -> bool:
    return len(line.text) <= _NARROW


def _more_actors(row: _Row, line: Line) -> bool:
    """Whether a line behind the timing goes on with the actors."""
    if not _is_narrow(line) or (line.indent and not line.blanks):
        return False
    if not row.actors or row.actors[-1].endswith(","):
        return True
    # The action's last words, after a page was turned, end with a full stop; actors never do.
    return not line.text.endswith(".")


def _starts_row(row: _Row, line: Line) -> bool:
    """Whether a line behind the timing begins another action.

    When a page turns inside an action, its timing stands before its last lines.
    """
    return line.text[0].isupper() and bool(row.action) and row.action[-1].endswith((".", ")", '"'))


def _ended_without_timing(row: _Row, line: Line) -> bool:
    return line.spaced and line.text[0].isupper() and row.action[-1].endswith(".")

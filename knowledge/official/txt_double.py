"""Reading a text file in which every cut line is followed by a blank one."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from knowledge.official.blocks import Block
from knowledge.official.clean import Joiner, one_line
from knowledge.official.flat_table import read_table, table_start
from knowledge.official.furniture import is_rule
from knowledge.official.outline import Heading, Outline, looks_like_title
from knowledge.official.txt_lines import BULLET, Line, width_of
from knowledge.official.txt_pages import BodyLine, PageReader

# A line this much shorter than a full one ended because its paragraph did.
_SHORT = 0.87
_LONGEST_TITLE = 60


@dataclass
class _Paragraph:
    kind: str
    page: int
    lines: list[str] = field(default_factory=list)
    marks: list[str] = field(default_factory=list)
    heading: Heading | None = None


def read_double_spaced(lines: Sequence[Line]) -> list[Block]:
    """Read a double-spaced text.

    Args:
        lines: The lines of the file that are not blank.

    Returns:
        Its blocks, each footnote behind the page that it stands on.
    """
    table = table_start(lines)
    running = lines if table is None else lines[:table]
    reader = PageReader()
    reader.read([line for line in running if not is_rule(line.text)])
    joiner = Joiner(line.text for line in lines)
    paragraphs = _paragraphs(reader.body, round(width_of(running) * _SHORT))
    body = [_block(paragraph, joiner) for paragraph in paragraphs]
    notes = [
        Block("footnote", joiner.join(line.text for line in note.lines), note.page, note.number)
        for note in reader.notes
    ]
    # Stable: a page's footnotes come behind the paragraphs that begin on it.
    blocks = sorted([*body, *notes], key=lambda block: block.page or 0)
    if table is not None:
        pages = _pages_of_table(lines[table:], max((one.page or 1 for one in blocks), default=1))
        blocks += read_table(lines[table:], pages, joiner)
    return blocks


def _pages_of_table(lines: Sequence[Line], first: int) -> list[int]:
    pages, page = [], first
    for index, line in enumerate(lines):
        page += bool(line.fed or (index and line.indent and not line.blanks))
        pages.append(page)
    return pages


def _block(paragraph: _Paragraph, joiner: Joiner) -> Block:
    text, marks = joiner.join(paragraph.lines), tuple(paragraph.marks)
    if paragraph.kind == "heading":
        found = paragraph.heading
        number, level = (found.number, found.level) if found else ("", 0)
        if found:
            text = joiner.join([found.title, *paragraph.lines[1:]])
        return Block("heading", text, paragraph.page, number, level, marks=marks)
    if paragraph.kind == "item":
        return Block("item", one_line(BULLET.sub("", text, count=1)), paragraph.page, marks=marks)
    return Block("text", text, paragraph.page, marks=marks)


def _paragraphs(lines: Sequence[BodyLine], short: int) -> list[_Paragraph]:
    outline = Outline()
    paragraphs: list[_Paragraph] = []
    before: BodyLine | None = None
    for index, line in enumerate(lines):
        after = lines[index + 1] if index + 1 < len(lines) else None
        last = paragraphs[-1] if paragraphs else None
        heading = outline.numbered(line.text)
        bulleted = bool(BULLET.match(line.text))
        if heading:
            paragraphs.append(_Paragraph("heading", line.page, heading=heading))
        elif last and last.kind == "heading" and _goes_on(last, line, outline):
            pass
        elif (line.starts or bulleted) and not line.text.endswith(":") and before is not None:
            paragraphs.append(_Paragraph("item", line.page))
        elif _is_title(line, before, after, last, short):
            paragraphs.append(_Paragraph("heading", line.page))
        elif (
            last is None
            or last.kind == "heading"
            or line.starts
            or (last.kind == "item" and _leads_in(before, lines[index : index + 3]))
            or (before is not None and _ends(before, line, short))
        ):
            paragraphs.append(_Paragraph("text", line.page))
        paragraphs[-1].lines.append(line.text)
        paragraphs[-1].marks += line.marks
        before = line
    return paragraphs


def _ends(before: BodyLine, line: BodyLine, short: int) -> bool:
    """Whether the paragraph ended with the line before."""
    if not before.ends_sentence or re.match(r"[\W_]*[a-zà-ÿ]", line.text):
        return False
    return len(before.text) < short or before.trailing > 1 or line.spaced


def _leads_in(before: BodyLine | None, following: Sequence[BodyLine]) -> bool:
    """Whether the words that introduce the next list begin here, behind an item's full line."""
    line = following[0]
    if before is None or not before.text.endswith((".", "!", "?")) or not line.text[0].isupper():
        return False
    pairs = pairwise(following)
    return any(one.text.endswith(":") and after.starts for one, after in pairs)


def _goes_on(heading: _Paragraph, line: BodyLine, outline: Outline) -> bool:
    """Whether a heading goes on in the next line."""
    if line.starts or outline.would_follow(line.text) or len(heading.lines) > 2:
        return False
    if heading.heading is None:
        return False
    if heading.lines[-1].isupper():
        return line.text.isupper()
    return line.text[0].islower() and not line.ends_sentence and len(line.text) < _LONGEST_TITLE


def _is_title(
    line: BodyLine,
    before: BodyLine | None,
    after: BodyLine | None,
    last: _Paragraph | None,
    short: int,
) -> bool:
    """Whether a short line that stands alone is a heading without a number."""
    if line.starts or after is None or not looks_like_title(line.text, _LONGEST_TITLE):
        return False
    # Two such lines are one sentence without a full stop: the source of a quotation.
    if looks_like_title(after.text, _LONGEST_TITLE) and not after.starts:
        return False
    alone = before is None or (last is not None and last.kind == "heading")
    # A line that is not full is the last of its paragraph: here, the only one.
    narrow = len(line.text) < short / 2 and before is not None and before.ends_sentence
    alone = alone or narrow or (before is not None and _ends(before, line, short))
    return alone and (after.starts or not after.text[0].islower())

"""From the lines of a PDF to blocks: headings, paragraphs, lists and footnotes."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from statistics import median

from knowledge.official.blocks import Block
from knowledge.official.clean import Joiner, one_line, raised_marks
from knowledge.official.furniture import Contacts, is_rule
from knowledge.official.outline import Heading, Outline, looks_like_title
from knowledge.official.pdf_lines import PdfLine, body_size
from knowledge.official.txt_lines import BULLET

Tables = Mapping[int, Sequence[tuple[float, Sequence[Block]]]]
_SMALL = 0.93
_LARGE = 1.12
_LONGEST_TITLE = 160
_NOTE = re.compile(r"[(\[]?(\d{1,3})[)\]]?\s+(\S.*)")
_ENUMERATED = re.compile(r"(?:\([a-z0-9]{1,3}\)|[a-z0-9]{1,2}[.)])\s+\S")


@dataclass
class _Group:
    """Lines that make one block."""

    kind: str
    lines: list[PdfLine]
    heading: Heading | None = None

    @property
    def last(self) -> PdfLine:
        return self.lines[-1]


def structure(lines: Sequence[PdfLine], tables: Tables) -> list[Block]:
    """Make blocks.

    Args:
        lines: Lines of all pages, in reading order, without headers and footers.
        tables: By page, each table's rows with where it stands.

    Returns:
        Blocks in reading order; a page's footnotes come behind its text.
    """
    reader = _Reader(lines)
    blocks: list[Block] = []
    pages = sorted({line.page for line in lines} | set(tables))
    for page in pages:
        on_page = [line for line in lines if line.page == page]
        body, notes = reader.part_notes(on_page)
        for top, rows in sorted(tables.get(page, ()), key=lambda one: one[0]):
            above = [line for line in body if line.top < top]
            body = body[len(above) :]
            reader.read(above)
            blocks += [*reader.close(), *rows]
        reader.read(body)
        # A paragraph may go on over the page: it is closed by what follows it.
        blocks += reader.blocks_behind(notes)
    return [*blocks, *reader.close()]


class _Reader:
    def __init__(self, lines: Sequence[PdfLine]) -> None:
        self._joiner = Joiner(line.text for line in lines)
        self._outline = Outline()
        self._contacts = Contacts()
        self._body = body_size(lines)
        self._pitch = _pitch(lines)
        self._right = _right(lines, self._body)
        self._group: _Group | None = None
        self._done: list[Block] = []
        self._pending: list[Block] = []
        # Where no heading stands out, numbers must do.
        self._plain = not any(self._stands_out(line) for line in lines)

    def part_notes(self, lines: Sequence[PdfLine]) -> tuple[list[PdfLine], list[PdfLine]]:
        """Part a page's footnotes from its text."""
        body: list[PdfLine] = []
        notes: list[PdfLine] = []
        inside = False
        for line in lines:
            small = line.size <= self._body * _SMALL
            begins = bool(line.note) or (small and bool(_NOTE.fullmatch(line.text)))
            # Notes are small; those that are not begin with a raised number and end a page.
            inside = begins or (inside and (small or notes[-1].size > self._body * _SMALL))
            (notes if inside else body).append(line)
        return body, notes

    def read(self, lines: Sequence[PdfLine]) -> None:
        """Read lines of text that stand one under the other."""
        for line in lines:
            if not is_rule(line.text):
                self._line(line)

    def close(self) -> list[Block]:
        """All blocks since the last call; what was open is closed."""
        self._finish()
        done, self._done = [*self._done, *self._pending], []
        self._pending = []
        return done

    def blocks_behind(self, notes: Sequence[PdfLine]) -> list[Block]:
        """The blocks of a page; its footnotes wait for a paragraph that is still open."""
        read = self._notes(notes)
        if self._group is None:
            done, self._done = [*self._done, *self._pending, *read], []
            self._pending = []
            return done
        done, self._done = self._done, []
        self._pending += read
        return done

    def _notes(self, lines: Sequence[PdfLine]) -> list[Block]:
        notes: list[tuple[str, list[PdfLine]]] = []
        for line in lines:
            found = _NOTE.fullmatch(line.text)
            last = int(notes[-1][0]) if notes else None
            if line.note:
                notes.append((line.note, [line]))
            elif found and (last is None or int(found[1]) == last + 1):
                shorter = PdfLine(**{**vars(line), "text": found[2]})
                notes.append((found[1], [shorter]))
            elif notes:
                notes[-1][1].append(line)
        return [
            Block("footnote", self._joiner.join(one.text for one in lines), lines[0].page, number)
            for number, lines in notes
        ]

    def _line(self, line: PdfLine) -> None:
        group = self._group
        if group and group.kind == "heading" and self._heading_goes_on(group, line):
            group.lines.append(line)
            return
        heading = self._heading(line)
        if heading is not None or self._is_title(line):
            self._start("heading", line, heading)
        elif BULLET.match(line.text) or _ENUMERATED.match(line.text):
            self._start("item", line)
        elif group is None or group.kind == "heading" or self._ends(group, line):
            self._start("text", line)
        else:
            group.lines.append(line)

    def _start(self, kind: str, line: PdfLine, heading: Heading | None = None) -> None:
        self._finish()
        self._group = _Group(kind, [line], heading)

    def _heading(self, line: PdfLine) -> Heading | None:
        if not (self._plain or self._stands_out(line) or line.text.isupper()):
            return None
        return self._outline.numbered(line.text)

    def _stands_out(self, line: PdfLine) -> bool:
        return line.bold or line.size >= self._body * _LARGE

    def _is_title(self, line: PdfLine) -> bool:
        return self._stands_out(line) and looks_like_title(line.text, _LONGEST_TITLE)

    def _heading_goes_on(self, group: _Group, line: PdfLine) -> bool:
        last = group.last
        return (
            line.page == last.page
            and line.bold == last.bold
            and abs(line.size - last.size) < 0.6
            and self._stands_out(line)
            and line.top - last.top < 1.7 * max(self._pitch, line.size * 1.25)
            and not self._outline.would_follow(line.text)
            and not BULLET.match(line.text)
            and len(group.lines) < 4
        )

    def _ends(self, group: _Group, line: PdfLine) -> bool:
        """Whether the open block ended before this line."""
        last = group.last
        if line.page != last.page or line.top < last.top:
            # A page or a column turned: a sentence that is open goes on.
            return last.ends_sentence and not line.text[0].islower()
        if line.top - last.top > 1.45 * self._pitch * max(1.0, line.size / self._body):
            return last.ends_sentence or not line.text[0].islower()
        short = last.x1 < self._right - 0.15 * (self._right - last.x0)
        if group.kind == "item":
            return line.x0 < group.lines[0].x0 - 1 or (
                last.ends_sentence and short and line.x0 <= group.lines[0].x0 + 1
            )
        indented = line.x0 > last.x0 + 8 and line.x0 > group.lines[0].x0 + 8
        return last.ends_sentence and (short or indented) and not line.text[0].islower()

    def _finish(self) -> None:
        group, self._group = self._group, None
        if group is None:
            return
        words, raised = raised_marks(self._joined(group))
        text = one_line(words)
        page = group.lines[0].page
        marks = (*(mark for line in group.lines for mark in line.marks), *raised)
        if text and not self._contacts.drops(text):
            if group.kind == "heading":
                found = group.heading
                number, level = (found.number, found.level) if found else ("", 0)
                self._done.append(Block("heading", text, page, number, level, marks=marks))
            elif group.kind == "item":
                text = BULLET.sub("", text, count=1)
                self._done.append(Block("item", text, page, marks=marks))
            else:
                self._done.append(Block("text", text, page, marks=marks))
        self._done += self._pending
        self._pending = []

    def _joined(self, group: _Group) -> str:
        first, *rest = [line.text for line in group.lines]
        if group.heading:
            first = group.heading.title
        return self._joiner.join([first, *rest])


def _pitch(lines: Sequence[PdfLine]) -> float:
    """From one line to the next inside a paragraph."""
    steps = [
        after.top - before.top
        for before, after in pairwise(lines)
        if before.page == after.page and 0 < after.top - before.top < 4 * before.size
    ]
    return median(steps) if steps else 14.0


def _right(lines: Sequence[PdfLine], size: float) -> float:
    """Where full lines end."""
    ends = sorted(line.x1 for line in lines if abs(line.size - size) < 0.6)
    return ends[int(len(ends) * 0.9)] if ends else 500.0

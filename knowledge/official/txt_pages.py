"""Pages of a double-spaced text: which lines are body, footnotes, markers and page numbers.

Such a text comes from a PDF: a page begins with a space and no blank line before it, and its
footnotes stand below a rule of spaces, followed by the addresses of the page's links.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from knowledge.official.notes import glued_mark
from knowledge.official.txt_lines import Line

_NUMBER = re.compile(r"\d{1,3}")
_NOTE = re.compile(r"(\d{1,3})\s+(\S.*)")
_LOST_NUMBER_INDENT = 3
# A lone number this near to the page's own is printed on the page.
_NEAR = 4
# So many markers may be missing in a row: they are glued to words, and found later.
_MISSING = 3
_LATELY = 100


@dataclass
class BodyLine:
    """A line of running text.

    Attributes:
        text: The words; pieces that a marker parted are one line again.
        starts: Whether it begins a paragraph or an item: a space stands before it.
        turned: Whether it is the first of its page.
        index: The line's index in the file.
    """

    text: str
    page: int
    index: int
    starts: bool
    turned: bool
    spaced: bool
    trailing: int
    marks: list[str] = field(default_factory=list)

    @property
    def ends_sentence(self) -> bool:
        """Whether its last letter ends a sentence."""
        return Line(self.text, 0, 0, 0).ends_sentence


@dataclass
class Note:
    """A footnote with the lines of its text."""

    number: str
    page: int
    lines: list[Line] = field(default_factory=list)


class PageReader:
    """Sorts the lines of a double-spaced text.

    Attributes:
        body: Lines of running text, in order.
        notes: Footnotes, in order.
        page_of: Page of each line that was fed.
    """

    def __init__(self) -> None:
        self.body: list[BodyLine] = []
        self.notes: list[Note] = []
        self.page_of: list[int] = []
        self._page = 1
        self._last_mark = 0
        self._last_note = 0
        self._in_notes = False
        self._mark_open = False
        self._offset = 0

    def read(self, lines: Sequence[Line]) -> None:
        """Sort the lines.

        Args:
            lines: All lines of running text, in order.
        """
        for index, line in enumerate(lines):
            self._line(line, index, lines[index - 1] if index else None)
            self.page_of.append(self._page)
        if self._in_notes:
            self._drop_addresses()
        if self._offset:
            # A printed number says on which page we are: the cover is not in the file.
            self.page_of = [page + self._offset for page in self.page_of]
            for said in self.body:
                said.page += self._offset
            for note in self.notes:
                note.page += self._offset

    def _line(self, line: Line, index: int, before: Line | None) -> None:
        after_number = before is not None and bool(_NUMBER.fullmatch(before.text))
        lost = line.indent >= _LOST_NUMBER_INDENT and self._last_note < self._last_mark
        turned = line.fed or (
            before is not None and line.indent > 0 and not line.blanks and not after_number
        )
        if turned and not lost:
            if self._in_notes:
                self._drop_addresses()
            self._in_notes = False
            self._page += 1
        elif line.ruled or (lost and not line.blanks):
            self._in_notes = self._in_notes or self._is_note(line, lost)
        if self._in_notes:
            self._note_line(line, lost)
        elif _NUMBER.fullmatch(line.text) and self._takes_number(int(line.text)):
            return
        else:
            self._body_line(line, index, turned)

    def _is_note(self, line: Line, lost: bool) -> bool:
        """Whether a line below a rule belongs to a footnote: a new one, or one that goes on."""
        found = _NOTE.fullmatch(line.text)
        if found or _NUMBER.fullmatch(line.text):
            return int((found or [line.text])[1 if found else 0]) == self._last_note + 1
        return lost or (bool(self.notes) and line.text[0].islower())

    def _note_line(self, line: Line, lost: bool) -> None:
        expected = str(self._last_note + 1)
        found = _NOTE.fullmatch(line.text)
        if line.text == expected:
            self._new_note([])
        elif found and found[1] == expected:
            self._new_note([Line(found[2], 0, line.trailing, line.blanks)])
        elif lost and (line.ruled or not line.blanks):
            self._new_note([line])
        elif self.notes:
            self.notes[-1].lines.append(line)

    def _new_note(self, lines: list[Line]) -> None:
        self._last_note += 1
        self.notes.append(Note(str(self._last_note), self._page, lines))

    def _drop_addresses(self) -> None:
        """Drop the addresses of a page's links, which a PDF prints once more below its notes."""
        lines = self.notes[-1].lines if self.notes else []
        start = len(lines)
        while start and lines[start - 1].is_url:
            start -= 1
            if lines[start].blanks:
                break
        if start > 0 and lines[start - 1].text.endswith(":"):
            start += 1
        del lines[max(start, 1) :]

    def _takes_number(self, number: int) -> bool:
        """Whether a lone number in running text is a marker or the page's own number."""
        # Markers that are glued to a word are missing between two that stand alone.
        if self.body and self._follows(number):
            self._last_mark = number
            self.body[-1].marks.append(str(number))
            self._mark_open = True
            return True
        if abs(number - self._page) <= _NEAR:
            self._offset = number - self._page
            self._page += 1
            return True
        return False

    def _follows(self, number: int) -> bool:
        """Whether a number is the next marker's; those between may be glued to words."""
        between = range(self._last_mark + 1, number)
        if number <= self._last_mark or len(between) > _MISSING:
            return False
        said = " ".join(line.text for line in self.body[-_LATELY:]) if between else ""
        return all(glued_mark(said, str(one)) for one in between)

    def _body_line(self, line: Line, index: int, turned: bool) -> None:
        last = self.body[-1] if self.body else None
        if self._mark_open and last is not None and not turned:
            # One line of print, parted by its marker.
            self._mark_open = False
            close = line.text[0] in ".,;:!?)]”’-"
            last.text += line.text if close else f" {line.text}"
            last.trailing = line.trailing
            return
        self._mark_open = False
        starts = line.indent > 1 if turned else bool(line.indent and line.blanks)
        self.body.append(
            BodyLine(line.text, self._page, index, starts, turned, line.spaced, line.trailing)
        )

"""Reading a text file whose blank lines part its paragraphs."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from knowledge.official.blocks import Block
from knowledge.official.clean import Joiner, one_line, plain_digits, raised_marks, without_markdown
from knowledge.official.furniture import Contacts, is_rule
from knowledge.official.notes import glued_mark
from knowledge.official.outline import Outline, looks_like_title
from knowledge.official.txt_lines import BULLET, Line, width_of

_PAGE_BREAK = 3
_LONG = 0.8
_NOTE = re.compile(r"(\d{1,3}|[⁰¹²³⁴-⁹]{1,3})\s+(?=[^\W\d_]|[‘“\"'«(]|https?:)(.*)", re.DOTALL)
_MARKDOWN_HEADING = re.compile(r"\A#{1,6}\s+")
_LINKED = re.compile(r"\[[^\[\]]*\]\(")
Chunk = list[Line]


def read_plain(lines: Sequence[Line]) -> list[Block]:
    """Read a text whose paragraphs are parted by blank lines.

    Args:
        lines: The lines of the file that are not blank.

    Returns:
        Its blocks.
    """
    reader = _Reader(lines)
    pages = list(_pages(lines))
    for number, page in enumerate(pages, start=1):
        reader.read_page(page, number if len(pages) > 1 else None)
    return reader.blocks


def _pages(lines: Sequence[Line]) -> Iterator[list[Chunk]]:
    """The paragraphs of each page: a form feed or a run of blank lines turns it."""
    page: list[Chunk] = []
    for line in lines:
        if page and (line.fed or line.blanks >= _PAGE_BREAK):
            yield page
            page = []
        if not page or line.blanks:
            page.append([])
        page[-1].append(line)
    if page:
        yield page


class _Reader:
    def __init__(self, lines: Sequence[Line]) -> None:
        self.blocks: list[Block] = []
        self._outline = Outline()
        self._joiner = Joiner(line.text for line in lines)
        self._full = round(width_of(lines) * _LONG)
        self._wrapped = width_of(lines) <= 140
        self._contacts = Contacts()
        self._last_note = 0

    def read_page(self, chunks: list[Chunk], page: int | None) -> None:
        """Read the paragraphs of one page, then its footnotes."""
        start = self._notes_start(chunks)
        body = chunks[:start]
        for index, chunk in enumerate(body):
            after = body[index + 1] if index + 1 < len(body) else None
            self._chunk(chunk, after, page, turned=not index)
        self._notes([line for chunk in chunks[start:] for line in chunk], page)

    def _notes_start(self, chunks: list[Chunk]) -> int:
        """Index of the paragraph with which the page's footnotes begin.

        A line that begins with the next footnote's number is one only when that number is called
        on the same page.
        """
        said = self._joiner.join(line.text for chunk in chunks for line in chunk)
        for index, chunk in enumerate(chunks):
            found = _NOTE.fullmatch(chunk[0].text)
            if found is None or int(plain_digits(found[1])) <= self._last_note:
                continue
            if not found[1].isdecimal() or not found[1].isascii():
                return index
            expected = str(self._last_note + 1)
            if found[1] == expected and glued_mark(said, expected):
                return index
        return len(chunks)

    def _notes(self, lines: Sequence[Line], page: int | None) -> None:
        texts: list[tuple[str, list[str]]] = []
        for line in lines:
            found = _NOTE.fullmatch(line.text)
            number = int(plain_digits(found[1])) if found else 0
            first = not texts
            if found and (first or number == self._last_note + 1):
                self._last_note = number
                texts.append((str(number), [found[2]]))
            elif texts and not is_rule(line.text):
                texts[-1][1].append(line.text)
        self.blocks += [
            Block("footnote", self._joiner.join(parts), page, number) for number, parts in texts
        ]

    def _chunk(self, chunk: Chunk, after: Chunk | None, page: int | None, turned: bool) -> None:
        lines = [line for line in chunk if not is_rule(line.text)]
        if not lines:
            return
        if turned and self._goes_on(lines[0]):
            self._continue(lines)
            return
        rest = self._numbered_heading(lines, page)
        if rest is lines and self._is_title(lines, after):
            if self._contacts.drops(_bare(lines[0].text)):
                return
            self._add("heading", lines, page)
            return
        group: list[Line] = []
        for line in self._without_contacts(rest):
            if group and (BULLET.match(line.text) or _LINKED.match(line.text)):
                self._add(_kind(group), group, page)
                group = []
            group.append(line)
        if group:
            self._add(_kind(group), group, page)

    def _without_contacts(self, lines: list[Line]) -> list[Line]:
        """The lines that belong to the text; press officers stand a line each."""
        kept: list[Line] = []
        for line in lines:
            # Behind a line that stays there is running text, whose words may mean anything.
            if (kept and self._wrapped and not BULLET.match(line.text)) or not self._contacts.drops(
                without_markdown(line.text)
            ):
                kept.append(line)
        return kept

    def _numbered_heading(self, lines: list[Line], page: int | None) -> list[Line]:
        """Take a numbered heading, which may fill several lines; returns what is left."""
        found = self._outline.numbered(without_markdown(_bare(lines[0].text)))
        if found is None:
            return lines
        size = 1
        while (
            size < len(lines)
            and self._wrapped
            and len(lines[size - 1].text) >= self._full
            and lines[size].text[0].islower()
        ):
            size += 1
        title = self._joiner.join([found.title, *(line.text for line in lines[1:size])])
        self.blocks.append(Block("heading", title, page, found.number, found.level))
        return lines[size:]

    def _is_title(self, lines: list[Line], after: Chunk | None) -> bool:
        text = " ".join(line.text for line in lines)
        if _MARKDOWN_HEADING.match(text):
            return True
        if BULLET.match(text) or _LINKED.match(text) or not looks_like_title(text):
            return False
        if len(lines) > 1 and not text.isupper():
            return False
        # What follows is its text; only the titles above a whole text follow one another.
        if after is None:
            return False
        beginning = all(block.kind == "heading" for block in self.blocks)
        follows = " ".join(line.text for line in after)
        return beginning or not looks_like_title(follows) or bool(_LINKED.match(follows))

    def _goes_on(self, line: Line) -> bool:
        """Whether the last paragraph goes on over the turn of the page."""
        body = [block for block in self.blocks if block.kind != "footnote"]
        if not body or body[-1].kind == "heading":
            return False
        open_end = not Line(body[-1].text, 0, 0, 0).ends_sentence
        return open_end and (line.text[0].islower() or not looks_like_title(line.text))

    def _continue(self, lines: list[Line]) -> None:
        position = max(index for index, block in enumerate(self.blocks) if block.kind != "footnote")
        block = self.blocks[position]
        text = self._joiner.join([block.text, *(line.text for line in lines)])
        self.blocks[position] = Block(block.kind, text, block.page, marks=block.marks)

    def _add(self, kind: str, lines: Sequence[Line], page: int | None) -> None:
        text, marks = raised_marks(" ".join(line.text for line in lines))
        if not marks:
            text = self._joiner.join(line.text for line in lines)
        text = one_line(without_markdown(_bare(text)))
        if not text:
            return
        if kind == "heading":
            self.blocks.append(Block("heading", text, page, marks=marks))
        elif kind == "item":
            self.blocks.append(Block("item", text, page, marks=marks))
        else:
            self.blocks.append(Block("text", text, page, marks=marks))


def _kind(group: Sequence[Line]) -> str:
    first = group[0].text
    return "item" if BULLET.match(first) or _LINKED.match(first) else "text"


def _bare(text: str) -> str:
    """Without the sign before an item or a heading of Markdown."""
    return BULLET.sub("", _MARKDOWN_HEADING.sub("", text, count=1), count=1)

"""Reading a Word document."""

from __future__ import annotations

import io
import re
from typing import Any

import docx
from docx.table import Table
from docx.text.paragraph import Paragraph

from knowledge.official.blocks import Block
from knowledge.official.clean import one_line, raised_marks
from knowledge.official.docx_parts import Numbering, W, check_package, footnotes_of, text_of
from knowledge.official.errors import OfficialTextError
from knowledge.official.furniture import Contacts, is_rule
from knowledge.official.outline import Outline, looks_like_title
from knowledge.official.tables import Grid, rows_of
from knowledge.official.txt_lines import BULLET

# "Heading 2", "Kop 2", "ManualHeading2", and the names in the languages of Office.
_HEADING = re.compile(
    r"(?:manual\s*)?(?:heading|kop|titre|überschrift|título|titolo|rubrik|overskrift|otsikko|"
    r"nagłówek|nadpis|naslov|antraštė|virsraksts|pealkiri|titlu|заглавие|επικεφαλίδα)\s*(\d)",
    re.IGNORECASE,
)
_TITLE = re.compile(r"title|titel|titre|título|titolo", re.IGNORECASE)
_LIST = re.compile(r"list|lijst|liste|lista|elenco|bullet|opsomming|tiret|point", re.IGNORECASE)
_CONTENTS = re.compile(r"toc\b|toc ?\d|inhopg|tm ?\d|verzeichnis", re.IGNORECASE)


def read_docx(content: bytes) -> list[Block]:
    """Read a Word document.

    Args:
        content: The file.

    Returns:
        Its blocks; headers, footers, comments and deleted words are left out.

    Raises:
        OfficialTextError: It is damaged, encrypted, or a bomb.
    """
    check_package(content)
    try:
        document = docx.Document(io.BytesIO(content))
        reader = _Reader(document)
        for part in document.iter_inner_content():
            reader.part(part)
    except OfficialTextError:
        raise
    except Exception as error:
        # python-docx raises what its parts raise: KeyError, AttributeError, XMLSyntaxError.
        raise OfficialTextError(f"it is damaged: {type(error).__name__}: {error}.") from error
    return reader.blocks


class _Reader:
    def __init__(self, document: Any) -> None:
        self.blocks: list[Block] = []
        self._numbering = Numbering(document)
        self._notes = footnotes_of(document)
        self._numbers: dict[str, str] = {}
        self._outline = Outline()
        self._contacts = Contacts()
        self._page = 1
        self._paged = False

    def part(self, part: Paragraph | Table) -> None:
        """Read a paragraph or a table."""
        if isinstance(part, Table):
            self._table(part)
        else:
            self._paragraph(part)

    def _paragraph(self, paragraph: Paragraph) -> None:
        page = self._turn(paragraph)
        style = str(paragraph.style.name or "") if paragraph.style is not None else ""
        if _CONTENTS.match(style):
            return
        words, called = text_of(paragraph._p)
        words, raised = raised_marks(words)
        text = one_line(words)
        marks = (*(self._note_number(name) for name in called), *raised)
        if text and not is_rule(text) and not self._contacts.drops(text):
            self._add(paragraph, style, text, page, marks)
        for name in called:
            if name in self._notes:
                note = one_line(self._notes.pop(name))
                self.blocks.append(Block("footnote", note, page, self._numbers[name]))

    def _add(
        self, paragraph: Paragraph, style: str, text: str, page: int | None, marks: tuple[str, ...]
    ) -> None:
        listed = _numbered(paragraph)
        level = _heading_level(paragraph, style)
        if level is None and not listed and _is_bold(paragraph) and looks_like_title(text):
            level = 0
        if level is not None:
            number = self._numbering.next(*listed) if listed else ""
            self._heading(text, level, number, page, marks)
            return
        if listed and not self._numbering.is_bullet(*listed):
            self._numbering.next(*listed)
        heading = None if listed else self._outline.numbered(text)
        if heading:
            self.blocks.append(
                Block("heading", heading.title, page, heading.number, heading.level, marks=marks)
            )
        elif listed or BULLET.match(text) or _LIST.search(style):
            self.blocks.append(Block("item", BULLET.sub("", text, count=1), page, marks=marks))
        else:
            self.blocks.append(Block("text", text, page, marks=marks))

    def _heading(
        self, text: str, level: int, number: str, page: int | None, marks: tuple[str, ...]
    ) -> None:
        if number:
            self._outline.force(number)
        else:
            heading = self._outline.numbered(text)
            match = re.fullmatch(r"(\d{1,2}(?:\.\d{1,2})*)\.?\s+(\S.*)", text)
            if heading:
                number, text = heading.number, heading.title
            elif match and level:
                number, text = match[1], match[2]
                self._outline.force(number)
        depth = number.count(".") + 1 if number else level
        self.blocks.append(Block("heading", text, page, number, depth, marks=marks))

    def _note_number(self, name: str) -> str:
        return self._numbers.setdefault(name, str(len(self._numbers) + 1))

    def _turn(self, paragraph: Paragraph) -> int | None:
        """The page on which a paragraph begins, where Word remembered its pages."""
        begins = self._page
        for element in paragraph._p.iter(f"{W}lastRenderedPageBreak", f"{W}br"):
            if element.tag == f"{W}br" and element.get(f"{W}type") != "page":
                continue
            if element.tag != f"{W}br":
                self._paged = True
                self._page += 1
                if not any(one.text for one in _before(paragraph, element)):
                    begins = self._page
        return begins if self._paged else None

    def _table(self, table: Table) -> None:
        grid = Grid()
        marks: list[str] = []
        called_here: list[str] = []
        rows = list(table._tbl.tr_lst)
        for row in rows:
            grid.start_row()
            for cell in row.tc_lst:
                pieces = []
                for paragraph in cell.iter(f"{W}p"):
                    words, called = text_of(paragraph)
                    pieces.append(words)
                    marks += [self._note_number(name) for name in called]
                    called_here += called
                below = cell.vMerge == "continue"
                text = one_line(" ".join(pieces))
                if below and len(grid.rows) > 1 and not text:
                    above = grid.rows[-2]
                    column = len(grid.rows[-1])
                    text = above[column] if column < len(above) else ""
                grid.add(text, cell.grid_span)
        headed = (
            bool(rows)
            and rows[0].trPr is not None
            and (rows[0].trPr.find(f"{W}tblHeader") is not None)
        )
        page = self._page if self._paged else None
        self.blocks += rows_of(grid.rows, headed, page, tuple(marks))
        for name in called_here:
            if name in self._notes:
                note = one_line(self._notes.pop(name))
                self.blocks.append(Block("footnote", note, page, self._numbers[name]))


def _before(paragraph: Paragraph, mark: Any) -> list[Any]:
    """The words of a paragraph before an element."""
    found = []
    for element in paragraph._p.iter():
        if element is mark:
            break
        if element.tag == f"{W}t":
            found.append(element)
    return found


def _properties(paragraph: Paragraph) -> list[Any]:
    """The properties of a paragraph, then those of its style and the styles below."""
    found = [paragraph._p.pPr] if paragraph._p.pPr is not None else []
    style, depth = paragraph.style, 0
    while style is not None and depth < 12:
        properties = style.element.find(f"{W}pPr")
        if properties is not None:
            found.append(properties)
        style, depth = style.base_style, depth + 1
    return found


def _numbered(paragraph: Paragraph) -> tuple[str, int] | None:
    """Id and depth of the list that a paragraph belongs to."""
    for properties in _properties(paragraph):
        numbering = properties.find(f"{W}numPr")
        if numbering is None:
            continue
        identifier, level = numbering.find(f"{W}numId"), numbering.find(f"{W}ilvl")
        number = identifier.get(f"{W}val") if identifier is not None else None
        depth = (level.get(f"{W}val") or "0") if level is not None else "0"
        if number is None:
            continue
        return None if number == "0" else (number, int(depth) if depth.isdigit() else 0)
    return None


def _heading_level(paragraph: Paragraph, style: str) -> int | None:
    """Depth of a heading, 0 for a title; None for any other paragraph."""
    found = _HEADING.match(style)
    if found:
        return int(found[1])
    if _TITLE.fullmatch(style):
        return 0
    for properties in _properties(paragraph):
        level = properties.find(f"{W}outlineLvl")
        value = level.get(f"{W}val") if level is not None else None
        if value is not None and value.isdigit() and int(value) < 9:
            return int(value) + 1
    return None


def _is_bold(paragraph: Paragraph) -> bool:
    runs = [run for run in paragraph.runs if run.text.strip()]
    return bool(runs) and all(run.bold for run in runs)

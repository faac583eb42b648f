"""Reading a web page, above all one of EUR-Lex."""

from __future__ import annotations

import re
import warnings
from collections.abc import Iterator

from bs4 import BeautifulSoup, NavigableString, Tag, XMLParsedAsHTMLWarning
from bs4.element import PageElement, PreformattedString

from knowledge.official.blocks import Block
from knowledge.official.clean import one_line, raised_marks
from knowledge.official.errors import OfficialTextError
from knowledge.official.furniture import Contacts, is_rule
from knowledge.official.html_notes import NOTE_ATTRIBUTE, mark_notes, taken
from knowledge.official.outline import Outline, looks_like_title
from knowledge.official.tables import Grid, rows_of
from knowledge.official.txt_lines import BULLET

_DEEPEST = 200
_MOST_TAGS = 400_000
_DROPPED_NAMES = (
    "script style noscript template nav header footer button select iframe object embed svg "
    "math head audio video canvas dialog menu img map"
)
_BLOCK_NAMES = (
    "address article aside blockquote body caption center dd details div dl dt fieldset figcaption "
    "figure h1 h2 h3 h4 h5 h6 hgroup hr html li main ol p pre section summary table tbody td tfoot "
    "th thead tr ul"
)
_DROPPED = _DROPPED_NAMES.split()
_BLOCKS = frozenset(_BLOCK_NAMES.split())
_HEADINGS = {f"h{level}": level for level in range(1, 7)}
# The classes of EUR-Lex: "li ManualHeading2", "oj-ti-grseq-1", "Titrearticle", "SectionTitle".
_HEADING_CLASS = re.compile(
    r"(?:Manual)?Heading(\d)$|oj-ti-(?:grseq-(\d)|section-(\d)|art|tbl)|Titrearticle|"
    r"(?:Section|Chapter|Part|Annex)Title|Titreobjet|Exposdesmotifstitre|Annexetitre",
    re.IGNORECASE,
)
# Entities that a document declares itself are no part of HTML; the parser would show them.
_DOCTYPE = re.compile(rb"<!DOCTYPE[^\[>]*\[.*?\]\s*>", re.DOTALL | re.IGNORECASE)
_ITEM_CLASS = re.compile(r"(?:List)?(?:Bullet|Dash|Tiret)|ListNumber|Point\d?", re.IGNORECASE)
_ENUMERATOR = re.compile(r"\(?(?:\d{1,3}|[a-z]{1,2}|[ivx]{1,5})[.)]|[-–—•▪●]")


def read_html(content: bytes) -> list[Block]:
    """Read a page.

    Args:
        content: The bytes; their encoding is the page's own affair.

    Returns:
        Its blocks. Nothing that the page refers to is fetched.

    Raises:
        OfficialTextError: The page is nested deeper than any text.
    """
    with warnings.catch_warnings():
        # EUR-Lex gives XHTML; the HTML parser knows no entities of a document's own.
        warnings.simplefilter("ignore", XMLParsedAsHTMLWarning)
        soup = BeautifulSoup(_DOCTYPE.sub(b"", content, count=1), "lxml")
    _check_depth(soup)
    for tag in soup.find_all(_DROPPED):
        tag.extract()
    for tag in soup.find_all(_is_hidden):
        tag.extract()
    root = _root(soup)
    for numbered in soup.select("p.li, .num"):
        # The number and the words of a heading stand in spans with nothing between them.
        first = next((one for one in numbered.children if isinstance(one, Tag)), numbered)
        first.append(" ")
    mark_notes(soup)
    walker = _Walker()
    walker.walk(root)
    return walker.blocks


def _root(soup: BeautifulSoup) -> Tag:
    """The part of a page that is its text."""
    body = soup.body or soup
    for found in (soup.find("main"), soup.find("article"), soup.find(id="document1")):
        # One article of many is a teaser.
        if found is not None and len(found.get_text()) > len(body.get_text()) / 2:
            return found
    return body


def _is_hidden(tag: Tag) -> bool:
    style = str(tag.get("style", "")).replace(" ", "").lower()
    return tag.has_attr("hidden") or "display:none" in style or tag.get("aria-hidden") == "true"


def _check_depth(soup: BeautifulSoup) -> None:
    """The parser itself gives up at some depth without a word."""
    depths: dict[int, int] = {id(soup): 0}
    for count, tag in enumerate(soup.find_all(True)):
        depth = depths.get(id(tag.parent), 0) + 1
        depths[id(tag)] = depth
        if depth > _DEEPEST or count > _MOST_TAGS:
            raise OfficialTextError("its HTML is nested too deeply, or has too many tags, to read.")


class _Walker:
    """Goes through a page and makes blocks."""

    def __init__(self) -> None:
        self.blocks: list[Block] = []
        self._outline = Outline()
        self._contacts = Contacts()

    def walk(self, tag: Tag, kind: str = "text") -> None:
        """Read an element with all that is in it.

        Args:
            tag: The element.
            kind: What its words are, `text` or `item`, unless an element inside says otherwise.
        """
        note = str(tag.get(NOTE_ATTRIBUTE, ""))
        if note:
            self._footnote(tag, note)
        elif tag.name in _HEADINGS:
            self._heading(_words(tag), _HEADINGS[tag.name])
        elif tag.name == "table":
            self._table(tag)
        elif not any(child.name in _BLOCKS for child in tag.find_all(True)):
            self._paragraph(tag, kind)
        else:
            self._inside(tag, kind)

    def _inside(self, tag: Tag, kind: str) -> None:
        inline: list[str] = []
        for child in tag.children:
            block = isinstance(child, Tag) and (
                child.name in _BLOCKS or any(one.name in _BLOCKS for one in child.find_all(True))
            )
            if not block:
                inline.append(_words(child))
                continue
            self._add(kind, "".join(inline))
            inline = []
            assert isinstance(child, Tag)
            self.walk(child, "item" if child.name in ("li", "dd") else kind)
        self._add(kind, "".join(inline))

    def _paragraph(self, tag: Tag, kind: str) -> None:
        words = _words(tag)
        classes = " ".join(str(one) for one in tag.get_attribute_list("class") if one)
        matches = (_HEADING_CLASS.search(one) for one in classes.split())
        found = next((one for one in matches if one), None)
        if found and words.strip():
            self._heading(words, int(next((one for one in found.groups() if one), "0")))
        elif tag.name == "li" or _ITEM_CLASS.search(classes):
            self._add("item", words)
        elif _is_bold(tag) and looks_like_title(one_line(taken(words)[0])):
            self._heading(words, 0)
        else:
            self._add(kind, words)

    def _heading(self, words: str, level: int) -> None:
        words, marks = taken(words)
        text, raised = raised_marks(words)
        text = one_line(text)
        if not text or self._contacts.drops(text):
            return
        heading = self._outline.numbered(text)
        number = heading.number if heading else ""
        match = re.fullmatch(r"(\d{1,2}(?:\.\d{1,2})*)\.?\s+(\S.*)", text)
        if heading:
            text = heading.title
        elif match and level:
            # The page says that it is a heading: its number need not follow on the last one.
            number, text = match[1], match[2]
            self._outline.force(number)
        depth = number.count(".") + 1 if number else level
        self.blocks.append(Block("heading", text, None, number, depth, marks=(*marks, *raised)))

    def _footnote(self, tag: Tag, number: str) -> None:
        text = one_line(taken(_words(tag))[0]).lstrip("()[]. ")
        if text:
            self.blocks.append(Block("footnote", text, None, number))

    def _add(self, kind: str, words: str) -> None:
        words, marks = taken(words)
        words, raised = raised_marks(words)
        text = one_line(words)
        if not text or is_rule(text) or self._contacts.drops(text):
            return
        heading = self._outline.numbered(text) if kind == "text" else None
        marks = (*marks, *raised)
        if heading:
            block = Block(
                "heading", heading.title, None, heading.number, heading.level, marks=marks
            )
        elif kind == "item" or BULLET.match(text):
            block = Block("item", BULLET.sub("", text, count=1), marks=marks)
        else:
            block = Block("text", text, marks=marks)
        self.blocks.append(block)

    def _table(self, table: Tag) -> None:
        rows = [row for row in table.find_all("tr") if row.find_parent("table") is table]
        cells = [row.find_all(["td", "th"], recursive=False) for row in rows]
        width = max((len(row) for row in cells), default=0)
        if table.find("table") or width < 2:
            for row in cells:
                for cell in row:
                    self.walk(cell)
            return
        if all(_is_enumerated(row) for row in cells):
            # EUR-Lex sets the points of a list in a table: "(a)" beside its words.
            for row in cells:
                self._add("item", " ".join(_words(cell) for cell in row))
            return
        grid = Grid()
        marks: list[str] = []
        for row in cells:
            grid.start_row()
            for cell in row:
                words, called = taken(_words(cell))
                marks += called
                grid.add(one_line(words), _span(cell, "colspan"), _span(cell, "rowspan"))
        headed = all(cell.name == "th" for cell in cells[0]) or table.thead is not None
        self.blocks += rows_of(grid.rows, headed, marks=tuple(marks))
        for note in table.select(f"[{NOTE_ATTRIBUTE}]"):
            self._footnote(note, str(note[NOTE_ATTRIBUTE]))


def _is_enumerated(row: list[Tag]) -> bool:
    first = row[0].get_text(strip=True) if row else ""
    return len(row) == 2 and bool(_ENUMERATOR.fullmatch(first))


def _span(cell: Tag, name: str) -> int:
    value = str(cell.get(name, "1"))
    return int(value) if value.isdigit() and len(value) < 4 else 1


def _is_bold(tag: Tag) -> bool:
    """Whether every word of a paragraph is bold."""
    bold = {
        id(text)
        for strong in tag.find_all(["b", "strong"])
        for text in strong.find_all(string=True)
    }
    texts = [text for text in tag.find_all(string=True) if text.strip()]
    return bool(texts) and all(id(text) in bold for text in texts)


def _words(element: PageElement) -> str:
    return "".join(_strings(element))


def _strings(element: PageElement) -> Iterator[str]:
    """The words of an element; a line break and the border of a block are spaces."""
    if isinstance(element, NavigableString):
        # Comments and declarations are strings too.
        if not isinstance(element, PreformattedString):
            yield str(element)
        return
    assert isinstance(element, Tag)
    if element.name == "br":
        yield " "
    for one in element.descendants:
        if isinstance(one, Tag):
            if one.name == "br" or one.name in _BLOCKS:
                yield " "
        elif isinstance(one, NavigableString) and not isinstance(one, PreformattedString):
            yield str(one)

"""Reading a PDF: pages, tables, lines, and what stands at the margins."""

from __future__ import annotations

import io
import logging
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import pdfplumber
from pdfminer.pdfdocument import PDFPasswordIncorrect
from pdfminer.pdfexceptions import PDFException
from pdfplumber.utils.exceptions import PdfminerException

from knowledge.official.blocks import Block
from knowledge.official.clean import one_line
from knowledge.official.errors import OfficialTextError
from knowledge.official.pdf_lines import PdfLine, lines_of_words
from knowledge.official.pdf_structure import structure
from knowledge.official.tables import rows_of

_MOST_PAGES = 600
_MOST_LETTERS_OF_PAGE = 100_000
_MOST_EDGES = 4_000
_MARGIN = 0.12
_DOT, _BESIDE = 7.0, 25.0
_PAGE_NUMBER = re.compile(
    r"\W*(?:[A-Z]{2}\W+)?(?:(?:page|pagina|blz\.?|p\.|seite|página|strona)\s*)?\d{1,4}"
    r"(?:\s*(?:/|of|van|de|von|sur|di|z)\s*\d{1,4})?\W*(?:[A-Z]{2})?\W*",
    re.IGNORECASE,
)


@dataclass
class PdfTable:
    """A ruled table on a page."""

    page: int
    top: float
    rows: list[list[str]]


@dataclass
class PdfPage:
    """What stands on a page."""

    number: int
    height: float
    lines: list[PdfLine]
    tables: list[PdfTable] = field(default_factory=list)


def read_pdf(content: bytes) -> list[Block]:
    """Read a PDF.

    Args:
        content: The file.

    Returns:
        Its blocks, each with its page.

    Raises:
        OfficialTextError: It is encrypted, damaged, or has too many pages.
    """
    # pdfminer tells of every odd font; nobody who adds a text can mend one.
    logging.getLogger("pdfminer").setLevel(logging.ERROR)
    try:
        with pdfplumber.open(io.BytesIO(content)) as pdf:
            if len(pdf.pages) > _MOST_PAGES:
                message = f"it has {len(pdf.pages)} pages; {_MOST_PAGES} are read. Add its parts."
                raise OfficialTextError(message)
            pages = [_page(page) for page in pdf.pages]
    except OfficialTextError:
        raise
    except (PDFPasswordIncorrect, PdfminerException, PDFException) as error:
        raise _unreadable(error) from error
    except MemoryError:
        raise
    except Exception as error:
        # Damaged files make pdfminer raise whatever its parsers trip over.
        raise OfficialTextError(f"it is damaged: {type(error).__name__}.") from error
    _drop_margins(pages)
    return structure(
        [line for page in pages for line in page.lines],
        {page.number: _table_blocks(page, pages) for page in pages},
    )


def _unreadable(error: Exception) -> OfficialTextError:
    causes = [error, *error.args, error.__cause__, error.__context__]
    if any(isinstance(cause, PDFPasswordIncorrect) for cause in causes):
        return OfficialTextError("it is encrypted. Save it without a password.")
    if "ncrypt" in repr(causes):
        return OfficialTextError("it is encrypted in a way that is not read. Save it without.")
    return OfficialTextError(f"it is damaged: {type(error).__name__}.")


def _page(page: Any) -> PdfPage:
    number = int(page.page_number)
    if len(page.chars) > _MOST_LETTERS_OF_PAGE:
        raise OfficialTextError(f"its page {number} holds more letters than any page.")
    page = page.dedupe_chars()
    tables, boxes = _tables(page, number)
    words = page.extract_words(
        x_tolerance_ratio=0.2,
        y_tolerance=2,
        extra_attrs=["size", "fontname"],
        keep_blank_chars=False,
    )
    kept = [word for word in words if word.get("upright", True) and not _inside(word, boxes)]
    lines = lines_of_words(kept, number)
    _sign_items(lines, [one for one in (*page.curves, *page.rects) if _is_dot(one)])
    read = PdfPage(number, float(page.height), lines, tables)
    # Of a long text only this is needed; the parsed page is large.
    page.close()
    return read


def _is_dot(shape: dict[str, Any]) -> bool:
    return 1 < shape["width"] < _DOT and 1 < shape["height"] < _DOT


def _sign_items(lines: Sequence[PdfLine], dots: Sequence[dict[str, Any]]) -> None:
    """Browsers draw the sign before an item of a list, so that it is no letter."""
    for dot in dots[:_MOST_EDGES]:
        middle = (dot["top"] + dot["bottom"]) / 2
        for line in lines:
            beside = line.top < middle < line.bottom and 0 < line.x0 - dot["x1"] < _BESIDE
            if beside and not line.text.startswith("•"):
                line.text = f"• {line.text}"


def _tables(page: Any, number: int) -> tuple[list[PdfTable], list[tuple[float, ...]]]:
    tables: list[PdfTable] = []
    boxes: list[tuple[float, ...]] = []
    if not page.edges or len(page.edges) > _MOST_EDGES:
        return tables, boxes
    for found in page.find_tables():
        rows = [[one_line(cell or "") for cell in row] for row in found.extract()]
        filled = [[cell for cell in row if cell] for row in rows]
        # A frame around text is a box; the lines of a chart hold hardly a word.
        if len(rows) < 2 or max(len(row) for row in rows) < 2:
            continue
        if sum(len(row) >= 2 for row in filled) < 2:
            continue
        tables.append(PdfTable(number, float(found.bbox[1]), rows))
        boxes.append(found.bbox)
    return tables, boxes


def _inside(word: dict[str, Any], boxes: Sequence[tuple[float, ...]]) -> bool:
    x, y = (word["x0"] + word["x1"]) / 2, (word["top"] + word["bottom"]) / 2
    return any(box[0] <= x <= box[2] and box[1] <= y <= box[3] for box in boxes)


def _drop_margins(pages: Sequence[PdfPage]) -> None:
    """Drop page numbers, and what is said again at the margin of page after page."""
    seen: Counter[str] = Counter()
    for page in pages:
        seen.update({_shape(line) for line in page.lines if _at_margin(line, page)})
    often = max(3, round(len(pages) * 0.3))

    def is_furniture(line: PdfLine, page: PdfPage) -> bool:
        if not _at_margin(line, page):
            return False
        return bool(_PAGE_NUMBER.fullmatch(line.text)) or seen[_shape(line)] >= often

    for page in pages:
        page.lines = [line for line in page.lines if not is_furniture(line, page)]


def _at_margin(line: PdfLine, page: PdfPage) -> bool:
    return line.bottom < page.height * _MARGIN or line.top > page.height * (1 - _MARGIN)


def _shape(line: PdfLine) -> str:
    return re.sub(r"\d+", "#", f"{line.note}{line.text}")


def _table_blocks(page: PdfPage, pages: Sequence[PdfPage]) -> list[tuple[float, list[Block]]]:
    """The rows of each table with where it stands; a table that goes on keeps its headings."""
    found = []
    for index, table in enumerate(page.tables):
        rows, headed = table.rows, False
        if index == 0:
            first = _beginning(page, pages)
            if first is not None and first != rows[0]:
                rows, headed = [first, *rows], True
        found.append((table.top, rows_of(rows, headed, page.number)))
    return found


def _beginning(page: PdfPage, pages: Sequence[PdfPage]) -> list[str] | None:
    """The first row of the table of which a page's first table is the rest."""
    table = page.tables[0]
    if any(line.bottom < table.top for line in page.lines):
        return None
    before = next((one for one in pages if one.number == page.number - 1), None)
    if before is None or not before.tables:
        return None
    last = before.tables[-1]
    if any(_below(line, last) for line in before.lines):
        return None
    if len(last.rows[0]) != len(table.rows[0]):
        return None
    return (_beginning(before, pages) if len(before.tables) == 1 else None) or last.rows[0]


def _below(line: PdfLine, table: PdfTable) -> bool:
    # Words inside the table are no lines of the page, so every lower line stands below it; a
    # footnote there does not end the table.
    return not line.note and line.top > table.top

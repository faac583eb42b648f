"""Tables that kept their cells: from a grid to a row for each line of the table."""

from __future__ import annotations

from collections.abc import Sequence

from knowledge.official.blocks import Block

_WIDEST = 60
_LONGEST_HEADING = 12  # words


class Grid:
    """Cells in rows and columns; one that spans several stands in each of them.

    Attributes:
        rows: The texts.
    """

    def __init__(self) -> None:
        self.rows: list[list[str]] = []
        self._waiting: dict[int, tuple[int, str]] = {}

    def start_row(self) -> None:
        """Begin the next row."""
        self.rows.append([])
        self._fill()

    def add(self, text: str, columns: int = 1, rows: int = 1) -> None:
        """Put a cell at the next free place.

        Args:
            text: Its words.
            columns: How many columns it spans.
            rows: How many rows it spans.
        """
        row = self.rows[-1]
        for offset in range(max(1, min(columns, _WIDEST - len(row)))):
            if rows > 1:
                self._waiting[len(row)] = (rows - 1, text)
            row.append(text if not offset else "")
        self._fill()

    def _fill(self) -> None:
        row = self.rows[-1]
        while len(row) in self._waiting:
            left, text = self._waiting.pop(len(row))
            if left > 1:
                self._waiting[len(row)] = (left - 1, text)
            row.append(text)
            if left > 1 and len(row) - 1 in self._waiting and len(row) > _WIDEST:
                return


def rows_of(
    rows: Sequence[Sequence[str]],
    headed: bool,
    page: int | None = None,
    marks: tuple[str, ...] = (),
) -> list[Block]:
    """A block for each row.

    Args:
        rows: The texts of a table.
        headed: Whether the file says that the first row names the columns.
        page: Page of the table.
        marks: Footnotes that are called in it.

    Returns:
        Rows with their cells by column; a row that fills only one cell is a heading of the rows
        below it and opens each of them. A table of one column is text.
    """
    kept = [[cell.strip() for cell in row] for row in rows if any(cell.strip() for cell in row)]
    if not kept:
        return []
    width = max(len(row) for row in kept)
    if width < 2:
        return [Block("text", row[0], page, marks=marks) for row in kept]
    names: list[str] = []
    if len(kept) > 1 and (headed or _looks_headed(kept)):
        names = [*kept[0], *[""] * (width - len(kept[0]))]
        kept = kept[1:]
    blocks: list[Block] = []
    over = ""
    for row in kept:
        filled = [cell for cell in row if cell]
        if len(filled) == 1 and len(filled[0].split()) <= _LONGEST_HEADING and len(kept) > 1:
            over = filled[0]
            continue
        cells = {
            (names[index] if index < len(names) and names[index] else f"{index + 1}"): cell
            for index, cell in enumerate(row)
            if cell
        }
        said = [
            cell if not (index < len(names) and names[index]) else f"{names[index]}: {cell}"
            for index, cell in enumerate(row)
            if cell
        ]
        text = " | ".join([over, *said] if over else said)
        blocks.append(Block("row", text, page, cells=cells, marks=marks if not blocks else ()))
    if not blocks and over:
        blocks.append(Block("text", over, page, marks=marks))
    return blocks


def _looks_headed(rows: Sequence[Sequence[str]]) -> bool:
    """Whether the first row is full, short, and without figures."""
    first = rows[0]
    return (
        len(rows) > 2
        and all(first)
        and len(set(first)) == len(first)
        and all(len(cell.split()) <= _LONGEST_HEADING for cell in first)
        and not any(cell[0].isdigit() for cell in first)
        and not any(cell.endswith((".", ";")) for cell in first)
    )

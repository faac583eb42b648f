"""What every reader makes of a file: blocks in reading order, whatever the format was."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

BlockKind = Literal["heading", "text", "item", "row", "footnote"]


@dataclass(frozen=True)
class Block:
    """A heading, a paragraph, an item of a list, a row of a table, or a footnote.

    Attributes:
        text: The words, without markers.
        page: Page on which it begins, counted from 1.
        number: Number of a heading (`4.1`, `3.b`) or of a footnote, when it has one.
        level: Depth of a heading, 1 for a chapter; 0 for one without a number whose depth nobody
            knows.
        cells: Cells of a row, by the heading of their column.
        marks: Numbers of the footnotes that were called in it.
    """

    kind: BlockKind
    text: str
    page: int | None = None
    number: str = ""
    level: int = 0
    cells: dict[str, str] = field(default_factory=dict)
    marks: tuple[str, ...] = ()

"""Reading plain text: saved by hand, or taken out of a PDF by some program."""

from __future__ import annotations

from knowledge.official.blocks import Block
from knowledge.official.errors import OfficialTextError
from knowledge.official.notes import lift_glued_marks
from knowledge.official.txt_double import read_double_spaced
from knowledge.official.txt_lines import layout_of, lines_of
from knowledge.official.txt_plain import read_plain


def read_txt(content: bytes) -> list[Block]:
    """Read a text file.

    Args:
        content: What the file holds.

    Returns:
        Its blocks.

    Raises:
        OfficialTextError: It is not text.
    """
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        message = f"it is not UTF-8 text (byte {error.start}). Save it as UTF-8."
        raise OfficialTextError(message) from error
    if "\x00" in text:
        raise OfficialTextError("it is not text: it holds zero bytes.")
    lines = lines_of(text)
    if not lines:
        return []
    double = layout_of(lines) == "double-spaced"
    blocks = read_double_spaced(lines) if double else read_plain(lines)
    return lift_glued_marks(blocks, [one.number for one in blocks if one.kind == "footnote"])

"""Reading an official text of any format, with limits that no text reaches and no bomb passes."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from knowledge.official.blocks import Block
from knowledge.official.errors import OfficialTextError

MAX_BYTES = 20_000_000
_MOST_LETTERS = 10_000_000
_MOST_BLOCKS = 100_000
Reader = Callable[[bytes], list[Block]]


def _txt(content: bytes) -> list[Block]:
    from knowledge.official.read_txt import read_txt

    return read_txt(content)


def _html(content: bytes) -> list[Block]:
    from knowledge.official.read_html import read_html

    return read_html(content)


def _pdf(content: bytes) -> list[Block]:
    from knowledge.official.read_pdf import read_pdf

    return read_pdf(content)


def _docx(content: bytes) -> list[Block]:
    from knowledge.official.read_docx import read_docx

    return read_docx(content)


# The libraries are imported when a format needs them: `wegwijs ask` needs none.
READERS: dict[str, Reader] = {
    ".txt": _txt,
    ".html": _html,
    ".htm": _html,
    ".xhtml": _html,
    ".pdf": _pdf,
    ".docx": _docx,
}
# With what a file of these formats begins, whatever its name says.
# (a DOCX with a password is no zip file; its reader says so).
_BEGINS = {".pdf": (b"%PDF-",), ".docx": (b"PK", b"\xd0\xcf\x11\xe0")}


def load_file(file: Path) -> tuple[str, bytes]:
    """Read a file's bytes.

    Args:
        file: The file that a person named.

    Returns:
        Its format, as in `READERS`, and its bytes.

    Raises:
        OfficialTextError: It is missing, no file, too large, or of a format that is not read.
    """
    suffix = file.suffix.lower()
    if suffix not in READERS:
        known = ", ".join(READERS)
        raise OfficialTextError(f"{file}: Wegwijs reads {known}. Save the text as one of these.")
    try:
        # Asked first: opening a pipe or a device may wait for ever.
        if not file.is_file():
            what = "is not a file" if file.exists() else "does not exist"
            raise OfficialTextError(f"{file}: {what}.")
        with file.open("rb") as stream:
            content = stream.read(MAX_BYTES + 1)
    except OSError as error:
        raise OfficialTextError(f"{file}: cannot be read: {error.strerror}.") from error
    if len(content) > MAX_BYTES:
        raise OfficialTextError(
            f"{file}: is larger than {MAX_BYTES // 1_000_000} MB, more than any text needs. "
            "Save it without its pictures."
        )
    return suffix, content


def read_blocks(suffix: str, content: bytes) -> list[Block]:
    """Read the text of a file.

    Args:
        suffix: Its format, as in `READERS`.
        content: Its bytes.

    Returns:
        Its blocks, at least one of them with text.

    Raises:
        OfficialTextError: What the file holds is not of that format, damaged, encrypted, too
            large or empty. The message does not name the file.
    """
    begins = _BEGINS.get(suffix, (b"",))
    # A PDF may have some bytes before its mark.
    if not any(mark in content[:1024] for mark in begins):
        raise OfficialTextError(f"it is not {suffix[1:].upper()}, whatever its name says.")
    if suffix not in _BEGINS and content[:5] == b"%PDF-":
        raise OfficialTextError("it is a PDF, whatever its name says. Name it .pdf.")
    blocks = [block for block in READERS[suffix](content) if block.text.strip()]
    if not any(block.kind != "heading" for block in blocks):
        raise OfficialTextError(
            "no text was found in it. A scanned document needs text recognition (OCR) first."
        )
    if len(blocks) > _MOST_BLOCKS or sum(len(block.text) for block in blocks) > _MOST_LETTERS:
        raise OfficialTextError("it holds more text than Wegwijs takes. Add its parts one by one.")
    return blocks

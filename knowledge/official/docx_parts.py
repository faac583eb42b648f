"""The parts of a Word document that python-docx leaves to us: limits, numbers, footnotes."""

from __future__ import annotations

import io
import re
import zipfile
import zlib
from collections.abc import Iterator
from typing import Any

from lxml import etree

from knowledge.official.errors import OfficialTextError

_MOST_FILES = 5_000
_MOST_UNPACKED = 200_000_000
_MOST_XML = 60_000_000
_PIECE = 1_000_000
_DOCTYPE = re.compile(rb"<!(?:DOCTYPE|ENTITY)|<\x00!\x00[DE]|\x00<\x00!\x00[DE]")
W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_FALLBACK = "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback"


def check_package(content: bytes) -> None:
    """Refuse a package that would unpack to something else than a document.

    Args:
        content: The file.

    Raises:
        OfficialTextError: It is no package, encrypted, a bomb, or declares entities.
    """
    if content.startswith(b"\xd0\xcf\x11\xe0"):
        raise OfficialTextError(
            "it is encrypted or an old .doc. Save it as .docx without a password."
        )
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as package:
            _check_members(package)
    except (zipfile.BadZipFile, zipfile.LargeZipFile, NotImplementedError) as error:
        raise OfficialTextError(f"it is damaged, or no DOCX: {error}.") from error
    except (RuntimeError, EOFError, OSError, ValueError, zlib.error) as error:
        # Names that are no text, members with a password, streams that are none.
        raise OfficialTextError(f"it is damaged, or encrypted: {error}.") from error


def _check_members(package: zipfile.ZipFile) -> None:
    members = package.infolist()
    if len(members) > _MOST_FILES or sum(one.file_size for one in members) > _MOST_UNPACKED:
        raise OfficialTextError("it unpacks to more than any text needs, as a zip bomb does.")
    if "word/document.xml" not in {one.filename for one in members}:
        raise OfficialTextError("it is a zip file, but holds no Word document.")
    for member in members:
        if member.flag_bits & 1:
            raise OfficialTextError("it is encrypted. Save it without a password.")
        if not member.filename.endswith((".xml", ".rels")):
            continue
        if member.file_size > _MOST_XML:
            raise OfficialTextError("it unpacks to more than any text needs, as a zip bomb does.")
        # The declared size may lie: count what really comes.
        unpacked, end = 0, b""
        with package.open(member) as stream:
            while piece := stream.read(_PIECE):
                unpacked += len(piece)
                if unpacked > _MOST_XML:
                    raise OfficialTextError(
                        "it unpacks to more than any text needs, as a zip bomb does."
                    )
                if _DOCTYPE.search(end + piece):
                    raise OfficialTextError("it declares entities, which no Word document does.")
                end = piece[-16:]


class Numbering:
    """Counts the numbers that Word writes before headings, but keeps out of their text."""

    def __init__(self, document: Any) -> None:
        self._patterns: dict[tuple[str, int], tuple[str, str, int]] = {}
        self._counts: dict[str, list[int]] = {}
        try:
            root = document.part.numbering_part.element
        except (KeyError, NotImplementedError):
            return
        abstract = {one.get(f"{W}abstractNumId"): one for one in root.iter(f"{W}abstractNum")}
        for number in root.iter(f"{W}num"):
            reference = number.find(f"{W}abstractNumId")
            source = abstract.get(reference.get(f"{W}val")) if reference is not None else None
            for level in source.iter(f"{W}lvl") if source is not None else ():
                key = (number.get(f"{W}numId") or "", _integer(level.get(f"{W}ilvl")))
                self._patterns[key] = (
                    _value(level, "numFmt"),
                    _value(level, "lvlText"),
                    _integer(_value(level, "start") or "1"),
                )

    def is_bullet(self, number: str, level: int) -> bool:
        """Whether the items of a list have a sign and no number."""
        return self._patterns.get((number, level), ("", "", 1))[0] in ("bullet", "none")

    def next(self, number: str, level: int) -> str:
        """The number of the next paragraph of a numbered list.

        Args:
            number: Id of the list.
            level: Its depth, counted from 0.

        Returns:
            Such as `4.1`; empty when the list has no decimal numbers.
        """
        counts = self._counts.setdefault(number, [])
        while len(counts) <= level:
            start = self._patterns.get((number, len(counts)), ("", "", 1))[2]
            counts.append(start - 1)
        counts[level] += 1
        del counts[level + 1 :]
        form, pattern, _ = self._patterns.get((number, level), ("", "", 1))
        if form != "decimal":
            return ""
        shown = re.sub(
            r"%(\d)",
            lambda one: str(counts[int(one[1]) - 1]) if int(one[1]) <= len(counts) else "",
            pattern,
        )
        found = re.search(r"\d+(?:\.\d+)*", shown)
        return found[0] if found else ""


def footnotes_of(document: Any) -> dict[str, str]:
    """The texts of footnotes and endnotes.

    Args:
        document: Of python-docx.

    Returns:
        Texts by kind and id, such as `footnote 3`, in the order of the file.
    """
    notes: dict[str, str] = {}
    parser = etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=False)
    for part in document.part.package.iter_parts():
        kind = re.fullmatch(r"/word/(foot|end)notes\.xml", str(part.partname))
        if kind is None:
            continue
        try:
            root = etree.fromstring(part.blob, parser)
        except etree.XMLSyntaxError as error:
            raise OfficialTextError(f"its footnotes are damaged: {error}.") from error
        for note in root.iter(f"{W}{kind[1]}note"):
            # The first two are the rule above footnotes.
            if note.get(f"{W}type") in (None, "normal"):
                words = " ".join(text_of(one)[0] for one in note.iter(f"{W}p"))
                notes[f"{kind[1]}note {note.get(f'{W}id')}"] = words
    return notes


def text_of(paragraph: Any) -> tuple[str, list[str]]:
    """The words of a paragraph as it reads today.

    Args:
        paragraph: The XML element.

    Returns:
        The words, inserted ones too and deleted ones not, and the footnotes that are called,
        named as in `footnotes_of`.
    """
    words: list[str] = []
    called: list[str] = []
    for element in _elements(paragraph):
        name = str(element.tag).removeprefix(W)
        if name == "t":
            words.append(element.text or "")
        elif name in ("tab", "br", "cr"):
            words.append(" ")
        elif name == "noBreakHyphen":
            words.append("-")
        elif name in ("footnoteReference", "endnoteReference"):
            called.append(f"{name.removesuffix('Reference')} {element.get(f'{W}id')}")
    return "".join(words), called


def _elements(paragraph: Any) -> Iterator[Any]:
    """All elements, less what was deleted, and less the second copy of a text box."""
    stack = [paragraph]
    while stack:
        element = stack.pop()
        yield element
        if element.tag in (f"{W}del", f"{W}moveFrom", f"{W}instrText", _FALLBACK):
            continue
        stack.extend(reversed(list(element)))


def _value(element: Any, name: str) -> str:
    child = element.find(f"{W}{name}")
    return (child.get(f"{W}val") or "") if child is not None else ""


def _integer(text: str | None) -> int:
    return int(text) if text and text.isascii() and text.isdigit() and len(text) < 6 else 0

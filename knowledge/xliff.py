"""Translators' files: XLIFF 2.0, which their tools read and write.

Source: XLIFF Version 2.0, OASIS Standard, 5 August 2014,
http://docs.oasis-open.org/xliff/xliff-core/v2.0/os/xliff-core-v2.0-os.html
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from lxml import etree

from knowledge.errors import WegwijsError
from knowledge.text import PLACEHOLDER
from knowledge.translation import Job, Segment

_NAMESPACE = "urn:oasis:names:tc:xliff:document:2.0"
_REVISION = "revision"
_LARGEST = 50_000_000  # bytes: many times the whole library


class XliffError(WegwijsError):
    """A file that is no XLIFF of ours."""


@dataclass(frozen=True)
class Xliff:
    """What a file holds.

    Attributes:
        source: Language of the originals.
        target: Language of the translations.
        jobs: The texts.
    """

    source: str
    target: str
    jobs: tuple[Job, ...]


def write_xliff(content: Xliff) -> bytes:
    """A file for translators.

    Facts stand in it as inline codes, which a translator's tool keeps whole.

    Args:
        content: The texts.

    Returns:
        The file.
    """
    root = etree.Element(_name("xliff"), nsmap={None: _NAMESPACE})
    root.set("version", "2.0")
    root.set("srcLang", content.source)
    root.set("trgLang", content.target)
    for job in content.jobs:
        file = etree.SubElement(root, _name("file"), id=job.owner)
        notes = etree.SubElement(file, _name("notes"))
        note = etree.SubElement(notes, _name("note"), category=_REVISION)
        note.text = str(job.revision)
        for segment in job.segments:
            unit = etree.SubElement(file, _name("unit"), id=segment.id)
            there = segment.translation is not None
            state = "translated" if there else "initial"
            pair = etree.SubElement(unit, _name("segment"), state=state)
            _fill(etree.SubElement(pair, _name("source")), segment.text)
            if segment.translation is not None:
                _fill(etree.SubElement(pair, _name("target")), segment.translation)
    tree = etree.ElementTree(root)
    written: bytes = etree.tostring(tree, encoding="UTF-8", xml_declaration=True, pretty_print=True)
    return written


def read_xliff(data: bytes) -> Xliff:
    """Read a file that came back.

    Args:
        data: The file.

    Returns:
        Its languages and texts.

    Raises:
        XliffError: It is too large, no XML, no XLIFF 2, or not one that Wegwijs exported.
    """
    if len(data) > _LARGEST:
        raise XliffError(f"The file has more than {_LARGEST:,} bytes; import it in pieces.")
    # Entities and other files are never followed: the file comes from outside.
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False)
    try:
        root = etree.fromstring(data, parser)
    except etree.XMLSyntaxError as error:
        raise XliffError(f"The file is not XML: {error.msg}.") from error
    if root.tag != _name("xliff") or not root.get("version", "").startswith("2."):
        raise XliffError(
            "The file is not XLIFF 2. Let the translator's tool save it in the format it came in."
        )
    source, target = root.get("srcLang"), root.get("trgLang")
    if not source or not target:
        raise XliffError("The file does not name its languages (srcLang and trgLang).")
    return Xliff(source, target, tuple(_job(file, source) for file in root.iter(_name("file"))))


def _job(file: etree._Element, source: str) -> Job:
    name = file.get("id", "")
    notes = [note for note in file.iter(_name("note")) if note.get("category") == _REVISION]
    try:
        revision = int((notes[0].text or "").strip())
    except (IndexError, ValueError):
        raise XliffError(
            f"The part {name!r} lost its note with the revision; export it again."
        ) from None
    segments = []
    for unit in file.iter(_name("unit")):
        # A tool may cut a unit into several segments: together they are the unit's text.
        sources = [_text(one) for one in unit.iter(_name("source"))]
        targets = [_text(one) for one in unit.iter(_name("target"))]
        whole = " ".join(targets) if len(targets) == len(sources) else None
        segments.append(Segment(unit.get("id", ""), " ".join(sources), whole))
    return Job(name, source, revision, tuple(segments))


def _fill(element: etree._Element, text: str) -> None:
    """Put words and inline codes into an element."""
    last: etree._Element | None = None
    end = 0
    for number, match in enumerate(PLACEHOLDER.finditer(text), 1):
        _add(element, last, text[end : match.start()])
        last = etree.SubElement(element, _name("ph"), id=str(number), equiv=match[0])
        last.set("disp", match[0])
        end = match.end()
    _add(element, last, text[end:])


def _add(element: etree._Element, last: etree._Element | None, words: str) -> None:
    if last is None:
        element.text = words
    else:
        last.tail = words


def _text(element: etree._Element) -> str:
    """The words of an element, with its inline codes as placeholders again."""
    # Tools, and the indentation of the file, may add white space.
    return " ".join("".join(_pieces(element)).split())


def _pieces(element: etree._Element) -> Iterator[str]:
    yield element.text or ""
    for child in element:
        if child.tag == _name("ph"):
            yield child.get("equiv", "")
        elif isinstance(child.tag, str):
            yield from _pieces(child)
        yield child.tail or ""


def _name(tag: str) -> str:
    return f"{{{_NAMESPACE}}}{tag}"

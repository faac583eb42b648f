"""From blocks to passages of a size that can be searched and quoted."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from math import ceil

from knowledge.official.blocks import Block
from knowledge.official.passage import OfficialPassage, PassageKind

FEWEST, MOST = 60, 180  # words
_LONG_LEAD_IN = 45
_SENTENCE = re.compile(r"(?<=[.!?…;])([\"'”’»)\]]*)\s+(?=[^\W\d_a-zà-ÿ]|[\"“‘«(\d])")
# "nr. 3", "bv. België", "J. Jansen": no sentence ends here.
_ABBREVIATED = re.compile(r"(?:^|[\s(])(?:[a-zà-ÿ]{1,3}|[a-z](?:\.[a-z])+|[A-Z]|blz|pag|art|Nr)\.$")


@dataclass
class _Section:
    number: str = ""
    title: str = ""
    chapter: str = ""
    blocks: list[Block] = field(default_factory=list)
    notes: list[Block] = field(default_factory=list)


@dataclass(frozen=True)
class _Piece:
    kind: PassageKind
    text: str
    page: int | None
    row: dict[str, str] = field(default_factory=dict)
    note: str = ""


def split(document: str, language: str, blocks: Sequence[Block]) -> list[OfficialPassage]:
    """Make passages of what a reader found.

    Args:
        document: Id of the plan document.
        language: Language of the text.
        blocks: In reading order.

    Returns:
        The passages, numbered in reading order; the footnotes of a section close it.
    """
    passages: list[OfficialPassage] = []
    for section in _sections(blocks):
        for piece in _pieces(section):
            passages.append(
                OfficialPassage(
                    id=f"{document}.{language}.{len(passages) + 1:04d}",
                    document=document,
                    language=language,
                    section=section.number,
                    section_title=section.title,
                    chapter=section.chapter,
                    page=piece.page,
                    kind=piece.kind,
                    text=piece.text,
                    row=piece.row,
                    note=piece.note,
                )
            )
    return passages


def _sections(blocks: Sequence[Block]) -> list[_Section]:
    sections = [_Section()]
    chapter, chapter_number, number = "", "", ""
    titles = Counter(one.text for one in blocks if one.kind == "heading" and not one.number)
    called: dict[str, _Section] = {}
    notes: list[tuple[Block, _Section]] = []
    for block in blocks:
        if block.kind == "footnote":
            # A file may count anew on each page: the last call before a footnote is its own.
            notes.append((block, called.get(block.number, sections[-1])))
            continue
        if block.kind == "heading":
            if block.number:
                number = block.number
                if block.level == 1:
                    chapter, chapter_number = block.text, block.number
            elif block.level == 1 or not chapter or block.text.isupper():
                chapter, chapter_number, number = block.text, "", ""
            elif block.level:
                number = ""
            elif titles[block.text] > 1:
                # "Key actions" under every chapter belong to the chapter, not to its last section.
                number = chapter_number
            sections.append(_Section(number, block.text, chapter))
        else:
            sections[-1].blocks.append(block)
        called.update(dict.fromkeys(block.marks, sections[-1]))
    for note, section in notes:
        section.notes.append(note)
    return sections


def _pieces(section: _Section) -> Iterator[_Piece]:
    texts: list[Block] = []
    items: list[Block] = []
    for block in [*section.blocks, None]:
        if block is not None and block.kind == "item":
            items.append(block)
            continue
        if items:
            texts, lead = _lead_in(texts)
            yield from _lists(lead, items, texts)
            texts, items = [], []
        if block is not None and block.kind == "text":
            texts.append(block)
            continue
        yield from _texts(texts)
        texts = []
        if block is not None and block.kind == "row":
            yield _Piece("table", block.text, block.page, row=block.cells)
    for note in section.notes:
        yield _Piece("footnote", note.text, note.page, note=note.number)


def _lead_in(texts: list[Block]) -> tuple[list[Block], Block | None]:
    """Part the words that introduce a list from the text before them."""
    if not texts or not texts[-1].text.endswith(":"):
        return texts, None
    *before, last = texts
    if words(last.text) <= _LONG_LEAD_IN:
        return before, last
    *sentences, lead = sentences_of(last.text)
    rest = [Block("text", " ".join(sentences), last.page)] if sentences else []
    return [*before, *rest], Block("text", lead, last.page)


def _lists(lead: Block | None, items: list[Block], texts: list[Block]) -> Iterator[_Piece]:
    """Lists with their lead-in, which is said again when a list fills several passages."""
    opening = "\n".join(block.text for block in texts)
    lines = [
        (f"- {part}", item.page) for item in items for part in _parts(item.text) if part.strip()
    ]
    total = sum(words(line) for line, _ in lines) + words(lead.text if lead else "")
    prefix = [lead.text] if lead else []
    page = lead.page if lead else None
    if opening and words(opening) < FEWEST and words(opening) + total <= MOST:
        prefix = [opening, *prefix]
        page = texts[0].page
    elif texts:
        yield from _texts(texts)
    room = max(MOST - sum(words(one) for one in prefix), FEWEST)
    sizes = [words(line) for line, _ in lines]
    # As full as one another, rather than a full one and a rest of one item.
    full = min(room, ceil(sum(sizes) / ceil(sum(sizes) / room)) + max(sizes) // 2)
    group: list[str] = []
    filled = 0
    for (line, line_page), size in zip(lines, sizes, strict=True):
        if group and filled + size > full:
            yield _Piece("list", "\n".join([*prefix, *group]), page)
            group, filled, page = [], 0, line_page
        page = page or line_page
        group.append(line)
        filled += size
    yield _Piece("list", "\n".join([*prefix, *group]), page)


def _texts(texts: Sequence[Block]) -> Iterator[_Piece]:
    """Paragraphs, the short ones together, the long ones in parts."""
    pieces: list[_Piece] = []
    for block in texts:
        for part in _parts(block.text):
            last = pieces[-1] if pieces else None
            size = words(part)
            short = last is not None and (words(last.text) < FEWEST or size < FEWEST // 3)
            if last is not None and short and words(last.text) + size <= MOST:
                pieces[-1] = _Piece("text", f"{last.text}\n{part}", last.page)
            else:
                pieces.append(_Piece("text", part, block.page))
    if len(pieces) > 1 and words(pieces[-1].text) < FEWEST:
        *_, before, last = pieces
        if words(before.text) + words(last.text) <= MOST:
            pieces[-2:] = [_Piece("text", f"{before.text}\n{last.text}", before.page)]
    yield from pieces


def _parts(text: str) -> list[str]:
    """A paragraph in parts of about the same size, none of them far too long."""
    total = words(text)
    if total <= MOST:
        return [text]
    size = total / ceil(total / (MOST * 0.8))
    parts: list[list[str]] = [[]]
    for sentence in sentences_of(text):
        filled = sum(words(one) for one in parts[-1])
        if parts[-1] and filled + words(sentence) / 2 > size:
            parts.append([])
        parts[-1].append(sentence)
    return [" ".join(part) for part in parts]


def sentences_of(text: str) -> list[str]:
    """The sentences of a paragraph.

    Args:
        text: The paragraph, in one line.

    Returns:
        Its sentences, in order.
    """
    sentences: list[str] = []
    start = 0
    for match in _SENTENCE.finditer(text):
        sentence = text[start : match.end(1)]
        if _ABBREVIATED.search(sentence):
            continue
        sentences.append(sentence.strip())
        start = match.end()
    rest = text[start:].strip()
    return [*sentences, rest] if rest else sentences


def words(text: str) -> int:
    """How many words a text has."""
    return len(text.split())

"""What changed for readers between two versions of the library."""

from __future__ import annotations

import difflib
from collections.abc import Iterator
from dataclasses import dataclass

from knowledge.cards import Card, CardText
from knowledge.library import Library
from knowledge.plans import Passage, PassageText
from knowledge.text import ANSWER, Block

_SHOWN_IN = "en"
"""Values of facts are written as an English reader sees them."""


@dataclass(frozen=True)
class Change:
    """One thing that reads differently.

    Attributes:
        where: Id of the card or passage.
        language: The language that changed; None when all did.
        what: What changed, in a few words.
        lines: Its old lines, each after `- `, and its new ones after `+ `.
    """

    where: str
    language: str | None
    what: str
    lines: tuple[str, ...] = ()


def changes(old: Library, new: Library) -> list[Change]:
    """Compare two libraries as their readers see them.

    Args:
        old: The earlier library.
        new: The later one.

    Returns:
        Cards and passages that came, went or changed, by id; facts before texts.
    """
    found: list[Change] = []
    for card_id in sorted(old.cards.keys() | new.cards.keys()):
        before, after = old.cards.get(card_id), new.cards.get(card_id)
        found += _came_or_went(card_id, "card", before, after)
        if before and after:
            found += _card(before, after)
    for passage_id in sorted(old.passages.keys() | new.passages.keys()):
        first, last = old.passages.get(passage_id), new.passages.get(passage_id)
        found += _came_or_went(passage_id, "passage", first, last)
        if first and last:
            found += _texts(passage_id, first, last)
    return found


def _came_or_went(
    name: str, kind: str, before: Card | Passage | None, after: Card | Passage | None
) -> Iterator[Change]:
    if before is None and after is not None:
        languages = ", ".join(sorted(after.texts))
        yield Change(name, None, f"new {kind}, in {languages}")
    elif after is None:
        yield Change(name, None, f"{kind} is gone")


def _card(before: Card, after: Card) -> Iterator[Change]:
    for name in sorted(before.facts.keys() | after.facts.keys()):
        old, new = before.facts.get(name), after.facts.get(name)
        was = old.written(_SHOWN_IN) if old else None
        now = new.written(_SHOWN_IN) if new else None
        if was != now:
            yield Change(after.id, None, f"fact {name}", _lines([was], [now]))
    if before.checked_on != after.checked_on:
        yield Change(after.id, None, f"checked again on {after.checked_on}")
    gone = sorted({str(one.url) for one in before.sources} - {str(o.url) for o in after.sources})
    came = sorted({str(one.url) for one in after.sources} - {str(o.url) for o in before.sources})
    if gone or came:
        yield Change(after.id, None, "sources", _lines(gone, came))
    yield from _texts(after.id, before, after)


def _texts(name: str, before: Card | Passage, after: Card | Passage) -> Iterator[Change]:
    for language in sorted(before.texts.keys() | after.texts.keys()):
        old, new = before.texts.get(language), after.texts.get(language)
        if old is None:
            yield Change(name, language, "new translation")
        elif new is None:
            yield Change(name, language, "the text is gone")
        else:
            yield from _text(name, language, old, new)


def _text(
    name: str, language: str, old: CardText | PassageText, new: CardText | PassageText
) -> Iterator[Change]:
    if old.title != new.title:
        yield Change(name, language, "title", _lines([old.title], [new.title]))
    was, now = _parts(old), _parts(new)
    for part in [*now, *(part for part in was if part not in now)]:
        lines = _lines(_paragraphs(was.get(part, ())), _paragraphs(now.get(part, ())))
        if lines:
            yield Change(name, language, f"part {part}", lines)
    if set(old.questions) != set(new.questions):
        yield Change(name, language, "questions", _lines(old.questions, new.questions))
    if old.unreviewed and not new.unreviewed:
        yield Change(name, language, f"checked by {new.reviewed_by}")


def _parts(text: CardText | PassageText) -> dict[str, tuple[Block, ...]]:
    return text.parts if isinstance(text, CardText) else {ANSWER: text.blocks}


def _paragraphs(blocks: tuple[Block, ...]) -> list[str]:
    return [line for block in blocks for line in (block.text, *block.items) if line]


def _lines(old: list[str | None] | list[str] | tuple[str, ...],
           new: list[str | None] | list[str] | tuple[str, ...]) -> tuple[str, ...]:  # fmt: skip
    """The lines that went and came, without those that stayed."""
    before, after = ([line for line in lines if line is not None] for lines in (old, new))
    compared = difflib.ndiff(before, after)
    return tuple(line for line in compared if line.startswith(("- ", "+ ")))

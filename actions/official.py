"""Composing what is shown of an official text: its own words, with section and page."""

from __future__ import annotations

from actions import compose
from actions.reply import CardShown, Message, say
from actions.turn import Turn
from knowledge.facts import LEFT_TO_RIGHT_ISOLATE, POP_ISOLATE
from knowledge.official.passage import OfficialPassage
from knowledge.plans import in_language
from knowledge.text import Block


def show_official(turn: Turn, passage: OfficialPassage) -> tuple[list[Message], CardShown]:
    """What is shown of a passage, with what the reader must know of its document.

    Args:
        turn: The turn.
        passage: The passage.

    Returns:
        Messages, and what the reply says of the passage.
    """
    document = turn.knowledge.library.documents[passage.document]
    order = [*turn.reading_order, "en", "nl"]
    short = in_language(document.short_title, order)
    messages = compose.language_notice(turn, passage.language)
    messages.append(say("official_intro"))
    messages += [Message.from_block(block) for block in _blocks(passage)]
    messages.append(
        say(
            "official_citation",
            kind="notice",
            document=short,
            where=f"{LEFT_TO_RIGHT_ISOLATE}{_where(passage)}{POP_ISOLATE}",
            year=str(document.year),
            level=turn.place_name(document.level),
        )
    )
    if document.status == "expired":
        messages.append(say("plan_expired", kind="notice"))
    note = next((code for code in order if code in document.note), next(iter(document.note)))
    messages.append(Message(kind="notice", text=document.note[note], language=note))
    messages.append(say("plan_intro", kind="notice"))
    return messages, _shown(turn, passage)


def _blocks(passage: OfficialPassage) -> list[Block]:
    """The passage's lines: those of a list as a list, after the words that introduce it."""
    lines = [line.strip() for line in passage.text.split("\n") if line.strip()]
    words = [line for line in lines if not line.startswith("- ")]
    items = tuple(line.removeprefix("- ") for line in lines if line.startswith("- "))
    blocks = [Block(kind="text", text=line, language=passage.language) for line in words]
    if items:
        blocks.append(Block(kind="list", items=items, language=passage.language))
    return blocks


def _where(passage: OfficialPassage) -> str:
    """Section and page, in signs that need no translation."""
    section = compose.official_title(passage) if passage.section or passage.section_title else ""
    note = f"({passage.note})" if passage.note else ""
    page = f"p. {passage.page}" if passage.page else ""
    return ", ".join(part for part in (section, note, page) if part) or passage.id


def _shown(turn: Turn, passage: OfficialPassage) -> CardShown:
    document = turn.knowledge.library.documents[passage.document]
    source = compose.document_source(turn, document.id, passage.language, _where(passage))
    return CardShown(
        id=passage.id,
        kind="passage",
        title=compose.official_title(passage),
        language=passage.language,
        place=document.level,
        place_name=turn.place_name(document.level),
        checked_on=None,
        checked_text=None,
        sources=(source,),
        reviewed=True,
        revision=1,
        document=passage.document,
        section=passage.section,
    )

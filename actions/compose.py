"""Composing what is shown of a card or a plan passage, from its own text alone."""

from __future__ import annotations

from datetime import date

from babel import Locale

from actions.reply import (
    CardShown,
    HitShown,
    Message,
    Say,
    SourceShown,
    Suggestion,
    say,
)
from actions.turn import Turn
from knowledge.cards import Card, CardText
from knowledge.facts import LEFT_TO_RIGHT_ISOLATE, POP_ISOLATE, Link, written_date
from knowledge.official.passage import OfficialPassage
from knowledge.plans import Passage, PassageText, in_language
from knowledge.search import Hit
from knowledge.text import ANSWER, PARTS, Block, expired_facts

_FIRST_SHOWN = (ANSWER, "steps")
"""Parts shown at once; the others wait behind a button, so that no answer is a wall of text."""


def show_card(
    turn: Turn, card: Card, part: str | None = None, elsewhere: str | None = None
) -> tuple[list[Message], CardShown, list[Suggestion]]:
    """What is shown of a card.

    Args:
        turn: The turn.
        card: The card.
        part: Only this part.
        elsewhere: Id of the place that was asked for, when the card is for another one.

    Returns:
        Messages, what the reply says of the card, and buttons for its other parts.
    """
    card = turn.knowledge.library.card_in(card, turn.place)
    text = card.best_text(turn.reading_order)
    messages: list[Message] = []
    if elsewhere is not None:
        asked, shown = turn.place_name(elsewhere), turn.place_name(card.place)
        messages.append(say("elsewhere", kind="notice", asked=asked, place=shown))
    messages += language_notice(turn, text.language)
    shown_parts = [part] if part else [key for key in _FIRST_SHOWN if key in text.parts]
    blocks: list[Block] = []
    for key in shown_parts:
        if key != ANSWER:
            messages.append(say(f"part.{key}", kind="heading"))
        blocks += text.parts[key]
        messages += [
            Message.from_block(block.filled(card.facts, text.language)) for block in text.parts[key]
        ]
    messages += _doubts(card, text, blocks)
    return messages, card_shown(turn, card, text, part), _part_buttons(text, shown_parts)


def _doubts(card: Card, text: CardText, blocks: list[Block]) -> list[Message]:
    """What the reader must know of the text's trustworthiness."""
    today = date.today()
    words = " ".join(block.plain for block in blocks)
    notices = []
    if expired_facts(words, card.facts, today):
        notices.append(say("outdated", kind="notice"))
    elif card.overdue(today):
        notices.append(say("overdue", kind="notice"))
    if text.unreviewed:
        notices.append(say("unreviewed", kind="notice"))
    return notices


def _part_buttons(text: CardText, shown: list[str]) -> list[Suggestion]:
    return [
        Suggestion(payload=f"/follow_up_{key}", say=Say(key=f"part.{key}"))
        for key in PARTS
        if key in text.parts and key not in shown
    ]


def card_shown(turn: Turn, card: Card, text: CardText, part: str | None = None) -> CardShown:
    """What a reply says of the card that it shows."""
    return CardShown(
        id=card.id,
        kind="card",
        title=text.title,
        language=text.language,
        place=card.place,
        place_name=turn.place_name(card.place),
        checked_on=card.checked_on,
        checked_text=written_date(card.checked_on, turn.language),
        sources=sources_shown(card),
        reviewed=not text.unreviewed,
        revision=text.revision,
        part=part,
    )


def sources_shown(card: Card) -> tuple[SourceShown, ...]:
    """The sources of a card as the reader sees them."""
    return tuple(
        SourceShown(
            publisher=source.publisher,
            title=source.title,
            url=str(source.url),
            checked_on=source.checked_on,
        )
        for source in card.sources
    )


def show_passage(turn: Turn, passage: Passage) -> tuple[list[Message], CardShown]:
    """What is shown of a plan passage, with what the reader must know of its standing."""
    text = passage.best_text(turn.reading_order)
    document = turn.knowledge.library.documents[passage.document]
    order = [text.language, *turn.reading_order]
    short = in_language(document.short_title, order)
    messages = language_notice(turn, text.language)
    messages += [Message.from_block(block.filled({}, text.language)) for block in text.blocks]
    key = "plan_citation" if passage.section else "plan_no_section"
    messages.append(
        say(
            key,
            kind="notice",
            document=short,
            section=f"{LEFT_TO_RIGHT_ISOLATE}{passage.section}{POP_ISOLATE}",
            year=str(passage.year),
            level=turn.place_name(passage.level),
            standing=Say(key=f"standing.{passage.standing.value}"),
        )
    )
    if document.status == "expired":
        messages.append(say("plan_expired", kind="notice"))
    messages.append(
        Message(kind="notice", text=in_language(document.note, order), language=order[0])
    )
    messages.append(say("plan_intro", kind="notice"))
    if text.unreviewed:
        messages.append(say("unreviewed", kind="notice"))
    return messages, _passage_shown(turn, passage, text)


def _passage_shown(turn: Turn, passage: Passage, text: PassageText) -> CardShown:
    return CardShown(
        id=passage.id,
        kind="passage",
        title=text.title,
        language=text.language,
        place=passage.level,
        place_name=turn.place_name(passage.level),
        checked_on=None,
        checked_text=None,
        sources=(document_source(turn, passage.document, text.language, passage.section),),
        reviewed=not text.unreviewed,
        revision=text.revision,
        document=passage.document,
        section=passage.section,
    )


def document_source(turn: Turn, document_id: str, language: str, where: str) -> SourceShown:
    """A plan document as the source of a text in a language, with the place in it."""
    document = turn.knowledge.library.documents[document_id]
    title = in_language(document.title, [language, *turn.reading_order])
    reference = f" ({document.reference})" if document.reference else ""
    return SourceShown(
        publisher=document.publisher,
        title=f"{title}{reference}, {where}",
        url=str(document.url) if document.url else None,
    )


def language_notice(turn: Turn, shown: str) -> list[Message]:
    """Says that a text is in another language than the person's, when it is."""
    if shown == turn.language:
        return []
    languages = turn.knowledge.library.languages
    name = languages.get(shown).name if shown in languages else Locale.parse(shown).language_name
    return [
        say(
            "not_in_language",
            kind="notice",
            language=languages.get(turn.language).name,
            shown=str(name),
        )
    ]


def choice(turn: Turn, kind: str, target: str) -> Suggestion:
    """A button that opens a card, or a plan passage."""
    library = turn.knowledge.library
    if kind == "passage":
        title = library.passages[target].best_text(turn.reading_order).title
    elif kind == "official":
        title = official_title(library.official[target])
    else:
        title = library.cards[target].best_text(turn.reading_order).title
    return Suggestion(payload=f'/choose{{"target": "{target}"}}', text=title)


def official_title(passage: OfficialPassage) -> str:
    """How a passage of an official text is named: its section, or its document."""
    heading = passage.section_title or passage.chapter
    return " ".join(part for part in (passage.section, heading) if part) or passage.document


def topic_choice(turn: Turn, hit: Hit) -> Suggestion:
    """A button for a hit: a topic's, which may still ask for the place, or a passage's."""
    if hit.kind != "card":
        return choice(turn, hit.kind, hit.group)
    shown = choice(turn, "card", hit.targets[0])
    return shown.model_copy(update={"payload": f'/choose{{"target": "{hit.group}"}}'})


def evidence(hits: tuple[Hit, ...]) -> tuple[HitShown, ...]:
    """The hits as they are kept with the exchange."""
    return tuple(
        HitShown(
            kind=hit.kind,
            group=hit.group,
            targets=hit.targets,
            score=round(hit.score, 4),
            cosine=round(hit.cosine, 4),
            lexical=round(hit.lexical, 4),
            elsewhere=hit.elsewhere,
            text=hit.evidence.text[:300],
            language=hit.evidence.language,
            part=hit.evidence.part,
        )
        for hit in hits
    )


def phone_link(phone: str) -> Link:
    """The link that calls a telephone number."""
    digits = "".join(sign for sign in phone if sign.isdigit() or sign == "+")
    return Link(text=phone, href=f"tel:{digits}")

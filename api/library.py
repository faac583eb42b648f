"""The knowledge library as it can be read: topics, cards, and the words of the widget."""

from __future__ import annotations

from fastapi import APIRouter

from actions.compose import sources_shown
from actions.reply import Message, Reply, Status
from api.errors import ERROR_RESPONSES, ApiError
from api.models import (
    CardInTopic,
    ErrorOut,
    LanguageCode,
    LanguageOut,
    PartOut,
    PlaceId,
    PlaceOut,
    TextsOut,
    TopicOut,
    WholeCard,
    message_out,
)
from api.state import State, StateOf
from api.switching import told_instead
from knowledge.cards import Card
from knowledge.library import Library
from knowledge.text import ANSWER

router = APIRouter(prefix="/api", tags=["Library"], responses=ERROR_RESPONSES)


@router.get("/topics", summary="List the topics")
async def topics(
    state: StateOf, language: LanguageCode = "en", place: PlaceId | None = None
) -> list[TopicOut]:
    """Every topic with its cards; with a place, only the cards that hold there.

    What the installation switched off is left out.
    """
    library = _library(state)
    off = await state.switched_off()
    order = _reading_order(library, language)
    _must_know(library, place)
    chain = library.places.chain(place) if place else None
    domains = state.sentences.group(order[0], "domain")
    listed = []
    for topic, cards in sorted(library.topics.items()):
        shown = [
            card
            for card in cards
            if (chain is None or card.place in chain) and off.words(card.id, topic) is None
        ]
        if shown:
            domain = shown[0].domain
            listed.append(
                TopicOut(
                    topic=topic,
                    domain=domain,
                    domain_name=domains[domain],
                    cards=[_in_topic(card, order) for card in shown],
                )
            )
    return sorted(listed, key=lambda item: (item.domain, item.topic))


@router.get(
    "/cards/{card_id}",
    summary="Read a card",
    responses={410: {"model": ErrorOut, "description": "Switched off"}},
)
async def card(
    state: StateOf, card_id: str, language: LanguageCode = "en", place: PlaceId | None = None
) -> WholeCard:
    """A whole card, in the language asked for or the nearest one that it has.

    With a place, the parts that this place says in its own way stand in it.
    """
    library = _library(state)
    order = _reading_order(library, language)
    _must_know(library, place)
    found = library.cards.get(card_id)
    if found is None:
        raise ApiError(404, "not_found", f"There is no card {card_id!r}. /api/topics lists them.")
    off = await state.switched_off()
    words = off.words(found.id, found.topic)
    if words is not None:
        told = told_instead(words, off, library, order[0], place)
        sentences = state.sentences.spoken(
            Reply(status=Status.UNKNOWN, messages=told, language=order[0])
        )
        message = " ".join(one.text for one in sentences.messages)
        raise ApiError(410, "switched_off", message)
    found = library.card_in(found, place)
    text = found.best_text(order)
    headings = state.sentences.group(order[0], "part")
    languages = library.languages
    return WholeCard(
        id=found.id,
        topic=found.topic,
        domain=found.domain,
        title=text.title,
        language=text.language,
        direction=languages.get(text.language).direction,
        place=found.place,
        place_name=library.places.get(found.place).name(order[0]),
        situations=tuple(situation.value for situation in found.situations),
        checked_on=found.checked_on,
        check_again_by=found.check_again_by,
        sources=sources_shown(found),
        reviewed=not text.unreviewed,
        parts=[
            PartOut(
                key=key,
                heading=None if key == ANSWER else headings[key],
                messages=[
                    message_out(
                        Message.from_block(block.filled(found.facts, text.language)),
                        text.language,
                        languages,
                    )
                    for block in blocks
                ],
            )
            for key, blocks in text.parts.items()
        ],
    )


@router.get("/texts/{language}", summary="Read the widget's words")
async def texts(state: StateOf, language: LanguageCode) -> TextsOut:
    """The words of the widget, and the languages and places that can be chosen."""
    library = _library(state)
    if language not in library.languages:
        offered = ", ".join(library.languages.codes)
        raise ApiError(404, "not_found", f"{language!r} is not offered; these are: {offered}.")
    words = state.sentences.group(language, "")
    places = [place for place in library.places if place.asked or place.kind == "municipality"]
    own = library.languages.get(language)
    return TextsOut(
        language=language,
        direction=own.direction,
        languages=[
            LanguageOut(code=one.code, name=one.name, direction=one.direction)
            for one in library.languages
        ],
        places=sorted(
            (PlaceOut(id=place.id, name=place.name(language)) for place in places),
            key=lambda place: place.name,
        ),
        widget=state.sentences.group(language, "widget"),
        source=words["source"],
        checked_on=words["checked_on"],
        privacy_hint=words["privacy_hint"],
        helpful_question=words["helpful_question"],
        unreviewed=words["unreviewed"],
        reviewed=words["reviewed"],
    )


def _library(state: State) -> Library:
    engine, _ = state.ready()
    return engine.knowledge.library


def _must_know(library: Library, place: str | None) -> None:
    if place is not None and place not in library.places:
        raise ApiError(404, "not_found", f"There is no place {place!r}. /api/texts lists them.")


def _reading_order(library: Library, language: str) -> list[str]:
    if language not in library.languages:
        offered = ", ".join(library.languages.codes)
        raise ApiError(404, "not_found", f"{language!r} is not offered; these are: {offered}.")
    return library.languages.reading_order(language)


def _in_topic(card: Card, order: list[str]) -> CardInTopic:
    text = card.best_text(order)
    return CardInTopic(
        id=card.id,
        title=text.title,
        language=text.language,
        place=card.place,
        situations=tuple(situation.value for situation in card.situations),
    )

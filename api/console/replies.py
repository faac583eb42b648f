"""Showing a reply as the newcomer saw it, and what it was found by."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from urllib.parse import urlsplit

from babel import Locale

from actions.compose import official_title
from actions.reply import CardShown, HitShown, Message, Suggestion
from api.store.tables import Exchange
from knowledge.facts import Link
from knowledge.library import Library

_FOLLOWED = ("https", "http", "tel", "mailto")


@dataclass(frozen=True)
class Piece:
    """A piece of a text; `href` leads somewhere."""

    text: str
    href: str | None = None


@dataclass(frozen=True)
class MessageShown:
    """A message as the newcomer saw it.

    Attributes:
        kind: As in `Message`.
        pieces: Its words.
        items: Its list, each item in pieces.
        language: Of the words.
        direction: Of their script.
    """

    kind: str
    pieces: list[Piece]
    items: list[list[Piece]]
    language: str
    direction: str


@dataclass(frozen=True)
class ReplyShown:
    """A reply as the newcomer saw it.

    Attributes:
        messages: What was said.
        card: What was shown.
        card_direction: Direction of the card's language.
        buttons: Words of the buttons.
        language: Of the conversation.
        direction: Of that language.
    """

    messages: list[MessageShown]
    card: CardShown | None
    card_direction: str
    buttons: list[str]
    language: str
    direction: str


@dataclass(frozen=True)
class HitView:
    """A hit of the search, for those who check.

    Attributes:
        hit: The hit.
        title: Title of the card or passage, in the reader's language where it has one.
        title_language: Language of the title.
        direction: Of the language of the text that matched.
        gone: Whether the library has it no more.
    """

    hit: HitShown
    title: str
    title_language: str
    direction: str
    gone: bool


def direction_of(library: Library, language: str) -> str:
    """The direction of a language's script; left to right for one that is not offered."""
    return library.languages.get(language).direction if language in library.languages else "ltr"


def language_name(code: str, reader: str) -> str:
    """A language's name in the reader's language."""
    name = Locale.parse(code).get_language_name(reader)
    return str(name or code)


def stored_messages(exchange: Exchange) -> tuple[Message, ...]:
    """The messages of a reply that is kept."""
    return tuple(Message.model_validate(one) for one in exchange.reply.get("messages") or [])


def stored_card(exchange: Exchange) -> CardShown | None:
    """The card of a reply that is kept."""
    card = exchange.reply.get("card")
    return CardShown.model_validate(card) if card else None


def stored_hits(exchange: Exchange) -> tuple[HitShown, ...]:
    """The hits behind a reply that is kept."""
    return tuple(HitShown.model_validate(one) for one in exchange.evidence or [])


def stored_reply(exchange: Exchange, library: Library) -> ReplyShown:
    """A reply that is kept, as it was shown."""
    buttons = [Suggestion.model_validate(one) for one in exchange.reply.get("suggestions") or []]
    return reply_shown(
        library, exchange.language, stored_messages(exchange), stored_card(exchange), buttons
    )


def reply_shown(
    library: Library,
    language: str,
    messages: Iterable[Message],
    card: CardShown | None,
    buttons: Sequence[Suggestion] = (),
) -> ReplyShown:
    """A reply as the newcomer sees it.

    Args:
        library: Knows the directions of scripts.
        language: The conversation's language.
        messages: What is said, in words.
        card: What is shown.
        buttons: The suggestions, in words.

    Returns:
        The same, for a template.
    """
    return ReplyShown(
        messages=messages_shown(library, messages, language),
        card=card,
        card_direction=direction_of(library, card.language) if card else "ltr",
        buttons=[button.text for button in buttons],
        language=language,
        direction=direction_of(library, language),
    )


def messages_shown(
    library: Library, messages: Iterable[Message], language: str
) -> list[MessageShown]:
    """Messages with their links, each in the direction of its own language."""
    shown = []
    for message in messages:
        own = message.language or language
        shown.append(
            MessageShown(
                kind=message.kind,
                pieces=_pieces(message.text, message.links),
                items=[_pieces(item, message.links) for item in message.items],
                language=own,
                direction=direction_of(library, own),
            )
        )
    return shown


def hit_views(library: Library, hits: Iterable[HitShown], reader: str) -> list[HitView]:
    """Hits with the titles of what they found.

    Args:
        library: Has the titles, unless something was deleted.
        hits: The hits.
        reader: Language of who looks at them.
    """
    views = []
    for hit in hits:
        title, language = _title(library, hit, reader) or (hit.group, "")
        direction = direction_of(library, hit.language)
        views.append(HitView(hit, title, language, direction, gone=not language))
    return views


def _title(library: Library, hit: HitShown, reader: str) -> tuple[str, str] | None:
    """A title and its language; None when the library has it no more."""
    target = hit.targets[0] if hit.targets else hit.group
    if target in library.official:
        official = library.official[target]
        return official_title(official), official.language
    found = library.cards.get(target) or library.passages.get(target)
    if found is None:
        return None
    text = found.best_text([reader, "en", "nl"])
    return text.title, text.language


def _pieces(text: str, links: Sequence[Link]) -> list[Piece]:
    """A text cut at its links; a link that leads elsewhere than links of ours do is words only."""
    safe = [link for link in links if link.text and urlsplit(link.href).scheme in _FOLLOWED]
    pieces: list[Piece] = []
    while text:
        places = [(text.find(link.text), -len(link.text), link) for link in safe]
        first = min((one for one in places if one[0] >= 0), key=lambda one: one[:2], default=None)
        if first is None:
            return [*pieces, Piece(text)]
        at, _, link = first
        pieces += [Piece(text[:at])] if at else []
        pieces.append(Piece(link.text, link.href))
        text = text[at + len(link.text) :]
    return pieces

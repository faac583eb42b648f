"""Cards as messages: found by their title, and their short answer as plain text."""

from __future__ import annotations

from dataclasses import dataclass

from api.store.exchanges import search_terms
from knowledge.cards import Card
from knowledge.library import Library
from knowledge.text import Block

_MOST = 8


@dataclass(frozen=True)
class FoundCard:
    """A card in a list.

    Attributes:
        id: Of the card.
        title: In the reader's language.
        language: Of the title.
        place: Name of the place that it holds in.
    """

    id: str
    title: str
    language: str
    place: str


def find_cards(library: Library, query: str, language: str, place: str | None) -> list[FoundCard]:
    """Cards whose title has every word of a query, in whatever language.

    Args:
        library: The library.
        query: Words, or beginnings of words.
        language: Of the reader.
        place: Place whose cards stand first.

    Returns:
        The first few.
    """
    terms = search_terms(query)
    if not terms:
        return []
    near = library.places.chain(place) if place else ()
    order = library.languages.reading_order(language)
    found = []
    for card in library.cards.values():
        titles = [search_terms(text.title) for text in card.texts.values()]
        if any(_has(words, terms) for words in titles):
            text = card.best_text(order)
            name = library.places.get(card.place).name(language)
            ranked = (card.place not in near, text.title)
            found.append((ranked, FoundCard(card.id, text.title, text.language, name)))
    return [card for _, card in sorted(found, key=lambda item: item[0])[:_MOST]]


def _has(words: list[str], terms: list[str]) -> bool:
    return all(any(word.startswith(term) for word in words) for term in terms)


def answer_text(
    library: Library, card_id: str, language: str, place: str | None
) -> tuple[str, str] | None:
    """The short answer of a card as plain text.

    Args:
        library: The library.
        card_id: The card.
        language: Of the newcomer; where the card lacks it, the language that they most likely read.
        place: Where the newcomer lives.

    Returns:
        The words and their language; None when there is no such card.
    """
    card = library.cards.get(card_id)
    if card is None:
        return None
    card = library.card_in(card, place)
    text = card.best_text(library.languages.reading_order(language))
    written = [_plain(block, card, text.language) for block in text.answer]
    return "\n".join(written), text.language


def _plain(block: Block, card: Card, language: str) -> str:
    filled = block.filled(card.facts, language)
    marks = (f"{number}." for number in range(1, len(filled.items) + 1))
    lines = [filled.text] if filled.text else []
    for item in filled.items:
        lines.append(f"{next(marks) if filled.kind == 'steps' else '-'} {item}")
    # A page's address that stands behind its name would be lost.
    shown = "\n".join(lines)
    addresses = [link.href for link in filled.links if link.href.startswith("http")]
    return "\n".join([shown, *(address for address in addresses if address not in shown)])

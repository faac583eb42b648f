"""What the library covers: topics by place and language."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from knowledge.cards import Card, CardText
from knowledge.library import Library


class State(StrEnum):
    """How well a topic is covered for a place in a language, worst first."""

    MISSING = "missing"
    BEHIND = "behind"
    UNREVIEWED = "unreviewed"
    REVIEWED = "reviewed"


_WORST_FIRST = list(State)


@dataclass(frozen=True)
class Coverage:
    """A topic in one place.

    Attributes:
        cards: The cards that answer it there; empty when nobody wrote one.
        states: The worst state of these cards, by language.
        overdue: Whether one of them should have been checked again.
    """

    cards: tuple[Card, ...]
    states: dict[str, State]
    overdue: bool

    @property
    def languages(self) -> int:
        """How many languages have every card of it."""
        return sum(state is not State.MISSING for state in self.states.values())


@dataclass(frozen=True)
class Row:
    """A topic in every place, in the order of `CoverageTable.places`."""

    domain: str
    topic: str
    places: dict[str, Coverage]


@dataclass(frozen=True)
class CoverageTable:
    """Topics by place and language.

    Attributes:
        places: The places that people are asked for, and the Union.
        languages: Codes of the languages offered.
        rows: The topics, by domain.
    """

    places: tuple[str, ...]
    languages: tuple[str, ...]
    rows: tuple[Row, ...]

    def share(self, place: str, language: str) -> float:
        """Share of the topics known in a place that a language has; 0 when there are none."""
        known = [row.places[place] for row in self.rows if row.places[place].cards]
        have = [one for one in known if one.states[language] is not State.MISSING]
        return len(have) / len(known) if known else 0.0


def coverage(library: Library, today: date) -> CoverageTable:
    """Count what the library covers.

    Args:
        library: The library.
        today: Decides what is overdue.

    Returns:
        A row for each topic. A card counts for every place inside its own: Flanders has what
        Belgium has. A card of the whole Union counts for the Union alone, since it seldom says
        what to do at home.
    """
    union = [place.id for place in library.places if place.parent is None]
    asked = [place.id for place in library.places if place.asked and place.id not in union]
    places = (*asked, *union)
    rows = []
    for topic, cards in library.topics.items():
        found = {place: _coverage(library, cards, place, today) for place in places}
        rows.append(Row(cards[0].domain, topic, found))
    rows.sort(key=lambda row: (row.domain, row.topic))
    return CoverageTable(places, tuple(library.languages.codes), tuple(rows))


def _coverage(library: Library, cards: list[Card], place: str, today: date) -> Coverage:
    chain = library.places.chain(place)
    within = chain if len(chain) == 1 else chain[:-1]
    here = tuple(card for card in cards if card.place in within)
    states = {
        language: min(
            (_state(card, card.texts.get(language)) for card in here),
            key=_WORST_FIRST.index,
            default=State.MISSING,
        )
        for language in library.languages.codes
    }
    return Coverage(here, states, any(card.overdue(today) for card in here))


def _state(card: Card, text: CardText | None) -> State:
    if text is None:
        return State.MISSING
    if text.revision < card.revision:
        return State.BEHIND
    return State.UNREVIEWED if text.unreviewed else State.REVIEWED

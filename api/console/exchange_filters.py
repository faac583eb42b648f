"""The filters of the page of exchanges, as they stand in its address."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from actions.reply import Status
from api.store.looking import ExchangeFilter
from api.store.verdicts import VerdictKind
from bot.sentences import Sentences
from knowledge.library import Library
from knowledge.places import PlaceKind

NO_PLACE = "unknown"
UNCHECKED = "unchecked"
_LONGEST_WORDS = 200
_LONGEST_ID = 200
_PERCENT = re.compile(r"\d{1,3}")
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
NAMES = (
    "words", "verdict", "status", "language", "domain", "place", "above", "below", "feedback",
    "since", "until", "card", "buttons",
)  # fmt: skip


@dataclass(frozen=True)
class FilterForm:
    """Filters as somebody chose them.

    Attributes:
        values: What stands in the address, by field; fields that are empty or wrong are not there.
        wrong: Fields that were not understood.
        wanted: What is looked for.
    """

    values: dict[str, str]
    wrong: list[str]
    wanted: ExchangeFilter

    @property
    def chosen(self) -> int:
        """How many filters are chosen, beside the words."""
        return len(self.values.keys() - {"words"})


def read_filters(query: Mapping[str, str], library: Library, zone: str = "UTC") -> FilterForm:
    """Read the filters from an address.

    Args:
        query: The address's query.
        library: Knows languages and places.
        zone: Name of the time zone of the days.

    Returns:
        The filters; a value that is not understood counts as not chosen, and is named.
    """
    given = {name: query[name].strip() for name in NAMES if query.get(name, "").strip()}
    if "words" in given:
        given["words"] = given["words"][:_LONGEST_WORDS]
    read: dict[str, Any] = {name: _read(name, text, library) for name, text in given.items()}
    wrong = [name for name, value in read.items() if value is None]
    values = {name: text for name, text in given.items() if name not in wrong}
    read = {name: value for name, value in read.items() if value is not None}
    place, verdict = read.get("place"), read.get("verdict")
    wanted = ExchangeFilter(
        status=read.get("status"),
        language=read.get("language"),
        domain=read.get("domain"),
        card=read.get("card"),
        places=places_in(library, place) if place and place != NO_PLACE else (),
        without_place=place == NO_PLACE,
        confidence_from=read.get("above"),
        confidence_to=read.get("below"),
        feedback=read.get("feedback"),
        since=read.get("since"),
        until=read.get("until"),
        zone=zone,
        unchecked=verdict == UNCHECKED,
        verdict=VerdictKind(verdict) if verdict and verdict != UNCHECKED else None,
        buttons="buttons" in read,
        words=read.get("words", ""),
    )
    return FilterForm(values, wrong, wanted)


def places_in(library: Library, place: str) -> tuple[str, ...]:
    """A place and every one that lies in it."""
    return tuple(one.id for one in library.places if place in library.places.chain(one.id))


def place_choices(library: Library, reader: str) -> tuple[list[tuple[str, str]], ...]:
    """Ids and names of the places to choose from: the large ones, and the municipalities."""
    large: list[tuple[str, str]] = []
    small: list[tuple[str, str]] = []
    for place in library.places:
        group = small if place.kind is PlaceKind.MUNICIPALITY else large
        group.append((place.id, place.name(reader)))
    return large, sorted(small, key=lambda one: one[1].casefold())


def _read(name: str, text: str, library: Library) -> Any:
    """The value of a field; None when it is wrong."""
    if name in ("words", "buttons"):
        return text
    if name == "card":  # also one that the library has no more
        return text if len(text) <= _LONGEST_ID else None
    if name in ("above", "below"):
        share = int(text) / 100 if _PERCENT.fullmatch(text) else 2.0
        return share if share <= 1 else None
    if name in ("since", "until"):
        return _day(text)
    known: dict[str, Any] = {
        "verdict": [UNCHECKED, *VerdictKind],
        "status": list(Status),
        "language": library.languages.codes,
        "domain": Sentences.shared().group("en", "domain"),
        "place": [NO_PLACE, *(place.id for place in library.places)],
        "feedback": ("good", "bad", "none"),
    }
    return text if text in known[name] else None


def _day(text: str) -> date | None:
    try:
        day = date.fromisoformat(text) if _DAY.fullmatch(text) else None
    except ValueError:
        return None
    # In another zone the first and the last day of all have no beginning or no end.
    return day if day is not None and date.min.year < day.year < date.max.year else None

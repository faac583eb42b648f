"""What a maintainer must look at again, and when."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

from knowledge.checks.finding import Context, at
from knowledge.library import Library


@dataclass(frozen=True)
class Due:
    """Something that must be looked at by a day.

    Attributes:
        day: The last day on which it holds, or by which the card must be checked.
        card: Id of the card, or of the card that a layer overrides, with the layer's place.
        what: `card`, or the name of a fact.
        file: The file to change.
        line: The line in it.
        urls: Addresses of the sources to look at.
    """

    day: date
    card: str
    what: str
    file: Path
    line: int
    urls: tuple[str, ...]


def due_within(library: Library, today: date, within: timedelta) -> list[Due]:
    """What is due, with what is overdue already.

    Args:
        library: The library.
        today: The day of asking.
        within: How far ahead to look.

    Returns:
        Cards to be checked again and facts that expire, the most urgent first.
    """
    last = today + within
    found = []
    for owner, file in Context(library, today).heads():
        name = file.parent.parent.name + "." + file.parent.name
        if owner.check_again_by <= last:
            urls = tuple(str(source.url) for source in owner.sources)
            where = at(file, "check_again_by")
            found.append(Due(owner.check_again_by, name, "card", *where, urls))
        for key, fact in owner.facts.items():
            if fact.valid_until is not None and fact.valid_until <= last:
                urls = tuple(str(one.url) for one in owner.sources if one.id == fact.source)
                where = at(file, "facts", key, "valid_until")
                found.append(Due(fact.valid_until, name, key, *where, urls))
    return sorted(found, key=lambda one: (one.day, one.card, one.what))

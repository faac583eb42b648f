"""What the pictures of the console show: counts of exchanges and hand-overs, small ones withheld.

Every table of one period is protected together: the parts of `crossed` fit the sums that `count_by`
shows. Show whole weeks only, since the difference of two overlapping periods is a count too.
"""

from __future__ import annotations

import csv
import io
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Literal

import numpy as np

from api.disclosure import FEWEST, Cell, counted, protect, protect_crossed

Feedback = Literal["good", "bad"]
Value = str | int | float | None

NONE = ""
"""Name of the cell of what has no domain, place or feedback."""

OUTCOMES = ("answered", "refused", "handed_over", "other")
_OUTCOME = {
    "answered": "answered",
    "answered_elsewhere": "answered",
    "unknown": "refused",
    "off_topic": "refused",
    "failed": "refused",
    "handed_over": "handed_over",
}
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")
_HIGH = 95


@dataclass(frozen=True)
class ExchangeFact:
    """What statistics need of an exchange: nothing that somebody wrote."""

    day: date
    domain: str | None
    language: str
    place: str | None
    status: str
    confidence: float | None
    feedback: Feedback | None
    milliseconds: int
    card_id: str | None
    conversation: str


@dataclass(frozen=True)
class HandoverFact:
    """What statistics need of a hand-over."""

    created: datetime
    taken: datetime | None
    ended: datetime | None
    language: str


@dataclass(frozen=True)
class Counts:
    """Counts and their total; None is withheld."""

    cells: dict[str, int | None]
    total: int | None

    def share(self, name: str) -> float | None:
        """A cell's part of the total; None when one of them is withheld or there is nothing."""
        count = self.cells.get(name, 0)
        return None if count is None or not self.total else count / self.total


@dataclass(frozen=True)
class Crossed:
    """Counts by two things, with the sums of both; None is withheld.

    Attributes:
        cells: By row, in the order of `columns.cells`.
    """

    rows: Counts
    columns: Counts
    cells: dict[str, tuple[int | None, ...]]

    def column(self, name: str) -> tuple[int | None, ...]:
        """The counts of a column, in the order of the rows."""
        number = list(self.columns.cells).index(name)
        return tuple(row[number] for row in self.cells.values())


@dataclass(frozen=True)
class Times:
    """Median and 95th percentile; None for fewer than `FEWEST`."""

    median: float | None
    p95: float | None


@dataclass(frozen=True)
class CardRating:
    """A card with what people said of it."""

    card: str
    shown: int | None
    good: int
    bad: int


@dataclass(frozen=True)
class Table:
    """A table as it is shown beside a picture and written as CSV."""

    heading: tuple[str, ...]
    rows: tuple[tuple[Value, ...], ...]


Key = Callable[[ExchangeFact], str]


def week(day: date) -> str:
    """The ISO week of a day, as `2026-W47`."""
    year, number, _ = day.isocalendar()
    return f"{year}-W{number:02d}"


def by_week(fact: ExchangeFact) -> str:
    """The week of an exchange."""
    return week(fact.day)


def by_domain(fact: ExchangeFact) -> str:
    """The domain of the card that was shown, `NONE` without one."""
    return fact.domain or NONE


def by_language(fact: ExchangeFact) -> str:
    """The language of an exchange."""
    return fact.language


def by_place(fact: ExchangeFact) -> str:
    """The place that was known, `NONE` without one."""
    return fact.place or NONE


def by_outcome(fact: ExchangeFact) -> str:
    """One of `OUTCOMES`: the statuses in the four kinds that a share is told of."""
    return _OUTCOME.get(fact.status, "other")


def by_status(fact: ExchangeFact) -> str:
    """The status of an exchange, within its outcome."""
    return fact.status


def by_feedback(fact: ExchangeFact) -> str:
    """What the person said: good, bad or `NONE`."""
    return fact.feedback or NONE


def by_card(fact: ExchangeFact) -> str:
    """The card that was shown, `NONE` without one."""
    return fact.card_id or NONE


_WITHIN: dict[Key, Key] = {by_status: by_outcome, by_card: by_domain}
"""Keys that divide another one: its sums are shown too, so each of its parts is protected alone."""


def count_by(facts: Iterable[ExchangeFact], key: Key) -> Counts:
    """How many exchanges there are of each kind.

    Args:
        facts: The exchanges of whole weeks.
        key: One of the `by_…` functions.

    Returns:
        Weeks in order, without gaps; everything else most frequent first, what is withheld last.
        Kinds are left out where their names alone would tell how many there are.
    """
    listed = list(facts)
    if key in _WITHIN:
        return _nested(listed, key, _WITHIN[key])
    cells = _cells(listed, key)
    if key is by_week:
        ordered = {name: cells.get(name, Cell()) for name in _weeks(cells)}
        return Counts(*protect(ordered))
    return _by_size(*protect(cells))


def crossed(facts: Iterable[ExchangeFact], row: Key, column: Key) -> Crossed:
    """How many exchanges there are of each kind in two respects.

    Args:
        facts: The exchanges of whole weeks.
        row: One of the `by_…` functions.
        column: Another one.

    Returns:
        The counts; the sums are those of `count_by`. Show a status or a card by another respect
        only where its outcome or domain is not shown by the same respect.
    """
    facts = list(facts)
    rows, columns = count_by(facts, row), count_by(facts, column)
    found: dict[tuple[str, str], list[str]] = defaultdict(list)
    for fact in facts:
        found[row(fact), column(fact)].append(fact.conversation)
    inside = [[counted(found.get((r, c), ())) for c in columns.cells] for r in rows.cells]
    shown = protect_crossed(
        inside,
        [value is not None for value in rows.cells.values()],
        [value is not None for value in columns.cells.values()],
    )
    cells = {name: tuple(values) for name, values in zip(rows.cells, shown, strict=True)}
    return Crossed(rows, columns, cells)


def cards_shown(facts: Iterable[ExchangeFact]) -> Counts:
    """How often each card was shown, most first; the total counts all exchanges.

    Args:
        facts: The exchanges of whole weeks.
    """
    return count_by(facts, by_card)


def worst_rated(facts: Iterable[ExchangeFact], limit: int = 10) -> list[CardRating]:
    """The cards that people were least content with.

    Args:
        facts: The exchanges of whole weeks.
        limit: How many at most.

    Returns:
        Cards of which neither rating is withheld, by the share of bad ones, highest first.
    """
    listed = list(facts)
    table = crossed(listed, by_card, by_feedback)
    names = list(table.columns.cells)
    ratings = []
    for card, values in table.cells.items():
        said = dict(zip(names, values, strict=True))
        good, bad = said.get("good", 0), said.get("bad", 0)
        if card and good is not None and bad:
            ratings.append(CardRating(card, table.rows.cells[card], good, bad))
    ratings.sort(key=lambda r: (-r.bad / (r.bad + r.good), -r.bad, r.card))
    return ratings[:limit]


def answer_times(facts: Iterable[ExchangeFact]) -> Times:
    """How many milliseconds an answer took."""
    listed = list(facts)
    return _times([fact.milliseconds for fact in listed], len({f.conversation for f in listed}))


def waiting_times(handovers: Iterable[HandoverFact]) -> Times:
    """How many seconds a person waited until a caseworker took the conversation."""
    waits = [(h.taken - h.created).total_seconds() for h in handovers if h.taken]
    return _times(waits, len(waits))


def helping_times(handovers: Iterable[HandoverFact]) -> Times:
    """How many seconds lay between a caseworker's taking a conversation and its end."""
    lengths = [(h.ended - h.taken).total_seconds() for h in handovers if h.taken and h.ended]
    return _times(lengths, len(lengths))


def handovers_by_week(handovers: Iterable[HandoverFact]) -> Counts:
    """How many hand-overs each week began, in order and without gaps."""
    cells = _tally((week(h.created.date()), number) for number, h in enumerate(handovers))
    return Counts(*protect({name: cells.get(name, Cell()) for name in _weeks(cells)}))


def handovers_by_language(handovers: Iterable[HandoverFact]) -> Counts:
    """How many hand-overs each language had, most first."""
    return _by_size(*protect(_tally((h.language, number) for number, h in enumerate(handovers))))


def as_csv(table: Table, withheld: str) -> str:
    """A table as CSV (RFC 4180), without a byte order mark.

    Args:
        table: The table.
        withheld: What stands for a withheld value.

    Returns:
        The text. A cell that a spreadsheet would take for a formula begins with an apostrophe.
    """
    written = io.StringIO(newline="")
    writer = csv.writer(written, lineterminator="\r\n")
    for row in (table.heading, *table.rows):
        writer.writerow([withheld if value is None else _harmless(value) for value in row])
    return written.getvalue()


def _harmless(value: str | int | float) -> str | int | float:
    if not isinstance(value, str):
        return value
    # Spreadsheets skip spaces before a formula.
    begins = value.lstrip(" \u00a0\ufeff")
    return f"'{value}" if begins.startswith(_FORMULA) else value


def _tally(named: Iterable[tuple[str, str | int]]) -> dict[str, Cell]:
    found: dict[str, list[str | int]] = defaultdict(list)
    for name, conversation in named:
        found[name].append(conversation)
    return {name: counted(found[name]) for name in sorted(found)}


def _cells(facts: Iterable[ExchangeFact], key: Key) -> dict[str, Cell]:
    return _tally((key(fact), fact.conversation) for fact in facts)


def _nested(facts: Sequence[ExchangeFact], key: Key, within: Key) -> Counts:
    """Counts of parts whose wholes are shown elsewhere: each whole is protected by itself.

    The parts of a whole that is withheld are left out, since they would add up to it.
    """
    wholes = count_by(facts, within)
    shown: dict[str, int | None] = {}
    for whole, count in wholes.cells.items():
        if count is not None:
            shown |= protect(_cells([fact for fact in facts if within(fact) == whole], key))[0]
    return _by_size(shown, wholes.total)


def _by_size(cells: dict[str, int | None], total: int | None) -> Counts:
    order = sorted(cells, key=lambda name: (-(cells[name] or 0), cells[name] is None, name))
    return Counts({name: cells[name] for name in order}, total)


def _weeks(cells: Iterable[str]) -> list[str]:
    named = sorted(cells)
    if not named:
        return []
    monday, last = (date.fromisoformat(f"{name}-1") for name in (named[0], named[-1]))
    weeks = []
    while monday <= last:
        weeks.append(week(monday))
        monday += timedelta(weeks=1)
    return weeks


def _times(values: Sequence[float], people: int) -> Times:
    if people < FEWEST:
        return Times(None, None)
    return Times(float(np.median(values)), float(np.percentile(values, _HIGH)))

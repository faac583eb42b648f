"""The figures of a period, worked out once for all who look at them."""

from __future__ import annotations

import threading
import time
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from weakref import WeakKeyDictionary

from api.statistics import (
    CardRating,
    Counts,
    Crossed,
    ExchangeFact,
    HandoverFact,
    Times,
    answer_times,
    by_domain,
    by_feedback,
    by_language,
    by_outcome,
    by_place,
    by_status,
    by_week,
    cards_shown,
    count_by,
    crossed,
    handovers_by_language,
    handovers_by_week,
    helping_times,
    waiting_times,
    week,
    worst_rated,
)
from api.store.database import Database
from api.store.statistics_facts import StatisticsFacts

WEEKS = 13
"""Weeks of a period. More of them crossed with something hide more, and take seconds."""

PERIODS = 4

_KEPT_SECONDS = 600.0


@dataclass(frozen=True)
class Period:
    """Some whole weeks.

    Attributes:
        first: The first Monday.
        until: The Monday after the last week.
        handovers_first: The first Monday from which all hand-overs are still kept.
    """

    first: date
    until: date
    handovers_first: date

    @property
    def last(self) -> date:
        """The last Sunday."""
        return self.until - timedelta(days=1)


@dataclass(frozen=True)
class Figures:
    """What the page of statistics shows of a period; what is small is withheld already.

    Attributes:
        weeks: Exchanges by week and outcome.
        languages: Exchanges by language and outcome.
        outcomes: Exchanges by outcome.
        statuses: Exchanges by status.
        domains: Exchanges by domain.
        places: Exchanges by place.
        feedback: Exchanges by what people said of them.
        answering: Milliseconds that an answer took.
        answering_by_week: The same, week by week.
        handovers: Hand-overs by week.
        handover_languages: Hand-overs by language.
        waiting: Seconds until a caseworker came.
        helping: Seconds from then until the end.
        cards: How often each card was shown.
        worst: The cards that people were least content with.
    """

    weeks: Crossed
    languages: Crossed
    outcomes: Counts
    statuses: Counts
    domains: Counts
    places: Counts
    feedback: Counts
    answering: Times
    answering_by_week: dict[str, Times]
    handovers: Counts
    handover_languages: Counts
    waiting: Times
    helping: Times
    cards: Counts
    worst: list[CardRating]

    @property
    def empty(self) -> bool:
        """Whether nothing at all happened."""
        return self.outcomes.total == 0 and self.handovers.total == 0


def periods(today: date, kept_days: int, handovers_kept_days: int) -> list[Period]:
    """The periods that can be looked at, the newest first.

    They do not overlap, since what one has more than another would be a count of few people. Weeks
    of which some days are deleted already are in none.

    Args:
        today: This day; its week is not over and is in no period.
        kept_days: After how many days exchanges are deleted.
        handovers_kept_days: After how many days hand-overs are.
    """
    oldest = _first_whole_week(today, kept_days)
    handovers = _first_whole_week(today, handovers_kept_days)
    until = today - timedelta(days=today.weekday())
    found: list[Period] = []
    while until > oldest and len(found) < PERIODS:
        first = max(oldest, until - timedelta(weeks=WEEKS))
        found.append(Period(first, until, min(max(first, handovers), until)))
        until = first
    return found


def _first_whole_week(today: date, kept_days: int) -> date:
    day = today - timedelta(days=kept_days - 1)
    return day + timedelta(days=-day.weekday() % 7)


def reckon(exchanges: list[ExchangeFact], handovers: list[HandoverFact]) -> Figures:
    """Count.

    Args:
        exchanges: The exchanges of whole weeks.
        handovers: The hand-overs of the same weeks.
    """
    weeks: dict[str, list[ExchangeFact]] = defaultdict(list)
    for fact in exchanges:
        weeks[week(fact.day)].append(fact)
    return Figures(
        weeks=crossed(exchanges, by_week, by_outcome),
        languages=crossed(exchanges, by_language, by_outcome),
        outcomes=count_by(exchanges, by_outcome),
        statuses=count_by(exchanges, by_status),
        domains=count_by(exchanges, by_domain),
        places=count_by(exchanges, by_place),
        feedback=count_by(exchanges, by_feedback),
        answering=answer_times(exchanges),
        answering_by_week={name: answer_times(weeks[name]) for name in sorted(weeks)},
        handovers=handovers_by_week(handovers),
        handover_languages=handovers_by_language(handovers),
        waiting=waiting_times(handovers),
        helping=helping_times(handovers),
        cards=cards_shown(exchanges),
        worst=worst_rated(exchanges),
    )


class FigureCache:
    """The figures of one installation, kept for some minutes.

    Args:
        clock: Tells seconds.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._kept: dict[Period, tuple[tuple[Any, ...], float, Figures]] = {}

    def of(self, database: Database, period: Period) -> Figures:
        """The figures of a period.

        Args:
            database: Where exchanges are kept.
            period: Which weeks.
        """
        facts = StatisticsFacts(database)
        # Whoever comes while somebody else's figures are worked out waits and gets the same.
        with self._lock:
            stamp = facts.stamp(period.first, period.until)
            kept = self._kept.get(period)
            if kept and kept[0] == stamp and self._clock() - kept[1] < _KEPT_SECONDS:
                return kept[2]
            exchanges = facts.exchanges(period.first, period.until)
            figures = reckon(exchanges, facts.handovers(period.handovers_first, period.until))
            if len(self._kept) > PERIODS:  # a new week began
                self._kept.clear()
            self._kept[period] = stamp, self._clock(), figures
            return figures


_CACHES: WeakKeyDictionary[Database, FigureCache] = WeakKeyDictionary()


def figures_of(database: Database, period: Period) -> Figures:
    """The figures of a period, from the cache of the database."""
    return _CACHES.setdefault(database, FigureCache()).of(database, period)

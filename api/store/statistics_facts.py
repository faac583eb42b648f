"""What the statistics count, read from the tables."""

from __future__ import annotations

from datetime import date, datetime, time
from typing import Any

from sqlalchemy import func, select

from actions.reply import Status
from actions.turn import NOT_SAID
from api.statistics import ExchangeFact, HandoverFact
from api.store.database import Database
from api.store.tables import Exchange, Handover


class StatisticsFacts:
    """Exchanges and hand-overs, without anything that somebody wrote.

    Greetings and thanks are not among the exchanges: nothing was asked.

    Args:
        database: Where they are kept.
    """

    def __init__(self, database: Database) -> None:
        self._database = database

    def exchanges(self, first: date, until: date) -> list[ExchangeFact]:
        """The exchanges of some days.

        Args:
            first: The first day, in UTC.
            until: The day after the last one.
        """
        columns = (
            Exchange.created_at, Exchange.domain, Exchange.language, Exchange.place,
            Exchange.status, Exchange.confidence, Exchange.feedback, Exchange.milliseconds,
            Exchange.card_id, Exchange.conversation_id,
        )  # fmt: skip
        with self._database.reading() as session:
            rows = session.execute(select(*columns).where(*_asked(first, until))).all()
        return [
            ExchangeFact(
                day=row.created_at.date(),
                domain=row.domain,
                language=row.language,
                place=None if row.place == NOT_SAID else row.place,
                status=row.status,
                confidence=row.confidence,
                feedback=row.feedback,
                milliseconds=row.milliseconds,
                card_id=row.card_id,
                conversation=row.conversation_id,
            )
            for row in rows
        ]

    def handovers(self, first: date, until: date) -> list[HandoverFact]:
        """The hand-overs that began on some days; as for `exchanges`."""
        found = select(
            Handover.created_at, Handover.taken_at, Handover.ended_at, Handover.language
        ).where(*_within(Handover.created_at, first, until))
        with self._database.reading() as session:
            return [HandoverFact(*row) for row in session.execute(found)]

    def stamp(self, first: date, until: date) -> tuple[Any, ...]:
        """What changes when an exchange or a hand-over of these days is added, rated or erased."""
        exchanges = select(
            func.count(Exchange.id), func.count(Exchange.feedback), func.max(Exchange.created_at)
        ).where(*_asked(first, until))
        handovers = select(
            func.count(Handover.id), func.count(Handover.taken_at), func.count(Handover.ended_at)
        ).where(*_within(Handover.created_at, first, until))
        with self._database.reading() as session:
            return (*session.execute(exchanges).one(), *session.execute(handovers).one())


def _asked(first: date, until: date) -> list[Any]:
    return [
        *_within(Exchange.created_at, first, until),
        Exchange.status != Status.SMALL_TALK.value,
    ]


def _within(column: Any, first: date, until: date) -> list[Any]:
    return [
        column >= datetime.combine(first, time.min),
        column < datetime.combine(until, time.min),
    ]

"""Looking for exchanges: filters, full-text search, and the queue that they make."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any, Literal
from zoneinfo import ZoneInfo

from sqlalchemy import and_, exists, func, or_, select

from actions.turn import NOT_SAID
from api.store.audit import Actor, note
from api.store.database import Database
from api.store.exchanges import search_terms
from api.store.tables import Exchange, Verdict
from api.store.verdicts import VerdictKind

# Quotation marks of our console's three languages, and the plain ones.
_PIECE = re.compile(r'["“”„«]([^"“”„«»]*)["“”»]|(\S+)')


@dataclass(frozen=True)
class ExchangeFilter:
    """Which exchanges are looked for; what is None or empty does not matter.

    Attributes:
        status: Value of a `Status`.
        language: Of the conversation.
        domain: Of the card that was shown.
        card: Id of the card or passage that was shown.
        places: The person lives in one of these.
        without_place: The place is not known.
        confidence_from: At least this confidence.
        confidence_to: At most this confidence.
        feedback: What the person said of it; `none` for nothing.
        since: First day.
        until: Last day.
        zone: Name of the time zone of these days.
        unchecked: No verdict yet.
        verdict: Somebody gave this verdict.
        buttons: Also those in which a button was pressed.
        words: What question and answer must hold: every word, and every phrase in quotation marks.
    """

    status: str | None = None
    language: str | None = None
    domain: str | None = None
    card: str | None = None
    places: tuple[str, ...] = ()
    without_place: bool = False
    confidence_from: float | None = None
    confidence_to: float | None = None
    feedback: Literal["good", "bad", "none"] | None = None
    since: date | None = None
    until: date | None = None
    zone: str = "UTC"
    unchecked: bool = False
    verdict: VerdictKind | None = None
    buttons: bool = False
    words: str = ""


@dataclass(frozen=True)
class Found:
    """A page of exchanges.

    Attributes:
        exchanges: Newest first.
        total: How many there are on all pages.
    """

    exchanges: list[Exchange]
    total: int


@dataclass(frozen=True)
class Neighbours:
    """What stands beside an exchange in a queue, newest first.

    Attributes:
        previous: Id of the one before it, which is newer.
        next: Id of the one after it, which is older.
        before: How many stand before it.
        after: How many stand after it.
    """

    previous: str | None
    next: str | None
    before: int
    after: int


class Looking:
    """Finding exchanges.

    Args:
        database: Where they are kept.
    """

    def __init__(self, database: Database) -> None:
        self._database = database

    def page(self, wanted: ExchangeFilter, skip: int = 0, limit: int = 25) -> Found:
        """Exchanges, newest first.

        Args:
            wanted: Which.
            skip: How many to pass over.
            limit: How many to give.

        Returns:
            The exchanges, and how many there are in all.
        """
        found = select(Exchange).where(*_conditions(wanted))
        ordered = found.order_by(Exchange.created_at.desc(), Exchange.id.desc())
        with self._database.reading() as session:
            total = session.scalar(
                select(func.count()).select_from(Exchange).where(*_conditions(wanted))
            )
            return Found(list(session.scalars(ordered.offset(skip).limit(limit))), int(total or 0))

    def get(self, exchange_id: str, reader: Actor | None = None) -> Exchange | None:
        """An exchange.

        Args:
            exchange_id: Its id.
            reader: Who reads it, for the audit log; None when it is not shown to anybody.

        Returns:
            The exchange; None when it was never there, or was deleted.
        """
        if reader is None:
            with self._database.reading() as session:
                return session.get(Exchange, exchange_id)
        with self._database.session() as session:
            found = session.get(Exchange, exchange_id)
            if found is not None:
                note(session, reader, "exchange.opened", f"exchange {exchange_id}")
            return found

    def neighbours(self, wanted: ExchangeFilter, exchange: Exchange) -> Neighbours:
        """What stands beside an exchange in the queue that a filter makes.

        The exchange itself need not be in it (any more), as when it got its first verdict.
        """
        conditions = _conditions(wanted)
        same = Exchange.created_at == exchange.created_at
        newer = or_(
            Exchange.created_at > exchange.created_at, and_(same, Exchange.id > exchange.id)
        )
        older = or_(
            Exchange.created_at < exchange.created_at, and_(same, Exchange.id < exchange.id)
        )
        up, down = (
            (Exchange.created_at.asc(), Exchange.id.asc()),
            (Exchange.created_at.desc(), Exchange.id.desc()),
        )

        with self._database.reading() as session:

            def nearest(side: Any, order: Any) -> str | None:
                found = select(Exchange.id).where(*conditions, side).order_by(*order).limit(1)
                return session.scalars(found).first()

            def how_many(side: Any) -> int:
                counted = select(func.count()).select_from(Exchange).where(*conditions, side)
                return int(session.scalar(counted) or 0)

            return Neighbours(
                nearest(newer, up), nearest(older, down), how_many(newer), how_many(older)
            )


def pieces(query: str) -> list[tuple[str, bool]]:
    """What a search looks for.

    Args:
        query: What somebody typed.

    Returns:
        Words and phrases as `Exchange.searchable` keeps them, each with whether it must stand
        there as a whole: what was in quotation marks.
    """
    found: list[tuple[str, bool]] = []
    for match in _PIECE.finditer(query):
        if match[1] is not None:
            phrase = " ".join(search_terms(match[1]))
            found += [(phrase, True)] if phrase else []
        else:
            found += [(word, False) for word in search_terms(match[2])]
    return found


def _conditions(wanted: ExchangeFilter) -> list[Any]:
    judged = exists().where(Verdict.exchange_id == Exchange.id)
    conditions: list[Any] = [
        column == value
        for column, value in (
            (Exchange.status, wanted.status),
            (Exchange.language, wanted.language),
            (Exchange.domain, wanted.domain),
            (Exchange.card_id, wanted.card),
        )
        if value
    ]
    if wanted.without_place:
        conditions.append(or_(Exchange.place.is_(None), Exchange.place == NOT_SAID))
    elif wanted.places:
        conditions.append(Exchange.place.in_(wanted.places))
    if wanted.confidence_from is not None:
        conditions.append(Exchange.confidence >= wanted.confidence_from)
    if wanted.confidence_to is not None:
        conditions.append(Exchange.confidence <= wanted.confidence_to)
    if wanted.feedback == "none":
        conditions.append(Exchange.feedback.is_(None))
    elif wanted.feedback:
        conditions.append(Exchange.feedback == wanted.feedback)
    if wanted.since:
        conditions.append(Exchange.created_at >= _begin(wanted.since, wanted.zone))
    if wanted.until:
        after = _begin(wanted.until + timedelta(days=1), wanted.zone)
        conditions.append(Exchange.created_at < after)
    if wanted.unchecked:
        conditions.append(~judged)
    elif wanted.verdict:
        conditions.append(judged.where(Verdict.verdict == wanted.verdict.value))
    if not wanted.buttons:
        conditions.append(~Exchange.text.startswith("/"))
    conditions += [_holds(piece, whole) for piece, whole in pieces(wanted.words)]
    return conditions


def _holds(piece: str, whole: bool) -> Any:
    if whole:
        # Words are divided by one space each: a space on both sides makes whole words.
        framed = " " + Exchange.searchable + " "
        return framed.contains(f" {piece} ", autoescape=True)
    return Exchange.searchable.contains(piece, autoescape=True)


def _begin(day: date, zone: str) -> datetime:
    """When a day begins somewhere, as the table keeps moments."""
    begin = datetime.combine(day, time.min, ZoneInfo(zone))
    return begin.astimezone(UTC).replace(tzinfo=None)

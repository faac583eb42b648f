"""The rows of a hand-over and its messages, as both sides read and change them."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta
from statistics import median

from sqlalchemy import select
from sqlalchemy.orm import Session

from api.store.database import now
from api.store.tables import Account, Exchange, Handover, HandoverMessage

OPEN = ("waiting", "taken")

_RECENT = timedelta(days=14)
_RECENT_MOST = 20


class NotOpen(Exception):
    """Nobody can write in this thread any more, or not this person."""


@dataclass(frozen=True)
class Said:
    """A message with the shown name of the caseworker who wrote it."""

    message: HandoverMessage
    name: str | None


@dataclass(frozen=True)
class Thread:
    """A hand-over as it stands.

    Attributes:
        handover: Its row.
        messages: Those asked for, in order.
        position: Place among those who wait, from 1; None when it does not wait.
        minutes: How long others waited lately; None when it does not wait, or nobody knows.
    """

    handover: Handover
    messages: tuple[Said, ...]
    position: int | None
    minutes: int | None


def locked(session: Session, handover_id: str) -> Handover | None:
    """A hand-over that nobody else changes until the session ends."""
    found: Handover | None = session.get(
        Handover, handover_id, with_for_update=True, populate_existing=True
    )
    return found


def add_message(
    session: Session,
    handover: Handover,
    sender: str,
    text: str,
    language: str,
    key: str,
    account_id: int | None = None,
) -> HandoverMessage:
    """Add a message to a hand-over that is locked; its number is the next one."""
    handover.last += 1
    message = HandoverMessage(
        handover_id=handover.id,
        seq=handover.last,
        sender=sender,
        account_id=account_id,
        text=text,
        language=language,
        at=now(),
        key=key,
    )
    session.add(message)
    session.flush()
    return message


def message_with(session: Session, handover_id: str, key: str) -> HandoverMessage | None:
    """The message that was sent under a key."""
    found: HandoverMessage | None = session.scalars(
        select(HandoverMessage).where(
            HandoverMessage.handover_id == handover_id, HandoverMessage.key == key
        )
    ).first()
    return found


def close(handover: Handover, by: str) -> None:
    """End a hand-over that is locked; how to reach the person is forgotten."""
    handover.status, handover.ended_at, handover.ended_by = "ended", now(), by
    handover.contact = None


def thread_of(session: Session, handover: Handover, after: int = 0) -> Thread:
    """A hand-over as it stands, with the messages after a number."""
    position = minutes = None
    if handover.status == "waiting":
        line = in_line(session)
        position = line.index(handover.id) + 1 if handover.id in line else len(line) + 1
        minutes = usual_wait(session)
    return Thread(handover, tuple(messages_of(session, handover.id, after)), position, minutes)


def usual_wait(session: Session) -> int | None:
    """Median of the last waits, in whole minutes; None when nobody was taken lately."""
    taken = session.execute(
        select(Handover.created_at, Handover.taken_at)
        .where(
            Handover.receipt.is_(None),  # a question that was left does not wait on the page
            Handover.taken_at.is_not(None),
            Handover.created_at >= now() - _RECENT,
        )
        .order_by(Handover.taken_at.desc())
        .limit(_RECENT_MOST)
    ).all()
    waits = [(taken_at - created_at).total_seconds() for created_at, taken_at in taken]
    return max(1, math.ceil(median(waits) / 60)) if waits else None


def urgent_first() -> tuple[object, ...]:
    """The order of those who wait."""
    return Handover.urgent.desc(), Handover.created_at, Handover.id


def last_exchange(session: Session, conversation_id: str) -> Exchange | None:
    """What was asked last, and answered by the program."""
    found: Exchange | None = session.scalars(
        select(Exchange)
        .where(Exchange.conversation_id == conversation_id)
        .order_by(Exchange.created_at.desc())
        .limit(1)
    ).first()
    return found


def in_line(session: Session) -> list[str]:
    waiting = select(Handover.id).where(Handover.status == "waiting").order_by(*urgent_first())
    return list(session.scalars(waiting))


def messages_of(session: Session, handover_id: str, after: int) -> Iterable[Said]:
    rows = session.execute(
        select(HandoverMessage, Account.shown_name)
        .outerjoin(Account, Account.id == HandoverMessage.account_id)
        .where(HandoverMessage.handover_id == handover_id, HandoverMessage.seq > after)
        .order_by(HandoverMessage.seq)
    )
    return [Said(message, name) for message, name in rows]

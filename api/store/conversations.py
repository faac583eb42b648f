"""One conversation as a whole: what is kept of it, and erasing all of it at once."""

from __future__ import annotations

import re
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from api.store.audit import Actor, note
from api.store.database import Database, now
from api.store.exchanges import erase_exchanges
from api.store.handovers import erase_threads
from api.store.tables import (
    AuditEntry,
    Exchange,
    GroupMember,
    Handover,
    HandoverMessage,
    Proposal,
    Verdict,
)

KINDS = (
    "events", "exchanges", "verdicts", "members", "threads", "messages", "contacts", "proposals",
)  # fmt: skip
"""What is counted: `events` are what the dialogue remembers, `proposals` stay without reference."""

_ERASED = "conversation.erased"
_SIGNS = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"  # none that looks like another
_RECEIPT = re.compile(r"[A-Z]{2}\d{2}-?[A-Z]{2}\d{2}")


@dataclass(frozen=True)
class ErasureReceipt:
    """What was erased.

    Attributes:
        code: Names the receipt; nothing of the conversation stands in it.
        at: When.
        counts: How many of each of `KINDS`.
    """

    code: str
    at: datetime
    counts: Mapping[str, int]


class Conversations:
    """The conversations of an installation.

    Args:
        database: Where they are kept.
    """

    def __init__(self, database: Database) -> None:
        self._database = database

    def named(self, given: str) -> str:
        """The conversation that somebody means.

        Args:
            given: Its id, or the receipt of a question that was left.

        Returns:
            Its id; what was given when no receipt is like that.
        """
        given = given.strip()
        plain = given.upper()
        if _RECEIPT.fullmatch(plain):
            receipt = f"{plain[:4]}-{plain[-4:]}"
            with self._database.reading() as session:
                of_it = select(Handover.conversation_id).where(Handover.receipt == receipt)
                found = session.scalars(of_it).first()
            if found is not None:
                return str(found)
        return given

    def of_exchange(self, exchange_id: str) -> str | None:
        """The conversation of an exchange; None when it is gone."""
        with self._database.reading() as session:
            exchange = session.get(Exchange, exchange_id)
            return str(exchange.conversation_id) if exchange is not None else None

    def look_up(
        self, conversation_id: str, actor: Actor, action: str, events: int
    ) -> dict[str, int]:
        """Count what is kept of a conversation, and note in the audit log who looked.

        Args:
            conversation_id: The conversation.
            actor: Who looks.
            action: What for, such as `conversation.looked_up`.
            events: How many events the dialogue remembers.

        Returns:
            How many of each of `KINDS`.
        """
        with self._database.session() as session:
            counts = {**_counts(session, conversation_id), "events": events}
            note(session, actor, action, _reference(session, conversation_id))
        return counts

    def erase(
        self, conversation_id: str, actor: Actor | None = None, events: int = 0
    ) -> ErasureReceipt:
        """Erase all that the database keeps of a conversation, in one transaction.

        Args:
            conversation_id: The conversation.
            actor: Who of the staff erases it, for the audit log; None for the newcomer.
            events: How many events the dialogue forgot.

        Returns:
            What was erased. One that staff erased is found again by its code.
        """
        signs = "".join(secrets.choice(_SIGNS) for _ in range(8))
        code, at = f"{signs[:4]}-{signs[4:]}", now()
        with self._database.session() as session:
            counts = {**_counts(session, conversation_id), "events": events}
            counts |= erase_exchanges(session, conversation_id)
            erase_threads(session, conversation_id)
            if actor is not None:
                note(session, actor, _ERASED, f"erasure {code}", **counts)
        return ErasureReceipt(code, at, counts)

    def receipt(self, code: str) -> ErasureReceipt | None:
        """The receipt of an erasure by staff; None when there is none with that code."""
        with self._database.reading() as session:
            entry = session.scalars(
                select(AuditEntry).where(
                    AuditEntry.action == _ERASED, AuditEntry.object == f"erasure {code}"
                )
            ).first()
            return ErasureReceipt(code, entry.at, entry.details) if entry is not None else None


def _counts(session: Session, conversation_id: str) -> dict[str, int]:
    exchanges = select(Exchange.id).where(Exchange.conversation_id == conversation_id)
    threads = select(Handover.id).where(Handover.conversation_id == conversation_id)
    found: dict[str, Any] = {
        "exchanges": exchanges,
        "verdicts": select(Verdict.id).where(Verdict.exchange_id.in_(exchanges)),
        "members": select(GroupMember.exchange_id).where(GroupMember.exchange_id.in_(exchanges)),
        "threads": threads,
        "messages": select(HandoverMessage.id).where(HandoverMessage.handover_id.in_(threads)),
        "contacts": threads.where(Handover.contact.is_not(None)),
        "proposals": select(Proposal.id).where(Proposal.exchange_id.in_(exchanges)),
    }
    return {
        name: int(session.scalar(select(func.count()).select_from(rows.subquery())) or 0)
        for name, rows in found.items()
    }


def _reference(session: Session, conversation_id: str) -> str:
    """A conversation in the audit log: by something of it, which says nothing when it is erased."""
    for table, name in ((Exchange, "exchange"), (Handover, "handover")):
        last = session.scalars(
            select(table.id)
            .where(table.conversation_id == conversation_id)
            .order_by(table.created_at.desc())
            .limit(1)
        ).first()
        if last is not None:
            return f"{name} {last}"
    return "conversation of which nothing is kept"

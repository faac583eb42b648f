"""All that is kept of one conversation, in a form that the person can read."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from cryptography.fernet import Fernet, InvalidToken
from sqlalchemy import select
from sqlalchemy.orm import Session

from api.store.database import Database, now
from api.store.tables import Exchange, GroupMember, Handover, HandoverMessage, Verdict


class PersonalExport:
    """Writes down what is kept of a conversation.

    Args:
        database: Where it is kept.
        contact_key: Fernet key of the contacts.
    """

    def __init__(self, database: Database, contact_key: bytes) -> None:
        self._database = database
        self._fernet = Fernet(contact_key)

    def of(self, conversation_id: str) -> dict[str, Any]:
        """What is kept of a conversation, for JSON.

        Nothing tells which of the staff wrote or judged.

        Args:
            conversation_id: The conversation.
        """
        with self._database.reading() as session:
            exchanges = session.scalars(
                select(Exchange)
                .where(Exchange.conversation_id == conversation_id)
                .order_by(Exchange.created_at, Exchange.id)
            )
            threads = session.scalars(
                select(Handover)
                .where(Handover.conversation_id == conversation_id)
                .order_by(Handover.created_at)
            )
            return {
                "exported_at": _moment(now()),
                "conversation": conversation_id,
                "exchanges": [_exchange(session, one) for one in exchanges],
                "talks_with_a_person": [self._thread(session, one) for one in threads],
            }

    def _thread(self, session: Session, thread: Handover) -> dict[str, Any]:
        messages = session.scalars(
            select(HandoverMessage)
            .where(HandoverMessage.handover_id == thread.id)
            .order_by(HandoverMessage.seq)
        )
        return {
            "asked_at": _moment(thread.created_at),
            "consented_at": _moment(thread.consented_at),
            "ended_at": _moment(thread.ended_at),
            "ended_by": thread.ended_by,
            "status": thread.status,
            "urgent": thread.urgent,
            "language": thread.language,
            "place": thread.place,
            "receipt": thread.receipt,
            "contact": self._contact(thread),
            "kept_until": _moment(thread.keep_until),
            "messages": [
                {
                    "at": _moment(one.at),
                    "from": one.sender,
                    "language": one.language,
                    "text": one.text,
                }
                for one in messages
            ],
        }

    def _contact(self, thread: Handover) -> str | None:
        if not thread.contact:
            return None
        try:
            return self._fernet.decrypt(thread.contact.encode()).decode()
        except InvalidToken:
            return "(cannot be read: it was written with another secret of the installation)"


def _exchange(session: Session, exchange: Exchange) -> dict[str, Any]:
    verdicts = session.scalars(
        select(Verdict).where(Verdict.exchange_id == exchange.id).order_by(Verdict.id)
    )
    grouped = session.get(GroupMember, exchange.id) is not None
    reply = exchange.reply
    return {
        "at": _moment(exchange.created_at),
        "you_wrote": exchange.text,
        "language": exchange.language,
        "understood": {
            "as": exchange.intent,
            "place": exchange.place,
            "situation": exchange.situation,
        },
        "answer": {
            "status": exchange.status,
            "messages": [_message(one) for one in reply.get("messages") or []],
            "card": _card(reply.get("card")),
            "buttons": [one["text"] for one in reply.get("suggestions") or []],
            "certainty": exchange.confidence,
            "found": exchange.evidence,
            "milliseconds": exchange.milliseconds,
        },
        "your_feedback": exchange.feedback,
        "counted_among_unanswered_questions": grouped,
        "assessments": [
            {
                "at": _moment(one.at),
                "assessment": one.verdict,
                "reason": one.reason,
                "right_card": one.right_card,
            }
            for one in verdicts
        ],
    }


def _message(message: dict[str, Any]) -> dict[str, Any]:
    shown = {"text": message.get("text"), "items": message.get("items")}
    return {key: value for key, value in shown.items() if value}


def _card(card: dict[str, Any] | None) -> dict[str, Any] | None:
    if card is None:
        return None
    kept = ("id", "title", "language", "place_name", "checked_on", "sources")
    return {key: card.get(key) for key in kept}


def _moment(value: datetime | None) -> str | None:
    return f"{value.isoformat(timespec='seconds')}Z" if value is not None else None

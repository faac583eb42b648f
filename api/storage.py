"""What is kept of a conversation: each exchange, without personal data, with its evidence."""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any, Literal

from sqlalchemy import JSON, Column, DateTime, Float, Integer, String, Text, select
from sqlalchemy import delete as sql_delete
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session, declarative_base, sessionmaker

from actions.reply import Reply
from bot.databases import DatabaseError, open_database

Base: Any = declarative_base()
Feedback = Literal["good", "bad"]


class Exchange(Base):
    """A message and its answer.

    Attributes:
        text: What the person wrote, redacted; a button's payload.
        reply: The reply as it was shown.
        evidence: The hits of the search, with the text that matched.
        milliseconds: How long the answer took.
        feedback: What the person said of it.
    """

    __tablename__ = "exchanges"

    id = Column(String(32), primary_key=True)
    conversation_id = Column(String(80), nullable=False, index=True)
    created_at = Column(DateTime, nullable=False, index=True)
    text = Column(Text, nullable=False)
    language = Column(String(8), nullable=False)
    intent = Column(String(64))
    status = Column(String(32), nullable=False, index=True)
    place = Column(String(64))
    situation = Column(String(32))
    confidence = Column(Float)
    card_id = Column(String(200), index=True)
    reply = Column(JSON, nullable=False)
    evidence = Column(JSON, nullable=False)
    milliseconds = Column(Integer, nullable=False)
    feedback = Column(String(8))


class Storage:
    """The exchanges of an installation.

    Args:
        address: SQLAlchemy address of the database.

    Raises:
        DatabaseError: The database cannot be opened.
    """

    def __init__(self, address: str) -> None:
        self._engine = open_database(address, "WEGWIJS_DATABASE_URL")
        try:
            Base.metadata.create_all(self._engine)
        except SQLAlchemyError as error:
            reason = str(error).split("\n")[0]
            raise DatabaseError(
                f"The tables of the exchanges cannot be made: {reason} Give the user of "
                "WEGWIJS_DATABASE_URL the right to make tables."
            ) from error
        self._sessions = sessionmaker(self._engine, future=True, expire_on_commit=False)

    @contextmanager
    def _session(self) -> Iterator[Session]:
        with self._sessions() as session, session.begin():
            yield session

    def close(self) -> None:
        """Close all connections."""
        self._engine.dispose()

    def add(self, conversation_id: str, text: str, reply: Reply, milliseconds: int) -> str:
        """Keep an exchange.

        Args:
            conversation_id: Its conversation.
            text: What the person wrote, without personal data.
            reply: The answer.
            milliseconds: How long it took.

        Returns:
            The exchange's id.
        """
        exchange_id = secrets.token_urlsafe(16)
        shown = reply.model_dump(mode="json", include={"messages", "card", "suggestions"})
        with self._session() as session:
            if reply.feedback:
                self._rate_last(session, conversation_id, reply.feedback)
            session.add(
                Exchange(
                    id=exchange_id,
                    conversation_id=conversation_id,
                    created_at=_now(),
                    text=text,
                    language=reply.language,
                    intent=reply.intent,
                    status=reply.status.value,
                    place=reply.place,
                    situation=reply.situation,
                    confidence=reply.confidence,
                    card_id=reply.card.id if reply.card else None,
                    reply=shown,
                    evidence=reply.model_dump(mode="json", include={"evidence"})["evidence"],
                    milliseconds=milliseconds,
                )
            )
        return exchange_id

    def _rate_last(self, session: Session, conversation_id: str, feedback: Feedback) -> None:
        """Feedback in words is about the last answer that showed something."""
        last = session.scalars(
            select(Exchange)
            .where(Exchange.conversation_id == conversation_id, Exchange.card_id.is_not(None))
            .order_by(Exchange.created_at.desc())
            .limit(1)
        ).first()
        if last is not None:
            last.feedback = feedback

    def rate(self, conversation_id: str, exchange_id: str, feedback: Feedback) -> bool:
        """Keep what the person says of an answer.

        Returns:
            Whether the conversation has that exchange.
        """
        with self._session() as session:
            exchange = session.get(Exchange, exchange_id)
            if exchange is None or exchange.conversation_id != conversation_id:
                return False
            exchange.feedback = feedback
            return True

    def exchanges(self, conversation_id: str) -> list[Exchange]:
        """The exchanges of a conversation, oldest first."""
        with self._session() as session:
            found = session.scalars(
                select(Exchange)
                .where(Exchange.conversation_id == conversation_id)
                .order_by(Exchange.created_at)
            )
            return list(found)

    def erase(self, conversation_id: str) -> int:
        """Delete every exchange of a conversation; returns how many there were."""
        with self._session() as session:
            result = session.execute(
                sql_delete(Exchange).where(Exchange.conversation_id == conversation_id)
            )
            return int(result.rowcount)

    def conversations_before(self, age: timedelta) -> list[str]:
        """Conversations of which the last exchange is older than `age`."""
        with self._session() as session:
            recent = select(Exchange.conversation_id).where(Exchange.created_at >= _now() - age)
            found = session.scalars(
                select(Exchange.conversation_id)
                .where(Exchange.conversation_id.not_in(recent))
                .distinct()
            )
            return list(found)

    def alive(self) -> bool:
        """Whether the database answers."""
        try:
            with self._session() as session:
                session.execute(select(1))
        except SQLAlchemyError:
            return False
        return True


def _now() -> datetime:
    """This moment; without a zone, since SQLite keeps none."""
    return datetime.now(UTC).replace(tzinfo=None)

"""The exchanges: each message with its answer, without personal data, with its evidence."""

from __future__ import annotations

import secrets
from datetime import timedelta
from typing import Literal

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from actions.reply import Reply
from api.store.database import Database, now
from api.store.group_locks import delete_empty_groups, hold_groups
from api.store.tables import Exchange, GroupMember, Proposal, Verdict
from knowledge.places import fold

Feedback = Literal["good", "bad"]


class Exchanges:
    """The exchanges of an installation.

    Args:
        database: Where they are kept.
    """

    def __init__(self, database: Database) -> None:
        self._database = database

    def add(
        self,
        conversation_id: str,
        text: str,
        reply: Reply,
        milliseconds: int,
        domain: str | None = None,
        library: str | None = None,
    ) -> str:
        """Keep an exchange.

        Args:
            conversation_id: Its conversation.
            text: What the person wrote, without personal data.
            reply: The answer.
            milliseconds: How long it took.
            domain: Domain of the card that it shows.
            library: Fingerprint of the library that answered.

        Returns:
            The exchange's id.
        """
        exchange_id = secrets.token_urlsafe(16)
        shown = reply.model_dump(mode="json", include={"messages", "card", "suggestions"})
        with self._database.session() as session:
            if reply.feedback:
                self._rate_last(session, conversation_id, reply.feedback)
            session.add(
                Exchange(
                    id=exchange_id,
                    conversation_id=conversation_id,
                    created_at=now(),
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
                    domain=domain,
                    library=library,
                    searchable=_searchable(text, reply),
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
        with self._database.session() as session:
            exchange = session.get(Exchange, exchange_id)
            if exchange is None or exchange.conversation_id != conversation_id:
                return False
            exchange.feedback = feedback
            return True

    def of_conversation(self, conversation_id: str) -> list[Exchange]:
        """The exchanges of a conversation, oldest first."""
        with self._database.reading() as session:
            found = session.scalars(
                select(Exchange)
                .where(Exchange.conversation_id == conversation_id)
                .order_by(Exchange.created_at)
            )
            return list(found)

    def erase(self, conversation_id: str) -> int:
        """Delete every exchange of a conversation, with what staff noted of it.

        Returns:
            How many exchanges there were.
        """
        with self._database.session() as session:
            return erase_exchanges(session, conversation_id)["exchanges"]

    def conversations_before(self, age: timedelta) -> list[str]:
        """Conversations of which the last exchange is older than `age`."""
        with self._database.reading() as session:
            recent = select(Exchange.conversation_id).where(Exchange.created_at >= now() - age)
            found = session.scalars(
                select(Exchange.conversation_id)
                .where(Exchange.conversation_id.not_in(recent))
                .distinct()
            )
            return list(found)


def erase_exchanges(session: Session, conversation_id: str) -> dict[str, int]:
    """Delete every exchange of a conversation, with what staff noted of it.

    A proposal stays, without its reference; a group of questions of which nothing is left goes,
    since its mean would tell of what was erased.

    Args:
        session: The transaction.
        conversation_id: The conversation.

    Returns:
        How many `exchanges`, `verdicts` and group `members` there were, and how many `proposals`
        lost their reference.
    """
    hold_groups(session)
    theirs = select(Exchange.id).where(Exchange.conversation_id == conversation_id)
    # Locked first, so that nobody adds to them what would then keep them.
    session.execute(theirs.with_for_update())
    changes = {
        "proposals": update(Proposal).values(exchange_id=None).where(
            Proposal.exchange_id.in_(theirs)
        ),
        "verdicts": delete(Verdict).where(Verdict.exchange_id.in_(theirs)),
        "members": delete(GroupMember).where(GroupMember.exchange_id.in_(theirs)),
        "exchanges": delete(Exchange).where(Exchange.conversation_id == conversation_id),
    }  # fmt: skip
    counts = {
        name: int(
            session.execute(change.execution_options(synchronize_session=False)).rowcount
        )
        for name, change in changes.items()
    }  # fmt: skip
    if counts["members"]:
        delete_empty_groups(session)
    return counts


def search_terms(query: str) -> list[str]:
    """The words of a query, in the form in which `Exchange.searchable` keeps them.

    Accents, marks and capitals do not count, so that a word is found however it was typed.
    """
    return fold(query).split()


def _searchable(text: str, reply: Reply) -> str:
    title = reply.card.title if reply.card else ""
    said = " ".join(" ".join((one.text, *one.items)) for one in reply.messages)
    return " ".join(search_terms(f"{text} {title} {said}"))

"""Hand-overs as newcomers make them: asking for a person, writing, leaving a question, ending.

Every change is one transaction that locks the thread's row, so that two processes, or the same
message sent twice, never come between each other.
"""

from __future__ import annotations

import secrets
from collections.abc import Collection
from datetime import timedelta

from cryptography.fernet import Fernet
from sqlalchemy import delete, func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from actions.reply import Status
from api.store.database import Database, now
from api.store.handover_rows import (
    OPEN,
    NotOpen,
    Thread,
    add_message,
    close,
    in_line,
    last_exchange,
    locked,
    message_with,
    messages_of,
    thread_of,
    usual_wait,
)
from api.store.tables import Account, Handover, HandoverMessage
from bot.redaction import redact

_LONGEST_WAIT = timedelta(hours=12)
_RECEIPT_SIGNS = ("ABCDEFGHJKLMNPQRSTUVWXYZ", "23456789")  # none that looks like another


class Handovers:
    """The hand-overs of an installation, from the newcomers' side.

    Args:
        database: Where they are kept.
        contact_key: Fernet key of the contacts.
        public_numbers: Telephone numbers that stay in what newcomers write.
    """

    def __init__(
        self, database: Database, contact_key: bytes, public_numbers: Collection[str] = ()
    ) -> None:
        self._database = database
        self._public_numbers = public_numbers
        self._fernet = Fernet(contact_key)

    def ask(self, conversation_id: str, language: str, place: str | None) -> Handover:
        """Wait for a person; a conversation that waits already, or has a person, goes on so.

        It is urgent when the last answer was about danger.
        """
        try:
            with self._database.session() as session:
                return self._open_one(session, conversation_id) or self._add(
                    session, conversation_id, language, place
                )
        except IntegrityError:
            # Another process opened one at the same moment, and the index lets only one stand.
            with self._database.reading() as session:
                found = self._open_one(session, conversation_id)
            if found is None:
                raise
            return found

    def _add(
        self, session: Session, conversation_id: str, language: str, place: str | None
    ) -> Handover:
        last = last_exchange(session, conversation_id)
        handover = Handover(
            id=secrets.token_urlsafe(16),
            conversation_id=conversation_id,
            language=language,
            place=place or (last.place if last else None),
            status="waiting",
            urgent=last is not None and last.status == Status.SAFETY,
            created_at=now(),
            consented_at=now(),
            last=0,
        )
        session.add(handover)
        session.flush()
        return handover

    def open_one(self, conversation_id: str) -> Handover | None:
        """The hand-over of a conversation that waits or has a person."""
        with self._database.reading() as session:
            return self._open_one(session, conversation_id)

    def _open_one(self, session: Session, conversation_id: str) -> Handover | None:
        found: Handover | None = session.scalars(
            select(Handover).where(
                Handover.conversation_id == conversation_id, Handover.status.in_(OPEN)
            )
        ).first()
        return found

    def thread(self, conversation_id: str, after: int = 0) -> Thread | None:
        """The thread of a conversation, the open one or else the newest.

        Args:
            conversation_id: The conversation.
            after: Number of the message after which to begin.

        Returns:
            The thread; None when the conversation never had one.
        """
        with self._database.reading() as session:
            handover = _current(session, conversation_id)
            return thread_of(session, handover, after) if handover else None

    def receive(self, conversation_id: str, key: str, text: str) -> HandoverMessage:
        """Keep what the newcomer writes, without personal data.

        Args:
            conversation_id: The conversation.
            key: Chosen by the sender; a message that came already is given again.
            text: The words.

        Raises:
            NotOpen: No thread is open.
        """
        cleaned = redact(text.strip(), self._public_numbers)
        with self._database.session() as session:
            handover = _current(session, conversation_id, lock=True)
            if handover is None:
                raise NotOpen
            known = message_with(session, handover.id, key)
            if known is not None:
                return known
            if handover.status not in OPEN:
                raise NotOpen
            return add_message(session, handover, "newcomer", cleaned, handover.language, key)

    def message(self, handover_id: str, key: str) -> HandoverMessage | None:
        """The message that was sent under a key."""
        with self._database.reading() as session:
            return message_with(session, handover_id, key)

    def notice(self, handover_id: str, key: str, text: str, language: str) -> None:
        """Write what the program says into a thread; the same key writes it once."""
        with self._database.session() as session:
            handover = locked(session, handover_id)
            if handover is not None and message_with(session, handover_id, key) is None:
                add_message(session, handover, "notice", text, language, key)

    def mark_urgent(self, handover_id: str) -> None:
        """Put a hand-over before all that are not urgent."""
        with self._database.session() as session:
            handover = locked(session, handover_id)
            if handover is not None:
                handover.urgent = True

    def leave_question(
        self, conversation_id: str, text: str, contact: str | None, days: int, language: str
    ) -> Handover:
        """Leave a question for when somebody is there; who waits stops waiting.

        A question that is added to one that nobody answered yet keeps its receipt; the same
        question sent again changes nothing.

        Args:
            conversation_id: The conversation.
            text: The question.
            contact: How to reach the person; kept encrypted.
            days: How long it is kept.
            language: Of the person, when the conversation does not tell.

        Raises:
            NotOpen: A caseworker is answering already.
        """
        cleaned = redact(text.strip(), self._public_numbers)
        with self._database.session() as session:
            handover = _current(session, conversation_id, lock=True)
            if handover is None or handover.status == "ended":
                last = last_exchange(session, conversation_id)
                spoken = last.language if last else language
                handover = self._add(session, conversation_id, spoken, None)
            if handover.status == "taken":
                raise NotOpen
            handover.status = "left"
            handover.receipt = handover.receipt or _free_receipt(session)
            handover.keep_until = now() + timedelta(days=days)
            if contact and contact.strip():
                handover.contact = self._fernet.encrypt(contact.strip().encode()).decode()
            theirs = (said.message for said in messages_of(session, handover.id, 0))
            if not any(each.text == cleaned for each in theirs if each.sender == "newcomer"):
                key = secrets.token_urlsafe(16)
                add_message(session, handover, "newcomer", cleaned, handover.language, key)
            return handover

    def end(self, conversation_id: str) -> None:
        """The newcomer goes back to the program; nothing happens when no thread is open."""
        with self._database.session() as session:
            handover = _current(session, conversation_id, lock=True)
            if handover is not None and handover.status in OPEN:
                close(handover, "newcomer")

    def waiting(self) -> tuple[int, int | None]:
        """How many wait, and how many minutes others waited lately."""
        with self._database.reading() as session:
            return len(in_line(session)), usual_wait(session)

    def somebody_there(self, within: timedelta) -> bool:
        """Whether an account had the console open so lately."""
        with self._database.reading() as session:
            seen = select(Account.id).where(Account.active, Account.seen_at >= now() - within)
            return session.scalars(seen.limit(1)).first() is not None

    def end_silent(self, silence: timedelta) -> list[str]:
        """End the threads in which nobody wrote for so long, and those that nobody took in time.

        Returns:
            The conversations whose threads ended.
        """
        moment = now()
        ended = []
        with self._database.reading() as session:
            candidates = list(session.scalars(select(Handover.id).where(Handover.status.in_(OPEN))))
        for handover_id in candidates:
            with self._database.session() as session:
                handover = locked(session, handover_id)
                if handover is None or handover.status not in OPEN:
                    continue
                spoken = session.scalar(
                    select(func.max(HandoverMessage.at)).where(
                        HandoverMessage.handover_id == handover_id
                    )
                )
                waits = handover.status == "waiting"
                since = max(filter(None, (handover.created_at, handover.taken_at, spoken)))
                if since < moment - (_LONGEST_WAIT if waits else silence):
                    close(handover, "time")
                    ended.append(handover.conversation_id)
        return ended

    def expire(self, age: timedelta) -> list[str]:
        """Delete the questions whose time is over, with their contacts, and old threads.

        Args:
            age: How long a thread is kept after its end.

        Returns:
            The conversations of which something was deleted.
        """
        with self._database.session() as session:
            old = list(
                session.scalars(
                    select(Handover).where(
                        ((Handover.status == "left") & (Handover.keep_until < now()))
                        | ((Handover.status == "ended") & (Handover.ended_at < now() - age))
                    )
                )
            )
            _delete(session, [handover.id for handover in old])
            return sorted({handover.conversation_id for handover in old})

    def erase(self, conversation_id: str) -> int:
        """Delete every thread of a conversation.

        Returns:
            How many there were.
        """
        with self._database.session() as session:
            return erase_threads(session, conversation_id)


def erase_threads(session: Session, conversation_id: str) -> int:
    """Delete every thread of a conversation, with its messages and the contact.

    Returns:
        How many there were.
    """
    theirs = select(Handover.id).where(Handover.conversation_id == conversation_id)
    # Locked, so that no message comes into a thread that is being deleted.
    return _delete(session, list(session.scalars(theirs.with_for_update())))


def _current(session: Session, conversation_id: str, lock: bool = False) -> Handover | None:
    found = (
        select(Handover)
        .where(Handover.conversation_id == conversation_id)
        .order_by(Handover.status.in_(OPEN).desc(), Handover.created_at.desc())
        .limit(1)
    )
    handover: Handover | None = session.scalars(found).first()
    if lock and handover is not None:
        # By its id: what is read here is as it stands once the lock is there.
        return locked(session, handover.id)
    return handover


def _delete(session: Session, ids: list[str]) -> int:
    for column in (HandoverMessage.handover_id, Handover.id):
        session.execute(
            delete(column.class_)
            .where(column.in_(ids))
            .execution_options(synchronize_session=False)
        )
    return len(ids)


def _free_receipt(session: Session) -> str:
    while True:
        signs = [secrets.choice(kind) for _ in (0, 1) for kind in _RECEIPT_SIGNS for _ in (0, 1)]
        receipt = "".join(signs[:4]) + "-" + "".join(signs[4:])
        taken = select(Handover.id).where(Handover.receipt == receipt)
        if session.scalars(taken).first() is None:
            return receipt

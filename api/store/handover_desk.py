"""Hand-overs as caseworkers work on them: the queue, taking, writing, handing back."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from cryptography.fernet import Fernet, InvalidToken
from sqlalchemy import select
from sqlalchemy.orm import Session

from api.console.roles import Role
from api.store.accounts import Staff
from api.store.audit import note
from api.store.database import Database, now
from api.store.handover_rows import (
    NotOpen,
    Thread,
    add_message,
    close,
    last_exchange,
    locked,
    message_with,
    thread_of,
    urgent_first,
)
from api.store.tables import Account, AuditEntry, Handover, HandoverMessage

_READ_AGAIN = timedelta(hours=1)
_LOG_EVERY = "handover.read"


@dataclass(frozen=True)
class Entry:
    """A hand-over in a list.

    Attributes:
        handover: Its row.
        question: What the newcomer asked last: of the person, or else of the program.
        by: Shown name of who took it.
    """

    handover: Handover
    question: str | None
    by: str | None


@dataclass(frozen=True)
class Brief:
    """What pages that are open depend on."""

    id: str
    status: str
    urgent: bool
    last: int
    taken_by: int | None


class HandoverDesk:
    """The hand-overs of an installation, from the caseworkers' side.

    Args:
        database: Where they are kept.
        contact_key: Fernet key of the contacts.
    """

    def __init__(self, database: Database, contact_key: bytes) -> None:
        self._database = database
        self._fernet = Fernet(contact_key)

    def queue(self) -> list[Entry]:
        """Who waits: urgent ones first, then who waits longest."""
        return self._entries("waiting", *urgent_first())

    def taken(self) -> list[Entry]:
        """Who has a person, longest first."""
        return self._entries("taken", Handover.taken_at)

    def left(self) -> list[Entry]:
        """Questions that were left and not answered, oldest first."""
        return self._entries("left", Handover.created_at)

    def _entries(self, status: str, *order: object) -> list[Entry]:
        with self._database.reading() as session:
            rows = session.execute(
                select(Handover, Account.shown_name)
                .outerjoin(Account, Account.id == Handover.taken_by)
                .where(Handover.status == status)
                .order_by(*order)
                .limit(200)
            )
            return [Entry(row, _question(session, row), by) for row, by in rows]

    def overview(self) -> list[Brief]:
        """All that wait, are taken, or are left: those who wait in their order."""
        with self._database.reading() as session:
            rows = session.execute(
                select(
                    Handover.id, Handover.status, Handover.urgent, Handover.last, Handover.taken_by
                )
                .where(Handover.status != "ended")
                .order_by(*urgent_first())
            )
            return [Brief(*row) for row in rows]

    def open(self, handover_id: str, staff: Staff) -> Thread | None:
        """Read a whole thread; that somebody reads another's is noted, once an hour.

        Returns:
            The thread; None when there is none.
        """
        with self._database.session() as session:
            handover = session.get(Handover, handover_id)
            if handover is None:
                return None
            if handover.taken_by != staff.id:
                _note_reading(session, staff, handover_id)
            return thread_of(session, handover)

    def take(self, handover_id: str, staff: Staff) -> str:
        """Take a hand-over or a question that was left; one caseworker alone gets it.

        Returns:
            Its conversation.

        Raises:
            NotOpen: It ended, or somebody else has it.
        """
        with self._database.session() as session:
            handover = _existing(session, handover_id)
            if handover.taken_by == staff.id and handover.status != "ended":
                return str(handover.conversation_id)
            if handover.status not in ("waiting", "left") or handover.taken_by is not None:
                raise NotOpen
            if handover.status == "waiting":
                handover.status = "taken"
            handover.taken_by, handover.taken_at = staff.id, now()
            contact = {"contact": "shown"} if handover.contact else {}
            note(session, staff.actor, "handover.taken", f"handover {handover_id}", **contact)
            return str(handover.conversation_id)

    def contact(self, handover_id: str, staff: Staff) -> str | None:
        """How to reach who left a question, for the caseworker who took it alone."""
        with self._database.reading() as session:
            handover = session.get(Handover, handover_id)
            if handover is None or handover.taken_by != staff.id or not handover.contact:
                return None
            try:
                return self._fernet.decrypt(handover.contact.encode()).decode()
            except InvalidToken:
                return "?"  # written with another secret of the installation

    def write(
        self, handover_id: str, staff: Staff, key: str, text: str, language: str
    ) -> tuple[HandoverMessage, str]:
        """Write to the newcomer.

        The words stay as they are: numbers and addresses of services are what people need.

        Args:
            handover_id: The hand-over.
            staff: Who writes; the one who took it.
            key: Chosen by the page; the same message sent again is kept once.
            text: The words.
            language: Of the words.

        Returns:
            The message, and its conversation.

        Raises:
            NotOpen: It ended, or somebody else has it.
        """
        with self._database.session() as session:
            handover = _existing(session, handover_id)
            known = message_with(session, handover_id, key)
            if known is not None and known.account_id == staff.id:
                return known, handover.conversation_id
            _must_have(handover, staff)
            message = add_message(
                session, handover, "caseworker", text.strip(), language, key, staff.id
            )
            note(session, staff.actor, "handover.written", f"handover {handover_id}")
            return message, handover.conversation_id

    def finish(self, handover_id: str, staff: Staff) -> str:
        """Hand back to the program, or mark a question answered, whose contact is then deleted.

        Returns:
            Its conversation.

        Raises:
            NotOpen: It ended, or somebody else has it.
        """
        with self._database.session() as session:
            handover = _existing(session, handover_id)
            _must_have(handover, staff)
            done = "handed_back" if handover.status == "taken" else "answered"
            close(handover, "caseworker")
            note(session, staff.actor, f"handover.{done}", f"handover {handover_id}")
            return str(handover.conversation_id)

    def put_back(self, handover_id: str, staff: Staff) -> str:
        """Put it back into the list for a colleague; an administrator may for anybody.

        Returns:
            Its conversation.

        Raises:
            NotOpen: It ended, nobody has it, or somebody else has it.
        """
        with self._database.session() as session:
            handover = _existing(session, handover_id)
            if staff.role is not Role.ADMINISTRATOR or handover.taken_by is None:
                _must_have(handover, staff)
            if handover.status == "ended":
                raise NotOpen
            if handover.status == "taken":
                handover.status = "waiting"
            handover.taken_by = handover.taken_at = None
            note(session, staff.actor, "handover.put_back", f"handover {handover_id}")
            return str(handover.conversation_id)


def _existing(session: Session, handover_id: str) -> Handover:
    handover = locked(session, handover_id)
    if handover is None:
        raise NotOpen
    return handover


def _must_have(handover: Handover, staff: Staff) -> None:
    if handover.status not in ("taken", "left") or handover.taken_by != staff.id:
        raise NotOpen


def _question(session: Session, handover: Handover) -> str | None:
    said = session.scalars(
        select(HandoverMessage.text)
        .where(HandoverMessage.handover_id == handover.id, HandoverMessage.sender == "newcomer")
        .order_by(HandoverMessage.seq.desc())
        .limit(1)
    ).first()
    if said is not None:
        return str(said)
    last = last_exchange(session, handover.conversation_id)
    return last.text if last else None


def _note_reading(session: Session, staff: Staff, handover_id: str) -> None:
    named = f"handover {handover_id}"
    before = session.scalars(
        select(AuditEntry.id)
        .where(
            AuditEntry.action == _LOG_EVERY,
            AuditEntry.account_id == staff.id,
            AuditEntry.object == named,
            AuditEntry.at >= now() - _READ_AGAIN,
        )
        .limit(1)
    ).first()
    if before is None:
        note(session, staff.actor, _LOG_EVERY, named)

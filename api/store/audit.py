"""The audit log: everything that staff do. It is only added to and read."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from api.store.database import Database, now
from api.store.tables import AuditEntry


@dataclass(frozen=True)
class Actor:
    """Who does something.

    Attributes:
        account_id: None for the command line and for the server itself.
        name: As it stands in the log.
    """

    account_id: int | None
    name: str


COMMAND_LINE = Actor(None, "command line")
SERVER = Actor(None, "server")


def note(session: Session, actor: Actor, action: str, object_: str, **details: Any) -> None:
    """Write an entry in the transaction of what it tells, so that neither is without the other.

    Args:
        session: The session that makes the change.
        actor: Who makes it.
        action: Such as `proposal.accepted`.
        object_: What is changed, such as `proposal 12`.
        details: More, never personal data of newcomers.
    """
    session.add(
        AuditEntry(
            at=now(),
            account_id=actor.account_id,
            who=actor.name,
            action=action,
            object=object_[:200],
            details=details,
        )
    )


class Audit:
    """Reading the log.

    Args:
        database: Where it is kept.
    """

    def __init__(self, database: Database) -> None:
        self._database = database

    def latest(
        self, action: str | None = None, who: str | None = None, skip: int = 0, limit: int = 50
    ) -> tuple[list[AuditEntry], int]:
        """Entries, newest first.

        Args:
            action: Only what begins so, such as `proposal`.
            who: Only of this person.
            skip: How many to pass over.
            limit: How many to give.

        Returns:
            The entries, and how many there are in all.
        """
        found = _found(action, who)
        with self._database.reading() as session:
            total = session.scalar(select(func.count()).select_from(found.subquery()))
            page = found.order_by(AuditEntry.id.desc()).offset(skip).limit(limit)
            return list(session.scalars(page)), int(total or 0)

    def before(
        self, entry_id: int | None, action: str | None, who: str | None, limit: int
    ) -> list[AuditEntry]:
        """Entries older than one, newest first, so that a long log can be read in pieces.

        Args:
            entry_id: Id of that entry; None for the newest.
            action: Only what begins so.
            who: Only of this person.
            limit: How many to give.
        """
        found = _found(action, who)
        if entry_id is not None:
            found = found.where(AuditEntry.id < entry_id)
        with self._database.reading() as session:
            return list(session.scalars(found.order_by(AuditEntry.id.desc()).limit(limit)))

    def kinds_and_people(self) -> tuple[list[str], list[str]]:
        """What the log can be filtered by: what its actions begin with, and who did them."""
        with self._database.reading() as session:
            actions = session.scalars(select(AuditEntry.action).distinct())
            kinds = sorted({action.partition(".")[0] for action in actions})
            return kinds, sorted(session.scalars(select(AuditEntry.who).distinct()))


def _found(action: str | None, who: str | None) -> Any:
    found = select(AuditEntry)
    if action:
        found = found.where(AuditEntry.action.startswith(action, autoescape=True))
    if who:
        found = found.where(AuditEntry.who == who)
    return found

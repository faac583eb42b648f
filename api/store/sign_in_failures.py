"""Lock-out: after too many wrong passwords, a name or an address must wait."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import delete, select, text
from sqlalchemy.orm import Session

from api.store.audit import SERVER, note
from api.store.database import Database, now
from api.store.tables import Account, SignInFailure

WINDOW = timedelta(minutes=15)
"""In which failures are counted, and for which the lock then holds."""
PER_NAME = 5
PER_ADDRESS = 20
KEPT = timedelta(days=1)
"""How long a failure is kept."""


class Locked(Exception):
    """Too many sign-ins failed.

    Args:
        until: When it may be tried again.
    """

    def __init__(self, until: datetime) -> None:
        super().__init__(f"locked until {until}")
        self.until = until

    @property
    def minutes(self) -> int:
        """How long to wait, in whole minutes."""
        return max(1, -((now() - self.until) // timedelta(minutes=1)))


class SignInFailures:
    """Counts sign-ins that failed, by name and by address.

    Args:
        database: Where they are kept.
    """

    def __init__(self, database: Database) -> None:
        self._database = database

    def begin(self, name: str, address: str) -> int:
        """Count an attempt as failed before its password is looked at.

        So that no number of attempts at the same moment gets past the limit.

        Args:
            name: What was given as name, known or not.
            address: Where it came from.

        Returns:
            Id of the attempt, for `succeeded`.

        Raises:
            Locked: The name or the address must wait.
        """
        name, address = name[:80], address[:64]
        with self._database.session() as session:
            if not self._database.is_sqlite:  # where one writes at a time anyway
                session.execute(text("LOCK TABLE sign_in_failures IN SHARE ROW EXCLUSIVE MODE"))
            session.execute(
                delete(SignInFailure)
                .where(SignInFailure.at < now() - KEPT)
                .execution_options(synchronize_session=False)
            )
            locks = [
                _locked_until(session, SignInFailure.name == name, PER_NAME),
                _locked_until(session, SignInFailure.address == address, PER_ADDRESS),
            ]
            until = max((lock for lock in locks if lock), default=None)
            if until is None:
                attempt = SignInFailure(name=name, address=address, at=now())
                session.add(attempt)
                session.flush()
                return int(attempt.id)
        raise Locked(until)

    def succeeded(self, attempt: int, name: str) -> None:
        """Forget an attempt that did not fail, and what failed for that name before it."""
        with self._database.session() as session:
            session.execute(
                delete(SignInFailure)
                .where((SignInFailure.id == attempt) | (SignInFailure.name == name[:80]))
                .execution_options(synchronize_session=False)
            )

    def failed(self, name: str) -> None:
        """Write in the audit log when this failure locks an account's name."""
        with self._database.session() as session:
            if _locked_until(session, SignInFailure.name == name[:80], PER_NAME):
                # Only an account's: somebody may have typed a password in the place of a name.
                account = session.scalars(select(Account).where(Account.name == name)).first()
                if account is not None:
                    note(session, SERVER, "sign_in.locked", f"account {account.name}")


def _locked_until(session: Session, same: Any, limit: int) -> datetime | None:
    # Nothing is counted while a lock holds: the last one that was counted began it.
    found = select(SignInFailure.at).where(same, SignInFailure.at > now() - 2 * WINDOW)
    moments = list(session.scalars(found.order_by(SignInFailure.at.desc()).limit(limit)))
    if len(moments) < limit or moments[0] - moments[-1] > WINDOW:
        return None
    until: datetime = moments[0] + WINDOW
    return until if until > now() else None

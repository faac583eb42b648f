"""Accounts of staff, and their sessions."""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import delete, select

from api.console.roles import Role
from api.store.audit import Actor, note
from api.store.database import Database, now
from api.store.tables import Account, SignIn

_SEEN_EVERY = timedelta(seconds=20)
"""How exact `used_at` and `seen_at` are: not every request writes."""


@dataclass(frozen=True)
class Staff:
    """Somebody who is signed in.

    Attributes:
        id: Of the account.
        name: What they sign in with.
        shown_name: How others see them.
        role: What they may do.
        languages: Codes of the languages that they can check.
        console_language: nl, en or fr.
        must_change: Whether they must choose a password of their own first.
        csrf: What their forms carry.
        session_id: Of the session, not the cookie's token.
    """

    id: int
    name: str
    shown_name: str
    role: Role
    languages: tuple[str, ...]
    console_language: str
    must_change: bool
    csrf: str
    session_id: str

    @property
    def actor(self) -> Actor:
        """Them, in the audit log."""
        return Actor(self.id, self.name)


class Sessions:
    """Sessions of staff in their browsers.

    Args:
        database: Where they are kept.
        hours: After which a session ends.
    """

    def __init__(self, database: Database, hours: int) -> None:
        self._database = database
        self._age = timedelta(hours=hours)

    def begin(self, account_id: int, actor: Actor, how: str) -> str:
        """Sign an account in.

        Args:
            account_id: The account.
            actor: The same, for the audit log.
            how: `password` or `provider`.

        Returns:
            The token for the cookie; only its hash is kept.
        """
        token = secrets.token_urlsafe(32)
        with self._database.session() as session:
            session.execute(delete(SignIn).where(SignIn.created_at < now() - self._age))
            session.add(
                SignIn(
                    id=_hashed(token),
                    account_id=account_id,
                    csrf=secrets.token_urlsafe(32),
                    created_at=now(),
                    used_at=now(),
                )
            )
            note(session, actor, "signed_in", actor.name, how=how)
        return token

    def staff(self, token: str) -> Staff | None:
        """Who a cookie's token belongs to; None when it is unknown, too old, or switched off."""
        with self._database.reading() as session:
            row = session.execute(
                select(SignIn, Account)
                .join(Account, Account.id == SignIn.account_id)
                .where(
                    SignIn.id == _hashed(token),
                    SignIn.created_at >= now() - self._age,
                    Account.active,
                )
            ).first()
        if row is None:
            return None
        sign_in, account = row
        if now() - sign_in.used_at > _SEEN_EVERY:
            self._touch(sign_in.id, account.id)
        return Staff(
            id=account.id,
            name=account.name,
            shown_name=account.shown_name,
            role=Role(account.role),
            languages=tuple(account.languages),
            console_language=account.console_language,
            must_change=account.must_change,
            csrf=sign_in.csrf,
            session_id=sign_in.id,
        )

    def _touch(self, session_id: str, account_id: int) -> None:
        with self._database.session() as session:
            for row in (session.get(SignIn, session_id), session.get(Account, account_id)):
                if row is not None:
                    setattr(row, "used_at" if isinstance(row, SignIn) else "seen_at", now())

    def end(self, staff: Staff) -> None:
        """Sign out of this browser."""
        with self._database.session() as session:
            session.execute(delete(SignIn).where(SignIn.id == staff.session_id))
            note(session, staff.actor, "signed_out", staff.name)


def _hashed(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()

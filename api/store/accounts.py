"""Accounts of staff, and their sessions."""

from __future__ import annotations

import hashlib
import re
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from api.console.roles import Role
from api.store.audit import SERVER, Actor, note
from api.store.database import Database, now
from api.store.passwords import AccountError, check_password, hash_password, is_outdated, matches
from api.store.sign_in_failures import SignInFailures
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

    def end_all(self, staff: Staff) -> None:
        """Sign out of every browser."""
        with self._database.session() as session:
            _end_sessions(session, staff.id)
            note(session, staff.actor, "signed_out_everywhere", staff.name)


class Accounts:
    """The people who work in the console.

    Args:
        database: Where they are kept.
    """

    def __init__(self, database: Database) -> None:
        self._database = database

    def all(self) -> list[Account]:
        """Every account, those that may sign in first, by name."""
        with self._database.reading() as session:
            found = select(Account).order_by(Account.active.desc(), Account.name)
            return list(session.scalars(found))

    def get(self, account_id: int) -> Account | None:
        """An account; None when there is none."""
        with self._database.reading() as session:
            found: Account | None = session.get(Account, account_id)
        return found

    def named(self, name: str) -> Account:
        """The account with a name.

        Raises:
            AccountError: There is none.
        """
        with self._database.reading() as session:
            found = _named(session, name)
        if found is None:
            raise AccountError("unknown", name=name)
        return found

    def add(
        self,
        actor: Actor,
        name: str,
        role: Role,
        shown_name: str = "",
        languages: Sequence[str] = (),
        console_language: str = "nl",
        password: str | None = None,
        must_change: bool = False,
        provider: tuple[str, str] | None = None,
    ) -> Account:
        """Make an account.

        Args:
            actor: Who makes it.
            name: What the person signs in with; capitals do not count.
            role: What they may do.
            shown_name: How others see them; empty for the name.
            languages: Codes of the languages that they can check.
            console_language: nl, en or fr.
            password: None for somebody who signs in through the organisation's provider only.
            must_change: Whether they must choose another password first.
            provider: Who vouches for them there, and their subject, when that is known.

        Returns:
            The account.

        Raises:
            AccountError: The name is wrong or taken, or the password is too weak.
        """
        name = plain_name(name)
        shown_name = " ".join(shown_name.split())[:120] or name
        if password is not None:
            check_password(password, name, shown_name)
        account = Account(
            name=name, shown_name=shown_name, role=role.value, languages=list(languages),
            console_language=console_language, must_change=must_change, created_at=now(),
            password_hash=None if password is None else hash_password(password), active=True,
            **dict(zip(("issuer", "subject"), provider or (), strict=False)),
        )  # fmt: skip
        try:
            with self._database.session() as session:
                session.add(account)
                session.flush()
                how = "provider" if password is None else "password"
                note(session, actor, "account.added", f"account {name}", role=role, sign_in=how)
        except IntegrityError as error:
            raise AccountError("name_taken", name=name) from error
        return account

    def change(self, actor: Actor, account_id: int, **fields: Any) -> Account:
        """Change what is known of somebody, or what they may do.

        Another role, or being switched off, ends their sessions.

        Args:
            actor: Who changes it.
            account_id: The account.
            fields: Any of `role`, `shown_name`, `languages`, `console_language` and `active`.

        Returns:
            The account as it is now.

        Raises:
            AccountError: There is no such account, or no administrator would be left.
        """
        with self._database.session() as session:
            # All administrators are locked, so that no two of them switch each other off.
            administrators = set(session.scalars(_administrators()))
            account = _locked(session, account_id)
            changes = {}
            for field, value in fields.items():
                before = getattr(account, field)
                if value != before:
                    setattr(account, field, value)
                    changes[field] = [before, value]
            is_administrator = account.active and account.role == Role.ADMINISTRATOR
            if account.id in administrators and not is_administrator and len(administrators) == 1:
                raise AccountError("last_administrator")
            if "role" in changes or not account.active:
                _end_sessions(session, account_id)
            if changes:
                note(session, actor, "account.changed", f"account {account.name}", **changes)
        return account

    def set_password(
        self, actor: Actor, account_id: int, password: str, must_change: bool, keep: str = ""
    ) -> Account:
        """Give somebody a password, and end their sessions.

        Args:
            actor: Who sets it.
            account_id: The account.
            password: The password.
            must_change: Whether they must choose another one first.
            keep: Id of a session that goes on: one's own, for one's own password.

        Returns:
            The account.

        Raises:
            AccountError: There is no such account, or the password is too weak.
        """
        known = self.get(account_id)
        if known is None:
            raise AccountError("unknown", name=str(account_id))
        check_password(password, known.name, known.shown_name)
        hashed = hash_password(password)
        with self._database.session() as session:
            account = _locked(session, account_id)
            account.password_hash, account.must_change = hashed, must_change
            _end_sessions(session, account_id, keep)
            note(session, actor, "account.password_set", f"account {account.name}")
        return account

    def verify(self, name: str, password: str, address: str) -> Account | None:
        """Whose name and password these are.

        An unknown name takes as long as a known one.

        Args:
            name: The name.
            password: The password.
            address: Where the attempt comes from.

        Returns:
            The account; None when the password is wrong, or when there is no such account that
            may sign in with one.

        Raises:
            Locked: Too many attempts failed.
        """
        name = name.strip().casefold()
        failures = SignInFailures(self._database)
        attempt = failures.begin(name, address)
        with self._database.reading() as session:
            account = _named(session, name)
        right = matches(account.password_hash if account else None, password)
        if account is None or not (right and account.active):
            failures.failed(name)
            return None
        failures.succeeded(attempt, name)
        if is_outdated(account.password_hash):
            with self._database.session() as session:
                _locked(session, account.id).password_hash = hash_password(password)
        return account

    def of_provider(self, issuer: str, subject: str, names: Sequence[str]) -> Account | None:
        """The account of somebody for whom a provider vouches.

        Args:
            issuer: The provider.
            subject: The person, there.
            names: What the provider calls them. An account with such a name that an administrator
                made for the provider becomes theirs at their first sign-in.

        Returns:
            The account; None when there is none that may sign in.
        """
        with self._database.session() as session:
            same = (Account.issuer == issuer, Account.subject == subject)
            account = session.scalars(select(Account).where(*same)).first()
            if account is None:
                found = select(Account).where(
                    Account.name.in_([name.strip().casefold() for name in names]),
                    Account.issuer.is_(None),
                    Account.password_hash.is_(None),
                    Account.active,
                )
                account = session.scalars(found.order_by(Account.id).with_for_update()).first()
                if account is not None:
                    account.issuer, account.subject = issuer, subject
                    actor = Actor(account.id, account.name)
                    note(session, actor, "account.bound", f"account {account.name}", issuer=issuer)
        return account if account is not None and account.active else None


def plain_name(name: str) -> str:
    """A name to sign in with, as it is kept.

    Raises:
        AccountError: It cannot be one.
    """
    plain = name.strip().casefold()
    if not re.fullmatch(r"[\w][\w.@+-]{1,79}", plain) or plain == SERVER.name:
        raise AccountError("name_wrong", name=name)
    return plain


def _named(session: Session, name: str) -> Account | None:
    plain = name.strip().casefold()
    found: Account | None = session.scalars(select(Account).where(Account.name == plain)).first()
    return found


def _locked(session: Session, account_id: int) -> Account:
    account = session.get(Account, account_id, with_for_update=True)
    if account is None:
        raise AccountError("unknown", name=str(account_id))
    return account


def _administrators() -> Any:
    found = select(Account.id).where(Account.role == Role.ADMINISTRATOR.value, Account.active)
    return found.order_by(Account.id).with_for_update()


def _end_sessions(session: Session, account_id: int, keep: str = "") -> None:
    session.execute(
        delete(SignIn)
        .where(SignIn.account_id == account_id, SignIn.id != keep)
        .execution_options(synchronize_session=False)
    )


def _hashed(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()

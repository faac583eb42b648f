"""What caseworkers think of answers; all verdicts on one exchange are kept."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy import select

from api.store.audit import Actor, note
from api.store.database import Database, now
from api.store.tables import Account, Exchange, Verdict

LONGEST_REASON = 2_000
"""Signs of a reason."""


class VerdictKind(StrEnum):
    """What somebody thinks of an answer."""

    RIGHT = "right"
    INCOMPLETE = "incomplete"
    WRONG = "wrong"
    OUTDATED = "outdated"
    UNSAFE = "unsafe"
    SHOULD_NOT_ANSWER = "should_not_answer"


TO_CORRECT = (VerdictKind.INCOMPLETE, VerdictKind.WRONG, VerdictKind.OUTDATED)
"""After these a change of the library helps."""


class VerdictError(ValueError):
    """A verdict cannot be kept.

    Args:
        problem: `reason_missing`, `reason_too_long` or `gone`.
    """

    def __init__(self, problem: str) -> None:
        super().__init__(problem)
        self.problem = problem


@dataclass(frozen=True)
class GivenVerdict:
    """A verdict with who gave it.

    Attributes:
        kind: The verdict.
        reason: Why; may be empty for `right`.
        right_card: Id of the card that should have been shown.
        who: Name of the caseworker, as colleagues see it.
        at: When.
    """

    kind: VerdictKind
    reason: str
    right_card: str | None
    who: str
    at: datetime


class Verdicts:
    """The verdicts of an installation.

    Args:
        database: Where they are kept.
    """

    def __init__(self, database: Database) -> None:
        self._database = database

    def add(
        self,
        actor: Actor,
        exchange_id: str,
        kind: VerdictKind,
        reason: str = "",
        right_card: str | None = None,
    ) -> bool:
        """Keep a verdict beside those that are there.

        Args:
            actor: Who gives it.
            exchange_id: On which exchange.
            kind: The verdict.
            reason: Why.
            right_card: Id of the card that should have been shown.

        Returns:
            Whether it is new: the same verdict by the same person twice in a row is one, such as
            when a form is sent twice.

        Raises:
            VerdictError: The reason is missing or too long, or the exchange was deleted.
        """
        reason = _clean(reason)
        if not reason and kind is not VerdictKind.RIGHT:
            raise VerdictError("reason_missing")
        if len(reason) > LONGEST_REASON:
            raise VerdictError("reason_too_long")
        with self._database.session() as session:
            # Locked, so that it is not erased meanwhile and a form sent twice waits for itself.
            if session.get(Exchange, exchange_id, with_for_update=True) is None:
                raise VerdictError("gone")
            last = session.scalars(
                select(Verdict)
                .where(Verdict.exchange_id == exchange_id, Verdict.account_id == actor.account_id)
                .order_by(Verdict.id.desc())
                .limit(1)
            ).first()
            said = (kind.value, reason, right_card)
            if last is not None and (last.verdict, last.reason, last.right_card) == said:
                return False
            session.add(
                Verdict(
                    exchange_id=exchange_id,
                    account_id=actor.account_id,
                    at=now(),
                    verdict=kind.value,
                    reason=reason,
                    right_card=right_card,
                )
            )
            note(session, actor, "verdict.given", f"exchange {exchange_id}",
                 verdict=kind.value, right_card=right_card)  # fmt: skip
        return True

    def of(self, exchange_id: str) -> list[GivenVerdict]:
        """The verdicts on an exchange, oldest first."""
        with self._database.reading() as session:
            rows = session.execute(
                select(Verdict, Account.shown_name)
                .join(Account, Account.id == Verdict.account_id)
                .where(Verdict.exchange_id == exchange_id)
                .order_by(Verdict.id)
            )
            return [
                GivenVerdict(VerdictKind(one.verdict), one.reason, one.right_card, who, one.at)
                for one, who in rows
            ]

    def of_many(self, exchange_ids: Iterable[str]) -> dict[str, list[VerdictKind]]:
        """The verdicts on each of several exchanges, oldest first; none for one without."""
        found: dict[str, list[VerdictKind]] = {}
        with self._database.reading() as session:
            rows = session.execute(
                select(Verdict.exchange_id, Verdict.verdict)
                .where(Verdict.exchange_id.in_(list(exchange_ids)))
                .order_by(Verdict.id)
            )
            for exchange_id, kind in rows:
                found.setdefault(exchange_id, []).append(VerdictKind(kind))
        return found


def _clean(text: str) -> str:
    """Without signs that PostgreSQL refuses, and with one kind of line end."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n")
    return "".join(
        sign for sign in lines if sign == "\n" or unicodedata.category(sign) not in ("Cc", "Cs")
    ).strip()

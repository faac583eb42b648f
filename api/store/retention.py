"""How long each kind of data is kept, and what the next clean-up deletes."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from typing import Any, ClassVar

from pydantic import Field
from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from api.store.audit import Actor
from api.store.database import Database, now
from api.store.group_locks import delete_empty_groups, hold_groups
from api.store.options import HandoverOptions, OptionGroup, Options
from api.store.sign_in_failures import KEPT
from api.store.tables import (
    AuditEntry,
    Exchange,
    GroupMember,
    Handover,
    Proposal,
    QuestionGroup,
    SignInFailure,
    Verdict,
)

EXCHANGE_DAYS = (1, 3650)
THREAD_DAYS = (1, 365)
"""The fewest and the most days that can be chosen."""


class RetentionOptions(OptionGroup):
    """How long exchanges are kept.

    Attributes:
        exchange_days: Days after a conversation's last exchange; None for the setting's.
    """

    row: ClassVar[str] = "retention"

    exchange_days: int | None = Field(default=None, ge=EXCHANGE_DAYS[0], le=EXCHANGE_DAYS[1])


class DataKind(StrEnum):
    """The kinds of data that an installation keeps of people."""

    EXCHANGES = "exchanges"
    VERDICTS = "verdicts"
    MEMBERS = "members"
    GROUPS = "groups"
    THREADS = "threads"
    LEFT = "left"
    FAILURES = "failures"
    PROPOSALS = "proposals"
    AUDIT = "audit"


class PeriodError(ValueError):
    """A number of days is out of bounds.

    Args:
        problem: `exchanges` or `threads`.
    """

    def __init__(self, problem: str) -> None:
        super().__init__(problem)
        self.problem = problem


@dataclass(frozen=True)
class Periods:
    """What can be chosen.

    Attributes:
        exchanges: Days after the last exchange of a conversation.
        threads: Days after the end of a hand-over, and for a question that is left.
    """

    exchanges: int
    threads: int

    def check(self) -> None:
        """Complain of a number of days that cannot be chosen.

        Raises:
            PeriodError: One is out of bounds.
        """
        for name, (least, most) in (("exchanges", EXCHANGE_DAYS), ("threads", THREAD_DAYS)):
            if not least <= getattr(self, name) <= most:
                raise PeriodError(name)


@dataclass(frozen=True)
class Holding:
    """What there is of a kind of data.

    Attributes:
        kind: The kind.
        days: How long it is kept; None for as long as what it belongs to, or for ever.
        rows: How many rows there are.
        next: How many of them the next clean-up deletes.
    """

    kind: DataKind
    days: int | None
    rows: int
    next: int


class Retention:
    """How long data is kept in an installation.

    Args:
        database: Where it is kept.
        default_days: Days for exchanges, while nobody chose another number.
    """

    def __init__(self, database: Database, default_days: int) -> None:
        self._database = database
        self._default = default_days

    def periods(self) -> Periods:
        """What is chosen."""
        options = Options(self._database)
        days = options.read(RetentionOptions).exchange_days
        return Periods(days or self._default, options.read(HandoverOptions).keep_days)

    def change(self, actor: Actor, periods: Periods) -> None:
        """Choose other numbers of days.

        Args:
            actor: Who chooses, for the audit log.
            periods: The numbers.

        Raises:
            PeriodError: One is out of bounds.
        """
        periods.check()
        options, before = Options(self._database), self.periods()
        if periods.exchanges != before.exchanges:
            options.write(RetentionOptions(exchange_days=periods.exchanges), actor)
        if periods.threads != before.threads:
            chosen = options.read(HandoverOptions)
            options.write(chosen.model_copy(update={"keep_days": periods.threads}), actor)

    def holdings(self, periods: Periods) -> list[Holding]:
        """Every kind of data, with what a clean-up would delete now.

        Args:
            periods: The days to reckon with; they need not be chosen yet.
        """
        with self._database.reading() as session:
            return [
                Holding(kind, days, _count(session, table), _count(session, table, *going))
                for kind, days, table, going in _kinds(periods)
            ]

    def delete_the_rest(self) -> None:
        """Delete sign-in failures that are old, and groups of which every question is gone.

        Exchanges and hand-overs have their own ways: others must hear of it.
        """
        with self._database.session() as session:
            hold_groups(session)
            delete_empty_groups(session)
            session.execute(
                delete(SignInFailure)
                .where(SignInFailure.at < now() - KEPT)
                .execution_options(synchronize_session=False)
            )


def _kinds(periods: Periods) -> list[tuple[DataKind, int | None, Any, tuple[Any, ...]]]:
    """Each kind with its days, its table or rows, and the condition of what goes."""
    moment = now()
    recent = select(Exchange.conversation_id).where(
        Exchange.created_at >= moment - timedelta(days=periods.exchanges)
    )
    old = select(Exchange.id).where(Exchange.conversation_id.not_in(recent))
    ended = moment - timedelta(days=periods.threads)
    # A group whose last question goes with the old exchanges goes with it.
    staying = select(GroupMember.group_id).where(GroupMember.exchange_id.not_in(old))
    threads = select(Handover.id).where(Handover.status != "left")
    left = select(Handover.id).where(Handover.status == "left")
    never: tuple[Any, ...] = (False,)
    return [
        (DataKind.EXCHANGES, periods.exchanges, select(Exchange.id), (Exchange.id.in_(old),)),
        (DataKind.VERDICTS, None, select(Verdict.id), (Verdict.exchange_id.in_(old),)),
        (
            DataKind.MEMBERS, None, select(GroupMember.exchange_id),
            (GroupMember.exchange_id.in_(old),),
        ),
        (DataKind.GROUPS, None, select(QuestionGroup.id), (QuestionGroup.id.not_in(staying),)),
        (
            DataKind.THREADS, periods.threads, threads,
            (Handover.status == "ended", Handover.ended_at < ended),
        ),
        (DataKind.LEFT, periods.threads, left, (Handover.keep_until < moment,)),
        (
            DataKind.FAILURES, KEPT.days, select(SignInFailure.id),
            (SignInFailure.at < moment - KEPT,),
        ),
        (DataKind.PROPOSALS, None, select(Proposal.id), never),
        (DataKind.AUDIT, None, select(AuditEntry.id), never),
    ]  # fmt: skip


def _count(session: Session, rows: Any, *conditions: Any) -> int:
    if conditions == (False,):
        return 0
    found = rows.where(*conditions) if conditions else rows
    return int(session.scalar(select(func.count()).select_from(found.subquery())) or 0)

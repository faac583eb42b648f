"""How long each kind of data is kept; what the preview counts is what a clean-up deletes."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from cryptography.fernet import Fernet
from sqlalchemy import func, select, update

from actions.reply import Reply, Status
from api.store.audit import COMMAND_LINE, Actor, note
from api.store.database import Database, now
from api.store.exchanges import Exchanges
from api.store.handovers import Handovers
from api.store.options import HandoverOptions, Options
from api.store.retention import DataKind, PeriodError, Periods, Retention
from api.store.tables import (
    Account,
    AuditEntry,
    Exchange,
    GroupMember,
    Handover,
    Proposal,
    QuestionGroup,
    SignInFailure,
    Verdict,
)

MONTH = Periods(30, 30)
REPLY = Reply(status=Status.UNKNOWN, messages=(), language="nl")


@pytest.fixture
def retention(database: Database) -> Retention:
    return Retention(database, 30)


@pytest.fixture
def handovers(database: Database) -> Handovers:
    return Handovers(database, Fernet.generate_key())


@pytest.fixture
def an(database: Database) -> Actor:
    with database.session() as session:
        account = Account(
            name="an", shown_name="An", role="administrator", languages=[], created_at=now()
        )  # fmt: skip
        session.add(account)
        session.flush()
        return Actor(int(account.id), "an")


def move(database: Database, table: Any, id_: Any, **values: Any) -> None:
    with database.session() as session:
        session.execute(
            update(table)
            .where(table.id == id_)
            .values(**values)
            .execution_options(synchronize_session=False)
        )


def asked(database: Database, conversation: str, days: float) -> str:
    exchange_id = Exchanges(database).add(conversation, "vraag", REPLY, 1)
    move(database, Exchange, exchange_id, created_at=now() - timedelta(days=days))
    return exchange_id


def grouped(database: Database, *exchange_ids: str) -> int:
    with database.session() as session:
        group = QuestionGroup(
            created_at=now(), centroid=b"", counted=len(exchange_ids), state="open", nearest=[]
        )
        session.add(group)
        session.flush()
        for one in exchange_ids:
            session.add(GroupMember(exchange_id=one, group_id=group.id, vector=b""))
        return int(group.id)


def counts(retention: Retention, periods: Periods = MONTH) -> dict[DataKind, tuple[int, int]]:
    return {one.kind: (one.rows, one.next) for one in retention.holdings(periods)}


def clean_up(database: Database, handovers: Handovers, retention: Retention) -> None:
    """As the server does each hour."""
    periods, exchanges = retention.periods(), Exchanges(database)
    for conversation in exchanges.conversations_before(timedelta(days=periods.exchanges)):
        exchanges.erase(conversation)
    handovers.expire(timedelta(days=periods.threads))
    retention.delete_the_rest()


def left(database: Database) -> dict[str, int]:
    tables = (
        Exchange, Verdict, GroupMember, QuestionGroup, Handover, SignInFailure, Proposal,
        AuditEntry,
    )  # fmt: skip
    with database.reading() as session:
        return {
            table.__name__: session.scalar(select(func.count()).select_from(table)) or 0
            for table in tables
        }


def test_exchanges_with_all_that_hangs_on_them(
    database: Database, retention: Retention, handovers: Handovers, an: Actor
) -> None:
    old, older, new = asked(database, "a", 31), asked(database, "a", 40), asked(database, "b", 29)
    both = asked(database, "c", 40)
    asked(database, "c", 1)  # the conversation went on
    with database.session() as session:
        for one in (old, new):
            session.add(
                Verdict(exchange_id=one, account_id=an.account_id, at=now(), verdict="wrong")
            )
        session.add(
            Proposal(
                created_at=now(), account_id=an.account_id, kind="question", change={},
                exchange_id=old, status="open",
            )
        )  # fmt: skip
    gone, mixed = grouped(database, old), grouped(database, older, new)
    assert both
    shown = counts(retention)
    assert shown[DataKind.EXCHANGES] == (5, 2)
    assert shown[DataKind.VERDICTS] == (2, 1)
    assert shown[DataKind.MEMBERS] == (3, 2)
    assert shown[DataKind.GROUPS] == (2, 1)
    assert shown[DataKind.PROPOSALS] == (1, 0)
    clean_up(database, handovers, retention)
    after = left(database)
    assert (after["Exchange"], after["Verdict"], after["GroupMember"]) == (3, 1, 1)
    with database.reading() as session:
        assert session.get(QuestionGroup, gone) is None
        assert session.get(QuestionGroup, mixed) is not None
        assert session.scalars(select(Proposal.exchange_id)).one() is None
    assert counts(retention)[DataKind.EXCHANGES] == (3, 0)


def test_a_group_without_questions(
    database: Database, retention: Retention, handovers: Handovers
) -> None:
    grouped(database)
    assert counts(retention)[DataKind.GROUPS] == (1, 1)
    clean_up(database, handovers, retention)
    assert left(database)["QuestionGroup"] == 0


def test_threads_after_their_end(
    database: Database, retention: Retention, handovers: Handovers
) -> None:
    for name, days in (("old", 31), ("lately", 29)):
        thread = handovers.ask(name, "nl", None)
        handovers.end(name)
        move(database, Handover, thread.id, ended_at=now() - timedelta(days=days))
    waits = handovers.ask("waits", "nl", None)
    move(database, Handover, waits.id, created_at=now() - timedelta(days=90))
    assert counts(retention)[DataKind.THREADS] == (3, 1)
    assert counts(retention, Periods(30, 28))[DataKind.THREADS] == (3, 2)
    clean_up(database, handovers, retention)
    assert handovers.thread("old") is None
    assert counts(retention)[DataKind.THREADS] == (2, 0)


def test_left_questions_with_their_contacts(
    database: Database, retention: Retention, handovers: Handovers
) -> None:
    past = handovers.leave_question("past", "Waar?", "x@example.org", 30, "nl")
    move(database, Handover, past.id, keep_until=now() - timedelta(hours=1))
    handovers.leave_question("kept", "Waar?", "x@example.org", 30, "nl")
    assert counts(retention)[DataKind.LEFT] == (2, 1)
    # What the person was told stays.
    assert counts(retention, Periods(30, 1))[DataKind.LEFT] == (2, 1)
    clean_up(database, handovers, retention)
    with database.reading() as session:
        assert list(session.scalars(select(Handover.conversation_id))) == ["kept"]


def test_failed_sign_ins(database: Database, retention: Retention, handovers: Handovers) -> None:
    with database.session() as session:
        for hours in (23, 25):
            at = now() - timedelta(hours=hours)
            session.add(SignInFailure(name="an", address="::1", at=at))
    assert counts(retention)[DataKind.FAILURES] == (2, 1)
    clean_up(database, handovers, retention)
    assert counts(retention)[DataKind.FAILURES] == (1, 0)


def test_what_is_kept_for_ever(
    database: Database, retention: Retention, handovers: Handovers, an: Actor
) -> None:
    long_ago = now() - timedelta(days=4000)
    with database.session() as session:
        note(session, COMMAND_LINE, "thing.done", "thing")
        session.add(
            Proposal(
                created_at=long_ago, account_id=an.account_id, kind="question", change={},
                status="accepted",
            )
        )  # fmt: skip
    shown = counts(retention, Periods(1, 1))
    assert shown[DataKind.PROPOSALS] == shown[DataKind.AUDIT] == (1, 0)
    clean_up(database, handovers, retention)
    assert (left(database)["Proposal"], left(database)["AuditEntry"]) == (1, 1)


def test_the_preview_reckons_with_other_days(database: Database, retention: Retention) -> None:
    asked(database, "a", 8)
    asked(database, "b", 3)
    assert counts(retention)[DataKind.EXCHANGES] == (2, 0)
    assert counts(retention, Periods(7, 30))[DataKind.EXCHANGES] == (2, 1)
    assert counts(retention, Periods(2, 30))[DataKind.EXCHANGES] == (2, 2)
    assert retention.periods() == MONTH


def test_periods_are_chosen_and_noted(database: Database, retention: Retention, an: Actor) -> None:
    Options(database).write(HandoverOptions(enabled=True, silence_minutes=7), an)
    assert retention.periods() == MONTH
    retention.change(an, Periods(7, 14))
    assert retention.periods() == Periods(7, 14)
    chosen = Options(database).read(HandoverOptions)
    assert (chosen.enabled, chosen.silence_minutes, chosen.keep_days) == (True, 7, 14)
    retention.change(an, Periods(7, 14))  # nothing new: nothing is noted
    with database.reading() as session:
        noted = session.scalars(select(AuditEntry).order_by(AuditEntry.id))
        assert [(one.object, one.who) for one in noted] == [
            ("handover", "an"), ("retention", "an"), ("handover", "an"),
        ]  # fmt: skip


@pytest.mark.parametrize(
    ("periods", "problem"),
    [
        (Periods(0, 30), "exchanges"),
        (Periods(3651, 30), "exchanges"),
        (Periods(30, 0), "threads"),
        (Periods(30, 366), "threads"),
    ],
)
def test_periods_have_bounds(
    retention: Retention, an: Actor, periods: Periods, problem: str
) -> None:
    with pytest.raises(PeriodError, match=problem):
        retention.change(an, periods)
    assert retention.periods() == MONTH

"""Verdicts of caseworkers."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from actions.reply import Message, Reply, Status
from api.store.audit import Actor
from api.store.database import Database, now
from api.store.exchanges import Exchanges
from api.store.tables import Account, AuditEntry
from api.store.verdicts import LONGEST_REASON, VerdictError, VerdictKind, Verdicts

REPLY = Reply(status=Status.ANSWERED, messages=(Message(text="Bel een huisarts."),), language="nl")


@pytest.fixture
def actors(database: Database) -> tuple[Actor, Actor]:
    """Two caseworkers."""
    made = []
    with database.session() as session:
        for name in ("an", "bert"):
            account = Account(
                name=name, shown_name=name.title(), role="caseworker", created_at=now()
            )
            session.add(account)
            session.flush()
            made.append(Actor(account.id, name))
    return made[0], made[1]


@pytest.fixture
def exchange_id(database: Database) -> str:
    return Exchanges(database).add("c1", "huisarts", REPLY, 1)


def test_verdicts_of_two_people_are_both_kept(
    database: Database, actors: tuple[Actor, Actor], exchange_id: str
) -> None:
    verdicts = Verdicts(database)
    assert verdicts.add(actors[0], exchange_id, VerdictKind.RIGHT)
    assert verdicts.add(actors[1], exchange_id, VerdictKind.WRONG, " te oud ", "dentist.flanders")
    first, second = verdicts.of(exchange_id)
    assert (first.kind, first.reason, first.right_card, first.who) == ("right", "", None, "An")
    assert (second.kind, second.reason, second.who) == ("wrong", "te oud", "Bert")
    assert second.right_card == "dentist.flanders"
    assert abs(now() - second.at) < timedelta(minutes=1)
    assert verdicts.of_many([exchange_id, "other"]) == {
        exchange_id: [VerdictKind.RIGHT, VerdictKind.WRONG]
    }
    assert verdicts.of("other") == []


def test_a_change_of_mind_is_kept_beside_the_first_thought(
    database: Database, actors: tuple[Actor, Actor], exchange_id: str
) -> None:
    verdicts = Verdicts(database)
    for kind in (VerdictKind.RIGHT, VerdictKind.OUTDATED, VerdictKind.RIGHT):
        assert verdicts.add(actors[0], exchange_id, kind, "want")
    assert [one.kind for one in verdicts.of(exchange_id)] == ["right", "outdated", "right"]


def test_a_form_that_is_sent_twice_is_one_verdict(
    database: Database, actors: tuple[Actor, Actor], exchange_id: str
) -> None:
    verdicts = Verdicts(database)
    assert verdicts.add(actors[0], exchange_id, VerdictKind.WRONG, "fout")
    assert not verdicts.add(actors[0], exchange_id, VerdictKind.WRONG, "fout\r\n")
    assert verdicts.add(actors[1], exchange_id, VerdictKind.WRONG, "fout")
    assert len(verdicts.of(exchange_id)) == 2


@pytest.mark.parametrize("kind", [kind for kind in VerdictKind if kind is not VerdictKind.RIGHT])
def test_all_but_right_needs_a_reason(
    kind: VerdictKind, database: Database, actors: tuple[Actor, Actor], exchange_id: str
) -> None:
    with pytest.raises(VerdictError) as caught:
        Verdicts(database).add(actors[0], exchange_id, kind, " \n\x00 ")
    assert caught.value.problem == "reason_missing"
    assert Verdicts(database).of(exchange_id) == []


def test_what_cannot_be_kept(
    database: Database, actors: tuple[Actor, Actor], exchange_id: str
) -> None:
    verdicts = Verdicts(database)
    with pytest.raises(VerdictError, match="reason_too_long"):
        verdicts.add(actors[0], exchange_id, VerdictKind.WRONG, "x" * (LONGEST_REASON + 1))
    Exchanges(database).erase("c1")
    with pytest.raises(VerdictError, match="gone"):
        verdicts.add(actors[0], exchange_id, VerdictKind.RIGHT)


def test_signs_that_a_database_refuses_are_left_out(
    database: Database, actors: tuple[Actor, Actor], exchange_id: str
) -> None:
    text = "می\u200cخواهم\x00 🩺\ttwee\r\nregels"
    Verdicts(database).add(actors[0], exchange_id, VerdictKind.UNSAFE, text)
    assert Verdicts(database).of(exchange_id)[0].reason == "می\u200cخواهم 🩺twee\nregels"


def test_verdicts_stand_in_the_audit_log_without_the_reason(
    database: Database, actors: tuple[Actor, Actor], exchange_id: str
) -> None:
    Verdicts(database).add(actors[0], exchange_id, VerdictKind.WRONG, "mevrouw Peeters belde")
    with database.reading() as session:
        (entry,) = session.scalars(select(AuditEntry))
        assert (entry.action, entry.object) == ("verdict.given", f"exchange {exchange_id}")
        assert (entry.who, entry.details["verdict"]) == ("an", "wrong")
        assert "Peeters" not in str(entry.details)

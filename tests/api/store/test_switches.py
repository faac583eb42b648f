"""Switches: one a thing, with a reason, and in the audit log."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import select

from api.store.audit import Actor
from api.store.database import Database, now
from api.store.switches import (
    LONGEST_MESSAGE,
    LONGEST_REASON,
    Off,
    SwitchError,
    Switches,
    SwitchKind,
)
from api.store.tables import Account, AuditEntry

BOT, TOPIC, CARD = SwitchKind


@pytest.fixture
def switches(database: Database) -> Switches:
    return Switches(database)


@pytest.fixture
def an(database: Database) -> Actor:
    with database.session() as session:
        account = Account(
            name="an", shown_name="An", role="editor", languages=[], created_at=now()
        )  # fmt: skip
        session.add(account)
        session.flush()
        return Actor(int(account.id), "an")


def test_nothing_is_off_at_first(switches: Switches) -> None:
    assert switches.off() == Off()
    assert switches.listed() == []


def test_what_is_off_and_on_again(switches: Switches, an: Actor) -> None:
    message = {"nl": " Even  geduld. ", "en": " "}
    card = switches.set(an, CARD, "a.belgium", "a wrong phone number", message)
    switches.set(an, TOPIC, "b", "law changed", {})
    off = switches.off()
    assert off == Off(None, {"b": {}}, {"a.belgium": {"nl": "Even geduld."}})
    assert off.words("a.belgium", "a") == {"nl": "Even geduld."}
    assert off.words("b.ghent", "b") == {}
    assert off.words("a.ghent", "a") is None
    assert [(one.switch.kind, one.who) for one in switches.listed()] == [
        ("topic", "An"), ("card", "An"),
    ]  # fmt: skip
    switches.lift(an, card.id, "mended")
    assert switches.off() == Off(None, {"b": {}}, {})
    assert switches.get(card.id) is None


def test_the_whole_bot_stands_first_and_is_in_everything(switches: Switches, an: Actor) -> None:
    switches.set(an, BOT, "", "an attack", {"fr": "Fermé."})
    switches.set(an, CARD, "a.belgium", "wrong", {})
    assert [one.switch.kind for one in switches.listed()] == ["bot", "card"]
    off = switches.off()
    assert off.words("b.ghent", "b") == {"fr": "Fermé."}
    assert off.words("a.belgium", "a") == {}


def test_one_switch_a_thing(switches: Switches, an: Actor) -> None:
    def set_it(_: int) -> bool:
        try:
            switches.set(an, CARD, "a.belgium", "wrong", {})
        except SwitchError as error:
            assert error.problem == "already_off"
            return False
        return True

    with ThreadPoolExecutor(4) as pool:
        assert sum(pool.map(set_it, range(4))) == 1
    (one,) = switches.listed()
    switches.lift(an, one.switch.id, "mended")
    switches.set(an, CARD, "a.belgium", "wrong again", {})
    with pytest.raises(SwitchError, match="not_off"):
        switches.lift(an, one.switch.id, "twice")


@pytest.mark.parametrize(
    ("reason", "message", "problem"),
    [
        (" ", {}, "reason_missing"),
        ("x" * (LONGEST_REASON + 1), {}, "reason_too_long"),
        ("x", {"nl": "x" * (LONGEST_MESSAGE + 1)}, "message_too_long"),
    ],
)
def test_what_is_refused(
    switches: Switches, an: Actor, reason: str, message: dict[str, str], problem: str
) -> None:
    with pytest.raises(SwitchError, match=problem):
        switches.set(an, CARD, "a.belgium", reason, message)
    assert switches.off() == Off()


def test_lifting_needs_a_reason_and_a_switch(switches: Switches, an: Actor) -> None:
    switch = switches.set(an, CARD, "a.belgium", "wrong", {})
    with pytest.raises(SwitchError, match="reason_missing"):
        switches.lift(an, switch.id, " ")
    with pytest.raises(SwitchError, match="not_off"):
        switches.lift(an, switch.id + 1, "why")
    assert "a.belgium" in switches.off().cards


def test_it_is_in_the_audit_log(switches: Switches, an: Actor, database: Database) -> None:
    switch = switches.set(an, CARD, "a.belgium", "wrong", {"nl": "Even geduld."})
    switches.lift(an, switch.id, "mended")
    with database.reading() as session:
        noted = list(session.scalars(select(AuditEntry).order_by(AuditEntry.id)))
    assert [(one.who, one.action, one.object) for one in noted] == [
        ("an", "switch.off", "card a.belgium"), ("an", "switch.on", "card a.belgium"),
    ]  # fmt: skip
    assert noted[0].details == {"reason": "wrong", "message": {"nl": "Even geduld."}}
    assert noted[1].details == {"reason": "mended"}

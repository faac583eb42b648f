"""Accounts: made, changed, locked out, and who they let in."""

from __future__ import annotations

import threading
from datetime import timedelta
from typing import Any

import pytest
from argon2 import PasswordHasher
from sqlalchemy import select, update

from api.console.roles import Role
from api.store import passwords
from api.store.accounts import Accounts, Sessions
from api.store.audit import COMMAND_LINE, Actor, Audit
from api.store.database import Database, now
from api.store.passwords import AccountError
from api.store.sign_in_failures import Locked
from api.store.tables import Account, SignInFailure

GOOD = "een lange zin over molens"
OTHER = "nog een zin over meel en brood"


@pytest.fixture(autouse=True)
def quick_hashes(monkeypatch: pytest.MonkeyPatch) -> None:
    """Argon2 with little work: what it protects against is not tested here."""
    hasher = PasswordHasher(time_cost=1, memory_cost=64, parallelism=1)
    monkeypatch.setattr(passwords, "_hasher", lambda: hasher)


@pytest.fixture
def accounts(database: Database) -> Accounts:
    return Accounts(database)


@pytest.fixture
def an(accounts: Accounts) -> Account:
    return accounts.add(COMMAND_LINE, "An", Role.ADMINISTRATOR, "An Peeters", password=GOOD)


def noted(database: Database) -> list[tuple[str, str, dict[str, Any]]]:
    entries, _ = Audit(database).latest()
    return [(one.action, one.object, one.details) for one in reversed(entries)]


def make_failures_older(database: Database, age: timedelta) -> None:
    with database.session() as session:
        for failure in session.scalars(select(SignInFailure)):
            failure.at = failure.at - age


def test_an_account_is_made_and_found(accounts: Accounts, database: Database, an: Account) -> None:
    accounts.add(COMMAND_LINE, "bo@gent.be", Role.EDITOR, languages=["ar"], console_language="fr")
    assert [one.name for one in accounts.all()] == ["an", "bo@gent.be"]
    kept = accounts.named("BO@gent.be")
    assert (kept.shown_name, kept.role, kept.languages) == ("bo@gent.be", "editor", ["ar"])
    assert (kept.console_language, kept.active, kept.password_hash) == ("fr", True, None)
    assert an.password_hash.startswith("$argon2id$")
    assert noted(database) == [
        ("account.added", "account an", {"role": "administrator", "sign_in": "password"}),
        ("account.added", "account bo@gent.be", {"role": "editor", "sign_in": "provider"}),
    ]


@pytest.mark.parametrize(
    "name", ["", "a", "an peeters", "an<b>", "server", "a" * 81, "@an", "a\nb"]
)
def test_a_name_that_cannot_be_one(accounts: Accounts, name: str) -> None:
    with pytest.raises(AccountError) as caught:
        accounts.add(COMMAND_LINE, name, Role.EDITOR)
    assert caught.value.key == "name_wrong"
    assert accounts.all() == []


def test_a_name_is_taken_once(accounts: Accounts, database: Database, an: Account) -> None:
    with pytest.raises(AccountError) as caught:
        accounts.add(COMMAND_LINE, " AN ", Role.EDITOR)
    assert caught.value.key == "name_taken"
    assert len(noted(database)) == 1


@pytest.mark.parametrize(
    ("password", "key"),
    [
        ("elf tekens.", "password_short"),
        ("x" * 257, "password_long"),
        ("Wachtwoord123", "password_common"),
        ("kkkkkkkkkkkkkk", "password_common"),
        ("annemieke-2026", "password_name"),
        ("AnnemiekeAnnemieke", "password_name"),
        ("Annemieke Claes!", "password_name"),
    ],
)
def test_a_weak_password(accounts: Accounts, password: str, key: str) -> None:
    with pytest.raises(AccountError) as caught:
        accounts.add(COMMAND_LINE, "annemieke", Role.EDITOR, "Annemieke Claes", password=password)
    assert caught.value.key == key


@pytest.mark.parametrize(
    "password", ["molenaarster", "annemieke eet soep", "كلمة سر طويلة جدا", "x" * 255 + "y"]
)
def test_any_long_words_are_good(accounts: Accounts, password: str) -> None:
    account = accounts.add(COMMAND_LINE, "annemieke", Role.EDITOR, password=password)
    assert accounts.verify("annemieke", password, "1.2.3.4").id == account.id  # type: ignore[union-attr]


def test_a_password_is_the_same_from_another_keyboard(accounts: Accounts) -> None:
    accounts.add(COMMAND_LINE, "zoë", Role.EDITOR, password="de ko\u0308nig von gent")
    assert accounts.verify("zoë", "de k\u00f6nig von gent", "1.2.3.4")


def test_only_the_right_password_is_right(accounts: Accounts, an: Account) -> None:
    found = accounts.verify(" AN ", GOOD, "1.2.3.4")
    assert found is not None and found.id == an.id
    assert accounts.verify("an", GOOD.upper(), "1.2.3.4") is None
    assert accounts.verify("an", "", "1.2.3.4") is None
    assert accounts.verify("nobody", GOOD, "1.2.3.4") is None


def test_who_has_no_password_or_is_switched_off_gets_none_of_it(
    accounts: Accounts, an: Account
) -> None:
    accounts.add(COMMAND_LINE, "bo", Role.EDITOR)
    assert accounts.verify("bo", "", "1.2.3.4") is None
    bo = accounts.add(COMMAND_LINE, "cas", Role.EDITOR, password=OTHER)
    accounts.change(COMMAND_LINE, bo.id, active=False)
    assert accounts.verify("cas", OTHER, "1.2.3.4") is None


def test_an_unknown_name_costs_the_same_work(
    accounts: Accounts, an: Account, monkeypatch: pytest.MonkeyPatch
) -> None:
    hasher = passwords._hasher()
    verified = []

    class Counting:
        def verify(self, kept: str, password: str) -> bool:
            verified.append(kept.rsplit("$", 2)[0])  # the kind of hash and its parameters
            return bool(hasher.verify(kept, password))

        def __getattr__(self, name: str) -> Any:
            return getattr(hasher, name)

    passwords._nobodys.cache_clear()
    monkeypatch.setattr(passwords, "_hasher", Counting)
    accounts.add(COMMAND_LINE, "bo", Role.EDITOR)
    for name in ("an", "bo", "nobody"):
        accounts.verify(name, "wrong", "1.2.3.4")
    passwords._nobodys.cache_clear()
    assert len(verified) == 3
    assert len(set(verified)) == 1


def test_an_old_hash_is_made_again(
    accounts: Accounts, an: Account, monkeypatch: pytest.MonkeyPatch
) -> None:
    stronger = PasswordHasher(time_cost=2, memory_cost=128, parallelism=1)
    monkeypatch.setattr(passwords, "_hasher", lambda: stronger)
    assert accounts.verify("an", "wrong", "1.2.3.4") is None
    assert accounts.named("an").password_hash == an.password_hash
    assert accounts.verify("an", GOOD, "1.2.3.4")
    assert "t=2" in accounts.named("an").password_hash
    assert accounts.verify("an", GOOD, "1.2.3.4")


@pytest.mark.parametrize("name", ["an", "nobody"])
def test_five_failures_lock_a_name(accounts: Accounts, an: Account, name: str) -> None:
    for number in range(5):
        assert accounts.verify(name, "wrong", f"1.2.3.{number}") is None
    with pytest.raises(Locked) as caught:
        accounts.verify(name, GOOD, "9.9.9.9")
    assert timedelta(minutes=14) < caught.value.until - now() <= timedelta(minutes=15)
    assert caught.value.minutes == 15
    assert accounts.verify("another", "wrong", "1.2.3.4") is None


def test_a_lock_ends(accounts: Accounts, database: Database, an: Account) -> None:
    for _ in range(4):
        accounts.verify("an", "wrong", "1.2.3.4")
    make_failures_older(database, timedelta(minutes=14))
    accounts.verify("an", "wrong", "1.2.3.4")
    # The first four are older than a quarter of an hour by then, and the lock still holds.
    make_failures_older(database, timedelta(minutes=10))
    with pytest.raises(Locked) as caught:
        accounts.verify("an", GOOD, "1.2.3.4")
    assert caught.value.minutes == 5
    make_failures_older(database, timedelta(minutes=5))
    assert accounts.verify("an", GOOD, "1.2.3.4")


def test_failures_far_apart_lock_nothing(
    accounts: Accounts, database: Database, an: Account
) -> None:
    for _ in range(8):
        accounts.verify("an", "wrong", "1.2.3.4")
        make_failures_older(database, timedelta(minutes=4))
    assert accounts.verify("an", GOOD, "1.2.3.4")


def test_a_right_password_forgets_the_failures(accounts: Accounts, an: Account) -> None:
    for _ in range(3):
        for _ in range(4):
            accounts.verify("an", "wrong", "1.2.3.4")
        assert accounts.verify("an", GOOD, "1.2.3.4")


def test_twenty_failures_lock_an_address(accounts: Accounts, an: Account) -> None:
    for number in range(20):
        accounts.verify(f"name{number}", "wrong", "1.2.3.4")
    with pytest.raises(Locked):
        accounts.verify("an", GOOD, "1.2.3.4")
    assert accounts.verify("an", GOOD, "1.2.3.5")


def test_many_at_once_do_not_get_past_the_limit(
    accounts: Accounts, database: Database, an: Account
) -> None:
    outcomes: list[str] = []

    def guess(number: int) -> None:
        try:
            accounts.verify("an", f"wrong {number}", f"1.2.3.{number}")
            outcomes.append("tried")
        except Locked:
            outcomes.append("locked")

    threads = [threading.Thread(target=guess, args=(number,)) for number in range(12)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (outcomes.count("tried"), outcomes.count("locked")) == (5, 7)


def test_a_lock_of_an_account_is_noted_and_of_no_other_name(
    accounts: Accounts, database: Database, an: Account
) -> None:
    for _ in range(5):
        accounts.verify("an", "wrong", "1.2.3.4")
        accounts.verify(OTHER, "wrong", "1.2.3.4")  # a password, typed in the wrong field
    assert [entry for entry in noted(database) if entry[0] == "sign_in.locked"] == [
        ("sign_in.locked", "account an", {})
    ]
    assert not any(OTHER in str(entry) for entry in noted(database))


def test_old_failures_are_pruned(accounts: Accounts, database: Database) -> None:
    accounts.verify("old", "wrong", "1.2.3.4")
    make_failures_older(database, timedelta(days=1, minutes=1))
    accounts.verify("new", "wrong", "1.2.3.4")
    with database.reading() as session:
        assert list(session.scalars(select(SignInFailure.name))) == ["new"]


def test_a_change_is_noted_and_nothing_else(
    accounts: Accounts, database: Database, an: Account
) -> None:
    bo = accounts.add(COMMAND_LINE, "bo", Role.CASEWORKER)
    before = len(noted(database))
    accounts.change(COMMAND_LINE, bo.id, role=Role.CASEWORKER, shown_name="bo")
    assert len(noted(database)) == before
    accounts.change(COMMAND_LINE, bo.id, role=Role.EDITOR, languages=["ar", "nl"])
    assert noted(database)[-1] == (
        "account.changed",
        "account bo",
        {"role": ["caseworker", "editor"], "languages": [[], ["ar", "nl"]]},
    )
    kept = accounts.get(bo.id)
    assert kept is not None and (kept.role, kept.languages) == ("editor", ["ar", "nl"])


def test_what_ends_sessions(accounts: Accounts, database: Database, an: Account) -> None:
    sessions = Sessions(database, 10)
    bo = accounts.add(COMMAND_LINE, "bo", Role.CASEWORKER, password=OTHER)

    def begin(account: Account = bo) -> str:
        return sessions.begin(account.id, Actor(account.id, account.name), "password")

    ans, first = begin(an), begin()
    accounts.change(COMMAND_LINE, bo.id, shown_name="Bo B.", languages=["ar"])
    assert sessions.staff(first) is not None
    accounts.change(COMMAND_LINE, bo.id, role=Role.EDITOR)
    assert sessions.staff(first) is None
    second, third = begin(), begin()
    present = sessions.staff(third)
    assert present is not None
    accounts.set_password(present.actor, bo.id, GOOD, False, present.session_id)
    assert (sessions.staff(second), sessions.staff(third)) == (None, present)
    accounts.set_password(COMMAND_LINE, bo.id, OTHER, must_change=True)
    assert sessions.staff(third) is None
    fourth = begin()
    assert sessions.staff(fourth).must_change  # type: ignore[union-attr]
    accounts.change(COMMAND_LINE, bo.id, active=False)
    accounts.change(COMMAND_LINE, bo.id, active=True)
    assert sessions.staff(fourth) is None
    fifth, sixth = begin(), begin()
    sessions.end_all(sessions.staff(fifth))  # type: ignore[arg-type]
    assert (sessions.staff(fifth), sessions.staff(sixth)) == (None, None)
    assert sessions.staff(ans) is not None
    assert GOOD not in str(noted(database)) and OTHER not in str(noted(database))


@pytest.mark.parametrize("change", [{"role": Role.EDITOR}, {"active": False}])
def test_one_administrator_is_always_left(
    accounts: Accounts, database: Database, an: Account, change: dict[str, Any]
) -> None:
    bo = accounts.add(COMMAND_LINE, "bo", Role.ADMINISTRATOR)
    accounts.change(COMMAND_LINE, bo.id, active=False)
    with pytest.raises(AccountError) as caught:
        accounts.change(COMMAND_LINE, an.id, **change)
    assert caught.value.key == "last_administrator"
    kept = accounts.get(an.id)
    assert kept is not None and (kept.role, kept.active) == ("administrator", True)
    accounts.change(COMMAND_LINE, bo.id, active=True)
    accounts.change(COMMAND_LINE, an.id, **change)


def test_two_administrators_do_not_switch_each_other_off(accounts: Accounts, an: Account) -> None:
    bo = accounts.add(COMMAND_LINE, "bo", Role.ADMINISTRATOR)
    outcomes: list[str] = []

    def switch_off(account: Account) -> None:
        try:
            accounts.change(COMMAND_LINE, account.id, active=False)
            outcomes.append("done")
        except AccountError as error:
            outcomes.append(error.key)

    threads = [threading.Thread(target=switch_off, args=(one,)) for one in (an, bo)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == ["done", "last_administrator"]
    assert [one.active for one in accounts.all()] == [True, False]


def test_an_unknown_account(accounts: Accounts) -> None:
    for action in (
        lambda: accounts.named("nobody"),
        lambda: accounts.change(COMMAND_LINE, 99, active=False),
        lambda: accounts.set_password(COMMAND_LINE, 99, GOOD, False),
    ):
        with pytest.raises(AccountError) as caught:
            action()
        assert caught.value.key == "unknown"


def test_an_account_for_the_provider_is_bound_once(
    accounts: Accounts, database: Database, an: Account
) -> None:
    issuer = "https://id.gent.be"
    bo = accounts.add(COMMAND_LINE, "bo@gent.be", Role.EDITOR)
    assert accounts.of_provider(issuer, "s1", ["cas@gent.be", ""]) is None
    found = accounts.of_provider(issuer, "s1", ["Bo@Gent.be"])
    assert found is not None and found.id == bo.id
    assert noted(database)[-1] == ("account.bound", "account bo@gent.be", {"issuer": issuer})
    assert accounts.of_provider(issuer, "s1", []).id == bo.id  # type: ignore[union-attr]
    assert accounts.of_provider(issuer, "s2", ["bo@gent.be"]) is None
    assert accounts.of_provider("https://other.be", "s1", ["bo@gent.be"]) is None
    accounts.change(COMMAND_LINE, bo.id, active=False)
    assert accounts.of_provider(issuer, "s1", []) is None


def test_a_provider_does_not_take_an_account_with_a_password(
    accounts: Accounts, database: Database, an: Account
) -> None:
    assert accounts.of_provider("https://id.gent.be", "s1", ["an"]) is None
    bo = accounts.add(COMMAND_LINE, "bo", Role.EDITOR)
    with database.session() as session:
        session.execute(update(Account).where(Account.id == bo.id).values(active=False))
    assert accounts.of_provider("https://id.gent.be", "s1", ["bo"]) is None

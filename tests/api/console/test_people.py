"""Administrators add people, change them, and switch them off."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from argon2 import PasswordHasher
from starlette.testclient import TestClient

from api.console.roles import Role
from api.store import passwords
from api.store.accounts import Accounts
from api.store.audit import COMMAND_LINE, Audit
from api.store.database import Database

GOOD = "een lange zin over molens"


@pytest.fixture(autouse=True)
def quick_hashes(monkeypatch: pytest.MonkeyPatch) -> None:
    """Argon2 with little work: what it protects against is not tested here."""
    hasher = PasswordHasher(time_cost=1, memory_cost=64, parallelism=1)
    monkeypatch.setattr(passwords, "_hasher", lambda: hasher)


@pytest.fixture
def accounts(database: Database) -> Accounts:
    return Accounts(database)


@pytest.fixture
def chief(sign_in: Callable[..., Any]) -> Any:
    """The browser of an administrator."""
    return sign_in(Role.ADMINISTRATOR, name="chief")


def shown_password(page: Any) -> str:
    found = re.search(r"<code>(.+?)</code>", page.text)
    assert found
    return found[1]


def test_everybody_is_listed(chief: Any, accounts: Accounts) -> None:
    accounts.add(COMMAND_LINE, "bo", Role.EDITOR, "<i>Bo</i>", ["ar", "tr"], password=GOOD)
    gone = accounts.add(COMMAND_LINE, "cas", Role.CASEWORKER)
    accounts.change(COMMAND_LINE, gone.id, active=False)
    page = chief.get("/console/people").text
    assert "&lt;i&gt;Bo&lt;/i&gt;" in page and "<i>Bo" not in page
    assert "ar, tr" in page
    assert "with a password" in page and "through the organisation" in page
    assert "switched off" in page
    assert "argon2" not in page


def test_a_one_time_password_is_shown_once(
    chief: Any, server: TestClient, accounts: Accounts, database: Database
) -> None:
    answer = chief.submit(
        "/console/people", name="Bo@Gent.be", shown_name="Bo", role="editor",
        console_language="fr", languages=["ar", "nl", "xx"], sign_in="password",
    )  # fmt: skip
    assert answer.status_code == 200
    assert answer.headers["cache-control"] == "no-store"
    password = shown_password(answer)
    assert len(password) >= 16
    account = accounts.verify("bo@gent.be", password, "1.2.3.4")
    assert account is not None
    assert (account.role, account.console_language, account.must_change) == ("editor", "fr", True)
    assert sorted(account.languages) == ["ar", "nl"]
    assert password not in chief.get("/console/people").text
    assert password not in chief.get(f"/console/people/{account.id}").text
    (entry,), _ = Audit(database).latest("account.added")
    assert (entry.who, entry.object) == ("chief", "account bo@gent.be")
    assert password not in str(entry.details)


def test_somebody_who_signs_in_through_the_organisation(chief: Any, accounts: Accounts) -> None:
    answer = chief.submit("/console/people", name="bo", role="caseworker", sign_in="provider")
    assert answer.headers["location"] == "/console/people?done=account_added"
    account = accounts.named("bo")
    assert (account.password_hash, account.must_change) == (None, False)


@pytest.mark.parametrize(
    ("name", "status", "words"),
    [
        ("chief", 422, "name chief already"),
        ("b o", 422, "cannot be a name"),
        ("", 422, "cannot be"),
    ],
)
def test_a_name_that_cannot_be(chief: Any, name: str, status: int, words: str) -> None:
    answer = chief.submit(
        "/console/people", name=name, role="editor", shown_name="Kept words", languages="ar"
    )
    assert answer.status_code == status
    assert words in answer.text
    assert 'value="Kept words"' in answer.text
    assert re.search(r'value="ar" checked', answer.text)
    assert re.search(r'value="editor" required checked', answer.text)


@pytest.mark.parametrize("role", ["", "boss"])
def test_a_role_that_is_none(chief: Any, accounts: Accounts, role: str) -> None:
    assert chief.submit("/console/people", name="bo", role=role).status_code == 422
    assert [one.name for one in accounts.all()] == ["chief"]


def test_a_change_of_role_is_at_once(
    chief: Any, accounts: Accounts, sign_in: Callable[..., Any], database: Database
) -> None:
    bo = sign_in(Role.EDITOR, name="bo")
    path = f"/console/people/{bo.account_id}"
    assert re.search(r'value="editor" required checked', chief.get(path).text)
    answer = chief.submit(
        path, role="caseworker", shown_name="Bo B.", console_language="en", active="yes"
    )
    assert answer.headers["location"] == "/console/people?done=person_changed"
    assert bo.get("/console", follow_redirects=False).status_code == 303
    kept = accounts.named("bo")
    assert (kept.role, kept.shown_name, kept.languages, kept.active) == (
        "caseworker", "Bo B.", [], True,
    )  # fmt: skip
    (entry,), _ = Audit(database).latest("account.changed")
    assert entry.who == "chief"
    assert entry.details["role"] == ["editor", "caseworker"]


def test_somebody_is_switched_off_and_on(
    chief: Any, accounts: Accounts, sign_in: Callable[..., Any]
) -> None:
    bo = sign_in(Role.EDITOR, name="bo")
    path = f"/console/people/{bo.account_id}"
    chief.submit(path, role="editor")
    assert not accounts.named("bo").active
    assert bo.get("/console", follow_redirects=False).status_code == 303
    chief.submit(path, role="editor", active="yes")
    assert accounts.named("bo").active
    assert bo.get("/console", follow_redirects=False).status_code == 303


def test_the_last_administrator_stays(chief: Any, accounts: Accounts) -> None:
    path = f"/console/people/{chief.account_id}"
    for form in ({"role": "editor", "active": "yes"}, {"role": "administrator"}):
        answer = chief.submit(path, **form)
        assert answer.status_code == 409
        assert "last administrator" in answer.text
    assert chief.get("/console/people").status_code == 200


def test_a_password_that_was_forgotten(
    chief: Any, accounts: Accounts, sign_in: Callable[..., Any], database: Database
) -> None:
    bo = sign_in(Role.EDITOR, name="bo")
    accounts.set_password(COMMAND_LINE, bo.account_id, GOOD, False)
    answer = chief.submit(f"/console/people/{bo.account_id}/password")
    assert answer.status_code == 200
    password = shown_password(answer)
    assert accounts.verify("bo", GOOD, "1.2.3.4") is None
    account = accounts.verify("bo", password, "1.2.3.4")
    assert account is not None and account.must_change
    assert bo.get("/console", follow_redirects=False).status_code == 303
    (entry, _), _ = Audit(database).latest("account.password_set")
    assert (entry.who, entry.details) == ("chief", {})


def test_somebody_unknown(chief: Any) -> None:
    assert chief.get("/console/people/99").status_code == 404
    assert chief.submit("/console/people/99", role="editor").status_code == 404
    assert chief.submit("/console/people/99/password").status_code == 404


def test_an_editor_changes_nobody(sign_in: Callable[..., Any], accounts: Accounts) -> None:
    bo = sign_in(Role.EDITOR, name="bo")
    answer = bo.submit(f"/console/people/{bo.account_id}", role="administrator", active="yes")
    assert answer.status_code == 403
    assert accounts.named("bo").role == "editor"

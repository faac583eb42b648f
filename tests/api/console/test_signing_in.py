"""Signing in with a password, one's own account, and signing out."""

from __future__ import annotations

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
from api.store.tables import Account

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
    return accounts.add(COMMAND_LINE, "an", Role.EDITOR, console_language="en", password=GOOD)


def send(
    browser: TestClient, name: str = "an", password: str = GOOD, next: str = "", **headers: str
) -> Any:
    form = {"name": name, "password": password, **({"next": next} if next else {})}
    return browser.post("/console/sign-in", data=form, headers=headers, follow_redirects=False)


def csrf_of(page: Any) -> str:
    found: str = page.text.split('name="csrf" value="')[1].split('"')[0]
    return found


def test_signing_in(server: TestClient, an: Account, database: Database) -> None:
    form = server.get("/console/sign-in?next=/console/account")
    assert form.status_code == 200
    assert form.headers["cache-control"] == "no-store"
    assert form.headers["referrer-policy"] == "same-origin"
    answer = send(server, " AN ", next="/console/account?x=1")
    assert (answer.status_code, answer.headers["location"]) == (303, "/console/account?x=1")
    cookie = answer.headers["set-cookie"].lower()
    for word in ("httponly", "secure", "samesite=lax", "path=/console"):
        assert word in cookie
    assert "Welcome, an." in server.get("/console").text
    assert server.get("/console/sign-in", follow_redirects=False).status_code == 303
    (entry,), _ = Audit(database).latest("signed_in")
    assert (entry.account_id, entry.details) == (an.id, {"how": "password"})


@pytest.mark.parametrize(
    "elsewhere",
    [
        "https://evil.example/", "//evil.example", "/\\evil.example", "/consolex", "/",
        "javascript:alert(1)", "/console//evil.example", "/console\\..\\x",
    ],
)  # fmt: skip
def test_signing_in_leads_nowhere_else(server: TestClient, an: Account, elsewhere: str) -> None:
    assert f'value="{elsewhere}"' not in server.get(f"/console/sign-in?next={elsewhere}").text
    assert send(server, next=elsewhere).headers["location"] == "/console"


@pytest.mark.parametrize("name", ["an", "nobody", "bo", "cas", "<b>x</b>"])
def test_what_is_wrong_is_not_told(
    server: TestClient, accounts: Accounts, an: Account, name: str
) -> None:
    accounts.add(COMMAND_LINE, "bo", Role.EDITOR)
    cas = accounts.add(COMMAND_LINE, "cas", Role.EDITOR, password=OTHER)
    accounts.change(COMMAND_LINE, cas.id, active=False)
    password = OTHER if name == "cas" else "wrong"
    answer = send(server, name, password, **{"Accept-Language": "en"})
    assert answer.status_code == 403
    assert "do not belong together" in answer.text
    assert "set-cookie" not in answer.headers
    assert password not in answer.text
    assert "<b>x" not in answer.text


@pytest.mark.parametrize("name", ["an", "nobody"])
def test_the_lock_says_when_to_try_again(server: TestClient, an: Account, name: str) -> None:
    for _ in range(5):
        assert send(server, name, "wrong").status_code == 403
    answer = send(server, name, **{"Accept-Language": "fr"})
    assert answer.status_code == 429
    assert answer.headers["retry-after"] == "900"
    assert "Réessayez dans 15 min" in answer.text
    assert "set-cookie" not in answer.headers


def test_the_session_is_new_at_each_sign_in(server: TestClient, an: Account) -> None:
    server.cookies.set("wegwijs_console", "chosen by somebody else", path="/console")
    send(server)
    first = server.cookies.get("wegwijs_console", path="/console", domain="wegwijs.test")
    assert first and first != "chosen by somebody else"
    send(server)
    second = server.cookies.get("wegwijs_console", path="/console", domain="wegwijs.test")
    assert second and second != first
    other = TestClient(server.app, base_url="https://wegwijs.test")
    other.cookies.set("wegwijs_console", first, path="/console")
    assert other.get("/console", follow_redirects=False).status_code == 303


@pytest.mark.parametrize(
    ("headers", "allowed"),
    [
        ({"Sec-Fetch-Site": "same-origin", "Origin": "null"}, True),
        ({"Origin": "https://wegwijs.test"}, True),
        ({}, True),
        ({"Sec-Fetch-Site": "cross-site"}, False),
        ({"Sec-Fetch-Site": "same-site", "Origin": "https://wegwijs.test"}, False),
        ({"Sec-Fetch-Site": "none"}, False),
        ({"Origin": "https://evil.example"}, False),
        ({"Origin": "null"}, False),
    ],
)
def test_another_site_signs_nobody_in(
    server: TestClient, an: Account, headers: dict[str, str], allowed: bool
) -> None:
    answer = send(server, **headers)
    assert answer.status_code == (303 if allowed else 403)
    assert ("set-cookie" in answer.headers) == allowed


def test_a_password_never_travels_in_the_open(server: TestClient, an: Account) -> None:
    plain = TestClient(server.app, base_url="http://wegwijs.test")
    for answer in (plain.get("/console/sign-in"), send(plain)):
        assert answer.status_code == 400
        assert "https" in answer.text
        assert "set-cookie" not in answer.headers
        assert 'type="password"' not in answer.text
    here = TestClient(server.app, base_url="http://localhost:8000")
    answer = send(here)
    assert answer.status_code == 303
    assert "secure" not in answer.headers["set-cookie"].lower()


def test_signing_out(server: TestClient, sign_in: Callable[..., Any]) -> None:
    browser, other = sign_in(), sign_in()
    token = browser.cookies.get("wegwijs_console")
    answer = browser.submit("/console/sign-out")
    assert answer.headers["location"] == "/console/sign-in?done=signed_out"
    page = browser.get("/console/sign-in?done=signed_out", headers={"Accept-Language": "en"})
    assert "You are signed out." in page.text
    browser.cookies.set("wegwijs_console", token, path="/console")
    assert browser.get("/console", follow_redirects=False).status_code == 303
    assert other.get("/console").status_code == 200


def test_signing_out_everywhere(server: TestClient, an: Account) -> None:
    browsers = [TestClient(server.app, base_url="https://wegwijs.test") for _ in range(2)]
    for browser in browsers:
        send(browser)
    csrf = csrf_of(browsers[0].get("/console/account"))
    path = "/console/account/sign-out-everywhere"
    answer = browsers[0].post(path, data={"csrf": csrf}, follow_redirects=False)
    assert answer.status_code == 303
    for browser in browsers:
        assert browser.get("/console", follow_redirects=False).status_code == 303


def test_ones_own_account(sign_in: Callable[..., Any], accounts: Accounts) -> None:
    browser = sign_in(Role.CASEWORKER)
    page = browser.get("/console/account").text
    assert 'name="shown_name" value="Caseworker0"' in page
    assert "You have no password here" in page
    languages = ["ar", "xx", "nl"]
    answer = browser.submit(
        "/console/account", shown_name=" <b>An</b>  P. ", console_language="fr",
        languages=languages, role="administrator", active="",
    )  # fmt: skip
    assert answer.headers["location"] == "/console/account?done=account_changed"
    kept = accounts.get(browser.account_id)
    assert kept is not None
    assert (kept.shown_name, kept.console_language) == ("<b>An</b> P.", "fr")
    assert sorted(kept.languages) == ["ar", "nl"]
    assert (kept.role, kept.active) == ("caseworker", True)
    page = browser.get("/console/account?done=account_changed").text
    assert "Vos données sont enregistrées." in page
    assert "&lt;b&gt;An&lt;/b&gt; P." in page and "<b>An" not in page


@pytest.fixture
def signed_in(server: TestClient, an: Account) -> Callable[..., Any]:
    """Sends the form for one's own password from a browser in which An signed in."""
    send(server)

    def change(present: str, password: str, again: str) -> Any:
        form = {
            "csrf": csrf_of(server.get("/console/account")),
            "present": present, "password": password, "again": again,
        }  # fmt: skip
        return server.post("/console/account/password", data=form, follow_redirects=False)

    return change


def test_ones_own_password(
    server: TestClient, accounts: Accounts, signed_in: Callable[..., Any]
) -> None:
    elsewhere = TestClient(server.app, base_url="https://wegwijs.test")
    send(elsewhere)
    answer = signed_in(GOOD, OTHER, OTHER)
    assert answer.headers["location"] == "/console/account?done=password_changed"
    assert server.get("/console", follow_redirects=False).status_code == 200
    assert elsewhere.get("/console", follow_redirects=False).status_code == 303
    assert accounts.verify("an", GOOD, "1.2.3.4") is None
    assert accounts.verify("an", OTHER, "1.2.3.4") is not None


@pytest.mark.parametrize(
    ("present", "password", "again", "status", "words"),
    [
        ("wrong", OTHER, OTHER, 403, "current password is not correct"),
        (GOOD, OTHER, "something else", 422, "are not the same"),
        (GOOD, GOOD, GOOD, 422, "same as the old"),
        (GOOD, "kort", "kort", 422, "too short"),
        (GOOD, "wachtwoord123", "wachtwoord123", 422, "Many people"),
    ],
)
def test_ones_own_password_that_cannot_be(
    accounts: Accounts, signed_in: Callable[..., Any], present: str, password: str, again: str,
    status: int, words: str,
) -> None:  # fmt: skip
    answer = signed_in(present, password, again)
    assert answer.status_code == status
    assert words in answer.text
    assert accounts.verify("an", GOOD, "1.2.3.4") is not None


def test_the_present_password_cannot_be_guessed_at(signed_in: Callable[..., Any]) -> None:
    for _ in range(5):
        assert signed_in("wrong", OTHER, OTHER).status_code == 403
    assert signed_in(GOOD, OTHER, OTHER).status_code == 429


def test_a_one_time_password_is_changed_first(server: TestClient, accounts: Accounts) -> None:
    account = accounts.add(
        COMMAND_LINE, "bo", Role.EDITOR, console_language="en", password=GOOD, must_change=True
    )
    answer = send(server, "bo", next="/console/people")
    assert answer.headers["location"] == "/console/account"
    refused = server.get("/console")
    assert refused.status_code == 403
    assert "password of your own" in refused.text
    page = server.get("/console/account")
    assert "Somebody else chose your password" in page.text
    form = {"csrf": csrf_of(page), "present": GOOD, "password": OTHER, "again": OTHER}
    answer = server.post("/console/account/password", data=form, follow_redirects=False)
    assert answer.headers["location"] == "/console?done=password_changed"
    assert server.get("/console").status_code == 200
    kept = accounts.get(account.id)
    assert kept is not None and not kept.must_change


def test_who_must_choose_a_password_can_sign_out(sign_in: Callable[..., Any]) -> None:
    browser = sign_in(Role.EDITOR, must_change=True)
    answer = browser.submit("/console/sign-out")
    assert answer.headers["location"] == "/console/sign-in?done=signed_out"

"""Signing in, one's own account, people and the audit log, in a real browser."""

from __future__ import annotations

from typing import Any

import pytest
from argon2 import PasswordHasher
from axe import check_axe
from browsing import DESKTOP, PHONE, NewPage, Watch
from console_server import ConsoleServer
from playwright.sync_api import Page, expect

from api.console.roles import Role
from api.store import passwords
from api.store.accounts import Accounts
from api.store.audit import COMMAND_LINE

pytestmark = pytest.mark.browser

GOOD = "een lange zin over molens"
OTHER = "nog een zin over meel en brood"
SIZES: list[Any] = [pytest.param(DESKTOP, id="desktop"), pytest.param(PHONE, id="phone")]


@pytest.fixture(autouse=True)
def quick_hashes(monkeypatch: pytest.MonkeyPatch) -> None:
    """Argon2 with little work: what it protects against is not tested here."""
    hasher = PasswordHasher(time_cost=1, memory_cost=64, parallelism=1)
    monkeypatch.setattr(passwords, "_hasher", lambda: hasher)


@pytest.fixture(autouse=True)
def refusals(watch: Watch) -> None:
    """The browser reports each page that refuses something."""
    watch.allowed_errors += ["status of 403", "status of 422", "status of 429"]


def fits(page: Page) -> None:
    wide = page.evaluate("document.documentElement.scrollWidth - innerWidth")
    assert wide <= 0, "the page scrolls sideways"


def sound(page: Page) -> None:
    check_axe(page)
    fits(page)


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_signing_in_with_the_keyboard(
    size: dict[str, Any], scheme: str, new_page: NewPage, console: ConsoleServer
) -> None:
    Accounts(console.database).add(
        COMMAND_LINE, "amina", Role.CASEWORKER, "Amina El Idrissi", password=GOOD
    )
    page = new_page(**size, locale="nl-NL", color_scheme=scheme)
    page.goto(f"{console.url}/console/account")
    expect(page.get_by_role("heading", level=1)).to_have_text("Aanmelden")
    sound(page)
    expect(page.get_by_label("Naam")).to_be_focused()
    page.keyboard.type("amina")
    page.keyboard.press("Tab")
    page.keyboard.type("verkeerd wachtwoord")
    page.keyboard.press("Enter")
    expect(page.get_by_role("alert")).to_contain_text("horen niet bij elkaar")
    sound(page)
    expect(page.get_by_label("Wachtwoord")).to_be_focused()
    page.keyboard.type(GOOD)
    page.keyboard.press("Tab")
    page.keyboard.press("Space")
    expect(page.get_by_role("heading", level=1)).to_have_text("Mijn account")
    sound(page)
    page.goto(f"{console.url}/console")
    page.get_by_text("Amina El Idrissi", exact=False).first.focus()
    page.keyboard.press("Enter")
    page.get_by_role("button", name="Afmelden", exact=True).press("Enter")
    expect(page.get_by_role("status")).to_have_text("U bent afgemeld.")
    page.go_back()
    page.goto(f"{console.url}/console")
    expect(page.get_by_role("heading", level=1)).to_have_text("Aanmelden")


def test_the_lock(page: Page, console: ConsoleServer) -> None:
    page.goto(f"{console.url}/console/sign-in")
    for _ in range(6):
        page.get_by_label("Name").fill("amina")
        page.get_by_label("Password").fill("wrong")
        page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("alert")).to_contain_text("Try again in 15 min.")
    sound(page)


@pytest.mark.parametrize("size", SIZES)
def test_ones_own_account(size: dict[str, Any], new_page: NewPage, console: ConsoleServer) -> None:
    page = new_page(**size)
    console.sign_in(
        page, Role.EDITOR, name="amina", password_hash=passwords.hash_password(GOOD),
        must_change=True,
    )  # fmt: skip
    page.goto(f"{console.url}/console")
    expect(page.get_by_role("alert")).to_contain_text("password of your own")
    page.goto(f"{console.url}/console/account")
    sound(page)
    page.get_by_label("Current password").fill(GOOD)
    page.get_by_label("New password", exact=True).fill("wachtwoord123")
    page.get_by_label("New password again").fill("wachtwoord123")
    page.get_by_role("button", name="Change the password").click()
    expect(page.get_by_role("alert")).to_contain_text("Many people use this password")
    page.get_by_label("Current password").fill(GOOD)
    page.get_by_label("New password", exact=True).fill(OTHER)
    page.get_by_label("New password again").fill(OTHER)
    page.get_by_role("button", name="Change the password").click()
    expect(page.get_by_role("status")).to_contain_text("Your password was changed")
    page.goto(f"{console.url}/console/account")
    page.get_by_label("Shown name").fill("Amina")
    page.get_by_label("العربية").check()
    page.get_by_label("Language of these pages").select_option("fr")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("status")).to_have_text("Vos données sont enregistrées.")
    expect(page.get_by_label("العربية")).to_be_checked()
    expect(page.locator("html")).to_have_attribute("lang", "fr")
    sound(page)


@pytest.mark.parametrize("size", SIZES)
def test_people_and_the_audit_log(
    size: dict[str, Any], new_page: NewPage, console: ConsoleServer
) -> None:
    page = new_page(**size)
    console.sign_in(page, Role.ADMINISTRATOR, name="hilde", shown_name="Hilde De Smet")
    console.add_account(Role.EDITOR, name="tomasz@gent.be", shown_name="Tomasz Kowalski")
    page.goto(f"{console.url}/console")
    page.get_by_role("navigation").get_by_role("link", name="People", exact=True).press("Enter")
    sound(page)
    page.get_by_label("Name to sign in with").fill("amina@gent.be")
    page.get_by_label("Shown name").fill("Amina El Idrissi")
    page.get_by_label("editor", exact=True).check()
    page.get_by_label("Türkçe").check()
    page.get_by_role("button", name="Add somebody").press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("One-time password")
    password = page.locator("pre code").inner_text()
    sound(page)
    page.get_by_role("link", name="Done").click()
    expect(page.get_by_role("cell", name="amina@gent.be")).to_be_visible()
    page.get_by_role("link", name="Amina El Idrissi").click()
    sound(page)
    page.get_by_label("May sign in").uncheck()
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("switched off")).to_be_visible()
    assert Accounts(console.database).verify("amina@gent.be", password, "1.2.3.4") is None
    page.get_by_role("link", name="Audit log").click()
    expect(page.get_by_role("cell", name="account amina@gent.be").first).to_be_visible()
    sound(page)
    page.get_by_label("Kind").select_option("account")
    page.get_by_role("button", name="Show").click()
    expect(page.locator("tbody tr")).to_have_count(2)
    with page.expect_download() as download:
        page.get_by_role("link", name="Download as CSV").click()
    assert "account.added" in download.value.path().read_text("utf-8")

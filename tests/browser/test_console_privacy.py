"""Switching off, periods, erasing with a receipt, and trying what is hidden: phone and desktop."""

from __future__ import annotations

from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from axe import check_axe
from browsing import DESKTOP, PHONE, NewPage
from console_server import ConsoleServer
from exchange_seeds import CARD, seed_exchanges
from playwright.sync_api import Page, expect
from sqlalchemy import update

from api.console.roles import Role
from api.store.database import now
from api.store.tables import Exchange
from knowledge.library import Library

pytestmark = pytest.mark.browser

SIZES = pytest.mark.parametrize("size", [PHONE, DESKTOP], ids=["phone", "desktop"])


@pytest.fixture
def seeded(console: ConsoleServer, console_library: Library) -> dict[str, str]:
    """Exchanges in four languages, of which one conversation left a question for a person."""

    async def memory(conversation: str) -> SimpleNamespace:
        return SimpleNamespace(events=11, slots={"place": "ghent"})

    async def erase(conversation: str) -> int:
        return 11

    engine: Any = console.state.engine
    engine.memory, engine.erase = memory, erase
    ids = seed_exchanges(console.database, console_library)
    console.state.handovers.leave_question("ar", "متى يفتح المكتب؟", "0470 12 34 56", 30, "ar")
    return ids


def check(page: Page) -> None:
    """What holds for every page at every size."""
    check_axe(page)
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), "scrolls sideways"


@SIZES
def test_a_doubtful_answer_is_switched_off_from_its_exchange(
    new_page: NewPage, console: ConsoleServer, seeded: dict[str, str], size: dict[str, Any]
) -> None:
    page = new_page(**size)
    console.sign_in(page, Role.ADMINISTRATOR)
    page.goto(f"{console.url}/console/exchanges/{seeded['ar']}")
    page.get_by_role("link", name="Switch this answer off").click()
    expect(page.locator(f"input[value='card:{CARD}']")).to_be_checked()
    check(page)
    page.get_by_label("Why", exact=True).first.fill("The number of the helpline is wrong.")
    page.locator("summary", has_text="Your own message").first.click()
    page.locator("#one_nl").fill("Dit antwoord wordt nagekeken. Bel ons op 09 210 10 10.")
    check(page)
    page.get_by_role("button", name="Switch off", exact=True).click()
    expect(page.get_by_role("status")).to_contain_text("Switched off.")
    expect(page.locator(".switches")).to_contain_text("The number of the helpline is wrong.")
    check(page)
    page.locator("summary", has_text="I want to switch off the whole").click()
    check(page)
    page.get_by_label("Why can it go on again?").fill("The number was mended.")
    page.keyboard.press("Enter")
    expect(page.get_by_role("status")).to_contain_text("Switched on again.")
    expect(page.get_by_text("Everything is on.")).to_be_visible()


@SIZES
def test_shorter_periods_are_previewed_before_they_are_kept(
    new_page: NewPage, console: ConsoleServer, seeded: dict[str, str], size: dict[str, Any]
) -> None:
    with console.database.session() as session:
        session.execute(
            update(Exchange)
            .where(Exchange.conversation_id == "ar")
            .values(created_at=now() - timedelta(days=10))
            .execution_options(synchronize_session=False)
        )
    page = new_page(**size)
    console.sign_in(page, Role.ADMINISTRATOR)
    page.goto(f"{console.url}/console/privacy")
    check(page)
    expect(page.get_by_role("button", name="Save these periods")).to_have_count(0)
    page.get_by_label("Days for questions and answers").fill("7")
    page.get_by_role("button", name="Show what this would delete").click()
    expect(page.get_by_role("status").locator(".more")).to_have_text("3")
    check(page)
    page.get_by_role("button", name="Save these periods").click()
    expect(page.get_by_role("status")).to_contain_text("Saved.")
    expect(page.get_by_label("Days for questions and answers")).to_have_value("7")


@SIZES
def test_a_conversation_is_erased_with_a_receipt(
    new_page: NewPage, console: ConsoleServer, seeded: dict[str, str], size: dict[str, Any]
) -> None:
    page = new_page(**size)
    console.sign_in(page, Role.EDITOR)
    page.goto(f"{console.url}/console/exchanges/{seeded['ar']}")
    page.get_by_role("link", name="Erase this conversation").click()
    expect(page.locator("table")).to_contain_text("Questions with their answers")
    check(page)
    with page.expect_download() as download:
        page.get_by_role("button", name="Download first").click()
    assert download.value.suggested_filename.startswith("wegwijs-")
    page.get_by_role("button", name="Erase everything").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Receipt of erasure")
    expect(page.get_by_role("button", name="Print")).to_be_visible()
    check(page)
    page.emulate_media(media="print")
    expect(page.locator(".top")).to_be_hidden()
    expect(page.locator(".code")).to_be_visible()


@SIZES
def test_what_is_hidden_of_an_arabic_text(
    new_page: NewPage, console: ConsoleServer, size: dict[str, Any]
) -> None:
    page = new_page(**size)
    console.sign_in(page, Role.CASEWORKER)
    page.goto(f"{console.url}/console/privacy")
    page.get_by_role("link", name="Try what is hidden").click()
    check(page)
    page.get_by_label("Text").fill("اسمي سارة ورقمي 0470 12 34 56، بريدي sara@example.org")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    kept = page.locator(".kept")
    expect(kept.locator("mark", has_text="telephone number")).to_be_visible()
    expect(kept.locator("mark", has_text="e-mail address")).to_be_visible()
    expect(kept).not_to_contain_text("0470")
    assert kept.evaluate("one => getComputedStyle(one).direction") == "rtl"
    check(page)

"""Finding, reading and judging exchanges, on a phone and on a desktop, also without a mouse."""

from __future__ import annotations

import pytest
from axe import check_axe
from browsing import PHONE, NewPage
from console_server import ConsoleServer
from exchange_seeds import CARD, seed_exchanges
from playwright.sync_api import Page, expect

from api.store.verdicts import Verdicts

pytestmark = pytest.mark.browser


@pytest.fixture
def ids(console: ConsoleServer) -> dict[str, str]:
    """Exchanges in four languages, by name."""
    engine = console.state.engine
    assert engine is not None
    return seed_exchanges(console.database, engine.knowledge.library)


@pytest.fixture(params=["desktop", "phone"])
def screen(request: pytest.FixtureRequest, new_page: NewPage) -> Page:
    """A page on both sizes."""
    return new_page(**(PHONE if request.param == "phone" else {}))


def stands_within_the_screen(page: Page) -> bool:
    wide: bool = page.evaluate(
        "document.documentElement.scrollWidth <= document.documentElement.clientWidth"
    )
    return wide


def test_the_pages_are_accessible_and_fit(
    screen: Page, console: ConsoleServer, ids: dict[str, str]
) -> None:
    console.sign_in(screen)
    paths = (
        "/console/exchanges?language=ar&buttons=1", f"/console/exchanges/{ids['ar']}",
        f"/console/exchanges/{ids['tr']}", "/console/try",
    )  # fmt: skip
    for path in paths:
        screen.goto(console.url + path)
        screen.evaluate("document.querySelectorAll('details').forEach((one) => (one.open = true))")
        check_axe(screen)
        assert stands_within_the_screen(screen), path


def test_a_queue_is_worked_through_with_the_keyboard_alone(
    page: Page, console: ConsoleServer, ids: dict[str, str]
) -> None:
    console.sign_in(page)
    page.goto(f"{console.url}/console/exchanges")
    keys = page.keyboard
    keys.press("/")
    expect(page.get_by_label("Words in question or answer")).to_be_focused()
    keys.type("huisarts")
    keys.press("Enter")
    expect(page.get_by_text("Found: 3", exact=True)).to_be_visible()
    first = page.locator(".results a").first
    while not first.evaluate("node => node === document.activeElement"):
        keys.press("Tab")
    keys.press("Enter")
    expect(page.get_by_role("heading", name="Verdict")).to_be_visible()
    assert ids["ar"] in page.url and "words=huisarts" in page.url

    keys.press("n")
    page.wait_for_url(f"**/{ids['nl']}?*")
    keys.press("p")
    page.wait_for_url(f"**/{ids['ar']}?*")
    keys.press("3")
    expect(page.get_by_role("radio", name="Wrong")).to_be_checked()
    expect(page.get_by_label("Why?")).to_be_focused()
    keys.type("n1: the price is not in it")
    expect(page.get_by_role("radio", name="Wrong")).to_be_checked()
    keys.press("Control+Enter")
    page.wait_for_url(f"**/{ids['nl']}?*")
    expect(page.get_by_text("Your verdict was saved.")).to_be_visible()
    keys.press("1")
    expect(page.get_by_role("radio", name="Right")).to_be_focused()
    keys.press("Enter")
    page.wait_for_url(f"**/{ids['uk']}?*")

    verdicts = Verdicts(console.database)
    (wrong,) = verdicts.of(ids["ar"])
    assert (wrong.kind, wrong.reason) == ("wrong", "n1: the price is not in it")
    assert [one.kind for one in verdicts.of(ids["nl"])] == ["right"]


def test_shortcuts_are_told_and_can_be_switched_off(
    page: Page, console: ConsoleServer, ids: dict[str, str]
) -> None:
    console.sign_in(page)
    page.goto(f"{console.url}/console/exchanges/{ids['ar']}")
    page.keyboard.press("?")
    expect(page.get_by_text("They do not work while you type")).to_be_visible()
    switch = page.get_by_role("button", name="Use shortcuts")
    expect(switch).to_have_attribute("aria-pressed", "true")
    switch.press("Enter")
    expect(page.get_by_text("Shortcuts are off.")).to_be_visible()
    page.reload()
    page.keyboard.press("1")
    expect(page.get_by_role("radio", name="Right")).not_to_be_checked()
    page.keyboard.press("n")
    assert ids["ar"] in page.url
    page.locator("details.keys summary").click()
    page.get_by_role("button", name="Use shortcuts").click()
    page.keyboard.press("2")
    expect(page.get_by_role("radio", name="Incomplete")).to_be_checked()


def test_the_right_card_is_found_while_typing(
    screen: Page, console: ConsoleServer, ids: dict[str, str]
) -> None:
    console.sign_in(screen)
    screen.goto(f"{console.url}/console/exchanges/{ids['tr']}")
    screen.get_by_role("radio", name="Wrong").check()
    screen.get_by_label("Why?").fill("there is a card")
    field = screen.get_by_label("Find a card by its title")
    field.fill("doctor flanders")
    found = screen.get_by_role("radio", name="Finding a doctor in Flanders")
    found.check()
    field.fill("no such title")
    expect(screen.get_by_text("No card with these words in its title.")).to_be_visible()
    expect(found).to_be_checked()  # what was chosen stays
    field.press("Enter")  # looks again, and saves nothing
    assert Verdicts(console.database).of(ids["tr"]) == []
    screen.get_by_role("button", name="Save", exact=True).click()
    expect(screen.get_by_text("The right card: Finding a doctor in Flanders")).to_be_visible()
    (kept,) = Verdicts(console.database).of(ids["tr"])
    assert (kept.kind, kept.right_card) == ("wrong", CARD)


def test_everything_works_without_a_script(
    new_page: NewPage, console: ConsoleServer, ids: dict[str, str]
) -> None:
    page = new_page(java_script_enabled=False)
    console.sign_in(page)
    page.goto(f"{console.url}/console/exchanges/{ids['tr']}")
    assert not page.get_by_text("Keyboard shortcuts").is_visible()
    page.get_by_label("Incomplete").check()
    page.get_by_label("Why?").fill("there is a card")
    page.get_by_label("Find a card by its title").fill("doctor flanders")
    page.get_by_role("button", name="Search").click()
    page.get_by_role("radio", name="Finding a doctor in Flanders").check()
    page.get_by_role("button", name="Save", exact=True).click()
    (kept,) = Verdicts(console.database).of(ids["tr"])
    assert (kept.kind, kept.reason, kept.right_card) == ("incomplete", "there is a card", CARD)


def test_words_of_newcomers_run_in_their_own_direction(
    phone_page: Page, console: ConsoleServer, ids: dict[str, str]
) -> None:
    console.sign_in(phone_page, language="nl")
    phone_page.goto(f"{console.url}/console/exchanges/{ids['ar']}")
    asked = phone_page.locator("#talk ~ .said.own")
    assert asked.get_attribute("lang") == "ar"
    assert asked.evaluate("node => getComputedStyle(node).direction") == "rtl"
    assert phone_page.locator("mark").first.evaluate("n => getComputedStyle(n).direction") == "rtl"
    own = phone_page.locator("section[aria-labelledby=own]")
    expect(own.get_by_text("Een huisarts vinden in Vlaanderen").first).to_be_visible()

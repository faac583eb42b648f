"""Proposals and translations, on a phone and on a desktop, by mouse and by keyboard."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from axe import check_axe
from browsing import PHONE, NewPage, Watch
from console_server import ConsoleServer, serve_console
from playwright.sync_api import Page, expect

from actions.reply import CardShown, Message, Reply, Status
from api.console.roles import Role
from api.settings import Settings
from api.store.exchanges import Exchanges
from knowledge.library import Library

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "api" / "console"))

from own_library import DOCTOR, FakeEngine, copy_library, without_encoder

pytestmark = pytest.mark.browser

ASKED = "كل الأطباء في روتردام ممتلئين، شو أعمل؟"


@pytest.fixture
def console(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[ConsoleServer]:
    """A console whose library is a copy, and whose search is not loaded."""
    without_encoder(monkeypatch)
    settings = Settings(
        data_dir=tmp_path / "data", library_dir=copy_library(tmp_path / "library"),
        watch_library=False,
    )  # fmt: skip
    library = Library.load(settings.library_dir)
    engine: Any = FakeEngine(library, settings)
    with serve_console(settings, library, engine) as running:
        yield running


@pytest.fixture
def exchange(console: ConsoleServer) -> str:
    """What a newcomer asked, in Arabic."""
    engine: Any = console.state.engine
    card = engine.knowledge.library.cards[DOCTOR]
    shown = CardShown(
        id=DOCTOR, kind="card", title=card.texts["ar"].title, language="ar", place="netherlands",
        place_name="هولندا", checked_on=card.checked_on, checked_text="x", sources=(),
        reviewed=False, revision=2,
    )  # fmt: skip
    reply = Reply(
        status=Status.ANSWERED, messages=(Message(text="في هولندا", language="ar"),), card=shown,
        language="ar", place="rotterdam", confidence=0.7,
    )  # fmt: skip
    return Exchanges(console.database).add("c1", ASKED, reply, 12, "health", "x")


def fits(page: Page) -> None:
    """Nothing makes the page scroll sideways, and axe is content."""
    wide = page.evaluate("document.documentElement.scrollWidth - innerWidth")
    assert wide <= 0, f"{page.url} is {wide} px too wide"
    check_axe(page)


@pytest.fixture(params=["desktop", "phone"])
def screen(request: pytest.FixtureRequest, new_page: NewPage) -> Page:
    return new_page(**(PHONE if request.param == "phone" else {}))


def test_a_correction_from_the_question_to_the_answer(
    screen: Page, new_page: NewPage, console: ConsoleServer, exchange: str, watch: Watch
) -> None:
    watch.allowed_errors.append("422 (")  # a form that is wrong
    page = screen
    console.sign_in(page, name="fatima", languages=["ar"])
    page.goto(f"{console.url}/console/proposals/new?exchange={exchange}&card={DOCTOR}")
    expect(page.get_by_text(ASKED)).to_be_visible()
    fits(page)
    page.get_by_role("link", name="New wording").click()
    # The newcomer's language is chosen, and the words of the file stand in the form.
    expect(page.get_by_label("Language", exact=True)).to_have_value("ar")
    page.get_by_label("Language", exact=True).select_option("en")
    page.get_by_role("button", name="Get this text").click()
    text = page.get_by_label("The text", exact=True)
    assert "practice" in text.input_value()
    fits(page)
    text.fill(text.input_value() + "\n\n## more")
    page.get_by_role("button", name="Look at what changes").click()
    # Wrong: said above the form with links, and beside the fields.
    page.get_by_role("link", name="There is a heading in it.").click()
    text = page.get_by_label("The text", exact=True)
    expect(text).to_be_focused()
    assert text.get_attribute("aria-invalid") == "true"
    fits(page)
    text.fill(text.input_value().replace("\n\n## more", " Ask a neighbour which one is good."))
    page.get_by_label("Why", exact=True).fill("People do not know where to begin.")
    page.get_by_role("button", name="Look at what changes").press("Enter")
    expect(page.locator(".line.changed ins", has_text="neighbour")).to_be_visible()
    fits(page)
    page.get_by_role("button", name="Send the proposal").click()
    expect(page.locator("main > p.done")).to_contain_text("was sent")
    # What it does to the answers comes by itself.
    expect(page.get_by_role("cell", name="worse")).to_be_visible(timeout=60_000)
    fits(page)
    number = page.url.split("?")[0].rsplit("/", 1)[1]
    editor = new_page(**(PHONE if page.viewport_size and page.viewport_size["width"] < 500 else {}))
    console.sign_in(editor, Role.EDITOR)
    editor.goto(f"{console.url}/console/proposals?status=open")
    fits(editor)
    editor.get_by_role("link", name="New wording: ").click()
    fits(editor)
    editor.get_by_role("button", name="Accept and put into the answers").press("Enter")
    expect(editor.get_by_text("Wegwijs answers with this since")).to_be_visible(timeout=60_000)
    fits(editor)
    engine: Any = console.state.engine
    assert "neighbour" in str(engine.knowledge.library.cards[DOCTOR].texts["en"].parts)
    page.goto(f"{console.url}/console/proposals/{number}")
    expect(page.get_by_text("Accepted", exact=True)).to_be_visible()


@pytest.mark.parametrize("kind", ["set_fact", "move_question", "new_card"])
def test_the_other_forms(screen: Page, console: ConsoleServer, exchange: str, kind: str) -> None:
    console.sign_in(screen, language="nl")
    card = "" if kind == "new_card" else DOCTOR
    address = f"{console.url}/console/proposals/new?exchange={exchange}&kind={kind}&card={card}"
    screen.goto(address)
    if kind == "set_fact":
        screen.get_by_role("link", name="nza_phone").click()
        expect(screen.get_by_label("Waarde", exact=True)).to_have_value("088 770 8 770")
    elif kind == "move_question":
        expect(screen.get_by_label("De vraag", exact=True)).to_have_value(ASKED)
    fits(screen)


def test_sending_back_with_a_reason(
    screen: Page, console: ConsoleServer, exchange: str, new_page: NewPage
) -> None:
    console.sign_in(screen, name="fatima")
    screen.goto(
        f"{console.url}/console/proposals/new?kind=add_question&card={DOCTOR}&exchange={exchange}"
    )
    screen.get_by_label("Why", exact=True).fill("Asked often.")
    screen.get_by_role("button", name="Look at what changes").click()
    screen.get_by_role("button", name="Send the proposal").click()
    expect(screen.locator("main > p.done")).to_be_visible()
    editor = new_page()
    console.sign_in(editor, Role.EDITOR)
    editor.goto(screen.url.split("?")[0])
    editor.get_by_label("What must be different?").fill("Leave the town out.")
    editor.get_by_role("button", name="Send back").click()
    expect(editor.get_by_text("The proposal was sent back.")).to_be_visible()
    screen.goto(screen.url.split("?")[0])
    expect(screen.get_by_text("Leave the town out.")).to_be_visible()
    fits(screen)
    screen.get_by_role("link", name="Change the proposal").click()
    expect(screen.get_by_label("The question", exact=True)).to_have_value(ASKED)


def test_a_translation_is_approved(screen: Page, console: ConsoleServer, exchange: str) -> None:
    console.sign_in(screen, name="samira", languages=["ar", "tr"])
    screen.goto(f"{console.url}/console/translations")
    fits(screen)
    row = screen.get_by_role("row").nth(1)
    expect(row.get_by_role("cell", name="Arabic")).to_be_visible()
    row.get_by_role("link").click()
    fits(screen)
    screen.get_by_role("link", name="Correct the translation").click()
    fits(screen)
    screen.get_by_role("link", name="Do not correct").click()
    screen.get_by_role("button", name="The translation is right").click()
    expect(screen.get_by_text("The translation was approved.")).to_be_visible()
    text = console.state.settings.library_dir / "topics/health/find-a-doctor/netherlands/ar.md"
    assert "reviewed_by: Samira" in text.read_text("utf-8")

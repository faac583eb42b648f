"""A newcomer's way through the widget, on the real server with the real library."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import pytest
import uvicorn
from axe import check_axe
from browsing import PHONE, NewPage
from playwright.sync_api import Page, expect
from widget_page import WidgetPage

from api.app import create_app
from api.settings import Settings

if TYPE_CHECKING:
    from bot.engine import Engine

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def address(built: Settings, engine: Engine) -> Iterator[str]:
    """The address of a running server."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    server = uvicorn.Server(
        uvicorn.Config(create_app(built, engine), port=port, log_level="warning", ws="none")
    )
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    deadline = time.monotonic() + 30
    while not server.started:
        assert time.monotonic() < deadline, "the server did not start"
        time.sleep(0.05)
    yield f"http://127.0.0.1:{port}"
    server.should_exit = True
    thread.join(10)


def visit(page: Page, address: str) -> WidgetPage:
    page.goto(address)
    page.locator("wegwijs-chat:defined").wait_for(state="attached")
    return WidgetPage(page).open()


SIZES: list[Any] = [
    pytest.param({}, id="desktop"),
    pytest.param(PHONE, id="phone"),
    pytest.param({**PHONE, "viewport": {"width": 320, "height": 640}}, id="320 px"),
]


@pytest.mark.parametrize("size", SIZES)
def test_a_dutch_question_and_its_follow_up(
    size: dict[str, Any], new_page: NewPage, address: str
) -> None:
    widget = visit(new_page(**{**size, "locale": "nl-NL"}), address)
    expect(widget.answers.first).to_contain_text("computerprogramma")
    widget.ask("Hoe vind ik een huisarts?")
    expect(widget.last_answer()).to_contain_text("Waar woont u")
    widget.ask("Gent")
    answer = widget.last_answer()
    expect(answer).to_contain_text("huisarts")
    expect(answer).to_contain_text("RIZIV")
    expect(answer).to_contain_text("2026")
    widget.ask("en wat kost dat?")
    expect(widget.last_answer()).to_contain_text("remgeld")
    expect(widget.last_answer().locator("p").first).to_have_css("direction", "ltr")


@pytest.mark.parametrize("size", SIZES)
def test_an_arabic_question_from_right_to_left(
    size: dict[str, Any], new_page: NewPage, address: str
) -> None:
    widget = visit(new_page(**{**size, "locale": "ar"}), address)
    widget.ask("كيف أجد طبيبًا في غنت؟")
    answer = widget.last_answer()
    expect(answer).to_contain_text("huisarts")
    expect(answer.locator("p").first).to_have_css("direction", "rtl")
    widget.ask("وكم يكلف ذلك؟")
    expect(widget.last_answer()).to_contain_text("remgeld")
    wide = widget.page.evaluate("document.documentElement.scrollWidth - innerWidth")
    assert wide <= 0, "the page scrolls sideways"


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize(
    ("locale", "question"),
    [("nl-NL", "Hoe krijg ik mijn waarborg terug in Leuven?"), ("ar", "كيف أجد طبيبًا في غنت؟")],
)
def test_axe_finds_nothing_serious(
    locale: str, question: str, size: dict[str, Any], new_page: NewPage, address: str
) -> None:
    widget = visit(new_page(**{**size, "locale": locale}), address)
    widget.ask(question)
    check_axe(widget.page)


def test_the_language_switches_in_the_conversation(new_page: NewPage, address: str) -> None:
    widget = visit(new_page(locale="en-GB"), address)
    widget.ask("My landlord in Rotterdam does not give my deposit back")
    expect(widget.last_answer()).to_contain_text("landlord")
    widget.language.select_option("tr")
    expect(widget.last_answer()).to_contain_text("Türkçe")
    expect(widget.last_answer()).to_contain_text("depozito")
    widget.ask("bugün hava nasıl olacak")
    expect(widget.last_answer()).to_contain_text("Hollanda")


@pytest.mark.parametrize("size", SIZES[:2])
def test_every_button_answers(size: dict[str, Any], new_page: NewPage, address: str) -> None:
    widget = visit(new_page(**{**size, "locale": "fr-FR"}), address)
    widget.ask("Comment trouver un logement social à Anvers ?")
    pressed: set[str] = set()
    for _ in range(12):
        fresh = [text for text in widget.replies.all_inner_texts() if text not in pressed]
        if not fresh:
            break
        pressed.add(fresh[0])
        before = widget.answers.count()
        widget.replies.filter(has_text=fresh[0]).last.click()
        widget.answers.nth(before).wait_for()
        expect(widget.banner).to_be_hidden()
        expect(widget.last_answer()).not_to_be_empty()
    assert len(pressed) >= 4


def test_feedback_and_erasing(new_page: NewPage, address: str) -> None:
    widget = visit(new_page(locale="uk-UA"), address)
    widget.ask("Як записати дитину до школи в Утрехті?")
    expect(widget.last_answer()).to_contain_text("ISK")
    with widget.page.expect_response("**/api/feedback") as told:
        widget.last_answer().locator(".feedback button").first.click()
    assert told.value.status == 204
    with widget.page.expect_response("**/api/conversations/*") as erased:
        widget.erase()
    assert erased.value.status == 204
    expect(widget.own).to_have_count(0)


def test_danger_cannot_be_missed(new_page: NewPage, address: str) -> None:
    widget = visit(new_page(**{**PHONE, "locale": "es-ES"}), address)
    widget.ask("mi marido me pega y busco un piso en Gante")
    alert = widget.page.locator(".messages[role=alert]")
    expect(alert).to_contain_text("112")
    expect(alert).to_contain_text("1712")
    expect(alert.locator("a[href='tel:112']")).to_be_visible()

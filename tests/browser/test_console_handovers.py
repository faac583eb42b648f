"""Answering people in the console, and a whole talk between the widget and the console.

The server's fixture stands before the pages' in every test: the pages close first, so that none
complains of a stream that is cut off.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import time
from typing import TYPE_CHECKING, Any

import pytest
from axe import check_axe
from browsing import DESKTOP, PHONE, NewPage
from console_server import ConsoleServer, serve_console
from playwright.sync_api import Page, expect
from widget_page import WidgetPage

from actions.reply import Message, Reply, Status
from api.console.roles import Role
from api.opening_hours import DAYS, OpeningHours
from api.settings import Settings
from api.store.audit import SERVER
from api.store.database import now
from api.store.exchanges import Exchanges
from api.store.options import HandoverOptions, Options
from knowledge.library import Library

if TYPE_CHECKING:
    from bot.engine import Engine

pytestmark = pytest.mark.browser

ALWAYS = OpeningHours(days=DAYS, opens=time(0), closes=time(23, 59, 59, 999999))
SIZES: list[Any] = [pytest.param(DESKTOP, id="desktop"), pytest.param(PHONE, id="phone")]
ASKED = {
    "ar": ("كيف أسجل ابني في المدرسة في غنت؟", "لا أعرف الجواب على هذا السؤال."),
    "uk": ("Де я можу отримати копію свідоцтва про шлюб?", "Я не знаю відповіді на це."),
    "tr": ("Ev sahibim depozitomu geri vermiyor, ne yapabilirim?", "Bunun cevabını bilmiyorum."),
}


def ask(console: ConsoleServer, language: str, urgent: bool = False) -> str:
    """Somebody asks the program, and then for a person; returns the thread's id."""
    question, answer = ASKED[language]
    conversation = f"conversation-{language}-0001"
    said = (Message(text=answer, language=language),)
    status = Status.SAFETY if urgent else Status.UNKNOWN
    reply = Reply(status=status, messages=said, language=language, place="ghent")
    Exchanges(console.database).add(conversation, question, reply, 12)
    return str(console.state.handovers.ask(conversation, language, None).id)


def no_sideways_scroll(page: Page) -> None:
    width = page.evaluate("[document.documentElement.scrollWidth, innerWidth]")
    assert width[0] <= width[1], width


@pytest.mark.parametrize("size", SIZES)
def test_the_list_lives_and_rings(
    size: dict[str, Any], console: ConsoleServer, new_page: NewPage
) -> None:
    page = new_page(**size)
    console.sign_in(page)
    ask(console, "ar")
    console.state.handovers.leave_question(
        "conversation-left-1", "Waar vraag ik een fiets?", "sara@example.org", 30, "nl"
    )
    page.goto(f"{console.url}/console/handovers")
    expect(page).to_have_title("(1) People who ask for help – console")
    sound = page.locator("#bell button")
    sound.press("Enter")
    expect(sound).to_have_attribute("aria-pressed", "true")
    expect(sound).to_contain_text("Sound is on")
    ask(console, "uk")
    expect(page.locator("#bell .news")).to_have_text("Somebody new is waiting.")
    expect(page.locator("#lists h2").first).to_have_text("Waiting now (2)")
    expect(page.locator("#bell .alarm")).to_be_empty()
    urgent = ask(console, "tr", urgent=True)
    expect(page.get_by_role("alert")).to_contain_text("Urgent")
    expect(page).to_have_title("‼ (3) People who ask for help – console")
    first = page.locator(".handovers > li").first
    expect(first).to_have_class("card urgent")
    expect(first.locator("blockquote")).to_have_attribute("lang", "tr")
    no_sideways_scroll(page)
    check_axe(page)
    first.get_by_role("button", name="Take this conversation").press("Enter")
    expect(page).to_have_url(f"{console.url}/console/handovers/{urgent}?done=handover_taken")
    expect(page.locator("#bell .alarm")).to_be_empty()


@pytest.mark.parametrize("size", SIZES)
def test_a_thread_lives(size: dict[str, Any], console: ConsoleServer, new_page: NewPage) -> None:
    page = new_page(**size)
    console.sign_in(page, shown_name="Samira")
    thread = ask(console, "ar")
    page.goto(f"{console.url}/console/handovers/{thread}")
    expect(page.locator(".earlier")).to_contain_text(ASKED["ar"][0])
    page.get_by_role("button", name="Take this conversation").click()
    console.state.handovers.receive("conversation-ar-0001", "key-number-1", "مرحبا")
    words = page.locator("#thread .words")
    expect(words).to_have_text(["مرحبا"])
    expect(words.first).to_have_attribute("dir", "rtl")

    box = page.get_by_role("textbox", name="Your message")
    box.fill("Hello, I read your question.")
    box.press("Control+Enter")
    expect(words).to_have_text(["مرحبا", "Hello, I read your question."])
    expect(page.locator("#thread .pending")).to_have_count(0)
    expect(box).to_be_focused()
    expect(box).to_have_value("")

    box.fill("See here:")
    page.get_by_label("Words of the title").fill("school")
    page.get_by_label("Words of the title").press("Enter")
    page.locator(".insert").first.click()
    expect(box).to_have_value(re.compile(r"^See here:\n\n.{20}", re.DOTALL))
    expect(page.get_by_label("Language of your message")).to_have_value("ar")
    no_sideways_scroll(page)
    check_axe(page)

    console.state.handovers.end("conversation-ar-0001")
    expect(page.locator("#desk")).to_contain_text("The newcomer went back to the program.")
    thread_now = console.state.handovers.thread("conversation-ar-0001")
    assert thread_now is not None and len(thread_now.messages) == 2


def test_danger_in_a_thread_rings_and_the_sound_outlives_the_page(
    console: ConsoleServer, new_page: NewPage
) -> None:
    page = new_page()
    console.sign_in(page)
    thread = ask(console, "ar")
    page.goto(f"{console.url}/console/handovers")
    page.locator("#bell button").click()
    page.get_by_role("button", name="Take this conversation").click()
    sound = page.locator("#bell button")
    page.get_by_role("textbox", name="Your message").press("a")
    expect(sound).to_have_attribute("aria-pressed", "true")
    console.state.handovers.notice(thread, "safety-key-number-1", "112", "ar")
    console.state.signals.wake("conversation-ar-0001")
    expect(page.get_by_role("alert")).to_contain_text("this person may be in danger")
    ask(console, "uk")
    console.state.signals.wake("conversation-uk-0001")
    expect(page.locator("#bell .news")).to_have_text("Somebody new is waiting.")
    expect(page.get_by_role("alert")).to_contain_text("this person may be in danger")
    sound.click()
    page.goto(f"{console.url}/console/handovers")
    page.locator("main").press("a")
    expect(page.locator("#bell button")).to_have_attribute("aria-pressed", "false")


def test_what_is_written_survives_a_server_that_does_not_answer(
    console: ConsoleServer, new_page: NewPage, watch: Any
) -> None:
    watch.allowed_errors.append("Failed to load resource")
    page = new_page()
    console.sign_in(page)
    thread = ask(console, "ar")
    page.goto(f"{console.url}/console/handovers/{thread}")
    page.get_by_role("button", name="Take this conversation").click()
    lost = {"answers": 2}

    def lose_the_answer(route: Any) -> None:
        if lost["answers"]:
            lost["answers"] -= 1
            route.fetch()  # it arrives, but nobody hears so
            route.abort()
        else:
            route.continue_()

    page.route("**/messages", lose_the_answer)
    box = page.get_by_role("textbox", name="Your message")
    for text in ("one", "two"):
        box.fill(text)
        page.get_by_role("button", name="Send").click()
    expect(page.locator("#thread .words")).to_have_text(["one", "two"])
    expect(page.locator("#thread .pending")).to_have_count(0)
    found = console.state.handovers.thread("conversation-ar-0001")
    assert found is not None
    assert [said.message.text for said in found.messages] == ["one", "two"]
    assert lost["answers"] == 0


def test_all_of_it_without_scripts(console: ConsoleServer, new_page: NewPage) -> None:
    page = new_page(java_script_enabled=False)
    console.sign_in(page)
    ask(console, "uk")
    page.goto(f"{console.url}/console/handovers")
    page.get_by_role("button", name="Take this conversation").click()
    page.get_by_label("Words of the title").fill("school")
    page.get_by_role("button", name="Search").click()
    page.locator(".insert").first.click()
    expect(page.get_by_label("Language of your message")).to_have_value("uk")
    page.get_by_role("button", name="Send").click()
    expect(page.locator("#thread .words")).to_have_count(1)
    page.get_by_role("button", name="Hand back to the program").click()
    expect(page.get_by_text("Nobody is waiting.")).to_be_visible()


@pytest.mark.parametrize("size", SIZES)
def test_the_options(size: dict[str, Any], console: ConsoleServer, new_page: NewPage) -> None:
    page = new_page(**size)
    console.sign_in(page, Role.ADMINISTRATOR, language="nl")
    page.goto(f"{console.url}/console/handovers/options")
    page.get_by_label("Nieuwkomers kunnen vragen").check()
    second = page.get_by_role("group", name="Uren 2")
    second.get_by_label("zaterdag").check()
    second.get_by_label("Van").fill("10:00")
    second.get_by_label("Tot").fill("12:30")
    no_sideways_scroll(page)
    check_axe(page)
    page.get_by_role("button", name="Bewaar").click()
    expect(page.get_by_role("status")).to_have_text("Bewaard.")
    chosen = Options(console.database).read(HandoverOptions)
    assert chosen.enabled and [each.span for each in chosen.hours] == ["mon-fri", "sat"]


# The widget and the console together


@pytest.fixture
def whole(built: Settings, engine: Engine, console_library: Library) -> Iterator[ConsoleServer]:
    """A server with the dialogue, where newcomers can ask for a person."""
    with serve_console(built, console_library, engine) as running:
        options = Options(running.database)
        options.write(HandoverOptions(enabled=True, hours=(ALWAYS,)), SERVER)
        yield running
        options.write(HandoverOptions(), SERVER)


def test_a_newcomer_and_a_caseworker_talk(whole: ConsoleServer, new_page: NewPage) -> None:
    desk = new_page()
    whole.sign_in(desk, name="samira-talks", shown_name="Samira", seen_at=now())
    desk.goto(f"{whole.url}/console/handovers")

    visitor = new_page(**{**PHONE, "locale": "nl-NL"})
    visitor.goto(whole.url)
    visitor.locator("wegwijs-chat:defined").wait_for(state="attached")
    widget = WidgetPage(visitor).open()
    widget.ask("Ik wil met een mens spreken")
    visitor.locator(".offer .go").click()

    desk.locator(".handovers").get_by_role("button").first.click()
    desk.get_by_role("textbox", name="Your message").fill("Dag, ik ben Samira.")
    desk.get_by_role("button", name="Send").click()
    expect(visitor.locator(".person")).to_contain_text("Dag, ik ben Samira.")
    expect(visitor.locator(".person .who")).to_have_text("Samira")

    widget.write("Mijn nummer is 0470 12 34 56")
    words = desk.locator("#thread .words")
    expect(words.last).to_contain_text("Mijn nummer is")
    expect(words.last).not_to_contain_text("0470")

    visitor.reload()
    visitor.locator("wegwijs-chat:defined").wait_for(state="attached")
    again = WidgetPage(visitor)
    again.launcher.click()
    expect(visitor.locator(".person")).to_contain_text("Dag, ik ben Samira.")
    again.write("Bent u er nog?")
    expect(words.last).to_have_text("Bent u er nog?")
    expect(words).to_have_count(3)

    desk.get_by_role("button", name="Hand back to the program").click()
    expect(desk.get_by_role("status").first).to_be_visible()
    expect(visitor.locator(".event").last).to_contain_text("programma")
    again.ask("Hoe vind ik een huisarts?")

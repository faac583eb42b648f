"""The widget when the person wants a human being, with a scripted server as the caseworker."""

from __future__ import annotations

import json
from typing import Any

import pytest
from axe import check_axe
from browsing import PHONE, OpenWidget, Watch
from fake_handover import CLOSED, OPEN
from fake_server import FakeServer
from playwright.sync_api import Page, expect
from scripted import languages, sentences
from widget_page import WidgetPage

pytestmark = pytest.mark.browser

SMALLEST: dict[str, Any] = {**PHONE, "viewport": {"width": 320, "height": 568}}
# A window of 1280 x 720 at 200 % zoom.
ZOOMED: dict[str, Any] = {"viewport": {"width": 640, "height": 360}, "device_scale_factor": 2}
SIZES = pytest.mark.parametrize("phone", [False, True], ids=["desktop", "phone"])


@pytest.fixture(autouse=True)
def somebody_is_there(server: FakeServer) -> None:
    server.person.info = dict(OPEN)


def words(language: str = "nl") -> dict[str, str]:
    found: dict[str, str] = sentences(language)["widget"]
    return found


def written(server: FakeServer) -> list[dict[str, Any]]:
    """What came in for the caseworker, each attempt."""
    return [seen.body for seen in server.requests if seen.path.endswith("/messages")]


def fail(server: FakeServer, watch: Watch, path: str = "/api/handover") -> None:
    """From now on the server refuses what goes to a path."""
    watch.allowed_errors.append("Failed to load resource")
    server.status, server.fail_only = 503, path


# ---- the offer


@SIZES
def test_the_offer_tells_what_it_means(
    open_widget: OpenWidget, server: FakeServer, phone: bool
) -> None:
    widget = open_widget(phone=phone).open().ask_person()
    own = words()
    expect(widget.offer).to_contain_text(own["person_who"])
    expect(widget.offer.locator(".hours li")).to_have_text(
        ["maandag – vrijdag: 09:00 – 17:00", "zaterdag: 10:00 – 13:00"]
    )
    expect(widget.offer).to_contain_text("Mensen die nu wachten: 2. Wachttijd: ongeveer 6 min.")
    expect(widget.offer).to_contain_text("Na 30 dagen wissen wij het.")
    expect(widget.page.get_by_role("group", name=own["person_consent"])).to_be_visible()
    assert not server.person.threads, "nothing begins without consent"


def test_without_a_known_wait_or_term_none_is_named(
    open_widget: OpenWidget, server: FakeServer
) -> None:
    server.person.info |= {"minutes": None, "keep_days": None, "hours": []}
    widget = open_widget().open().ask_person()
    expect(widget.offer).to_contain_text("Mensen die nu wachten: 2.")
    expect(widget.offer).not_to_contain_text("Wachttijd")
    expect(widget.offer).not_to_contain_text("dagen")
    expect(widget.offer.locator(".hours")).to_have_count(0)


@pytest.mark.parametrize("missing", [False, True])
def test_where_nobody_answers_nothing_is_offered(
    open_widget: OpenWidget, server: FakeServer, watch: Watch, missing: bool
) -> None:
    server.person.info = {**OPEN, "enabled": False}
    if missing:
        watch.allowed_errors.append("404")
        server.status, server.fail_only = 404, "/api/handover"
    widget = open_widget().open()
    with widget.page.expect_response("**/api/handover?language=nl"):
        widget.ask("person")
    widget.ask("vraag")
    expect(widget.offer).to_have_count(0)
    expect(widget.banner).to_be_hidden()


def test_no_keeps_the_program(open_widget: OpenWidget, server: FakeServer) -> None:
    widget = open_widget().open().ask_person()
    widget.page.get_by_role("button", name=words()["person_no"]).click()
    expect(widget.offer).to_have_count(0)
    expect(widget.panel.locator(".event")).to_have_text(words()["person_program"])
    expect(widget.bar).to_be_hidden()
    assert widget.focused().startswith("textarea")
    widget.ask("vraag")
    assert not server.person.threads


def test_asking_again_shows_one_card(open_widget: OpenWidget) -> None:
    widget = open_widget().open().ask_person().ask("vraag").ask_person()
    expect(widget.offer).to_have_count(1)
    assert widget.page.evaluate(
        "document.querySelector('wegwijs-chat').shadowRoot.querySelector('.log').lastChild"
        ".matches('.offer')"
    )


def test_a_failed_consent_can_be_given_again(
    open_widget: OpenWidget, server: FakeServer, watch: Watch
) -> None:
    widget = open_widget().open().ask_person()
    fail(server, watch)
    yes = widget.offer.locator(".go")
    yes.click()
    expect(widget.banner).to_contain_text(words()["offline"])
    expect(yes).to_have_attribute("aria-disabled", "false")
    server.status = 200
    yes.click()
    expect(widget.bar).to_contain_text("nummer 3")
    expect(widget.banner).to_be_hidden()


def test_an_office_that_closed_meanwhile_takes_a_question(
    open_widget: OpenWidget, server: FakeServer, watch: Watch
) -> None:
    watch.allowed_errors.append("409")
    widget = open_widget().open().ask_person()
    server.person.info = dict(CLOSED)
    widget.offer.locator(".go").click()
    expect(widget.offer).to_contain_text(words()["person_away"])
    expect(widget.offer).to_have_count(1)
    expect(widget.banner).to_be_hidden()
    expect(widget.bar).to_be_hidden()


# ---- talking


@SIZES
def test_a_talk_from_beginning_to_end(
    open_widget: OpenWidget, server: FakeServer, phone: bool
) -> None:
    widget = open_widget('data-language="nl" data-place="ghent"', phone=phone).open()
    widget.begin_with_person()
    begun = [seen.body for seen in server.requests if seen.path == "/api/handover" and seen.body]
    assert begun == [{"conversation_id": "c1", "language": "nl", "place": "ghent", "consent": True}]
    expect(widget.bar).to_contain_text("U bent nummer 3 in de rij. Wachttijd: ongeveer 6 min.")
    expect(widget.offer).to_have_count(0)
    chats = len(server.chats())
    widget.write("Ik zoek een huis")
    expect(widget.delivery).to_have_text([words()["person_sent"]])
    server.person.thread.position = 1
    expect(widget.bar).to_contain_text("nummer 1")
    server.person.take()
    expect(widget.bar).to_contain_text(words()["person_taken"])
    expect(widget.spoken).to_have_text(words()["person_taken"])
    server.person.says("Goedendag! Kijk op https://www.huurdersbond.be/nl.")
    expect(widget.from_person).to_contain_text("Samira")
    link = widget.from_person.locator("a")
    expect(link).to_have_attribute("href", "https://www.huurdersbond.be/nl")
    assert len(server.chats()) == chats, "the program is silent"
    widget.bar.get_by_role("button", name=words()["person_end"]).click()
    expect(widget.bar).to_be_hidden()
    expect(widget.panel.locator(".event").last).to_have_text(words()["person_program"])
    widget.ask("en nu?")
    assert server.chats()[-1]["text"] == "en nu?"
    assert len(written(server)) == 1


def test_a_caseworker_who_stops_hands_back(open_widget: OpenWidget, server: FakeServer) -> None:
    widget = open_widget().open().begin_with_person()
    server.person.thread.add("notice", "Het gesprek is klaar.", "nl", key="ended")
    server.person.thread.status = "ended"
    expect(widget.bar).to_be_hidden()
    expect(widget.panel.locator(".event")).to_have_text(
        ["Het gesprek is klaar.", words()["person_program"]]
    )
    widget.ask("vraag")
    assert server.chats()[-1]["text"] == "vraag"


def test_what_the_server_hid_is_shown_hidden(open_widget: OpenWidget, server: FakeServer) -> None:
    server.person.hidden = {"0470 12 34 56": "[phone]"}
    widget = open_widget().open().begin_with_person()
    widget.write("Bel 0470 12 34 56")
    expect(widget.own.last.locator("p")).to_have_text("Bel [phone]")


def test_each_writes_in_their_own_language(open_widget: OpenWidget, server: FakeServer) -> None:
    widget = open_widget('data-language="ar"').open().begin_with_person()
    server.person.says("Dag, ik ben Samira.", "nl")
    said = widget.from_person.locator(".messages p")
    expect(said).to_have_attribute("lang", "nl")
    expect(said).to_have_css("direction", "ltr")
    expect(widget.bar).to_have_css("direction", "rtl")


def test_hostile_text_of_a_caseworker_stays_text(
    open_widget: OpenWidget, server: FakeServer
) -> None:
    widget = open_widget().open().begin_with_person()
    text = "<img src=x onerror=alert(1)> javascript:alert(1) https://a.example/<b>"
    server.person.says(text, name="<i>x</i>")
    expect(widget.from_person.locator(".messages")).to_have_text(text)
    expect(widget.from_person.locator(".who")).to_have_text("<i>x</i>")
    expect(widget.from_person.locator("img, i, b")).to_have_count(0)
    expect(widget.from_person.locator("a")).to_have_count(1)


def test_an_answer_behind_a_closed_chat_is_announced(
    open_widget: OpenWidget, server: FakeServer
) -> None:
    widget = open_widget().open().begin_with_person()
    widget.close.click()
    server.person.says("Ik ben er.")
    expect(widget.launcher).to_have_accessible_name("Wegwijs: Nieuw antwoord")


def test_another_language_meanwhile_is_told_to_the_program_afterwards(
    open_widget: OpenWidget, server: FakeServer
) -> None:
    widget = open_widget().open().begin_with_person()
    chats = len(server.chats())
    widget.language.select_option("tr")
    expect(widget.bar).to_contain_text(words("tr")["person_end"])
    assert len(server.chats()) == chats
    widget.bar.locator("button").click()
    expect(widget.last_answer()).to_contain_text(sentences("tr")["language_changed"])


# ---- nothing is lost, nothing comes twice


def test_a_message_that_failed_is_sent_again_under_the_same_key(
    open_widget: OpenWidget, server: FakeServer, watch: Watch
) -> None:
    widget = open_widget().open().begin_with_person()
    fail(server, watch, "/api/handover/c1/messages")
    widget.write("een")
    expect(widget.delivery).to_have_text([words()["person_not_sent"]])
    expect(widget.spoken).to_have_text(words()["person_not_sent"])
    widget.write("twee")
    server.status = 200
    expect(widget.delivery).to_have_text([words()["person_sent"]] * 2)
    assert [each["text"] for each in server.person.thread.messages] == ["een", "twee"]
    keys = {each["key"] for each in written(server) if each["text"] == "een"}
    assert len(keys) == 1
    assert len(written(server)) >= 3


def test_a_lost_confirmation_does_not_double_the_message(
    open_widget: OpenWidget, server: FakeServer, watch: Watch
) -> None:
    watch.allowed_errors.append("Failed to load resource")
    server.person.streams = False
    widget = open_widget().open().begin_with_person()
    server.person.lost_answers = 1
    widget.write("een")
    expect(widget.delivery).to_have_text([words()["person_sent"]])
    server.person.says("Hallo")
    expect(widget.from_person).to_have_count(1, timeout=10_000)
    assert [each["sender"] for each in server.person.thread.messages] == ["newcomer", "caseworker"]
    expect(widget.own.filter(has_text="een")).to_have_count(1)


def test_nothing_comes_twice_when_the_stream_breaks(
    open_widget: OpenWidget, server: FakeServer
) -> None:
    widget = open_widget().open().begin_with_person()
    widget.write("vraag")
    server.person.says("een")
    expect(widget.from_person).to_have_count(1)
    for count in (2, 3):
        with widget.page.expect_request("**/events"):
            server.person.drop_streams()
        server.person.says(f"nummer {count}")
        expect(widget.from_person).to_have_count(count)
    expect(widget.from_person.locator(".messages")).to_have_text(["een", "nummer 2", "nummer 3"])
    expect(widget.own.filter(has_text="vraag")).to_have_count(1)


def test_without_streams_it_asks_now_and_then(
    open_widget: OpenWidget, server: FakeServer, watch: Watch
) -> None:
    watch.allowed_errors.append("Failed to load resource")
    server.person.streams = False
    widget = open_widget().open().begin_with_person()
    server.person.take()
    server.person.says("Ik ben er.")
    expect(widget.from_person).to_have_count(1, timeout=10_000)
    expect(widget.bar).to_contain_text(words()["person_taken"])


def test_offline_and_back(open_widget: OpenWidget, server: FakeServer, watch: Watch) -> None:
    watch.allowed_errors.append("ERR_INTERNET_DISCONNECTED")
    widget = open_widget().open().begin_with_person()
    widget.page.context.set_offline(True)
    widget.write("een")
    expect(widget.delivery).to_have_text([words()["person_not_sent"]])
    widget.page.context.set_offline(False)
    expect(widget.delivery).to_have_text([words()["person_sent"]])
    assert len(server.person.thread.messages) == 1


def test_what_cannot_be_sent_any_more_goes_back_into_the_box(
    open_widget: OpenWidget, server: FakeServer, watch: Watch
) -> None:
    widget = open_widget().open().begin_with_person()
    fail(server, watch, "/api/handover/c1/messages")
    widget.write("een")
    widget.write("twee")
    expect(widget.delivery.first).to_have_text(words()["person_not_sent"])
    server.person.thread.status = "ended"
    expect(widget.bar).to_be_hidden()
    expect(widget.box).to_have_value("een\ntwee")
    expect(widget.delivery).to_have_count(0)


# ---- within the visit


def test_the_next_page_brings_the_thread_back(open_widget: OpenWidget, server: FakeServer) -> None:
    widget = open_widget().open().begin_with_person()
    widget.write("Ik zoek een huis")
    expect(widget.delivery).to_have_text([words()["person_sent"]])
    server.person.take()
    server.person.says("Waar woont u?")
    expect(widget.from_person).to_have_count(1)
    chats = len(server.chats())
    widget = open_widget(page=widget.page)
    # What has been heard is no news; what comes now is.
    expect(widget.from_person).to_have_count(1)
    expect(widget.launcher).to_have_accessible_name("Wegwijs: Chat openen")
    server.person.says("Bent u er nog?")
    expect(widget.launcher).to_have_accessible_name("Wegwijs: Nieuw antwoord")
    widget.launcher.click()
    expect(widget.bar).to_contain_text(words()["person_taken"])
    expect(widget.own.locator("p")).to_have_text(["Ik zoek een huis"])
    assert len(server.chats()) == chats, "the program does not greet"
    widget.write("In Gent")
    expect(widget.delivery).to_have_text([words()["person_sent"]] * 2)


def test_what_was_not_sent_is_sent_from_the_next_page(
    open_widget: OpenWidget, server: FakeServer, watch: Watch
) -> None:
    widget = open_widget().open().begin_with_person()
    fail(server, watch, "/api/handover/c1/messages")
    widget.write("een")
    expect(widget.delivery).to_have_text([words()["person_not_sent"]])
    key = written(server)[0]["key"]
    widget = open_widget(page=widget.page)
    server.status = 200
    widget.launcher.click()
    expect(widget.delivery).to_have_text([words()["person_sent"]])
    assert [each["key"] for each in server.person.thread.messages] == [key]
    expect(widget.own).to_have_count(1)
    stored = widget.page.evaluate("JSON.stringify({...sessionStorage})")
    assert "wegwijs.unsent" not in json.loads(stored)


def test_a_thread_that_ended_meanwhile_is_shown_once(
    open_widget: OpenWidget, server: FakeServer
) -> None:
    widget = open_widget().open().begin_with_person()
    widget.page.goto("about:blank")
    server.person.says("Tot ziens!")
    server.person.thread.status = "ended"
    widget = open_widget(page=widget.page)
    widget.launcher.click()
    expect(widget.from_person).to_have_text(["SamiraTot ziens!Voorlezen"])
    expect(widget.panel.locator(".event")).to_have_text(words()["person_program"])
    expect(widget.answers).to_have_count(2)
    expect(widget.bar).to_be_hidden()
    widget = open_widget(page=widget.page).open()
    expect(widget.from_person).to_have_count(0)


def test_a_restore_that_fails_can_be_tried_again(
    open_widget: OpenWidget, server: FakeServer, watch: Watch
) -> None:
    widget = open_widget().open().begin_with_person()
    fail(server, watch)
    widget = open_widget(page=widget.page)
    widget.launcher.click()
    expect(widget.banner).to_contain_text(words()["offline"])
    server.status = 200
    widget.retry.click()
    expect(widget.bar).to_be_visible()
    expect(widget.answers).to_have_count(0)


def test_it_works_when_storage_is_blocked(
    open_widget: OpenWidget, server: FakeServer, page: Page
) -> None:
    page.add_init_script(
        "Object.defineProperty(window, 'sessionStorage',"
        " {get() { throw new DOMException('no', 'SecurityError'); }})"
    )
    widget = open_widget(page=page).open().begin_with_person()
    widget.write("vraag")
    expect(widget.delivery).to_have_text([words()["person_sent"]])
    widget.close.click()
    widget.launcher.click()
    expect(widget.bar).to_be_visible()
    assert page.context.cookies() == []


def test_erasing_ends_it(open_widget: OpenWidget, server: FakeServer) -> None:
    widget = open_widget().open().begin_with_person()
    widget.write("geheim")
    expect(widget.delivery).to_have_text([words()["person_sent"]])
    widget.erase()
    expect(widget.panel.locator(".event")).to_have_text(words()["erased"])
    expect(widget.bar).to_be_hidden()
    expect(widget.panel).not_to_contain_text("geheim")
    assert server.person.thread.status == "ended"
    assert [seen.path for seen in server.requests if seen.method == "DELETE"] == [
        "/api/conversations/c1"
    ]
    stored = json.loads(widget.page.evaluate("JSON.stringify({...sessionStorage})"))
    assert not {"wegwijs.person", "wegwijs.unsent"} & stored.keys()


# ---- nobody is there


@SIZES
@pytest.mark.parametrize("contact", ["", "amina@example.org"])
def test_a_question_can_be_left(
    open_widget: OpenWidget, server: FakeServer, phone: bool, contact: str
) -> None:
    server.person.info = dict(CLOSED)
    widget = open_widget(phone=phone).open().ask_person()
    own = words()
    expect(widget.offer).to_contain_text(own["person_away"])
    expect(widget.offer).to_contain_text("maandag, 09:00")
    page = widget.page
    question = page.get_by_role("textbox", name=own["person_question"], exact=True)
    expect(question).to_be_empty()
    question.fill("Hoe krijg ik mijn waarborg terug?")
    page.get_by_role("textbox", name=own["person_contact"]).fill(contact)
    page.get_by_role("checkbox", name=own["person_agree"]).check()
    page.get_by_role("button", name=own["person_send"]).click()
    expect(widget.offer).to_contain_text("Het nummer is AB12-CD34.")
    expect(widget.offer).to_contain_text("uiterlijk op 23 december 2026")
    sent = [seen.body for seen in server.requests if seen.path.endswith("/question")]
    wanted = {"text": "Hoe krijg ik mijn waarborg terug?", "consent": True}
    assert sent == [{**wanted, "contact": contact} if contact else wanted]
    expect(widget.own.last.locator("p")).to_have_text(wanted["text"])
    expect(widget.bar).to_be_hidden()
    widget.ask("vraag")
    expect(widget.offer, "the receipt stays").to_contain_text("AB12-CD34")


def test_what_is_missing_is_said_where_it_is_missing(
    open_widget: OpenWidget, server: FakeServer
) -> None:
    server.person.info = dict(CLOSED)
    widget = open_widget().open().ask_person()
    own, page = words(), widget.page
    send = page.get_by_role("button", name=own["person_send"])
    send.click()
    question = page.get_by_role("textbox", name=own["person_question"], exact=True)
    expect(question).to_be_focused()
    expect(question).to_have_accessible_description(own["person_no_question"])
    question.fill("vraag")
    send.click()
    agree = page.get_by_role("checkbox", name=own["person_agree"])
    expect(agree).to_be_focused()
    expect(agree).to_have_accessible_description(own["person_no_agree"])
    expect(question).to_have_attribute("aria-invalid", "false")
    assert not [seen for seen in server.requests if seen.path.endswith("/question")]


def test_a_question_that_does_not_arrive_stays_in_the_form(
    open_widget: OpenWidget, server: FakeServer, watch: Watch
) -> None:
    server.person.info = dict(CLOSED)
    widget = open_widget().open().ask_person()
    page = widget.page
    page.locator("#person-question").fill("vraag")
    page.locator(".agree input").check()
    fail(server, watch)
    page.locator(".leave .go").click()
    expect(widget.banner).to_be_visible()
    expect(page.locator("#person-question")).to_have_value("vraag")
    server.status = 200
    widget.retry.click()
    expect(widget.offer).to_contain_text("AB12-CD34")
    expect(widget.banner).to_be_hidden()


def test_an_answer_to_a_question_that_was_left_is_shown(
    open_widget: OpenWidget, server: FakeServer
) -> None:
    server.person.info = dict(CLOSED)
    widget = open_widget().open().ask_person()
    widget.page.locator("#person-question").fill("vraag")
    widget.page.locator(".agree input").check()
    widget.page.locator(".leave .go").click()
    widget.page.locator(".receipt").wait_for()
    server.person.says("Hier is uw antwoord.")
    expect(widget.from_person).to_contain_text("Hier is uw antwoord.")
    widget.ask("en nu?")
    assert server.chats()[-1]["text"] == "en nu?", "the program answers meanwhile"


# ---- for everyone


def check_fits(widget: WidgetPage) -> None:
    """Nothing sticks out to the side; every control is large enough."""
    page = widget.page
    width = page.evaluate("document.documentElement.clientWidth")
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    sideways = widget.panel.evaluate(
        """panel => [...panel.querySelectorAll('.bar, .bar *, .log, .log *')]
             .filter(node => node.scrollWidth > node.clientWidth + 1 && node.clientWidth > 0)
             .filter(node => !node.closest('.unseen, select, svg, textarea, input'))
             .filter(node => getComputedStyle(node).display !== 'inline')
             .map(node => node.className || node.tagName)"""
    )
    assert not sideways, sideways
    for button in widget.panel.locator(".log button:visible, .bar button:visible").all():
        box = button.bounding_box()
        assert box
        assert box["height"] >= 44, box
        assert box["x"] >= 0 and box["x"] + box["width"] <= width + 0.5, box


@pytest.mark.parametrize("language", ["nl", "ar", "ti", "uk", "ps", "pl"])
@pytest.mark.parametrize("options", [SMALLEST, ZOOMED], ids=["320px", "zoom200"])
def test_small_and_zoomed_screens(
    open_widget: OpenWidget, server: FakeServer, language: str, options: dict[str, Any]
) -> None:
    server.person.info = dict(CLOSED)
    widget = open_widget(f'data-language="{language}"', options=options).open().ask_person()
    check_fits(widget)
    server.person.info = dict(OPEN)
    widget.ask_person()
    check_fits(widget)
    widget.offer.locator(".go").click()
    widget.write("vraag")
    expect(widget.delivery).to_have_text([words(language)["person_sent"]])
    check_fits(widget)
    log = widget.page.locator(".scroller").bounding_box()
    assert log and log["height"] >= 110


@pytest.mark.parametrize("language", ["nl", "ar"])
@pytest.mark.parametrize("options", [SMALLEST, {}], ids=["320px", "1280px"])
def test_large_letters(
    open_widget: OpenWidget, server: FakeServer, language: str, options: dict[str, Any]
) -> None:
    """Text-only zoom of 200 %."""
    server.person.info = dict(CLOSED)
    widget = open_widget(f'data-language="{language}"', options=options, css="html{font-size:200%}")
    widget.open().ask_person()
    check_fits(widget)
    server.person.info = dict(OPEN)
    widget.begin_with_person()
    check_fits(widget)


def test_right_to_left(open_widget: OpenWidget, server: FakeServer) -> None:
    widget = open_widget('data-language="ar"', phone=True, lang="ar", dir="rtl").open()
    widget.ask_person()
    mark = widget.offer.locator(".fact svg").first.bounding_box()
    text = widget.offer.locator(".fact > div").first.bounding_box()
    hours = widget.offer.locator(".hours bdi").first
    assert mark and text and mark["x"] > text["x"]
    expect(hours).to_have_css("direction", "ltr")
    widget.offer.locator(".go").click()
    widget.bar.wait_for()
    end, sign = (
        widget.bar.locator("button").bounding_box(),
        widget.bar.locator("svg").bounding_box(),
    )
    assert end and sign and end["x"] < sign["x"]


def test_the_keyboard_is_enough(open_widget: OpenWidget, server: FakeServer) -> None:
    widget = open_widget().open()
    keyboard = widget.page.keyboard
    keyboard.type("person")
    keyboard.press("Enter")
    widget.offer.wait_for()
    keyboard.press("Shift+Tab")
    assert widget.focused() == "button.choice"
    keyboard.press("Shift+Tab")
    assert widget.focused() == "button.go"
    keyboard.press("Enter")
    widget.bar.wait_for()
    assert widget.focused().startswith("textarea"), "the used button does not take the focus along"
    keyboard.type("vraag")
    keyboard.press("Enter")
    expect(widget.delivery).to_have_text([words()["person_sent"]])
    widget.menu_button.focus()
    for _ in range(2):
        keyboard.press("Tab")
    assert widget.focused() == "button.plain"
    keyboard.press("Enter")
    expect(widget.bar).to_be_hidden()
    assert widget.focused().startswith("textarea")


def test_a_question_is_left_by_keyboard(open_widget: OpenWidget, server: FakeServer) -> None:
    server.person.info = dict(CLOSED)
    widget = open_widget().open().ask_person()
    keyboard = widget.page.keyboard
    widget.page.locator("#person-question").focus()
    keyboard.type("vraag")
    keyboard.press("Tab")
    keyboard.type("amina@example.org")
    keyboard.press("Tab")
    keyboard.press("Space")
    keyboard.press("Tab")
    assert widget.focused() == "button.go"
    keyboard.press("Enter")
    widget.page.locator(".receipt").wait_for()
    assert widget.focused().startswith("textarea")


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("language", ["nl", "ar"])
@SIZES
def test_axe(
    open_widget: OpenWidget,
    server: FakeServer,
    watch: Watch,
    scheme: str,
    language: str,
    phone: bool,
) -> None:
    options = {"color_scheme": scheme}
    data = f'data-language="{language}"'
    widget = open_widget(data, phone=phone, options=options, lang=language).open().ask_person()
    page = widget.page
    check_axe(page)
    widget.scroll_to_end()
    check_axe(page)
    widget.offer.locator(".go").click()
    widget.bar.wait_for()
    server.person.says("Dag! Kijk op https://www.huurdersbond.be.")
    widget.from_person.wait_for()
    widget.write("dank u")
    expect(widget.delivery).to_have_text([words(language)["person_sent"]])
    check_axe(page)
    fail(server, watch, "/api/handover/c1/messages")
    widget.write("nog iets")
    expect(widget.delivery.last).to_have_text(words(language)["person_not_sent"])
    check_axe(page)
    server.status = 200
    expect(widget.delivery.last).to_have_text(words(language)["person_sent"])
    widget.bar.locator("button").click()
    expect(widget.bar).to_be_hidden()
    server.person.info = dict(CLOSED)
    widget.ask_person()
    check_axe(page)
    widget.scroll_to_end()
    page.locator(".leave .go").click()
    check_axe(page)
    page.locator("#person-question").fill("vraag")
    page.locator(".agree input").check()
    page.locator(".leave .go").click()
    page.locator(".receipt").wait_for()
    check_axe(page)


@pytest.mark.parametrize("language", [each["code"] for each in languages()])
def test_every_language_has_its_words(
    open_widget: OpenWidget, server: FakeServer, language: str
) -> None:
    widget = open_widget(f'data-language="{language}"').open().ask_person()
    own = words(language)
    expect(widget.offer).to_contain_text(own["person_consent"])
    expect(widget.offer).to_contain_text(f"{own['monday']} – {own['friday']}")
    expect(widget.offer).not_to_contain_text("{")
    widget.offer.locator(".go").click()
    expect(widget.bar).to_contain_text("3")
    expect(widget.bar).not_to_contain_text("{")
    server.person.info = dict(CLOSED)
    widget.bar.locator("button").click()
    expect(widget.bar).to_be_hidden()
    widget.ask_person()
    expect(widget.offer).not_to_contain_text("{")
    widget.page.locator("#person-question").fill("?!")
    widget.page.locator(".agree input").check()
    widget.page.locator(".leave .go").click()
    expect(widget.offer).to_contain_text("AB12-CD34")
    expect(widget.offer).to_contain_text("2026")
    expect(widget.offer).not_to_contain_text("{")

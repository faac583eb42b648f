"""The widget: a conversation, in any language, against a scripted server."""

from __future__ import annotations

import itertools
import json

import pytest
from browsing import NewPage, OpenWidget, Watch
from fake_server import FakeServer
from playwright.sync_api import Page, expect
from scripted import sentences

pytestmark = pytest.mark.browser


# ---- opening and the first message


def test_nothing_is_sent_before_it_is_opened(open_widget: OpenWidget, server: FakeServer) -> None:
    widget = open_widget('data-language="uk"')
    expect(widget.launcher).to_have_accessible_name("Wegwijs: Відкрити чат")
    assert server.requests == []


def test_opening_greets_once(open_widget: OpenWidget, server: FakeServer) -> None:
    widget = open_widget('data-language="nl" data-place="ghent"').open()
    widget.close.click()
    widget.launcher.click()
    expect(widget.answers).to_have_count(1)
    assert server.chats() == [{"payload": "/start", "language": "nl", "place": "ghent"}]
    expect(widget.answers).to_contain_text("Hallo! Ik ben Wegwijs.")


def test_a_page_may_place_the_element_itself(open_widget: OpenWidget, server: FakeServer) -> None:
    body = '<div class="box"><wegwijs-chat language="fr" place="ghent" inline></wegwijs-chat></div>'
    widget = open_widget("", body=body, css=".box{height:500px;width:350px}")
    widget.answers.first.wait_for()
    expect(widget.launcher).to_have_count(0)
    expect(widget.page.locator("wegwijs-chat")).to_have_count(1)
    box = widget.panel.bounding_box()
    assert box
    assert 345 <= box["width"] <= 350
    assert 490 <= box["height"] <= 500
    assert server.chats()[0] == {"payload": "/start", "language": "fr", "place": "ghent"}
    # It doesn't take the focus from the page, and Escape has nothing to close.
    assert widget.focused().startswith("body")
    widget.box.focus()
    widget.page.keyboard.press("Escape")
    expect(widget.panel).to_be_visible()


def test_it_can_be_open_from_the_start(open_widget: OpenWidget) -> None:
    widget = open_widget('data-language="nl" data-open')
    widget.answers.first.wait_for()
    assert widget.focused().startswith("body")


def test_a_page_can_ask_for_the_person(open_widget: OpenWidget, server: FakeServer) -> None:
    server.delay = 0.2
    widget = open_widget()
    widget.page.evaluate("document.querySelector('wegwijs-chat').ask('Hoe vind ik een dokter?')")
    expect(widget.answers).to_have_count(2)
    sent = [body.get("payload") or body["text"] for body in server.chats()]
    assert sent == ["/start", "Hoe vind ik een dokter?"]


# ---- asking and answering


def test_an_answer_is_shown_whole(open_widget: OpenWidget, server: FakeServer) -> None:
    widget = open_widget().open().ask("Hoe vind ik een dokter?")
    answer = widget.last_answer()
    expect(answer.locator("h3").first).to_have_text("Wat u moet doen")
    expect(answer.locator("ol.steps li")).to_have_count(3)
    expect(answer.locator("ul.list li")).to_have_count(2)
    expect(answer.locator("a.call").first).to_have_attribute("href", "tel:1733")
    source = answer.locator(".source")
    expect(source).to_contain_text("Een dokter vinden")
    expect(source).to_contain_text("Vlaanderen")
    expect(source).to_contain_text("Gecontroleerd op 22 november 2026")
    expect(source).to_contain_text("Vlaamse overheid: Een huisarts zoeken")
    link = source.locator("a")
    expect(link).to_have_count(1)
    expect(link).to_have_attribute("href", "https://www.riziv.fgov.be/nl")
    expect(link).to_have_attribute("target", "_blank")
    expect(link).to_have_attribute("rel", "noopener noreferrer")
    # The answer itself says that nobody has checked the translation: once is enough.
    expect(answer.get_by_text(sentences("nl")["unreviewed"])).to_have_count(1)
    assert server.chats()[1]["conversation_id"] == "c1"


def test_the_reviewed_mark(open_widget: OpenWidget, server: FakeServer) -> None:
    card = {"title": "T", "place_name": "P", "reviewed": True, "sources": [], "checked_text": None}
    text = {"kind": "text", "text": "x"}
    server.replies["yes"] = {"messages": [text], "card": card}
    server.replies["no"] = {"messages": [text], "card": {**card, "reviewed": False}}
    widget = open_widget().open().ask("yes")
    expect(widget.last_answer().locator(".source")).to_contain_text(sentences("nl")["reviewed"])
    widget.ask("no")
    expect(widget.last_answer().locator(".source")).to_contain_text(sentences("nl")["unreviewed"])


def test_shift_enter_makes_a_line_and_enter_sends(
    open_widget: OpenWidget, server: FakeServer
) -> None:
    widget = open_widget().open()
    low = widget.box.bounding_box()
    widget.box.press_sequentially("een")
    widget.box.press("Shift+Enter")
    widget.box.press_sequentially("twee")
    high = widget.box.bounding_box()
    assert low and high and high["height"] > low["height"]
    widget.box.press("Enter")
    expect(widget.answers).to_have_count(2)
    assert server.chats()[1]["text"] == "een\ntwee"
    expect(widget.box).to_have_value("")


def test_enter_that_ends_a_composition_does_not_send(
    open_widget: OpenWidget, server: FakeServer
) -> None:
    widget = open_widget().open()
    widget.box.fill("ሰላም")
    widget.box.evaluate(
        """box => box.dispatchEvent(new KeyboardEvent('keydown',
             {key: 'Enter', isComposing: true, bubbles: true, cancelable: true}))"""
    )
    widget.page.wait_for_timeout(200)
    expect(widget.box).to_have_value("ሰላም")
    assert len(server.chats()) == 1


def test_what_is_left_is_said_near_the_end(open_widget: OpenWidget, server: FakeServer) -> None:
    widget = open_widget().open()
    left = widget.page.locator(".left")
    widget.box.fill("a" * 9_500)
    expect(left).to_be_hidden()
    # A character beyond the basic plane counts once, as it does for the server.
    widget.box.fill("a" * 9_989 + "😀")
    expect(left).to_have_text("Nog 10 tekens")
    widget.write("b" * 10_001)
    expect(left).to_have_text("Nog -1 tekens")
    assert len(widget.box.input_value()) == 10_001, "nothing that was typed is cut off"
    assert len(server.chats()) == 1
    widget.write("c" * 10_000)
    expect(widget.answers).to_have_count(2)


def test_quick_replies(open_widget: OpenWidget, server: FakeServer) -> None:
    widget = open_widget().open().ask("place?")
    server.delay = 0.3
    widget.replies.first.click()
    expect(widget.own.last).to_contain_text("Nederland")
    expect(widget.replies.first).to_have_attribute("aria-disabled", "true")
    widget.replies.last.click(force=True)
    expect(widget.answers).to_have_count(3)
    expect(widget.replies).to_have_count(0)
    assert server.chats()[2]["payload"] == '/tell_place{"place": "netherlands"}'
    assert len(server.chats()) == 3


def test_thinking_is_shown_and_said(open_widget: OpenWidget, server: FakeServer) -> None:
    widget = open_widget().open()
    expect(widget.thinking).to_have_attribute("role", "status")
    server.delay = 0.8
    widget.write("vraag")
    expect(widget.thinking).to_have_text("Ik zoek een antwoord…")
    expect(widget.answers).to_have_count(2)
    expect(widget.thinking).to_be_empty()


def test_a_double_click_sends_once(open_widget: OpenWidget, server: FakeServer) -> None:
    widget = open_widget().open()
    server.delay = 0.2
    widget.box.fill("vraag")
    widget.send.dblclick()
    expect(widget.answers).to_have_count(2)
    widget.replies.first.dblclick()
    expect(widget.answers).to_have_count(3)
    assert len(server.chats()) == 3


def test_sends_are_not_interleaved(open_widget: OpenWidget, server: FakeServer) -> None:
    server.delay = 0.3
    widget = open_widget()
    widget.launcher.click()
    # Three at once: the greeting is under way, the second waits in the box, the page asks a third.
    widget.write("een")
    widget.page.evaluate("void document.querySelector('wegwijs-chat').ask('twee')")
    expect(widget.answers).to_have_count(3)
    chats = [seen for seen in server.requests if seen.path == "/api/chat"]
    assert all(a.ended <= b.began for a, b in itertools.pairwise(chats))
    order = widget.panel.locator(".turn").evaluate_all("all => all.map(each => each.className)")
    assert order == ["turn bot", *["turn own", "turn bot"] * 2]
    assert {each.body.get("text") for each in chats} == {None, "een", "twee"}


def test_each_speaker_and_language_is_marked(open_widget: OpenWidget, server: FakeServer) -> None:
    widget = open_widget('data-language="fa"').open().ask("سلام")
    expect(widget.panel).to_have_attribute("dir", "rtl")
    expect(widget.panel).to_have_attribute("lang", "fa")
    log = widget.page.get_by_role("log")
    expect(log).to_have_attribute("aria-live", "polite")
    expect(widget.own.locator(".unseen")).to_have_text("شما: ")
    expect(widget.last_answer().locator(".unseen")).to_have_text("Wegwijs: ")
    # There is no Persian text of this card: the English one is marked as such.
    english = widget.last_answer().locator(".messages > p").first
    expect(english).to_have_attribute("lang", "en")
    expect(english).to_have_attribute("dir", "ltr")
    heading = widget.last_answer().locator("h3").first
    expect(heading).to_have_attribute("lang", "fa")
    expect(heading).to_have_attribute("dir", "rtl")


def test_danger_cannot_be_missed(open_widget: OpenWidget) -> None:
    widget = open_widget().open().ask("danger")
    alert = widget.last_answer().get_by_role("alert")
    expect(alert).to_contain_text("112")
    expect(alert.locator("a").first).to_have_attribute("href", "tel:112")
    # The log doesn't read it a second time.
    expect(widget.last_answer()).to_have_attribute("aria-live", "off")
    box = alert.locator("a").first.bounding_box()
    assert box and box["height"] >= 44


def test_the_beginning_of_the_newest_answer_is_in_view(open_widget: OpenWidget) -> None:
    widget = open_widget(phone=True, options={"reduced_motion": "reduce"}).open()
    widget.ask("een").ask("twee")
    answer, scroller = widget.last_answer(), widget.page.locator(".scroller")
    top, frame = answer.bounding_box(), scroller.bounding_box()
    assert top and frame
    assert 0 <= top["y"] - frame["y"] <= 40


# ---- after the answer


@pytest.mark.parametrize(("button", "helpful"), [(0, True), (1, False)])
def test_feedback_is_given_once(
    open_widget: OpenWidget, server: FakeServer, button: int, helpful: bool
) -> None:
    widget = open_widget().open().ask("vraag")
    choices = widget.last_answer().locator(".choice")
    choices.nth(button).click()
    expect(widget.last_answer().locator(".thanks")).to_have_text("Dank u")
    choices.nth(0).click(force=True)
    choices.nth(1).click(force=True)
    expect(choices.nth(button)).to_have_attribute("aria-pressed", "true")
    given = [seen.body for seen in server.requests if seen.path == "/api/feedback"]
    assert [each["helpful"] for each in given] == [helpful]
    assert given[0]["conversation_id"] == "c1"
    assert given[0]["exchange_id"].startswith("e")


def test_feedback_can_be_given_again_when_it_failed(
    open_widget: OpenWidget, server: FakeServer, watch: Watch
) -> None:
    watch.allowed_errors.append("503")
    widget = open_widget().open().ask("vraag")
    server.status, server.fail_only = 503, "/api/feedback"
    choice = widget.last_answer().locator(".choice").first
    with widget.page.expect_response("**/api/feedback"):
        choice.click()
    expect(choice).to_have_attribute("aria-pressed", "false")
    expect(widget.last_answer().locator(".thanks")).to_be_empty()


def test_no_feedback_is_asked_for_small_talk(open_widget: OpenWidget) -> None:
    widget = open_widget().open()
    expect(widget.last_answer().locator(".feedback")).to_have_count(0)


VOICES = """
const events = new EventTarget();
let voices = [];
window.spoken = [];
window.setVoices = (list) => { voices = list; events.dispatchEvent(new Event('voiceschanged')); };
window.SpeechSynthesisUtterance = class { constructor(text) { this.text = text; } };
Object.defineProperty(window, 'speechSynthesis', { value: {
  getVoices: () => voices,
  speak: (utterance) => { spoken.push(utterance); },
  cancel: () => { window.cancelled = true; },
  addEventListener: (...all) => events.addEventListener(...all),
} });
"""


def test_reading_aloud_needs_a_voice(open_widget: OpenWidget, new_page: NewPage) -> None:
    page = new_page()
    page.add_init_script(VOICES)
    widget = open_widget('data-language="uk"', page=page).open().ask("Лікар?")
    button = widget.last_answer().locator(".quiet")
    expect(button).to_be_hidden()
    page.evaluate("setVoices([{lang: 'uk-UA', localService: false}])")
    expect(button, "a voice that sends the text elsewhere").to_be_hidden()
    page.evaluate("setVoices([{lang: 'uk_UA', localService: true}])")
    expect(button).to_have_text("Прочитати вголос")
    button.click()
    expect(button).to_have_text(sentences("uk")["widget"]["stop_reading"])
    assert "huisarts" in page.evaluate("spoken[0].text")
    page.evaluate("spoken.at(-1).onend()")
    expect(button).to_have_text(sentences("uk")["widget"]["read_aloud"])
    button.click()
    page.evaluate("window.cancelled = false")
    button.click()
    assert page.evaluate("cancelled")
    expect(button).to_have_text(sentences("uk")["widget"]["read_aloud"])


# ---- what is remembered


def test_only_the_conversation_and_the_language_are_stored(open_widget: OpenWidget) -> None:
    widget = open_widget().open().ask("geheim")
    kept = widget.page.evaluate("JSON.stringify({...sessionStorage})")
    assert json.loads(kept) == {"wegwijs.conversation": "c1", "wegwijs.language": "nl"}
    assert widget.page.evaluate("localStorage.length") == 0
    assert widget.page.context.cookies() == []


def test_the_next_page_goes_on(open_widget: OpenWidget, server: FakeServer) -> None:
    widget = open_widget('data-place="ghent"').open()
    widget.ask("place?").replies.first.click()
    expect(widget.answers).to_have_count(3)
    widget.language.select_option("tr")
    expect(widget.answers).to_have_count(4)
    widget = open_widget('data-place="ghent"', page=widget.page).open()
    greeting = server.chats()[-1]
    # The page's own place must not overrule what the person said on the page before.
    assert greeting == {"conversation_id": "c1", "payload": "/start", "language": "tr"}


def test_it_works_when_storage_is_blocked(open_widget: OpenWidget, page: Page) -> None:
    page.add_init_script(
        "Object.defineProperty(window, 'sessionStorage',"
        " {get() { throw new DOMException('no', 'SecurityError'); }})"
    )
    widget = open_widget(page=page).open().ask("vraag")
    expect(widget.answers).to_have_count(2)


def test_erasing(open_widget: OpenWidget, server: FakeServer) -> None:
    widget = open_widget().open().ask("geheim")
    widget.box.fill("nog iets geheims")
    widget.open_menu()
    widget.page.locator(".menu > .plain").click()
    widget.page.get_by_role("button", name="Annuleren").click()
    expect(widget.answers).to_have_count(2)
    widget.page.keyboard.press("Escape")
    widget.erase()
    expect(widget.panel.locator(".event")).to_have_text("Het gesprek is gewist.")
    expect(widget.answers).to_have_count(1)
    expect(widget.panel).not_to_contain_text("geheim")
    expect(widget.box).to_have_value("")
    deleted = [seen.path for seen in server.requests if seen.method == "DELETE"]
    assert deleted == ["/api/conversations/c1"]
    assert "conversation_id" not in server.chats()[-1]

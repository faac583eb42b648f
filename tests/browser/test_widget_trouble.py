"""The widget when things go wrong: nothing that was typed is lost, and nothing harmful runs."""

from __future__ import annotations

import pytest
from browsing import OpenWidget, Watch
from fake_server import FakeServer
from playwright.sync_api import Route, expect
from scripted import HOSTILE, languages, sentences

pytestmark = pytest.mark.browser


@pytest.fixture(autouse=True)
def trouble_is_expected(watch: Watch) -> None:
    """The browser itself writes each failed request on the console."""
    watch.allowed_errors += ["Failed to load resource"]


# ---- the server


def test_offline_keeps_the_text(open_widget: OpenWidget, server: FakeServer) -> None:
    widget = open_widget().open()
    widget.page.context.set_offline(True)
    widget.write("Hoe vind ik een dokter?")
    expect(widget.banner.get_by_role("alert")).to_have_text(sentences("nl")["widget"]["offline"])
    expect(widget.box).to_have_value("Hoe vind ik een dokter?")
    expect(widget.own).to_have_count(0)
    widget.retry.click()
    expect(widget.banner).to_be_visible()
    widget.page.context.set_offline(False)
    widget.retry.click()
    expect(widget.answers).to_have_count(2)
    expect(widget.own).to_have_count(1)
    expect(widget.banner).to_be_hidden()
    expect(widget.box).to_have_value("")
    assert [body.get("text") for body in server.chats()] == [None, "Hoe vind ik een dokter?"]
    # The button that had the focus is gone; the focus isn't.
    assert widget.focused().startswith("textarea")


@pytest.mark.parametrize("status", [400, 413, 500, 503])
def test_an_error_keeps_the_text(open_widget: OpenWidget, server: FakeServer, status: int) -> None:
    widget = open_widget('data-language="ar"').open()
    server.status = status
    widget.write("سؤال")
    expect(widget.banner).to_contain_text(sentences("ar")["widget"]["offline"])
    expect(widget.box).to_have_value("سؤال")


def test_what_was_typed_meanwhile_is_kept_too(open_widget: OpenWidget, server: FakeServer) -> None:
    widget = open_widget().open()
    server.status, server.delay = 503, 0.5
    widget.write("een")
    widget.box.fill("twee")
    expect(widget.banner).to_be_visible()
    expect(widget.box).to_have_value("een\ntwee")


def test_what_waits_in_the_box_is_sent_when_its_turn_comes(
    open_widget: OpenWidget, server: FakeServer
) -> None:
    widget = open_widget().open()
    server.delay = 0.4
    widget.write("een")
    widget.write("twee")
    expect(widget.box).to_have_value("twee")
    expect(widget.answers).to_have_count(3)
    assert [body.get("text") for body in server.chats()] == [None, "een", "twee"]


def test_what_waits_in_the_box_can_still_be_changed(
    open_widget: OpenWidget, server: FakeServer
) -> None:
    widget = open_widget().open()
    server.delay = 0.4
    widget.write("een")
    widget.write("twee")
    widget.box.press_sequentially(" en drie")
    expect(widget.answers).to_have_count(2)
    expect(widget.box).to_have_value("twee en drie")
    assert len(server.chats()) == 2


def test_too_fast(open_widget: OpenWidget, server: FakeServer) -> None:
    widget = open_widget().open()
    server.status, server.retry_after = 429, 1
    widget.write("vraag")
    expect(widget.banner).to_contain_text(sentences("nl")["widget"]["too_fast"])
    expect(widget.retry).to_have_attribute("aria-disabled", "true")
    server.status = 200
    expect(widget.retry).to_have_attribute("aria-disabled", "false")
    widget.retry.click()
    expect(widget.answers).to_have_count(2)


@pytest.mark.parametrize("language", [each["code"] for each in languages()])
def test_never_reached_says_so_in_each_language(
    open_widget: OpenWidget, server: FakeServer, language: str
) -> None:
    own = sentences(language)["widget"]
    widget = open_widget(f'data-language="{language}"')
    widget.page.context.set_offline(True)
    widget.launcher.click()
    expect(widget.banner.get_by_role("alert")).to_have_text(own["offline"])
    expect(widget.retry).to_have_text(own["retry"])
    widget.box.fill("…?")
    widget.page.context.set_offline(False)
    widget.retry.click()
    expect(widget.answers).to_have_count(1)
    expect(widget.box).to_have_value("…?")


def test_a_failed_button_can_be_pressed_again(open_widget: OpenWidget, server: FakeServer) -> None:
    widget = open_widget().open()
    server.status = 500
    widget.replies.first.click()
    expect(widget.banner).to_be_visible()
    expect(widget.replies.first).to_have_attribute("aria-disabled", "false")
    server.status = 200
    widget.replies.first.click()
    expect(widget.answers).to_have_count(2)
    expect(widget.own).to_have_count(1)


def test_a_failed_place_is_not_shown_as_chosen(open_widget: OpenWidget, server: FakeServer) -> None:
    widget = open_widget('data-language="nl" data-place="ghent"').open()
    server.status = 500
    widget.open_menu()
    widget.place.select_option("flanders")
    expect(widget.banner).to_be_visible()
    expect(widget.place).to_have_value("ghent")


def test_a_failed_erase_does_not_pretend(open_widget: OpenWidget, server: FakeServer) -> None:
    widget = open_widget().open().ask("geheim")
    server.status = 500
    widget.erase()
    expect(widget.banner).to_be_visible()
    expect(widget.answers).to_have_count(2)
    server.status = 200
    widget.retry.click()
    expect(widget.answers).to_have_count(1)
    assert [seen.method for seen in server.requests].count("DELETE") == 2


def test_an_answer_that_makes_no_sense_is_an_error(
    open_widget: OpenWidget, server: FakeServer
) -> None:
    widget = open_widget().open()
    widget.page.route("**/api/chat", lambda route: route.fulfill(body="<html>"))
    widget.write("vraag")
    expect(widget.banner).to_be_visible()
    expect(widget.box).to_have_value("vraag")


def test_a_conversation_that_is_gone_begins_anew(
    open_widget: OpenWidget, server: FakeServer
) -> None:
    widget = open_widget().open()
    first = True

    def gone_once(route: Route) -> None:
        nonlocal first
        if first:
            first = False
            route.fulfill(status=404, json={"error": {"code": "unknown", "message": ""}})
        else:
            route.fallback()

    widget.page.route("**/api/chat", gone_once)
    open_widget(page=widget.page).open()
    assert "conversation_id" not in server.chats()[-1]


def test_an_answer_behind_a_closed_chat_is_announced(
    open_widget: OpenWidget, server: FakeServer
) -> None:
    widget = open_widget().open()
    server.delay = 0.4
    widget.write("vraag")
    widget.close.click()
    expect(widget.launcher).to_have_accessible_name("Wegwijs: Nieuw antwoord")
    widget.launcher.click()
    expect(widget.answers).to_have_count(2)
    widget.close.click()
    expect(widget.launcher).to_have_accessible_name("Wegwijs: Chat openen")


# ---- hostile text


def test_hostile_text_stays_text(open_widget: OpenWidget, server: FakeServer) -> None:
    widget = open_widget().open().ask("hostile")
    answer = widget.last_answer()
    expect(answer.locator("img")).to_have_count(0)
    expect(answer.locator("b")).to_have_count(0)
    expect(answer.locator("a")).to_have_count(0)
    expect(answer.locator(".messages > p").first).to_contain_text(HOSTILE)
    expect(answer.locator("li").first).to_have_text(HOSTILE)
    expect(answer.locator(".card")).to_have_text(HOSTILE)
    expect(widget.replies).to_have_text(HOSTILE)
    widget.ask(HOSTILE)
    expect(widget.own.last.locator("p")).to_have_text(HOSTILE)
    assert widget.page.title() == "A page of a city"


def test_links_are_found_wherever_they_stand(open_widget: OpenWidget, server: FakeServer) -> None:
    server.replies["links"] = {
        "messages": [
            {
                "kind": "text",
                "text": "Call 112, or 1122, or 112; mail a@b.be",
                "links": [
                    {"text": "112", "href": "tel:112"},
                    {"text": "1122", "href": "tel:1122"},
                    {"text": "a@b.be", "href": "mailto:a@b.be"},
                    {"text": "", "href": "tel:0"},
                ],
            }
        ]
    }
    widget = open_widget().open().ask("links")
    links = widget.last_answer().locator("a").evaluate_all("all => all.map(a => [a.text, a.href])")
    assert links == [
        ["112", "tel:112"],
        ["1122", "tel:1122"],
        ["112", "tel:112"],
        ["a@b.be", "mailto:a@b.be"],
    ]
    expect(widget.last_answer().locator(".messages > p")).to_have_text(
        "Call 112, or 1122, or 112; mail a@b.be"
    )

"""The widget: which language it speaks, and for which place."""

from __future__ import annotations

import re

import pytest
from browsing import OpenWidget, Watch
from fake_server import STATIC, FakeServer
from playwright.sync_api import expect
from scripted import languages, sentences

pytestmark = pytest.mark.browser


# ---- language


@pytest.mark.parametrize(
    ("data", "locale", "expected"),
    [
        ('data-language="ar"', "tr-TR", "ar"),
        ('data-language="ar-SY"', "tr-TR", "ar"),
        ("", "tr-TR", "tr"),
        ("", "ja-JP", "nl"),
        ('data-language="xx"', "so", "so"),
    ],
)
def test_the_first_language(
    open_widget: OpenWidget, server: FakeServer, data: str, locale: str, expected: str
) -> None:
    widget = open_widget(data, options={"locale": locale}).open()
    expect(widget.panel).to_have_attribute("lang", expected)
    expect(widget.box).to_have_attribute(
        "placeholder", sentences(expected)["widget"]["placeholder"]
    )
    assert server.chats()[0]["language"] == expected


def test_languages_are_named_in_themselves(open_widget: OpenWidget) -> None:
    widget = open_widget().open()
    options = widget.language.locator("option").evaluate_all(
        "all => all.map(o => ({code: o.value, name: o.textContent, direction: o.dir}))"
    )
    assert options == languages()
    expect(widget.language.locator("option[value=ti]")).to_have_attribute("lang", "ti")


def test_changing_the_language_in_a_conversation(
    open_widget: OpenWidget, server: FakeServer
) -> None:
    widget = open_widget().open().ask("vraag")
    widget.language.select_option("ar")
    expect(widget.answers).to_have_count(3)
    sent = server.chats()[-1]
    assert sent["payload"] == '/change_language{"language": "ar"}'
    expect(widget.own.last.locator("p")).to_have_text("العربية")
    expect(widget.panel).to_have_attribute("dir", "rtl")
    expect(widget.close).to_have_accessible_name(sentences("ar")["widget"]["close"])
    widget.ask("سؤال")
    assert server.chats()[-1]["language"] == "ar"


def test_changing_the_language_before_there_is_a_conversation(
    open_widget: OpenWidget, server: FakeServer, watch: Watch
) -> None:
    watch.allowed_errors.append("503")
    server.status, server.fail_only = 503, "/api/chat"
    widget = open_widget()
    widget.launcher.click()
    expect(widget.banner).to_be_visible()
    server.status = 200
    widget.language.select_option("pl")
    expect(widget.answers).to_have_count(1)
    assert server.chats()[-1] == {"payload": "/start", "language": "pl"}
    expect(widget.banner).to_be_hidden()


def test_the_page_can_change_the_language(open_widget: OpenWidget, server: FakeServer) -> None:
    widget = open_widget()
    set_language = "code => document.querySelector('wegwijs-chat').setAttribute('language', code)"
    widget.page.evaluate(set_language, "de")
    expect(widget.launcher).to_have_accessible_name("Wegwijs: Chat öffnen")
    assert server.requests == []
    widget.open()
    widget.page.evaluate(set_language, "es")
    expect(widget.answers).to_have_count(2)
    assert server.chats()[-1]["payload"] == '/change_language{"language": "es"}'


def test_the_widget_follows_the_language_of_the_reply(
    open_widget: OpenWidget, server: FakeServer
) -> None:
    text = {"kind": "text", "text": "Merhaba"}
    server.replies["Merhaba"] = {"language": "tr", "messages": [text]}
    widget = open_widget().open().ask("Merhaba")
    expect(widget.panel).to_have_attribute("lang", "tr")
    expect(widget.language).to_have_value("tr")
    expect(widget.own.locator("p")).to_have_attribute("lang", "tr")
    expect(widget.send).to_have_accessible_name(sentences("tr")["widget"]["send"])


def test_arrow_keys_in_the_language_list_do_not_send_each_step(
    open_widget: OpenWidget, server: FakeServer
) -> None:
    widget = open_widget().open()
    widget.language.focus()
    for _ in range(3):
        # As on Windows and Linux, where arrows change a closed list.
        widget.language.evaluate(
            """select => {
              select.dispatchEvent(new KeyboardEvent('keydown', {key: 'ArrowDown', bubbles: true}));
              select.selectedIndex += 1;
              select.dispatchEvent(new Event('change', {bubbles: true}));
            }"""
        )
    assert len(server.chats()) == 1
    widget.box.focus()
    expect(widget.answers).to_have_count(2)
    assert server.chats()[-1]["payload"] == '/change_language{"language": "de"}'


def test_a_language_that_does_not_load_is_not_shown_as_chosen(
    open_widget: OpenWidget, server: FakeServer, watch: Watch
) -> None:
    watch.allowed_errors.append("503")
    widget = open_widget().open()
    server.status, server.fail_only = 503, "/api/texts"
    widget.language.select_option("uk")
    expect(widget.banner).to_contain_text(sentences("nl")["widget"]["offline"])
    expect(widget.language).to_have_value("nl")
    server.status = 200
    widget.retry.click()
    expect(widget.panel).to_have_attribute("lang", "uk")
    expect(widget.answers).to_have_count(2)


def test_the_built_in_words_are_those_of_the_bot() -> None:
    source = (STATIC / "widget" / "languages.js").read_text("utf-8")
    table = source.split("BUILT_IN = {")[1].split("\n};")[0]
    strings = re.findall(r"'((?:[^'\\]|\\.)*)',\n", table)
    built_in = [each.replace("\\'", "'") for each in strings]
    expected = [
        sentences(each["code"])["widget"][key]
        for each in languages()
        for key in ("open", "offline", "retry")
    ]
    assert built_in == expected, "copy what changed in bot/sentences to widget/languages.js"
    rtl = [each["code"] for each in languages() if each["direction"] == "rtl"]
    assert f"RIGHT_TO_LEFT = {rtl}" in source


# ---- place


def test_the_place_of_the_page_is_sent_until_another_is_chosen(
    open_widget: OpenWidget, server: FakeServer
) -> None:
    widget = open_widget('data-language="nl" data-place="ghent"').open().ask("een")
    widget.open_menu()
    expect(widget.place).to_have_value("ghent")
    widget.place.select_option("netherlands")
    expect(widget.answers).to_have_count(3)
    widget.ask("twee")
    sent = server.chats()
    assert [each.get("place") for each in sent[:2]] == ["ghent", "ghent"]
    assert sent[2]["payload"] == '/tell_place{"place":"netherlands"}'
    assert "place" not in sent[3]
    expect(widget.own.nth(1)).to_contain_text("Nederland")
    widget.open_menu()
    expect(widget.place).to_have_value("netherlands")


def test_a_button_can_name_the_place(open_widget: OpenWidget, server: FakeServer) -> None:
    widget = open_widget('data-language="nl" data-place="ghent"').open().ask("place?")
    widget.replies.first.click()
    expect(widget.answers).to_have_count(3)
    widget.ask("een")
    assert "place" not in server.chats()[-1]
    widget.open_menu()
    expect(widget.place).to_have_value("netherlands")


def test_no_place(open_widget: OpenWidget, server: FakeServer) -> None:
    widget = open_widget().open()
    assert "place" not in server.chats()[0]
    widget.open_menu()
    expect(widget.place.locator("option:checked")).to_have_text("Niet gekozen")


def test_another_server(open_widget: OpenWidget, server: FakeServer, watch: Watch) -> None:
    """A city's page embeds the widget from our host, under its own strict policy."""
    watch.allowed_origins.add(server.elsewhere)
    widget = open_widget(origin=server.elsewhere).open().ask("vraag")
    expect(widget.answers).to_have_count(2)
    assert watch.origins == {server.url, server.elsewhere}


def test_the_server_attribute(open_widget: OpenWidget, server: FakeServer) -> None:
    widget = open_widget(f'data-language="nl" data-server="{server.url}/"').open()
    expect(widget.answers).to_have_count(1)

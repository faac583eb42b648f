"""The widget for everyone: keyboard, small screens, large letters, both directions, axe."""

from __future__ import annotations

from typing import Any

import pytest
from axe import check_axe
from browsing import PHONE, NewPage, OpenWidget, Watch
from fake_server import FakeServer
from playwright.sync_api import expect
from widget_page import WidgetPage

pytestmark = pytest.mark.browser

SMALLEST: dict[str, Any] = {**PHONE, "viewport": {"width": 320, "height": 568}}
# A window of 1280 x 720 at 200 % zoom.
ZOOMED: dict[str, Any] = {"viewport": {"width": 640, "height": 360}, "device_scale_factor": 2}


def check_fits(widget: WidgetPage) -> None:
    """Nothing sticks out to the side, and what must be reached can be."""
    page = widget.page
    width = page.evaluate("document.documentElement.clientWidth")
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    sideways = widget.panel.evaluate(
        """panel => [panel, ...panel.querySelectorAll('*')]
             .filter(node => node.scrollWidth > node.clientWidth + 1 && node.clientWidth > 0)
             .filter(node => !node.closest('.unseen, select, svg'))
             .filter(node => getComputedStyle(node).display !== 'inline')
             .map(node => node.className || node.tagName)"""
    )
    assert not sideways, sideways
    for control in (widget.close, widget.menu_button, widget.language, widget.send, widget.box):
        control.scroll_into_view_if_needed()
        box = control.bounding_box()
        assert box
        assert box["x"] >= 0 and box["x"] + box["width"] <= width + 0.5, control
        assert box["height"] >= 44 and box["width"] >= 44, (control, box)


# ---- keyboard and focus


def test_the_keyboard_is_enough(open_widget: OpenWidget, server: FakeServer) -> None:
    widget = open_widget()
    keyboard = widget.page.keyboard
    widget.page.locator("main a").focus()
    keyboard.press("Tab")
    assert widget.focused() == "button.launcher"
    keyboard.press("Enter")
    expect(widget.answers).to_have_count(1)
    assert widget.focused().startswith("textarea")
    keyboard.type("vraag")
    keyboard.press("Enter")
    expect(widget.answers).to_have_count(2)
    assert widget.focused().startswith("textarea"), "an answer doesn't take the focus"
    keyboard.press("Shift+Tab")
    assert widget.focused() == "button.reply"
    keyboard.press("Enter")
    expect(widget.answers).to_have_count(3)
    assert widget.focused() != "body.", "a used button doesn't take the focus with it"
    keyboard.press("Escape")
    expect(widget.dialog).to_be_hidden()
    assert widget.focused() == "button.launcher"


def test_every_control_is_reached_by_tab(open_widget: OpenWidget) -> None:
    widget = open_widget().open().ask("vraag")
    widget.page.locator("header select").focus()
    seen = []
    for _ in range(14):
        seen.append(widget.focused())
        widget.page.keyboard.press("Tab")
    wanted = [
        "select.",
        "button.icon",
        "button.icon",
        "div.scroller",
        "a.call",
        "a.call",
        "a.outside",
        "a.outside",
        "button.choice",
        "button.choice",
        "button.reply",
        "button.reply",
        "textarea.",
        "button.send",
    ]
    assert seen == wanted


def test_escape_closes_the_menu_first(open_widget: OpenWidget) -> None:
    widget = open_widget().open()
    widget.menu_button.focus()
    widget.page.keyboard.press("Enter")
    expect(widget.menu_button).to_have_attribute("aria-expanded", "true")
    assert widget.focused() == "select."
    widget.page.keyboard.press("Escape")
    expect(widget.menu_button).to_have_attribute("aria-expanded", "false")
    assert widget.focused() == "button.icon"
    expect(widget.dialog).to_be_visible()
    widget.page.keyboard.press("Escape")
    expect(widget.dialog).to_be_hidden()


def test_a_click_beside_the_menu_closes_it(open_widget: OpenWidget) -> None:
    widget = open_widget().open()
    widget.open_menu()
    expect(widget.place).to_be_visible()
    widget.answers.first.click()
    expect(widget.place).to_be_hidden()


@pytest.mark.parametrize("phone", [False, True])
def test_the_focus_goes_back_to_where_it_came_from(
    open_widget: OpenWidget, server: FakeServer, phone: bool
) -> None:
    widget = open_widget(phone=phone)
    link = widget.page.locator("main a")
    link.focus()
    widget.page.evaluate("void document.querySelector('wegwijs-chat').ask('vraag')")
    expect(widget.answers).to_have_count(2)
    # On a phone the box would raise the keyboard over the answer.
    assert widget.focused().startswith("h2" if phone else "textarea")
    widget.close.click()
    expect(link).to_be_focused()


def test_on_a_phone_the_page_behind_cannot_be_reached(open_widget: OpenWidget) -> None:
    widget = open_widget(phone=True).open()
    expect(widget.page.get_by_role("dialog", name="Wegwijs")).to_be_visible()
    assert widget.dialog.evaluate("dialog => dialog.matches(':modal')")
    widget.page.keyboard.press("Escape")
    expect(widget.dialog).to_be_hidden()
    expect(widget.launcher).to_be_visible()


def test_on_a_desktop_the_page_stays_in_use(open_widget: OpenWidget) -> None:
    widget = open_widget().open()
    expect(widget.page.get_by_role("dialog", name="Wegwijs")).to_be_visible()
    widget.page.locator("main a").click()
    expect(widget.dialog).to_be_visible()


# ---- sizes


def test_the_panel_on_a_desktop(open_widget: OpenWidget) -> None:
    box = open_widget().open().dialog.bounding_box()
    assert box
    assert (box["width"], box["height"]) == (400, 640)
    assert box["x"] > 1280 / 2


def test_the_panel_fills_a_phone(open_widget: OpenWidget) -> None:
    box = open_widget(phone=True).open().dialog.bounding_box()
    assert box == {"x": 0, "y": 0, "width": 390, "height": 844}


@pytest.mark.parametrize("language", ["nl", "ar", "ti", "uk", "ps"])
@pytest.mark.parametrize("options", [SMALLEST, ZOOMED], ids=["320px", "zoom200"])
def test_small_and_zoomed_screens(
    open_widget: OpenWidget, language: str, options: dict[str, Any]
) -> None:
    widget = open_widget(f'data-language="{language}"', options=options).open().ask("?")
    widget.ask("danger")
    check_fits(widget)
    log = widget.page.locator(".scroller").bounding_box()
    assert log and log["height"] >= 110
    title, close = widget.page.locator("h2").bounding_box(), widget.close.bounding_box()
    assert title and close and close["y"] < title["y"] + title["height"], "one row"


@pytest.mark.parametrize("language", ["nl", "ar", "uk"])
@pytest.mark.parametrize("options", [SMALLEST, PHONE, {}], ids=["320px", "390px", "1280px"])
def test_large_letters(open_widget: OpenWidget, language: str, options: dict[str, Any]) -> None:
    """Text-only zoom of 200 %."""
    widget = open_widget(f'data-language="{language}"', options=options, css="html{font-size:200%}")
    widget.open().ask("?")
    check_fits(widget)


def test_a_page_with_tiny_letters_does_not_make_ours_tiny(open_widget: OpenWidget) -> None:
    widget = open_widget(css="html{font-size:62.5%}").open()
    assert widget.box.evaluate("box => getComputedStyle(box).fontSize") == "16px"


# ---- directions


def test_right_to_left(open_widget: OpenWidget) -> None:
    widget = open_widget('data-language="ar"', phone=True, lang="ar", dir="rtl").open()
    widget.ask("كيف أجد طبيبًا؟")
    width = 390
    send, box = widget.send.bounding_box(), widget.box.bounding_box()
    step = widget.last_answer().locator(".steps li span").first.bounding_box()
    close, own = widget.close.bounding_box(), widget.own.locator("p").bounding_box()
    assert send and box and step and close and own
    assert send["x"] < box["x"]
    assert close["x"] < 20
    assert own["x"] < width - own["x"] - own["width"], "what the person says stands at the end"
    assert width - step["x"] - step["width"] > 50, "the number stands to the right of the step"
    # A number reads from the left in every sentence.
    link = widget.last_answer().locator("a.call").first
    assert link.evaluate("a => getComputedStyle(a).direction") == "ltr"


def test_the_placeholder_stands_where_the_language_begins(open_widget: OpenWidget) -> None:
    widget = open_widget('data-language="ar"').open()
    expect(widget.box).to_have_attribute("dir", "rtl")
    widget.box.fill("dokter")
    expect(widget.box).to_have_attribute("dir", "auto")


def test_the_panel_does_not_jump_when_the_language_changes(open_widget: OpenWidget) -> None:
    widget = open_widget().open()
    before = widget.dialog.bounding_box()
    widget.language.select_option("ar")
    expect(widget.panel).to_have_attribute("dir", "rtl")
    assert widget.dialog.bounding_box() == before


# ---- axe


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("language", ["nl", "ar"])
def test_axe(open_widget: OpenWidget, server: FakeServer, scheme: str, language: str) -> None:
    options = {"color_scheme": scheme}
    widget = open_widget(f'data-language="{language}"', options=options, lang=language)
    page = widget.page
    check_axe(page)
    widget.open()
    check_axe(page)
    widget.ask("vraag").last_answer().locator(".choice").first.click()
    check_axe(page)
    widget.scroll_to_end()
    check_axe(page)
    widget.ask("danger")
    check_axe(page)
    widget.open_menu()
    page.locator(".menu > .plain").click()
    check_axe(page)
    page.keyboard.press("Escape")
    server.delay = 3
    widget.write("vraag")
    widget.thinking.locator(".dots").wait_for()
    check_axe(page)


def test_axe_in_trouble_on_a_phone(
    open_widget: OpenWidget, server: FakeServer, watch: Watch
) -> None:
    watch.allowed_errors.append("Failed to load resource")
    widget = open_widget(phone=True).open()
    server.status = 500
    widget.write("x" * 9_990)
    expect(widget.banner).to_be_visible()
    check_axe(widget.page)


def test_axe_inline(open_widget: OpenWidget) -> None:
    body = "<wegwijs-chat language='uk' inline></wegwijs-chat>"
    widget = open_widget("", body=body)
    widget.answers.first.wait_for()
    check_axe(widget.page)


# ---- looks


def test_a_page_can_set_colours_and_theme(open_widget: OpenWidget) -> None:
    widget = open_widget(
        'data-language="nl" data-theme="dark"',
        css="wegwijs-chat{--wegwijs-primary:rgb(1,2,3)}",
    ).open()
    assert widget.send.evaluate("b => getComputedStyle(b).backgroundColor") == "rgb(1, 2, 3)"
    assert widget.panel.evaluate("b => getComputedStyle(b).colorScheme") == "dark"


def test_the_styles_of_the_page_stay_out(open_widget: OpenWidget) -> None:
    css = (
        "p{color:red!important}body{text-align:center;letter-spacing:9px;text-transform:uppercase}"
    )
    widget = open_widget(css=css).open()
    answer = widget.answers.first.locator("p").first
    style = answer.evaluate(
        "p => [getComputedStyle(p).letterSpacing, getComputedStyle(p).textAlign]"
    )
    assert style == ["normal", "start"]


@pytest.mark.parametrize("reduced", [True, False])
def test_motion(open_widget: OpenWidget, server: FakeServer, reduced: bool) -> None:
    options = {"reduced_motion": "reduce" if reduced else "no-preference"}
    widget = open_widget(options=options).open()
    server.delay = 1.5
    widget.write("vraag")
    dot = widget.thinking.locator("i").first
    assert dot.evaluate("i => getComputedStyle(i).animationName") == ("none" if reduced else "wait")


def test_forced_colours(open_widget: OpenWidget) -> None:
    widget = open_widget(options={"forced_colors": "active"}).open().ask("danger")
    for part in (widget.answers.last, widget.own.last.locator("p"), widget.send):
        assert part.evaluate("node => getComputedStyle(node).borderTopStyle") == "solid"


# ---- the demo page


@pytest.mark.parametrize("options", [{}, SMALLEST, {"color_scheme": "dark"}])
def test_the_demo_page(new_page: NewPage, server: FakeServer, options: dict[str, Any]) -> None:
    page = new_page(**options)
    page.goto(server.url)
    widget = WidgetPage(page)
    widget.launcher.wait_for()
    check_axe(page)
    width = page.evaluate("document.documentElement.clientWidth")
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    page.get_by_role("button", name="كيف أجد طبيبًا؟").click()
    expect(widget.answers).to_have_count(2)
    assert server.chats()[-1]["text"] == "كيف أجد طبيبًا؟"


def test_the_demo_page_speaks_the_language_of_the_visitor(
    new_page: NewPage, server: FakeServer
) -> None:
    page = new_page(locale="nl-NL")
    page.goto(server.url)
    expect(page.locator("main")).to_contain_text("voor nieuwkomers")
    page.get_by_role("combobox").first.select_option("ar")
    expect(page.locator(".lead")).to_have_attribute("dir", "rtl")
    expect(WidgetPage(page).launcher).to_have_accessible_name("Wegwijs: فتح المحادثة")

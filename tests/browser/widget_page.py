"""The widget on a page, as a test handles it. Playwright looks through its shadow root."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from playwright.sync_api import Locator, Page


class WidgetPage:
    """A page with the widget."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.launcher = page.locator(".launcher")
        self.dialog = page.locator("wegwijs-chat dialog")
        self.panel = page.locator(".panel")
        self.box = page.locator("#box")
        self.send = page.locator(".send")
        self.answers = page.locator(".bot")
        self.own = page.locator(".own")
        self.replies = page.locator(".reply")
        self.banner = page.locator(".banner")
        self.retry = page.locator(".banner button")
        self.language = page.locator("wegwijs-chat header select")
        self.menu_button = page.locator("wegwijs-chat header .icon").first
        self.close = page.locator("wegwijs-chat header .icon").last
        self.place = page.locator("#place")
        self.thinking = page.locator(".status")
        self.bar = page.locator(".bar")
        self.offer = page.locator(".offer")
        self.from_person = page.locator(".bot.person")
        self.delivery = page.locator(".to-person small")
        self.spoken = page.locator(".panel > .unseen")

    def go(self, server: str, data: str = "", **query: str) -> WidgetPage:
        """Load a page of the scripted server that embeds the widget."""
        self.page.goto(f"{server}/page?{urlencode({'data': data, **query})}")
        self.page.locator("wegwijs-chat:defined").wait_for(state="attached")
        return self

    def open(self) -> WidgetPage:
        """Open the chat and wait for the greeting."""
        self.launcher.click()
        self.answers.first.wait_for()
        return self

    def ask(self, text: str) -> WidgetPage:
        """Write and send, and wait for the answer."""
        before = self.answers.count()
        self.write(text)
        self.answers.nth(before).wait_for()
        return self

    def write(self, text: str) -> None:
        """Write and send."""
        self.box.fill(text)
        self.box.press("Enter")

    def open_menu(self) -> None:
        """Open the menu."""
        self.menu_button.click()

    def erase(self) -> None:
        """Erase the conversation, with the confirmation."""
        self.open_menu()
        self.page.locator(".menu > .plain").click()
        self.page.locator(".confirm .danger").click()

    def ask_person(self) -> WidgetPage:
        """Ask for a person, and wait for the card."""
        self.ask("person")
        self.offer.wait_for()
        return self

    def begin_with_person(self) -> WidgetPage:
        """Ask for a person and consent."""
        self.ask_person()
        self.offer.locator(".go").click()
        self.bar.wait_for()
        return self

    def scroll_to_end(self) -> None:
        """Show the end of the log."""
        self.page.locator(".scroller").evaluate("node => node.scrollTop = node.scrollHeight")

    def focused(self) -> Any:
        """Which element has the focus, within the widget if it is there."""
        return self.page.evaluate(
            """() => {
              const host = document.activeElement;
              const node = host.shadowRoot?.activeElement ?? host;
              return [node.tagName.toLowerCase(), node.className].join('.');
            }"""
        )

    def last_answer(self) -> Locator:
        """The newest answer."""
        return self.answers.last

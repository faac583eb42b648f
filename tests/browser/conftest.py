"""A browser for tests of any page, and a scripted server for tests of the widget alone.

`page` and `phone_page` are ordinary Playwright pages, to be sent to any address. After each test
they are checked: no error on the console, no breach of the page's Content-Security-Policy, no
request to another origin than that of the page.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright

# The tests here share modules, and pytest's importlib mode puts no folder on the path.
sys.path.insert(0, str(Path(__file__).parent))

from browsing import DESKTOP, PHONE, NewPage, OpenWidget, Watch
from console_server import ConsoleServer, serve_console
from fake_server import FakeServer
from widget_page import WidgetPage

from api.settings import Settings
from knowledge.library import Library

# Twice Playwright's own: `make test` does two things at a time.
expect.set_options(timeout=10_000)

CHROMIUM = Path(os.environ.get("WEGWIJS_CHROMIUM", "/usr/bin/chromium"))
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Debian's chromium.

    One for each module and not for the session: while Playwright runs, no asynchronous test can.
    """
    if not CHROMIUM.exists():
        reason = f"{CHROMIUM} is missing (on Debian: apt install chromium)"
        if os.environ.get("CI"):
            pytest.fail(reason)
        pytest.skip(reason)
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        yield chromium
        chromium.close()


@pytest.fixture
def watch() -> Watch:
    """What the pages of this test do; a test may allow more."""
    return Watch()


@pytest.fixture
def new_page(request: pytest.FixtureRequest, browser: Browser, watch: Watch) -> Iterator[NewPage]:
    """Make a page, with options of a browser context."""
    for server in {"console", "whole"} & set(request.fixturenames):
        request.getfixturevalue(server)  # it ends after the pages, which may still be asking it
    contexts = []

    def make(**options: Any) -> Page:
        context = browser.new_context(**{**DESKTOP, "locale": "en-GB", **options})
        context.set_default_timeout(10_000)
        contexts.append(context)
        page = context.new_page()
        watch.follow(page)
        return page

    yield make
    for context in contexts:
        context.close()
    watch.check()


@pytest.fixture
def page(new_page: NewPage) -> Page:
    """A page on a desktop."""
    return new_page()


@pytest.fixture
def phone_page(new_page: NewPage) -> Page:
    """A page on a phone."""
    return new_page(**PHONE)


@pytest.fixture(scope="module")
def running_server() -> Iterator[FakeServer]:
    """The scripted server of a module."""
    server = FakeServer()
    server.start()
    yield server
    server.stop()


@pytest.fixture
def server(running_server: FakeServer) -> FakeServer:
    """The scripted server, as if new."""
    running_server.reset()
    return running_server


@pytest.fixture
def open_widget(new_page: NewPage, server: FakeServer) -> OpenWidget:
    """Go to a page with the widget: `open_widget('data-language="ar"', phone=True, lang="ar")`."""

    def go(
        data: str = 'data-language="nl"',
        *,
        phone: bool = False,
        page: Page | None = None,
        options: dict[str, Any] | None = None,
        **query: str,
    ) -> WidgetPage:
        shown = page or new_page(**{**(PHONE if phone else {}), **(options or {})})
        return WidgetPage(shown).go(server.url, data, **query)

    return go


@pytest.fixture(scope="session")
def console_library() -> Library:
    """The real library."""
    return Library.load(Settings().library_dir)


@pytest.fixture
def console(tmp_path: Path, console_library: Library) -> Iterator[ConsoleServer]:
    """A server with the console and an empty database; `console.sign_in(page, Role.EDITOR)`."""
    settings = Settings(data_dir=tmp_path / "data", watch_library=False)
    with serve_console(settings, console_library) as running:
        yield running

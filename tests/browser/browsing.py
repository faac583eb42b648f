"""Sizes of screens, and what a page must not do."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from playwright.sync_api import ConsoleMessage, Page, Request
from widget_page import WidgetPage

DESKTOP: dict[str, Any] = {"viewport": {"width": 1280, "height": 800}}
PHONE: dict[str, Any] = {
    "viewport": {"width": 390, "height": 844},
    "device_scale_factor": 2,
    "has_touch": True,
    "is_mobile": True,
}

_REPORT_VIOLATIONS = """
addEventListener('securitypolicyviolation', (event) => {
  console.error(`CSP: ${event.violatedDirective} ${event.blockedURI}`);
});
"""


@dataclass
class Watch:
    """What pages did that they should not.

    Attributes:
        errors: What came on the console.
        origins: Where requests went.
        allowed_errors: Pieces of messages that a test expects.
        allowed_origins: Origins beside those of the pages themselves.
    """

    errors: list[str] = field(default_factory=list)
    origins: set[str] = field(default_factory=set)
    allowed_errors: list[str] = field(default_factory=list)
    allowed_origins: set[str] = field(default_factory=set)

    def follow(self, page: Page) -> None:
        """Watch a page."""
        page.add_init_script(_REPORT_VIOLATIONS)
        page.on("console", self._on_console)
        page.on("pageerror", lambda error: self.errors.append(str(error)))
        page.on("request", self._on_request)

    def _on_console(self, message: ConsoleMessage) -> None:
        if message.type in ("error", "warning"):
            self.errors.append(message.text)

    def _on_request(self, request: Request) -> None:
        origin = "{0.scheme}://{0.netloc}".format(urlsplit(request.url))
        if request.is_navigation_request():
            self.allowed_origins.add(origin)
        self.origins.add(origin)

    def check(self) -> None:
        """Complain of what was not allowed."""
        bad = [each for each in self.errors if not any(ok in each for ok in self.allowed_errors)]
        assert not bad, f"on the console: {bad}"
        foreign = self.origins - self.allowed_origins
        assert not foreign, f"requests to {foreign}"


NewPage = Callable[..., Page]
OpenWidget = Callable[..., WidgetPage]

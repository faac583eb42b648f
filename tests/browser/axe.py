"""axe-core, run on a page."""

from __future__ import annotations

from pathlib import Path

from playwright.sync_api import Page

AXE = Path(__file__).parent / "vendor" / "axe.min.js"


def check_axe(page: Page) -> None:
    """No serious or critical violation in the eyes of axe."""
    # Wait for the entrance to end: half transparent, no text has enough contrast.
    page.wait_for_timeout(250)
    page.evaluate(AXE.read_text("utf-8"))
    found = page.evaluate("() => axe.run(document, {resultTypes: ['violations']})")
    grave = [
        (each["id"], [node["html"][:120] for node in each["nodes"]])
        for each in found["violations"]
        if each["impact"] in ("serious", "critical")
    ]
    assert not grave, grave

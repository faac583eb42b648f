"""Asking as a newcomer in the console, beside the draft of a proposal."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import pytest
from axe import check_axe
from browsing import DESKTOP, PHONE, NewPage
from console_server import ConsoleServer, serve_console
from playwright.sync_api import expect

from api.console.roles import Role
from api.settings import Settings
from api.store.database import now
from api.store.tables import Proposal
from knowledge.library import Library

if TYPE_CHECKING:
    from bot.engine import Engine

pytestmark = pytest.mark.browser

NEW = "Dit is een nieuwe zin over de dokter."


@pytest.fixture(scope="module")
def whole(built: Settings, engine: Engine, console_library: Library) -> Iterator[ConsoleServer]:
    """A server with the dialogue, and a proposal that waits for an editor."""
    with serve_console(built, console_library, engine) as running:
        yield running


@pytest.mark.parametrize("size", [DESKTOP, PHONE], ids=["desktop", "phone"])
def test_an_answer_beside_the_draft_of_a_proposal(
    size: dict[str, Any], whole: ConsoleServer, new_page: NewPage
) -> None:
    page = new_page(**size)
    account = whole.sign_in(page, Role.EDITOR, name=f"try-{size['viewport']['width']}")
    card = "find-a-doctor.flanders"
    change = {"kind": "word_part", "card": card, "language": "nl", "part": "answer", "text": NEW}
    with whole.database.session() as session:
        proposal = Proposal(
            created_at=now(), account_id=account, kind="word_part", change=change, card_id=card,
            language="nl", status="open",
        )  # fmt: skip
        session.add(proposal)
    page.goto(f"{whole.url}/console/try?proposal={proposal.id}")
    page.get_by_label("The question").fill("ik zoek een huisarts in antwerpen")
    page.get_by_label("Language of the chat").select_option("nl")
    page.set_default_timeout(60_000)
    page.get_by_role("button", name="Ask", exact=True).click()
    live, draft = page.locator(".tried").nth(0), page.locator(".tried").nth(1)
    expect(draft).to_contain_text(NEW, timeout=60_000)
    expect(live).to_contain_text("Een huisarts vinden in Vlaanderen")
    expect(live).not_to_contain_text(NEW)
    check_axe(page)
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")

"""Learning what people need: unanswered questions and statistics, on a phone and on a desktop."""

from __future__ import annotations

from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from axe import check_axe
from browsing import PHONE, NewPage
from console_server import ConsoleServer
from playwright.sync_api import Page, expect

from actions.reply import Message, Reply, Status
from api.store.database import now
from api.store.exchanges import Exchanges
from api.store.tables import Exchange, Handover
from knowledge.centring import Centres
from knowledge.library import Library
from knowledge.search import Evidence, Hit, SearchResult

pytestmark = pytest.mark.browser

SWIMMING, DOG, NAME = range(3)
QUESTIONS = (
    (SWIMMING, "nl", "waar kan mijn dochter leren zwemmen", "ghent"),
    (SWIMMING, "ar", "أريد أن يتعلم ابني السباحة، أين أسجله؟", None),
    (SWIMMING, "uk", "Де дитина може навчитися плавати?", "antwerp"),
    (SWIMMING, "tr", "Çocuğum için yüzme kursu var mı?", "ghent"),
    (DOG, "uk", "Чи потрібен моєму собаці паспорт?", None),
    (DOG, "nl", "mag ik mijn hond meenemen naar de opvang", "antwerp"),
    (NAME, "ar", "أريد تغيير اسم عائلتي", "ghent"),
)


@pytest.fixture(params=["desktop", "phone"])
def screen(request: pytest.FixtureRequest, new_page: NewPage) -> Page:
    """A page on both sizes."""
    return new_page(**(PHONE if request.param == "phone" else {}))


@pytest.fixture
def questions(console: ConsoleServer, console_library: Library) -> None:
    """Questions in four languages that the bot could not answer."""
    meanings = {text: meaning for meaning, _, text, _ in QUESTIONS}

    def encode(text: str) -> Any:
        vector = np.zeros(4, dtype=np.float32)
        vector[meanings[text]] = 1
        return vector

    def find(question: str, language: str, place: str | None, limit: int) -> SearchResult:
        cards = ("learn-the-language.flanders", "find-a-doctor.flanders")
        hits = [
            Hit("card", card, (card,), place is None, score, 0.5, 0.1, Evidence("x", "nl", "title"))
            for card, score in zip(cards, (0.34, 0.08), strict=True)
            if card in console_library.cards
        ]
        return SearchResult(tuple(hits), 0.34)

    engine: Any = console.state.engine
    engine.knowledge.search = SimpleNamespace(
        encoder=SimpleNamespace(fingerprint="fake", encode_query=encode),
        index=SimpleNamespace(centres=Centres()), library=console_library, search=find,
    )  # fmt: skip
    for number, (_, language, text, place) in enumerate(QUESTIONS):
        reply = Reply(
            status=Status.UNKNOWN, messages=(Message(text="…", language=language),),
            language=language, place=place, intent="ask",
        )  # fmt: skip
        Exchanges(console.database).add(f"c{number}", text, reply, 210)


@pytest.fixture
def weeks(console: ConsoleServer, console_library: Library) -> None:
    """Three whole weeks of exchanges and hand-overs."""
    today = now()
    cards = sorted(console_library.cards)[:16]
    languages = ("nl", "ar", "uk", "tr", "fa", "en")
    with console.database.session() as session:
        for n in range(600):
            week = n // 200
            at = today - timedelta(days=today.weekday() + 1 + 7 * week, minutes=n)
            refused, card = n % 6 == 0, console_library.cards[cards[n % 7 * n % 16]]
            session.add(
                Exchange(
                    id=f"e{n}",
                    conversation_id=f"k{n}",
                    created_at=at,
                    text="…",
                    reply={},
                    evidence=[],
                    language=languages[n % 17 % 6],
                    status="unknown" if refused else "handed_over" if n % 29 == 0 else "answered",
                    place=(None, "ghent", "antwerp", "amsterdam")[n % 4 if n % 100 else 0],
                    card_id=None if refused else card.id,
                    domain=None if refused else card.domain,
                    milliseconds=150 + n * 37 % 900,
                    feedback=(None, "good", None, "bad")[n // 5 % 4] if n % 3 else None,
                )
            )
        for n in range(40):
            at = today - timedelta(days=today.weekday() + 1 + 7 * (n % 3), minutes=n)
            session.add(
                Handover(
                    id=f"h{n}",
                    conversation_id=f"t{n}",
                    language=languages[n % 4],
                    status="ended",
                    created_at=at,
                    consented_at=at,
                    taken_at=at + timedelta(minutes=2 + n % 5),
                    ended_at=at + timedelta(minutes=9 + n % 20),
                )
            )


def stands_within_the_screen(page: Page) -> bool:
    wide: bool = page.evaluate(
        "document.documentElement.scrollWidth <= document.documentElement.clientWidth"
    )
    return wide


def test_unanswered_questions_are_looked_at_and_dismissed(
    screen: Page, console: ConsoleServer, questions: None
) -> None:
    console.sign_in(screen)
    screen.goto(f"{console.url}/console/unanswered")
    groups = screen.locator("ol.groups > li")
    expect(groups).to_have_count(3)
    expect(groups.first).to_contain_text("asked 4 times")
    screen.evaluate("document.querySelectorAll('details').forEach((one) => (one.open = true))")
    check_axe(screen)
    assert stands_within_the_screen(screen)
    groups.last.get_by_role("link", name="Look and decide").focus()
    screen.keyboard.press("Enter")
    expect(screen.get_by_role("heading", level=1)).to_contain_text("Questions of one meaning")
    check_axe(screen)
    assert stands_within_the_screen(screen)
    screen.get_by_label("Why dismiss it").fill("Wegwijs is not about names.")
    screen.get_by_role("button", name="Dismiss").press("Enter")
    expect(screen.get_by_role("status")).to_contain_text("Dismissed")
    expect(groups).to_have_count(2)
    screen.get_by_role("link", name="Dismissed (1)").click()
    expect(groups).to_contain_text("Wegwijs is not about names.")
    check_axe(screen)


def test_statistics_have_pictures_and_tables(
    screen: Page, console: ConsoleServer, weeks: None
) -> None:
    console.sign_in(screen)
    screen.goto(f"{console.url}/console/statistics")
    weeks_picture = screen.get_by_role("img", name="Questions per week")
    expect(weeks_picture).to_be_visible()
    check_axe(screen)
    assert stands_within_the_screen(screen)
    table = screen.get_by_text("Table: Questions per week")
    table.focus()
    screen.keyboard.press("Enter")
    region = screen.get_by_role("region", name="Table: Questions per week")
    expect(region.get_by_role("row")).to_have_count(4)
    screen.evaluate("document.querySelectorAll('details').forEach((one) => (one.open = true))")
    check_axe(screen)
    assert stands_within_the_screen(screen)
    with screen.expect_download() as download:
        screen.get_by_role("link", name="Download as CSV: Questions per week").click()
    assert download.value.suggested_filename.startswith("wegwijs-weeks-")


def test_statistics_in_the_dark(new_page: NewPage, console: ConsoleServer, weeks: None) -> None:
    page = new_page(color_scheme="dark")
    console.sign_in(page, language="nl")
    page.goto(f"{console.url}/console/statistics")
    expect(page.get_by_role("img", name="Vragen per week")).to_be_visible()
    check_axe(page)

"""The page of pictures, its tables, and their CSV."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from lxml import html
from sqlalchemy import select

from actions.reply import Status
from api.console.figures import WEEKS, FigureCache, Period, periods
from api.settings import Settings
from api.store.database import Database, now
from api.store.statistics_facts import StatisticsFacts
from api.store.tables import AuditEntry, Exchange, Handover

PATH = "/console/statistics"
CARD = "find-a-doctor.flanders"


@pytest.fixture
def settings(tmp_path: Any) -> Settings:
    """An installation that keeps exchanges for half a year."""
    return Settings(data_dir=tmp_path / "data", watch_library=False, retention_days=180)


@pytest.fixture
def last_week() -> datetime:
    """Tuesday morning of the last whole week."""
    today = now()
    monday = today - timedelta(days=today.weekday() + 7)
    return datetime(monday.year, monday.month, monday.day, 9) + timedelta(days=1)


Add = Callable[..., None]


@pytest.fixture
def add(database: Database, last_week: datetime) -> Add:
    """Keep exchanges, each of a conversation of its own: `add(7, language="ar")`."""
    numbers = iter(range(100_000))

    def keep(count: int, **changed: Any) -> None:
        fields = {
            "created_at": last_week, "text": "…", "language": "nl", "status": "answered",
            "milliseconds": 400, "reply": {}, "evidence": [], "card_id": CARD, "domain": "health",
            "place": "ghent", **changed,
        }  # fmt: skip
        with database.session() as session:
            for _ in range(count):
                number = next(numbers)
                one = {"conversation_id": f"c{number}", **fields}
                session.add(Exchange(id=f"e{number}", **one))

    return keep


def read(answer: Any) -> Any:
    assert answer.status_code == 200, answer.text
    return html.fromstring(answer.text)


def said(node: Any) -> str:
    return " ".join(node.text_content().split())


def table(page: Any, name: str) -> list[list[str]]:
    (section,) = page.xpath(f'//section[@aria-labelledby="{name}"]')
    return [[said(cell) for cell in row] for row in section.xpath(".//tbody/tr")]


def rows_of(answer: Any) -> list[list[str]]:
    assert answer.status_code == 200
    return list(csv.reader(io.StringIO(answer.text.removeprefix("\ufeff"))))


def test_nothing_yet(sign_in: Callable[..., Any], add: Add) -> None:
    assert "Er is nog niets te tonen" in sign_in(language="nl").get(PATH).text
    add(20, created_at=now())
    assert "Er is nog niets te tonen" in sign_in(language="nl").get(PATH).text, "no whole week"


def test_every_picture_has_its_table(
    sign_in: Callable[..., Any], add: Add, database: Database, last_week: datetime
) -> None:
    add(12, feedback="good")
    add(8, feedback="bad")
    add(10, status="unknown", card_id=None, domain=None, language="ar")
    add(6, status="handed_over", card_id=None, domain=None, language="uk", place=None)
    add(9, status="small_talk", card_id=None, domain=None, language="tr")
    minute = timedelta(minutes=1)
    with database.session() as session:
        for n in range(6):
            session.add(
                Handover(
                    id=f"h{n}",
                    conversation_id=f"t{n}",
                    language="ar",
                    status="ended",
                    created_at=last_week,
                    consented_at=last_week,
                    taken_at=last_week + 3 * minute,
                    ended_at=last_week + 8 * minute,
                )
            )
    page = read(sign_in(language="en").get(PATH))
    sections = page.xpath("//section[@class='card']")
    assert len(sections) == 13
    for section in sections:
        assert section.xpath(".//svg[@role='img']"), said(section.xpath("h2")[0])
        assert section.xpath(".//tbody/tr")
    monday = last_week.date() - timedelta(days=1)
    (week,) = table(page, "weeks")
    assert week[1:] == [monday.isoformat(), "20", "10", "6", "36"]
    assert table(page, "outcomes") == [
        ["Answered", "20", "56"], ["Refused", "10", "28"], ["Handed over", "6", "17"],
    ]  # fmt: skip
    assert ["Arabic", "0", "10", "0", "10"] in table(page, "languages")
    assert ["Ghent", "30"] in table(page, "places")
    assert table(page, "feedback") == [
        ["Content", "12"],
        ["Not content", "8"],
        ["Said nothing", "16"],
    ]
    assert table(page, "answering")[0][2:] == ["0.4", "0.4"]
    assert table(page, "handovers")[0][1:] == [monday.isoformat(), "6"]
    assert table(page, "handover_times") == [["Waiting", "3.0", "3.0"], ["Helping", "5.0", "5.0"]]
    ((title, *numbers),) = table(page, "worst")
    assert "Flanders" in title and numbers == ["20", "12", "8", "40"]
    links = [link.get("href") for link in page.xpath("//section[@class='card']//th/a")]
    assert links == [
        f"/console/exchanges?card={CARD}&buttons=1",
        f"/console/exchanges?card={CARD}&buttons=1&feedback=bad",
    ]
    assert "Turkish" not in said(page), "greetings are no questions"


def test_small_numbers_are_withheld_with_the_reason(sign_in: Callable[..., Any], add: Add) -> None:
    add(30)
    add(12, language="ar")
    add(3, language="ti")
    for language, word in (("nl", "niet getoond"), ("en", "withheld"), ("fr", "non affiché")):
        browser = sign_in(language=language)
        page = read(browser.get(PATH))
        listed = table(page, "languages")
        assert [row[-1] for row in listed] == ["30", word, word]
        assert len(page.xpath('//section[@aria-labelledby="languages"]/p[@class="muted"]')) == 1
        rows = rows_of(browser.get(f"{PATH}/languages.csv"))
        assert [row[-1] for row in rows[1:]] == ["30", word, word]
        assert "12" not in {cell for row in rows for cell in row}


def test_so_few_that_nothing_is_shown(sign_in: Callable[..., Any], add: Add) -> None:
    add(3)
    browser = sign_in(language="en")
    page = read(browser.get(PATH))
    assert "too little here to show" in said(page)
    assert not page.xpath('//section[@aria-labelledby="weeks"]//svg')
    assert len(rows_of(browser.get(f"{PATH}/places.csv"))) == 1


def test_a_table_as_csv(sign_in: Callable[..., Any], add: Add, database: Database) -> None:
    add(7)
    add(9, place=None)
    browser = sign_in(language="nl")
    answer = browser.get(f"{PATH}/places.csv")
    assert rows_of(answer) == [["Plaats", "Aantal"], ["Plaats onbekend", "9"], ["Gent", "7"]]
    assert "attachment" in answer.headers["content-disposition"]
    assert answer.headers["cache-control"] == "no-store"
    with database.reading() as session:
        noted = session.scalars(select(AuditEntry).order_by(AuditEntry.id.desc())).first()
    assert (noted.action, noted.object) == ("statistics.exported", "places")
    assert browser.get(f"{PATH}/other.csv").status_code == 404


def test_other_periods(sign_in: Callable[..., Any], add: Add, last_week: datetime) -> None:
    add(7)
    add(11, created_at=last_week - timedelta(weeks=WEEKS))
    browser = sign_in()
    now_, before = (read(browser.get(f"{PATH}?period={n}")) for n in (0, 1))
    assert [row[-1] for row in table(now_, "weeks")] == ["7"]
    assert [row[-1] for row in table(before, "weeks")] == ["11"]
    for wrong in ("9", "x", "-1", "²", ""):
        page = read(browser.get(f"{PATH}?period={wrong}"))
        assert [row[-1] for row in table(page, "weeks")] == ["7"]


def test_a_passage_and_a_card_that_is_gone_have_names(
    sign_in: Callable[..., Any], add: Add, library: Any
) -> None:
    passage = next(iter(library.passages))
    add(9, card_id=passage, domain=None)
    add(7, card_id="gone.flanders")
    names = [row[0] for row in table(read(sign_in(language="nl").get(PATH)), "cards")]
    assert names == [library.passages[passage].best_text(["nl"]).title, "gone.flanders"]


def test_periods_are_whole_weeks_that_are_kept_and_do_not_overlap() -> None:
    wednesday = date(2026, 11, 25)
    found = periods(wednesday, 180, 30)
    assert found[0] == Period(date(2026, 8, 24), date(2026, 11, 23), date(2026, 11, 2))
    assert found[1].until == found[0].first
    assert found[1].first == date(2026, 6, 1) >= wednesday - timedelta(days=180)
    assert found[1].handovers_first == found[1].until, "no hand-over of then is kept"
    assert len(found) == 2
    assert periods(wednesday, 7, 30) == []
    assert periods(wednesday, 10, 30) == [
        Period(date(2026, 11, 16), date(2026, 11, 23), date(2026, 11, 16))
    ]
    assert len(periods(wednesday, 3650, 3650)) == 4


def test_figures_are_kept_until_something_changes(
    add: Add, database: Database, last_week: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    seconds = [0.0]
    read_times = []
    exchanges = StatisticsFacts.exchanges

    def counted(self: StatisticsFacts, first: date, until: date) -> Any:
        read_times.append(seconds[0])
        return exchanges(self, first, until)

    monkeypatch.setattr(StatisticsFacts, "exchanges", counted)
    cache = FigureCache(lambda: seconds[0])
    monday = last_week.date() - timedelta(days=1)
    period = Period(monday, monday + timedelta(weeks=1), monday)
    add(7)
    assert cache.of(database, period).outcomes.total == 7
    assert cache.of(database, period).outcomes.total == 7
    assert read_times == [0]
    add(2)
    assert cache.of(database, period).outcomes.total == 9
    seconds[0] = 3000
    cache.of(database, period)
    assert read_times == [0, 0, 3000]


def test_facts_hold_no_words(add: Add, database: Database, last_week: datetime) -> None:
    add(1, text="my secret", place="not_said", feedback="good", confidence=0.7)
    (fact,) = StatisticsFacts(database).exchanges(last_week.date(), last_week.date() + timedelta(1))
    assert "secret" not in repr(fact)
    assert (fact.place, fact.feedback, fact.confidence) == (None, "good", 0.7)
    assert Status(fact.status) is Status.ANSWERED


def test_a_card_leads_to_the_exchanges_that_showed_it(
    sign_in: Callable[..., Any], add: Add, library: Any
) -> None:
    add(5, text="which showed it")
    add(5, text="which did not", card_id="other.flanders")
    browser = sign_in(language="nl")
    page = browser.get("/console/exchanges", params={"card": CARD})
    assert page.text.count("which showed it") == 5
    assert "which did not" not in page.text
    assert library.cards[CARD].best_text(["nl"]).title in page.text
    long = browser.get("/console/exchanges", params={"card": "x" * 201})
    assert long.status_code == 200 and "which did not" in long.text

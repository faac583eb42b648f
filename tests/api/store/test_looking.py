"""Looking for exchanges."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

import pytest
from sqlalchemy import select, update

from actions.reply import CardShown, Message, Reply, Status
from api.store.audit import Actor
from api.store.database import Database, now
from api.store.exchanges import Exchanges
from api.store.looking import ExchangeFilter, Looking, pieces
from api.store.tables import Account, AuditEntry, Exchange
from api.store.verdicts import VerdictKind, Verdicts

CARD = CardShown(
    id="find-a-doctor.flanders", kind="card", title="Bij de dokter", language="nl",
    place="flanders", place_name="Vlaanderen", checked_on=date(2026, 1, 2),
    checked_text="2 januari 2026", sources=(), reviewed=True, revision=1,
)  # fmt: skip


class Shelf:
    """Exchanges that a test puts there, each a minute older than the one before."""

    def __init__(self, database: Database) -> None:
        self.database = database
        self.looking = Looking(database)
        self._count = 0

    def put(self, text: str, said: str = "", **columns: Any) -> str:
        """An exchange with columns of its own."""
        reply = Reply(
            status=Status.ANSWERED, messages=(Message(text=said),), card=CARD, language="nl",
            place="ghent", confidence=0.9,
        )  # fmt: skip
        exchange_id = Exchanges(self.database).add("c1", text, reply, 1, domain="health")
        self._count += 1
        columns = {"created_at": datetime(2026, 5, 10, 12, 60 - self._count), **columns}
        with self.database.session() as session:
            session.execute(
                update(Exchange)
                .where(Exchange.id == exchange_id)
                .values(**columns)
                .execution_options(synchronize_session=False)
            )
        return exchange_id

    def texts(self, **wanted: Any) -> list[str]:
        """The texts that a filter finds."""
        found = self.looking.page(ExchangeFilter(**wanted))
        assert found.total == len(found.exchanges)
        return [exchange.text for exchange in found.exchanges]

    def judge(self, exchange_id: str, kind: VerdictKind) -> None:
        """A verdict by somebody."""
        with self.database.session() as session:
            account = Account(
                name=f"an{now()}", shown_name="An", role="caseworker", created_at=now()
            )
            session.add(account)
        Verdicts(self.database).add(Actor(account.id, "an"), exchange_id, kind, "want")


@pytest.fixture
def shelf(database: Database) -> Shelf:
    return Shelf(database)


def test_newest_first_and_page_by_page(shelf: Shelf) -> None:
    for number in range(7):
        shelf.put(f"vraag {number}")
    page = shelf.looking.page(ExchangeFilter(), skip=2, limit=3)
    assert [one.text for one in page.exchanges] == ["vraag 2", "vraag 3", "vraag 4"]
    assert page.total == 7
    assert shelf.looking.page(ExchangeFilter(), skip=9).exchanges == []


@pytest.mark.parametrize(
    ("columns", "wanted"),
    [
        ({"status": "unknown"}, {"status": "unknown"}),
        ({"language": "ar"}, {"language": "ar"}),
        ({"domain": "work"}, {"domain": "work"}),
        ({"place": "antwerp"}, {"places": ("antwerp", "bruges")}),
        ({"place": None}, {"without_place": True}),
        ({"place": "not_said"}, {"without_place": True}),
        ({"confidence": 0.4}, {"confidence_to": 0.4}),
        ({"confidence": 0.95}, {"confidence_from": 0.95}),
        ({"feedback": "bad"}, {"feedback": "bad"}),
        ({"created_at": datetime(2026, 5, 12, 0, 0)}, {"since": date(2026, 5, 12)}),
        ({"created_at": datetime(2026, 5, 9, 23, 59, 59)}, {"until": date(2026, 5, 9)}),
        (
            {"created_at": datetime(2026, 5, 11, 22, 30)},
            {"since": date(2026, 5, 12), "zone": "Europe/Brussels"},
        ),
    ],
)
def test_each_filter_finds_its_own(
    columns: dict[str, Any], wanted: dict[str, Any], shelf: Shelf
) -> None:
    shelf.put("andere")
    shelf.put("gezocht", **columns)
    assert shelf.texts(**wanted) == ["gezocht"]
    assert len(shelf.texts()) == 2


def test_filters_hold_together(shelf: Shelf) -> None:
    shelf.put("een", status="unknown", language="ar")
    shelf.put("twee", status="unknown", language="uk")
    assert shelf.texts(status="unknown", language="uk") == ["twee"]
    assert shelf.texts(status="unknown", language="tr") == []


def test_no_feedback_and_no_confidence(shelf: Shelf) -> None:
    shelf.put("beoordeeld", feedback="good")
    shelf.put("zonder", confidence=None)
    assert shelf.texts(feedback="none") == ["zonder"]
    assert shelf.texts(confidence_from=0, confidence_to=1) == ["beoordeeld"]


def test_buttons_are_shown_when_asked_for(shelf: Shelf) -> None:
    shelf.put("wat kost het / hoe duur")
    shelf.put("/follow_up_cost")
    assert shelf.texts() == ["wat kost het / hoe duur"]
    assert len(shelf.texts(buttons=True)) == 2


def test_unchecked_and_verdicts(shelf: Shelf) -> None:
    shelf.put("nieuw")
    both = shelf.put("twee oordelen")
    shelf.judge(both, VerdictKind.RIGHT)
    shelf.judge(both, VerdictKind.WRONG)
    shelf.judge(shelf.put("goed"), VerdictKind.RIGHT)
    assert shelf.texts(unchecked=True) == ["nieuw"]
    assert shelf.texts(verdict=VerdictKind.WRONG) == ["twee oordelen"]
    assert shelf.texts(verdict=VerdictKind.RIGHT) == ["twee oordelen", "goed"]
    assert shelf.texts(verdict=VerdictKind.UNSAFE) == []


def test_every_word_must_stand_in_question_or_answer(shelf: Shelf) -> None:
    shelf.put("Waar vind ik een HUISARTS?", "Bel de praktijk.")
    shelf.put("Waar vind ik een tandarts?", "Bel de praktijk.")
    assert shelf.texts(words="huisarts") == ["Waar vind ik een HUISARTS?"]
    assert shelf.texts(words="praktijk Tandárts") == ["Waar vind ik een tandarts?"]
    assert len(shelf.texts(words="arts bel")) == 2
    assert shelf.texts(words="arts postbode") == []
    assert len(shelf.texts(words=" , ")) == 2


def test_a_phrase_in_quotation_marks_stands_as_a_whole(shelf: Shelf) -> None:
    shelf.put("de arts van wacht op zondag")
    shelf.put("de huisarts wacht van zondag")
    for query in ('"arts van wacht"', "“arts van wacht”", "«arts van wacht» zondag"):
        assert shelf.texts(words=query) == ["de arts van wacht op zondag"]
    assert shelf.texts(words='"arts"') == ["de arts van wacht op zondag"]
    assert shelf.texts(words='"zon"') == []


def test_an_open_quotation_mark_is_no_error(shelf: Shelf) -> None:
    shelf.put("de arts van wacht")
    assert shelf.texts(words='"arts van') == ["de arts van wacht"]
    assert pieces('""') == []


def test_wildcards_are_no_wildcards(shelf: Shelf) -> None:
    shelf.put("ik kreeg 100 korting")
    shelf.put("ik kreeg 10 keer korting")
    assert shelf.texts(words='"kreeg 1%korting"') == []
    assert shelf.texts(words='"kr_eg"') == []
    assert shelf.texts(words="100%") == ["ik kreeg 100 korting"]
    assert len(shelf.texts(words="%")) == 2


def test_other_scripts_are_found_however_they_are_typed(shelf: Shelf) -> None:
    shelf.put("أين أجد طبيبًا في غنت؟", language="ar")
    shelf.put("Де знайти лікаря в Генті?", language="uk")
    shelf.put("İş nasıl bulurum", language="tr")
    assert len(shelf.texts(words="طبيبا")) == 1
    assert len(shelf.texts(words="ЛІКАРЯ")) == 1
    assert len(shelf.texts(words="iş")) == 1


def test_neighbours_in_the_queue(shelf: Shelf) -> None:
    ids = [shelf.put(text) for text in ("een", "twee", "drie")]
    shelf.put("/start")
    everything = ExchangeFilter()

    def beside(number: int) -> tuple[str | None, str | None, int, int]:
        exchange = shelf.looking.page(everything).exchanges[number]
        found = shelf.looking.neighbours(everything, exchange)
        return found.previous, found.next, found.before, found.after

    assert beside(0) == (None, ids[1], 0, 2)
    assert beside(1) == (ids[0], ids[2], 1, 1)
    assert beside(2) == (ids[1], None, 2, 0)


def test_the_queue_goes_on_from_one_that_left_it(shelf: Shelf) -> None:
    ids = [shelf.put(text) for text in ("een", "twee", "drie")]
    wanted = ExchangeFilter(unchecked=True)
    middle = shelf.looking.page(wanted).exchanges[1]
    shelf.judge(ids[1], VerdictKind.RIGHT)
    found = shelf.looking.neighbours(wanted, middle)
    assert (found.previous, found.next) == (ids[0], ids[2])


def test_exchanges_of_the_same_moment_are_each_visited_once(shelf: Shelf) -> None:
    moment = datetime(2026, 5, 10, 12, 0)
    ids = {shelf.put(f"vraag {number}", created_at=moment) for number in range(5)}
    exchanges = {one.id: one for one in shelf.looking.page(ExchangeFilter()).exchanges}
    current = shelf.looking.page(ExchangeFilter()).exchanges[0].id
    visited = [current]
    while following := shelf.looking.neighbours(ExchangeFilter(), exchanges[current]).next:
        visited.append(following)
        current = following
    assert len(visited) == 5 and set(visited) == ids


def test_who_opens_an_exchange_stands_in_the_audit_log(shelf: Shelf) -> None:
    exchange_id = shelf.put("vraag")
    opened = shelf.looking.get(exchange_id, Actor(None, "an"))
    assert opened is not None and opened.text == "vraag"
    assert shelf.looking.get("unknown", Actor(None, "an")) is None
    with shelf.database.reading() as session:
        (entry,) = session.scalars(select(AuditEntry))
        assert (entry.who, entry.action) == ("an", "exchange.opened")
        assert entry.object == f"exchange {exchange_id}"

"""The exchanges that are kept."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import update

from actions.reply import CardShown, HitShown, Message, Reply, Status, Suggestion
from api.store.database import Database, now
from api.store.exchanges import Exchanges
from api.store.tables import Exchange

CARD = CardShown(
    id="find-a-doctor.flanders", kind="card", title="Een huisarts", language="nl",
    place="flanders", place_name="Vlaanderen", checked_on=date(2026, 1, 2),
    checked_text="2 januari 2026", sources=(), reviewed=True, revision=1,
)  # fmt: skip
HIT = HitShown(
    kind="card", group="find-a-doctor", targets=(CARD.id,), score=0.9, cosine=0.8, lexical=0.1,
    elsewhere=False, text="huisarts zoeken", language="nl", part="question",
)  # fmt: skip
ANSWERED = Reply(
    status=Status.ANSWERED,
    messages=(Message(text="Bel een huisarts.", language="nl"),),
    card=CARD,
    suggestions=(Suggestion(payload="/follow_up_cost", text="Wat kost het"),),
    language="nl",
    place="ghent",
    situation="student",
    intent="ask",
    confidence=0.91,
    evidence=(HIT,),
)


def talk(feedback: str | None = None) -> Reply:
    return Reply(status=Status.SMALL_TALK, messages=(), language="nl", feedback=feedback)


@pytest.fixture
def storage(database: Database) -> Exchanges:
    return Exchanges(database)


def make_older(database: Database, exchange_id: str, age: timedelta) -> None:
    with database.session() as session:
        session.execute(
            update(Exchange)
            .where(Exchange.id == exchange_id)
            .values(created_at=now() - age)
            .execution_options(synchronize_session=False)
        )


def test_an_exchange_is_kept_with_its_evidence(storage: Exchanges) -> None:
    exchange_id = storage.add("c1", "waar vind ik een huisarts", ANSWERED, 42)
    (kept,) = storage.of_conversation("c1")
    assert kept.id == exchange_id
    assert kept.text == "waar vind ik een huisarts"
    assert (kept.language, kept.intent, kept.status) == ("nl", "ask", "answered")
    assert (kept.place, kept.situation, kept.confidence) == ("ghent", "student", 0.91)
    assert (kept.card_id, kept.milliseconds, kept.feedback) == (CARD.id, 42, None)
    assert kept.evidence[0]["text"] == "huisarts zoeken"
    assert kept.reply["messages"][0]["text"] == "Bel een huisarts."
    assert kept.reply["suggestions"][0]["payload"] == "/follow_up_cost"
    assert kept.reply["card"]["checked_on"] == "2026-01-02"
    assert abs(datetime.now(UTC).replace(tzinfo=None) - kept.created_at) < timedelta(minutes=1)


def test_ids_are_unique_and_cannot_be_guessed(storage: Exchanges) -> None:
    ids = {storage.add("c1", "x", talk(), 1) for _ in range(50)}
    assert len(ids) == 50
    assert all(len(one) >= 20 for one in ids)


def test_conversations_are_kept_apart_and_in_order(storage: Exchanges) -> None:
    for text in ("een", "twee", "drie"):
        storage.add("c1", text, talk(), 1)
    storage.add("c2", "vier", talk(), 1)
    assert [one.text for one in storage.of_conversation("c1")] == ["een", "twee", "drie"]
    assert [one.text for one in storage.of_conversation("c2")] == ["vier"]
    assert storage.of_conversation("c3") == []


def test_every_script_is_kept(storage: Exchanges) -> None:
    text = "كيف ሓኪም 👩🏽‍⚕️ \u202e end"
    storage.add("c1", text, talk(), 1)
    assert storage.of_conversation("c1")[0].text == text


def test_an_exchange_is_rated(storage: Exchanges) -> None:
    exchange_id = storage.add("c1", "x", ANSWERED, 1)
    assert storage.rate("c1", exchange_id, "good")
    assert storage.of_conversation("c1")[0].feedback == "good"
    assert storage.rate("c1", exchange_id, "bad")
    assert storage.of_conversation("c1")[0].feedback == "bad"


def test_only_its_own_conversation_rates_an_exchange(storage: Exchanges) -> None:
    exchange_id = storage.add("c1", "x", ANSWERED, 1)
    assert not storage.rate("c2", exchange_id, "bad")
    assert not storage.rate("c1", "unknown", "bad")
    assert storage.of_conversation("c1")[0].feedback is None


def test_feedback_in_words_is_about_the_last_answer(storage: Exchanges) -> None:
    storage.add("c1", "eerste", ANSWERED, 1)
    storage.add("c1", "tweede", ANSWERED, 1)
    storage.add("c1", "dank u", talk(), 1)
    storage.add("c2", "andere", ANSWERED, 1)
    storage.add("c1", "dat hielp niet", talk("bad"), 1)
    assert [one.feedback for one in storage.of_conversation("c1")] == [None, "bad", None, None]
    assert storage.of_conversation("c2")[0].feedback is None


def test_feedback_before_any_answer_is_about_nothing(storage: Exchanges) -> None:
    storage.add("c1", "hallo", talk(), 1)
    storage.add("c1", "goed", talk("good"), 1)
    assert [one.feedback for one in storage.of_conversation("c1")] == [None, None]


def test_a_conversation_is_erased(storage: Exchanges) -> None:
    storage.add("c1", "een", ANSWERED, 1)
    storage.add("c1", "twee", ANSWERED, 1)
    storage.add("c2", "drie", ANSWERED, 1)
    assert storage.erase("c1") == 2
    assert storage.of_conversation("c1") == []
    assert len(storage.of_conversation("c2")) == 1
    assert storage.erase("c1") == 0


def test_the_last_exchange_says_how_old_a_conversation_is(
    storage: Exchanges, database: Database
) -> None:
    month = timedelta(days=31)
    make_older(database, storage.add("old", "een", talk(), 1), month)
    make_older(database, storage.add("old", "twee", talk(), 1), month)
    make_older(database, storage.add("going on", "drie", talk(), 1), month)
    storage.add("going on", "vier", talk(), 1)
    storage.add("new", "vijf", talk(), 1)
    assert storage.conversations_before(timedelta(days=30)) == ["old"]
    assert storage.conversations_before(timedelta(days=32)) == []


def test_what_is_kept_outlives_the_process(
    storage: Exchanges, database: Database, address: str
) -> None:
    storage.add("c1", "x", ANSWERED, 1)
    database.close()
    again = Database(address)
    assert [one.text for one in Exchanges(again).of_conversation("c1")] == ["x"]
    again.close()

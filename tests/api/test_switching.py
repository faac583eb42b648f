"""What is switched off is not shown by the chat, by Rasa's channel, or by the library's routes."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import delete
from starlette.testclient import TestClient

from actions.reply import CardShown, HitShown, Message, Reply, Say, Status, Suggestion, say
from api.settings import Settings
from api.state import State
from api.store.audit import Actor
from api.store.database import Database, now
from api.store.switches import Off, Switches, SwitchKind
from api.store.tables import Account, Switch
from api.switching import FRESH, Switching, leads_on, obeying, told_instead
from bot.sentences import Sentences
from knowledge.library import Library

if TYPE_CHECKING:
    from bot.engine import Engine

BOT, TOPIC, CARD = SwitchKind
DOCTOR, GROUP = "find-a-doctor.flanders", "find-a-doctor"
PERSON = Suggestion(payload="/person", say=Say(key="button.person"))
SENTENCES = Sentences.shared()


def words(language: str, key: str, **values: str) -> str:
    return SENTENCES.words(language, Say(key=key, values=values))


@pytest.fixture(scope="module")
def library() -> Library:
    return Library.load(Settings().library_dir)


def choose(target: str) -> Suggestion:
    return Suggestion(payload=f"/choose{json.dumps({'target': target})}", text=target)


def shown(**fields: Any) -> Reply:
    card = CardShown(
        id=DOCTOR, kind="card", title="Een huisarts", language="nl", place="flanders",
        place_name="Vlaanderen", checked_on=None, checked_text=None, sources=(), reviewed=True,
        revision=1,
    )  # fmt: skip
    hit = HitShown(
        kind="card", group=GROUP, targets=(DOCTOR,), score=0.9, cosine=0.8, lexical=0.1,
        elsewhere=False, text="huisarts", language="nl", part="question",
    )  # fmt: skip
    given: dict[str, Any] = {
        "status": Status.ANSWERED,
        "messages": (Message(text="Bel een huisarts.", language="nl"),),
        "card": card,
        "suggestions": (Suggestion(payload="/follow_up_cost", text="Wat kost het"),),
        "language": "nl",
        "place": "ghent",
        "confidence": 0.91,
        "evidence": (hit,),
        **fields,
    }
    return Reply(**given)


# Replacing


@pytest.mark.parametrize("off", [Off(cards={DOCTOR: {}}), Off(topics={GROUP: {}})])
def test_an_answer_gives_way_to_the_bots_own_sentence(library: Library, off: Off) -> None:
    reply = shown()
    instead = obeying(reply, off, library, SENTENCES)
    assert [one.text for one in instead.messages] == [words("nl", "switched_off")]
    assert (instead.status, instead.card) == (Status.UNKNOWN, None)
    assert [one.payload for one in instead.suggestions] == ["/person"]
    assert instead.suggestions[0].text == words("nl", "button.person")
    assert (instead.confidence, instead.evidence) == (reply.confidence, reply.evidence)


def test_other_answers_stay_as_they_are(library: Library) -> None:
    reply = shown()
    for off in (Off(), Off(cards={"find-a-doctor.netherlands": {}}), Off(topics={"dentist": {}})):
        assert obeying(reply, off, library, SENTENCES) == reply


@pytest.mark.parametrize(
    ("language", "given", "said"),
    [
        ("nl", {"nl": "Even nakijken.", "en": "Checking."}, ["Even nakijken."]),
        ("ar", {"nl": "Even nakijken.", "en": "Checking."}, ["own", "Checking."]),
        ("ti", {"nl": "Even nakijken."}, ["own", "Even nakijken."]),
        ("uk", {}, ["own"]),
    ],
)
def test_staffs_message_is_in_a_language_they_gave(
    library: Library, language: str, given: dict[str, str], said: list[str]
) -> None:
    off = Off(cards={DOCTOR: given})
    instead = obeying(shown(language=language), off, library, SENTENCES)
    own = words(language, "switched_off")
    assert [one.text for one in instead.messages] == [own if one == "own" else one for one in said]
    for message in instead.messages:
        of_staff = [code for code, text in given.items() if text == message.text]
        assert message.language == (of_staff[0] if of_staff else language)


def test_while_all_is_off_nothing_is_answered(library: Library) -> None:
    off = Off(bot={})
    for reply in (
        shown(),
        shown(card=None, status=Status.SMALL_TALK, messages=(say("greet"),)),
        shown(card=None, status=Status.WHICH_ONE, suggestions=(choose(GROUP),)),
    ):
        instead = obeying(reply, off, library, SENTENCES)
        expected = words("nl", "all_switched_off", emergency="112")
        assert [one.text for one in instead.messages] == [expected]
        assert instead.messages[0].links[0].href == "tel:112"
        assert instead.status is Status.UNKNOWN


def test_the_emergency_number_stands_with_staffs_own_message(library: Library) -> None:
    off = Off(bot={"nl": "Tot morgen."})
    told = obeying(shown(), off, library, SENTENCES).messages
    assert [one.text for one in told] == [
        "Tot morgen.",
        words("nl", "person_hint", emergency="112"),
    ]


def test_danger_and_the_way_to_a_person_always_stay(library: Library) -> None:
    safety = shown(
        card=None, status=Status.SAFETY, suggestions=(choose(GROUP), PERSON),
        messages=(
            Message(kind="urgent", text="Bel 112.", language="nl"),
            say("unknown_nearest"),
        ),
    )  # fmt: skip
    person = shown(card=None, status=Status.HANDED_OVER, suggestions=())
    for off in (Off(bot={}), Off(topics={GROUP: {}})):
        left = obeying(safety, off, library, SENTENCES)
        assert (left.status, [one.text for one in left.messages]) == (Status.SAFETY, ["Bel 112."])
        assert left.suggestions == (PERSON,)
        assert obeying(person, off, library, SENTENCES) == person


def test_a_number_before_an_answer_stays_when_the_answer_goes(library: Library) -> None:
    urgent = Message(kind="urgent", text="Bel 112.", language="nl")
    reply = shown(messages=(urgent, *shown().messages))
    instead = obeying(reply, Off(cards={DOCTOR: {}}), library, SENTENCES)
    assert [one.text for one in instead.messages] == ["Bel 112.", words("nl", "switched_off")]


def test_buttons_that_lead_to_what_is_off_are_left_out(library: Library) -> None:
    buttons = (choose(GROUP), choose(DOCTOR), choose("dentist"), PERSON)
    reply = shown(card=None, status=Status.WHICH_ONE, suggestions=buttons)
    off = Off(topics={GROUP: {}})
    assert obeying(reply, off, library, SENTENCES).suggestions == (choose("dentist"), PERSON)
    off = Off(cards={DOCTOR: {}})
    left = obeying(reply, off, library, SENTENCES).suggestions
    assert left == (choose(GROUP), choose("dentist"), PERSON)
    all_of_it = Off(cards={card.id: {} for card in library.topics[GROUP]})
    assert not leads_on(choose(GROUP), all_of_it, library)
    assert leads_on(Suggestion(payload="/choose{broken"), off, library)


def test_nothing_left_to_choose(library: Library) -> None:
    reply = shown(card=None, status=Status.WHICH_ONE, suggestions=(choose(GROUP), choose(DOCTOR)))
    instead = obeying(reply, Off(topics={GROUP: {"nl": "Even nakijken."}}), library, SENTENCES)
    assert (instead.status, instead.messages[0].text) == (Status.UNKNOWN, "Even nakijken.")


def test_a_language_that_is_not_offered(library: Library) -> None:
    given = {"fr": "Fermé."}
    _, staff = told_instead(given, Off(cards={DOCTOR: given}), library, "xx", None)
    assert staff.text == "Fermé."


# Reading what is off


@pytest.fixture
def own_database(tmp_path: Any) -> Iterator[tuple[Database, Actor]]:
    database = Database(f"sqlite:///{tmp_path / 'wegwijs.sqlite'}")
    yield database, account(database)
    database.close()


def account(database: Database) -> Actor:
    with database.session() as session:
        found = session.query(Account).filter(Account.name == "switcher").first()
        if found is None:
            found = Account(
                name="switcher", shown_name="S", role="administrator", languages=[],
                created_at=now(),
            )  # fmt: skip
            session.add(found)
            session.flush()
        return Actor(int(found.id), "switcher")


def test_another_workers_switch_is_seen_after_two_seconds(
    own_database: tuple[Database, Actor],
) -> None:
    database, an = own_database
    passed = [0.0]
    switching = Switching(lambda: passed[0])
    assert switching.off(database) == Off()
    Switches(database).set(an, CARD, DOCTOR, "wrong", {})
    passed[0] = FRESH - 0.1
    assert switching.off(database) == Off()
    passed[0] = FRESH
    assert switching.off(database) == Off(cards={DOCTOR: {}})
    assert FRESH == 2.0


def test_ones_own_switch_is_seen_at_once(own_database: tuple[Database, Actor]) -> None:
    database, an = own_database
    switching = Switching(lambda: 0.0)
    assert switching.off(database) == Off()
    Switches(database).set(an, BOT, "", "wrong", {})
    switching.forget()
    assert switching.off(database) == Off(bot={})


# With the real dialogue


@pytest.fixture
def switch(client: TestClient) -> Iterator[Callable[..., None]]:
    """Switch something off until the test ends."""
    state: State = client.app.state.wegwijs  # type: ignore[attr-defined]
    database = state.database
    assert database is not None

    def off(kind: SwitchKind, target: str, message: dict[str, str] | None = None) -> None:
        Switches(database).set(account(database), kind, target, "a test", message or {})
        state.switching.forget()

    yield off
    with database.session() as session:
        session.execute(delete(Switch))
    state.switching.forget()


def ask(client: TestClient, conversation: str, **body: Any) -> dict[str, Any]:
    response = client.post("/api/chat", json={"conversation_id": conversation, **body})
    assert response.status_code == 200, response.text
    return dict(response.json())


def texts(answer: dict[str, Any]) -> list[str]:
    return [message["text"] for message in answer["messages"]]


def test_a_card_and_its_follow_ups_are_off_and_on_again(
    client: TestClient, conversation: str, switch: Callable[..., None], exchanges: Any
) -> None:
    question = "waar vind ik een huisarts in Gent"
    switch(CARD, DOCTOR)
    off = [words("nl", "switched_off")]
    first = ask(client, conversation, text=question, language="nl")
    assert (texts(first), first["status"], first["card"]) == (off, "unknown", None)
    assert [one["payload"] for one in first["suggestions"]] == ["/person"]
    # Rasa remembers that the card was found; following it up shows it no more than the question.
    for body in ({"text": "en wat kost dat?"}, {"payload": "/follow_up_documents"}):
        again = ask(client, conversation, **body)
        assert (texts(again), again["status"], again["card"]) == (off, "unknown", None)
    kept = exchanges(conversation)
    assert [one["card_id"] for one in kept] == [None] * 3
    assert kept[0]["confidence"] > 0.5
    assert json.loads(kept[0]["evidence"])[0]["group"] == GROUP
    replies = client.post(
        "/webhooks/rest/webhook", json={"sender": conversation, "message": question}
    ).json()
    assert [one["text"] for one in replies if "text" in one] == off
    state: State = client.app.state.wegwijs  # type: ignore[attr-defined]
    assert state.database is not None
    (one,) = Switches(state.database).listed()
    Switches(state.database).lift(account(state.database), one.switch.id, "mended")
    state.switching.forget()
    assert ask(client, conversation, text=question)["card"]["id"] == DOCTOR


def test_while_all_is_off_danger_gets_its_numbers(
    client: TestClient, conversation: str, switch: Callable[..., None], engine: Engine
) -> None:
    switch(BOT, "")
    said = texts(ask(client, conversation, text="where do I find a doctor", language="en"))
    assert said == [words("en", "all_switched_off", emergency="112")]
    danger = ask(client, conversation, text="my husband beats me", language="en", place="ghent")
    assert danger["status"] == "safety"
    assert "1712" in " ".join(texts(danger))
    assert all(not one["payload"].startswith("/choose") for one in danger["suggestions"])
    assert ask(client, conversation, payload="/person")["status"] == "handed_over"


def test_the_librarys_routes_leave_out_what_is_off(
    client: TestClient, switch: Callable[..., None]
) -> None:
    def listed() -> set[str]:
        return {card["id"] for one in client.get("/api/topics").json() for card in one["cards"]}

    everything = listed()
    switch(CARD, DOCTOR, {"fr": "En contrôle."})
    switch(TOPIC, "dentist")
    gone = {one for one in everything if one.split(".")[0] == "dentist"} | {DOCTOR}
    assert len(gone) > 1
    assert listed() == everything - gone
    answer = client.get(f"/api/cards/{DOCTOR}", params={"language": "fr"})
    assert (answer.status_code, answer.json()["error"]["code"]) == (410, "switched_off")
    assert answer.json()["error"]["message"] == "En contrôle."
    assert client.get("/api/cards/dentist.belgium").status_code == 410
    assert client.get("/api/cards/find-a-doctor.netherlands").status_code == 200
    switch(BOT, "")
    assert listed() == set()
    assert client.get("/api/cards/find-a-doctor.netherlands").status_code == 410

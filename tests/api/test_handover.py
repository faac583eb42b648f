"""Talking to a person, as a newcomer's widget does it, on the real dialogue."""

from __future__ import annotations

import asyncio
import json
import secrets
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, time, timedelta
from typing import Any

import pytest
from starlette.testclient import TestClient

from actions.reply import Message, Reply, Status
from api import handover as routes
from api import live
from api.console.roles import Role
from api.errors import ApiError
from api.live import Signals, StreamLimit
from api.opening_hours import DAYS, OpeningHours
from api.state import State
from api.store.accounts import Staff
from api.store.audit import SERVER
from api.store.database import now
from api.store.options import HandoverOptions, Options
from api.store.tables import Account
from api.switching import NEAREST

ALWAYS = OpeningHours(days=DAYS, opens=time(0), closes=time(23, 59, 59, 999999))
DANGER = "mijn man slaat mij"
Rows = Callable[[str], list[dict[str, Any]]]


@pytest.fixture
def state(client: TestClient) -> State:
    found: State = client.app.state.wegwijs  # type: ignore[attr-defined]
    return found


@pytest.fixture
def choose(state: State) -> Iterator[Callable[..., None]]:
    """Choose options; afterwards they are as nobody chose them."""
    assert state.database is not None
    options = Options(state.database)
    yield lambda **chosen: options.write(HandoverOptions(**chosen), SERVER)
    options.write(HandoverOptions(), SERVER)


@pytest.fixture
def caseworker(state: State) -> Staff:
    """Somebody who is there."""
    assert state.database is not None
    name = secrets.token_hex(8)
    with state.database.session() as session:
        account = Account(
            name=name, shown_name="Samira", role="caseworker", languages=[], created_at=now(),
            seen_at=now(),
        )  # fmt: skip
        session.add(account)
        session.flush()
        number = int(account.id)
    return Staff(number, name, "Samira", Role.CASEWORKER, (), "nl", False, "csrf", "session")


@pytest.fixture
def office(choose: Callable[..., None], caseworker: Staff) -> Staff:
    """The office is open, and somebody is there."""
    choose(enabled=True, hours=(ALWAYS,))
    return caseworker


def ask(client: TestClient, conversation: str, language: str = "nl", **more: Any) -> Any:
    body = {"conversation_id": conversation, "language": language, "consent": True, **more}
    return client.post("/api/handover", json=body)


def send(client: TestClient, conversation: str, text: str, key: str | None = None) -> Any:
    body = {"key": key or secrets.token_hex(16), "text": text}
    return client.post(f"/api/handover/{conversation}/messages", json=body)


def read(client: TestClient, conversation: str, after: int = 0) -> dict[str, Any]:
    answer = client.get(f"/api/handover/{conversation}?after={after}")
    assert answer.status_code == 200
    return dict(answer.json())


# Whether somebody is there


def test_without_a_choice_there_is_nobody_to_ask(client: TestClient, conversation: str) -> None:
    found = client.get("/api/handover?language=ar").json()
    assert (found["enabled"], found["open"], found["opens_at"]) == (False, False, None)
    assert ask(client, conversation).status_code == 404
    question = {"text": "Waar?", "consent": True}
    answer = client.post(f"/api/handover/{conversation}/question", json=question)
    assert answer.status_code == 404


def test_the_office_is_open(client: TestClient, office: Staff) -> None:
    found = client.get("/api/handover?language=ar").json()
    assert (found["enabled"], found["open"], found["opens_at"]) == (True, True, None)
    assert found["hours"] == [{"days": "mon-sun", "from": "00:00", "to": "23:59"}]
    assert found["keep_days"] == 30


def test_nobody_is_there_within_the_hours(
    client: TestClient, office: Staff, state: State, conversation: str
) -> None:
    assert state.database is not None
    with state.database.session() as session:
        for account in session.query(Account):
            account.seen_at = now() - timedelta(minutes=3)
    found = client.get("/api/handover?language=ar").json()
    assert (found["enabled"], found["open"], found["opens_at"]) == (True, False, None)
    assert ask(client, conversation).status_code == 409


def test_the_office_is_closed(
    client: TestClient, choose: Callable[..., None], caseworker: Staff, conversation: str
) -> None:
    elsewhere = datetime.now(UTC) + timedelta(days=2)
    day = DAYS[elsewhere.weekday()]
    hours = (OpeningHours(days=(day,), opens=time(9), closes=time(10)),)
    choose(enabled=True, hours=hours)
    found = client.get("/api/handover?language=ar").json()
    assert (found["enabled"], found["open"]) == (True, False)
    opens = datetime.fromisoformat(found["opens_at"])
    assert opens.utcoffset() in (timedelta(hours=1), timedelta(hours=2))
    assert (opens.hour, DAYS[opens.weekday()]) == (9, day)
    assert ask(client, conversation).status_code == 409


# A thread


def test_a_talk_with_a_person(
    client: TestClient, office: Staff, state: State, conversation: str
) -> None:
    answer = ask(client, conversation, "ar", place="ghent")
    assert answer.status_code == 201
    thread = answer.json()
    assert (thread["status"], thread["last"], thread["messages"]) == ("waiting", 0, [])
    assert thread["position"] >= 1 and thread["conversation_id"] == conversation
    assert ask(client, conversation, "ar").json()["id"] == thread["id"]

    first = send(client, conversation, " مرحبا، رقمي 0470 12 34 56 ", "key-number-1").json()
    assert (first["seq"], first["sender"], first["key"]) == (1, "newcomer", "key-number-1")
    assert (first["language"], first["direction"]) == ("ar", "rtl")
    assert "0470" not in first["text"] and first["name"] is None
    assert datetime.fromisoformat(first["at"]).utcoffset() == timedelta(0)

    state.handover_desk.take(thread["id"], office)
    state.handover_desk.write(thread["id"], office, "desk-key-1", "Dag!", "nl")
    thread = read(client, conversation)
    assert (thread["status"], thread["position"], thread["minutes"]) == ("taken", None, None)
    assert [each["seq"] for each in thread["messages"]] == [1, 2]
    theirs = thread["messages"][1]
    assert (theirs["sender"], theirs["name"], theirs["key"]) == ("caseworker", "Samira", None)
    assert [each["text"] for each in read(client, conversation, 1)["messages"]] == ["Dag!"]

    ended = client.post(f"/api/handover/{conversation}/end").json()
    assert (ended["status"], len(ended["messages"])) == ("ended", 2)
    assert send(client, conversation, "te laat").status_code == 409
    again = send(client, conversation, "anders", "key-number-1")
    assert again.json() == first


def test_the_same_key_is_one_message(client: TestClient, office: Staff, conversation: str) -> None:
    ask(client, conversation)
    sent = [send(client, conversation, "dag", "the-same-key").json() for _ in range(3)]
    assert sent[0] == sent[1] == sent[2]
    assert read(client, conversation)["last"] == 1


def test_without_a_thread(client: TestClient, office: Staff, conversation: str) -> None:
    path = f"/api/handover/{conversation}"
    assert client.get(path).status_code == 404
    assert client.get(f"{path}/events").status_code == 404
    assert client.post(f"{path}/end").status_code == 404
    assert send(client, conversation, "dag").status_code == 404


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("", {"conversation_id": "c" * 20, "language": "nl"}),
        ("", {"conversation_id": "c" * 20, "language": "nl", "consent": False}),
        ("", {"conversation_id": "short", "language": "nl", "consent": True}),
        (f"/{'c' * 20}/question", {"text": "Waar?"}),
        (f"/{'c' * 20}/question", {"text": "Waar?", "consent": False}),
        (f"/{'c' * 20}/question", {"text": "  ", "consent": True}),
        (f"/{'c' * 20}/messages", {"key": "x", "text": "dag"}),
        (f"/{'c' * 20}/messages", {"key": "a-long-enough-key", "text": " "}),
        (f"/{'c' * 20}/messages", {"key": "a-long-enough-key", "text": "x" * 20_001}),
    ],
)
def test_what_is_refused(client: TestClient, office: Staff, path: str, body: Any) -> None:
    answer = client.post(f"/api/handover{path}", json=body)
    assert answer.status_code == 422
    assert answer.json()["error"]["code"] == "invalid"


def test_an_unknown_language_or_place(client: TestClient, office: Staff, conversation: str) -> None:
    assert ask(client, conversation, "xx").status_code == 404
    assert ask(client, conversation, "nl", place="atlantis").status_code == 201


def test_a_question_is_left(
    client: TestClient, choose: Callable[..., None], conversation: str
) -> None:
    choose(enabled=True, keep_days=10)
    path = f"/api/handover/{conversation}"
    body = {"text": "Waar is het?", "contact": "sara@example.org", "consent": True}
    answer = client.post(f"{path}/question", json=body)
    assert answer.status_code == 201
    receipt = answer.json()
    assert receipt["keep_until"] == str((now() + timedelta(days=10)).date())
    thread = read(client, conversation)
    assert (thread["status"], thread["position"]) == ("left", None)
    assert [each["text"] for each in thread["messages"]] == ["Waar is het?"]
    assert "sara" not in json.dumps(thread)
    assert client.post(f"{path}/question", json=body).json() == receipt


# The program stays silent


def chat(client: TestClient, conversation: str, text: str) -> dict[str, Any]:
    answer = client.post(
        "/api/chat", json={"conversation_id": conversation, "text": text, "language": "nl"}
    )
    assert answer.status_code == 200
    return dict(answer.json())


def test_the_program_stays_silent_until_it_is_handed_back(
    client: TestClient, office: Staff, state: State, conversation: str, exchanges: Rows
) -> None:
    chat(client, conversation, "waar vind ik een huisarts in Gent")
    thread = ask(client, conversation).json()
    for _ in ("waiting", "taken"):
        reply = chat(client, conversation, "hoeveel kost dat")
        assert (reply["status"], reply["messages"]) == ("handed_over", [])
        pressed = client.post(
            "/api/chat", json={"conversation_id": conversation, "payload": "/follow_up_cost"}
        )
        assert pressed.json()["messages"] == []
        state.handover_desk.take(thread["id"], office)
    assert [each["text"] for each in read(client, conversation)["messages"]] == [
        "hoeveel kost dat"
    ] * 2
    assert len(exchanges(conversation)) == 1
    state.handover_desk.finish(thread["id"], office)
    assert chat(client, conversation, "hoeveel kost dat")["messages"]


def test_danger_comes_first(
    client: TestClient, office: Staff, state: State, conversation: str
) -> None:
    ask(client, conversation)
    reply = chat(client, conversation, DANGER)
    assert reply["status"] == "safety" and reply["messages"]
    urgent = state.handovers.open_one(conversation)
    assert urgent is not None and urgent.urgent
    assert [each["text"] for each in read(client, conversation)["messages"]] == [DANGER]


def test_danger_in_the_thread_is_answered_in_it(
    client: TestClient, office: Staff, state: State, conversation: str
) -> None:
    thread = ask(client, conversation).json()
    send(client, conversation, "dag")
    calm = state.handovers.open_one(conversation)
    assert calm is not None and not calm.urgent
    state.handover_desk.take(thread["id"], office)
    for _ in (0, 1):  # sent again, since the answer was lost
        assert send(client, conversation, DANGER, "the-same-key").json()["seq"] == 2
    messages = read(client, conversation)["messages"]
    assert [each["sender"] for each in messages] == ["newcomer", "newcomer", "notice"]
    assert "112" in messages[2]["text"]
    urgent = state.handovers.open_one(conversation)
    assert urgent is not None and urgent.urgent


def test_what_stands_before_buttons_is_not_said_in_a_thread() -> None:
    said = [Message(text="Bel 112."), Message(text="Misschien helpt dit:", say=NEAREST)]
    reply = Reply(status=Status.SAFETY, messages=tuple(said))
    assert routes._plain(reply) == "Bel 112."


def test_who_can_reach_a_person_is_not_told_that_nobody_is_there(
    client: TestClient, state: State, choose: Callable[..., None], conversation: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    engine, _ = state.ready()
    monkeypatch.setattr(engine.knowledge.settings, "contact", "")
    pressed = {"conversation_id": conversation, "payload": "/person"}
    chat(client, conversation, "where do I find a doctor in Ghent")
    alone = [each["text"] for each in client.post("/api/chat", json=pressed).json()["messages"]]
    choose(enabled=True, hours=(ALWAYS,))
    offered = [each["text"] for each in client.post("/api/chat", json=pressed).json()["messages"]]
    assert "not given me the contact" in alone[0]
    assert offered == alone[1:] and "112" in offered[0]


def test_after_an_answer_about_danger_it_is_urgent(
    client: TestClient, office: Staff, state: State, conversation: str
) -> None:
    assert chat(client, conversation, DANGER)["status"] == "safety"
    ask(client, conversation)
    handover = state.handovers.open_one(conversation)
    assert handover is not None and handover.urgent


def test_erasing_erases_the_thread(client: TestClient, office: Staff, conversation: str) -> None:
    ask(client, conversation)
    send(client, conversation, "dag")
    assert client.delete(f"/api/conversations/{conversation}").status_code == 204
    assert client.get(f"/api/handover/{conversation}").status_code == 404


# Hearing


def test_a_stream_tells_what_happens(
    client: TestClient, office: Staff, state: State, conversation: str
) -> None:
    """A thread that has ended closes its stream, so that a test can read it to its end."""
    thread = ask(client, conversation).json()
    for text in ("een", "twee", "drie"):
        send(client, conversation, text)
    state.handover_desk.take(thread["id"], office)
    state.handover_desk.finish(thread["id"], office)
    path = f"/api/handover/{conversation}/events"
    for heard, options in (
        ("", {}),
        ("1", {"params": {"after": 1}}),
        ("2", {"headers": {"Last-Event-ID": "2"}, "params": {"after": 1}}),
        ("", {"headers": {"Last-Event-ID": "99"}}),  # of another thread
    ):
        answer = client.get(path, **options)  # type: ignore[arg-type]
        assert answer.headers["content-type"].startswith("text/event-stream")
        events = _events(answer.text)
        expected = ["1", "2", "3"][int(heard or 0) :]
        assert [each["id"] for each in events if each["event"] == "message"] == expected
        assert json.loads(events[-1]["data"]) == {
            "status": "ended", "position": None, "minutes": None,
        }  # fmt: skip


def _events(text: str) -> list[dict[str, str]]:
    blocks = [block for block in text.replace("\r\n", "\n").split("\n\n") if "data:" in block]
    return [dict(line.split(": ", 1) for line in block.split("\n")) for block in blocks]


async def test_a_stream_hears_at_once_and_again(
    office: Staff, state: State, conversation: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Woken by a signal in this process; and by looking, when another process wrote."""
    handovers = state.handovers
    handovers.ask(conversation, "nl", None)
    stream = routes._stream(state, conversation, 0, {"address": "x", "conversation": conversation})
    assert json.loads((await anext(stream)).data)["status"] == "waiting"
    monkeypatch.setattr(live, "LOOK_EVERY", 10_000)
    coming = asyncio.ensure_future(anext(stream))
    handovers.receive(conversation, "key-number-1", "dag")
    state.signals.wake(conversation)
    message = await coming
    assert (message.event, message.id) == ("message", "1")
    monkeypatch.setattr(live, "LOOK_EVERY", 0.01)
    handovers.receive(conversation, "key-number-2", "van een ander proces")
    assert (await anext(stream)).id == "2"
    handovers.erase(conversation)
    assert json.loads((await anext(stream)).data)["status"] == "ended"
    assert [event async for event in stream] == []


async def test_a_stream_goes_on_with_the_next_thread(
    office: Staff, state: State, conversation: str
) -> None:
    handovers = state.handovers
    handovers.leave_question(conversation, "Waar?", None, 30, "nl")
    stream = routes._stream(state, conversation, 0, {"address": "x", "conversation": conversation})
    assert [(await anext(stream)).event for _ in (0, 1)] == ["message", "status"]
    handovers.ask(conversation, "nl", None)
    handovers.receive(conversation, "key-number-1", "Nu dan.")
    state.signals.wake(conversation)
    first = await anext(stream)
    assert (first.id, json.loads(first.data)["text"]) == ("1", "Nu dan.")
    await stream.aclose()
    state.streams.check(address="x", conversation=conversation)


def test_the_number_of_streams_is_bounded() -> None:
    limit = StreamLimit(address=3, conversation=2)
    with limit.counted(address="a", conversation="1"), limit.counted(address="a", conversation="1"):
        with pytest.raises(ApiError):
            limit.check(address="a", conversation="1")
        limit.check(address="a", conversation="2")
        with limit.counted(address="a", conversation="2"), pytest.raises(ApiError):
            limit.check(address="a", conversation="3")
        limit.check(address="b", conversation="2")
    limit.check(address="a", conversation="1")


async def test_signals_wake_their_listeners_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(live, "LOOK_EVERY", 10_000)
    signals = Signals()
    with signals.listening("a", "b") as news:
        signals.wake("c")
        assert not news.event.is_set()
        signals.wake("b")  # while the listener is busy
        await news.wait()
        assert not news.event.is_set()
    signals.wake("a")
    assert not news.event.is_set()

"""Chat: what a message is answered, whatever it holds, and what is kept of it."""

from __future__ import annotations

import json
import secrets
import sqlite3
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from starlette.testclient import TestClient

from actions.reply import Status
from api.app import create_app
from api.models import LONGEST_TEXT
from api.settings import Settings

if TYPE_CHECKING:
    from bot.engine import Engine

CHAT = "/api/chat"
DOCTOR = "waar vind ik een huisarts in Gent"
Rows = Callable[[str], list[dict[str, Any]]]


def post(client: TestClient, **body: Any) -> dict[str, Any]:
    """Send a message; it must be answered."""
    response = client.post(CHAT, json=body)
    assert response.status_code == 200, response.text
    return dict(response.json())


def refused(client: TestClient, status: int, code: str, **body: Any) -> dict[str, Any]:
    """Send what must not be answered; returns the error."""
    response = client.post(CHAT, json=body)
    assert response.status_code == status, response.text
    error = response.json()["error"]
    assert error["code"] == code
    assert error["message"]
    assert "Traceback" not in response.text
    return dict(error)


def words(answer: dict[str, Any]) -> str:
    return "\n".join(
        piece for message in answer["messages"] for piece in [message["text"], *message["items"]]
    )


# The shape of an answer


@pytest.fixture(scope="module")
def arabic(client: TestClient) -> dict[str, Any]:
    return post(client, text="كيف أجد طبيبًا؟", place="ghent")


def test_an_answer_in_arabic(arabic: dict[str, Any]) -> None:
    assert arabic.keys() == {
        "conversation_id", "exchange_id", "language", "direction", "status", "messages", "card",
        "suggestions",
    }  # fmt: skip
    assert (arabic["language"], arabic["direction"], arabic["status"]) == ("ar", "rtl", "answered")
    assert len(arabic["conversation_id"]) >= 16
    assert arabic["exchange_id"]


def test_its_card(arabic: dict[str, Any]) -> None:
    card = arabic["card"]
    assert card["id"] == "find-a-doctor.flanders"
    assert (card["kind"], card["place"]) == ("card", "flanders")
    assert (card["language"], card["direction"]) == ("ar", "rtl")
    assert datetime.fromisoformat(card["checked_on"])
    assert card["checked_on"][:4] in card["checked_text"]
    assert card["place_name"] != "Flanders"
    assert card["sources"]
    for source in card["sources"]:
        assert source["publisher"] and source["title"] and source["url"].startswith("http")


def test_its_messages(arabic: dict[str, Any]) -> None:
    kinds = [message["kind"] for message in arabic["messages"]]
    assert "steps" in kinds
    assert set(kinds) <= {"text", "heading", "list", "steps", "notice", "urgent"}
    for message in arabic["messages"]:
        assert message.keys() == {"kind", "text", "items", "links", "language", "direction"}
        assert (message["language"], message["direction"]) == ("ar", "rtl")
        assert message["text"] or message["items"]
        shown = "\n".join([message["text"], *message["items"]])
        for link in message["links"]:
            assert link["text"] in shown
            assert link["href"].startswith(("https://", "http://", "tel:", "mailto:"))
    assert "{" not in words(arabic)


def test_its_suggestions_are_accepted_when_sent_back(
    client: TestClient, arabic: dict[str, Any]
) -> None:
    assert arabic["suggestions"]
    for suggestion in arabic["suggestions"]:
        assert suggestion.keys() == {"text", "payload"}
        assert suggestion["text"]
        again = post(
            client, conversation_id=arabic["conversation_id"], payload=suggestion["payload"]
        )
        assert again["language"] == "ar"
        assert again["card"]["id"] == arabic["card"]["id"]
        assert again["card"]["part"] is not None


@pytest.mark.parametrize(
    "text", ["waar vind ik een huisarts", "mag ik werken", "asdf qwer", "spreek Engels"]
)
def test_every_suggestion_is_accepted(client: TestClient, text: str) -> None:
    asked = post(client, text=text)
    for suggestion in asked["suggestions"]:
        again = post(
            client, conversation_id=asked["conversation_id"], payload=suggestion["payload"]
        )
        assert again["status"] in list(Status)
        assert again["status"] != "failed", suggestion
        assert again["messages"], suggestion


def test_an_english_answer_runs_left_to_right(client: TestClient) -> None:
    answer = post(client, text="where can I find a doctor?", place="rotterdam")
    assert (answer["language"], answer["direction"]) == ("en", "ltr")
    assert answer["card"]["id"] == "find-a-doctor.netherlands"


def test_the_first_answer_says_that_it_is_a_program(client: TestClient) -> None:
    first = post(client, text=DOCTOR)
    assert "computerprogramma" in words(first)
    again = post(client, conversation_id=first["conversation_id"], text="hoe schrijf ik me in")
    assert "computerprogramma" not in words(again)


def test_the_place_is_asked_when_the_answer_depends_on_it(client: TestClient) -> None:
    asked = post(client, text="waar vind ik een huisarts")
    assert asked["status"] == "needs_place"
    answered = post(client, conversation_id=asked["conversation_id"], text="Gent")
    assert answered["card"]["id"] == "find-a-doctor.flanders"


# The conversation


def test_a_conversation_begins_with_an_id_of_its_own(client: TestClient) -> None:
    ids = {post(client, text="hallo")["conversation_id"] for _ in range(5)}
    assert len(ids) == 5


def test_an_id_is_kept(client: TestClient, conversation: str, exchanges: Rows) -> None:
    first = post(client, conversation_id=conversation, text=DOCTOR)
    second = post(client, conversation_id=conversation, payload="/follow_up_cost")
    assert first["conversation_id"] == second["conversation_id"] == conversation
    assert first["exchange_id"] != second["exchange_id"]
    assert [row["id"] for row in exchanges(conversation)] == [
        first["exchange_id"],
        second["exchange_id"],
    ]


def test_conversations_are_apart(client: TestClient) -> None:
    post(client, text=DOCTOR)
    assert post(client, payload="/follow_up_cost")["card"] is None


@pytest.mark.parametrize(
    "wrong", ["short", "", "x" * 65, "a" * 20 + "!", "a" * 20 + "\n", "../" * 8, 12345678901234567]
)
def test_what_is_no_id(client: TestClient, wrong: Any) -> None:
    error = refused(client, 422, "invalid", conversation_id=wrong, text="hallo")
    assert "conversation_id" in error["fields"]


# Text or payload


@pytest.mark.parametrize("body", [{}, {"text": "a", "payload": "/help"}, {"language": "nl"}])
def test_either_text_or_payload(client: TestClient, body: dict[str, str]) -> None:
    error = refused(client, 422, "invalid", **body)
    assert "text or payload" in error["message"]


@pytest.mark.parametrize(
    "payload",
    [
        "",
        "help",
        "/nothing",
        "/restart",
        "/back",
        "/session_start",
        "/out_of_scope",
        "/nlu_fallback",
        "/action_answer",
        "/Help",
        "/help ",
        "/help\n",
        "/help{",
        "/help{]",
        "/help help",
        "EXTERNAL: help",
    ],
)
def test_a_payload_of_no_button(client: TestClient, payload: str) -> None:
    refused(client, 422, "invalid_payload", payload=payload)


def test_a_payload_that_is_too_long(client: TestClient) -> None:
    error = refused(client, 422, "invalid", payload="/help" + "x" * 300)
    assert "payload" in error["fields"]


@pytest.mark.parametrize(
    "payload",
    [
        '/choose{"target": "nothing"}',
        '/choose{"target": 5}',
        '/choose{"target": null}',
        '/choose{"target": ["a"]}',
        '/choose{"other": "x"}',
        "/choose{}",
        "/choose{not json}",
        "/choose",
        '/choose{"target": "\\u0000"}',
        '/tell_place{"place": "atlantis"}',
        '/tell_place{"place": {}}',
        '/tell_situation{"situation": "king"}',
        '/change_language{"language": "xx"}',
        '/reads{"language": "xx"}',
        "/follow_up_cost",
        "/none_of_these",
        "/ask",
        "/affirm",
        "/safety_medical",
        '/help{"x": "' + '{"a":' * 50 + '"}',
    ],
)
def test_a_payload_that_no_longer_leads_anywhere(client: TestClient, payload: str) -> None:
    """A card may be gone since the button was shown; it must not be an error."""
    response = client.post(CHAT, json={"payload": payload})
    assert response.status_code in (200, 422), response.text
    if response.status_code == 200:
        assert response.json()["messages"]
        assert response.json()["status"] in list(Status)
    else:
        assert response.json()["error"]["code"] == "invalid_payload"


@pytest.mark.parametrize(
    "text",
    [
        "/restart",
        "/session_start",
        "/safety_medical",
        '/tell_place{"place": "not_said"}',
        " /restart",
        "//restart",
        "/ /restart",
        "\u202e/restart",
        "／restart",
        "\x00/restart",
        "EXTERNAL: restart",
    ],
)
def test_a_typed_command_is_a_text(client: TestClient, text: str, exchanges: Rows) -> None:
    conversation = post(client, text=DOCTOR)["conversation_id"]
    answer = post(client, conversation_id=conversation, text=text)
    assert answer["status"] not in ("safety", "failed")
    assert not exchanges(conversation)[-1]["text"].startswith("/")
    assert exchanges(conversation)[-1]["place"] == "ghent"
    again = post(client, conversation_id=conversation, payload="/follow_up_steps")
    assert again["card"]["id"] == "find-a-doctor.flanders"


# Language and place


@pytest.mark.parametrize("language", ["xx", "zz", "jpn", "IT"])
def test_a_language_that_is_not_offered_is_ignored(client: TestClient, language: str) -> None:
    assert post(client, text=DOCTOR, language=language)["language"] == "nl"
    assert post(client, payload="/help", language=language)["language"] == "en"


@pytest.mark.parametrize("language", ["", "1", "nl-BE", "dutch", "n", 5])
def test_what_is_no_language(client: TestClient, language: Any) -> None:
    assert "language" in refused(client, 422, "invalid", text="a", language=language)["fields"]


def test_the_setting_of_the_widget(client: TestClient) -> None:
    answer = post(client, payload="/start", language="TI")
    assert (answer["language"], answer["direction"]) == ("ti", "ltr")
    assert post(client, payload="/start", language="ps")["direction"] == "rtl"


def test_a_place_that_is_unknown_is_ignored(client: TestClient) -> None:
    answer = post(client, text="waar vind ik een huisarts", place="atlantis")
    assert answer["status"] == "needs_place"


@pytest.mark.parametrize("place", ["Ghent!", "", "a" * 61, "gent\n", 5, "gent%00"])
def test_what_is_no_place(client: TestClient, place: Any) -> None:
    assert "place" in refused(client, 422, "invalid", text="a", place=place)["fields"]


def test_the_place_that_is_written_outweighs_the_pages(client: TestClient) -> None:
    answer = post(client, text="waar vind ik een huisarts in Rotterdam", place="ghent")
    assert answer["card"]["id"] == "find-a-doctor.netherlands"


# Whatever people send


@pytest.mark.parametrize(
    ("text", "status"),
    [
        ("", "small_talk"),
        ("   \n\t  ", "small_talk"),
        ("\u200b\u200c\ufeff", "small_talk"),
        ("\x00\x01\x02\x7f", "small_talk"),
        ("😀", "small_talk"),
        ("🐫🏠🚲" * 100, "small_talk"),
        ("👍🏽", "small_talk"),
        ("1234", "small_talk"),
        ("3.14159265", "small_talk"),
        ("?", "small_talk"),
        ("!!!!", "small_talk"),
        ("🆘", "safety"),
        ("112", "safety"),
        ("١١٢", "safety"),
    ],
)
def test_messages_without_words(client: TestClient, text: str, status: str) -> None:
    answer = post(client, text=text, language="nl")
    assert answer["status"] == status
    assert answer["language"] == "nl"
    assert words(answer)


@pytest.mark.parametrize(
    "text",
    [
        "x" * 1000,
        "a b " * 5000,
        "\u0301" * 2000,
        "z̸̡͝a̵l̷g̶o̴ " * 20,
        "A\x00B\x00C",
        "\u202ekot laat\u202c rof",
        "<script>alert(1)</script>",
        "'; DROP TABLE exchanges; --",
        "{place} {0} {{}} %s %(x)s ${x}",
        "{'a': 1}",
        '{"intent": "safety_medical"}',
        "[name] [email]",
        "\\u0000 \\n \\",
        "ﷺ" * 100,
        "𝕙𝕖𝕝𝕡 𝕞𝕖",
        "…",
        "日本語 한국어 ไทย",
        "\ufffd\ufffe",
        "\U000e0001\U000e0041",
        "http://localhost/ file:///etc/passwd",
        "@bot[action](x)",
        "\r\n\r\nHTTP/1.1 200 OK",
    ],
)
def test_anything_is_answered(client: TestClient, text: str, exchanges: Rows) -> None:
    answer = post(client, text=text)
    assert answer["status"] in list(Status)
    assert answer["status"] not in ("failed", "safety")
    assert answer["messages"]
    assert "{" not in words(answer)
    assert len(exchanges(answer["conversation_id"])) == 1


def test_a_long_message_is_shortened_and_the_person_is_told(client: TestClient) -> None:
    text = f"{DOCTOR}. " + "Ik ben hier sinds een jaar. " * 400
    assert len(text) > 10_000
    answer = post(client, text=text[:10_000])
    assert answer["messages"][0]["kind"] == "notice"
    assert "lang" in answer["messages"][0]["text"]
    assert answer["language"] == "nl"
    short = post(client, text=DOCTOR)
    assert short["messages"][0]["text"] != answer["messages"][0]["text"]


def test_the_longest_text_that_is_taken(client: TestClient) -> None:
    post(client, text="ك" * LONGEST_TEXT)
    error = refused(client, 422, "invalid", text="x" * (LONGEST_TEXT + 1))
    assert str(LONGEST_TEXT) in error["fields"]["text"]
    assert "xxxxxx" not in json.dumps(error)


@pytest.mark.parametrize("text", [None, 5, True, ["a"], {"a": "b"}])
def test_what_is_no_text(client: TestClient, text: Any) -> None:
    refused(client, 422, "invalid", text=text)


def test_unknown_fields_are_named(client: TestClient) -> None:
    error = refused(client, 422, "invalid", text="a", txet="b", conversation="c")
    assert {"txet", "conversation"} <= set(error["fields"])


def post_raw(client: TestClient, body: bytes, kind: str = "application/json") -> Any:
    return client.post(CHAT, content=body, headers={"Content-Type": kind})


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"null",
        b"[]",
        b"5",
        b'"text"',
        b"{",
        b"{'text': 'a'}",
        b"[" * 100_000,
        b'{"text":' * 20_000,
        b'{"text": ' + b"[" * 50_000 + b"]" * 50_000 + b"}",
        b'{"text": "\xff\xfe"}',
        b'{"text": "\\ud800"}',
        b'{"text": "a", "\\ud800": 1}',
        b'{"text": "a", "text": 5}',
        b'{"text": NaN}',
        b'{"text": 1' + b"0" * 10_000 + b"}",
        b"\x00" * 1000,
        b"\x1f\x8b\x08\x00",
    ],
    ids=lambda body: repr(body[:30]),
)
def test_what_is_no_request(client: TestClient, body: bytes) -> None:
    response = post_raw(client, body)
    assert response.status_code in (400, 422), response.text
    assert response.json()["error"]["code"] in ("bad_request", "invalid")


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        (b'{"text": "hallo"}', "text/plain"),
        (b"text=hallo", "application/x-www-form-urlencoded"),
        (b'--x\r\nContent-Disposition: form-data; name="text"\r\n\r\nhallo\r\n--x--',
         "multipart/form-data; boundary=x"),
        (b"<text>hallo</text>", "application/xml"),
        (b'{"text": "hallo"}', "nonsense"),
        ('{"text": "hallo"}'.encode("utf-16"), "application/json; charset=utf-16"),
    ],
)  # fmt: skip
def test_another_content_type(client: TestClient, body: bytes, kind: str) -> None:
    response = post_raw(client, body, kind)
    # What is JSON all the same may be answered.
    assert response.status_code in (200, 400, 415, 422), response.text
    if response.status_code != 200:
        assert response.json()["error"]["message"]


def test_form_data_is_no_message(client: TestClient) -> None:
    """A form on another site can send these without asking the browser first."""
    assert post_raw(client, b'{"text": "hallo"}', "text/plain").status_code == 422
    assert client.post(CHAT, data={"text": "hallo"}).status_code == 422


# Too many messages


def test_too_many_messages_of_a_conversation(built: Settings, engine: Engine) -> None:
    settings = built.model_copy(update={"messages_per_minute": 2})
    one, other = secrets.token_urlsafe(16), secrets.token_urlsafe(16)
    with TestClient(create_app(settings, engine)) as client:
        for _ in range(2):
            post(client, conversation_id=one, payload="/help")
        response = client.post(CHAT, json={"conversation_id": one, "payload": "/help"})
        assert response.status_code == 429
        assert response.json()["error"]["code"] == "too_many_requests"
        wait = int(response.headers["retry-after"])
        assert 1 <= wait <= 60
        assert str(wait) in response.json()["error"]["message"]
        post(client, conversation_id=other, payload="/help")
        assert client.get("/api/topics").status_code == 200


def test_too_many_messages_of_an_address(built: Settings, engine: Engine) -> None:
    settings = built.model_copy(update={"messages_per_minute_per_address": 3})
    with TestClient(create_app(settings, engine)) as client:
        for _ in range(2):
            post(client, payload="/help")
        body = {"sender": secrets.token_hex(8), "message": "/help"}
        assert client.post("/webhooks/rest/webhook", json=body).status_code == 200
        response = client.post(CHAT, json={"payload": "/help"})
        assert response.status_code == 429
        assert int(response.headers["retry-after"]) >= 1
        assert client.post("/webhooks/rest/webhook", json=body).status_code == 429


# Feedback


def rate(client: TestClient, answer: dict[str, Any], helpful: Any, **other: str) -> Any:
    body = {
        "conversation_id": answer["conversation_id"],
        "exchange_id": answer["exchange_id"],
        "helpful": helpful,
    }
    return client.post("/api/feedback", json=body | other)


@pytest.mark.parametrize(("helpful", "kept"), [(True, "good"), (False, "bad")])
def test_feedback(client: TestClient, exchanges: Rows, helpful: bool, kept: str) -> None:
    answer = post(client, text=DOCTOR)
    response = rate(client, answer, helpful)
    assert response.status_code == 204
    assert response.content == b""
    assert [row["feedback"] for row in exchanges(answer["conversation_id"])] == [kept]


def test_feedback_can_be_changed(client: TestClient, exchanges: Rows) -> None:
    answer = post(client, text=DOCTOR)
    rate(client, answer, True)
    rate(client, answer, False)
    assert exchanges(answer["conversation_id"])[0]["feedback"] == "bad"


def test_feedback_on_an_unknown_answer(client: TestClient, exchanges: Rows) -> None:
    answer, other = post(client, text=DOCTOR), post(client, text=DOCTOR)
    for wrong in (
        rate(client, answer, True, exchange_id="unknown"),
        rate(client, answer, True, conversation_id="x" * 20),
        rate(client, answer, True, exchange_id=other["exchange_id"]),
    ):
        assert wrong.status_code == 404
        assert wrong.json()["error"]["code"] == "not_found"
    assert exchanges(answer["conversation_id"])[0]["feedback"] is None
    assert exchanges(other["conversation_id"])[0]["feedback"] is None


@pytest.mark.parametrize("helpful", [None, "perhaps", 2])
def test_feedback_that_is_none(client: TestClient, helpful: Any) -> None:
    answer = post(client, payload="/help")
    assert rate(client, answer, helpful).status_code == 422


@pytest.mark.parametrize(
    ("text", "kept"),
    [("dat helpt", "good"), ("👍", "good"), ("dit antwoord klopt niet", "bad"), ("👎", "bad")],
)
def test_feedback_in_words(client: TestClient, exchanges: Rows, text: str, kept: str) -> None:
    conversation = post(client, text=DOCTOR)["conversation_id"]
    answer = post(client, conversation_id=conversation, text=text)
    assert answer["status"] == "small_talk"
    assert [row["feedback"] for row in exchanges(conversation)] == [kept, None]


# Erasing


def test_a_conversation_is_erased_everywhere(
    client: TestClient, events: Rows, exchanges: Rows, tracker_file: Path, exchange_file: Path
) -> None:
    answer, other = post(client, text=DOCTOR), post(client, text=DOCTOR)
    conversation = answer["conversation_id"]
    post(client, conversation_id=conversation, payload="/follow_up_cost")
    assert events(conversation)
    assert len(exchanges(conversation)) == 2

    response = client.delete(f"/api/conversations/{conversation}")
    assert response.status_code == 204
    assert response.content == b""
    assert events(conversation) == []
    assert exchanges(conversation) == []
    for file in (tracker_file, exchange_file):  # nor in what the database has freed
        assert conversation.encode() not in file.read_bytes(), file.name
    assert events(other["conversation_id"])
    assert exchanges(other["conversation_id"])

    assert rate(client, answer, True).status_code == 404
    again = post(client, conversation_id=conversation, payload="/follow_up_cost")
    assert again["card"] is None


def test_nobody_learns_which_conversations_exist(client: TestClient, conversation: str) -> None:
    known = post(client, text="hallo")["conversation_id"]
    one = client.delete(f"/api/conversations/{known}")
    other = client.delete(f"/api/conversations/{conversation}")
    assert one.status_code == other.status_code == 204
    assert one.headers == other.headers


@pytest.mark.parametrize("wrong", ["short", "a" * 65, "a" * 20 + "%00", "%2e%2e%2f" * 6])
def test_erasing_what_is_no_conversation(client: TestClient, wrong: str) -> None:
    assert client.delete(f"/api/conversations/{wrong}").status_code in (404, 422)


# What is kept


def test_no_personal_data_is_kept(
    client: TestClient, conversation: str, tracker_file: Path, exchange_file: Path, exchanges: Rows
) -> None:
    secret = {
        "name": "Kwabenaxo",
        "family name": "Zwartkruiswijk",
        "phone": "61827364",
        "e-mail": "kwabenaxo.z@post.example",
        "iban": "ABNA 0417 1643",
        "bsn": "123456782",
        "street": "Goudvinkstraat",
    }
    text = (
        f"Mijn naam is {secret['name']} {secret['family name']}. Bel 06 {secret['phone']} of mail "
        f"{secret['e-mail']}. Rekening NL91 {secret['iban']} 00, bsn {secret['bsn']}, "
        f"{secret['street']} 17 Gent. Waar vind ik een huisarts?"
    )
    answer = post(client, conversation_id=conversation, text=text)
    assert answer["status"] != "failed"
    assert "huisarts" in exchanges(conversation)[0]["text"]
    for other in ("اسمي Kwabenaxo", "my name is Kwabenaxo", "Ik heet Kwabenaxo"):
        post(client, conversation_id=conversation, text=other)
    for file in (tracker_file, exchange_file):
        content = b"".join(
            part.read_bytes() for part in file.parent.iterdir() if part.name.startswith(file.name)
        )
        assert conversation.encode() in content
        for what, words_of_it in secret.items():
            assert words_of_it.encode() not in content, f"the {what} is in {file.name}"


def test_nothing_about_the_device_is_kept(client: TestClient, exchanges: Rows) -> None:
    response = client.post(CHAT, json={"text": "hallo"}, headers={"User-Agent": "Kwabenaphone/1"})
    assert "set-cookie" not in response.headers
    row = exchanges(response.json()["conversation_id"])[0]
    assert "Kwabenaphone" not in json.dumps(row)
    assert not any("address" in column or "agent" in column for column in row)


def test_an_answer_is_kept_with_its_evidence(client: TestClient, exchanges: Rows) -> None:
    answer = post(client, text=DOCTOR)
    (row,) = exchanges(answer["conversation_id"])
    assert row["text"] == DOCTOR
    assert (row["status"], row["language"], row["place"]) == ("answered", "nl", "ghent")
    assert row["card_id"] == answer["card"]["id"]
    assert 0 < row["confidence"] <= 1
    assert json.loads(row["evidence"])[0]["group"] == "find-a-doctor"
    assert row["milliseconds"] > 0
    kept = json.loads(row["reply"])["messages"]
    assert [message["text"] for message in kept] == [m["text"] for m in answer["messages"]]


def test_a_conversation_survives_a_restart(
    client: TestClient, built: Settings, conversation: str
) -> None:
    from bot.engine import Engine

    first = post(client, conversation_id=conversation, text="come trovo un medico", language="fr")
    assert first["language"] == "fr"
    post(client, conversation_id=conversation, text="waar vind ik een huisarts in Antwerpen")
    with TestClient(create_app(built, Engine.open(built))) as restarted:
        cost = post(restarted, conversation_id=conversation, payload="/follow_up_cost")
        assert cost["card"]["id"] == "find-a-doctor.flanders"
        assert cost["language"] == "nl"
        asked = post(restarted, conversation_id=conversation, text="hoe vind ik een sociale woning")
        assert asked["card"]["id"] == "social-housing.flanders"


def test_old_conversations_are_deleted(
    client: TestClient,
    built: Settings,
    engine: Engine,
    exchange_file: Path,
    events: Rows,
    exchanges: Rows,
) -> None:
    old, mixed, new = (post(client, text=DOCTOR)["conversation_id"] for _ in range(3))
    then = datetime.now(UTC).replace(tzinfo=None) - timedelta(days=built.retention_days, hours=1)
    connection = sqlite3.connect(exchange_file)
    with connection:
        connection.execute(
            "UPDATE exchanges SET created_at = ? WHERE conversation_id IN (?, ?)",
            (then.isoformat(" ", "microseconds"), old, mixed),
        )
    connection.close()
    post(client, conversation_id=mixed, text="hallo")
    with TestClient(create_app(built, engine)):
        until = time.monotonic() + 10
        while (events(old) or exchanges(old)) and time.monotonic() < until:
            time.sleep(0.05)
    assert events(old) == []
    assert exchanges(old) == []
    assert len(exchanges(mixed)) == 2
    assert events(new) and exchanges(new)

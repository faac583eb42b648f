"""Rasa's REST channel, for widgets that talk to Rasa already."""

from __future__ import annotations

import hashlib
import secrets
from typing import Any

import pytest
from starlette.testclient import TestClient

from api.models import LONGEST_TEXT

PATH = "/webhooks/rest/webhook"


def send(client: TestClient, sender: str, message: str) -> list[dict[str, Any]]:
    response = client.post(PATH, json={"sender": sender, "message": message})
    assert response.status_code == 200, response.text
    return list(response.json())


def custom(replies: list[dict[str, Any]]) -> dict[str, Any]:
    (whole,) = [reply["custom"] for reply in replies if "custom" in reply]
    return dict(whole)


@pytest.fixture
def sender() -> str:
    return f"user-{secrets.token_hex(8)}"


def test_the_shape_of_rasas_rest_channel(client: TestClient, sender: str) -> None:
    replies = send(client, sender, "waar vind ik een huisarts in Gent")
    assert isinstance(replies, list)
    assert len(replies) > 1
    for reply in replies:
        assert reply["recipient_id"] == sender
        assert reply.keys() <= {"recipient_id", "text", "buttons", "custom"}
        assert len(reply) > 1
        assert None not in reply.values()
    *said, last = replies
    assert all(isinstance(reply["text"], str) and reply["text"] for reply in said)
    assert "1. " in "\n".join(reply["text"] for reply in said)
    assert last.keys() == {"recipient_id", "custom"}
    assert last["custom"]["status"] == "answered"
    assert last["custom"]["card"]["sources"]
    assert "conversation_id" not in last["custom"]


def test_buttons_stand_with_the_last_text(client: TestClient, sender: str) -> None:
    replies = send(client, sender, "waar vind ik een huisarts")
    *before, last, _ = replies
    assert all("buttons" not in reply for reply in before)
    assert last["buttons"]
    for button in last["buttons"]:
        assert button.keys() == {"title", "payload"}
        assert button["title"]
        assert button["payload"].startswith("/")


def test_a_buttons_payload_comes_back_as_message(client: TestClient, sender: str) -> None:
    asked = send(client, sender, "waar vind ik een huisarts")
    assert custom(asked)["status"] == "needs_place"
    buttons = {b["payload"] for reply in asked for b in reply.get("buttons", [])}
    pressed = '/tell_place{"place": "flanders"}'
    assert pressed in buttons
    answered = custom(send(client, sender, pressed))
    assert answered["status"] == "answered"
    assert answered["card"]["id"] == "find-a-doctor.flanders"


def test_every_button_is_understood(client: TestClient, sender: str) -> None:
    replies = send(client, sender, "waar vind ik een huisarts in Gent")
    for button in [b for reply in replies for b in reply.get("buttons", [])]:
        assert custom(send(client, sender, button["payload"]))["status"] != "failed"


def test_senders_do_not_share_a_conversation(client: TestClient, sender: str) -> None:
    send(client, sender, "waar vind ik een huisarts in Gent")
    assert custom(send(client, sender, "/follow_up_cost"))["card"] is not None
    other = send(client, f"{sender}2", "/follow_up_cost")
    assert custom(other)["card"] is None
    assert all(reply["recipient_id"] == f"{sender}2" for reply in other)


def test_a_sender_goes_on_with_their_conversation(client: TestClient, sender: str) -> None:
    first = custom(send(client, sender, "waar vind ik een huisarts in Gent"))
    again = custom(send(client, sender, "/follow_up_steps"))
    assert again["card"]["id"] == first["card"]["id"]
    assert again["language"] == "nl"


def test_a_sender_is_no_conversation_of_the_chat(client: TestClient) -> None:
    """Whoever knows a sender's name must not read their conversation with /api/chat."""
    sender = f"sender-{secrets.token_hex(8)}"
    send(client, sender, "waar vind ik een huisarts in Gent")
    body = {"conversation_id": sender, "payload": "/follow_up_cost"}
    assert client.post("/api/chat", json=body).json()["card"] is None
    # Nor can its name be computed from the sender's.
    body["conversation_id"] = "rest-" + hashlib.sha256(sender.encode()).hexdigest()[:48]
    assert client.post("/api/chat", json=body).json()["card"] is None


def test_a_conversation_of_the_chat_cannot_be_entered(client: TestClient) -> None:
    body = {"text": "waar vind ik een huisarts in Gent"}
    conversation = client.post("/api/chat", json=body).json()["conversation_id"]
    assert custom(send(client, conversation, "/follow_up_cost"))["card"] is None


@pytest.mark.parametrize(
    "message", ["/restart", "/session_start", "/unknown", "/", "//help", "/back"]
)
def test_what_no_button_sends_is_a_text(client: TestClient, sender: str, message: str) -> None:
    send(client, sender, "waar vind ik een huisarts in Gent")
    replies = send(client, sender, message)
    assert custom(replies)["status"] != "failed"
    assert replies[0]["text"]
    assert custom(send(client, sender, "/follow_up_cost"))["card"] is not None


def test_feedback_on_an_answer(client: TestClient, sender: str) -> None:
    """A Rasa widget has no ids of conversations; the exchange's id alone rates nothing."""
    whole = custom(send(client, sender, "waar vind ik een huisarts in Gent"))
    body = {"conversation_id": "a" * 20, "exchange_id": whole["exchange_id"], "helpful": True}
    assert client.post("/api/feedback", json=body).status_code == 404


def test_without_a_sender(client: TestClient) -> None:
    replies = client.post(PATH, json={"message": "hallo"}).json()
    assert replies[0]["recipient_id"] == "default"


def test_further_fields_are_ignored(client: TestClient, sender: str) -> None:
    body = {"sender": sender, "message": "hallo", "metadata": {"a": 1}, "stream": False}
    assert client.post(PATH, json=body).status_code == 200


@pytest.mark.parametrize("sender", ["مستخدم", "a b/c?&", "x" * 255, "\u202e", "'; DROP TABLE"])
def test_any_name_of_a_sender(client: TestClient, sender: str) -> None:
    assert send(client, sender, "hallo")[0]["recipient_id"] == sender


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"sender": "a"},
        {"sender": "", "message": "x"},
        {"sender": "x" * 256, "message": "x"},
        {"sender": "a", "message": None},
        {"sender": "a", "message": 5},
        {"sender": "a", "message": "x" * (LONGEST_TEXT + 1)},
        [],
    ],
)
def test_what_is_no_message(client: TestClient, body: Any) -> None:
    response = client.post(PATH, json=body)
    assert response.status_code == 422
    assert response.json()["error"]["code"] == "invalid"

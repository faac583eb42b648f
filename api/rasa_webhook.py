"""Rasa's own REST channel, so that existing Rasa widgets can talk to Wegwijs."""

from __future__ import annotations

import hmac
from typing import Any

from fastapi import APIRouter, Request
from pydantic import BaseModel, Field

from api.chat import address_of
from api.errors import ERROR_RESPONSES
from api.models import LONGEST_TEXT, ChatResponse, MessageOut
from api.secret_key import derived_key
from api.state import StateOf

router = APIRouter(prefix="/webhooks/rest", tags=["Rasa"], responses=ERROR_RESPONSES)


class RasaMessage(BaseModel):
    """A message as Rasa's REST channel takes it; further fields are ignored, as Rasa does."""

    sender: str = Field(default="default", min_length=1, max_length=255)
    message: str = Field(max_length=LONGEST_TEXT)


class RasaButton(BaseModel):
    """A button as Rasa's REST channel gives it."""

    title: str
    payload: str


class RasaReply(BaseModel):
    """A reply as Rasa's REST channel gives it; `custom` of the last one holds the whole answer."""

    recipient_id: str
    text: str | None = None
    buttons: list[RasaButton] | None = None
    custom: dict[str, Any] | None = None


@router.post("/webhook", summary="Answer in Rasa's REST shape", response_model_exclude_none=True)
async def webhook(body: RasaMessage, request: Request, state: StateOf) -> list[RasaReply]:
    """Answer a message in the shape of Rasa's REST channel.

    A widget that sends a button's payload as a message is understood too.
    """
    # Senders choose their own names, such as "user1". With a name nobody can compute, their
    # conversations are as private as those of /api/chat.
    key = derived_key(state.settings, "senders of the REST channel")
    conversation_id = "rest-" + hmac.digest(key, body.sender.encode(), "sha256").hex()[:48]
    state.rate_limit.check(conversation_id, address_of(request))
    engine, _ = state.ready()
    pressed = engine.is_payload(body.message)
    answer, exchange_id = await state.answer(
        conversation_id,
        None if pressed else body.message,
        body.message if pressed else None,
        None,
        None,
    )
    languages = engine.knowledge.library.languages
    response = ChatResponse.of(answer.reply, conversation_id, exchange_id, languages)
    replies = [
        RasaReply(recipient_id=body.sender, text=_plain(message)) for message in response.messages
    ]
    buttons = [
        RasaButton(title=suggestion.text, payload=suggestion.payload)
        for suggestion in response.suggestions
    ]
    if replies and buttons:
        replies[-1].buttons = buttons
    custom = response.model_dump(mode="json", exclude={"conversation_id"})
    return [*replies, RasaReply(recipient_id=body.sender, custom=custom)]


def _plain(message: MessageOut) -> str:
    """A message as plain text."""
    if message.kind == "steps":
        return "\n".join(f"{number}. {item}" for number, item in enumerate(message.items, 1))
    if message.kind == "list":
        return "\n".join(f"- {item}" for item in message.items)
    return message.text

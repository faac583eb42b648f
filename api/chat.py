"""Chat: one message in, one answer out; feedback; erasing a conversation."""

from __future__ import annotations

import secrets

from fastapi import APIRouter, Request, Response
from starlette.concurrency import run_in_threadpool

from actions.reply import Reply, Say, Status
from api.errors import ERROR_RESPONSES, ApiError
from api.models import ChatRequest, ChatResponse, ConversationId, FeedbackRequest
from api.state import StateOf
from api.store.exchanges import Exchanges, Feedback
from api.store.options import HandoverOptions, Options

router = APIRouter(prefix="/api", tags=["Chat"], responses=ERROR_RESPONSES)

_NOBODY = Say(key="person_none")


@router.post("/chat", summary="Answer a message")
async def chat(body: ChatRequest, request: Request, state: StateOf) -> ChatResponse:
    """Answer what a newcomer wrote, or the button they pressed.

    Without a `conversation_id` a conversation begins. The answer is in the language of the
    message, from a checked card or plan passage, or says that Wegwijs does not know.
    """
    conversation_id = body.conversation_id or secrets.token_urlsafe(16)
    state.rate_limit.check(conversation_id, address_of(request))
    answer, exchange_id = await state.answer(
        conversation_id, body.text, body.payload, body.language, body.place
    )
    engine, database = state.ready()
    reply = answer.reply
    if reply.status is Status.HANDED_OVER:
        people = (await run_in_threadpool(Options(database).read, HandoverOptions)).enabled
        reply = without_excuse(reply) if people else reply
    languages = engine.knowledge.library.languages
    return ChatResponse.of(reply, conversation_id, exchange_id, languages)


def without_excuse(reply: Reply) -> Reply:
    """The reply without the sentence that nobody can be reached: the widget offers a person."""
    said = tuple(message for message in reply.messages if message.say != _NOBODY)
    return reply.model_copy(update={"messages": said})


@router.post("/feedback", status_code=204, summary="Say whether an answer helped")
async def feedback(body: FeedbackRequest, state: StateOf) -> Response:
    """Keep with the exchange whether it helped."""
    _, database = state.ready()
    rating: Feedback = "good" if body.helpful else "bad"
    rate = Exchanges(database).rate
    known = await run_in_threadpool(rate, body.conversation_id, body.exchange_id, rating)
    if not known:
        raise ApiError(404, "not_found", "This conversation has no such answer.")
    return Response(status_code=204)


@router.delete("/conversations/{conversation_id}", status_code=204, summary="Erase a conversation")
async def erase(conversation_id: ConversationId, state: StateOf) -> Response:
    """Erase everything that is kept of a conversation. Also answers 204 when there is none, so
    that nobody learns which conversations exist."""
    await state.erase(conversation_id)
    return Response(status_code=204)


def address_of(request: Request) -> str:
    """The network address that a request comes from."""
    return request.client.host if request.client else "unknown"

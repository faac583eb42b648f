"""Talking to a person: asking for one, writing, hearing, leaving a question, going back."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from typing import Annotated, Any

from fastapi import APIRouter, Header, Query, Request
from sse_starlette import EventSourceResponse, ServerSentEvent
from starlette.concurrency import run_in_threadpool

from actions.reply import Reply
from api.chat import address_of
from api.errors import ERROR_RESPONSES, ApiError
from api.handover_models import (
    HandoverInfo,
    HandoverRequest,
    HoursOut,
    LeftQuestion,
    MessageInThread,
    Receipt,
    Standing,
    ThreadOut,
    WrittenMessage,
)
from api.live import PING_EVERY, QUEUE
from api.models import ConversationId, ErrorOut, LanguageCode
from api.opening_hours import is_open, next_opening
from api.state import State, StateOf
from api.store.database import LARGEST_ID
from api.store.handover_rows import NotOpen, Said, Thread
from api.store.options import HandoverOptions, Options
from api.store.tables import Handover
from api.switching import NEAREST
from knowledge.library import Library

router = APIRouter(
    prefix="/api/handover",
    tags=["Talking to a person"],
    responses={**ERROR_RESPONSES, 409: {"model": ErrorOut, "description": "Conflict"}},
)

PRESENT = timedelta(minutes=2)
"""A caseworker is there when their console was open so lately."""

After = Annotated[int, Query(ge=0, le=LARGEST_ID)]

_COME_BACK_LATER = 60_000  # milliseconds; nothing more happens in a thread that ended


@router.get("", summary="See whether a person can be asked for")
async def info(state: StateOf, language: LanguageCode = "en") -> HandoverInfo:
    """Whether this installation has people who answer, their hours, and how long others wait.

    The days and hours are the same in every language; the reader's own words for them are the
    widget's.
    """
    chosen = await _options(state)
    at = datetime.now(UTC)
    within = chosen.enabled and is_open(chosen.hours, state.settings.time_zone, at)
    closed = chosen.enabled and not within
    waiting, minutes = await run_in_threadpool(state.handovers.waiting)
    return HandoverInfo(
        enabled=chosen.enabled,
        open=within and await run_in_threadpool(state.handovers.somebody_there, PRESENT),
        opens_at=next_opening(chosen.hours, state.settings.time_zone, at) if closed else None,
        hours=[
            HoursOut(days=each.span, from_=f"{each.opens:%H:%M}", to=f"{each.closes:%H:%M}")
            for each in chosen.hours
        ],
        waiting=waiting,
        minutes=minutes,
        keep_days=chosen.keep_days,
    )


@router.post("", status_code=201, summary="Ask for a person")
async def ask(body: HandoverRequest, request: Request, state: StateOf) -> ThreadOut:
    """Wait for a caseworker. A conversation that waits already gets the same thread again."""
    state.rate_limit.check(body.conversation_id, address_of(request))
    library = _library(state)
    if body.language not in library.languages:
        offered = ", ".join(library.languages.codes)
        raise ApiError(404, "not_found", f"{body.language!r} is not offered; these are: {offered}.")
    handovers = state.handovers
    if await run_in_threadpool(handovers.open_one, body.conversation_id) is None:
        await _must_be_open(state)
    place = body.place if body.place in library.places else None
    await run_in_threadpool(handovers.ask, body.conversation_id, body.language, place)
    state.signals.wake(body.conversation_id, QUEUE)
    return await _thread(state, body.conversation_id)


@router.get("/{conversation_id}", summary="Read the thread")
async def read(conversation_id: ConversationId, state: StateOf, after: After = 0) -> ThreadOut:
    """The thread as it stands, with the messages after number `after`."""
    return await _thread(state, conversation_id, after)


@router.post("/{conversation_id}/messages", summary="Write to the person")
async def write(
    conversation_id: ConversationId, body: WrittenMessage, request: Request, state: StateOf
) -> MessageInThread:
    """Keep a message. One that did not seem to arrive can be sent again with the same key.

    A message that tells of danger is answered by the program too, in the thread.
    """
    state.rate_limit.check(conversation_id, address_of(request))
    thread = (await _current(state, conversation_id)).handover
    try:
        message, danger = await state.hear(thread, body.key, body.text)
    except NotOpen as error:
        raise _not_open() from error
    if danger:
        await _warn(state, thread, body)
    return MessageInThread.of(Said(message, None), _library(state).languages)


@router.get(
    "/{conversation_id}/events",
    summary="Hear what happens in the thread",
    response_class=EventSourceResponse,
)
async def events(
    conversation_id: ConversationId,
    request: Request,
    state: StateOf,
    after: After = 0,
    last_event_id: Annotated[str, Header()] = "",
) -> EventSourceResponse:
    """Server-sent events: `message` for each message, `status` when the thread changes.

    After a break the browser says with `Last-Event-ID` which message it heard last.
    """
    await _current(state, conversation_id)
    names = {"address": address_of(request), "conversation": conversation_id}
    state.streams.check(**names)
    heard = int(last_event_id) if re.fullmatch(r"[0-9]{1,9}", last_event_id) else after
    return EventSourceResponse(_stream(state, conversation_id, heard, names), ping=PING_EVERY)


@router.post("/{conversation_id}/question", status_code=201, summary="Leave a question")
async def leave_question(
    conversation_id: ConversationId, body: LeftQuestion, request: Request, state: StateOf
) -> Receipt:
    """Leave a question for when somebody is there, with or without a way to reach the person."""
    state.rate_limit.check(conversation_id, address_of(request))
    chosen = await _options(state)
    if not chosen.enabled:
        raise ApiError(404, "not_found", "At this installation nobody answers questions.")
    try:
        handover = await run_in_threadpool(
            state.handovers.leave_question, conversation_id, body.text, body.contact,
            chosen.keep_days, "en",
        )  # fmt: skip
    except NotOpen as error:
        message = "A caseworker is answering already. Write to them."
        raise ApiError(409, "taken", message) from error
    state.signals.wake(conversation_id, QUEUE)
    return Receipt(receipt=handover.receipt, keep_until=handover.keep_until.date())


@router.post("/{conversation_id}/end", summary="Go back to the program")
async def end(conversation_id: ConversationId, request: Request, state: StateOf) -> ThreadOut:
    """End the thread; the program answers again. A thread that ended stays so."""
    state.rate_limit.check(conversation_id, address_of(request))
    await run_in_threadpool(state.handovers.end, conversation_id)
    state.signals.wake(conversation_id, QUEUE)
    return await _thread(state, conversation_id)


async def _stream(
    state: State, conversation_id: str, heard: int, names: dict[str, str]
) -> AsyncIterator[ServerSentEvent]:
    languages = _library(state).languages
    known: str | None = None
    standing: Standing | None = None
    topics = (conversation_id, QUEUE)  # others' turns change the place in the line
    with state.streams.counted(**names), state.signals.listening(*topics) as news:
        while True:
            thread = await run_in_threadpool(state.handovers.thread, conversation_id, heard)
            if thread is None:  # erased
                yield _event("status", Standing(status="ended"), retry=_COME_BACK_LATER)
                return
            if thread.handover.last < heard or known not in (None, thread.handover.id):
                # Another thread counts its messages anew.
                known, heard, standing = None, 0, None
                thread = await run_in_threadpool(state.handovers.thread, conversation_id, 0)
                if thread is None:
                    continue
            known = thread.handover.id
            for said in thread.messages:
                heard = said.message.seq
                yield _event("message", MessageInThread.of(said, languages), id=str(heard))
            now = Standing(
                status=thread.handover.status, position=thread.position, minutes=thread.minutes
            )
            ended = now.status == "ended"
            if now != standing:
                standing = now
                yield _event("status", now, retry=_COME_BACK_LATER if ended else None)
            if ended:
                return
            await news.wait()


def _event(name: str, data: MessageInThread | Standing, **fields: Any) -> ServerSentEvent:
    return ServerSentEvent(event=name, data=data.model_dump_json(), **fields)


async def _warn(state: State, thread: Handover, body: WrittenMessage) -> None:
    """Write the program's own answer to danger into the thread, once."""
    key = f"safety-{body.key}"
    if await run_in_threadpool(state.handovers.message, thread.id, key) is not None:
        return
    answer, _ = await state.answer_by_program(
        thread.conversation_id, body.text, None, thread.language, thread.place
    )
    reply = answer.reply
    await run_in_threadpool(
        state.handovers.notice, thread.id, key, _plain(reply), reply.language or thread.language
    )
    state.signals.wake(thread.conversation_id)


def _plain(reply: Reply) -> str:
    # A thread has no buttons, so what stands before them is left out.
    said = [message for message in reply.messages if message.say != NEAREST]
    return "\n".join(piece for message in said for piece in (message.text, *message.items) if piece)


async def _thread(state: State, conversation_id: str, after: int = 0) -> ThreadOut:
    thread = await _current(state, conversation_id, after)
    return ThreadOut.of(thread, _library(state).languages)


async def _current(state: State, conversation_id: str, after: int = 0) -> Thread:
    thread = await run_in_threadpool(state.handovers.thread, conversation_id, after)
    if thread is None:
        raise ApiError(404, "not_found", "This conversation has no thread with a person.")
    return thread


async def _options(state: State) -> HandoverOptions:
    _, database = state.ready()
    return await run_in_threadpool(Options(database).read, HandoverOptions)


async def _must_be_open(state: State) -> None:
    now = await info(state)
    if not now.open:
        message = "Nobody is there now. Leave a question, or come back when the office opens."
        raise ApiError(409 if now.enabled else 404, "closed", message)


def _not_open() -> ApiError:
    return ApiError(409, "not_open", "This thread has ended. Ask for a person again.")


def _library(state: State) -> Library:
    engine, _ = state.ready()
    return engine.knowledge.library

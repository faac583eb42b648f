"""Answering people: who waits, a thread with one of them, and questions that were left."""

from __future__ import annotations

import json
import math
import secrets
from collections.abc import AsyncIterator, Callable
from datetime import datetime
from functools import partial
from typing import Annotated, Any

from babel import Locale, UnknownLocaleError
from fastapi import APIRouter, Form, Request, Response
from fastapi.responses import HTMLResponse, JSONResponse
from sse_starlette import EventSourceResponse, ServerSentEvent
from starlette.concurrency import run_in_threadpool

from api.console import handover_options
from api.console.access import COOKIE, Caseworker, ConsoleError, DatabaseOf
from api.console.button_words import button_words, is_button
from api.console.card_answers import answer_text, find_cards
from api.console.pages import MenuItem, go, page
from api.console.texts import Texts
from api.handover_models import MessageInThread
from api.live import PING_EVERY, QUEUE
from api.models import LONGEST_TEXT
from api.state import State, StateOf
from api.store.accounts import Sessions, Staff
from api.store.database import now
from api.store.exchanges import Exchanges
from api.store.handover_desk import Brief
from api.store.handover_rows import NotOpen, Said
from knowledge.library import Library

router = APIRouter()
router.include_router(handover_options.router)  # its path would be taken for a thread's id
MENU = (MenuItem("/console/handovers", "handovers.menu"),)

_CHECK_AGAIN = 30.0
"""Seconds after which a stream sees again whether its session holds, which also notes that
somebody is there."""


@router.get("/console/handovers")
async def queue(request: Request, staff: Caseworker, state: StateOf) -> HTMLResponse:
    """Who waits, who has a person, and which questions were left."""
    desk = state.handover_desk
    return page(
        request, "handovers.html", staff,
        waiting=await run_in_threadpool(desk.queue),
        taken=await run_in_threadpool(desk.taken),
        left=await run_in_threadpool(desk.left),
        **_words(_library(state), staff),
    )  # fmt: skip


@router.get("/console/handovers/events")
async def events(request: Request, staff: Caseworker, state: StateOf) -> Response:
    """Server-sent events: `queue` whenever something changed, with who waits."""
    if "text/event-stream" not in request.headers.get("Accept", ""):
        raise ConsoleError(406, "only_live")
    names = {"account": str(staff.id)}
    state.streams.check(**names)
    stream = _stream(state, request.cookies.get(COOKIE, ""), names)
    return EventSourceResponse(stream, ping=PING_EVERY)


async def _stream(
    state: State, token: str, names: dict[str, str]
) -> AsyncIterator[ServerSentEvent]:
    _, database = state.ready()
    sessions = Sessions(database, state.settings.console_session_hours)
    shown: list[Brief] | None = None
    checked = now()
    with state.streams.counted(**names), state.signals.listening(QUEUE) as news:
        while True:
            if (now() - checked).total_seconds() > _CHECK_AGAIN:
                checked = now()
                if await run_in_threadpool(sessions.staff, token) is None:
                    return
            found = await run_in_threadpool(state.handover_desk.overview)
            if found != shown:
                shown = found
                yield ServerSentEvent(event="queue", data=json.dumps(_changed(found)))
            await news.wait()


def _changed(found: list[Brief]) -> dict[str, Any]:
    return {
        "waiting": [
            {"id": each.id, "urgent": each.urgent} for each in found if each.status == "waiting"
        ],
        "threads": {each.id: f"{each.status} {each.last} {each.taken_by}" for each in found},
    }


@router.get("/console/handovers/{handover_id}")
async def thread(
    request: Request,
    handover_id: str,
    staff: Caseworker,
    state: StateOf,
    database: DatabaseOf,
    card: str = "",
    insert: str = "",
) -> HTMLResponse:
    """A thread: what was said, what the program answered before, and a box to write in."""
    desk = state.handover_desk
    found = await run_in_threadpool(desk.open, handover_id, staff)
    if found is None:
        raise ConsoleError(404, "not_found", what=handover_id)
    handover = found.handover
    library = _library(state)
    draft = answer_text(library, insert, handover.language, handover.place) if insert else None
    words, language = draft or ("", _writes_in(staff, handover.language))
    earlier = await run_in_threadpool(Exchanges(database).of_conversation, handover.conversation_id)
    return page(
        request, "handover.html", staff,
        handover=handover, thread=found, mine=handover.taken_by == staff.id,
        waiting=[each for each in await run_in_threadpool(desk.overview)
                 if each.status == "waiting"],
        contact=await run_in_threadpool(desk.contact, handover_id, staff),
        exchanges=earlier, key=secrets.token_urlsafe(16), longest=LONGEST_TEXT,
        draft=words, draft_language=language, offered=library.languages, query=card,
        cards=find_cards(library, card, staff.console_language, handover.place),
        **_words(library, staff),
    )  # fmt: skip


@router.post("/console/handovers/{handover_id}/take")
async def take(handover_id: str, staff: Caseworker, state: StateOf) -> Response:
    """Take a newcomer who waits, or a question that was left."""
    await _change(state, state.handover_desk.take, handover_id, staff)
    return go(f"/console/handovers/{handover_id}", "handover_taken")


@router.post("/console/handovers/{handover_id}/messages")
async def write(
    request: Request,
    handover_id: str,
    staff: Caseworker,
    state: StateOf,
    text: Annotated[str, Form(max_length=LONGEST_TEXT)] = "",
    language: Annotated[str, Form()] = "",
    key: Annotated[str, Form(max_length=48)] = "",
) -> Response:
    """Write to the newcomer; the same key, sent again, is one message."""
    library = _library(state)
    if not text.strip():
        raise ConsoleError(422, "handover_empty")
    if language not in library.languages:
        raise ConsoleError(422, "handover_language")
    key = key or secrets.token_urlsafe(16)
    try:
        message, conversation = await run_in_threadpool(
            state.handover_desk.write, handover_id, staff, key, text, language
        )
    except NotOpen as error:
        raise ConsoleError(409, "handover_closed") from error
    state.signals.wake(conversation, QUEUE)
    if "application/json" in request.headers.get("Accept", ""):
        sent = MessageInThread.of(Said(message, staff.shown_name), library.languages)
        return JSONResponse(sent.model_dump(mode="json"))
    return go(f"/console/handovers/{handover_id}", "handover_sent")


@router.post("/console/handovers/{handover_id}/finish")
async def finish(handover_id: str, staff: Caseworker, state: StateOf) -> Response:
    """Hand back to the program, or mark a question answered."""
    await _change(state, state.handover_desk.finish, handover_id, staff)
    return go("/console/handovers", "handover_finished")


@router.post("/console/handovers/{handover_id}/put-back")
async def put_back(handover_id: str, staff: Caseworker, state: StateOf) -> Response:
    """Put it back into the list for a colleague."""
    await _change(state, state.handover_desk.put_back, handover_id, staff)
    return go("/console/handovers", "handover_put_back")


async def _change(
    state: State, action: Callable[[str, Staff], str], handover_id: str, staff: Staff
) -> None:
    try:
        conversation = await run_in_threadpool(action, handover_id, staff)
    except NotOpen as error:
        raise ConsoleError(409, "handover_closed") from error
    state.signals.wake(conversation, QUEUE)


def _writes_in(staff: Staff, language: str) -> str:
    """The language that a caseworker most likely writes in to who speaks `language`."""
    return language if language in staff.languages else staff.console_language


def _words(library: Library, staff: Staff) -> dict[str, Any]:
    """What the templates call for names, directions and times."""
    reader = staff.console_language

    def language_name(code: str) -> str:
        try:
            name = Locale.parse(code).get_language_name(reader)
        except (ValueError, UnknownLocaleError):
            name = None
        return str(name or code)

    def direction(code: str | None) -> str:
        if code is None or code not in library.languages:
            return "auto"
        return library.languages.get(code).direction

    def place_name(place: str | None) -> str:
        if place is None or place not in library.places:
            return ""
        return library.places.get(place).name(reader)

    def minutes_since(moment: datetime) -> int:
        return max(0, math.floor((now() - moment).total_seconds() / 60))

    def button(text: str) -> str | None:
        say = partial(Texts.shared().say, reader)
        return button_words(say, library, reader, text) if is_button(text) else None

    return {
        "button": button,
        "language_name": language_name,
        "direction": direction,
        "place_name": place_name,
        "minutes_since": minutes_since,
    }


def _library(state: State) -> Library:
    engine, _ = state.ready()
    return engine.knowledge.library

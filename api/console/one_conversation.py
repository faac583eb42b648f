"""Erasing everything of one conversation, with a receipt, and giving all of it to who asks."""

from __future__ import annotations

import json
from typing import Annotated, Any

from fastapi import APIRouter, Form, Request, Response
from fastapi.responses import HTMLResponse
from starlette.concurrency import run_in_threadpool

from api.console.access import ConsoleError, DatabaseOf, Editor
from api.console.pages import go, page
from api.console.texts import LANGUAGES, Texts
from api.secret_key import derived_key
from api.state import State, StateOf
from api.store.accounts import Staff
from api.store.conversations import KINDS, Conversations
from api.store.database import Database, now
from api.store.personal_export import PersonalExport

router = APIRouter()

_ERASE = "/console/privacy/erase"
_EXPORT = "/console/privacy/export"
_LONGEST_ID = 80


@router.get(_ERASE)
async def erase_form(
    request: Request, staff: Editor, state: StateOf, database: DatabaseOf, exchange: str = ""
) -> HTMLResponse:
    """The form; from the page of an exchange, what there is of its conversation."""
    if not exchange:
        return _erase_page(request, staff)
    conversation = await _of_exchange(database, exchange)
    return await _contents(request, staff, state, database, conversation)


@router.post(_ERASE)
async def erase(
    request: Request,
    staff: Editor,
    state: StateOf,
    database: DatabaseOf,
    conversation: Annotated[str, Form()] = "",
    then: Annotated[str, Form()] = "look",
) -> Response:
    """Show what there is; then erase it."""
    named = await run_in_threadpool(Conversations(database).named, conversation[:_LONGEST_ID])
    if not named:
        return _erase_page(request, staff, problem="empty")
    if then != "erase":
        return await _contents(request, staff, state, database, named)
    receipt = await state.erase(named, staff.actor)
    return go(f"/console/privacy/erased/{receipt.code}")


@router.get("/console/privacy/erased/{code}")
async def erased(request: Request, staff: Editor, database: DatabaseOf, code: str) -> HTMLResponse:
    """The receipt of an erasure, to be printed."""
    receipt = await run_in_threadpool(Conversations(database).receipt, code[:20])
    if receipt is None:
        raise ConsoleError(404, "not_found", what=code[:20])
    return page(request, "erased.html", staff, receipt=receipt, kinds=KINDS)


@router.get(_EXPORT)
async def export_form(
    request: Request, staff: Editor, database: DatabaseOf, exchange: str = ""
) -> HTMLResponse:
    """The form."""
    conversation = await _of_exchange(database, exchange) if exchange else ""
    return page(request, "export.html", staff, conversation=conversation, problem=None)


@router.post(_EXPORT)
async def export(
    request: Request,
    staff: Editor,
    state: StateOf,
    database: DatabaseOf,
    conversation: Annotated[str, Form()] = "",
) -> Response:
    """All that is kept of a conversation, as a file."""
    conversations = Conversations(database)
    named = await run_in_threadpool(conversations.named, conversation[:_LONGEST_ID])
    if not named:
        return page(request, "export.html", staff, 422, conversation="", problem="empty")
    engine, _ = state.ready()
    memory = await engine.memory(named)
    counts = await run_in_threadpool(
        conversations.look_up, named, staff.actor, "conversation.exported", memory.events
    )
    if not any(counts.values()):
        return page(request, "export.html", staff, 404, conversation=named, problem="nothing")
    writer = PersonalExport(database, derived_key(state.settings, "contact"))
    kept = await run_in_threadpool(writer.of, named)
    whole: dict[str, Any] = {
        "explanation": {
            code: Texts.shared().say(code, "privacy.export_explained") for code in LANGUAGES
        },
        **kept,
        "what_the_program_remembers": {"steps": memory.events, **memory.slots},
    }
    return Response(
        json.dumps(whole, ensure_ascii=False, indent=2, default=str),
        media_type="application/json",
        headers={
            "Content-Disposition": f'attachment; filename="wegwijs-{now():%Y-%m-%d}.json"',
            "Cache-Control": "no-store",
        },
    )


async def _of_exchange(database: Database, exchange_id: str) -> str:
    found = await run_in_threadpool(Conversations(database).of_exchange, exchange_id[:40])
    if found is None:
        raise ConsoleError(404, "not_found", what=exchange_id[:40])
    return found


async def _contents(
    request: Request, staff: Staff, state: State, database: Database, conversation: str
) -> HTMLResponse:
    engine, _ = state.ready()
    memory = await engine.memory(conversation)
    counts = await run_in_threadpool(
        Conversations(database).look_up, conversation, staff.actor, "conversation.looked_up",
        memory.events,
    )  # fmt: skip
    return _erase_page(request, staff, conversation, counts)


def _erase_page(
    request: Request,
    staff: Staff,
    conversation: str = "",
    counts: dict[str, int] | None = None,
    problem: str | None = None,
) -> HTMLResponse:
    return page(
        request, "erase.html", staff, 422 if problem else 200,
        conversation=conversation, counts=counts, kinds=KINDS, problem=problem,
        anything=bool(counts and any(counts.values())),
    )  # fmt: skip

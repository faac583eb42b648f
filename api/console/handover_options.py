"""The options of talking to a person: on or off, the hours, and how long things are kept."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, Request, Response
from fastapi.responses import HTMLResponse
from pydantic import ValidationError
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import FormData

from api.console.access import Administrator, DatabaseOf
from api.console.pages import go, page
from api.live import QUEUE
from api.opening_hours import DAYS
from api.state import StateOf
from api.store.accounts import Staff
from api.store.options import HandoverOptions, Options

router = APIRouter()

_ROWS = 4  # of hours in the form


@router.get("/console/handovers/options")
async def show(request: Request, staff: Administrator, database: DatabaseOf) -> HTMLResponse:
    """The form."""
    chosen = await run_in_threadpool(Options(database).read, HandoverOptions)
    return _form(request, staff, chosen.model_dump(mode="json"), [])


@router.post("/console/handovers/options")
async def change(
    request: Request, staff: Administrator, state: StateOf, database: DatabaseOf
) -> Response:
    """Keep what the form says."""
    given = _given(await request.form())
    try:
        chosen = HandoverOptions.model_validate(given)
    except ValidationError as error:
        wrong = sorted({str(item["loc"][0]) for item in error.errors()})
        return _form(request, staff, given, wrong, 422)
    await run_in_threadpool(Options(database).write, chosen, staff.actor)
    state.signals.wake(QUEUE)
    return go("/console/handovers/options", "saved")


def _form(
    request: Request, staff: Staff, given: dict[str, Any], wrong: list[str], status: int = 200
) -> HTMLResponse:
    rows = [
        {**each, "opens": each["opens"][:5], "closes": each["closes"][:5]}
        for each in given["hours"]
    ]
    rows += [{"days": [], "opens": "", "closes": ""}] * max(1, _ROWS - len(rows))
    return page(
        request, "handover_options.html", staff, status,
        given=given, rows=rows, days=DAYS, wrong=wrong,
    )  # fmt: skip


def _given(form: FormData) -> dict[str, Any]:
    """What the form says; a row of hours of which nothing is filled in is left out."""
    rows = [
        {
            "days": [day for day in DAYS if form.get(f"{day}_{number}")],
            "opens": str(form.get(f"opens_{number}") or ""),
            "closes": str(form.get(f"closes_{number}") or ""),
        }
        for number in range(20)
        if f"opens_{number}" in form
    ]
    return {
        "enabled": bool(form.get("enabled")),
        "hours": [row for row in rows if any(row.values())],
        "keep_days": str(form.get("keep_days") or ""),
        "silence_minutes": str(form.get("silence_minutes") or ""),
    }

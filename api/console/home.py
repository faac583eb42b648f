"""The start page: what waits for whom."""

from __future__ import annotations

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse
from starlette.concurrency import run_in_threadpool

from api.console.access import Caseworker, DatabaseOf
from api.console.pages import page
from api.store.waiting import waiting

router = APIRouter()


@router.get("/console")
async def home(request: Request, staff: Caseworker, database: DatabaseOf) -> HTMLResponse:
    """What waits, and what else can be done here."""
    counts = await run_in_threadpool(waiting, database)
    return page(request, "home.html", staff, counts=counts)

"""The demo page, the widget's files, and health."""

from __future__ import annotations

from pathlib import Path

from fastapi import APIRouter
from fastapi.responses import FileResponse, JSONResponse
from starlette.concurrency import run_in_threadpool

from api.models import Health
from api.state import StateOf

STATIC = Path(__file__).resolve().parent / "static"

router = APIRouter()


@router.get("/", include_in_schema=False)
async def demo() -> FileResponse:
    """The demo page."""
    return FileResponse(STATIC / "demo.html")


@router.get("/healthz", tags=["Health"], summary="Is the process alive?")
async def healthz() -> Health:
    """Answers as long as the process runs."""
    return Health(status="ok")


@router.get(
    "/readyz", tags=["Health"], summary="Can it answer?", responses={503: {"model": Health}}
)
async def readyz(state: StateOf) -> JSONResponse:
    """Whether the model and the index are loaded and the database answers."""
    database = state.database if state.engine else None
    alive = database is not None and await run_in_threadpool(database.alive)
    health = Health(status="ok" if alive else "starting")
    return JSONResponse(health.model_dump(), 200 if alive else 503)

"""The application: routes, limits and headers around one state."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator
from importlib.metadata import version

from fastapi import FastAPI
from fastapi.staticfiles import StaticFiles
from fastapi_offline import FastAPIOffline
from starlette.middleware.cors import CORSMiddleware

from api import chat, handover, library, pages, rasa_webhook
from api.console.background import Background
from api.console.errors import add_console_errors
from api.console.going_live import catch_up
from api.console.provider import keep_sign_in_state
from api.console.routes import router as console
from api.errors import add_error_handlers
from api.middleware import BodyLimit, SecurityHeaders, UnexpectedErrors
from api.reloading import LibraryReloader, start_watching
from api.settings import Settings
from api.state import State, repeat
from api.store.database import Database
from bot.engine import Engine

_DESCRIPTION = (
    "Wegwijs answers newcomers to the Netherlands and Flanders in their own language, from a "
    "checked knowledge library, with its source, and says so when it does not know."
)


def create_app(settings: Settings, engine: Engine | None = None) -> FastAPI:
    """Make the application.

    Args:
        settings: Of the installation.
        engine: An engine that is loaded already; without one it is loaded at start.

    Returns:
        The application; it opens the database and the engine when it starts.
    """
    state = State(settings, engine)

    @contextlib.asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        settings.data_dir.mkdir(parents=True, exist_ok=True)
        state.database = Database(settings.database_address)
        if state.engine is None:
            state.engine = Engine.open(settings)
        tasks = [
            asyncio.create_task(repeat(state.clean_up, 3600)),
            asyncio.create_task(repeat(state.end_silent_handovers, 60)),
            # The page of the questions sorts too: nothing is lost by waiting first.
            asyncio.create_task(repeat(state.sort_questions, 3600, wait=3600)),
        ]
        if settings.watch_library:
            library = state.engine.knowledge.library
            state.reloader = LibraryReloader(settings, library, state.engine.use)
            tasks.append(start_watching(state.reloader))
        background = app.state.background
        background.begin("catching up", lambda job: catch_up(state, background))
        try:
            yield
        finally:
            for task in tasks:
                task.cancel()
            state.database.close()

    # FastAPI's own pages of the API load scripts from another host; these are the same, served
    # from here.
    app = FastAPIOffline(
        title="Wegwijs",
        description=_DESCRIPTION,
        version=version("wegwijs"),
        lifespan=lifespan,
    )
    app.state.wegwijs = state
    app.state.background = Background()
    add_error_handlers(app)
    add_console_errors(app)
    # The last one is outermost: what the inner ones answer still gets the headers of the outer.
    keep_sign_in_state(app, settings)
    app.add_middleware(UnexpectedErrors)
    app.add_middleware(BodyLimit)
    app.add_middleware(
        CORSMiddleware,
        allow_origins=settings.allowed_origins,
        allow_methods=["GET", "POST", "DELETE"],
        allow_headers=["Content-Type"],
        expose_headers=["Retry-After"],
    )
    app.add_middleware(SecurityHeaders)
    for module in (chat, handover, library, rasa_webhook, pages):
        app.include_router(module.router)
    app.include_router(console)
    app.mount("/static", StaticFiles(directory=pages.STATIC), name="static")
    return app

"""The console on a server of its own, with the real library and without the dialogue."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from types import SimpleNamespace
from typing import Any

import uvicorn
from playwright.sync_api import Page

from api.app import create_app
from api.console.access import COOKIE
from api.console.roles import Role
from api.settings import Settings
from api.state import State
from api.store.accounts import Sessions
from api.store.audit import Actor
from api.store.database import Database, now
from api.store.tables import Account
from knowledge.library import Library


@dataclass
class ConsoleServer:
    """A running server.

    Attributes:
        url: Its address.
        state: Its state.
    """

    url: str
    state: State

    @property
    def database(self) -> Database:
        """Its database."""
        assert self.state.database is not None
        return self.state.database

    def add_account(
        self, role: Role = Role.CASEWORKER, language: str = "en", **fields: Any
    ) -> Account:
        """An account, with columns of its own: `add_account(name="an", active=False)`."""
        name = fields.pop("name", role.value)
        shown_name = fields.pop("shown_name", name.title())
        fields = {"languages": ["nl", "en", "fr"], "created_at": now(), **fields}
        account = Account(
            name=name, shown_name=shown_name, role=role.value, console_language=language, **fields
        )
        with self.database.session() as session:
            session.add(account)
        return account

    def sign_in(
        self, page: Page, role: Role = Role.CASEWORKER, language: str = "en", **fields: Any
    ) -> int:
        """Let somebody new be signed in on a page; returns the account's id."""
        account = self.add_account(role, language, **fields)
        sessions = Sessions(self.database, self.state.settings.console_session_hours)
        token = sessions.begin(account.id, Actor(account.id, account.name), "password")
        cookie: Any = {"name": COOKIE, "value": token, "url": f"{self.url}/console"}
        page.context.add_cookies([cookie])
        return int(account.id)


@contextmanager
def serve_console(settings: Settings, library: Library, engine: Any = None) -> Iterator[Any]:
    """Serve on a free port until the block ends.

    Args:
        settings: Of the installation, with a data folder of its own.
        library: What the pages show.
        engine: The dialogue; without one nothing can be asked.
    """
    knowledge = SimpleNamespace(library=library, settings=settings)
    app = create_app(settings, engine or SimpleNamespace(knowledge=knowledge))
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    config = uvicorn.Config(
        app, port=port, log_level="warning", ws="none", timeout_graceful_shutdown=1
    )
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    deadline = time.monotonic() + 30
    while not server.started:
        assert thread.is_alive() and time.monotonic() < deadline, "the server did not start"
        time.sleep(0.02)
    yield ConsoleServer(f"http://127.0.0.1:{port}", app.state.wegwijs)
    server.should_exit = True
    thread.join(10)

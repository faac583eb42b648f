"""A server with the real library, whose dialogue is not loaded, and staff who are signed in."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from starlette.testclient import TestClient

# The tests here share a module, and pytest's importlib mode puts no folder on the path.
sys.path.insert(0, str(Path(__file__).parent))

from api.app import create_app
from api.console.roles import Role
from api.settings import Settings
from api.state import State
from api.store.accounts import Sessions
from api.store.audit import Actor
from api.store.database import Database, now
from api.store.tables import Account
from knowledge.library import Library


class Browser(TestClient):
    """A browser of somebody; `csrf` is what its forms must carry."""

    csrf: str = ""
    account_id: int = 0

    def submit(self, path: str, **form: Any) -> Any:
        """Send a form as a page of the console would, without following where it leads."""
        return self.post(path, data={"csrf": self.csrf, **form}, follow_redirects=False)


@pytest.fixture(scope="session")
def library() -> Library:
    """The real library."""
    return Library.load(Settings().library_dir)


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """An installation of its own."""
    return Settings(data_dir=tmp_path / "data", watch_library=False)


@pytest.fixture
def server(settings: Settings, library: Library) -> Iterator[TestClient]:
    """The running server; `server.app.state.wegwijs` is its state."""
    # Pages that show and keep need the library only. What needs the dialogue itself takes the
    # fixture `engine`.
    engine: Any = SimpleNamespace(knowledge=SimpleNamespace(library=library, settings=settings))
    with TestClient(create_app(settings, engine), base_url="https://wegwijs.test") as running:
        yield running


@pytest.fixture
def state(server: TestClient) -> State:
    """The server's state."""
    found: State = server.app.state.wegwijs  # type: ignore[attr-defined]
    return found


@pytest.fixture
def database(state: State) -> Database:
    """The server's database."""
    assert state.database is not None
    return state.database


@pytest.fixture
def sign_in(server: TestClient, database: Database) -> Callable[..., Browser]:
    """A browser in which somebody with a role is signed in: `sign_in(Role.EDITOR)`."""
    made: list[Browser] = []

    def make(role: Role = Role.CASEWORKER, language: str = "en", **fields: Any) -> Browser:
        name = fields.pop("name", f"{role.value}{len(made)}")
        with database.session() as session:
            account = Account(
                name=name, shown_name=name.title(), role=role.value, console_language=language,
                created_at=now(), **{"languages": ["nl", "en", "fr"], **fields},
            )  # fmt: skip
            session.add(account)
            session.flush()
            account_id = int(account.id)
        sessions = Sessions(database, 10)
        token = sessions.begin(account_id, Actor(account_id, name), "password")
        # Not as a context manager: the server is running already.
        browser = Browser(server.app, base_url="https://wegwijs.test")
        browser.cookies.set("wegwijs_console", token, path="/console")
        staff = sessions.staff(token)
        assert staff is not None
        browser.csrf, browser.account_id = staff.csrf, account_id
        made.append(browser)
        return browser

    return make

"""A server in this process, on the real library, and its two databases."""

from __future__ import annotations

import secrets
import sqlite3
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy.engine import make_url
from starlette.testclient import TestClient

from api.settings import Settings

if TYPE_CHECKING:
    from bot.engine import Engine

Rows = Callable[[str], list[dict[str, Any]]]


@pytest.fixture(scope="session")
def client(built: Settings, engine: Engine) -> Iterator[TestClient]:
    """A client of a running server; an unexpected error is answered and not raised."""
    from api.app import create_app

    with TestClient(create_app(built, engine), raise_server_exceptions=False) as running:
        yield running


@pytest.fixture
def conversation() -> str:
    """The id of a conversation that nobody has used."""
    return secrets.token_urlsafe(16)


@pytest.fixture(scope="session")
def tracker_file(built: Settings) -> Path:
    """Rasa's database of the conversations."""
    return Path(str(make_url(built.tracker_address).database))


@pytest.fixture(scope="session")
def exchange_file(built: Settings) -> Path:
    """The API's database of the exchanges."""
    return Path(str(make_url(built.database_address).database))


def _rows(file: Path, query: str, *values: str) -> list[dict[str, Any]]:
    connection = sqlite3.connect(file)
    connection.row_factory = sqlite3.Row
    try:
        return [dict(row) for row in connection.execute(query, values)]
    finally:
        connection.close()


@pytest.fixture(scope="session")
def events(tracker_file: Path) -> Rows:
    """What Rasa's database holds of a conversation."""
    query = "SELECT * FROM events WHERE sender_id = ? ORDER BY id"
    return lambda conversation: _rows(tracker_file, query, conversation)


@pytest.fixture(scope="session")
def exchanges(exchange_file: Path) -> Rows:
    """What the API's database holds of a conversation."""
    query = "SELECT * FROM exchanges WHERE conversation_id = ? ORDER BY created_at"
    return lambda conversation: _rows(exchange_file, query, conversation)

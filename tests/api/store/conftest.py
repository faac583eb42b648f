"""Every test of the store runs on SQLite and on PostgreSQL."""

from __future__ import annotations

import os
import secrets
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import create_engine, text
from sqlalchemy.engine import make_url
from sqlalchemy.exc import OperationalError

from api.store.database import Database

POSTGRES = os.environ.get("WEGWIJS_TEST_POSTGRES", "postgresql://postgres@127.0.0.1:5432/postgres")


@pytest.fixture(scope="session")
def postgres() -> Iterator[str]:
    """Address of an empty PostgreSQL database that is this run's own."""
    server = create_engine(POSTGRES, future=True, isolation_level="AUTOCOMMIT")
    name = f"wegwijs_test_{secrets.token_hex(6)}"
    try:
        with server.connect() as connection:
            connection.execute(text(f"CREATE DATABASE {name}"))
    except OperationalError as error:
        reason = str(error).split("\n")[0]
        pytest.skip(f"no PostgreSQL at WEGWIJS_TEST_POSTGRES, {POSTGRES}: {reason}")
    yield make_url(POSTGRES).set(database=name).render_as_string(hide_password=False)
    with server.connect() as connection:
        connection.execute(text(f"DROP DATABASE {name} WITH (FORCE)"))
    server.dispose()


@pytest.fixture(params=["sqlite", "postgres"])
def address(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """Address of an empty database."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'wegwijs.sqlite'}"
    found: str = request.getfixturevalue("postgres")
    with create_engine(found, future=True).begin() as connection:
        connection.execute(text("DROP SCHEMA public CASCADE"))
        connection.execute(text("CREATE SCHEMA public"))
    return found


@pytest.fixture
def database(address: str) -> Iterator[Database]:
    """An empty database, open."""
    opened = Database(address)
    yield opened
    opened.close()

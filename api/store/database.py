"""The database of an installation: SQLite or PostgreSQL, brought up to date when it opens."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from alembic import command
from alembic.config import Config
from alembic.util import CommandError
from sqlalchemy import event, select
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session, sessionmaker

from bot.databases import DatabaseError, open_database

LARGEST_ID = 2**31 - 1
"""Of a row; a larger number in an address names nothing, and no database looks for it."""

_MIGRATING = threading.Lock()  # Alembic's context is one for the whole process
_MIGRATIONS = Path(__file__).resolve().parent.parent / "migrations"


class Database:
    """Sessions on one database.

    Args:
        address: Its SQLAlchemy address.

    Raises:
        DatabaseError: It cannot be opened or brought up to date.
    """

    def __init__(self, address: str) -> None:
        self._engine = open_database(address, "WEGWIJS_DATABASE_URL")
        if self.is_sqlite:
            event.listen(self._engine, "connect", _set_up_sqlite)
            event.listen(self._engine, "begin", _begin_sqlite)
            self._engine.dispose()  # what was opened before is not set up
        try:
            with _MIGRATING, self._engine.begin() as connection:
                command.upgrade(migrations(connection), "head")
        except (SQLAlchemyError, CommandError) as error:
            reason = str(error).split("\n")[0]
            raise DatabaseError(
                f"The tables cannot be brought up to date: {reason} Give the user of "
                "WEGWIJS_DATABASE_URL the right to make tables, and see that the database was "
                "not written by a newer Wegwijs."
            ) from error
        self._writing = sessionmaker(self._engine, future=True, expire_on_commit=False)
        readers = self._engine.execution_options(reading=True)
        self._reading = sessionmaker(readers, future=True, expire_on_commit=False)

    @contextmanager
    def session(self) -> Iterator[Session]:
        """A session that may write, in one transaction: committed at the end, undone by an error.

        In SQLite one is open at a time, and the others wait.
        """
        with self._writing() as session, session.begin():
            yield session

    @contextmanager
    def reading(self) -> Iterator[Session]:
        """A session that only reads, and that no writer holds up."""
        with self._reading() as session, session.begin():
            yield session

    @property
    def is_sqlite(self) -> bool:
        """Whether it is a file of this machine."""
        return bool(self._engine.dialect.name == "sqlite")

    def alive(self) -> bool:
        """Whether it answers."""
        try:
            with self.reading() as session:
                session.execute(select(1))
        except SQLAlchemyError:
            return False
        return True

    def close(self) -> None:
        """Close all connections."""
        self._engine.dispose()


def migrations(connection: Any) -> Config:
    """Alembic's configuration for a connection that is open."""
    config = Config()
    config.set_main_option("script_location", str(_MIGRATIONS))
    config.attributes["connection"] = connection
    return config


def now() -> datetime:
    """This moment in UTC, without a zone, as every table keeps it."""
    return datetime.now(UTC).replace(tzinfo=None)


def _set_up_sqlite(connection: Any, record: Any) -> None:
    connection.isolation_level = None  # the driver would begin too late, and never for a table
    cursor = connection.cursor()
    cursor.execute("PRAGMA journal_mode=WAL")  # a reader never waits for a writer
    cursor.execute("PRAGMA busy_timeout=10000")
    cursor.execute("PRAGMA foreign_keys=ON")
    cursor.close()


def _begin_sqlite(connection: Any) -> None:
    # A transaction that reads and then writes would fail, not wait, when another wrote between.
    reading = connection.get_execution_options().get("reading")
    connection.exec_driver_sql("BEGIN" if reading else "BEGIN IMMEDIATE")

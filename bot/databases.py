"""Opening a database that a setting names."""

from __future__ import annotations

from sqlalchemy import create_engine, inspect
from sqlalchemy.engine import Engine, make_url
from sqlalchemy.exc import ArgumentError, SQLAlchemyError

from knowledge.errors import WegwijsError


class DatabaseError(WegwijsError):
    """A database cannot be used."""


def open_database(address: str, setting: str) -> Engine:
    """Open a database and see whether it answers.

    Args:
        address: Its SQLAlchemy address.
        setting: Name of the setting that gives the address, for the message.

    Returns:
        SQLAlchemy's engine. Its errors are logged, so they leave out what people wrote.

    Raises:
        DatabaseError: It cannot be opened.
    """
    try:
        engine = create_engine(address, future=True, hide_parameters=True)
        with engine.connect() as connection:
            inspect(connection).get_table_names()  # reads it: any file opens as SQLite
    except (SQLAlchemyError, ImportError, ValueError) as error:
        reason = str(error).split("\n")[0]
        raise DatabaseError(
            f"The database {_without_password(address)!r} cannot be opened: {reason} "
            f"Correct {setting} or the rights on the data folder."
        ) from error
    return engine


def _without_password(address: str) -> str:
    """The address as it may be shown."""
    try:
        return str(make_url(address).render_as_string(hide_password=True))
    except ArgumentError:
        return address

"""Alembic's entry point: runs the migrations on the connection that `Database` opened."""

from __future__ import annotations

from alembic import context
from sqlalchemy import text

from api.store.tables import Base

_LOCK = 7_233_401
"""Any number of ours: workers that start at once bring a PostgreSQL up to date one by one."""


def _run() -> None:
    connection = context.config.attributes["connection"]
    if connection.dialect.name == "postgresql":
        connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": _LOCK})
    context.configure(
        connection=connection,
        target_metadata=Base.metadata,
        render_as_batch=connection.dialect.name == "sqlite",
    )
    with context.begin_transaction():
        context.run_migrations()


_run()

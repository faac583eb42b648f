"""The database: opened, brought up to date, and named when it cannot be."""

from __future__ import annotations

import threading
from datetime import datetime
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import create_engine, inspect, text
from sqlalchemy.exc import DBAPIError, IntegrityError

from api.store.database import Database, now
from api.store.tables import AuditEntry, Base, Handover, Option
from bot.databases import DatabaseError


def test_the_migrations_make_the_tables_of_the_code(database: Database, address: str) -> None:
    with create_engine(address, future=True).connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, Base.metadata) == []


def test_a_database_of_before_the_migrations_keeps_its_exchanges(address: str) -> None:
    old = create_engine(address, future=True)
    Base.metadata.tables["exchanges"].create(old)
    with old.begin() as connection:
        for column in ("domain", "library", "searchable"):
            connection.execute(text(f"ALTER TABLE exchanges DROP COLUMN {column}"))
        connection.execute(
            text(
                "INSERT INTO exchanges (id, conversation_id, created_at, text, language, status, "
                "reply, evidence, milliseconds) VALUES "
                "('e1', 'c1', '2026-11-01 10:00:00', 'waar', 'nl', 'unknown', '{}', '[]', 5)"
            )
        )
    old.dispose()
    database = Database(address)
    with database.reading() as session:
        assert session.execute(text("SELECT text FROM exchanges")).scalar_one() == "waar"
    database.close()
    assert "audit" in inspect(create_engine(address, future=True)).get_table_names()


def test_a_database_of_a_newer_release_is_refused(database: Database, address: str) -> None:
    with database.session() as session:
        session.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(DatabaseError, match="newer Wegwijs"):
        Database(address)


def test_several_that_open_it_at_once_bring_it_up_to_date_once(address: str) -> None:
    failures: list[Exception] = []

    def open_it() -> None:
        try:
            Database(address).close()
        except Exception as error:
            failures.append(error)

    threads = [threading.Thread(target=open_it) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []


@pytest.mark.parametrize("statement", ["UPDATE audit SET who = 'nobody'", "DELETE FROM audit"])
def test_the_audit_log_is_never_changed(database: Database, statement: str) -> None:
    with database.session() as session:
        session.add(AuditEntry(at=now(), who="an", action="a.b", object="c", details={}))
    with pytest.raises(DBAPIError, match="never changed"), database.session() as session:
        session.execute(text(statement))


def test_an_error_undoes_the_whole_session(database: Database) -> None:
    with pytest.raises(RuntimeError), database.session() as session:
        session.add(Option(name="a", value=1, changed_at=now()))
        session.flush()
        raise RuntimeError
    with database.reading() as session:
        assert session.get(Option, "a") is None


def test_what_is_read_and_then_written_is_not_lost(database: Database) -> None:
    with database.session() as session:
        session.add(Option(name="count", value=0, changed_at=now()))

    def count() -> None:
        for _ in range(20):
            with database.session() as session:
                option = session.get(Option, "count", with_for_update=True)
                option.value = option.value + 1

    threads = [threading.Thread(target=count) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with database.reading() as session:
        assert session.get(Option, "count").value == 60


def test_a_conversation_has_one_open_handover(database: Database) -> None:
    def open_one(name: str, status: str) -> None:
        moment: datetime = now()
        with database.session() as session:
            session.add(
                Handover(
                    id=name,
                    conversation_id="c1",
                    language="nl",
                    status=status,
                    created_at=moment,
                    consented_at=moment,
                )
            )

    open_one("first", "ended")
    open_one("second", "waiting")
    with pytest.raises(IntegrityError):
        open_one("third", "taken")


def test_a_database_that_answers_is_alive(database: Database) -> None:
    assert database.alive()


def test_a_database_that_is_gone_is_not_alive(tmp_path: Path) -> None:
    folder = tmp_path / "gone"
    folder.mkdir()
    database = Database(f"sqlite:///{folder / 'w.sqlite'}")
    database.close()
    (folder / "w.sqlite").unlink()
    folder.rmdir()
    assert not database.alive()


@pytest.mark.parametrize(
    "unusable",
    [
        "sqlite:////no/such/folder/wegwijs.sqlite",
        "not an address",
        "nosuchdatabase://localhost/x",
        "postgresql+nosuchdriver://localhost/x",
        "",
    ],
)
def test_an_unusable_address_is_named(unusable: str) -> None:
    with pytest.raises(DatabaseError) as caught:
        Database(unusable)
    assert repr(unusable) in str(caught.value)
    assert "WEGWIJS_DATABASE_URL" in str(caught.value)


def test_a_file_that_is_no_database_is_named(tmp_path: Path) -> None:
    file = tmp_path / "wegwijs.sqlite"
    file.write_text("no database, but long enough to look like something " * 20)
    with pytest.raises(DatabaseError, match="cannot be opened"):
        Database(f"sqlite:///{file}")


def test_the_password_of_an_address_is_not_shown() -> None:
    with pytest.raises(DatabaseError) as caught:
        Database("nosuchdatabase://wegwijs:s3cret@localhost/x")
    assert "s3cret" not in str(caught.value)

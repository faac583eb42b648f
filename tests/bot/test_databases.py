"""Opening a database that a setting names."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.databases import DatabaseError, open_database


def test_a_new_file(tmp_path: Path) -> None:
    engine = open_database(f"sqlite:///{tmp_path / 'new.sqlite'}", "WEGWIJS_X")
    with engine.connect() as connection:
        assert connection.exec_driver_sql("SELECT 1").scalar() == 1
    engine.dispose()


def test_an_error_leaves_out_what_people_wrote(tmp_path: Path) -> None:
    engine = open_database(f"sqlite:///{tmp_path / 'new.sqlite'}", "WEGWIJS_X")
    with pytest.raises(Exception, match="no such table") as caught, engine.begin() as connection:
        connection.exec_driver_sql("INSERT INTO gone VALUES (?)", ("kwakkelbeen",))
    assert "kwakkelbeen" not in str(caught.value)
    engine.dispose()


@pytest.mark.parametrize("address", ["nothing", "sqlite:////no/such/x.sqlite", "nodb://h/x"])
def test_the_setting_and_the_address_are_named(address: str) -> None:
    with pytest.raises(DatabaseError) as caught:
        open_database(address, "WEGWIJS_X")
    assert "WEGWIJS_X" in str(caught.value)
    assert address in str(caught.value)
    assert "\n" not in str(caught.value)

"""`wegwijs user`: the first account, the list, and a password that was forgotten."""

from __future__ import annotations

import os
import pty
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from click.testing import Result
from typer.testing import CliRunner

from api.cli import app
from api.store.accounts import Accounts
from api.store.audit import Audit
from api.store.database import Database

GOOD = "een lange zin over molens"
OTHER = "nog een zin over meel en brood"
Run = Callable[..., Result]


@pytest.fixture
def data(tmp_path: Path) -> Path:
    return tmp_path / "data"


@pytest.fixture
def run(data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Runs `wegwijs user` in an installation of its own; `given` is what it reads."""
    monkeypatch.setenv("WEGWIJS_DATA_DIR", str(data))
    monkeypatch.delenv("WEGWIJS_DATABASE_URL", raising=False)
    monkeypatch.chdir(tmp_path)

    def invoke(*words: str, given: str = "") -> Result:
        return CliRunner().invoke(app, ["user", *words], input=given, env={"COLUMNS": "200"})

    return invoke


@pytest.fixture
def database(data: Path) -> Iterator[Database]:
    """The installation's database, to look into."""
    data.mkdir(exist_ok=True)
    opened = Database(f"sqlite:///{data / 'wegwijs.sqlite'}")
    yield opened
    opened.close()


def refused(result: Result) -> str:
    assert result.exit_code == 1, result.output
    assert "Traceback" not in result.output
    assert result.output.count("Error: ") == 1
    return " ".join(result.output.split())


def test_the_first_account(run: Run, database: Database) -> None:
    assert "no account yet" in run("list").output
    words = ("add", "Anna", "--role", "administrator", "--shown-name", "Anna Nowak")
    added = run(*words, "--language", "fr", "--password-stdin", given=f"{GOOD}\n")
    assert added.exit_code == 0, added.output
    assert "Added anna, administrator." in added.output
    assert GOOD not in added.output
    account = Accounts(database).verify("anna", GOOD, "1.2.3.4")
    assert account is not None
    assert (account.shown_name, account.console_language) == ("Anna Nowak", "fr")
    assert not account.must_change
    listed = run("list").output
    assert all(word in listed for word in ("anna", "Anna Nowak", "administrator", "never"))
    (entry,), _ = Audit(database).latest()
    assert (entry.who, entry.account_id, entry.action) == ("command line", None, "account.added")


def test_another_password(run: Run, database: Database) -> None:
    run("add", "anna", "--role", "editor", "--password-stdin", given=GOOD)
    changed = run("password", "ANNA", "--password-stdin", given=f"{OTHER}\n")
    assert changed.exit_code == 0, changed.output
    assert "anna has another password now" in changed.output
    accounts = Accounts(database)
    assert accounts.verify("anna", GOOD, "1.2.3.4") is None
    assert accounts.verify("anna", OTHER, "1.2.3.4") is not None
    entries, _ = Audit(database).latest("account.password_set")
    assert [one.who for one in entries] == ["command line"]


def test_what_is_wrong_is_said_in_one_message(run: Run, database: Database) -> None:
    stdin = "--password-stdin"
    run("add", "anna", "--role", "editor", stdin, given=GOOD)
    assert "There is an account with the name anna" in refused(
        run("add", "anna", "--role", "editor", stdin, given=GOOD)
    )
    assert "cannot be a name" in refused(run("add", "a b", "--role", "editor", stdin, given=GOOD))
    assert "at least 12" in refused(run("add", "bo", "--role", "editor", stdin, given="kort"))
    assert "at least 12" in refused(run("add", "bo", "--role", "editor", stdin))
    assert "Many people" in refused(run("password", "anna", stdin, given="wachtwoord123"))
    assert "no account with the name nobody" in refused(
        run("password", "nobody", stdin, given=GOOD)
    )
    assert "nl, en or fr" in refused(run("add", "bo", "--role", "editor", "-l", "de", stdin))
    assert "--password-stdin" in refused(run("add", "bo", "--role", "editor"))
    assert run("add", "bo", "--role", "boss", stdin, given=GOOD).exit_code == 2
    assert [one.name for one in Accounts(database).all()] == ["anna"]


def at_a_terminal(data: Path, *words: str, typed: list[str]) -> tuple[int, str]:
    """Run `wegwijs user` at a terminal of its own; each answer is typed when it is asked for."""
    program = [sys.executable, "-c", "from api.cli import main; main()", "user", *words]
    environment = {**os.environ, "WEGWIJS_DATA_DIR": str(data), "COLUMNS": "200"}
    child, terminal = pty.fork()
    if child == 0:
        os.execve(sys.executable, program, environment)
    shown = b""
    answers = list(typed)
    while True:
        try:
            piece = os.read(terminal, 4096)
        except OSError:  # it ended, and its side of the terminal is closed
            break
        if not piece:
            break
        shown += piece
        if answers and shown.endswith(b": "):
            os.write(terminal, f"{answers.pop(0)}\n".encode())
    os.close(terminal)
    _, status = os.waitpid(child, 0)
    return os.waitstatus_to_exitcode(status), shown.decode()


def test_a_password_that_is_typed_is_not_shown(data: Path, database: Database) -> None:
    code, shown = at_a_terminal(data, "add", "anna", "--role", "editor", typed=[GOOD, GOOD])
    assert code == 0, shown
    assert "Password" in shown and "Added anna" in shown
    assert GOOD not in shown
    assert Accounts(database).verify("anna", GOOD, "1.2.3.4") is not None


def test_two_passwords_that_differ(data: Path, database: Database) -> None:
    code, shown = at_a_terminal(data, "add", "anna", "--role", "editor", typed=[GOOD, OTHER])
    assert code == 1
    assert "not the same" in shown
    assert Accounts(database).all() == []

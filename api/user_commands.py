"""The command line for those who work in the console: `wegwijs user add`, `list`, `password`."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Annotated

import typer
from rich.markup import escape
from rich.table import Table

from api.console.roles import Role
from api.settings import load_settings
from api.terminal import console, plain_errors
from knowledge.errors import WegwijsError

if TYPE_CHECKING:
    from api.store.accounts import Accounts

users = typer.Typer(help="The people who work in the console.", no_args_is_help=True)

NameArgument = Annotated[str, typer.Argument(help="What the person signs in with.")]
StdinOption = Annotated[
    bool, typer.Option("--password-stdin", help="Read the password from standard input.")
]


@users.command()
def add(
    name: NameArgument,
    role: Annotated[Role, typer.Option(help="What the person may do.")],
    shown_name: Annotated[str, typer.Option(help="How others see the person.")] = "",
    language: Annotated[
        str, typer.Option("--language", "-l", help="Language of the console: nl, en or fr.")
    ] = "nl",
    password_stdin: StdinOption = False,
) -> None:
    """Add somebody; asks for the password."""
    with _accounts() as accounts:
        from api.console.texts import LANGUAGES
        from api.store.accounts import plain_name
        from api.store.audit import COMMAND_LINE

        if language not in LANGUAGES:
            raise WegwijsError(f"The console has no {language!r}. Choose nl, en or fr.")
        plain_name(name)  # before somebody types a password for nothing
        account = accounts.add(
            COMMAND_LINE, name, role, shown_name, console_language=language,
            password=_password(password_stdin),
        )  # fmt: skip
    console.print(f"Added {account.name}, {account.role}.", markup=False, highlight=False)


@users.command("list")
def list_users() -> None:
    """List everybody."""
    with _accounts() as accounts:
        everybody = accounts.all()
    if not everybody:
        console.print("There is no account yet. `wegwijs user add` makes one.")
        return
    table = Table()
    for heading in ("name", "shown name", "role", "active", "signs in with", "last seen"):
        table.add_column(heading, overflow="fold")
    for one in everybody:
        table.add_row(
            escape(one.name), escape(one.shown_name), one.role, "yes" if one.active else "no",
            "password" if one.password_hash else "provider",
            f"{one.seen_at:%Y-%m-%d %H:%M} UTC" if one.seen_at else "never",
        )  # fmt: skip
    console.print(table)


@users.command()
def password(name: NameArgument, password_stdin: StdinOption = False) -> None:
    """Give somebody another password, and sign them out everywhere."""
    with _accounts() as accounts:
        from api.store.audit import COMMAND_LINE

        account = accounts.named(name)
        accounts.set_password(COMMAND_LINE, account.id, _password(password_stdin), False)
    console.print(
        f"{account.name} has another password now, and is signed out everywhere.",
        markup=False,
        highlight=False,
    )


@contextmanager
def _accounts() -> Iterator[Accounts]:
    """The accounts of the installation; what is wrong with one is said in English."""
    with plain_errors():
        settings = load_settings()
        from api.console.texts import Texts
        from api.store.accounts import Accounts
        from api.store.database import Database
        from api.store.passwords import AccountError

        settings.data_dir.mkdir(parents=True, exist_ok=True)
        database = Database(settings.database_address)
        try:
            yield Accounts(database)
        except AccountError as error:
            message = Texts.shared().say("en", f"account_problem.{error.key}", **error.values)
            raise WegwijsError(message) from error
        finally:
            database.close()


def _password(from_stdin: bool) -> str:
    if from_stdin:
        return sys.stdin.readline().rstrip("\r\n")
    if not sys.stdin.isatty():
        raise WegwijsError("There is no terminal to ask for a password. Use --password-stdin.")
    given: str = typer.prompt("Password", hide_input=True, err=True)
    if given != typer.prompt("The same again", hide_input=True, err=True):
        raise WegwijsError("The two passwords are not the same. Nothing was changed.")
    return given

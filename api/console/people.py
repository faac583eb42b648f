"""The people who work in the console, for administrators."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Form, Request, Response
from fastapi.responses import HTMLResponse
from starlette.concurrency import run_in_threadpool

from api.console.access import Administrator, ConsoleError, DatabaseOf
from api.console.account import console_language_of, offered, own_fields
from api.console.pages import MenuItem, go, page
from api.console.roles import Role
from api.state import State, StateOf
from api.store.accounts import Accounts, Staff
from api.store.database import LARGEST_ID, Database
from api.store.passwords import AccountError, one_time_password
from api.store.tables import Account

router = APIRouter()
MENU = (MenuItem("/console/people", "people.menu", Role.ADMINISTRATOR),)


@router.get("/console/people")
async def people(
    request: Request, staff: Administrator, state: StateOf, database: DatabaseOf
) -> HTMLResponse:
    """Everybody, and the form to add somebody."""
    return await _list(request, staff, state, database)


@router.post("/console/people")
async def add(
    request: Request,
    staff: Administrator,
    state: StateOf,
    database: DatabaseOf,
    name: Annotated[str, Form()] = "",
    shown_name: Annotated[str, Form()] = "",
    role: Annotated[str, Form()] = "",
    console_language: Annotated[str, Form()] = "nl",
    languages: Annotated[list[str], Form()] = [],  # noqa: B006
    sign_in: Annotated[str, Form()] = "password",
) -> Response:
    """Make an account; its one-time password is shown on this page and nowhere else."""
    password = None if sign_in == "provider" else one_time_password()
    given = own_fields(state, shown_name, languages)
    language = console_language_of(console_language)
    try:
        account = await run_in_threadpool(
            Accounts(database).add, staff.actor, name, _role(role), given["shown_name"],
            given["languages"], language, password, password is not None,
        )  # fmt: skip
    except AccountError as error:
        filled = {"name": name[:80], "role": role, "console_language": language, **given}
        return await _list(request, staff, state, database, 422, error, filled)
    if password is None:
        return go("/console/people", "account_added")
    return page(request, "one_time_password.html", staff, account=account, password=password)


@router.get("/console/people/{account_id}")
async def person(
    request: Request, account_id: int, staff: Administrator, state: StateOf, database: DatabaseOf
) -> HTMLResponse:
    """One person."""
    account = await _account(database, account_id)
    return _person(request, staff, state, account)


@router.post("/console/people/{account_id}")
async def change(
    request: Request,
    account_id: int,
    staff: Administrator,
    state: StateOf,
    database: DatabaseOf,
    shown_name: Annotated[str, Form()] = "",
    role: Annotated[str, Form()] = "",
    console_language: Annotated[str, Form()] = "nl",
    languages: Annotated[list[str], Form()] = [],  # noqa: B006
    active: Annotated[str, Form()] = "",
) -> Response:
    """Change what somebody may do, their name and their languages, or switch them off."""
    account = await _account(database, account_id)
    fields = {
        **own_fields(state, shown_name or account.name, languages),
        "role": _role(role).value,
        "console_language": console_language_of(console_language),
        "active": active == "yes",
    }
    try:
        await run_in_threadpool(Accounts(database).change, staff.actor, account_id, **fields)
    except AccountError as error:
        return _person(request, staff, state, account, 409, error)
    return go("/console/people", "person_changed")


@router.post("/console/people/{account_id}/password")
async def reset_password(
    request: Request, account_id: int, staff: Administrator, database: DatabaseOf
) -> HTMLResponse:
    """Give somebody a one-time password; their sessions end."""
    account = await _account(database, account_id)
    password = one_time_password()
    await run_in_threadpool(
        Accounts(database).set_password, staff.actor, account_id, password, True
    )
    return page(request, "one_time_password.html", staff, account=account, password=password)


def _role(given: str) -> Role:
    if given not in list(Role):
        raise ConsoleError(422, "no_role")
    return Role(given)


async def _account(database: Database, account_id: int) -> Account:
    known = 0 < account_id <= LARGEST_ID
    account = await run_in_threadpool(Accounts(database).get, account_id) if known else None
    if account is None:
        raise ConsoleError(404, "not_found", what=str(account_id)[:40])
    return account


async def _list(
    request: Request,
    staff: Staff,
    state: State,
    database: Database,
    status: int = 200,
    error: AccountError | None = None,
    filled: dict[str, Any] | None = None,
) -> HTMLResponse:
    everybody = await run_in_threadpool(Accounts(database).all)
    empty = {
        "name": "", "shown_name": "", "role": Role.CASEWORKER.value, "languages": [],
        "console_language": staff.console_language,
    }  # fmt: skip
    return page(
        request, "people.html", staff, status, people=everybody, roles=list(Role), error=error,
        filled=filled or empty, offered=offered(state), provider=state.settings.oidc_issuer != "",
    )  # fmt: skip


def _person(
    request: Request,
    staff: Staff,
    state: State,
    account: Account,
    status: int = 200,
    error: AccountError | None = None,
) -> HTMLResponse:
    return page(
        request, "person.html", staff, status, account=account, roles=list(Role), error=error,
        offered=offered(state),
    )  # fmt: skip

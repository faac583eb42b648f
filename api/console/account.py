"""Everybody's own account: language, shown name, languages, password, and signing out."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Form, Request, Response
from fastapi.responses import HTMLResponse
from starlette.concurrency import run_in_threadpool

from api.console.access import Caseworker, ConsoleError, DatabaseOf, clear_cookie
from api.console.pages import go, page
from api.console.texts import LANGUAGES
from api.state import State, StateOf
from api.store.accounts import Accounts, Sessions, Staff
from api.store.passwords import LONGEST, SHORTEST, AccountError
from api.store.sign_in_failures import Locked
from api.store.tables import Account
from knowledge.languages import Language

router = APIRouter()


@router.get("/console/account")
async def show(
    request: Request, staff: Caseworker, state: StateOf, database: DatabaseOf
) -> HTMLResponse:
    """What can be changed by the person themselves."""
    account = await run_in_threadpool(Accounts(database).get, staff.id)
    return _page(request, staff, state, account)


@router.post("/console/account")
async def change(
    staff: Caseworker,
    state: StateOf,
    database: DatabaseOf,
    shown_name: Annotated[str, Form()] = "",
    console_language: Annotated[str, Form()] = "nl",
    languages: Annotated[list[str], Form()] = [],  # noqa: B006
) -> Response:
    """Keep the shown name and the languages."""
    fields = {
        **own_fields(state, shown_name or staff.name, languages),
        "console_language": console_language_of(console_language),
    }
    await run_in_threadpool(Accounts(database).change, staff.actor, staff.id, **fields)
    return go("/console/account", "account_changed")


@router.post("/console/account/password")
async def change_password(
    request: Request,
    staff: Caseworker,
    state: StateOf,
    database: DatabaseOf,
    present: Annotated[str, Form()] = "",
    password: Annotated[str, Form()] = "",
    again: Annotated[str, Form()] = "",
) -> Response:
    """Choose another password; the sessions in other browsers end."""
    accounts = Accounts(database)
    account = await run_in_threadpool(accounts.get, staff.id)

    def refused(key: str, status: int = 422, **values: Any) -> Response:
        return _page(request, staff, state, account, status, {"key": key, "values": values})

    if account is None or account.password_hash is None:
        raise ConsoleError(409, "provider_password")
    if password != again:
        return refused("account.not_the_same")
    address = request.client.host if request.client else ""
    try:
        if await run_in_threadpool(accounts.verify, staff.name, present, address) is None:
            return refused("account.present_wrong", 403)
        if password == present:
            return refused("account.same_as_before")
        await run_in_threadpool(
            accounts.set_password, staff.actor, staff.id, password, False, staff.session_id
        )
    except Locked as lock:
        return refused("sign_in.locked", 429, minutes=lock.minutes)
    except AccountError as error:
        return refused(f"account_problem.{error.key}", **error.values)
    return go("/console" if staff.must_change else "/console/account", "password_changed")


@router.post("/console/account/sign-out-everywhere")
async def sign_out_everywhere(staff: Caseworker, state: StateOf, database: DatabaseOf) -> Response:
    """Sign out of every browser, this one too."""
    await run_in_threadpool(Sessions(database, state.settings.console_session_hours).end_all, staff)
    answer = go("/console/sign-in", "signed_out")
    clear_cookie(answer)
    return answer


def own_fields(state: State, shown_name: str, languages: list[str]) -> dict[str, Any]:
    """What a form says of a person, as it may be kept: only languages that are offered."""
    known = [language.code for language in offered(state)]
    return {
        "shown_name": " ".join(shown_name.split())[:120],
        "languages": [code for code in known if code in languages],
    }


def offered(state: State) -> list[Language]:
    """The languages that somebody can say they check."""
    engine, _ = state.ready()
    return list(engine.knowledge.library.languages)


def console_language_of(code: str) -> str:
    """A language of the console; Dutch for any other."""
    return code if code in LANGUAGES else "nl"


def _page(
    request: Request,
    staff: Staff,
    state: State,
    account: Account | None,
    status: int = 200,
    problem: dict[str, Any] | None = None,
) -> HTMLResponse:
    return page(
        request, "account.html", staff, status, offered=offered(state), problem=problem,
        has_password=account is not None and account.password_hash is not None,
        minimum=SHORTEST, maximum=LONGEST,
    )  # fmt: skip

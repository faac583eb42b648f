"""Signing in with a password, and signing out."""

from __future__ import annotations

from typing import Annotated, Any
from urllib.parse import urlsplit

from fastapi import APIRouter, Form, Request, Response
from fastapi.responses import HTMLResponse
from starlette.concurrency import run_in_threadpool

from api.console.access import (
    COOKIE,
    Caseworker,
    ConsoleError,
    DatabaseOf,
    StaffOrNobody,
    clear_cookie,
    must_be_secure,
    own_page,
    set_cookie,
)
from api.console.pages import go, page
from api.settings import Settings
from api.state import StateOf
from api.store.accounts import Accounts, Sessions
from api.store.audit import Actor
from api.store.database import Database
from api.store.sign_in_failures import Locked
from api.store.tables import Account

router = APIRouter()


@router.get("/console/sign-in")
async def form(
    request: Request, state: StateOf, staff: StaffOrNobody, next: str = "/console"
) -> Response:
    """The form to sign in with."""
    must_be_secure(request)
    if staff is not None:
        return go(own_page(next))
    return _form(request, state.settings, own_page(next))


@router.post("/console/sign-in")
async def sign_in(
    request: Request,
    state: StateOf,
    database: DatabaseOf,
    name: Annotated[str, Form()] = "",
    password: Annotated[str, Form()] = "",
    next: Annotated[str, Form()] = "/console",
) -> Response:
    """Sign in with a name and a password."""
    must_be_secure(request)
    _must_come_from_here(request)
    next_page = own_page(next)
    name = name.replace("\0", "")  # PostgreSQL cannot look for it
    address = request.client.host if request.client else ""
    try:
        account = await run_in_threadpool(Accounts(database).verify, name, password, address)
    except Locked as lock:
        problem = {"key": "sign_in.locked", "values": {"minutes": lock.minutes}}
        wait = {"Retry-After": str(lock.minutes * 60)}
        return _form(request, state.settings, next_page, name, problem, 429, wait)
    if account is None:
        problem = {"key": "sign_in.wrong", "values": {}}
        return _form(request, state.settings, next_page, name, problem, 403)
    return await enter(request, database, state.settings, account, "password", next_page)


@router.post("/console/sign-out")
async def sign_out(
    request: Request, staff: Caseworker, state: StateOf, database: DatabaseOf
) -> Response:
    """Sign out of this browser."""
    await run_in_threadpool(Sessions(database, state.settings.console_session_hours).end, staff)
    answer = go("/console/sign-in", "signed_out")
    clear_cookie(answer)
    return answer


async def enter(
    request: Request,
    database: Database,
    settings: Settings,
    account: Account,
    how: str,
    next_page: str,
) -> Response:
    """Begin a session for somebody who has shown who they are.

    Args:
        request: Their request.
        database: Where sessions are kept.
        settings: Say how long a session lasts.
        account: Who they are.
        how: `password` or `provider`.
        next_page: What they wanted to see.

    Returns:
        The way there, with a session that is new: one that the browser had before ends.

    Raises:
        ConsoleError: The page was reached over plain HTTP from elsewhere.
    """
    answer = go("/console/account" if account.must_change else next_page)
    sessions = Sessions(database, settings.console_session_hours)
    actor = Actor(account.id, account.name)
    if old := request.cookies.get(COOKIE):
        before = await run_in_threadpool(sessions.staff, old)
        if before is not None:
            await run_in_threadpool(sessions.end, before)
    token = await run_in_threadpool(sessions.begin, account.id, actor, how)
    set_cookie(answer, request, token, settings.console_session_hours)
    return answer


def _form(
    request: Request,
    settings: Settings,
    next_page: str,
    name: str = "",
    problem: dict[str, Any] | None = None,
    status: int = 200,
    headers: dict[str, str] | None = None,
) -> HTMLResponse:
    answer = page(
        request, "sign_in.html", None, status, next=next_page, name=name[:80], problem=problem,
        provider=settings.oidc_name if settings.oidc_issuer else None,
    )  # fmt: skip
    # So that browsers without Sec-Fetch-Site name the origin of the form when they send it.
    answer.headers["Referrer-Policy"] = "same-origin"
    answer.headers.update(headers or {})
    return answer


def _must_come_from_here(request: Request) -> None:
    """Refuse a form of another site, which would sign a person in as somebody else.

    There is no session yet whose token the form could carry.
    """
    site = request.headers.get("Sec-Fetch-Site")
    origin = request.headers.get("Origin")
    if site is not None:
        own = site == "same-origin"
    else:
        own = origin is None or urlsplit(origin).netloc == request.url.netloc
    if not own:
        raise ConsoleError(403, "csrf")

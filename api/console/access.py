"""Who may see a page: sessions in cookies, roles, and forms that only our own pages can send."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Coroutine
from typing import Annotated, Any
from urllib.parse import quote

from fastapi import Depends, Request, Response
from starlette.concurrency import run_in_threadpool

from api.console.roles import Role
from api.state import StateOf
from api.store.accounts import Sessions, Staff
from api.store.database import Database

COOKIE = "wegwijs_console"
_SAFE = ("GET", "HEAD", "OPTIONS")
_BEFORE_OWN_PASSWORD = ("/console/account", "/console/sign-out")


class NotSignedIn(Exception):
    """Somebody who is not signed in asked for a page of the console."""

    def __init__(self, next_page: str) -> None:
        super().__init__(next_page)
        self.next_page = next_page


class ConsoleError(Exception):
    """What staff asked cannot be done; shown as a page in their language.

    Args:
        status: HTTP status.
        key: Of the sentence, in the group `problem` of the console's texts.
        values: What is filled in.
    """

    def __init__(self, status: int, key: str, **values: Any) -> None:
        super().__init__(key)
        self.status = status
        self.key = key
        self.values = values


async def staff_of(request: Request, state: StateOf) -> Staff | None:
    """Who is signed in, or None."""
    _, database = state.ready()
    token = request.cookies.get(COOKIE, "")
    if not token:
        return None
    sessions = Sessions(database, state.settings.console_session_hours)
    staff = await run_in_threadpool(sessions.staff, token)
    request.state.staff = staff
    return staff


StaffOrNobody = Annotated[Staff | None, Depends(staff_of)]


def _at_least(minimum: Role) -> Callable[..., Coroutine[Any, Any, Staff]]:
    async def check(request: Request, staff: StaffOrNobody) -> Staff:
        if staff is None:
            asked = request.url.path if request.method in _SAFE else "/console"
            query = f"?{request.url.query}" if request.url.query and asked != "/console" else ""
            raise NotSignedIn(asked + query)
        await _check_signs(request)
        if request.method not in _SAFE:
            await _check_form(request, staff)
        if staff.must_change and not request.url.path.startswith(_BEFORE_OWN_PASSWORD):
            raise ConsoleError(403, "must_change")
        if not staff.role.reaches(minimum):
            raise ConsoleError(403, "forbidden", role=minimum.value)
        return staff

    return check


async def _check_signs(request: Request) -> None:
    """Refuse the sign that nobody can type and that PostgreSQL cannot keep."""
    given: list[Any] = [request.url.path, *request.query_params.values()]
    if request.method not in _SAFE:
        given += (await request.form()).values()
    given += request.path_params.values()
    if any("\0" in value for value in given if isinstance(value, str)):
        raise ConsoleError(400, "unreadable")


async def _check_form(request: Request, staff: Staff) -> None:
    """Refuse a form that did not come from a page of this session."""
    given = request.headers.get("X-CSRF-Token") or (await request.form()).get("csrf") or ""
    if not isinstance(given, str) or not secrets.compare_digest(
        given.encode(errors="replace"), staff.csrf.encode()
    ):
        raise ConsoleError(403, "csrf")


Caseworker = Annotated[Staff, Depends(_at_least(Role.CASEWORKER))]
Editor = Annotated[Staff, Depends(_at_least(Role.EDITOR))]
Administrator = Annotated[Staff, Depends(_at_least(Role.ADMINISTRATOR))]


def database_of(state: StateOf) -> Database:
    """The installation's database.

    Raises:
        ApiError: It is not open yet.
    """
    _, database = state.ready()
    return database


DatabaseOf = Annotated[Database, Depends(database_of)]


def set_cookie(response: Response, request: Request, token: str, hours: int) -> None:
    """Give the browser a session's token; over plain HTTP only on this machine itself.

    Raises:
        ConsoleError: The page was reached over plain HTTP from elsewhere.
    """
    response.set_cookie(
        COOKIE, token, max_age=hours * 3600, path="/console", httponly=True, samesite="lax",
        secure=must_be_secure(request),
    )  # fmt: skip


def must_be_secure(request: Request) -> bool:
    """Whether cookies may travel over HTTPS alone.

    Raises:
        ConsoleError: It is plain HTTP from another machine: a password could be read on the way.
    """
    if request.url.scheme == "https":
        return True
    if request.url.hostname in ("localhost", "127.0.0.1", "::1"):
        return False
    raise ConsoleError(400, "needs_https")


def clear_cookie(response: Response) -> None:
    """Take the session's token away."""
    response.delete_cookie(COOKIE, path="/console")


def sign_in_address(next_page: str) -> str:
    """Where to sign in, and what to see afterwards."""
    return f"/console/sign-in?next={quote(next_page, safe='')}"


def own_page(path: str) -> str:
    """A page of the console to go to; anything else, such as another site, becomes the start."""
    plain = path.split("?")[0]
    own = plain == "/console" or plain.startswith("/console/")
    return path if own and "//" not in path and "\\" not in path else "/console"

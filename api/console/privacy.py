"""Privacy: what is kept, for how long, and what the next clean-up deletes."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Form, Request, Response
from fastapi.responses import HTMLResponse

from api.console.access import Administrator, Caseworker, DatabaseOf
from api.console.pages import MenuItem, go, page
from api.console.roles import Role
from api.state import State, StateOf
from api.store.accounts import Staff
from api.store.database import Database
from api.store.retention import EXCHANGE_DAYS, THREAD_DAYS, PeriodError, Periods, Retention

router = APIRouter()
MENU = (MenuItem("/console/privacy", "privacy.menu"),)

_PATH = "/console/privacy"


@router.get(_PATH)
def privacy(
    request: Request, staff: Caseworker, state: StateOf, database: DatabaseOf
) -> HTMLResponse:
    """What is kept, and the ways to what can be done about it."""
    return _page(request, staff, state, database)


@router.post(_PATH)
def change(
    request: Request,
    staff: Administrator,
    state: StateOf,
    database: DatabaseOf,
    exchanges: Annotated[str, Form()] = "",
    threads: Annotated[str, Form()] = "",
    then: Annotated[str, Form()] = "preview",
) -> Response:
    """Show what other numbers of days would delete; or choose them."""
    given = {"exchanges": exchanges, "threads": threads}
    periods = Periods(_days(exchanges), _days(threads))
    try:
        periods.check()
    except PeriodError as error:
        return _page(request, staff, state, database, given=given, problem=error.problem)
    if then != "save":
        return _page(request, staff, state, database, given=given, asked=periods)
    Retention(database, state.settings.retention_days).change(staff.actor, periods)
    return go(_PATH, "retention_saved")


def _page(
    request: Request,
    staff: Staff,
    state: State,
    database: Database,
    given: dict[str, str] | None = None,
    asked: Periods | None = None,
    problem: str | None = None,
) -> HTMLResponse:
    retention = Retention(database, state.settings.retention_days)
    chosen = retention.periods()
    return page(
        request, "privacy.html", staff, 422 if problem else 200,
        holdings=retention.holdings(chosen), asked=asked,
        then={one.kind: one for one in retention.holdings(asked)} if asked else {},
        given=given or {"exchanges": chosen.exchanges, "threads": chosen.threads},
        bounds={"exchanges": EXCHANGE_DAYS, "threads": THREAD_DAYS}, problem=problem,
        editor=staff.role.reaches(Role.EDITOR),
        administrator=staff.role.reaches(Role.ADMINISTRATOR),
    )  # fmt: skip


def _days(given: str) -> int:
    """A number of days; 0, which nobody can choose, for anything else."""
    plain = given.strip()
    return int(plain) if plain.isascii() and plain.isdecimal() and len(plain) < 6 else 0

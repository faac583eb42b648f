"""Pictures of what people ask and how they are answered, and their figures as CSV."""

from __future__ import annotations

import re
from typing import Annotated

from fastapi import APIRouter, Query, Request, Response
from fastapi.responses import HTMLResponse

from api.console.access import Caseworker, ConsoleError, DatabaseOf
from api.console.exchanges import library_of
from api.console.figures import Period, figures_of, periods
from api.console.pages import MenuItem, page
from api.console.statistics_view import Section, StatisticsView
from api.console.texts import Texts
from api.disclosure import FEWEST
from api.state import State, StateOf
from api.statistics import as_csv
from api.store.accounts import Staff
from api.store.audit import note
from api.store.database import Database, now
from api.store.retention import Periods, Retention

router = APIRouter()
MENU = (MenuItem("/console/statistics", "statistics.menu"),)

_NUMBER = re.compile(r"\d")


@router.get("/console/statistics")
def statistics(
    request: Request,
    staff: Caseworker,
    state: StateOf,
    database: DatabaseOf,
    number: Annotated[str, Query(alias="period")] = "0",
) -> HTMLResponse:
    """The pictures of a period, each with its table."""
    kept = _kept(state, database)
    offered = periods(now().date(), kept.exchanges, kept.threads)
    period, at = _chosen(offered, number)
    view = _view(state, database, staff, period) if period else None
    return page(
        request, "statistics.html", staff, periods=offered, period=period, number=at,
        sections=view.sections() if view else [], summary=view.summary() if view else [],
        fewest=FEWEST, kept=kept.exchanges,
    )  # fmt: skip


@router.get("/console/statistics/{table}.csv")
def export(
    staff: Caseworker,
    state: StateOf,
    database: DatabaseOf,
    table: str,
    number: Annotated[str, Query(alias="period")] = "0",
) -> Response:
    """The table beside a picture."""
    kept = _kept(state, database)
    period, _ = _chosen(periods(now().date(), kept.exchanges, kept.threads), number)
    section = _section(state, database, staff, period, table) if period else None
    if section is None or period is None:
        raise ConsoleError(404, "not_found", what=table[:40])
    with database.session() as session:
        note(session, staff.actor, "statistics.exported", table, first=period.first.isoformat())
    withheld = Texts.shared().say(staff.console_language, "statistics.withheld")
    name = f"wegwijs-{table}-{period.first.isoformat()}.csv"
    return Response(
        "\ufeff" + as_csv(section.table, withheld),  # spreadsheets know UTF-8 by it
        media_type="text/csv; charset=utf-8",
        headers={
            "Content-Disposition": f'attachment; filename="{name}"',
            "Cache-Control": "no-store",
        },
    )


def _kept(state: State, database: Database) -> Periods:
    return Retention(database, state.settings.retention_days).periods()


def _chosen(offered: list[Period], number: str) -> tuple[Period | None, int]:
    at = int(number) if _NUMBER.fullmatch(number) and int(number) < len(offered) else 0
    return (offered[at] if offered else None), at


def _view(state: State, database: Database, staff: Staff, period: Period) -> StatisticsView | None:
    figures = figures_of(database, period)
    if figures.empty:
        return None
    return StatisticsView(figures, library_of(state), staff.console_language)


def _section(
    state: State, database: Database, staff: Staff, period: Period, name: str
) -> Section | None:
    view = _view(state, database, staff, period)
    found = view.sections() if view else []
    return next((one for one in found if one.name == name), None)

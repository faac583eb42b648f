"""The audit log, for administrators: it is read here and never changed."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator

from fastapi import APIRouter, Request, Response
from fastapi.responses import HTMLResponse, StreamingResponse
from starlette.concurrency import run_in_threadpool

from api.console.access import Administrator, DatabaseOf
from api.console.pages import MenuItem, page
from api.console.roles import Role
from api.store.audit import Audit, note
from api.store.database import Database
from api.store.tables import AuditEntry

router = APIRouter()
MENU = (MenuItem("/console/audit", "audit.menu", Role.ADMINISTRATOR),)
_PAGE = 50
_BATCH = 1000


@router.get("/console/audit")
async def log(
    request: Request,
    staff: Administrator,
    database: DatabaseOf,
    kind: str = "",
    who: str = "",
    number: int = 1,
) -> HTMLResponse:
    """What staff did, newest first."""
    audit = Audit(database)
    number = min(max(1, number), 1_000_000)
    entries, total = await run_in_threadpool(
        audit.latest, kind or None, who or None, (number - 1) * _PAGE, _PAGE
    )
    kinds, people = await run_in_threadpool(audit.kinds_and_people)
    return page(
        request, "audit.html", staff, entries=[(one, _details(one)) for one in entries],
        total=total, kind=kind, who=who, kinds=kinds, people=people, number=number,
        last=max(1, -(-total // _PAGE)),
    )  # fmt: skip


@router.get("/console/audit.csv")
async def export(
    staff: Administrator, database: DatabaseOf, kind: str = "", who: str = ""
) -> Response:
    """The same as CSV, all of it."""

    def begin() -> None:
        with database.session() as session:
            note(session, staff.actor, "audit.exported", "audit", kind=kind[:64], who=who[:120])

    await run_in_threadpool(begin)
    return StreamingResponse(
        _rows(database, kind or None, who or None),
        media_type="text/csv; charset=utf-8",
        headers={
            "Content-Disposition": 'attachment; filename="wegwijs-audit.csv"',
            "Cache-Control": "no-store",
        },
    )


def csv_cell(value: object) -> str:
    """A cell that no spreadsheet takes for a formula.

    Args:
        value: What the cell shows.

    Returns:
        The same as text; with an apostrophe before what would begin a formula.
    """
    text = str(value)
    return (
        f"'{text}" if text.lstrip(" ").startswith(("=", "+", "-", "@", "\t", "\r", "\n")) else text
    )


def _rows(database: Database, kind: str | None, who: str | None) -> Iterator[str]:
    yield "\ufeff" + _line("id", "at", "who", "account", "action", "object", "details")
    before = None
    while batch := Audit(database).before(before, kind, who, _BATCH):
        for one in batch:
            yield _line(
                one.id, f"{one.at.isoformat(timespec='seconds')}Z", one.who, one.account_id or "",
                one.action, one.object, _details(one),
            )  # fmt: skip
        before = batch[-1].id


def _line(*cells: object) -> str:
    out = io.StringIO()
    csv.writer(out).writerow([csv_cell(cell) for cell in cells])
    return out.getvalue()


def _details(entry: AuditEntry) -> str:
    """The details as one line of text."""
    return ", ".join(
        f"{key}: {value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)}"
        for key, value in entry.details.items()
    )

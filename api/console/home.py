"""The start page: what waits for whom."""

from __future__ import annotations

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse

from api.console.access import Caseworker
from api.console.pages import Menu, page

router = APIRouter()


@router.get("/console")
async def home(request: Request, staff: Caseworker) -> HTMLResponse:
    """What can be done here."""
    items = [item for item in Menu.items if staff.role.reaches(item.minimum)]
    return page(request, "home.html", staff, items=items)

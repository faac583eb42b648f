"""Writing a page of the console: its frame, its words, and what every form carries."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from babel.dates import format_date, format_datetime
from fastapi import Request
from fastapi.responses import HTMLResponse, RedirectResponse
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup, escape

from api.console.roles import Role
from api.console.texts import LANGUAGES, Texts
from api.store.accounts import Staff

_TEMPLATES = Path(__file__).resolve().parent.parent / "templates"


@dataclass(frozen=True)
class MenuItem:
    """A page in the menu.

    Attributes:
        path: Where it is.
        key: Key of its name in the texts.
        minimum: Role that it needs.
    """

    path: str
    key: str
    minimum: Role = Role.CASEWORKER


class Menu:
    """The pages in the menu, in the order in which modules add them."""

    items: Sequence[MenuItem] = ()


@cache
def _environment() -> Environment:
    return Environment(
        loader=FileSystemLoader(_TEMPLATES), autoescape=True, undefined=StrictUndefined,
        trim_blocks=True, lstrip_blocks=True,
    )  # fmt: skip


def page(
    request: Request,
    template: str,
    staff: Staff | None = None,
    status: int = 200,
    **context: Any,
) -> HTMLResponse:
    """Write a page.

    A template gets, beside its context: `t(key, **values)` for words in the reader's language,
    `csrf()` for the hidden field of a form, `day(...)` and `moment(...)` for dates, `link(path,
    **query)`, `staff`, `language`, `menu`, `path`, and `done`, the sentence about what was just
    done.

    Args:
        request: The request; its query may name in `done` what was just done.
        template: File below `api/templates/console`.
        staff: Who reads it; None before signing in.
        status: HTTP status.
        context: What the template shows.

    Returns:
        The page.
    """
    zone = request.app.state.wegwijs.settings.time_zone
    language = staff.console_language if staff else preferred_language(request)
    texts = Texts.shared()

    def t(key: str, **values: Any) -> str:
        return texts.say(language, key, **values)

    done = f"done.{request.query_params.get('done', '')}"
    context.setdefault("done", t(done) if texts.has(done) else None)
    html = (
        _environment()
        .get_template(f"console/{template}")
        .render(
            t=t,
            csrf=lambda: _csrf_field(staff),
            day=lambda value: _day(value, language),
            moment=lambda value: _moment(value, language, zone),
            link=link,
            staff=staff,
            language=language,
            languages=LANGUAGES,
            menu=[item for item in Menu.items if staff and staff.role.reaches(item.minimum)],
            path=request.url.path,
            **context,
        )
    )
    # A page of the console is nobody else's: no cache keeps it.
    return HTMLResponse(html, status, {"Cache-Control": "no-store"})


def go(path: str, done: str | None = None, **query: Any) -> RedirectResponse:
    """Send the browser to a page after a form, so that reloading sends nothing twice.

    Args:
        path: Of the console.
        done: Key, in the group `done` of the texts, of what the page says was done.
        query: The rest of the address.
    """
    return RedirectResponse(link(path, **query, done=done), 303)


def link(path: str, **query: Any) -> str:
    """An address with its query; what is None or empty is left out."""
    given = {key: value for key, value in query.items() if value not in (None, "", [])}
    return f"{path}?{urlencode(given, doseq=True)}" if given else path


def preferred_language(request: Request) -> str:
    """The console's language for somebody who is not signed in: what their browser asks for."""
    for piece in request.headers.get("Accept-Language", "").split(","):
        code = piece.split(";")[0].strip()[:2].lower()
        if code in LANGUAGES:
            return code
    return "nl"


def _csrf_field(staff: Staff | None) -> Markup:
    return Markup('<input type="hidden" name="csrf" value="{}">').format(
        staff.csrf if staff else ""
    )


def _day(value: date | None, language: str) -> str:
    return format_date(value, "d MMMM y", locale=language) if value else ""


def _moment(value: datetime | None, language: str, zone: str) -> Markup:
    """A moment, which the database keeps in UTC, in the office's zone and exactly for machines."""
    if value is None:
        return Markup("")
    shown = format_datetime(value, "d MMM y HH:mm", ZoneInfo(zone), locale=language)
    return Markup('<time datetime="{}Z">{}</time>').format(
        value.isoformat(timespec="seconds"), escape(shown)
    )

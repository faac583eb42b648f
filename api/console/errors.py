"""Errors of the console: a page in the reader's language, never a trace."""

from __future__ import annotations

from fastapi import FastAPI, Request
from fastapi.responses import HTMLResponse, RedirectResponse

from api.console.access import ConsoleError, NotSignedIn, sign_in_address
from api.console.pages import page


def add_console_errors(app: FastAPI) -> None:
    """Answer what the console's pages raise on purpose."""

    @app.exception_handler(NotSignedIn)
    async def not_signed_in(request: Request, error: NotSignedIn) -> RedirectResponse:
        return RedirectResponse(sign_in_address(error.next_page), 303)

    @app.exception_handler(ConsoleError)
    async def console_error(request: Request, error: ConsoleError) -> HTMLResponse:
        staff = getattr(request.state, "staff", None)
        return page(
            request, "error.html", staff, error.status,
            key=f"problem.{error.key}", values=error.values,
        )  # fmt: skip

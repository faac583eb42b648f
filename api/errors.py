"""Errors: every one in the same JSON shape, none with a stack trace."""

from __future__ import annotations

import logging
from http import HTTPStatus
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from starlette.exceptions import HTTPException

from api.models import ErrorBody, ErrorOut

logger = logging.getLogger(__name__)

ERROR_RESPONSES: dict[int | str, dict[str, Any]] = {
    code: {"model": ErrorOut, "description": HTTPStatus(code).phrase}
    for code in (400, 404, 413, 422, 429, 500, 503)
}


class ApiError(Exception):
    """An error with an answer for the client.

    Args:
        status: HTTP status.
        code: A short name that a program can act on.
        message: What is wrong and what to do, for a person.
        headers: Headers of the answer.
    """

    def __init__(
        self, status: int, code: str, message: str, headers: dict[str, str] | None = None
    ) -> None:
        super().__init__(message)
        self.status = status
        self.code = code
        self.message = message
        self.headers = headers or {}


def error_response(
    status: int,
    code: str,
    message: str,
    fields: dict[str, str] | None = None,
    headers: dict[str, str] | None = None,
) -> JSONResponse:
    """The answer for an error."""
    body = ErrorOut(error=ErrorBody(code=code, message=message, fields=fields or {}))
    return JSONResponse(body.model_dump(), status, headers)


def add_error_handlers(app: FastAPI) -> None:
    """Answer every error that a route raises on purpose in our shape."""

    @app.exception_handler(ApiError)
    async def api_error(request: Request, error: ApiError) -> JSONResponse:
        return error_response(error.status, error.code, error.message, headers=error.headers)

    @app.exception_handler(RequestValidationError)
    async def invalid(request: Request, error: RequestValidationError) -> JSONResponse:
        fields = {
            ".".join(str(part) for part in item["loc"] if part != "body") or "body": item["msg"]
            for item in error.errors()
        }
        named = "; ".join(f"{field}: {message}" for field, message in fields.items())
        return error_response(422, "invalid", f"The request is not right. {named}", fields)

    @app.exception_handler(HTTPException)
    async def http_error(request: Request, error: HTTPException) -> JSONResponse:
        status = HTTPStatus(error.status_code)
        code = status.name.lower()
        headers = dict(error.headers or {})
        return error_response(status, code, str(error.detail), headers=headers)


def unexpected_error(method: str, path: str, error: Exception) -> JSONResponse:
    """The answer for a fault of ours; the log gets the trace but never what the person wrote."""
    logger.error("%s %s failed", method, path, exc_info=error)
    message = "Something went wrong on our side. Please try again in a moment."
    return error_response(500, "failed", message)

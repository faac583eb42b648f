"""Trying on a text what is hidden of it before anything is kept; the text itself is not kept."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from typing import Annotated

from fastapi import APIRouter, Form, Request
from fastapi.responses import HTMLResponse

from api.console.access import Caseworker
from api.console.exchanges import library_of
from api.console.pages import page
from api.state import StateOf
from bot.engine import LONGEST
from bot.redaction import MARKS, redact
from knowledge.text import normalise

router = APIRouter()

LONGEST_TRIED = 4_000
"""Signs of a text that is tried."""

_PATH = "/console/privacy/redaction"
_MARK = re.compile("(" + "|".join(map(re.escape, MARKS)) + ")")


@dataclass(frozen=True)
class Piece:
    """A piece of what would be kept.

    Attributes:
        text: The words, or the mark.
        kind: What the mark stands for, such as `birth_date`; None for words.
    """

    text: str
    kind: str | None


@router.get(_PATH)
def form(request: Request, staff: Caseworker) -> HTMLResponse:
    """The form."""
    return page(request, "redaction.html", staff, text="", pieces=[], **_LIMITS)


@router.post(_PATH)
def show(
    request: Request, staff: Caseworker, state: StateOf, text: Annotated[str, Form()] = ""
) -> HTMLResponse:
    """What would be kept of a text."""
    text = text[:LONGEST_TRIED]
    kept = redact(normalise(text), library_of(state).public_numbers)
    pieces = pieces_of(kept[:LONGEST])
    return page(
        request, "redaction.html", staff,
        text=text, pieces=pieces, hidden=Counter(one.kind for one in pieces if one.kind),
        shortened=len(kept) > LONGEST, **_LIMITS,
    )  # fmt: skip


_LIMITS = {"longest": LONGEST, "longest_tried": LONGEST_TRIED}


def pieces_of(kept: str) -> list[Piece]:
    """A redacted text in pieces, so that each mark can be shown as one."""
    return [
        Piece(piece, piece.strip("[]").replace(" ", "_") if piece in MARKS else None)
        for piece in _MARK.split(kept)
        if piece
    ]

"""Making a proposal: choose what to change, fill in the form, look at it, send it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from fastapi import APIRouter, Request, Response
from fastapi.responses import HTMLResponse
from starlette.concurrency import run_in_threadpool

from api.console.accepting import change_of
from api.console.access import Caseworker, ConsoleError, DatabaseOf
from api.console.background import Background
from api.console.card_texts import find_cards
from api.console.differences import FileDifference, read_difference
from api.console.exchange_filters import place_choices
from api.console.exchanges import Words, library_of
from api.console.pages import go, page
from api.console.plain_problems import FormProblems, PlainProblem, of_plan
from api.console.proposal_forms import KINDS, TEXT_FIELD, Filled, filled_form, read_form
from api.console.proposal_prefill import (
    Origin,
    facts_in,
    facts_of,
    first_values,
    layers_of,
    origin,
)
from api.console.reviewing import checks_kept, review
from api.state import State, StateOf
from api.store.accounts import Staff
from api.store.database import Database
from api.store.proposal_rows import ProposalProblem
from api.store.proposals import Proposals
from api.store.verdicts import Verdicts
from knowledge.cards import Situation
from knowledge.errors import WegwijsError
from knowledge.library import Library
from knowledge.proposals.change import Change
from knowledge.proposals.checking import check_edits
from knowledge.proposals.edits import FileEdits, unified_diff
from knowledge.proposals.plan import plan
from knowledge.text import ANSWER, PARTS

router = APIRouter()

_PATH = "/console/proposals/new"
_CONTEXT = ("kind", "card", "language", "part", "layer", "fact", "exchange", "group", "proposal")
_LONGEST_FIELD = 20_000


@dataclass(frozen=True)
class Form:
    """A form with what is wrong in it.

    Attributes:
        values: Its fields.
        came: What the proposal comes from.
        problems: What to mend.
    """

    values: dict[str, str]
    came: Origin
    problems: list[PlainProblem] = field(default_factory=list)


@dataclass(frozen=True)
class Preview:
    """What a change would do.

    Attributes:
        files: What changes in which file.
        checks: What the checks find, as `reviewing.checks_kept` tells it.
    """

    files: list[FileDifference]
    checks: dict[str, list[dict[str, Any]]]


@router.get("/console/proposals/new")
def begin(
    request: Request, staff: Caseworker, state: StateOf, database: DatabaseOf
) -> HTMLResponse:
    """The kinds of changes, the search for a card, or the form."""
    query = request.query_params
    given = {name: query[name][:300] for name in _CONTEXT if query.get(name)}
    came = origin(database, given.get("exchange", ""), given.get("group", ""))
    if "proposal" in given:
        row = _own_proposal(database, staff, given["proposal"])
        came = origin(database, row.exchange_id or "", str(row.group_id or ""))
        kept = filled_form(change_of(row))
        # Another part is looked at: its own words come into the form.
        same = all(given.get(name, kept.get(name)) == kept.get(name, "") for name in
                   ("language", "part", "layer", "fact") if name in given)  # fmt: skip
        values = {**given, **(kept if same else {}), "kind": row.kind, "reason": row.reason}
        values.setdefault("card", kept.get("card", ""))
        if same:
            return _form(request, staff, state, Form(values, came))
        given = values
    library = library_of(state)
    values = first_values(
        given, library, state.settings.library_dir, staff.console_language, came, date.today()
    )
    if "reason" not in values and came.exchange is not None:
        said = Verdicts(database).of(came.exchange.id)
        values["reason"] = said[-1].reason if said else ""
    return _form(request, staff, state, Form(values, came), find=query.get("find", "")[:200])


@router.post("/console/proposals/new")
async def send(
    request: Request, staff: Caseworker, state: StateOf, database: DatabaseOf
) -> Response:
    """Show what a change would do, send it, or go back to the form."""
    values = form_values(await request.form())
    then = values.pop("then", "preview")
    background = Background.of(request)
    return await run_in_threadpool(_send, request, staff, state, database, values, then, background)


def form_values(form: Mapping[str, Any]) -> dict[str, str]:
    """The fields of a form that are words."""
    return {
        name: value[:_LONGEST_FIELD]
        for name, value in form.items()
        if isinstance(value, str) and name != "csrf"
    }


def _send(
    request: Request,
    staff: Staff,
    state: State,
    database: Database,
    values: dict[str, str],
    then: str,
    background: Background,
) -> Response:
    came = origin(database, values.get("exchange", ""), values.get("group", ""))
    again = values.get("proposal")
    if again:
        row = _own_proposal(database, staff, again)
        came = origin(database, row.exchange_id or "", str(row.group_id or ""))
    if then == "edit":
        return _form(request, staff, state, Form(values, came))
    try:
        if values.get("kind") not in KINDS:
            # A translation is judged on its own page, which asks who speaks the language.
            raise FormProblems([PlainProblem("choose", "kind")])
        change = read_form(values, staff, date.today())
        edits = planned(change, state)
        if not values.get("reason", "").strip():
            raise FormProblems([PlainProblem("reason_missing", "reason", {"most": ""})])
    except FormProblems as error:
        return _form(request, staff, state, Form(values, came, error.problems))
    if then != "send":
        return page(
            request, "proposal_preview.html", staff,
            words=Words(library_of(state), staff.console_language), values=values, came=came,
            preview=preview_of(edits), send_to=_PATH,
        )  # fmt: skip
    number = keep(database, staff, change, values, came)
    review(state, background, number)
    return go(f"/console/proposals/{number}", "proposal_again" if again else "proposal_sent")


def planned(change: Change, state: State) -> FileEdits:
    """What a change does to the files.

    Raises:
        FormProblems: It cannot be made.
    """
    try:
        return plan(change, state.settings.library_dir)
    except WegwijsError as error:
        raise FormProblems(of_plan(error, TEXT_FIELD[change.kind])) from error


def preview_of(edits: FileEdits) -> Preview:
    """What a change would do, for a page."""
    return Preview(read_difference(unified_diff(edits)), checks_kept(check_edits(edits)))


def keep(
    database: Database, staff: Staff, change: Change, values: Mapping[str, str], came: Origin
) -> int:
    """Keep a proposal, or a new form of one that is there.

    Raises:
        ConsoleError: It is none of theirs, it was decided on meanwhile, or the reason is too long.
    """
    reason = values.get("reason", "")
    try:
        if values.get("proposal"):
            number = int(_own_proposal(database, staff, values["proposal"]).id)
            Proposals(database).submit_again(staff.actor, number, change, reason)
            return number
        return Proposals(database).add(
            staff.actor, change, reason, came.exchange.id if came.exchange else None, came.group
        )
    except ProposalProblem as error:
        raise ConsoleError(409, f"proposal_{error.problem}") from error


def _own_proposal(database: Database, staff: Staff, number: str) -> Any:
    """A proposal of one's own that can still be changed."""
    known = number.isascii() and number.isdigit() and len(number) < 10
    found = Proposals(database).get(int(number)) if known else None
    if found is None:
        raise ConsoleError(404, "not_found", what=number[:40])
    if found.row.account_id != staff.id:
        raise ConsoleError(403, "proposal_not_yours")
    if found.row.status not in ("open", "sent_back"):
        raise ConsoleError(409, "proposal_decided")
    return found.row


def _form(request: Request, staff: Staff, state: State, form: Form, find: str = "") -> HTMLResponse:
    library, reader = library_of(state), staff.console_language
    values = form.values
    kind, card = values.get("kind", ""), library.cards.get(values.get("card", ""))
    shown: dict[str, Any] = {
        "values": Filled(values), "came": form.came, "words": Words(library, reader), "find": find,
        "context": {name: values[name] for name in _CONTEXT if values.get(name)},
        "problems": form.problems, "card": card, "kinds": KINDS,
        "found": find_cards(library, find, reader),
    }  # fmt: skip
    status = 422 if form.problems else 200
    if kind not in KINDS or (card is None and kind != "new_card"):
        return page(request, "proposal_new.html", staff, status, **shown)
    if card is not None:
        shown |= _about_card(library, card, values, state)
    large, small = place_choices(library, reader)
    return page(
        request, "proposal_form.html", staff, status, **shown, parts=(ANSWER, *PARTS),
        codes=library.languages.codes, large=large, small=small, topics=_topics(library),
        situations=list(Situation), units=("hour", "day", "week", "month", "year"),
    )  # fmt: skip


def _about_card(
    library: Library, card: Any, values: Mapping[str, str], state: State
) -> dict[str, Any]:
    layer = library.layers.get((card.id, values.get("layer", "")))
    known = facts_of(library, card)
    chosen = (values.get("fact"), values.get("layer", ""))
    return {
        "layers": layers_of(library, card),
        "facts": known,
        "fact": next((one for one in known if (one.name, one.layer) == chosen), None),
        "sources": [*(layer.sources if layer else ()), *card.sources],
        "named": facts_in(library, card, values, state.settings.library_dir),
        "original": layer.original if layer else card.original,
    }


def _topics(library: Library) -> list[tuple[str, str]]:
    """Topics with their domains, for the form of a new card."""
    return sorted((topic, cards[0].domain) for topic, cards in library.topics.items())

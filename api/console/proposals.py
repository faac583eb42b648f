"""Proposals: what waits for an editor, what it changes, and the decision."""

from __future__ import annotations

import re
from datetime import date
from typing import Annotated, Any

from fastapi import APIRouter, Form, Query, Request, Response
from fastapi.responses import HTMLResponse

from api.console import proposal_new
from api.console.accepting import Accepting, ChangedMeanwhile, NewErrors, change_of, patch_name
from api.console.access import Caseworker, ConsoleError, DatabaseOf, Editor
from api.console.background import Background
from api.console.differences import read_difference
from api.console.exchanges import Words, library_of
from api.console.going_live import JOB, catch_up, go_live
from api.console.pages import MenuItem, go, page
from api.console.plain_problems import PlainProblem, of_plan
from api.console.proposal_forms import KINDS, TEXT_FIELD
from api.console.reviewing import findings, job_name, review
from api.console.roles import Role
from api.state import State, StateOf
from api.store.accounts import Staff
from api.store.database import Database
from api.store.looking import Looking
from api.store.proposal_rows import LONGEST_REASON, ProposalProblem, ProposalStatus, Proposed
from api.store.proposals import Proposals
from knowledge.errors import WegwijsError
from knowledge.proposals.edits import FileEdits, unified_diff
from knowledge.proposals.plan import plan

router = APIRouter()
# Before the paths that begin with a number, which would take its name for one.
router.include_router(proposal_new.router)
MENU = (MenuItem("/console/proposals", "proposals.menu"),)

_PATH = "/console/proposals"
_PAGE = 25


@router.get("/console/proposals")
def proposals(
    request: Request,
    staff: Caseworker,
    state: StateOf,
    database: DatabaseOf,
    status: str = "",
    author: str = "",
    card: str = "",
    number: Annotated[str, Query(alias="page")] = "1",
) -> HTMLResponse:
    """The proposals that the filters in the address let through."""
    catch_up(state, Background.of(request))
    wanted = ProposalStatus(status) if status in list(ProposalStatus) else None
    author_id = int(author) if re.fullmatch(r"[0-9]{1,9}", author) else None
    current = max(1, int(number)) if re.fullmatch(r"[0-9]{1,6}", number) else 1
    skip = (current - 1) * _PAGE
    found, total = Proposals(database).all(wanted, author_id, card[:200], skip, _PAGE)
    library = library_of(state)
    return page(
        request, "proposals.html", staff, found=found, total=total, number=current,
        pages=-(-total // _PAGE), statuses=list(ProposalStatus),
        authors=Proposals(database).authors(), words=Words(library, staff.console_language),
        chosen={"status": wanted.value if wanted else "", "author": str(author_id or ""),
                "card": card[:200]},
    )  # fmt: skip


@router.get("/console/proposals/{number}.patch")
def patch(staff: Caseworker, database: DatabaseOf, number: str) -> Response:
    """An accepted proposal as a patch for the maintainers' repository."""
    found = _proposal(database, number)
    if not found.row.patch:
        raise ConsoleError(404, "not_found", what=f"{number[:20]}.patch")
    name = patch_name(found.row)
    headers = {"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "no-store"}
    return Response(found.row.patch, media_type="text/x-patch; charset=utf-8", headers=headers)


@router.get("/console/proposals/{number}")
def one(
    request: Request, staff: Caseworker, state: StateOf, database: DatabaseOf, number: str
) -> HTMLResponse:
    """A proposal: who, why, what changes, what the checks say, and what it does to answers."""
    catch_up(state, Background.of(request))
    return _one(request, staff, state, database, _proposal(database, number))


@router.post("/console/proposals/{number}/review")
def look_again(
    request: Request, staff: Caseworker, state: StateOf, database: DatabaseOf, number: str
) -> Response:
    """Run the checks and the question set again."""
    found = _proposal(database, number)
    if found.row.status == ProposalStatus.OPEN:
        review(state, Background.of(request), found.row.id)
    return go(f"{_PATH}/{found.row.id}")


@router.post("/console/proposals/{number}/accept")
def accept(
    request: Request,
    staff: Editor,
    state: StateOf,
    database: DatabaseOf,
    number: str,
    fingerprint: Annotated[str, Form()] = "",
) -> Response:
    """Make the change, unless it is another one than the editor saw, or brings errors."""
    found = _proposal(database, number)
    try:
        Accepting(state.settings, database).accept(staff.actor, found.row.id, fingerprint)
    except ChangedMeanwhile:
        return _one(request, staff, state, database, found, "changed_meanwhile")
    except NewErrors as error:
        return _one(request, staff, state, database, found, "new_errors", findings(error.findings))
    except ProposalProblem as error:
        return _one(request, staff, state, database, _proposal(database, number), error.problem)
    except (WegwijsError, OSError, ValueError):
        # The page says why.
        return _one(request, staff, state, database, found, "cannot")
    go_live(state, Background.of(request))
    return go(f"{_PATH}/{found.row.id}", "proposal_accepted")


@router.post("/console/proposals/{number}/send-back")
def send_back(
    request: Request,
    staff: Editor,
    state: StateOf,
    database: DatabaseOf,
    number: str,
    reason: Annotated[str, Form()] = "",
) -> Response:
    """Ask who made it to change it."""
    found = _proposal(database, number)
    try:
        Proposals(database).send_back(staff.actor, found.row.id, reason)
    except ProposalProblem as error:
        now = _proposal(database, number)
        return _one(request, staff, state, database, now, error.problem, reason=reason)
    return go(f"{_PATH}/{found.row.id}", "proposal_sent_back")


@router.post("/console/proposals/{number}/withdraw")
def withdraw(
    request: Request, staff: Caseworker, state: StateOf, database: DatabaseOf, number: str
) -> Response:
    """Take one's own proposal back."""
    found = _proposal(database, number)
    try:
        Proposals(database).withdraw(staff.actor, found.row.id)
    except ProposalProblem as error:
        return _one(request, staff, state, database, _proposal(database, number), error.problem)
    return go(f"{_PATH}/{found.row.id}", "proposal_withdrawn")


def _proposal(database: Database, number: str) -> Proposed:
    known = re.fullmatch(r"[0-9]{1,9}", number)
    found = Proposals(database).get(int(number)) if known else None
    if found is None:
        raise ConsoleError(404, "not_found", what=number[:40])
    return found


def _plan(found: Proposed, state: State) -> tuple[FileEdits | None, list[PlainProblem]]:
    """What an open proposal does to the files of now, or why it cannot be made."""
    try:
        return plan(change_of(found.row), state.settings.library_dir), []
    except (WegwijsError, ValueError) as error:
        return None, of_plan(error, TEXT_FIELD.get(found.row.kind, ""))


def _one(
    request: Request,
    staff: Staff,
    state: State,
    database: Database,
    found: Proposed,
    problem: str | None = None,
    errors: list[dict[str, Any]] | None = None,
    reason: str = "",
) -> HTMLResponse:
    row = found.row
    is_open = row.status == ProposalStatus.OPEN
    edits, problems = _plan(found, state) if is_open else (None, [])
    diff = unified_diff(edits) if edits else row.diff or ""
    library = library_of(state)
    background = Background.of(request)
    done = row.review if isinstance(row.review, dict) else None
    exchange = Looking(database).get(row.exchange_id) if row.exchange_id else None
    return page(
        request, "proposal.html", staff, 422 if problem else 200,
        proposal=row, who=found.who, decided_by=found.decided_by, edits=edits, problems=problems,
        files=read_difference(diff), words=Words(library, staff.console_language),
        exchange=exchange, review=done, job=background.job(job_name(row.id)),
        live_job=background.job(JOB),
        of_now=bool(done and edits and done["fingerprint"] == edits.fingerprint),
        of_library=bool(done and done["library"] == library.fingerprint),
        mine=row.account_id == staff.id, editor=staff.role.reaches(Role.EDITOR),
        may_accept=Proposals(database).may_accept(staff.id, row.account_id),
        problem=problem, errors=errors or [], reason=reason, longest=LONGEST_REASON,
        has_form=row.kind in KINDS, change=row.change, today=date.today(),
        commits=state.settings.commit_proposals,
    )  # fmt: skip

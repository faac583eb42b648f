"""Questions without a good answer, in groups of one meaning, and what is to be done with them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Annotated

from fastapi import APIRouter, Form, Query, Request, Response
from fastapi.responses import HTMLResponse
from starlette.background import BackgroundTask

from api.console.access import Caseworker, ConsoleError, DatabaseOf
from api.console.exchanges import Words, library_of
from api.console.pages import MenuItem, go, page
from api.console.replies import direction_of
from api.state import StateOf
from api.store.accounts import Staff
from api.store.database import LARGEST_ID
from api.store.question_groups import GroupError, GroupState, QuestionGroups, ShownGroup
from api.store.question_sorting import ungrouped
from knowledge.grouping import NearCard
from knowledge.library import Library

router = APIRouter()
MENU = (MenuItem("/console/unanswered", "unanswered.menu"),)

_PATH = "/console/unanswered"
_PAGE = 20
_WHILE_WAITING = 20
"""Questions that are sorted before the page is shown; the others come after it."""


@dataclass(frozen=True)
class NearView:
    """A card that comes near, for those who decide.

    Attributes:
        card: Its id.
        title: In the reader's language where it has one.
        language: Of the title.
        direction: Of that language.
        place: Name of the place that it holds in.
        percent: Probability that it answers the question.
        elsewhere: Whether it does not hold where the person lives.
    """

    card: str
    title: str
    language: str
    direction: str
    place: str
    percent: int
    elsewhere: bool


@router.get("/console/unanswered")
def unanswered(
    request: Request,
    staff: Caseworker,
    state: StateOf,
    database: DatabaseOf,
    shown: Annotated[str, Query(alias="state")] = GroupState.OPEN.value,
    number: Annotated[str, Query(alias="page")] = "1",
) -> HTMLResponse:
    """The groups, most frequent first."""
    engine, _ = state.ready()
    groups = QuestionGroups(database)
    groups.sort_in(engine.knowledge, _WHILE_WAITING, rebuild=False)
    waiting = bool(ungrouped(database, 1))
    counts = groups.counts()
    chosen = GroupState(shown) if shown in list(GroupState) else GroupState.OPEN
    pages = max(1, -(-counts[chosen] // _PAGE))
    current = min(max(1, int(number)), pages) if re.fullmatch(r"\d{1,6}", number) else 1
    library = library_of(state)
    shown_page = page(
        request, "unanswered.html", staff, counts=counts, state=chosen, number=current,
        pages=pages, groups=groups.of_state(chosen, (current - 1) * _PAGE, _PAGE),
        words=Words(library, staff.console_language), waiting=waiting,
        near=lambda group: near_cards(library, group.nearest, staff.console_language),
    )  # fmt: skip
    if waiting:
        shown_page.background = BackgroundTask(groups.sort_in, engine.knowledge)
    return shown_page


@router.get("/console/unanswered/{group_id}")
def one(
    request: Request, staff: Caseworker, state: StateOf, database: DatabaseOf, group_id: int
) -> HTMLResponse:
    """A group with its questions, the cards that come near, and what can be decided."""
    groups = QuestionGroups(database)
    return _one(request, staff, library_of(state), _group(groups, group_id))


@router.post("/console/unanswered/{group_id}/dismiss")
def dismiss(
    request: Request,
    staff: Caseworker,
    state: StateOf,
    database: DatabaseOf,
    group_id: int,
    reason: Annotated[str, Form()] = "",
) -> Response:
    """Decide that nothing needs to be done."""
    groups = QuestionGroups(database)
    group = _group(groups, group_id)
    try:
        groups.dismiss(staff.actor, group_id, reason)
    except GroupError as error:
        if error.problem == "gone":
            raise _gone(group_id) from error
        now = groups.get(group_id) or group
        return _one(request, staff, library_of(state), now, error.problem, reason)
    return go(_PATH, "group_dismissed")


@router.post("/console/unanswered/{group_id}/reopen")
def reopen(staff: Caseworker, database: DatabaseOf, group_id: int) -> Response:
    """Undo a decision."""
    groups = QuestionGroups(database)
    _group(groups, group_id)
    try:
        groups.reopen(staff.actor, group_id)
    except GroupError as error:
        raise _gone(group_id) from error
    return go(f"{_PATH}/{group_id}", "group_reopened")


def near_cards(library: Library, nearest: tuple[NearCard, ...], reader: str) -> list[NearView]:
    """The cards that come near a group, without those that the library has no more.

    Args:
        library: Has the titles.
        nearest: The cards.
        reader: Language of who looks at them.
    """
    views = []
    for near in nearest:
        card = library.cards.get(near.card)
        if card is not None:
            text = card.best_text([reader, "en", "nl"])
            views.append(
                NearView(
                    card=near.card,
                    title=text.title,
                    language=text.language,
                    direction=direction_of(library, text.language),
                    place=library.places.get(card.place).name(reader),
                    percent=round(near.score * 100),
                    elsewhere=near.elsewhere,
                )
            )
    return views


def _group(groups: QuestionGroups, group_id: int) -> ShownGroup:
    group = groups.get(group_id) if 0 < group_id <= LARGEST_ID else None
    if group is None:
        raise _gone(group_id)
    return group


def _gone(group_id: int) -> ConsoleError:
    return ConsoleError(404, "not_found", what=str(group_id)[:40])


def _one(
    request: Request,
    staff: Staff,
    library: Library,
    group: ShownGroup,
    problem: str | None = None,
    reason: str = "",
) -> HTMLResponse:
    status = {None: 200, "decided": 409}.get(problem, 422)
    return page(
        request, "unanswered_group.html", staff, status, group=group, problem=problem,
        reason=reason, words=Words(library, staff.console_language),
        near=near_cards(library, group.nearest, staff.console_language),
    )  # fmt: skip

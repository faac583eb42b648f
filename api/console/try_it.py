"""Try it: ask as a newcomer, and see the answer with its evidence; nothing of it is kept."""

from __future__ import annotations

import contextlib
import json
import secrets
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Annotated

from fastapi import APIRouter, Form, Request
from fastapi.responses import HTMLResponse
from sqlalchemy import select
from starlette.concurrency import run_in_threadpool

from actions import knowledge_base
from actions.knowledge_base import KnowledgeBase
from actions.reply import Reply
from api.console.access import Caseworker, DatabaseOf
from api.console.drafts import Drafts, proposal_draft
from api.console.exchange_filters import place_choices
from api.console.exchanges import Words, library_of
from api.console.pages import MenuItem, page
from api.console.replies import HitView, ReplyShown, hit_views, reply_shown
from api.state import State, StateOf
from api.store.accounts import Staff
from api.store.audit import note
from api.store.database import Database
from api.store.tables import Proposal
from api.switching import obeying
from bot.engine import LONGEST, Engine
from knowledge.cards import Situation
from knowledge.errors import WegwijsError
from knowledge.proposals.change import CHANGE, summary

router = APIRouter()
MENU = (MenuItem("/console/try", "try.menu"),)


@dataclass(frozen=True)
class Asked:
    """What is asked, as a newcomer.

    Attributes:
        text: Their words.
        language: What their widget is set to.
        place: Where they live; None when it is not known.
        situation: Value of a `Situation`; None when it is not known.
    """

    text: str
    language: str
    place: str | None
    situation: str | None


@dataclass(frozen=True)
class Tried:
    """What came of it.

    Attributes:
        reply: The reply, in words.
        shown: The same, as the newcomer sees it.
        hits: What the search found.
        heard: The words as they were understood, without personal data.
        milliseconds: How long it took.
    """

    reply: Reply
    shown: ReplyShown
    hits: list[HitView]
    heard: str
    milliseconds: int

    def same_as(self, other: Tried) -> bool:
        """Whether the newcomer sees the same."""
        return self.reply.status == other.reply.status and self.shown == other.shown


@router.get("/console/try")
async def form(
    request: Request, staff: Caseworker, state: StateOf, database: DatabaseOf, proposal: str = ""
) -> HTMLResponse:
    """The form."""
    asked = Asked("", staff.console_language, None, None)
    return await _page(request, staff, state, database, asked, proposal)


@router.post("/console/try")
async def ask(
    request: Request,
    staff: Caseworker,
    state: StateOf,
    database: DatabaseOf,
    text: Annotated[str, Form()] = "",
    language: Annotated[str, Form()] = "",
    place: Annotated[str, Form()] = "",
    situation: Annotated[str, Form()] = "",
    proposal: Annotated[str, Form()] = "",
) -> HTMLResponse:
    """Ask, and show what comes of it."""
    library = library_of(state)
    asked = Asked(
        text=text.strip()[: 2 * LONGEST],
        language=language if language in library.languages else staff.console_language,
        place=place if place in library.places else None,
        situation=situation if situation in list(Situation) else None,
    )
    if not asked.text:
        return await _page(request, staff, state, database, asked, proposal, problem="empty")
    engine, _ = state.ready()
    off = await state.switched_off()
    live = await ask_once(
        engine, asked, staff.console_language,
        obey=lambda reply: obeying(reply, off, library, state.sentences),
    )  # fmt: skip
    draft, trouble = None, None
    chosen = await run_in_threadpool(_proposal, database, proposal)
    if chosen is not None:
        try:
            knowledge = await proposal_draft(Drafts.of(request), state, chosen)
            draft = await ask_once(engine, asked, staff.console_language, knowledge)
        except (WegwijsError, ValueError, OSError) as error:
            trouble = str(error)
    await run_in_threadpool(_note, database, staff, asked, chosen)
    return await _page(
        request, staff, state, database, asked, proposal, live=live, draft=draft, trouble=trouble
    )


async def ask_once(
    engine: Engine,
    asked: Asked,
    reader: str,
    draft: KnowledgeBase | None = None,
    obey: Callable[[Reply], Reply] = lambda reply: reply,
) -> Tried:
    """Ask in a conversation of its own, which is forgotten at once.

    Args:
        engine: The live dialogue.
        asked: What is asked.
        reader: Language of who looks at the evidence.
        draft: What to answer from instead of the library in use.
        obey: Puts a message in the place of an answer that is switched off.

    Returns:
        The answer with its evidence.
    """
    conversation = f"try-{secrets.token_urlsafe(16)}"
    other = knowledge_base.using(draft) if draft else contextlib.nullcontext()
    try:
        with other:
            if asked.situation:
                # As the button of the widget would say it.
                told = f"/tell_situation{json.dumps({'situation': asked.situation})}"
                await engine.answer(
                    conversation, payload=told, language=asked.language, place=asked.place
                )
            start = time.perf_counter()
            answer = await engine.answer(
                conversation, text=asked.text, language=asked.language, place=asked.place
            )
            milliseconds = round((time.perf_counter() - start) * 1000)
    finally:
        await engine.erase(conversation)
    library = (draft or engine.knowledge).library
    reply = obey(answer.reply)
    return Tried(
        reply=reply,
        shown=reply_shown(library, reply.language, reply.messages, reply.card, reply.suggestions),
        hits=hit_views(library, reply.evidence, reader),
        heard=answer.text,
        milliseconds=milliseconds,
    )


def _proposal(database: Database, number: str) -> Proposal | None:
    if not (number.isascii() and number.isdigit() and len(number) < 10):
        return None
    with database.reading() as session:
        return session.get(Proposal, int(number))


def _open_proposals(database: Database) -> list[tuple[int, str]]:
    """Numbers of the proposals that wait for an editor, each with what it changes."""
    with database.reading() as session:
        rows = session.scalars(
            select(Proposal).where(Proposal.status == "open").order_by(Proposal.id.desc())
        )
        return [(row.id, _summary(row)) for row in rows]


def _summary(proposal: Proposal) -> str:
    try:
        return summary(CHANGE.validate_python(proposal.change))
    except ValueError:  # kept by another release
        return f"{proposal.kind} {proposal.card_id or ''}".strip()


def _note(database: Database, staff: Staff, asked: Asked, proposal: Proposal | None) -> None:
    with database.session() as session:
        note(
            session, staff.actor, "tried", f"proposal {proposal.id}" if proposal else "library",
            language=asked.language, place=asked.place, situation=asked.situation,
        )  # fmt: skip


async def _page(
    request: Request,
    staff: Staff,
    state: State,
    database: Database,
    asked: Asked,
    proposal: str,
    problem: str | None = None,
    live: Tried | None = None,
    draft: Tried | None = None,
    trouble: str | None = None,
) -> HTMLResponse:
    library = library_of(state)
    large, small = place_choices(library, staff.console_language)
    proposals = await run_in_threadpool(_open_proposals, database)
    chosen = await run_in_threadpool(_proposal, database, proposal)
    if chosen is not None and chosen.id not in [number for number, _ in proposals]:
        proposals.insert(0, (chosen.id, _summary(chosen)))
    return page(
        request, "try.html", staff, 422 if problem else 200,
        asked=asked, proposals=proposals, proposal=chosen.id if chosen else None,
        words=Words(library, staff.console_language), large=large, small=small,
        codes=library.languages.codes, problem=problem, live=live, draft=draft, trouble=trouble,
        separate=bool(getattr(state.settings, "action_server", "")), longest=LONGEST,
    )  # fmt: skip

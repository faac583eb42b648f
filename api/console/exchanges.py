"""Exchanges: finding them, looking at one with its evidence, and judging it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Annotated, Any

from fastapi import APIRouter, Form, Query, Request, Response
from fastapi.responses import HTMLResponse, JSONResponse

from api.console.access import Caseworker, ConsoleError, DatabaseOf
from api.console.button_words import button_words, is_button
from api.console.card_texts import find_cards, nearest_wording, own_texts, since_shown
from api.console.exchange_filters import NO_PLACE, UNCHECKED, place_choices, read_filters
from api.console.pages import MenuItem, go, link, page
from api.console.replies import (
    direction_of,
    hit_views,
    language_name,
    stored_card,
    stored_hits,
    stored_messages,
    stored_reply,
)
from api.console.texts import Texts
from api.state import State, StateOf
from api.store.accounts import Staff
from api.store.audit import Actor
from api.store.database import Database
from api.store.exchanges import Exchanges
from api.store.looking import Looking
from api.store.tables import Exchange
from api.store.verdicts import TO_CORRECT, VerdictError, VerdictKind, Verdicts
from bot.sentences import Sentences
from knowledge.library import Library

router = APIRouter()
MENU = (MenuItem("/console/exchanges", "exchanges.menu"),)

_PATH = "/console/exchanges"
_PAGE = 25
_ID = re.compile(r"[A-Za-z0-9_-]{1,32}")


@dataclass(frozen=True)
class VerdictForm:
    """What stands in the form of a verdict.

    Attributes:
        verdict: The choice.
        reason: Why.
        right_card: Id of the card that was chosen.
        find: What was looked for among the cards.
    """

    verdict: str = ""
    reason: str = ""
    right_card: str = ""
    find: str = ""


class Words:
    """What ids and codes are called in the language of who reads.

    Args:
        library: Knows places and titles.
        reader: Their language.
    """

    def __init__(self, library: Library, reader: str) -> None:
        sentences = Sentences.shared()
        self._library = library
        self._reader = reader
        self.statuses = sentences.group(reader, "status")
        self.domains = sentences.group(reader, "domain")
        self.situations = sentences.group(reader, "situation")
        self.parts = sentences.group(reader, "part")

    def say(self, key: str, **values: Any) -> str:
        """Words of the console."""
        return Texts.shared().say(self._reader, key, **values)

    def place(self, place: str | None) -> str:
        """Name of a place, or that it is not known."""
        if place in self._library.places:
            return self._library.places.get(str(place)).name(self._reader)
        return self.say("exchanges.no_place")

    def situation(self, situation: str | None) -> str:
        """Name of a situation, or that it is not known."""
        return self.situations.get(situation or "") or self.say("exchanges.not_known")

    def intent(self, intent: str | None) -> str:
        """What a message was understood as."""
        key = f"intent.{intent}"
        return self.say(key) if Texts.shared().has(key) else intent or ""

    def language(self, code: str) -> str:
        """Name of a language."""
        return language_name(code, self._reader)

    def direction(self, code: str) -> str:
        """Direction of a language."""
        return direction_of(self._library, code)

    def title(self, card_id: str) -> str:
        """Title of a card; its id when it is gone."""
        card = self._library.cards.get(card_id)
        return card.best_text([self._reader, "en"]).title if card else card_id

    def button(self, text: str) -> str | None:
        """What pressing a button meant; None for what somebody wrote."""
        if not is_button(text):
            return None
        return button_words(self.say, self._library, self._reader, text)


@router.get("/console/exchanges")
def exchanges(
    request: Request,
    staff: Caseworker,
    state: StateOf,
    database: DatabaseOf,
    number: Annotated[str, Query(alias="page")] = "1",
) -> HTMLResponse:
    """The exchanges that the filters in the address let through."""
    library = library_of(state)
    filters = read_filters(request.query_params, library, state.settings.time_zone)
    current = max(1, int(number)) if re.fullmatch(r"\d{1,6}", number) else 1
    found = Looking(database).page(filters.wanted, (current - 1) * _PAGE, _PAGE)
    ids = [exchange.id for exchange in found.exchanges]
    large, small = place_choices(library, staff.console_language)
    return page(
        request, "exchanges.html", staff,
        filters=filters, found=found, number=current, pages=-(-found.total // _PAGE),
        verdicts=Verdicts(database).of_many(ids), words=Words(library, staff.console_language),
        large=large, small=small, kinds=list(VerdictKind), codes=library.languages.codes,
        no_place=NO_PLACE, unchecked=UNCHECKED, card=stored_card,
    )  # fmt: skip


@router.get("/console/exchanges/cards")
def cards(staff: Caseworker, state: StateOf, find: str = "") -> JSONResponse:
    """Cards by their titles, for the form of a verdict while somebody types."""
    found = find_cards(library_of(state), find[:200], staff.console_language)
    return JSONResponse([one.__dict__ for one in found], headers={"Cache-Control": "no-store"})


@router.get("/console/exchanges/{exchange_id}")
def one(
    request: Request, staff: Caseworker, state: StateOf, database: DatabaseOf, exchange_id: str
) -> HTMLResponse:
    """An exchange with all that tells whether its answer was right."""
    exchange = _exchange(database, exchange_id, staff.actor)
    return _one(request, staff, state, database, exchange, VerdictForm())


@router.post("/console/exchanges/{exchange_id}/verdict")
def judge(
    request: Request,
    staff: Caseworker,
    state: StateOf,
    database: DatabaseOf,
    exchange_id: str,
    verdict: Annotated[str, Form()] = "",
    reason: Annotated[str, Form()] = "",
    right_card: Annotated[str, Form()] = "",
    find: Annotated[str, Form()] = "",
    then: Annotated[str, Form()] = "stay",
) -> Response:
    """Keep a verdict; or look for cards, with everything that was filled in still there."""
    exchange = _exchange(database, exchange_id)
    form = VerdictForm(verdict, reason, right_card, find[:200])

    def again(problem: str | None = None) -> HTMLResponse:
        return _one(request, staff, state, database, exchange, form, problem)

    if then == "find":
        return again()
    if verdict not in list(VerdictKind):
        return again("choose")
    if right_card and right_card not in library_of(state).cards:
        return again("no_such_card")
    kind = VerdictKind(verdict)
    try:
        Verdicts(database).add(staff.actor, exchange_id, kind, reason, right_card or None)
    except VerdictError as error:
        if error.problem == "gone":
            raise _gone(exchange_id) from error
        return again(error.problem)
    if then == "propose":
        card = right_card or exchange.card_id
        return go("/console/proposals/new", exchange=exchange_id, card=card)
    filters = read_filters(request.query_params, library_of(state), state.settings.time_zone)
    if then != "next":
        return go(f"{_PATH}/{exchange_id}", "verdict_kept", **filters.values)
    following = Looking(database).neighbours(filters.wanted, exchange).next
    if following is None:
        return go(_PATH, "verdict_last", **filters.values)
    done = "verdict_next_correct" if kind in TO_CORRECT else "verdict_next"
    return go(f"{_PATH}/{following}", done, **filters.values, checked=exchange_id)


def library_of(state: State) -> Library:
    """The library in use."""
    engine, _ = state.ready()
    return engine.knowledge.library


def _exchange(database: Database, exchange_id: str, reader: Actor | None = None) -> Exchange:
    known = _ID.fullmatch(exchange_id) is not None
    exchange = Looking(database).get(exchange_id, reader) if known else None
    if exchange is None:
        raise _gone(exchange_id)
    return exchange


def _gone(exchange_id: str) -> ConsoleError:
    return ConsoleError(404, "not_found", what=exchange_id[:40])


def _one(
    request: Request,
    staff: Staff,
    state: State,
    database: Database,
    exchange: Exchange,
    form: VerdictForm,
    problem: str | None = None,
) -> HTMLResponse:
    library, reader = library_of(state), staff.console_language
    filters = read_filters(request.query_params, library, state.settings.time_zone)
    talk = Exchanges(database).of_conversation(exchange.conversation_id)
    at = next((i for i, each in enumerate(talk) if each.id == exchange.id), len(talk))
    card, messages = stored_card(exchange), stored_messages(exchange)
    hits = stored_hits(exchange)
    found = find_cards(library, form.find, reader)
    if form.right_card in library.cards and form.right_card not in [one.id for one in found]:
        chosen = find_cards(library, form.right_card, reader, limit=len(library.cards))
        found = [*(one for one in chosen if one.id == form.right_card), *found]
    checked = request.query_params.get("checked", "")
    # Not there in a server whose dialogue is not loaded.
    search = getattr(state.ready()[0].knowledge, "search", None)
    return page(
        request, "exchange.html", staff, 422 if problem else 200,
        exchange=exchange, filters=filters, words=Words(library, reader),
        beside=Looking(database).neighbours(filters.wanted, exchange),
        earlier=talk[:at], later=talk[at + 1 :],
        shown=stored_reply(exchange, library), reply_of=lambda each: stored_reply(each, library),
        since=since_shown(library, card, messages, exchange.place) if card else None,
        own=own_texts(library, card, messages, exchange.place) if card else [],
        wording=nearest_wording(library, hits[0], search and search.index) if hits else [],
        hits=hit_views(library, hits, reader), verdicts=Verdicts(database).of(exchange.id),
        kinds=list(VerdictKind), correct=TO_CORRECT, form=form, found=found, problem=problem,
        checked=link(f"{_PATH}/{checked}", **filters.values) if _ID.fullmatch(checked) else None,
        of_today=exchange.library == library.fingerprint,
    )  # fmt: skip

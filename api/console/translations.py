"""Translations that no speaker of the language has checked: approve or correct them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from fastapi import APIRouter, Request, Response
from fastapi.responses import HTMLResponse
from sqlalchemy import func, select
from starlette.concurrency import run_in_threadpool

from actions.reply import Message
from api.console.accepting import Accepting, ChangedMeanwhile, NewErrors, change_of
from api.console.access import Caseworker, ConsoleError, DatabaseOf
from api.console.background import Background
from api.console.exchanges import Words, library_of
from api.console.going_live import go_live
from api.console.pages import MenuItem, go, link, page
from api.console.plain_problems import FormProblems, PlainProblem
from api.console.proposal_forms import Filled, filled_form, read_form
from api.console.proposal_new import form_values, keep, planned, preview_of
from api.console.proposal_prefill import Origin, part_on_disk
from api.console.replies import MessageShown, messages_shown
from api.console.reviewing import review
from api.state import State, StateOf
from api.store.accounts import Staff
from api.store.database import Database
from api.store.proposal_rows import ProposalProblem, ProposalStatus
from api.store.proposals import Proposals
from api.store.tables import Exchange
from knowledge.cards import Card
from knowledge.errors import WegwijsError
from knowledge.layers import Layer
from knowledge.library import Library
from knowledge.text import ANSWER, PARTS

router = APIRouter()
MENU = (MenuItem("/console/translations", "translations.menu"),)

_PATH = "/console/translations"
_KIND = "review_translation"
_BESIDE = ("nl", "en")
_NAMES = ("card", "language", "layer")
_MOST = 100


@dataclass(frozen=True)
class Unchecked:
    """A translation that nobody has checked.

    Attributes:
        card: Id of the card.
        layer: Place of the local layer that it belongs to; empty for the card itself.
        language: Its language.
        shown: How often the card was shown in this language.
        behind: Whether the original says something newer.
        proposal: Number of a correction that waits for an editor.
    """

    card: str
    layer: str
    language: str
    shown: int
    behind: bool
    proposal: int | None


@dataclass(frozen=True)
class Side:
    """A part of a card in one language, as newcomers see it.

    Attributes:
        key: `answer`, or the key of the part.
        original: The part in the language that stands beside it.
        translation: The translation.
        raw: The translation as the file holds it, for correcting.
    """

    key: str
    original: list[MessageShown]
    translation: list[MessageShown]
    raw: str


@router.get("/console/translations")
def translations(
    request: Request, staff: Caseworker, state: StateOf, database: DatabaseOf, language: str = ""
) -> HTMLResponse:
    """Translations in the reader's languages that nobody has checked, most shown first."""
    library = library_of(state)
    spoken = [code for code in staff.languages if code in library.languages]
    chosen = [language] if language in spoken else spoken
    found = _unchecked(library, database, chosen)
    return page(
        request, "translations.html", staff, found=found[:_MOST], total=len(found),
        spoken=spoken, chosen_language=language if language in spoken else "",
        words=Words(library, staff.console_language),
    )  # fmt: skip


@router.get("/console/translations/one")
def one(request: Request, staff: Caseworker, state: StateOf, database: DatabaseOf) -> HTMLResponse:
    """The original beside a translation, part by part; with `correct`, to be changed."""
    query = request.query_params
    values = {name: query.get(name, "")[:200] for name in _NAMES}
    number = query.get("proposal", "")
    if number:
        row = Proposals(database).get(int(number)) if re.fullmatch(r"[0-9]{1,9}", number) else None
        if row is None or row.row.kind != _KIND or row.row.account_id != staff.id:
            raise ConsoleError(404, "not_found", what=number[:20])
        kept = filled_form(change_of(row.row))
        values = {**values, **kept, "proposal": number, "reason": row.row.reason}
    correcting = bool(number) or "correct" in query
    return _one(request, staff, state, values, correcting, query.get("beside", ""))


@router.post("/console/translations/approve")
async def approve(
    request: Request, staff: Caseworker, state: StateOf, database: DatabaseOf
) -> Response:
    """Say that a translation is right: newcomers see so at once."""
    values = form_values(await request.form())
    background = Background.of(request)
    return await run_in_threadpool(_approve, request, staff, state, database, values, background)


@router.post("/console/translations/correct")
async def correct(
    request: Request, staff: Caseworker, state: StateOf, database: DatabaseOf
) -> Response:
    """Look at a correction, and send it to an editor."""
    values = form_values(await request.form())
    background = Background.of(request)
    return await run_in_threadpool(_correct, request, staff, state, database, values, background)


def _approve(
    request: Request,
    staff: Staff,
    state: State,
    database: Database,
    values: dict[str, str],
    background: Background,
) -> Response:
    named = {name: values.get(name, "") for name in _NAMES}
    library = library_of(state)
    _texts(library, staff, named)
    given = {**named, "kind": _KIND, "up_to_date": "1"}
    try:
        change = read_form(given, staff, date.today())
        edits = planned(change, state)
    except FormProblems as error:
        return _one(request, staff, state, named, False, "", error.problems)
    proposals = Proposals(database)
    words = Words(library, staff.console_language)
    try:
        number = proposals.add(staff.actor, change, words.say("translations.reason_approved"))
        # The speaker of the language is the one who can tell; an editor seldom reads it.
        Accepting(state.settings, database).accept(
            staff.actor, number, edits.fingerprint, own_too=True, action="translation.approved"
        )
    except (ChangedMeanwhile, NewErrors, ProposalProblem, WegwijsError, OSError):
        # It stays an open proposal, whose page says what is wrong.
        return go(f"/console/proposals/{number}")
    go_live(state, background)
    return go(_PATH, "translation_approved", language=values.get("back", ""))


def _correct(
    request: Request,
    staff: Staff,
    state: State,
    database: Database,
    values: dict[str, str],
    background: Background,
) -> Response:
    then = values.pop("then", "preview")
    _texts(library_of(state), staff, values)
    values["kind"] = _KIND
    beside = values.get("beside", "")
    if then == "edit":
        return _one(request, staff, state, values, True, beside)
    try:
        change = read_form(values, staff, date.today())
        edits = planned(change, state)
        if not values.get("reason", "").strip():
            raise FormProblems([PlainProblem("reason_missing", "reason", {"most": ""})])
    except FormProblems as error:
        return _one(request, staff, state, values, True, beside, error.problems)
    if then != "send":
        return page(
            request, "proposal_preview.html", staff,
            words=Words(library_of(state), staff.console_language), values=values,
            came=Origin(), preview=preview_of(edits), send_to=f"{_PATH}/correct",
        )  # fmt: skip
    number = keep(database, staff, change, values, Origin())
    review(state, background, number)
    return go(f"/console/proposals/{number}", "proposal_sent")


def _one(
    request: Request,
    staff: Staff,
    state: State,
    values: Mapping[str, str],
    correcting: bool,
    beside: str,
    problems: list[PlainProblem] | None = None,
) -> HTMLResponse:
    library = library_of(state)
    card, layer = _texts(library, staff, values)
    owner = layer or card
    language = values["language"]
    choices = [code for code in dict.fromkeys((owner.original, *_BESIDE)) if code in owner.texts]
    original = beside if beside in choices else owner.original
    text = owner.texts[language]
    return page(
        request, "translation.html", staff, 422 if problems else 200,
        card=card, layer=layer.place if layer else "", language_code=language, original=original,
        choices=choices, text=text, sides=_sides(state, library, owner, card, language, original),
        behind=text.revision < owner.revision, values=Filled(values), correcting=correcting,
        problems=problems or [], words=Words(library, staff.console_language), today=date.today(),
        title=card.texts[language].title, back=link(_PATH),
        original_title=card.best_text([original]).title,
    )  # fmt: skip


def _texts(library: Library, staff: Staff, values: Mapping[str, str]) -> tuple[Card, Layer | None]:
    """The card and layer of a translation that this person may judge.

    Raises:
        ConsoleError: It is not one of their languages, or there is no such translation.
    """
    name, language = values.get("card", ""), values.get("language", "")
    place = values.get("layer", "")
    if language not in staff.languages:
        raise ConsoleError(403, "not_your_language")
    card, layer = library.cards.get(name), library.layers.get((name, place))
    owner = layer if place else card
    if card is None or owner is None or language not in owner.texts or language == owner.original:
        raise ConsoleError(404, "not_found", what=f"{name} {place} {language}"[:80])
    return card, layer if place else None


def _sides(
    state: State, library: Library, owner: Card | Layer, card: Card, language: str, original: str
) -> list[Side]:
    facts = {**card.facts, **owner.facts}
    layer = owner.place if isinstance(owner, Layer) else ""

    def shown(code: str, key: str) -> list[MessageShown]:
        blocks = owner.texts[code].parts.get(key, ())
        said = [Message.from_block(block.filled(facts, code)) for block in blocks]
        return messages_shown(library, said, code)

    return [
        Side(
            key, shown(original, key), shown(language, key),
            part_on_disk(state.settings.library_dir, card.id, layer, language, key),
        )
        for key in (ANSWER, *PARTS)
        if key in owner.texts[original].parts or key in owner.texts[language].parts
    ]  # fmt: skip


def _unchecked(library: Library, database: Database, languages: list[str]) -> list[Unchecked]:
    waiting: dict[tuple[str, str, str], Any] = {}
    for row in Proposals(database).under_way(_KIND):
        waiting[row.card_id, row.change.get("layer") or "", row.language] = row
    shown = _shown(database, languages)
    owners: list[tuple[str, str, Card | Layer]] = [
        *((card.id, "", card) for card in library.cards.values()),
        *((layer.overrides, layer.place, layer) for layer in library.layers.values()),
    ]
    found = []
    for name, place, owner in owners:
        for language in languages:
            text = owner.texts.get(language)
            if text is None or text.translated_from is None or text.reviewed_by is not None:
                continue
            made = waiting.get((name, place, language))
            if made is not None and made.status == ProposalStatus.ACCEPTED:
                continue  # it is in the files already
            found.append(
                Unchecked(
                    name, place, language, shown.get((name, language), 0),
                    text.revision < owner.revision, made.id if made is not None else None,
                )
            )  # fmt: skip
    return sorted(found, key=lambda one: (-one.shown, one.card, one.layer, one.language))


def _shown(database: Database, languages: list[str]) -> dict[tuple[str, str], int]:
    """How often each card was shown in each of these languages."""
    with database.reading() as session:
        rows = session.execute(
            select(Exchange.card_id, Exchange.language, func.count())
            .where(Exchange.card_id.is_not(None), Exchange.language.in_(languages))
            .group_by(Exchange.card_id, Exchange.language)
        )
        return {(card, language): count for card, language, count in rows}

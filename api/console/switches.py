"""Switching answers off and on: one card, one topic, or the whole bot."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Annotated

from fastapi import APIRouter, Form, Request, Response
from fastapi.responses import HTMLResponse

from actions.compose import official_title
from api.console.access import ConsoleError, DatabaseOf, Editor
from api.console.card_texts import find_cards
from api.console.exchanges import library_of
from api.console.pages import MenuItem, go, page
from api.console.roles import Role
from api.console.texts import LANGUAGES
from api.state import State, StateOf
from api.store.accounts import Staff
from api.store.database import Database
from api.store.switches import (
    LONGEST_MESSAGE,
    LONGEST_REASON,
    SwitchError,
    Switches,
    SwitchKind,
)
from knowledge.library import Library

router = APIRouter()
MENU = (MenuItem("/console/switches", "switches.menu", Role.EDITOR),)

_PATH = "/console/switches"
_FOUND = 20


@dataclass(frozen=True)
class Target:
    """Something that can be switched off.

    Attributes:
        value: What the form sends: kind and id.
        title: In the language of who reads, where it has one.
        language: Of the title; None for that of who reads.
        place: Name of a card's place; empty for a topic.
        cards: How many cards a topic has; 0 for a card.
        off: Whether it is off already.
    """

    value: str
    title: str
    language: str | None
    place: str = ""
    cards: int = 0
    off: bool = False


@dataclass(frozen=True)
class SwitchForm:
    """What stands in the form.

    Attributes:
        target: Kind and id of what is chosen.
        find: What was looked for.
        reason: Why.
        message: What the newcomer reads, by language.
    """

    target: str = ""
    find: str = ""
    reason: str = ""
    message: Mapping[str, str] = field(default_factory=dict)


@router.get(_PATH)
def switches(
    request: Request,
    staff: Editor,
    state: StateOf,
    database: DatabaseOf,
    find: str = "",
    card: str = "",
) -> HTMLResponse:
    """What is off, and the form to switch something off."""
    target = f"card:{card}" if _is_target(library_of(state), SwitchKind.CARD, card) else ""
    return _page(request, staff, state, database, SwitchForm(target=target, find=find[:200]))


@router.post(_PATH)
def switch_off(
    request: Request,
    staff: Editor,
    state: StateOf,
    database: DatabaseOf,
    target: Annotated[str, Form()] = "",
    find: Annotated[str, Form()] = "",
    reason: Annotated[str, Form()] = "",
    nl: Annotated[str, Form()] = "",
    en: Annotated[str, Form()] = "",
    fr: Annotated[str, Form()] = "",
    sure: Annotated[str, Form()] = "",
) -> Response:
    """Switch something off."""
    form = SwitchForm(target, find[:200], reason, {"nl": nl, "en": en, "fr": fr})

    def again(problem: str) -> HTMLResponse:
        return _page(request, staff, state, database, form, problem)

    kind, _, named = target.partition(":")
    if kind not in list(SwitchKind) or not _is_target(library_of(state), SwitchKind(kind), named):
        return again("choose")
    if kind == SwitchKind.BOT:
        _must_be_administrator(staff)
        if not sure:
            return again("not_sure")
    try:
        Switches(database).set(staff.actor, SwitchKind(kind), named, reason, form.message)
    except SwitchError as error:
        return again(error.problem)
    state.switching.forget()
    return go(_PATH, "switched_off")


@router.post(_PATH + "/{switch_id}/lift")
def lift(
    request: Request,
    staff: Editor,
    state: StateOf,
    database: DatabaseOf,
    switch_id: int,
    reason: Annotated[str, Form()] = "",
) -> Response:
    """Switch something on again."""
    switch = Switches(database).get(switch_id)
    if switch is not None and switch.kind == SwitchKind.BOT:
        _must_be_administrator(staff)
    try:
        Switches(database).lift(staff.actor, switch_id, reason)
    except SwitchError as error:
        return _page(
            request, staff, state, database, SwitchForm(), error.problem, lifting=switch_id
        )
    state.switching.forget()
    return go(_PATH, "switched_on")


def _page(
    request: Request,
    staff: Staff,
    state: State,
    database: Database,
    form: SwitchForm,
    problem: str | None = None,
    lifting: int | None = None,
) -> HTMLResponse:
    library, reader = library_of(state), staff.console_language
    listed = Switches(database).listed()
    off = {f"{one.switch.kind}:{one.switch.target}" for one in listed}
    return page(
        request, "switches.html", staff, 422 if problem else 200,
        listed=listed, form=form, problem=problem, lifting=lifting, off=off,
        named=lambda switch: _target(
            library, reader, SwitchKind(switch.kind), str(switch.target), off
        ),
        found=_found(library, reader, form, off), languages_given=LANGUAGES,
        longest_reason=LONGEST_REASON, longest_message=LONGEST_MESSAGE,
        administrator=staff.role.reaches(Role.ADMINISTRATOR),
    )  # fmt: skip


def _found(library: Library, reader: str, form: SwitchForm, off: set[str]) -> list[Target]:
    """What can be chosen: what was chosen before, and what was found, each with its topic."""
    chosen, _, named = form.target.partition(":")
    values: list[tuple[SwitchKind, str]] = []
    if chosen in (SwitchKind.CARD, SwitchKind.TOPIC):
        topic = library.cards[named].topic if named in library.cards else None
        values += [(SwitchKind.TOPIC, topic)] if topic else []
        values.append((SwitchKind(chosen), named))
    for one in find_cards(library, form.find, reader, limit=_FOUND):
        values.append((SwitchKind.TOPIC, library.cards[one.id].topic))
        values.append((SwitchKind.CARD, one.id))
    order = list(dict.fromkeys(values))
    by_topic: dict[str, list[tuple[SwitchKind, str]]] = {}
    for kind, value in order:
        topic = library.cards[value].topic if value in library.cards else value
        by_topic.setdefault(topic, []).append((kind, value))
    return [
        _target(library, reader, kind, value, off)
        for group in by_topic.values()
        for kind, value in group
        if _is_target(library, kind, value)
    ]


def _target(library: Library, reader: str, kind: SwitchKind, named: str, off: set[str]) -> Target:
    value = f"{kind.value}:{named}"
    order = [reader, "en", "nl"]
    if named in library.official and kind is SwitchKind.CARD:
        passage = library.official[named]
        return Target(value, official_title(passage), passage.language, off=value in off)
    card = library.cards.get(named) or library.passages.get(named)
    if kind is SwitchKind.TOPIC and named in library.topics:
        cards = library.topics[named]
        text = cards[0].best_text(order)
        return Target(value, text.title, text.language, cards=len(cards), off=value in off)
    if card is None:  # it is no longer in the library
        return Target(value, named, None, off=value in off)
    shown = card.best_text(order)
    place = library.places.get(getattr(card, "place", None) or card.level).name(reader)  # type: ignore[union-attr]
    return Target(value, shown.title, shown.language, place, off=value in off)


def _is_target(library: Library, kind: SwitchKind, named: str) -> bool:
    if kind is SwitchKind.BOT:
        return named == ""
    if kind is SwitchKind.TOPIC:
        return named in library.topics
    return named in library.cards or named in library.passages or named in library.official


def _must_be_administrator(staff: Staff) -> None:
    if not staff.role.reaches(Role.ADMINISTRATOR):
        raise ConsoleError(403, "forbidden", role=Role.ADMINISTRATOR.value)

"""What stands in the form of a proposal at first: the card's words, and the newcomer's question."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from sqlalchemy import select

from api.console.button_words import is_button
from api.store.database import Database
from api.store.looking import Looking
from api.store.tables import Exchange, GroupMember
from knowledge.cards import Card
from knowledge.errors import WegwijsError
from knowledge.facts import Fact
from knowledge.library import Library
from knowledge.proposals.owners import find_owner
from knowledge.proposals.splice import part_text
from knowledge.text import ANSWER, PARTS, placeholders

_MOST_QUESTIONS = 5


@dataclass(frozen=True)
class Origin:
    """What a proposal came from.

    Attributes:
        exchange: The exchange, when it is still there.
        group: Number of a group of unanswered questions.
        questions: Words of newcomers, redacted, each with its language.
    """

    exchange: Exchange | None = None
    group: int | None = None
    questions: tuple[tuple[str, str], ...] = ()

    def question_in(self, language: str) -> str:
        """The first question in a language, or in any."""
        return next(
            iter(self.questions_in(language)), self.questions[0][0] if self.questions else ""
        )

    def questions_in(self, language: str) -> list[str]:
        """The first few questions in a language."""
        return [words for words, code in self.questions if code == language][:_MOST_QUESTIONS]


@dataclass(frozen=True)
class FactShown:
    """A fact of a card or of one of its local layers.

    Attributes:
        name: Its name.
        layer: Place of the layer; empty for the card itself.
        fact: The fact.
        checked_on: When its source was looked at.
    """

    name: str
    layer: str
    fact: Fact
    checked_on: date | None


def origin(database: Database, exchange_id: str, group: str) -> Origin:
    """What a proposal comes from, as an address or a form names it."""
    exchange = Looking(database).get(exchange_id[:32]) if exchange_id else None
    number = int(group) if group.isascii() and group.isdigit() and len(group) < 10 else None
    asked = [exchange] if exchange is not None else []
    if number is not None:
        with database.reading() as session:
            asked += session.scalars(
                select(Exchange)
                .join(GroupMember, GroupMember.exchange_id == Exchange.id)
                .where(GroupMember.group_id == number)
                .order_by(Exchange.created_at.desc())
            )
    questions = [(one.text, one.language) for one in asked if not is_button(one.text)]
    return Origin(exchange, number, tuple(dict.fromkeys(questions)))


def first_values(
    given: Mapping[str, str], library: Library, folder: Path, reader: str, came: Origin, today: date
) -> dict[str, str]:
    """The fields of a form that nobody filled in yet.

    Args:
        given: What the address names, such as `kind`, `card`, `language`.
        library: The library in use.
        folder: Its folder.
        reader: Language of who fills it in.
        came: What the proposal comes from.
        today: The day.

    Returns:
        The fields.
    """
    values = dict(given)
    kind, card = values.get("kind"), library.cards.get(values.get("card", ""))
    asked = came.questions[0][1] if came.questions else reader
    if kind == "new_card":
        values.setdefault("language", reader)
        place = came.exchange.place if came.exchange is not None else None
        chain = library.places.chain(place) if place else ()
        values.setdefault("place", next((one for one in chain if one in _card_places(library)), ""))
        lines = came.questions_in(values["language"])
        values.setdefault("questions", "\n".join(lines))
        values.setdefault("checked_on", today.isoformat())
        return values
    if card is None:
        return values
    if values.get("language") not in card.texts:
        values["language"] = next(
            code for code in (asked, reader, card.original) if code in card.texts
        )
    if kind == "word_part":
        if values.get("layer") not in layers_of(library, card):
            values["layer"] = ""
        if values.get("part") not in (ANSWER, *PARTS):
            values["part"] = _part_shown(came) or ANSWER
        values["text"] = part_on_disk(folder, card.id, values["layer"], values["language"],
                                      values["part"])  # fmt: skip
    elif kind in ("add_question", "move_question"):
        values.setdefault("question", came.question_in(values["language"]))
    elif kind == "set_fact":
        chosen = (values.get("fact"), values.get("layer", ""))
        for one in facts_of(library, card):
            if (one.name, one.layer) == chosen:
                fact = one.fact
                values |= {
                    "value": str(fact.value), "unit": fact.unit or "", "source": fact.source,
                    "valid_from": str(fact.valid_from or ""),
                    "valid_until": str(fact.valid_until or ""), "checked_on": today.isoformat(),
                }  # fmt: skip
    return values


def part_on_disk(folder: Path, card: str, layer: str, language: str, part: str) -> str:
    """The words of a part as the file holds them; empty when there are none."""
    try:
        owner = find_owner(folder, card, layer or None)
        file = owner.text_file(language)
        return part_text(owner.read(file), file, part) or ""
    except WegwijsError:
        return ""  # the layer has no text in this language


def layers_of(library: Library, card: Card) -> list[str]:
    """Places that say something of a card in their own way."""
    return sorted(place for owner, place in library.layers if owner == card.id)


def facts_of(library: Library, card: Card) -> list[FactShown]:
    """The facts of a card and of its local layers."""
    days = {source.id: source.checked_on for source in card.sources}
    found = [FactShown(name, "", fact, days.get(fact.source)) for name, fact in card.facts.items()]
    for place in layers_of(library, card):
        layer = library.layers[card.id, place]
        own = {**days, **{source.id: source.checked_on for source in layer.sources}}
        found += [
            FactShown(name, place, fact, own.get(fact.source)) for name, fact in layer.facts.items()
        ]
    return found


def facts_in(
    library: Library, card: Card, values: Mapping[str, str], folder: Path
) -> dict[str, Fact]:
    """The facts that the part in a form may name, those of its original first."""
    layer = library.layers.get((card.id, values.get("layer", "")))
    facts = {**card.facts, **(layer.facts if layer else {})}
    language = layer.original if layer else card.original
    original = part_on_disk(folder, card.id, values.get("layer", ""), language,
                            values.get("part", ""))  # fmt: skip
    used = placeholders(original + values.get("text", ""))
    return {name: fact for name, fact in facts.items() if name in used}


def _card_places(library: Library) -> set[str]:
    return {card.place for card in library.cards.values()}


def _part_shown(came: Origin) -> str | None:
    """The part of the card that the exchange showed."""
    shown = came.exchange.reply.get("card") if came.exchange is not None else None
    part = (shown or {}).get("part")
    return part if part in PARTS else None

"""The whole knowledge library in memory."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

from pydantic import RootModel

from knowledge.cards import Card, load_cards
from knowledge.emergency import EmergencyContacts
from knowledge.errors import LibraryError, Problem
from knowledge.languages import Languages
from knowledge.layers import LAYER_FILE, Layer, load_layers
from knowledge.official.passage import OfficialPassage
from knowledge.official.store import load_official
from knowledge.places import Places
from knowledge.plans import Passage, PlanDocument, load_plans
from knowledge.situations import SituationWords
from knowledge.text import Words
from knowledge.yaml_files import line_in, load_yaml


class Glossary(RootModel[dict[str, dict[str, Words]]]):
    """Local names, each with the words that explain it, by language."""


@dataclass(frozen=True)
class Library:
    """Everything that people read, checked and in memory.

    Attributes:
        cards: By id.
        layers: What smaller places say in their own way, by card and place.
        documents: Plan documents by id.
        passages: Plan passages by id.
        official: Passages of the official texts that the installation added, by id.
    """

    folder: Path
    languages: Languages
    places: Places
    glossary: dict[str, dict[str, str]]
    emergency: EmergencyContacts
    situations: SituationWords
    cards: dict[str, Card]
    layers: dict[tuple[str, str], Layer]
    documents: dict[str, PlanDocument]
    passages: dict[str, Passage]
    official: dict[str, OfficialPassage] = field(default_factory=dict)

    @classmethod
    def load(cls, folder: Path, data_dir: Path | None = None) -> Library:
        """Read the library.

        Args:
            folder: The folder that holds `languages.yml`, `places.yml`, `topics/` and `plans/`.
            data_dir: The installation's data folder, for the official texts that it added; None
                to do without them.

        Returns:
            The library.

        Raises:
            LibraryError: With every problem found in cards and plans, each with file and line.
            OfficialTextError: A text that was added is damaged.
        """
        languages = Languages.load(folder / "languages.yml")
        places = Places.load(folder / "places.yml")
        glossary = load_yaml(Glossary, folder / "glossary.yml").root
        emergency = EmergencyContacts.load(folder / "emergency.yml")
        situations = SituationWords.load(folder / "situations.yml")
        problems: list[Problem] = []
        cards: list[Card] = []
        layers: dict[tuple[str, str], Layer] = {}
        documents: dict[str, PlanDocument] = {}
        passages: list[Passage] = []
        try:
            cards = load_cards(folder / "topics", languages.codes)
            by_id = {card.id: card for card in cards}
            layers = load_layers(folder / "topics", languages.codes, by_id)
        except LibraryError as error:
            problems += error.problems
        try:
            documents, passages = load_plans(folder / "plans", languages.codes)
        except LibraryError as error:
            problems += error.problems
        problems += _unknown_places(folder, places, emergency, cards, documents, passages)
        problems += _layers_elsewhere(layers.values(), places, cards)
        if not cards and not problems:
            problems.append(Problem(folder / "topics", 0, "there is no card in this folder."))
        if problems:
            raise LibraryError(problems)
        return cls(
            folder=folder,
            languages=languages,
            places=places,
            glossary=glossary,
            emergency=emergency,
            situations=situations,
            cards={card.id: card for card in cards},
            layers=layers,
            documents=documents,
            passages={passage.id: passage for passage in passages},
            official=_official_texts(data_dir, documents) if data_dir else {},
        )

    @cached_property
    def topics(self) -> dict[str, list[Card]]:
        """The cards of each topic."""
        topics: dict[str, list[Card]] = {}
        for card in self.cards.values():
            topics.setdefault(card.topic, []).append(card)
        return topics

    @cached_property
    def public_numbers(self) -> frozenset[str]:
        """Telephone numbers of those who help in danger, which everybody may see."""
        helpers = [
            contact
            for kinds in self.emergency.contacts.values()
            for contacts in kinds.values()
            for contact in contacts
        ]
        return frozenset(self.emergency.emergency.values()) | {one.phone for one in helpers}

    def card_in(self, card: Card, place: str | None) -> Card:
        """A card as it reads in a place: with the layers of that place and of those around it.

        Args:
            card: The card.
            place: Where the person lives; None when unknown.

        Returns:
            The card; unchanged when no place on the way says anything of its own.
        """
        if place is None or not self.layers:
            return card
        shown = card
        # From the largest place to the smallest, so that the smallest has the last word.
        for smaller in reversed(self.places.chain(place)):
            layer = self.layers.get((card.id, smaller))
            if layer is not None:
                shown = layer.over(shown)
        return shown

    @cached_property
    def fingerprint(self) -> str:
        """A hash of all that people read, official texts included: it changes when that does."""
        digest = hashlib.sha256()
        for file in sorted(self.folder.rglob("*")):
            if file.suffix in (".yml", ".md") and file.is_file():
                digest.update(file.relative_to(self.folder).as_posix().encode())
                digest.update(hashlib.sha256(file.read_bytes()).digest())
        for passage in self.official.values():
            digest.update(passage.model_dump_json().encode())
        return digest.hexdigest()[:16]


def _unknown_places(
    folder: Path,
    places: Places,
    emergency: EmergencyContacts,
    cards: Iterable[Card],
    documents: dict[str, PlanDocument],
    passages: Iterable[Passage],
) -> list[Problem]:
    """A problem for everything that is said to hold in a place that is not in places.yml."""
    plans, contacts = folder / "plans", folder / "emergency.yml"
    named: list[tuple[str, Path, tuple[str, ...]]] = [
        *((card.place, card.folder / "card.yml", ("place",)) for card in cards),
        *(
            (plan.level, plans / plan.id / "document.yml", ("level",))
            for plan in documents.values()
        ),
        *(
            (one.level, plans.joinpath(*one.id.split("."), "passage.yml"), ("level",))
            for one in passages
        ),
        *((place, contacts, ("emergency", place)) for place in emergency.emergency),
        *((place, contacts, ("contacts", place)) for place in emergency.contacts),
    ]
    return [
        Problem(file, line_in(file, *path), f"{path[0]}: {place!r} is not in places.yml.")
        for place, file, path in named
        if place not in places
    ]


def _layers_elsewhere(
    layers: Iterable[Layer], places: Places, cards: Iterable[Card]
) -> list[Problem]:
    """A problem for every layer whose place is unknown, or not inside its card's place."""
    by_id = {card.id: card for card in cards}
    problems = []
    for layer in layers:
        file, wide = layer.folder / LAYER_FILE, by_id[layer.overrides].place
        line = line_in(file, "place")
        if layer.place not in places:
            problems.append(Problem(file, line, f"place: {layer.place!r} is not in places.yml."))
        elif wide in places and wide not in places.chain(layer.place)[1:]:
            message = f"place: {layer.place!r} does not lie in {wide!r}, the place of the card."
            problems.append(Problem(file, line, message))
    return problems


def _official_texts(
    data_dir: Path, documents: dict[str, PlanDocument]
) -> dict[str, OfficialPassage]:
    """The official texts of the documents that the library knows: it says what they are."""
    return {
        passage.id: passage
        for passage in load_official(data_dir).values()
        if passage.document in documents
    }

"""The whole knowledge library in memory."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TypeVar

from pydantic import RootModel

from knowledge.cards import Card, load_cards
from knowledge.emergency import EmergencyContacts
from knowledge.errors import LibraryError, Problem
from knowledge.languages import Languages
from knowledge.places import Places
from knowledge.plans import Passage, PlanDocument, load_plans
from knowledge.situations import SituationWords
from knowledge.yaml_files import load_yaml

Loaded = TypeVar("Loaded")


class Glossary(RootModel[dict[str, dict[str, str]]]):
    """Local names, each with the words that explain it, by language."""


@dataclass(frozen=True)
class Library:
    """Everything that people read, checked and in memory.

    Attributes:
        cards: By id.
        documents: Plan documents by id.
        passages: Plan passages by id.
    """

    folder: Path
    languages: Languages
    places: Places
    glossary: dict[str, dict[str, str]]
    emergency: EmergencyContacts
    situations: SituationWords
    cards: dict[str, Card]
    documents: dict[str, PlanDocument]
    passages: dict[str, Passage]

    @classmethod
    def load(cls, folder: Path) -> Library:
        """Read the library.

        Args:
            folder: The folder that holds `languages.yml`, `places.yml`, `topics/` and `plans/`.

        Returns:
            The library.

        Raises:
            LibraryError: With every problem found in cards and plans, each with file and line.
        """
        languages = Languages.load(folder / "languages.yml")
        places = Places.load(folder / "places.yml")
        glossary = load_yaml(Glossary, folder / "glossary.yml").root
        emergency = EmergencyContacts.load(folder / "emergency.yml")
        situations = SituationWords.load(folder / "situations.yml")
        problems: list[Problem] = []
        cards: list[Card] = []
        documents: dict[str, PlanDocument] = {}
        passages: list[Passage] = []
        try:
            cards = load_cards(folder / "topics", languages.codes)
        except LibraryError as error:
            problems += error.problems
        try:
            documents, passages = load_plans(folder / "plans", languages.codes)
        except LibraryError as error:
            problems += error.problems
        for card in cards:
            if card.place not in places:
                file = card.folder / "card.yml"
                problems.append(Problem(file, 0, f"place: {card.place!r} is not in places.yml."))
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
            documents=documents,
            passages={passage.id: passage for passage in passages},
        )

    @cached_property
    def topics(self) -> dict[str, list[Card]]:
        """The cards of each topic."""
        topics: dict[str, list[Card]] = {}
        for card in self.cards.values():
            topics.setdefault(card.topic, []).append(card)
        return topics

    @cached_property
    def fingerprint(self) -> str:
        """A hash of every library file: it changes when anything that people read changes."""
        digest = hashlib.sha256()
        for file in sorted(self.folder.rglob("*")):
            if file.suffix in (".yml", ".md") and file.is_file():
                digest.update(file.relative_to(self.folder).as_posix().encode())
                digest.update(hashlib.sha256(file.read_bytes()).digest())
        return digest.hexdigest()[:16]

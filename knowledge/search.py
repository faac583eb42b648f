"""From a question to ranked answers, each with the text that matched, and a confidence."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from knowledge.cards import Card, Situation
from knowledge.encoder import Encoder, Vectors
from knowledge.index import Index
from knowledge.library import Library
from knowledge.text import normalise
from knowledge.units import Kind, Unit

_CANDIDATES = 400
"""Units that each of the two indexes may nominate."""


@dataclass(frozen=True)
class Weights:
    """How the evidence is fused: score = cosine + lexical part + bonuses.

    Chosen on the calibration questions; `docs/measurements.md` has the figures.
    """

    lexical: float = 0.15
    same_language: float = 0.02
    passage: float = -0.02


@dataclass(frozen=True)
class Evidence:
    """The text that matched best."""

    text: str
    language: str
    part: str


@dataclass(frozen=True)
class Hit:
    """One answer.

    Attributes:
        kind: Card or plan passage.
        group: A card's topic, or the passage's id: what competes as one answer.
        targets: Cards of the topic that hold in the person's place, or all of them while the
            place is unknown; or the passage.
        elsewhere: Whether nothing of it holds in the person's place.
        score: Fused score.
        cosine: Best cosine of its texts.
        lexical: Best lexical score of its texts.
        evidence: The text with the best fused score.
    """

    kind: Kind
    group: str
    targets: tuple[str, ...]
    elsewhere: bool
    score: float
    cosine: float
    lexical: float
    evidence: Evidence


@dataclass(frozen=True)
class SearchResult:
    """What a search found.

    Attributes:
        hits: Best first; those that hold in the person's place before the others.
        confidence: Probability that the first hit answers the question; 0 without hits.
        features: What the confidence was computed from.
    """

    hits: tuple[Hit, ...]
    confidence: float
    features: tuple[float, ...] = ()


class Search:
    """Searches one index over one library.

    Args:
        library: The library that the index was built from.
        index: The index.
        encoder: The encoder that the index was built with.
        weights: How the evidence is fused.
    """

    def __init__(
        self, library: Library, index: Index, encoder: Encoder, weights: Weights | None = None
    ) -> None:
        self.library = library
        self.index = index
        self.encoder = encoder
        self._weights = weights or Weights()

    def search(
        self,
        question: str,
        language: str,
        place: str | None = None,
        vector: Vectors | None = None,
        limit: int = 5,
    ) -> SearchResult:
        """Find the answers nearest to a question.

        Args:
            question: What the person wrote.
            language: Its language.
            place: Where the person lives: only what holds there can be the answer.
            vector: The question's vector, when it is known already.
            limit: How many hits to return.

        Returns:
            Hits, the confidence in the first, and its features.
        """
        question = normalise(question)
        if not question:
            return SearchResult((), 0.0)
        query = self.encoder.encode_query(question) if vector is None else vector
        hits = self._ranked(query, self.index.lexical.scores(question), language, place)
        here = [hit for hit in hits if not hit.elsewhere]
        features = self._features(here or hits, query, language)
        confidence = self.index.calibration.confidence(features) if features else 0.0
        ordered = [*here, *(hit for hit in hits if hit.elsewhere)]
        return SearchResult(tuple(ordered[:limit]), confidence, features)

    def _ranked(
        self,
        query: Vectors,
        lexical: NDArray[np.float32],
        language: str,
        place: str | None,
    ) -> list[Hit]:
        """Every candidate answer, best fused score first: an answer counts by its best text."""
        numbers, cosines = self.index.nearest(query, _CANDIDATES)
        cosine_of = dict(zip(numbers.tolist(), cosines.tolist(), strict=True))
        count = min(_CANDIDATES, len(lexical))
        for number in np.argpartition(-lexical, count - 1)[:count].tolist():
            if lexical[number] > 0 and number not in cosine_of:
                cosine_of[number] = self.index.cosine(query, number)
        chain = self.library.places.chain(place) if place else []
        found: dict[tuple[str, bool], list[tuple[float, float, float, Unit]]] = {}
        for number, cosine in cosine_of.items():
            unit = self.index.units[number]
            score = self._fused(unit, cosine, float(lexical[number]), language)
            elsewhere = bool(place) and not self._holds(unit, chain)
            key = (unit.group, elsewhere)
            found.setdefault(key, []).append((score, cosine, float(lexical[number]), unit))
        # What holds in the person's place hides the same topic's cards for other places.
        hits = [
            self._hit(entries, elsewhere, chain)
            for (group, elsewhere), entries in found.items()
            if not (elsewhere and (group, False) in found)
        ]
        return sorted(hits, key=lambda hit: -hit.score)

    def _fused(self, unit: Unit, cosine: float, lexical: float, language: str) -> float:
        weights = self._weights
        score = cosine + weights.lexical * lexical
        if unit.language == language:
            score += weights.same_language
        if unit.kind == "passage":
            score += weights.passage
        return score

    def _holds(self, unit: Unit, chain: list[str]) -> bool:
        """Whether a text holds in a place: a card there or in what contains it. A plan of the
        Union or of the country tells about the place too."""
        return unit.place in chain

    def _hit(
        self, entries: list[tuple[float, float, float, Unit]], elsewhere: bool, chain: list[str]
    ) -> Hit:
        best = max(entries, key=lambda entry: entry[0])
        unit = best[3]
        if unit.kind == "passage":
            targets: tuple[str, ...] = (unit.target,)
        else:
            cards = self.library.topics[unit.group]
            targets = tuple(
                card.id for card in cards if not chain or elsewhere or card.place in chain
            )
        return Hit(
            kind=unit.kind,
            group=unit.group,
            targets=targets,
            elsewhere=elsewhere,
            score=best[0],
            cosine=max(entry[1] for entry in entries),
            lexical=max(entry[2] for entry in entries),
            evidence=Evidence(unit.text, unit.language, unit.part),
        )

    def _features(self, hits: list[Hit], query: Vectors, language: str) -> tuple[float, ...]:
        """The features of the first hit, in the order of `confidence.FEATURES`."""
        if not hits:
            return ()
        first, others = hits[0], hits[1:]
        mean = float(np.mean([hit.score for hit in others])) if others else first.score
        contrast = float(np.max(self.index.contrast @ query)) if len(self.index.contrast) else 0.0
        return (
            first.cosine,
            first.lexical,
            first.score - mean,
            first.cosine - contrast,
            first.score - others[0].score if others else 0.0,
            float(first.evidence.language == language),
            float(first.kind == "passage"),
        )


def cards_for(
    library: Library, topic: str, place: str | None, situation: Situation | None
) -> list[Card]:
    """The cards of a topic that answer a person.

    Args:
        library: The library.
        topic: The topic.
        place: Where the person lives; None when unknown.
        situation: The person's situation; None when unknown.

    Returns:
        With a known place: the cards of the smallest place that has any for the person; those for
        the person's situation before those for everybody. More than one card means that something
        must be asked. Empty when the topic has nothing for the place.
    """
    cards = library.topics.get(topic, [])
    if place is None:
        return _for_situation(cards, situation)
    for candidate in library.places.chain(place):
        here = [card for card in cards if card.place == candidate]
        if found := _for_situation(here, situation):
            return found
    return []


def _for_situation(cards: list[Card], situation: Situation | None) -> list[Card]:
    """The cards that are meant for a situation, else those for everybody."""
    if situation is None:
        return cards
    meant = [card for card in cards if situation in card.situations]
    return meant or [card for card in cards if not card.situations]

"""From a question to ranked answers, each with the text that matched, and a confidence."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from knowledge.cards import Card, Situation
from knowledge.encoder import Encoder, Vectors
from knowledge.index import Index
from knowledge.library import Library
from knowledge.ranker import EVIDENCE, Rows, features
from knowledge.text import normalise
from knowledge.units import Kind

_NOMINATED = 300
"""Units that each of the two indexes may nominate."""

_CANDIDATES = 15
"""Answers that are looked at closely."""

_OFFICIAL = 3
"""Passages of official texts among them: a long text must not crowd out what we wrote."""

_ELSEWHERE = 0.5
"""An answer for another place leads only when it is more than twice as likely as any for here."""

_LEXICAL_WEIGHT = 0.3
"""What a lexical score counts beside a cosine when units are compared with each other."""

_REMEMBERED = 256
"""Searches that are kept, since the same question often comes twice in a row."""

_SUPPORT = 3
"""Texts that must match together before they support an answer fully."""

_SAME_LANGUAGE = 0.05
"""Among texts that match alike, the one in the person's language is shown as the evidence."""


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
        kind: Card, plan passage in our words, or passage of an official text.
        group: A card's topic, or the passage's id: what competes as one answer.
        targets: Cards of the topic that hold in the person's place, or all of them while the
            place is unknown; or the passage.
        elsewhere: Whether nothing of it holds in the person's place.
        score: Probability that it answers the question.
        cosine: Best cosine of its texts with the question; of those that hold in the person's
            place, if any do.
        lexical: Best lexical score of the same texts.
        evidence: The text that matched best.
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
        hits: Most likely first; those that do not hold in the person's place are marked
            `elsewhere` and stand where half their score puts them.
        confidence: Probability that the first hit answers the question; 0 when nothing is found.
    """

    hits: tuple[Hit, ...]
    confidence: float


@dataclass(frozen=True)
class Candidate:
    """An answer that is looked at closely.

    Attributes:
        group: As in `Hit`.
        elsewhere: As in `Hit`.
        evidence: Its evidence, in the order of `ranker.EVIDENCE`.
        best: Number of the unit that matched best.
        cosine: Its best cosine.
    """

    group: str
    elsewhere: bool
    evidence: tuple[float, ...]
    best: int
    cosine: float


class Search:
    """Searches one index over one library.

    Args:
        library: The library that the index was built from.
        index: The index.
        encoder: The encoder that the index was built with.
    """

    def __init__(self, library: Library, index: Index, encoder: Encoder) -> None:
        self.library = library
        self.index = index
        self.encoder = encoder
        # A message is searched to weigh its intent, and again to answer it.
        self._recent: dict[tuple[str, str, str | None], tuple[list[Candidate], Rows]] = {}

    def search(
        self,
        question: str,
        language: str,
        place: str | None = None,
        vector: Vectors | None = None,
        limit: int = 5,
    ) -> SearchResult:
        """Find the answers to a question.

        Args:
            question: What the person wrote.
            language: Its language.
            place: Where the person lives: only what holds there can be the answer.
            vector: The question's vector, when it is known already.
            limit: How many hits to return.

        Returns:
            Hits, and the confidence in the first.
        """
        candidates, rows = self.candidates(question, language, place, vector)
        if not candidates:
            return SearchResult((), 0.0)
        scores = self.index.ranker.probabilities(rows)
        weights = [_ELSEWHERE if candidate.elsewhere else 1.0 for candidate in candidates]
        order = np.argsort(-scores * weights, kind="stable")
        hits = tuple(self._hit(candidates[i], float(scores[i]), place) for i in order[:limit])
        return SearchResult(hits, float(scores[order[0]]))

    def candidates(
        self, question: str, language: str, place: str | None, vector: Vectors | None
    ) -> tuple[list[Candidate], Rows]:
        """The answers that are looked at closely, and their features.

        Args:
            question: What the person wrote.
            language: Its language.
            place: Where the person lives, when known.
            vector: The question's vector, when it is known already.

        Returns:
            Candidates, and their features for the ranker, shape (n, ranker.FEATURES).
        """
        question = normalise(question)
        if not question:
            return [], np.zeros((0, 0))
        key = (question, language, place)
        if key not in self._recent:
            if len(self._recent) >= _REMEMBERED:
                self._recent.clear()
            self._recent[key] = self._looked_at(question, language, place, vector)
        return self._recent[key]

    def _looked_at(
        self, question: str, language: str, place: str | None, vector: Vectors | None
    ) -> tuple[list[Candidate], Rows]:
        """What `candidates` returns, worked out."""
        plain = self.encoder.encode_query(question) if vector is None else vector
        query = self.index.centres.centred_question(plain, language)
        lexical = self.index.lexical.scores(question)
        chain = self.library.places.chain(place) if place else []
        candidates = [
            self._candidate(group, query, lexical, chain, language)
            for group in self._nominated(query, lexical)
        ]
        rows = features(
            np.array([candidate.evidence for candidate in candidates]),
            [candidate.group not in self.library.topics for candidate in candidates],
            self.index.contrast @ query,
        )
        return candidates, rows

    def _nominated(self, query: Vectors, lexical: NDArray[np.float32]) -> list[str]:
        """The groups of the nearest units, best first."""
        numbers, cosines = self.index.nearest(query, _NOMINATED)
        scores = dict(zip(numbers.tolist(), cosines.tolist(), strict=True))
        count = min(_NOMINATED, len(lexical))
        by_words = np.argpartition(-lexical, count - 1)[:count]
        more = np.array([n for n in by_words if lexical[n] > 0 and n not in scores], dtype=int)
        scores |= dict(zip(more.tolist(), self.index.cosines(query, more).tolist(), strict=True))
        groups: dict[str, float] = {}
        for number, cosine in scores.items():
            score = cosine + _LEXICAL_WEIGHT * float(lexical[number])
            group = self.index.units[number].group
            groups[group] = max(score, groups.get(group, score))
        best = sorted(groups, key=lambda group: -groups[group])
        official = [group for group in best if group in self.library.official]
        left_out = set(official[_OFFICIAL:])
        return [group for group in best if group not in left_out][:_CANDIDATES]

    def _candidate(
        self,
        group: str,
        query: Vectors,
        lexical: NDArray[np.float32],
        chain: list[str],
        language: str,
    ) -> Candidate:
        """The evidence for a group: of its texts that hold in the person's place, if any do."""
        numbers = self.index.numbers_of(group)
        units = [self.index.units[number] for number in numbers]
        here = [i for i, unit in enumerate(units) if unit.place in chain] if chain else []
        elsewhere = bool(chain) and not here
        kept = here or list(range(len(units)))
        cosines = self.index.cosines(query, numbers[kept])
        words = lexical[numbers[kept]]
        parts = np.array([units[i].part for i in kept])
        asked, titled = parts == "question", parts == "title"
        own = np.array([units[i].language == language for i in kept])
        best = int(np.argmax(cosines + _LEXICAL_WEIGHT * words + _SAME_LANGUAGE * own))

        def highest(which: NDArray[np.bool_]) -> float:
            return float(cosines[which].max()) if which.any() else float(cosines.min())

        evidence = (
            highest(asked),
            highest(titled),
            highest(~(asked | titled)),
            float(words.max()),
            highest(own),
            float(words[own].max()) if own.any() else 0.0,
            float(np.sort(cosines)[-_SUPPORT:].mean()),
        )
        assert len(evidence) == len(EVIDENCE)
        return Candidate(group, elsewhere, evidence, int(numbers[kept[best]]), float(cosines.max()))

    def _hit(self, candidate: Candidate, score: float, place: str | None) -> Hit:
        unit = self.index.units[candidate.best]
        if unit.kind != "card":
            targets: tuple[str, ...] = (unit.target,)
        else:
            cards = self.library.topics[unit.group]
            chain = self.library.places.chain(place) if place else []
            targets = tuple(
                card.id for card in cards if not chain or candidate.elsewhere or card.place in chain
            )
            # The card whose text matched stands first.
            targets = tuple(sorted(targets, key=lambda target: target != unit.target))
        return Hit(
            kind=unit.kind,
            group=candidate.group,
            targets=targets,
            elsewhere=candidate.elsewhere,
            score=score,
            cosine=candidate.cosine,
            lexical=candidate.evidence[EVIDENCE.index("lexical")],
            evidence=Evidence(unit.text, unit.language, unit.part),
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

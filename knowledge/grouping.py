"""Questions of one meaning, whatever their language: which group a new question joins."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from knowledge.encoder import Vectors
from knowledge.search import Search
from knowledge.text import normalise

_ALIKE = 0.45
"""Cosine with a group's centre from which a question joins it. Chosen for groups of one meaning:
from .40 one question in forty stands among others of another meaning, here one in seventy."""

_ALIKE_WEAK = 0.53
"""The same for languages that the encoder hardly learned, where unlike questions lie nearer."""

_WEAK = frozenset({"ps", "so", "ti"})

_ALL = 15
"""Hits to look through for cards: passages of plans and official texts stand between them."""


@dataclass(frozen=True)
class Group:
    """Questions of one meaning.

    Attributes:
        id: The caller's number for it.
        centroid: Mean of the questions' vectors; shorter than one when they differ.
        count: How many questions it has.
    """

    id: int
    centroid: Vectors
    count: int

    @classmethod
    def of(cls, group_id: int, vectors: Sequence[Vectors]) -> Group:
        """The group of some questions, at least one.

        Args:
            group_id: The caller's number for it.
            vectors: The questions' vectors, from `question_vector`.
        """
        return cls(group_id, np.mean(vectors, axis=0, dtype=np.float32), len(vectors))

    @classmethod
    def from_bytes(cls, group_id: int, centroid: bytes, count: int) -> Group:
        """Read what `centroid_bytes` wrote."""
        return cls(group_id, np.frombuffer(centroid, dtype="<f4").astype(np.float32), count)

    def centroid_bytes(self) -> bytes:
        """The centroid as little-endian float32, the same on every machine."""
        return self.centroid.astype("<f4").tobytes()

    def joined_by(self, vector: Vectors) -> Group:
        """The group with one question more."""
        count = self.count + 1
        centroid = self.centroid + (vector - self.centroid) / np.float32(count)
        return Group(self.id, centroid.astype(np.float32), count)


@dataclass(frozen=True)
class NearCard:
    """A card that comes near a question.

    Attributes:
        card: Id of the card.
        score: Probability that it answers the question.
        elsewhere: Whether it does not hold in the person's place.
    """

    card: str
    score: float
    elsewhere: bool


def question_vector(question: str, language: str, search: Search) -> Vectors:
    """The vector by which questions are grouped: the search's own, without its language.

    Args:
        question: What the person wrote.
        language: Its language.
        search: The search, for its encoder and the languages' means.
    """
    plain = search.encoder.encode_query(normalise(question))
    return search.index.centres.centred_question(plain, language)


def assign(vector: Vectors, language: str, groups: Iterable[Group]) -> int | None:
    """The group that a question belongs to.

    Each question joins the nearest group or founds one, in the order in which they come, so a
    group keeps its number, and what was decided on it, for good.

    Args:
        vector: The question's vector, from `question_vector`.
        language: Its language.
        groups: The groups there are, made with the same encoder.

    Returns:
        Id of the nearest group that is near enough, the lowest of equals; None when the question
        founds a group.

    Raises:
        ValueError: The groups were made with another encoder.
    """
    listed = sorted(groups, key=lambda group: group.id)
    if not listed:
        return None
    if any(len(group.centroid) != len(vector) for group in listed):
        raise ValueError(
            "The groups of questions were made with another encoder: their vectors have "
            f"{len(listed[0].centroid)} numbers and the question's has {len(vector)}. Make their "
            "centroids again with Group.of."
        )
    centroids = np.stack([group.centroid for group in listed])
    lengths = np.maximum(np.linalg.norm(centroids, axis=1), 1e-9)
    cosines = centroids @ vector / lengths
    best = int(np.argmax(cosines))
    near = _ALIKE_WEAK if language in _WEAK else _ALIKE
    return listed[best].id if cosines[best] >= near else None


def most_frequent_first(groups: Iterable[Group]) -> list[Group]:
    """The groups by how many questions they have; of equals the oldest first."""
    return sorted(groups, key=lambda group: (-group.count, group.id))


def nearest_cards(
    question: str, language: str, place: str | None, search: Search, limit: int = 3
) -> list[NearCard]:
    """The cards that come nearest to a question that was not answered.

    Args:
        question: What the person wrote.
        language: Its language.
        place: Where the person lives, when known.
        search: The search.
        limit: How many at most.

    Returns:
        One card of each topic, most likely first.
    """
    hits = search.search(question, language, place, limit=_ALL).hits
    cards = [
        NearCard(hit.targets[0], hit.score, hit.elsewhere)
        for hit in hits
        if hit.kind == "card" and hit.targets
    ]
    return cards[:limit]

"""Topics that the search cannot tell apart.

Each question that a card says it answers is looked up among all other texts of its language. When
most questions of a topic are nearer to another topic than to their own, newcomers will be shown
the wrong card, however well both are written.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator
from pathlib import Path

import numpy as np

from knowledge.checks.finding import Finding, Severity
from knowledge.index import Index
from knowledge.library import Library

_LANGUAGES = ("en", "nl")
"""Every card has these; what they confuse, the others do too."""

_MOST_ELSEWHERE = 0.5
"""Share of a topic's questions that may be nearer to one other topic."""


def check(library: Library, index: Index) -> Iterator[Finding]:
    """A warning for each topic that is taken for another.

    Args:
        library: The library.
        index: An index of just this library.
    """
    for language in _LANGUAGES:
        for topic, (rival, questions, share) in sorted(_rivals(index, language).items()):
            cards = library.topics.get(topic)
            if not cards:
                continue
            message = (
                f"the search takes {share:.0%} of the {language} questions of {topic} for {rival}, "
                f"such as {questions[0]!r}. Say in the questions and titles of both what sets "
                "them apart, or make one topic of them."
            )
            file = _text_of(library, topic, language)
            yield Finding(file, 1, message, "alike", Severity.WARNING)


def _rivals(index: Index, language: str) -> dict[str, tuple[str, list[str], float]]:
    """The other topic that draws most questions of a topic, with those questions."""
    numbers = [
        number
        for number, unit in enumerate(index.units)
        if unit.language == language and unit.kind == "card"
    ]
    units = [index.units[number] for number in numbers]
    vectors = index.vectors.reconstruct_batch(np.array(numbers, dtype=np.int64))
    drawn: dict[str, Counter[str]] = defaultdict(Counter)
    asked: dict[tuple[str, str], list[str]] = defaultdict(list)
    for row, unit in enumerate(units):
        if unit.part != "question":
            continue
        cosines = vectors @ vectors[row]
        # The same words may stand in another card of the topic: they prove nothing.
        cosines[[i for i, other in enumerate(units) if other.text == unit.text]] = -1
        nearest = units[int(np.argmax(cosines))].group
        drawn[unit.group][nearest] += 1
        asked[unit.group, nearest].append(unit.text)
    rivals = {}
    for topic, counts in drawn.items():
        counts_elsewhere = Counter({other: n for other, n in counts.items() if other != topic})
        if not counts_elsewhere:
            continue
        rival, count = counts_elsewhere.most_common(1)[0]
        share = count / counts.total()
        if share > _MOST_ELSEWHERE:
            rivals[topic] = (rival, asked[topic, rival], share)
    return rivals


def _text_of(library: Library, topic: str, language: str) -> Path:
    card = library.topics[topic][0]
    return card.folder / f"{language}.md"

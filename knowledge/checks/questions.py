"""Questions: how many a text has, and which stand in two places."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from knowledge.cards import Card, CardText
from knowledge.checks.finding import Context, Finding, Written
from knowledge.places import fold
from knowledge.plans import Passage, PassageText

_FEWEST, _MOST = 4, 8


def check(context: Context) -> Iterator[Finding]:
    """Too few or too many questions, and questions that lead to two different answers."""
    owners: dict[str, list[tuple[str, Written]]] = defaultdict(list)
    for written in context.written:
        text = written.text
        if not isinstance(text, CardText | PassageText):
            continue
        group = _group(written)
        if isinstance(text, CardText) and not _FEWEST <= len(text.questions) <= _MOST:
            message = f"has {len(text.questions)} questions; write {_FEWEST} to {_MOST}."
            line = written.line_with("questions:")
            yield Finding(written.file, line, message, "number-of-questions")
        seen: set[str] = set()
        for question in text.questions:
            folded = fold(question)
            if folded in seen:
                message = f"the question {question!r} stands here twice; keep one."
                line = written.line_with(question)
                yield Finding(written.file, line, message, "double-question")
            seen.add(folded)
            owners[folded].append((group, written))
    for folded, places in owners.items():
        if len({group for group, _ in places}) > 1:
            yield from _shared(folded, places)


def _group(written: Written) -> str:
    """What competes as one answer: a card's topic, or the passage."""
    owner = written.owner
    if isinstance(owner, Card):
        return owner.topic
    return owner.id if isinstance(owner, Passage) else ""


def _shared(folded: str, places: list[tuple[str, Written]]) -> Iterator[Finding]:
    for group, written in places:
        text = written.text
        assert isinstance(text, CardText | PassageText)
        question = next(one for one in text.questions if fold(one) == folded)
        others = sorted({other for other, _ in places} - {group})
        message = (
            f"the question {question!r} stands in {', '.join(others)} too; "
            "say in it what sets this one apart."
        )
        yield Finding(written.file, written.line_with(question), message, "shared-question")

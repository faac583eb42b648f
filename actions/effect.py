"""Which questions of a question set are answered otherwise by a draft of the library."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from rasa_sdk import Tracker

from actions.answer import answer
from actions.knowledge_base import KnowledgeBase
from actions.reply import Reply, Status
from actions.turn import Turn
from knowledge.encoder import Vectors
from knowledge.evaluate import Observation, PassageRef, Question, Verdict, named
from knowledge.library import Library
from knowledge.search import Search
from knowledge.text import normalise
from knowledge.vector_cache import VectorCache

Decision = Literal["answer", "ask", "refuse"]
Mark = Literal["better", "worse", "different"]

_DECISIONS: dict[Status, Decision] = {
    Status.ANSWERED: "answer",
    Status.ANSWERED_ELSEWHERE: "answer",
    Status.NEEDS_PLACE: "ask",
    Status.NEEDS_SITUATION: "ask",
    Status.WHICH_ONE: "ask",
}
_BATCH = 32


@dataclass(frozen=True)
class Found:
    """What one version of the library makes of a question.

    Attributes:
        decision: Whether it answers, asks something back, or says that it does not know.
        status: Status of the reply.
        shown: Id of the card shown, or the passage's document and section; None when it asks or
            refuses.
        first: Topic or passage that the search puts first; None when it finds nothing.
        confidence: Confidence in it.
    """

    decision: Decision
    status: str
    shown: str | PassageRef | None
    first: str | None
    confidence: float


@dataclass(frozen=True)
class ChangedAnswer:
    """A question that a draft answers otherwise.

    Attributes:
        question: The question, with what is right.
        before: What the knowledge in use makes of it.
        after: What the draft makes of it.
        mark: Whether that is nearer to what is right; `different` when neither is.
    """

    question: Question
    before: Found
    after: Found
    mark: Mark


def effect(
    live: KnowledgeBase,
    draft: KnowledgeBase,
    questions: Sequence[Question],
    progress: Callable[[int, int], None] = lambda done, total: None,
) -> list[ChangedAnswer]:
    """Ask both versions every question and tell which answers differ.

    The search and the decision after it are those of a real turn. What the dialogue does before
    them, such as small talk and danger, does not depend on the library's texts and is left out.

    Args:
        live: The knowledge in use.
        draft: The draft.
        questions: The questions, with what is right.
        progress: Told how many of how many are asked.

    Returns:
        The questions whose decision, card or first hit changes, in their order.
    """
    # Searches of their own: what a search remembers is not made for two threads.
    sides = [_aside(live), _aside(draft)]
    cache = VectorCache(live.settings.vector_cache)
    changed = []
    for start in range(0, len(questions), _BATCH):
        batch = questions[start : start + _BATCH]
        words = [normalise(question.text) for question in batch]
        vectors = cache.encode(live.encoder, words, queries=True)
        for question, vector in zip(batch, vectors, strict=True):
            (before, was), (after, now) = (_ask(side, question, vector) for side in sides)
            if (before.decision, before.shown, before.first) != (
                after.decision,
                after.shown,
                after.first,
            ):
                changed.append(ChangedAnswer(question, before, after, _mark(was, now)))
        progress(start + len(batch), len(questions))
    return changed


def observe(reply: Reply, library: Library, milliseconds: float) -> Observation:
    """What a reply shows, in the terms of a question set."""
    shown = named(reply.card.id, library) if reply.card else None
    candidates = [named(target, library) for hit in reply.evidence for target in hit.targets]
    return Observation(reply.status.value, shown, tuple(candidates), milliseconds)


def _aside(knowledge: KnowledgeBase) -> KnowledgeBase:
    search = Search(knowledge.library, knowledge.search.index, knowledge.encoder)
    return KnowledgeBase(knowledge.library, search, knowledge.settings)


def _ask(knowledge: KnowledgeBase, question: Question, vector: Vectors) -> tuple[Found, Verdict]:
    """Search and decide as in the first turn of a conversation."""
    message: dict[str, Any] = {
        "text": question.text,
        "language": question.language,
        "metadata": {"place": question.place},
    }
    tracker = Tracker("effect", {}, message, [], False, None, {}, None)
    reply = answer(Turn(tracker, knowledge), question.text, vector).reply
    observed = observe(reply, knowledge.library, 0.0)
    found = Found(
        decision=_DECISIONS.get(reply.status, "refuse"),
        status=observed.status,
        shown=observed.shown,
        first=reply.evidence[0].group if reply.evidence else None,
        confidence=reply.confidence or 0.0,
    )
    return found, Verdict(question, observed)


def _mark(was: Verdict, now: Verdict) -> Mark:
    before, after = _worth(was), _worth(now)
    if before == after:
        return "different"
    return "better" if after > before else "worse"


def _worth(verdict: Verdict) -> int:
    """How much a reply is worth: a wrong answer is worse than none, a question back is better."""
    decision = _DECISIONS.get(Status(verdict.observation.status), "refuse")
    if verdict.right_first or verdict.right_refusal:
        return 3
    if decision == "answer":
        return 0
    if decision == "ask" and verdict.answerable and verdict.right_in_three:
        return 2
    return 1

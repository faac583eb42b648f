"""Running a question set through the whole dialogue."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence

from actions.reply import Reply
from bot.engine import Engine
from knowledge.evaluate import Observation, PassageRef, Question, Verdict
from knowledge.library import Library


async def evaluate(
    engine: Engine,
    questions: Sequence[Question],
    progress: Callable[[int], None] = lambda done: None,
) -> list[Verdict]:
    """Ask every question in a conversation of its own.

    Args:
        engine: Answers.
        questions: What is asked.
        progress: Told how many are done.

    Returns:
        A verdict for each question, in their order.
    """
    verdicts = []
    for done, question in enumerate(questions, 1):
        conversation = f"evaluation-{question.id}"
        await engine.erase(conversation)
        start = time.perf_counter()
        answer = await engine.answer(conversation, text=question.text, place=question.place)
        milliseconds = (time.perf_counter() - start) * 1000
        await engine.erase(conversation)
        observed = observe(answer.reply, engine.knowledge.library, milliseconds)
        verdicts.append(Verdict(question, observed))
        progress(done)
    return verdicts


def observe(reply: Reply, library: Library, milliseconds: float) -> Observation:
    """What a reply shows, in the terms of a question set."""
    shown = _named(reply.card.id, library) if reply.card else None
    candidates = [_named(target, library) for hit in reply.evidence for target in hit.targets]
    return Observation(reply.status.value, shown, tuple(candidates), milliseconds)


def _named(target: str, library: Library) -> str | PassageRef:
    passage = library.passages.get(target) or library.official.get(target)
    return PassageRef(document=passage.document, section=passage.section) if passage else target

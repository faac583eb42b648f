"""Running a question set through the whole dialogue."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence

from actions.effect import observe
from bot.engine import Engine
from knowledge.evaluate import Question, Verdict


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

"""A question as it stands in its conversation: corrected, or short for a follow-up."""

from __future__ import annotations

from actions.answer import answer
from actions.follow_up import PREFIX, follow_up
from actions.going_back import to_subject
from actions.meant import meant
from actions.place import tell_place
from actions.reply import Status
from actions.turn import Outcome, Turn, WegwijsAction

_FOLLOW_UP_AFTER_ALL = 0.25
"""A message that no card answers is a follow-up when it is at least this likely to be one."""

_FOLLOW_UP_ELSEWHERE = 0.1
"""The same for one that names a place, which questions do far more often."""


class AnswerAction(WegwijsAction):
    """Answers the message."""

    def name(self) -> str:
        return "action_answer"

    def respond(self, turn: Turn) -> Outcome:
        outcome = _answer_what_is_meant(turn)
        if outcome.reply.status is not Status.UNKNOWN:
            return outcome
        return _follow_up_after_all(turn) or to_subject(turn) or outcome


class CorrectAction(WegwijsAction):
    """Answers what the person meant instead of what was understood."""

    def name(self) -> str:
        return "action_correct"

    def respond(self, turn: Turn) -> Outcome:
        outcome = _answer_what_is_meant(turn)
        if outcome.reply.status is Status.UNKNOWN and outcome.slots.get("place"):
            return tell_place(turn, outcome.slots["place"])
        return outcome


def _answer_what_is_meant(turn: Turn) -> Outcome:
    words = meant(turn.text)
    if words is None:
        return answer(turn, turn.text, turn.vector)
    return answer(turn, words, None)


def _follow_up_after_all(turn: Turn) -> Outcome | None:
    """The follow-up that a message rather is, when there is an answer to follow up."""
    likeliest = turn.runner_up("ask")
    if likeliest is None or turn.last_shown is None:
        return None
    intent, confidence = likeliest
    named = turn.knowledge.library.places.find(turn.text, turn.language)
    enough = _FOLLOW_UP_ELSEWHERE if named else _FOLLOW_UP_AFTER_ALL
    if not intent.startswith(PREFIX) or confidence < enough:
        return None
    return follow_up(turn, intent.removeprefix(PREFIX))

"""A person who does not want to tell what the bot asked."""

from __future__ import annotations

from actions.answer import resume
from actions.reply import Reply, Status, say
from actions.turn import NOT_SAID, Outcome, Turn, WegwijsAction


class NotSayAction(WegwijsAction):
    """Goes on without the place or the situation, as the button "skip" does."""

    def name(self) -> str:
        return "action_not_say"

    def respond(self, turn: Turn) -> Outcome:
        pending = turn.slot("pending")
        if not pending:
            return Outcome(Reply(status=Status.SMALL_TALK, messages=(say("small_talk_ok"),)))
        asked = "situation" if turn.asked == "situation_form" else "place"
        outcome = resume(turn.with_slots(**{asked: NOT_SAID}), pending)
        return Outcome(outcome.reply, {asked: NOT_SAID, **outcome.slots}, outcome.follow_up)

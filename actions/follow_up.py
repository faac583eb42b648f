"""Follow-ups on the card that was shown last: "and what does it cost?"."""

from __future__ import annotations

from actions.answer import SURE_AGAINST_INTENT, answer, show_card
from actions.compose import show_passage
from actions.reply import Reply, Status, Suggestion, say
from actions.turn import Outcome, Turn, WegwijsAction
from knowledge.text import PARTS

_PREFIX = "follow_up_"
# A follow-up has no subject of its own; a longer message may be a question that only sounds
# like one ("and what does a dentist cost in Ghent?").
_LONGEST_FOLLOW_UP = 5


class FollowUpAction(WegwijsAction):
    """Shows one part of the card that was shown last."""

    def name(self) -> str:
        return "action_follow_up"

    def respond(self, turn: Turn) -> Outcome:
        if len(turn.text.split()) > _LONGEST_FOLLOW_UP or (turn.text and not turn.last_shown):
            fresh = answer(turn, turn.text, turn.vector)
            enough = SURE_AGAINST_INTENT if turn.last_shown else _enough(turn)
            sure = (fresh.reply.confidence or 0) >= enough
            shown = fresh.reply.card.id if fresh.reply.card else None
            if sure and (shown is None or shown != turn.last_shown):
                return fresh
        passage = turn.last_passage
        if passage is not None:
            messages, shown_passage = show_passage(turn, passage)
            return Outcome(
                Reply(status=Status.ANSWERED, messages=tuple(messages), card=shown_passage)
            )
        card = turn.knowledge.library.cards.get(turn.last_shown or "")
        if card is None:
            return Outcome(Reply(status=Status.WHICH_ONE, messages=(say("follow_up_nothing_yet"),)))
        part = turn.intent.removeprefix(_PREFIX)
        text = card.best_text(turn.reading_order)
        if part in text.parts:
            return show_card(turn, card, part)
        outcome = show_card(turn, card)
        if part not in PARTS:  # "tell me more": the whole card
            return outcome
        return Outcome(
            Reply(
                status=Status.UNKNOWN,
                messages=(say("follow_up_missing", title=text.title), say("unknown_person")),
                card=outcome.reply.card,
                suggestions=(
                    *(button for button in outcome.reply.suggestions if part not in button.payload),
                    Suggestion(payload="/person", say=say("button.person").say),
                ),
            ),
        )


def _enough(turn: Turn) -> float:
    """Before any answer there is nothing to follow up: a question's confidence will do."""
    return turn.knowledge.settings.answer_confidence

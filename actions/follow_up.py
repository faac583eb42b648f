"""Follow-ups on the card that was shown last: "and what does it cost?"."""

from __future__ import annotations

from actions.answer import SURE_AGAINST_INTENT, answer, show_card, show_passage, show_topic
from actions.reply import Reply, Status, Suggestion, say
from actions.turn import Outcome, Turn, WegwijsAction
from knowledge.text import PARTS

PREFIX = "follow_up_"
"""Begin of the intents; what follows is the part of a card, or another kind of follow-up."""

# A follow-up has no subject of its own; a longer message may be a question that only sounds
# like one ("and what does a dentist cost in Ghent?"), unless the classifier leaves no doubt.
_LONGEST_FOLLOW_UP = 5
_NO_DOUBT = 0.8


class FollowUpAction(WegwijsAction):
    """Shows one part of the card that was shown last."""

    def name(self) -> str:
        return "action_follow_up"

    def respond(self, turn: Turn) -> Outcome:
        return _question_after_all(turn) or follow_up(turn, turn.intent.removeprefix(PREFIX))


def _question_after_all(turn: Turn) -> Outcome | None:
    """The answer to a message that only sounds like a follow-up."""
    if not turn.text:
        return None
    if turn.last_shown is None:
        # There is nothing to follow up: a question's confidence will do.
        enough = turn.knowledge.settings.answer_confidence
    elif len(turn.text.split()) > _LONGEST_FOLLOW_UP and turn.intent_confidence < _NO_DOUBT:
        enough = SURE_AGAINST_INTENT
    else:
        return None
    fresh = answer(turn, turn.text, turn.vector)
    sure = (fresh.reply.confidence or 0) >= enough
    shown = fresh.reply.card.id if fresh.reply.card else None
    return fresh if sure and (shown is None or shown != turn.last_shown) else None


def follow_up(turn: Turn, part: str) -> Outcome:
    """Follow up the answer that was shown last, also for another place.

    Args:
        turn: The turn.
        part: The part that is asked; anything that is no part of a card asks for all of it.

    Returns:
        That part, or that the card does not have it.
    """
    library = turn.knowledge.library
    passage = turn.last_passage
    if passage is not None:
        return show_passage(turn, passage.id)
    card = library.cards.get(turn.last_shown or "")
    if card is None:
        return Outcome(Reply(status=Status.WHICH_ONE, messages=(say("follow_up_nothing_yet"),)))
    wanted = part if part in PARTS else None
    named = library.places.find(turn.text, turn.language) if turn.text else None
    if named is not None and named.id != turn.place:
        moved = turn.with_slots(place=named.id)
        holds = card.place in library.places.chain(named.id)
        there = show_card(moved, card, wanted) if holds else show_topic(moved, card.topic, wanted)
        return Outcome(there.reply, {"place": named.id, **there.slots}, there.follow_up)
    text = card.best_text(turn.reading_order)
    if wanted is None or wanted in text.parts:  # "tell me more": the whole card
        return show_card(turn, card, wanted)
    outcome = show_card(turn, card)
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

"""Going back to an answer that was shown before: "back to the first question"."""

from __future__ import annotations

from actions.answer import answer, show, show_topic
from actions.reply import Reply, Status, say
from actions.turn import Outcome, Turn, WegwijsAction

_SHOWN_BEFORE = 0.45
"""A question is taken for one about an answer that was shown before from this probability on: a
person rather comes back to it than asks about something that resembles it."""

_SAID_TO_BE_SHOWN = 0.05
"""The same for somebody who says that they go back."""

_CANDIDATES = 10


class GoBackAction(WegwijsAction):
    """Shows the first answer again, the one before the last, or the one about a subject."""

    def name(self) -> str:
        return "action_go_back"

    def respond(self, turn: Turn) -> Outcome:
        if turn.intent == "back_to_subject":
            return to_subject(turn) or answer(turn, turn.text, turn.vector)
        shown = turn.shown
        if not shown:
            return Outcome(Reply(status=Status.WHICH_ONE, messages=(say("follow_up_nothing_yet"),)))
        target = shown[0] if turn.intent == "back_to_first" else shown[-2:][0]
        return _again(turn, target)


def to_subject(turn: Turn) -> Outcome | None:
    """The answer that was shown before and that the message is about, if it is about one."""
    library = turn.knowledge.library
    groups = {
        library.cards[shown].topic if shown in library.cards else shown: shown
        for shown in turn.shown
    }
    result = turn.knowledge.search.search(
        turn.text, turn.language, turn.place, turn.vector, _CANDIDATES
    )
    enough = _SAID_TO_BE_SHOWN if turn.intent == "back_to_subject" else _SHOWN_BEFORE
    for hit in result.hits:
        if hit.group in groups and hit.score >= enough:
            return _again(turn, groups[hit.group])
    return None


def _again(turn: Turn, shown: str) -> Outcome:
    """Show it again, for the place that the person lives in by now."""
    library = turn.knowledge.library
    card = library.cards.get(shown)
    if card and turn.place and card.place not in library.places.chain(turn.place):
        return show_topic(turn, card.topic)
    return show(turn, shown)

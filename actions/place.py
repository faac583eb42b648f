"""Where the person lives: asked once, when the answer depends on it."""

from __future__ import annotations

from typing import Any

from rasa_sdk import FormValidationAction, Tracker
from rasa_sdk.executor import CollectingDispatcher
from rasa_sdk.types import DomainDict

from actions import knowledge_base
from actions.answer import answer, resume, show_card, show_topic
from actions.reply import Message, Reply, Say, Status, Suggestion, say
from actions.turn import NOT_SAID, Outcome, Turn, WegwijsAction
from knowledge.cards import Card

# A reply to "where do you live?" that says this much more than a place is a new question.
_NEW_QUESTION_WORDS = 4
# A place has a name of so many words; what is understood with this confidence is none.
_NAME_WORDS = 2
_UNDERSTOOD = 0.6


class AskPlaceAction(WegwijsAction):
    """Asks where the person lives; Rasa runs it when the form needs the slot."""

    def name(self) -> str:
        return "action_ask_place_form_place"

    def respond(self, turn: Turn) -> Outcome:
        again = not _just_begun(turn)
        return Outcome(
            Reply(
                status=Status.NEEDS_PLACE,
                messages=(say("ask_place_again" if again else "ask_place"),),
                suggestions=tuple(place_choices(turn)),
            ),
            follow_up="action_listen",
        )


def _just_begun(turn: Turn) -> bool:
    """Whether an action of this very turn found that the place is needed."""
    for event in reversed(turn.tracker.events):
        if event["event"] in ("user", "followup"):
            return bool(event["event"] == "followup")
    return True


def place_choices(turn: Turn) -> list[Suggestion]:
    """Buttons for the places that are offered, and for not saying it."""
    buttons = [
        Suggestion(payload=f'/tell_place{{"place": "{place.id}"}}', text=place.name(turn.language))
        for place in turn.knowledge.library.places
        if place.asked
    ]
    return [
        *buttons,
        Suggestion(payload=f'/tell_place{{"place": "{NOT_SAID}"}}', say=Say(key="button.skip")),
    ]


class ValidatePlaceForm(FormValidationAction):
    """Finds the place in what the person answers; anything else interrupts the form."""

    def name(self) -> str:
        return "validate_place_form"

    async def extract_place(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: DomainDict
    ) -> dict[str, Any]:
        """Rasa's hook: the slot's value, when the message has it."""
        turn = Turn(tracker, knowledge_base.current())
        place = _named_place(turn)
        if tracker.get_slot("requested_slot") != "place":
            return {}
        if place is None:
            return {"place": None} if _is_unknown_name(turn) else {}
        if len(turn.text.split()) > _NEW_QUESTION_WORDS and _is_question(turn):
            return {}  # the form yields, and the new question is answered with its place
        return {"place": place}


def _is_unknown_name(turn: Turn) -> bool:
    """Whether the answer is a word or two that nothing is understood of: the form asks again."""
    return (
        0 < len(turn.text.split()) <= _NAME_WORDS
        and turn.intent_confidence < _UNDERSTOOD
        and turn.intent != "ask"
        and not turn.intent.startswith("safety_")
    )


def _is_question(turn: Turn) -> bool:
    """Whether the library answers what the person wrote."""
    found = turn.knowledge.search.search(turn.text, turn.language, vector=turn.vector, limit=1)
    return found.confidence >= turn.knowledge.settings.answer_confidence


def _named_place(turn: Turn) -> str | None:
    chosen = turn.argument("place")
    places = turn.knowledge.library.places
    if chosen is not None:
        return chosen if chosen in places or chosen == NOT_SAID else None
    if turn.intent.startswith("safety_") or not turn.text:
        return None
    found = places.find(turn.text, turn.language, expected=True)
    return found.id if found else None


class TellPlaceAction(WegwijsAction):
    """The person says where they live without being asked, or corrects it."""

    def name(self) -> str:
        return "action_tell_place"

    def respond(self, turn: Turn) -> Outcome:
        place = _named_place(turn)
        if place is None:
            fresh = answer(turn, turn.text, turn.vector)
            if fresh.reply.status is not Status.UNKNOWN:
                return fresh
            return Outcome(
                Reply(
                    status=Status.NEEDS_PLACE,
                    messages=(say("ask_place_again"),),
                    suggestions=tuple(place_choices(turn)),
                )
            )
        return tell_place(turn, place)


def tell_place(turn: Turn, place: str) -> Outcome:
    """Go on with what waited for the place, or say the last answer again for it.

    Args:
        turn: The turn.
        place: Id of the place, or that it is not said.
    """
    library = turn.knowledge.library
    pending = turn.slot("pending")
    last = library.cards.get(turn.last_shown or "")
    known = None if place == NOT_SAID else place
    moved = turn.with_slots(place=place)
    if pending:
        outcome = resume(moved, pending)
    elif last is not None and known and last.place not in library.places.chain(known):
        outcome = show_topic(moved, last.topic)
    elif last is not None and known and _says_otherwise(turn, last, known):
        outcome = show_card(moved, last)
    elif known is None:
        outcome = Outcome(Reply(status=Status.SMALL_TALK, messages=(say("place_unknown_skip"),)))
    else:
        noted = say("place_noted", place=library.places.get(known).name(turn.language))
        messages: tuple[Message, ...] = (noted, say("small_talk_ok"))
        outcome = Outcome(Reply(status=Status.SMALL_TALK, messages=messages))
    return Outcome(outcome.reply, {"place": place, **outcome.slots}, outcome.follow_up)


def _says_otherwise(turn: Turn, card: Card, place: str) -> bool:
    """Whether a municipality says parts of a card in its own way, other than the last one."""
    library = turn.knowledge.library
    return library.card_in(card, place) != library.card_in(card, turn.place)

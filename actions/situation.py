"""The person's situation: asked once, when the answer depends on it."""

from __future__ import annotations

from typing import Any

from rasa_sdk import FormValidationAction, Tracker
from rasa_sdk.executor import CollectingDispatcher
from rasa_sdk.types import DomainDict

from actions import knowledge_base
from actions.answer import resume, show_topic
from actions.reply import Reply, Say, Status, Suggestion, say
from actions.turn import NOT_SAID, Outcome, Turn, WegwijsAction
from knowledge.cards import Card, Situation
from knowledge.situations import find_situation


class AskSituationAction(WegwijsAction):
    """Asks for the situation; Rasa runs it when the form needs the slot."""

    def name(self) -> str:
        return "action_ask_situation_form_situation"

    def respond(self, turn: Turn) -> Outcome:
        again = turn.intent == "tell_situation"
        return Outcome(
            Reply(
                status=Status.NEEDS_SITUATION,
                messages=(say("ask_situation_again" if again else "ask_situation"),),
                suggestions=tuple(_choices()),
            ),
            follow_up="action_listen",
        )


def _choices() -> list[Suggestion]:
    buttons = [
        Suggestion(
            payload=f'/tell_situation{{"situation": "{situation.value}"}}',
            say=Say(key=f"situation.{situation.value}"),
        )
        for situation in Situation
    ]
    skip = f'/tell_situation{{"situation": "{NOT_SAID}"}}'
    return [*buttons, Suggestion(payload=skip, say=Say(key="button.skip"))]


class ValidateSituationForm(FormValidationAction):
    """Finds the situation in what the person answers; anything else interrupts the form."""

    def name(self) -> str:
        return "validate_situation_form"

    async def extract_situation(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: DomainDict
    ) -> dict[str, Any]:
        """Rasa's hook: the slot's value, when the message has it."""
        turn = Turn(tracker, knowledge_base.current())
        situation = _named_situation(turn)
        if tracker.get_slot("requested_slot") != "situation" or situation is None:
            return {}
        return {"situation": situation}


def _named_situation(turn: Turn) -> str | None:
    chosen = turn.argument("situation")
    if chosen is not None:
        return chosen if chosen in [*Situation, NOT_SAID] else None
    if turn.intent.startswith("safety_") or not turn.text:
        return None
    found = find_situation(turn.text, turn.knowledge.library.situations)
    return found.value if found else None


def _another_card(turn: Turn, last: Card) -> bool:
    """Whether another card of the topic is meant for the person's situation."""
    if turn.situation is None:
        return False
    topic = turn.knowledge.library.topics[last.topic]
    near = [card for card in topic if card.place == last.place]
    return any(turn.situation in card.situations for card in near if card.id != last.id)


class TellSituationAction(WegwijsAction):
    """The person tells their situation without being asked."""

    def name(self) -> str:
        return "action_tell_situation"

    def respond(self, turn: Turn) -> Outcome:
        situation = _named_situation(turn)
        if situation is None:
            return Outcome(
                Reply(
                    status=Status.NEEDS_SITUATION,
                    messages=(say("ask_situation"),),
                    suggestions=tuple(_choices()),
                )
            )
        pending = turn.slot("pending")
        moved = turn.with_slots(situation=situation)
        last = turn.knowledge.library.cards.get(turn.last_shown or "")
        if pending:
            outcome = resume(moved, pending)
        elif last is not None and _another_card(moved, last):
            outcome = show_topic(moved, last.topic)
        else:
            messages = (say("situation_noted"), say("small_talk_ok"))
            outcome = Outcome(Reply(status=Status.SMALL_TALK, messages=messages))
        return Outcome(outcome.reply, {"situation": situation, **outcome.slots}, outcome.follow_up)

"""One turn of a conversation, as an action sees it, and the base of all our actions."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import numpy as np
from rasa_sdk import Action, Tracker
from rasa_sdk.events import (
    ActiveLoop,
    EventType,
    FollowupAction,
    SlotSet,
    UserUtteranceReverted,
)
from rasa_sdk.executor import CollectingDispatcher
from rasa_sdk.types import DomainDict

from actions import knowledge_base
from actions.knowledge_base import KnowledgeBase
from actions.reply import Reply, Status, say
from knowledge.cards import Situation
from knowledge.encoder import Vectors
from knowledge.plans import Passage

NOT_SAID = "not_said"
"""Value of the slots `place` and `situation` after a person chose not to tell."""

_FALLBACK_LANGUAGE = "en"
_REMEMBERED = 50
"""How many answers a person can go back to."""


@dataclass(frozen=True)
class Turn:
    """A message with what is known of its conversation.

    Attributes:
        tracker: Rasa's tracker.
        knowledge: What answers come from.
        changed: Slots that this turn changes before it answers.
    """

    tracker: Tracker
    knowledge: KnowledgeBase
    changed: Mapping[str, Any] = field(default_factory=dict)

    def with_slots(self, **slots: Any) -> Turn:
        """The same turn as if these slots were set already."""
        return Turn(self.tracker, self.knowledge, {**self.changed, **slots})

    @property
    def text(self) -> str:
        """What the person wrote; empty for a button."""
        text = str(self.tracker.latest_message.get("text") or "")
        return "" if text.startswith("/") else text

    @property
    def intent(self) -> str:
        """What the message was understood as."""
        return str((self.tracker.latest_message.get("intent") or {}).get("name") or "")

    @property
    def intent_confidence(self) -> float:
        """How sure the intent is; 1 for a button and for a phrase that leaves no doubt."""
        return float((self.tracker.latest_message.get("intent") or {}).get("confidence") or 0)

    def runner_up(self, *beside: str) -> tuple[str, float] | None:
        """The likeliest intent besides those named and "not understood", with its probability."""
        for item in self.tracker.latest_message.get("intent_ranking") or []:
            if item["name"] not in (*beside, "nlu_fallback"):
                return str(item["name"]), float(item["confidence"])
        return None

    @cached_property
    def language(self) -> str:
        """The language to answer in."""
        code = (
            self.changed.get("language")
            or self.tracker.latest_message.get("language")
            or self.tracker.get_slot("language")
            # Rasa drops what the pipeline puts on a button's message.
            or self._metadata.get("setting")
        )
        return str(code) if code in self.knowledge.library.languages else _FALLBACK_LANGUAGE

    @property
    def vector(self) -> Vectors | None:
        """The message's vector, computed in the pipeline; None for a button."""
        values = self.tracker.latest_message.get("embedding")
        return np.array(values, dtype=np.float32) if values else None

    @property
    def _metadata(self) -> dict[str, Any]:
        """What the engine sent with the message."""
        return self.tracker.latest_message.get("metadata") or {}

    def argument(self, name: str) -> str | None:
        """A value that a button's payload carries."""
        for entity in self.tracker.latest_message.get("entities") or []:
            if entity.get("entity") == name and isinstance(entity.get("value"), str):
                return str(entity["value"])
        return None

    def slot(self, name: str) -> Any:
        """The value of a slot."""
        return self.changed[name] if name in self.changed else self.tracker.get_slot(name)

    @property
    def place(self) -> str | None:
        """Where the person lives, when known: what they said, or what the page is set to."""
        place = self.slot("place") or self._metadata.get("place")
        return place if place in self.knowledge.library.places else None

    @property
    def situation(self) -> Situation | None:
        """The person's situation, when known."""
        value = self.slot("situation")
        return Situation(value) if value in list(Situation) else None

    @property
    def reading_order(self) -> list[str]:
        """Languages to show texts in, best first."""
        return self.knowledge.library.languages.reading_order(
            self.language, self.slot("reads_also")
        )

    @property
    def last_shown(self) -> str | None:
        """Id of the card or passage that was shown last."""
        return self.slot("last_shown")

    @property
    def shown(self) -> list[str]:
        """Ids of all cards and passages that were shown, in order."""
        return list(self.slot("shown") or [])

    @property
    def asked(self) -> str | None:
        """Name of the form that waits for what the bot asked."""
        return (self.tracker.active_loop or {}).get("name")

    @property
    def last_passage(self) -> Passage | None:
        """The passage that was shown last, if it was a passage."""
        return self.knowledge.library.passages.get(self.last_shown or "")

    def place_name(self, place: str) -> str:
        """A place's name in the person's language."""
        return self.knowledge.library.places.get(place).name(self.language)


@dataclass(frozen=True)
class Outcome:
    """What an action does.

    Attributes:
        reply: What is said.
        slots: Slots to set.
        follow_up: Action that must run next.
    """

    reply: Reply
    slots: dict[str, Any] = field(default_factory=dict)
    follow_up: str | None = None


class WegwijsAction(Action):
    """An action of ours: it looks at the turn and returns an outcome.

    Attributes:
        takes_back: Whether Rasa forgets the person's message once it is answered.
    """

    takes_back = False

    @abstractmethod
    def name(self) -> str:
        """The action's name in the domain."""

    @abstractmethod
    def respond(self, turn: Turn) -> Outcome:
        """Decide what to do.

        Args:
            turn: The message and its conversation.

        Returns:
            What to say and to remember.
        """

    async def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: DomainDict
    ) -> list[EventType]:
        """Rasa's entry point: answers, and returns the events to store."""
        turn = Turn(tracker, knowledge_base.current())
        outcome = self.respond(turn)
        slots = {"language": turn.language, **outcome.slots}
        reply = outcome.reply.model_copy(
            update={
                "language": slots["language"],
                "place": slots.get("place") or turn.place,
                "situation": slots.get("situation") or turn.situation,
                "intent": turn.intent,
            }
        )
        last = slots.get("last_shown")
        if last and last != turn.last_shown:
            slots["shown"] = [*turn.shown, last][-_REMEMBERED:]
        if not turn.slot("introduced") and reply.messages:
            slots["introduced"] = True
            # Danger comes before everything, also before saying what we are.
            if reply.status not in (Status.SAFETY, Status.SMALL_TALK):
                introduction = say("robot", kind="notice")
                reply = reply.model_copy(update={"messages": (introduction, *reply.messages)})
        dispatcher.utter_message(json_message=reply.model_dump(mode="json"))
        events: list[EventType] = [UserUtteranceReverted()] if self.takes_back else []
        events += [SlotSet(key, value) for key, value in slots.items()]
        if tracker.active_loop and not outcome.follow_up:
            # The person did something else than answer what was asked: stop asking. What they
            # asked stays in the slot `pending`, for when they do tell their place or situation.
            events += [ActiveLoop(None), SlotSet("requested_slot", None)]
        if outcome.follow_up:
            events.append(FollowupAction(outcome.follow_up))
        return events

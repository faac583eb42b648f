"""Danger: whom to call, before anything else."""

from __future__ import annotations

from dataclasses import replace

from actions.answer import answer
from actions.compose import phone_link
from actions.reply import Message, Reply, Say, Status, Suggestion, say
from actions.turn import Outcome, Turn, WegwijsAction
from knowledge.emergency import Danger
from knowledge.plans import in_language

_PREFIX = "safety_"


class SafetyAction(WegwijsAction):
    """Answers danger with the numbers of the place, or of each country while it is unknown."""

    def name(self) -> str:
        return "action_safety"

    def respond(self, turn: Turn) -> Outcome:
        library = turn.knowledge.library
        found: Reply | None = None
        if turn.text and turn.intent_confidence < 1:
            # No phrase of danger, only a hint of it: a question that we can answer is answered,
            # with the emergency number before it; else the nearest answers stand below.
            outcome = answer(turn, turn.text, turn.vector)
            if (outcome.reply.confidence or 0) >= turn.knowledge.settings.answer_confidence:
                return _with_number(turn, outcome)
            found = outcome.reply
        danger = Danger(turn.intent.removeprefix(_PREFIX))
        named = library.places.find(turn.text, turn.language) if turn.text else None
        place = named.id if named else turn.place
        number = library.emergency.number(library.places, place)
        messages: list[Message] = [
            say(turn.intent, kind="urgent", links=(phone_link(number),), emergency=number)
        ]
        contacts = library.emergency.for_place(danger, library.places, place)
        for place_id, helpers in contacts.items():
            messages.append(say("safety_where", place=turn.place_name(place_id)))
            for helper in helpers:
                values = {"name": helper.name, "phone": helper.phone}
                key = "safety_number"
                if helper.note:
                    key = "safety_number_note"
                    values["note"] = in_language(helper.note, turn.reading_order)
                messages.append(
                    say(key, kind="urgent", links=(phone_link(helper.phone),), **values)
                )
        messages.append(say("safety_after"))
        nearest = _nearest(found) if found else ()
        if nearest:
            messages.append(say("unknown_nearest"))
        person = Suggestion(payload="/person", say=Say(key="button.person"))
        reply = Reply(
            status=Status.SAFETY,
            messages=tuple(messages),
            suggestions=(*nearest, person),
            evidence=found.evidence if found else (),
        )
        return Outcome(reply, {"place": place} if named else {})


def _nearest(found: Reply) -> tuple[Suggestion, ...]:
    """The answers that the search found, of which none is likely enough."""
    return tuple(one for one in found.suggestions if one.payload.startswith("/choose"))


def _with_number(turn: Turn, outcome: Outcome) -> Outcome:
    """An answer with the emergency number in front."""
    library = turn.knowledge.library
    number = library.emergency.number(library.places, turn.place)
    hint = say("person_hint", kind="urgent", links=(phone_link(number),), emergency=number)
    messages = (hint, *outcome.reply.messages)
    return replace(outcome, reply=outcome.reply.model_copy(update={"messages": messages}))

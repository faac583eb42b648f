"""Danger: whom to call, before anything else."""

from __future__ import annotations

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
        person = Suggestion(payload="/person", say=Say(key="button.person"))
        return Outcome(
            Reply(status=Status.SAFETY, messages=tuple(messages), suggestions=(person,)),
            {"place": place} if named else {},
        )

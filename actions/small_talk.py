"""Everything that is said without the library: greetings, thanks, refusals, feedback, a person."""

from __future__ import annotations

from typing import Literal

from actions.answer import answer
from actions.reply import Reply, Say, Status, Suggestion, say
from actions.turn import Outcome, Turn, WegwijsAction

_SENTENCES = {
    "start": "welcome",
    "greet": "greet",
    "thanks": "thanks",
    "goodbye": "goodbye",
    "robot": "robot",
    "help": "help",
    "insult": "insult",
    "affirm": "small_talk_ok",
    "deny": "small_talk_ok",
    "none_of_these": "one_word",
    "empty": "empty",
    "only_emoji": "only_emoji",
    "only_number": "only_number",
    "nonsense": "one_word",
}
_PERSON = Suggestion(payload="/person", say=Say(key="button.person"))


class SmallTalkAction(WegwijsAction):
    """Says the sentence that belongs to the intent."""

    def name(self) -> str:
        return "action_small_talk"

    def respond(self, turn: Turn) -> Outcome:
        messages = (say(_SENTENCES.get(turn.intent, "help")),)
        suggestions = (_PERSON,) if turn.intent in ("none_of_these", "insult", "help") else ()
        return Outcome(
            Reply(status=Status.SMALL_TALK, messages=messages, suggestions=suggestions),
            {"introduced": True} if turn.intent in ("start", "robot") else {},
        )


class DefaultFallbackAction(SmallTalkAction):
    """Says the same for a turn that no rule and no story knows, such as "yes" out of the blue.

    Rasa runs it by its name, and would run it again and again if the turn were not taken back.
    """

    takes_back = True

    def name(self) -> str:
        return "action_default_fallback"


class OffTopicAction(WegwijsAction):
    """Says what Wegwijs is for, unless the search knows the answer after all."""

    def name(self) -> str:
        return "action_off_topic"

    def respond(self, turn: Turn) -> Outcome:
        if turn.text:
            outcome = answer(turn, turn.text, turn.vector)
            if (outcome.reply.confidence or 0) >= turn.knowledge.settings.answer_confidence:
                return outcome
            evidence, confidence = outcome.reply.evidence, outcome.reply.confidence
        else:
            evidence, confidence = (), None
        return Outcome(
            Reply(
                status=Status.OFF_TOPIC,
                messages=(say("off_topic"),),
                evidence=evidence,
                confidence=confidence,
            )
        )


class FraudAction(WegwijsAction):
    """Refuses to help with what is against the law, politely."""

    def name(self) -> str:
        return "action_fraud"

    def respond(self, turn: Turn) -> Outcome:
        return Outcome(
            Reply(status=Status.OFF_TOPIC, messages=(say("fraud"),), suggestions=(_PERSON,))
        )


class PersonAction(WegwijsAction):
    """Tells how to reach a person."""

    def name(self) -> str:
        return "action_person"

    def respond(self, turn: Turn) -> Outcome:
        contact = turn.knowledge.settings.contact.strip()
        library = turn.knowledge.library
        number = library.emergency.number(library.places, turn.place)
        known = say("person_contact", contact=contact) if contact else say("person_none")
        return Outcome(
            Reply(
                status=Status.HANDED_OVER,
                messages=(known, say("person_hint", emergency=number)),
            )
        )


class FeedbackAction(WegwijsAction):
    """Thanks for what the person says of the last answer; the API keeps it with that answer."""

    def name(self) -> str:
        return "action_feedback"

    def respond(self, turn: Turn) -> Outcome:
        good = turn.intent in ("feedback_good", "affirm")
        feedback: Literal["good", "bad"] = "good" if good else "bad"
        suggestions = () if good else (_PERSON,)
        return Outcome(
            Reply(
                status=Status.SMALL_TALK,
                messages=(say(f"feedback_{feedback}"),),
                suggestions=suggestions,
                feedback=feedback,
            )
        )

"""Saying, in the place of an answer that staff switched off, that it is switched off."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable

from actions.compose import phone_link
from actions.reply import Message, Reply, Say, Status, Suggestion, say
from api.store.database import Database
from api.store.switches import Off, Switches, Words
from bot.sentences import Sentences
from knowledge.library import Library

FRESH = 2.0
"""Seconds for which a process trusts what it read: another one may have switched meanwhile."""

_PERSON = Suggestion(payload="/person", say=Say(key="button.person"))
NEAREST = Say(key="unknown_nearest")
"""Stands before buttons that lead to answers."""
_CHOOSE = "/choose"
# Danger gets its numbers, and who asks for a person is told how to reach one.
_ALWAYS = (Status.SAFETY, Status.HANDED_OVER)


class Switching:
    """What is switched off, read again when it is not fresh.

    Args:
        clock: Seconds that pass.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._known: tuple[float, Off] | None = None

    def off(self, database: Database) -> Off:
        """What is off, as it stood at most two seconds ago."""
        with self._lock:
            at = self._clock()
            if self._known is None or at - self._known[0] >= FRESH:
                self._known = (at, Switches(database).off())
            return self._known[1]

    def forget(self) -> None:
        """Read again at the next question: this process switched something."""
        with self._lock:
            self._known = None


def obeying(reply: Reply, off: Off, library: Library, sentences: Sentences) -> Reply:
    """The reply without what is switched off.

    Args:
        reply: The reply, in words.
        off: What is switched off.
        library: Knows the topics of cards, and languages.
        sentences: The bot's own.

    Returns:
        The reply with the message and a button to a person in the place of its answer; or the same
        reply, without buttons that lead to what is off.
    """
    if off == Off():
        return reply
    shown = reply.card.id if reply.card else None
    words = off.words(shown, _topic(library, shown)) if shown else None
    if off.bot is not None and reply.status not in _ALWAYS:
        words = off.bot
    left = tuple(one for one in reply.suggestions if leads_on(one, off, library))
    targets = [target for one in reply.suggestions if (target := _target(one))]
    nothing_left = bool(targets) and not any(_target(one) for one in left)
    if words is None and nothing_left and reply.status is Status.WHICH_ONE:
        words = off.words(targets[0], _topic(library, targets[0])) or {}
    if words is None:
        said = [one for one in reply.messages if not (nothing_left and one.say == NEAREST)]
        return reply.model_copy(update={"suggestions": left, "messages": tuple(said)})
    danger = tuple(one for one in reply.messages if one.kind == "urgent")
    told = told_instead(words, off, library, reply.language, reply.place)
    return sentences.spoken(
        reply.model_copy(
            update={
                "status": Status.UNKNOWN,
                "messages": (*danger, *told),
                "card": None,
                "suggestions": (_PERSON,),
            }
        )
    )


def told_instead(
    words: Words, off: Off, library: Library, language: str, place: str | None
) -> tuple[Message, ...]:
    """What somebody reads instead of an answer.

    Args:
        words: What staff wrote, by language.
        off: What is switched off.
        library: Knows languages and emergency numbers.
        language: The person's.
        place: Theirs, when known.

    Returns:
        The bot's own sentence, unless staff wrote in the person's language, and what staff wrote
        in the nearest one. While the whole bot is off, the emergency number stands there too.
    """
    number = library.emergency.number(library.places, place)
    whole = off.bot is not None and words is off.bot
    own = say("switched_off")
    if whole:
        own = say("all_switched_off", links=(phone_link(number),), emergency=number)
    order = library.languages.reading_order(language) if language in library.languages else []
    nearest = next((code for code in [*order, *words] if code in words), None)
    if nearest is None:
        return (own,)
    staff = Message(text=words[nearest], language=nearest)
    if nearest != language:
        return (own, staff)
    hint = say("person_hint", links=(phone_link(number),), emergency=number)
    return (staff, hint) if whole else (staff,)


def leads_on(suggestion: Suggestion, off: Off, library: Library) -> bool:
    """Whether a button leads to something that is not switched off."""
    target = _target(suggestion)
    if target is None:
        return True
    if target in library.topics and all(one.id in off.cards for one in library.topics[target]):
        return False
    return off.words(target, _topic(library, target)) is None


def _topic(library: Library, target: str) -> str | None:
    """The topic of a card, or the topic itself; None for a passage."""
    card = library.cards.get(target)
    return card.topic if card else target if target in library.topics else None


def _target(suggestion: Suggestion) -> str | None:
    """What a button names: a topic, a card or a passage."""
    if not suggestion.payload.startswith(_CHOOSE):
        return None
    try:
        given = json.loads(suggestion.payload.removeprefix(_CHOOSE))
        return str(given["target"])
    except (ValueError, KeyError, TypeError):
        return None

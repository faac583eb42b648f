"""Answering a question: find it, ask what must be asked, show a card or say that we don't know."""

from __future__ import annotations

from typing import Any

from actions import compose, official
from actions.reply import CardShown, Message, Reply, Say, Status, Suggestion, say
from actions.turn import NOT_SAID, Outcome, Turn, WegwijsAction
from knowledge.cards import Card
from knowledge.encoder import Vectors
from knowledge.search import Hit, SearchResult, cards_for
from knowledge.situations import find_situation

RIVAL = 0.5
"""An answer with at least this share of the first one's probability is possible too: the person
chooses."""

SURE = 0.85
"""With at least this confidence a rival is not worth a question."""

SURE_AGAINST_INTENT = 0.8
"""The search overrules an intent such as "off topic" only with at least this confidence."""

_NEAREST = 3
_PERSON = Suggestion(payload="/person", say=Say(key="button.person"))


class ResumeAction(WegwijsAction):
    """Answers the question that waited for the place or the situation."""

    def name(self) -> str:
        return "action_resume"

    def respond(self, turn: Turn) -> Outcome:
        return resume(turn, turn.slot("pending") or {})


class ChooseAction(WegwijsAction):
    """Shows what a button names: a topic, a card or a plan passage."""

    def name(self) -> str:
        return "action_choose"

    def respond(self, turn: Turn) -> Outcome:
        return show(turn, turn.argument("target") or "")


def resume(turn: Turn, pending: dict[str, Any]) -> Outcome:
    """Go on with what waited for the place or the situation."""
    if pending.get("topic") in turn.knowledge.library.topics:
        return show_topic(turn, pending["topic"], part=pending.get("part"))
    return answer(turn, str(pending.get("text", "")), None)


def answer(turn: Turn, question: str, vector: Vectors | None) -> Outcome:
    """Search and answer.

    Args:
        turn: The turn.
        question: The words to search.
        vector: Their vector, when it is known already.

    Returns:
        A card or passage, a question back, or "I don't know".
    """
    library = turn.knowledge.library
    named = library.places.find(question, turn.language)
    place = named.id if named else turn.place
    situation = find_situation(question, library.situations)
    slots: dict[str, Any] = {}
    if named:
        slots["place"] = named.id
    if situation:
        slots["situation"] = situation.value
    result = turn.knowledge.search.search(question, turn.language, place, vector)
    outcome = _decide(turn.with_slots(**slots), result)
    reply = outcome.reply.model_copy(
        update={"confidence": result.confidence, "evidence": compose.evidence(result.hits)}
    )
    return Outcome(reply, {**slots, **outcome.slots}, outcome.follow_up)


def _decide(turn: Turn, result: SearchResult) -> Outcome:
    enough = turn.knowledge.settings.answer_confidence
    if not result.hits:
        return unknown(turn, result)
    first = result.hits[0]
    rivals = [
        hit
        for hit in result.hits[1:]
        if hit.score >= RIVAL * first.score
        and hit.kind == first.kind == "card"
        and hit.elsewhere == first.elsewhere
    ]
    # Each alone is too unlikely, but one of them is it.
    together = first.score + sum(hit.score for hit in rivals)
    if together < enough or (result.confidence < enough and not rivals):
        return unknown(turn, result)
    if rivals and result.confidence < SURE:
        return which_one([compose.topic_choice(turn, hit) for hit in [first, *rivals]])
    if first.kind == "passage":
        return show_passage(turn, first.group, more=result.hits[1:])
    if first.kind == "official":
        return show_official(turn, first.group, more=result.hits[1:])
    return show_topic(turn, first.group)


def show(turn: Turn, target: str) -> Outcome:
    """Show what has this id: a passage, a card or a topic; "I don't know" when nothing has."""
    library = turn.knowledge.library
    if target in library.passages:
        return show_passage(turn, target)
    if target in library.official:
        return show_official(turn, target)
    if target in library.cards:
        return show_card(turn, library.cards[target])
    if target in library.topics:
        return show_topic(turn, target)
    return unknown(turn, SearchResult((), 0.0))


def show_topic(turn: Turn, topic: str, part: str | None = None) -> Outcome:
    """Show the card of a topic that answers this person, or ask what decides which one does."""
    library = turn.knowledge.library
    place = turn.place
    pending = {"topic": topic, "part": part}
    if place is None:
        places = {card.place for card in library.topics[topic]}
        if places != {"eu"} and turn.slot("place") != NOT_SAID:
            return _ask("place", Status.NEEDS_PLACE, pending)
    cards = cards_for(library, topic, place, turn.situation)
    if not cards and place is not None:
        return _elsewhere(turn, topic, place)
    if len(cards) == 1:
        return show_card(turn, cards[0], part)
    general = [card for card in cards if not card.situations]
    if len(general) == 1:
        return _with_special_cases(turn, general[0], cards, part)
    situations_differ = len({card.place for card in cards}) == 1
    if situations_differ and turn.slot("situation") is None:
        return _ask("situation", Status.NEEDS_SITUATION, pending)
    return which_one([compose.choice(turn, "card", card.id) for card in cards])


def _with_special_cases(turn: Turn, general: Card, cards: list[Card], part: str | None) -> Outcome:
    """The card for everybody, with a button for each card that holds in one situation."""
    outcome = show_card(turn, general, part)
    special = [compose.choice(turn, "card", card.id) for card in cards if card.situations]
    suggestions = (*outcome.reply.suggestions, *special)
    reply = outcome.reply.model_copy(update={"suggestions": suggestions})
    return Outcome(reply, outcome.slots)


def _ask(what: str, status: Status, pending: dict[str, Any]) -> Outcome:
    """Start the form that asks; it has the words."""
    reply = Reply(status=status, messages=())
    return Outcome(reply, {"pending": pending, what: None}, follow_up=f"{what}_form")


def _elsewhere(turn: Turn, topic: str, place: str) -> Outcome:
    """Nothing of the topic holds in the person's place: say so, and offer what there is."""
    library = turn.knowledge.library
    cards = library.topics[topic]
    country = library.places.country(place)
    near = [card for card in cards if library.places.country(card.place) == country] or cards
    if len(near) == 1:
        return show_card(turn, near[0], elsewhere=place)
    return which_one([compose.choice(turn, "card", card.id) for card in near])


def show_card(
    turn: Turn, card: Card, part: str | None = None, elsewhere: str | None = None
) -> Outcome:
    """Answer with a card."""
    text = card.best_text(turn.reading_order)
    if part is not None and part not in text.parts:
        part = None
    messages, shown, buttons = compose.show_card(turn, card, part, elsewhere)
    slots: dict[str, Any] = {"last_shown": card.id, "pending": None}
    if text.language != turn.language and not turn.slot("reads_also"):
        messages, buttons = _with_reading_question(turn, card, messages, buttons)
        slots["asked_reads"] = True
    status = Status.ANSWERED if elsewhere is None else Status.ANSWERED_ELSEWHERE
    return Outcome(
        Reply(status=status, messages=tuple(messages), card=shown, suggestions=tuple(buttons)),
        slots,
    )


def _with_reading_question(
    turn: Turn, card: Card, messages: list[Message], buttons: list[Suggestion]
) -> tuple[list[Message], list[Suggestion]]:
    """The card is not there in the person's language: show the short answer in the languages
    most of our readers know, and ask once which one the person reads."""
    languages = turn.knowledge.library.languages
    shown = card.best_text(turn.reading_order).language
    others = [code for code in languages.get(turn.language).fallback if code in card.texts]
    for code in others:
        if code == shown:
            continue
        messages.append(Message(kind="heading", text=card.texts[code].title, language=code))
        messages += [
            Message.from_block(block.filled(card.facts, code)) for block in card.texts[code].answer
        ]
    if turn.slot("asked_reads"):
        return messages, buttons
    messages.append(say("ask_reading_language", language=languages.get(turn.language).name))
    choices = [
        Suggestion(payload=f'/reads{{"language": "{code}"}}', text=languages.get(code).name)
        for code in languages.codes
        if code in card.texts
    ]
    return messages, [*choices, *buttons]


def show_passage(turn: Turn, passage_id: str, more: tuple[Hit, ...] = ()) -> Outcome:
    """Answer with a plan passage, and offer what else was near."""
    passage = turn.knowledge.library.passages[passage_id]
    return _shown(turn, *compose.show_passage(turn, passage), more)


def show_official(turn: Turn, passage_id: str, more: tuple[Hit, ...] = ()) -> Outcome:
    """Answer with a passage of an official text, and offer what else was near."""
    passage = turn.knowledge.library.official[passage_id]
    return _shown(turn, *official.show_official(turn, passage), more)


def _shown(turn: Turn, messages: list[Message], shown: CardShown, more: tuple[Hit, ...]) -> Outcome:
    """The outcome of a passage, with buttons for what else was near."""
    buttons = [compose.topic_choice(turn, hit) for hit in more[:_NEAREST]]
    return Outcome(
        Reply(
            status=Status.ANSWERED,
            messages=tuple(messages),
            card=shown,
            suggestions=tuple(buttons),
        ),
        {"last_shown": shown.id, "pending": None},
    )


def which_one(choices: list[Suggestion]) -> Outcome:
    """Ask which of several answers is meant."""
    other = Suggestion(payload="/none_of_these", say=Say(key="none_of_these"))
    return Outcome(
        Reply(
            status=Status.WHICH_ONE,
            messages=(say("which_one"),),
            suggestions=(*choices, other),
        )
    )


def unknown(turn: Turn, result: SearchResult) -> Outcome:
    """Say that we don't know, and offer the nearest topics and a person."""
    messages = [say("unknown")]
    if len(turn.text.split()) == 1:
        messages.append(say("one_word"))
    choices = [compose.topic_choice(turn, hit) for hit in result.hits if hit.kind == "card"]
    if choices:
        messages.append(say("unknown_nearest"))
    messages.append(say("unknown_person"))
    return Outcome(
        Reply(
            status=Status.UNKNOWN,
            messages=tuple(messages),
            suggestions=(*choices[:_NEAREST], _PERSON),
        ),
        {"pending": None},
    )

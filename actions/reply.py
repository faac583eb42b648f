"""What an action answers: a status, what to say and show, and why.

An action says *what* is said: a card's own text, or the key of one of the bot's sentences. The
bot's layer finds the words of a key in the person's language, so no action holds a sentence.
"""

from __future__ import annotations

from datetime import date
from enum import StrEnum
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from knowledge.facts import Link
from knowledge.text import Block


class Status(StrEnum):
    """The outcome of a turn; the console, the metrics and the tests speak in these."""

    ANSWERED = "answered"
    ANSWERED_ELSEWHERE = "answered_elsewhere"
    NEEDS_PLACE = "needs_place"
    NEEDS_SITUATION = "needs_situation"
    WHICH_ONE = "which_one"
    UNKNOWN = "unknown"
    OFF_TOPIC = "off_topic"
    SAFETY = "safety"
    HANDED_OVER = "handed_over"
    SMALL_TALK = "small_talk"
    FAILED = "failed"


class Say(BaseModel):
    """One of the bot's sentences.

    Attributes:
        key: Its key in `bot/sentences`; a dot leads into a group, as in `part.cost`.
        values: What is filled in: words, or another of the bot's sentences.
    """

    model_config = ConfigDict(frozen=True)

    key: str
    values: dict[str, str | Say] = Field(default_factory=dict)


class Message(BaseModel):
    """One piece of a reply.

    Attributes:
        kind: `text`, `heading`, `list`, `steps`, `notice` (about the answer) or `urgent` (danger).
        text: The words; empty while `say` stands for them.
        say: The bot's own sentence, until the bot's layer puts its words into `text`.
        items: Items of a list.
        links: The pieces of the words that can be followed.
        language: Language of the words.
    """

    model_config = ConfigDict(frozen=True)

    kind: Literal["text", "heading", "list", "steps", "notice", "urgent"] = "text"
    text: str = ""
    say: Say | None = None
    items: tuple[str, ...] = ()
    links: tuple[Link, ...] = ()
    language: str | None = None

    @classmethod
    def from_block(cls, block: Block) -> Message:
        """The message that shows a block of a card."""
        return cls(**dict(block))


def say(
    key: str,
    kind: Literal["text", "heading", "notice", "urgent"] = "text",
    links: tuple[Link, ...] = (),
    **values: str | Say,
) -> Message:
    """A message of one of the bot's sentences."""
    return Message(kind=kind, say=Say(key=key, values=values), links=links)


class Suggestion(BaseModel):
    """A button.

    Attributes:
        payload: What pressing it sends.
        text: Its words; empty while `say` stands for them.
        say: The bot's own words.
    """

    model_config = ConfigDict(frozen=True)

    payload: str
    text: str = ""
    say: Say | None = None


class SourceShown(BaseModel):
    """A source as the reader sees it."""

    model_config = ConfigDict(frozen=True)

    publisher: str
    title: str
    url: str | None = None
    checked_on: date | None = None


class CardShown(BaseModel):
    """The card or plan passage that a reply shows.

    Attributes:
        id: Of the card or passage.
        kind: Which of the two.
        title: In the language shown.
        language: Language of the text shown.
        place: Id of the place that it holds in.
        place_name: That place in the person's language.
        checked_on: Day on which the card was compared with its sources; None for a passage.
        checked_text: That day, written for the person.
        sources: Where it comes from.
        reviewed: Whether a speaker of the language checked the text.
        revision: Of the text shown.
        document: For a passage: the document's id.
        section: For a passage: the section.
        part: The part that is shown, when it is only one.
    """

    model_config = ConfigDict(frozen=True)

    id: str
    kind: Literal["card", "passage"]
    title: str
    language: str
    place: str
    place_name: str
    checked_on: date | None
    checked_text: str | None
    sources: tuple[SourceShown, ...]
    reviewed: bool
    revision: int
    document: str | None = None
    section: str | None = None
    part: str | None = None


class HitShown(BaseModel):
    """A hit of the search, kept as evidence for those who check answers."""

    model_config = ConfigDict(frozen=True)

    kind: str
    group: str
    targets: tuple[str, ...]
    score: float
    cosine: float
    lexical: float
    elsewhere: bool
    text: str
    language: str
    part: str


class Reply(BaseModel):
    """The answer to one message.

    Attributes:
        status: The outcome.
        messages: What is said, in order.
        card: What is shown, if anything.
        suggestions: Buttons.
        language: The conversation's language.
        place: Where the person lives, when known.
        situation: The person's situation, when known.
        intent: What the message was understood as.
        confidence: How sure the search was, when there was one.
        evidence: What the search found.
        feedback: What the person said of the last answer.
    """

    status: Status
    messages: tuple[Message, ...]
    card: CardShown | None = None
    suggestions: tuple[Suggestion, ...] = ()
    language: str = ""
    place: str | None = None
    situation: str | None = None
    intent: str | None = None
    confidence: float | None = None
    evidence: tuple[HitShown, ...] = ()
    feedback: Literal["good", "bad"] | None = None

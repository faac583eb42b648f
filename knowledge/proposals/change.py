"""The changes that can be proposed, as they are stored."""

from __future__ import annotations

import unicodedata
from datetime import date
from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, HttpUrl, TypeAdapter

from knowledge.cards import TO_WRITE, Situation
from knowledge.text import Words, normalise

_LONGEST_PART = 4_000
_LONGEST_LINE = 200


def _clean_lines(text: str) -> str:
    """Lines without white space at their ends; signs that nobody can see are refused."""
    lines = [line.rstrip() for line in text.replace("\r\n", "\n").replace("\r", "\n").split("\n")]
    for sign in "".join(lines):
        if sign != "\t" and unicodedata.category(sign) in ("Cc", "Co", "Cs"):
            raise ValueError(f"a sign in the text cannot be shown (U+{ord(sign):04X}); delete it")
    return _written("\n".join(lines).strip("\n"))


def _one_line(text: str) -> str:
    # `normalise` would take the sign out that Persian and Pashto words need inside them.
    return _written(" ".join(_clean_lines(text).split()))


def _question(text: str) -> str:
    return _written(normalise(text))


def _written(text: str) -> str:
    if TO_WRITE in text:
        raise ValueError(f"{TO_WRITE} stands in it; write what is missing")
    if not text.strip():
        raise ValueError("it is empty; write the words")
    return text


Code = Annotated[str, Field(pattern=r"^[a-z]{2,3}$")]
CardId = Annotated[str, Field(pattern=r"^[a-z0-9-]+(\.[a-z0-9-]+)+$", max_length=120)]
Name = Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9_-]*$", max_length=80)]
PartKey = Literal["answer", "steps", "documents", "cost", "duration", "where", "refused"]
Text = Annotated[str, Field(max_length=_LONGEST_PART), AfterValidator(_clean_lines)]
Line = Annotated[str, Field(max_length=_LONGEST_LINE), AfterValidator(_one_line)]
Title = Annotated[Words, Field(max_length=_LONGEST_LINE), AfterValidator(_one_line)]
Phrase = Annotated[Words, Field(max_length=_LONGEST_LINE), AfterValidator(_question)]


class _Change(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class NewSource(_Change):
    """A page that the card does not name yet.

    Attributes:
        id: Short name, by which facts name it.
    """

    id: Name
    publisher: Line
    title: Line
    url: HttpUrl
    language: Code


class WordPart(_Change):
    """New wording of one part of a card in one language.

    Attributes:
        card: Id of the card.
        language: Language of the text.
        part: `answer`, or the key of a part.
        text: The new wording as the file holds it, with its placeholders.
        layer: Place of the local layer that says this part; None for the card itself.
        same_meaning: Only the words change, not what they say: translations stay up to date.
        up_to_date: With this wording a translation says what the newest original says.
        reviewer: Who speaks the language and stands for a translation after the change.
        day: When they checked it.
    """

    kind: Literal["word_part"] = "word_part"
    card: CardId
    language: Code
    part: PartKey
    text: Text
    layer: Name | None = None
    same_meaning: bool = False
    up_to_date: bool = False
    reviewer: Line | None = None
    day: date | None = None


class AddQuestion(_Change):
    """A new question that a card answers."""

    kind: Literal["add_question"] = "add_question"
    card: CardId
    language: Code
    question: Phrase


class MoveQuestion(_Change):
    """A question that belongs to another card.

    Attributes:
        from_card: The card that loses it; None for every card of another topic that has it.
        to_card: The card that answers it.
    """

    kind: Literal["move_question"] = "move_question"
    question: Phrase
    language: Code
    from_card: CardId | None = None
    to_card: CardId


class SetFact(_Change):
    """A fact's new value, with what proves it and how long it holds.

    Attributes:
        card: Id of the card.
        fact: Name of the fact.
        value: As a person writes it: `4.50`, `2027-03-04`, `0800 12 34`. The fact's kind says
            what it must be.
        unit: New unit of a duration; None to keep it.
        valid_from: First day on which it holds; None when no day is known.
        valid_until: Last day on which it holds; None when no end is known.
        source: Id of a source of the card, or a new one; None for the one that it has.
        checked_on: The day on which a person compared the value with the source.
        layer: Place of the local layer that holds the fact; None for the card itself.
    """

    kind: Literal["set_fact"] = "set_fact"
    card: CardId
    fact: Name
    value: Line
    unit: Literal["hour", "day", "week", "month", "year"] | None = None
    valid_from: date | None = None
    valid_until: date | None = None
    source: Name | NewSource | None = None
    checked_on: date
    layer: Name | None = None


class NewCard(_Change):
    """A card that is not there yet.

    Attributes:
        topic: Topic, new or not.
        domain: Domain; None for that of the topic.
        place: Place.
        situation: Whom it is for; None for everybody.
        language: The language that it is written in first.
        title: Title.
        answer: The short answer, as the file holds it.
        parts: Other parts, by key.
        questions: Questions that it answers.
        source: The page that it rests on.
        checked_on: The day on which a person compared the two.
    """

    kind: Literal["new_card"] = "new_card"
    topic: Name
    domain: Name | None = None
    place: Name
    situation: Situation | None = None
    language: Code
    title: Title
    answer: Text
    parts: dict[PartKey, Text] = Field(default_factory=dict)
    questions: tuple[Phrase, ...] = Field(min_length=1, max_length=20)
    source: NewSource
    checked_on: date


class ReviewTranslation(_Change):
    """A translation that a speaker of its language has checked.

    Attributes:
        card: Id of the card.
        language: Language of the translation.
        reviewer: Who checked it; readers see that a person did.
        day: When.
        title: Corrected title; None to keep it.
        parts: Corrected parts, by key.
        up_to_date: It now says what the newest original says.
        layer: Place of the local layer that the text belongs to; None for the card itself.
    """

    kind: Literal["review_translation"] = "review_translation"
    card: CardId
    language: Code
    reviewer: Line
    day: date
    title: Title | None = None
    parts: dict[PartKey, Text] = Field(default_factory=dict)
    up_to_date: bool = False
    layer: Name | None = None


Change = Annotated[
    WordPart | AddQuestion | MoveQuestion | SetFact | NewCard | ReviewTranslation,
    Field(discriminator="kind"),
]
"""One proposed change; `CHANGE` reads and writes it as JSON."""

CHANGE: TypeAdapter[
    WordPart | AddQuestion | MoveQuestion | SetFact | NewCard | ReviewTranslation
] = TypeAdapter(Change)


def summary(change: Change) -> str:
    """A change in one line of English, such as the subject of a commit."""
    if isinstance(change, WordPart):
        return f"{change.card}: new wording of {change.part} ({change.language})"
    if isinstance(change, AddQuestion):
        return f"{change.card}: one more question ({change.language})"
    if isinstance(change, MoveQuestion):
        return f"{change.to_card}: gets a question ({change.language})"
    if isinstance(change, SetFact):
        return f"{change.card}: new value of {change.fact}"
    if isinstance(change, NewCard):
        return f"{change.topic}.{change.place}: new card ({change.language})"
    return f"{change.card}: translation checked ({change.language})"

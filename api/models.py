"""What the API takes and gives."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, model_validator

from actions.reply import CardShown, Message, Reply, SourceShown, Status
from knowledge.facts import Link
from knowledge.languages import Languages

LONGEST_TEXT = 20_000

ConversationId = Annotated[
    str,
    StringConstraints(pattern=r"^[A-Za-z0-9_-]{16,64}$"),
    Field(description="Names a conversation; the first answer gives it."),
]
LanguageCode = Annotated[
    str, StringConstraints(pattern=r"^[A-Za-z]{2,3}$", to_lower=True), Field(examples=["ar"])
]
PlaceId = Annotated[str, StringConstraints(pattern=r"^[a-z0-9-]{1,60}$"), Field(examples=["ghent"])]
Direction = Literal["ltr", "rtl"]


class ChatRequest(BaseModel):
    """One message of a newcomer: what they wrote, or the button they pressed."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "examples": [
                {"text": "كيف أجد طبيبًا في غنت؟", "language": "ar"},
                {"conversation_id": "WkzN3c1yG5r0TqPbV8sJ4A", "payload": "/follow_up_cost"},
            ]
        },
    )

    conversation_id: ConversationId | None = None
    text: str | None = Field(default=None, max_length=LONGEST_TEXT)
    payload: str | None = Field(default=None, max_length=300, description="A suggestion's payload.")
    language: LanguageCode | None = Field(
        default=None, description="What the widget is set to; what is written outweighs it."
    )
    place: PlaceId | None = Field(
        default=None, description="Where the person lives, when the page knows it."
    )

    @model_validator(mode="after")
    def _one_of_two(self) -> ChatRequest:
        if (self.text is None) == (self.payload is None):
            raise ValueError("send either text or payload")
        return self


class MessageOut(BaseModel):
    """One piece of an answer."""

    kind: Literal["text", "heading", "list", "steps", "notice", "urgent"]
    text: str
    items: tuple[str, ...]
    links: tuple[Link, ...]
    language: str
    direction: Direction


class SuggestionOut(BaseModel):
    """A button: its words, and what pressing it sends back as `payload`."""

    text: str
    payload: str


class CardOut(CardShown):
    """The card or plan passage that is shown."""

    direction: Direction


class ChatResponse(BaseModel):
    """The answer to one message."""

    conversation_id: str
    exchange_id: str = Field(
        description="Names this answer, for feedback; empty while a person answers."
    )
    language: str
    direction: Direction
    status: Status
    messages: list[MessageOut]
    card: CardOut | None
    suggestions: list[SuggestionOut]

    @classmethod
    def of(
        cls, reply: Reply, conversation_id: str, exchange_id: str, languages: Languages
    ) -> ChatResponse:
        """The response that carries a reply."""
        card = reply.card
        return cls(
            conversation_id=conversation_id,
            exchange_id=exchange_id,
            language=reply.language,
            direction=languages.get(reply.language).direction,
            status=reply.status,
            messages=[
                message_out(message, reply.language, languages) for message in reply.messages
            ],
            card=CardOut(**card.model_dump(), direction=languages.get(card.language).direction)
            if card
            else None,
            suggestions=[
                SuggestionOut(text=suggestion.text, payload=suggestion.payload)
                for suggestion in reply.suggestions
            ],
        )


def message_out(message: Message, language: str, languages: Languages) -> MessageOut:
    """A message with the direction of its own language."""
    own = message.language or language
    return MessageOut(
        kind=message.kind,
        text=message.text,
        items=message.items,
        links=message.links,
        language=own,
        # An official text may be in a language of the Union that is not offered: all of those
        # are written from left to right.
        direction=languages.get(own).direction if own in languages else "ltr",
    )


class FeedbackRequest(BaseModel):
    """Whether an answer helped."""

    model_config = ConfigDict(extra="forbid")

    conversation_id: ConversationId
    exchange_id: str = Field(pattern=r"^[A-Za-z0-9_-]{1,64}$")
    helpful: bool


class CardInTopic(BaseModel):
    """A card of a topic."""

    id: str
    title: str
    language: str
    place: str
    situations: tuple[str, ...]


class TopicOut(BaseModel):
    """A topic: the same question in every place that has an answer."""

    topic: str
    domain: str
    domain_name: str
    cards: list[CardInTopic]


class PartOut(BaseModel):
    """One part of a card."""

    key: str = Field(examples=["cost"])
    heading: str | None
    messages: list[MessageOut]


class WholeCard(BaseModel):
    """A card with all its parts."""

    id: str
    topic: str
    domain: str
    title: str
    language: str
    direction: Direction
    place: str
    place_name: str
    situations: tuple[str, ...]
    checked_on: date
    check_again_by: date
    sources: tuple[SourceShown, ...]
    reviewed: bool
    parts: list[PartOut]


class PlaceOut(BaseModel):
    """A place that can be chosen."""

    id: str
    name: str


class LanguageOut(BaseModel):
    """A language that can be chosen."""

    code: str
    name: str
    direction: Direction


class TextsOut(BaseModel):
    """The words of the widget in one language."""

    language: str
    direction: Direction
    languages: list[LanguageOut]
    places: list[PlaceOut]
    widget: dict[str, str]
    source: str
    checked_on: str
    privacy_hint: str
    helpful_question: str
    unreviewed: str
    reviewed: str


class Health(BaseModel):
    """Whether the server lives, or is ready."""

    status: Literal["ok", "starting"]


class ErrorBody(BaseModel):
    """What went wrong."""

    code: str = Field(examples=["invalid"])
    message: str
    fields: dict[str, str] = Field(default_factory=dict, description="What is wrong, by field.")


class ErrorOut(BaseModel):
    """The shape of every error."""

    error: ErrorBody

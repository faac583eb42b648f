"""What the API takes and gives where a newcomer talks to a person."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from api.models import LONGEST_TEXT, ConversationId, Direction, LanguageCode, PlaceId
from api.store.handover_rows import Said, Thread
from knowledge.languages import Languages

MessageKey = Annotated[
    str,
    StringConstraints(pattern=r"^[A-Za-z0-9_-]{8,48}$"),
    Field(
        description="Chosen by the sender, such as a UUID. The same key is the same message.",
        examples=["0b8f6f6e-6a3f-4c57-9d86-2f3c1a7f4f10"],
    ),
]
WrittenText = Annotated[
    str, StringConstraints(strip_whitespace=True, min_length=1, max_length=LONGEST_TEXT)
]
Consent = Annotated[
    Literal[True], Field(description="A caseworker may read this conversation and answer.")
]


class HandoverRequest(BaseModel):
    """A newcomer asks for a person."""

    model_config = ConfigDict(extra="forbid")

    conversation_id: ConversationId
    language: LanguageCode
    place: PlaceId | None = None
    consent: Consent


class WrittenMessage(BaseModel):
    """What a newcomer writes to a person."""

    model_config = ConfigDict(extra="forbid")

    key: MessageKey
    text: WrittenText


class LeftQuestion(BaseModel):
    """A question for when somebody is there."""

    model_config = ConfigDict(extra="forbid")

    text: WrittenText
    contact: str | None = Field(
        default=None, max_length=300, description="How to reach the person; kept encrypted."
    )
    consent: Consent


class HoursOut(BaseModel):
    """Hours on some days of the week."""

    days: str = Field(examples=["mon-fri"])
    from_: str = Field(serialization_alias="from", examples=["09:00"])
    to: str = Field(examples=["17:00"])


class HandoverInfo(BaseModel):
    """Whether a person can be asked for, and when."""

    enabled: bool
    open: bool = Field(description="Whether somebody is there now.")
    opens_at: datetime | None = Field(description="When the office opens; null while it is open.")
    hours: list[HoursOut]
    waiting: int
    minutes: int | None = Field(description="How long others waited lately.")
    keep_days: int


class MessageInThread(BaseModel):
    """A message between a newcomer and a caseworker."""

    seq: int
    sender: Literal["newcomer", "caseworker", "notice"]
    text: str
    language: str
    direction: Direction
    at: datetime
    key: str | None = Field(description="The sender's own, of what the newcomer wrote.")
    name: str | None = Field(default=None, description="The caseworker's.")

    @classmethod
    def of(cls, said: Said, languages: Languages) -> MessageInThread:
        """The message as a newcomer gets it."""
        message = said.message
        known = message.language in languages
        return cls(
            seq=message.seq,
            sender=message.sender,
            text=message.text,
            language=message.language,
            direction=languages.get(message.language).direction if known else "ltr",
            at=message.at.replace(tzinfo=UTC),
            key=message.key if message.sender == "newcomer" else None,
            name=said.name,
        )


class Standing(BaseModel):
    """How a thread stands; what the event `status` carries."""

    status: Literal["waiting", "taken", "left", "ended"]
    position: int | None = None
    minutes: int | None = None


class ThreadOut(Standing):
    """A thread between a newcomer and a caseworker."""

    id: str
    conversation_id: str
    messages: list[MessageInThread]
    last: int = Field(description="Number of the last message.")

    @classmethod
    def of(cls, thread: Thread, languages: Languages) -> ThreadOut:
        """The thread as a newcomer gets it."""
        handover = thread.handover
        return cls(
            id=handover.id,
            conversation_id=handover.conversation_id,
            status=handover.status,
            position=thread.position,
            minutes=thread.minutes,
            messages=[MessageInThread.of(said, languages) for said in thread.messages],
            last=handover.last,
        )


class Receipt(BaseModel):
    """Names a question that was left."""

    receipt: str = Field(examples=["AB12-CD34"])
    keep_until: date

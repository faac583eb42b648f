"""Whole conversations, turn by turn, through the trained dialogue.

A file of conversations is a list; each has a name and turns. A turn is what the person says
(`say`) or presses (`press`), and what must come of it: `status`, and where it matters `card` (or
a list of cards that are all right), `part`, `language`, `place`, `contains` and `lacks` (words in
the reply), `buttons` (payloads that must be offered).

Every turn must be right, except in `open.yml`: its conversations are not right yet, and only the
number of their right turns may not fall.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from pydantic import BaseModel, ConfigDict

from actions.reply import Reply
from bot.engine import Engine

FOLDER = Path(__file__).parent
OPEN = FOLDER / "open.yml"

LEAST_OPEN_TURNS = 13
"""Turns of `open.yml`, of 43, that were right when this was written."""


class Turn(BaseModel):
    """One message and what must come of it."""

    model_config = ConfigDict(extra="forbid")

    say: str | None = None
    press: str | None = None
    status: str | list[str]
    card: str | list[str] | None = None
    part: str | None = None
    language: str | None = None
    place: str | None = None
    contains: list[str] = []
    lacks: list[str] = []
    buttons: list[str] = []


class Conversation(BaseModel):
    """A conversation."""

    model_config = ConfigDict(extra="forbid")

    name: str
    language: str | None = None
    place: str | None = None
    turns: list[Turn]


def conversations(file: Path) -> list[Conversation]:
    found = yaml.safe_load(file.read_text(encoding="utf-8"))
    return [Conversation.model_validate(data) for data in found]


def right_throughout() -> list[Any]:
    return [
        pytest.param(conversation, id=f"{file.stem}: {conversation.name}")
        for file in sorted(FOLDER.glob("*.yml"))
        if file != OPEN
        for conversation in conversations(file)
    ]


@pytest.mark.parametrize("conversation", right_throughout())
async def test_conversation(conversation: Conversation, engine: Engine) -> None:
    wrong = [problem async for problem in problems(conversation, engine) if problem]
    assert not wrong, "\n".join(wrong)


async def test_open_conversations_get_no_worse(engine: Engine) -> None:
    found = [
        problem
        for conversation in conversations(OPEN)
        async for problem in problems(conversation, engine)
    ]
    wrong = [problem for problem in found if problem]
    right = len(found) - len(wrong)
    assert right >= LEAST_OPEN_TURNS, f"{right} of {len(found)} turns right\n" + "\n".join(wrong)


def test_a_conversation_is_named_once() -> None:
    # The name is the conversation's id: two of one name would go on with each other.
    names = [item.name for file in FOLDER.glob("*.yml") for item in conversations(file)]
    assert len(names) == len(set(names))


async def problems(conversation: Conversation, engine: Engine) -> AsyncIterator[str]:
    """Has the conversation; tells for each turn what is not as it must be."""
    await engine.erase(conversation.name)
    for number, turn in enumerate(conversation.turns, 1):
        answer = await engine.answer(
            conversation.name,
            text=turn.say,
            payload=turn.press,
            language=conversation.language,
            place=conversation.place,
        )
        asked = turn.say if turn.say is not None else turn.press
        found = differences(turn, answer.reply)
        yield f"{conversation.name}, turn {number} {asked!r}: {'; '.join(found)}" if found else ""


def differences(turn: Turn, reply: Reply) -> list[str]:
    """What is not as it must be."""
    found = []
    statuses = [turn.status] if isinstance(turn.status, str) else turn.status
    if reply.status.value not in statuses:
        found.append(f"status {reply.status.value} (intent {reply.intent}), not {turn.status}")
    shown = reply.card.id if reply.card else None
    cards = [turn.card] if isinstance(turn.card, str) else turn.card
    if cards and shown not in cards:
        found.append(f"card {shown}, not {turn.card}")
    if turn.part and (reply.card is None or reply.card.part != turn.part):
        found.append(f"part {reply.card.part if reply.card else None}, not {turn.part}")
    if turn.language and reply.language != turn.language:
        found.append(f"language {reply.language}, not {turn.language}")
    if turn.place and reply.place != turn.place:
        found.append(f"place {reply.place}, not {turn.place}")
    words = "\n".join(" ".join([message.text, *message.items]) for message in reply.messages)
    found += [f"{wanted!r} is not said" for wanted in turn.contains if wanted not in words]
    found += [f"{unwanted!r} is said" for unwanted in turn.lacks if unwanted in words]
    payloads = [suggestion.payload for suggestion in reply.suggestions]
    found += [f"no button {wanted!r}" for wanted in turn.buttons if wanted not in payloads]
    return found

"""The dialogue engine: the trained Rasa agent, behind one method that answers a message."""

from __future__ import annotations

import asyncio
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from rasa.core.agent import Agent
from rasa.core.channels.channel import CollectingOutputChannel, UserMessage
from rasa.core.lock_store import InMemoryLockStore
from rasa.core.tracker_store import SQLTrackerStore
from rasa.shared.core.constants import DEFAULT_INTENTS
from rasa.utils.endpoints import EndpointConfig

from actions import knowledge_base
from actions.knowledge_base import KnowledgeBase
from actions.reply import Reply, Status, say
from bot.action_endpoint import InProcessEndpoint, validate_results_once
from bot.databases import open_database
from bot.model_files import model_path
from bot.redaction import redact, without_marks
from bot.sentences import Sentences
from bot.settings import BotSettings
from bot.wordless import meaning
from knowledge.errors import WegwijsError
from knowledge.text import normalise

LONGEST = 1000
"""Signs of a message that are read; what follows is left out, and the person is told."""

_LONGEST_READ = 4 * LONGEST  # before redaction, which makes texts shorter
_LONGEST_PAYLOAD = 300
_PAYLOAD = re.compile(r"^/[a-z_]+(\{.*\})?$")


class ModelMissing(WegwijsError):
    """The dialogue was not trained yet."""


class InvalidPayload(ValueError):
    """A button's payload that no button of ours sends."""


@dataclass(frozen=True)
class Answer:
    """What the engine made of a message.

    Attributes:
        reply: The reply, in words.
        text: What the person wrote, without personal data; the payload of a button.
    """

    reply: Reply
    text: str


@dataclass(frozen=True)
class Memory:
    """What the dialogue remembers of a conversation.

    Attributes:
        events: How many steps of it.
        slots: What it knows of the person and of what was shown.
    """

    events: int
    slots: dict[str, Any]


class Engine:
    """Answers messages.

    Args:
        agent: The trained Rasa agent.
        trackers: Where its conversations are kept.
        knowledge: What is answered from.
        sentences: The bot's own sentences.
    """

    def __init__(
        self,
        agent: Agent,
        trackers: ForgettingTrackerStore,
        knowledge: KnowledgeBase,
        sentences: Sentences,
    ) -> None:
        self._agent = agent
        self._trackers = trackers
        self._sentences = sentences
        self.knowledge = knowledge
        # Rasa adds intents of its own, such as `restart`, which no button of ours sends.
        ours = set(agent.domain.intents) - set(DEFAULT_INTENTS)
        self._payloads = {f"/{intent}" for intent in ours}

    @classmethod
    def open(cls, settings: BotSettings) -> Engine:
        """Load the model, the index and the library.

        Args:
            settings: Say where they are.

        Returns:
            An engine that is ready to answer.

        Raises:
            WegwijsError: Something is missing, damaged or out of step; the message says what to do.
        """
        knowledge = knowledge_base.open_knowledge_base(settings)
        knowledge_base.use(knowledge)
        model = model_path(settings, knowledge.encoder.fingerprint)
        if not model.is_file():
            # Without this check Rasa takes any other model that it finds in the folder.
            raise ModelMissing(f"The dialogue model {model} is not there. Run 'wegwijs build'.")
        validate_results_once()
        settings.data_dir.mkdir(parents=True, exist_ok=True)
        # Rasa's store would wait for a database that is not there, or fail at the first message.
        open_database(settings.tracker_address, "WEGWIJS_TRACKER_URL").dispose()
        trackers = ForgettingTrackerStore(host=settings.tracker_address)
        return cls(_load_agent(model, trackers, settings), trackers, knowledge, Sentences.shared())

    async def answer(
        self,
        conversation_id: str,
        text: str | None = None,
        payload: str | None = None,
        language: str | None = None,
        place: str | None = None,
    ) -> Answer:
        """Answer one message of a conversation.

        Args:
            conversation_id: Names the conversation; messages of one are answered in order.
            text: What the person wrote; any length, may be empty.
            payload: What a button sent, instead of a text.
            language: The language that the widget is set to.
            place: The place that the page is set to.

        Returns:
            The reply, and the message without personal data.

        Raises:
            InvalidPayload: No button of ours sends this payload.
        """
        shortened = False
        if payload is not None:
            if not self.is_payload(payload):
                raise InvalidPayload(payload[:50])
            message = payload
        else:
            cleaned = self.redacted(text or "")
            shortened = len(cleaned) > LONGEST or len(text or "") > _LONGEST_READ
            cleaned = cleaned[:LONGEST]
            # A typed slash is no command: Rasa would take it for a button.
            message = meaning(cleaned) or cleaned.lstrip("/ ") or "/empty"
            if message == cleaned and not any(sign.isalpha() for sign in without_marks(cleaned)):
                message = "/only_number"  # all of it was a number that is not kept
        known = await self._known_language(conversation_id)
        metadata = {
            "language": known,
            "setting": language if language in self.knowledge.library.languages else None,
            "place": place if place in self.knowledge.library.places else None,
        }
        channel = CollectingOutputChannel()
        await self._agent.handle_message(
            UserMessage(
                message, channel, conversation_id, input_channel="wegwijs", metadata=metadata
            )
        )
        reply = _merged(
            [Reply.model_validate(sent["custom"]) for sent in channel.messages if "custom" in sent]
        )
        if not reply.language:
            reply = reply.model_copy(update={"language": known or metadata["setting"] or "en"})
        if shortened:
            reply = reply.model_copy(
                update={"messages": (say("too_long", kind="notice"), *reply.messages)}
            )
        return Answer(self._sentences.spoken(reply), message)

    async def intent(self, text: str) -> str:
        """What a message is understood as, by itself and without keeping anything."""
        parsed = await self._agent.parse_message(self.redacted(text))
        return str((parsed.get("intent") or {}).get("name"))

    def redacted(self, text: str) -> str:
        """A message without personal data; the numbers of those who help in danger stay."""
        if len(text) > _LONGEST_READ:
            # Redaction takes a second for the longest message, and all others would wait. What is
            # cut through is left out whole: half a number would not be known for one.
            cut = text[:_LONGEST_READ]
            text = cut.rpartition(" ")[0] or cut
        return redact(normalise(text), self.knowledge.library.public_numbers)

    def use(self, knowledge: KnowledgeBase) -> None:
        """Answer from other knowledge from now on; turns under way end with what they began."""
        self.knowledge = knowledge
        knowledge_base.use(knowledge)

    async def memory(self, conversation_id: str) -> Memory:
        """What is remembered of a conversation."""
        tracker = await self._trackers.retrieve(conversation_id)
        if tracker is None:
            return Memory(0, {})
        slots = {name: slot.value for name, slot in tracker.slots.items() if slot.value is not None}
        return Memory(await self._trackers.count(conversation_id), slots)

    async def erase(self, conversation_id: str) -> int:
        """Forget a conversation; nothing happens when there is none.

        Returns:
            How many events were remembered.
        """
        return await self._trackers.delete(conversation_id)

    def is_payload(self, text: str) -> bool:
        """Whether a text is what a button of ours sends."""
        return (
            len(text) <= _LONGEST_PAYLOAD
            and _PAYLOAD.match(text) is not None
            and text.split("{")[0] in self._payloads
        )

    async def _known_language(self, conversation_id: str) -> str | None:
        tracker = await self._trackers.retrieve(conversation_id)
        return tracker.get_slot("language") if tracker else None


def _load_agent(model: Path, trackers: SQLTrackerStore, settings: BotSettings) -> Agent:
    endpoint = (
        EndpointConfig(url=settings.action_server)
        if settings.action_server
        else InProcessEndpoint()
    )
    return Agent.load(
        str(model),
        action_endpoint=endpoint,
        tracker_store=trackers,
        lock_store=InMemoryLockStore(),
    )


class ForgettingTrackerStore(SQLTrackerStore):
    """Rasa's own SQL tracker store, which can also forget a conversation."""

    async def count(self, sender_id: str) -> int:
        """How many events of a conversation are kept."""
        with self.session_scope() as session:
            events = session.query(self.SQLEvent)
            return int(events.filter(self.SQLEvent.sender_id == sender_id).count())

    async def delete(self, sender_id: str) -> int:
        """Delete every event of a conversation; returns how many there were."""
        with self.session_scope() as session:
            events = session.query(self.SQLEvent)
            number = events.filter(self.SQLEvent.sender_id == sender_id).delete()
            session.commit()
            return int(number)


def _merged(replies: list[Reply]) -> Reply:
    """One reply of what several actions said in a turn, as when an answer needs the place."""
    if not replies:
        return Reply(status=Status.FAILED, messages=(say("failed"),))
    last = replies[-1]
    merged: dict[str, Any] = {
        "messages": tuple(message for reply in replies for message in reply.messages),
        "card": next((reply.card for reply in reversed(replies) if reply.card), None),
        "evidence": next((reply.evidence for reply in replies if reply.evidence), ()),
        "confidence": next(
            (reply.confidence for reply in replies if reply.confidence is not None), None
        ),
    }
    return last.model_copy(update=merged)


def answer_once(engine: Engine, text: str, language: str | None, place: str | None) -> Answer:
    """Answer one message outside a server, in a conversation that is forgotten at once."""

    async def run() -> Answer:
        conversation = "terminal"
        await engine.erase(conversation)
        try:
            return await engine.answer(conversation, text=text, language=language, place=place)
        finally:
            await engine.erase(conversation)

    return asyncio.run(run())

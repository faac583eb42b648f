"""What the routes share: the engine, the database and the limits of this process."""

from __future__ import annotations

import asyncio
import logging
import secrets
import time
import weakref
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Annotated

from fastapi import Depends, Request
from starlette.concurrency import run_in_threadpool

from actions.reply import Reply, Status
from api.errors import ApiError
from api.live import QUEUE, Signals, StreamLimit
from api.rate_limit import RateLimit
from api.reloading import LibraryReloader
from api.secret_key import derived_key
from api.settings import Settings
from api.store.audit import Actor
from api.store.conversations import Conversations, ErasureReceipt
from api.store.database import Database
from api.store.exchanges import Exchanges
from api.store.handover_desk import HandoverDesk
from api.store.handover_rows import NotOpen
from api.store.handovers import Handovers
from api.store.options import HandoverOptions, Options
from api.store.question_groups import QuestionGroups
from api.store.retention import Retention
from api.store.switches import Off
from api.store.tables import Handover, HandoverMessage
from api.switching import Switching, obeying
from bot.engine import Answer, Engine, InvalidPayload
from bot.sentences import Sentences

_log = logging.getLogger(__name__)


@dataclass
class State:
    """The parts of a running server.

    Attributes:
        settings: Of the installation.
        engine: None until it is loaded.
        database: None until it is open.
        rate_limit: Counts messages.
        sentences: The bot's own sentences.
        reloader: Takes up changed library files; None when that is switched off.
        signals: Wake the event streams of this process.
        streams: Bounds how many of them are open.
        switching: Knows what is switched off.
        turns: Of each conversation that is being answered or erased: one at a time.
    """

    settings: Settings
    engine: Engine | None = None
    database: Database | None = None
    rate_limit: RateLimit = field(init=False)
    sentences: Sentences = field(default_factory=Sentences.shared)
    reloader: LibraryReloader | None = None
    signals: Signals = field(default_factory=Signals)
    streams: StreamLimit = field(default_factory=StreamLimit)
    switching: Switching = field(default_factory=Switching)
    turns: weakref.WeakValueDictionary[str, asyncio.Lock] = field(
        default_factory=weakref.WeakValueDictionary
    )

    def __post_init__(self) -> None:
        self.rate_limit = RateLimit(self.settings)

    def ready(self) -> tuple[Engine, Database]:
        """The engine and the database.

        Raises:
            ApiError: They are not loaded yet.
        """
        if self.engine is None or self.database is None:
            message = "Wegwijs is still starting. Try again in a moment."
            raise ApiError(503, "starting", message, {"Retry-After": "5"})
        return self.engine, self.database

    async def answer(
        self,
        conversation_id: str,
        text: str | None,
        payload: str | None,
        language: str | None,
        place: str | None,
    ) -> tuple[Answer, str]:
        """Answer a message and keep the exchange.

        While the conversation waits for a person or has one, the message goes to the person, and
        nothing is said unless it tells of danger.

        Returns:
            The answer, and the id of the exchange; empty when nothing is said.

        Raises:
            ApiError: The payload is none of ours, or nothing can answer yet.
        """
        thread = await run_in_threadpool(self.handovers.open_one, conversation_id)
        if thread is not None:
            try:
                silent = not (text and text.strip()) or not await self._danger(thread, text)
            except NotOpen:
                silent = False  # it ended at this very moment
            if silent:
                reply = Reply(
                    status=Status.HANDED_OVER,
                    messages=(),
                    language=thread.language,
                    place=thread.place,
                )
                return Answer(reply, ""), ""
        return await self.answer_by_program(conversation_id, text, payload, language, place)

    async def _danger(self, thread: Handover, text: str) -> bool:
        _, danger = await self.hear(thread, secrets.token_urlsafe(16), text)
        return danger

    async def answer_by_program(
        self,
        conversation_id: str,
        text: str | None,
        payload: str | None,
        language: str | None,
        place: str | None,
    ) -> tuple[Answer, str]:
        """Answer a message, whether or not a person is there, and keep the exchange.

        Returns:
            The answer, and the id of the exchange.

        Raises:
            ApiError: The payload is none of ours, or nothing can answer yet.
        """
        # Erasing waits for it: an answer that came after would be kept of what was erased.
        async with self._turn(conversation_id):
            return await self._answered(conversation_id, text, payload, language, place)

    async def _answered(
        self,
        conversation_id: str,
        text: str | None,
        payload: str | None,
        language: str | None,
        place: str | None,
    ) -> tuple[Answer, str]:
        engine, database = self.ready()
        start = time.perf_counter()
        try:
            answer = await engine.answer(conversation_id, text, payload, language, place)
        except InvalidPayload as error:
            message = f"No suggestion of Wegwijs has the payload {error}. Send back one as it came."
            raise ApiError(422, "invalid_payload", message) from error
        library = engine.knowledge.library
        reply = obeying(answer.reply, await self.switched_off(), library, self.sentences)
        answer = Answer(reply, answer.text)
        milliseconds = round((time.perf_counter() - start) * 1000)
        card = library.cards.get(answer.reply.card.id) if answer.reply.card else None
        exchange_id = await run_in_threadpool(
            Exchanges(database).add,
            conversation_id,
            answer.text,
            answer.reply,
            milliseconds,
            card.domain if card else None,
            library.fingerprint,
        )
        return answer, exchange_id

    def _turn(self, conversation_id: str) -> asyncio.Lock:
        return self.turns.setdefault(conversation_id, asyncio.Lock())

    async def switched_off(self) -> Off:
        """What staff switched off."""
        _, database = self.ready()
        return await run_in_threadpool(self.switching.off, database)

    async def hear(self, thread: Handover, key: str, text: str) -> tuple[HandoverMessage, bool]:
        """Keep what a newcomer writes to a person; danger puts it before all others.

        Args:
            thread: The open hand-over.
            key: Chosen by the sender; the same message sent again is kept once.
            text: The words.

        Returns:
            The message, and whether it tells of danger.

        Raises:
            NotOpen: The hand-over ended meanwhile.
        """
        engine, _ = self.ready()
        message = await run_in_threadpool(self.handovers.receive, thread.conversation_id, key, text)
        self.signals.wake(thread.conversation_id)
        danger = (await engine.intent(text)).startswith("safety_")
        if danger:
            await run_in_threadpool(self.handovers.mark_urgent, thread.id)
        self.signals.wake(QUEUE)
        return message, danger

    @property
    def handovers(self) -> Handovers:
        """The hand-overs, from the newcomers' side."""
        engine, database = self.ready()
        numbers = engine.knowledge.library.public_numbers
        return Handovers(database, derived_key(self.settings, "contact"), numbers)

    @property
    def handover_desk(self) -> HandoverDesk:
        """The hand-overs, from the caseworkers' side."""
        _, database = self.ready()
        return HandoverDesk(database, derived_key(self.settings, "contact"))

    async def erase(self, conversation_id: str, actor: Actor | None = None) -> ErasureReceipt:
        """Erase all that is kept of a conversation.

        Args:
            conversation_id: The conversation.
            actor: Who of the staff erases it, for the audit log; None for the newcomer.

        Returns:
            What was erased.
        """
        engine, database = self.ready()
        async with self._turn(conversation_id):
            events = await engine.erase(conversation_id)
            receipt = await run_in_threadpool(
                Conversations(database).erase, conversation_id, actor, events
            )
        self.signals.wake(conversation_id, QUEUE)
        return receipt

    async def clean_up(self) -> None:
        """Delete what is older than the installation keeps."""
        engine, database = self.ready()
        retention = Retention(database, self.settings.retention_days)
        periods = await run_in_threadpool(retention.periods)
        exchanges = Exchanges(database)
        age = timedelta(days=periods.exchanges)
        for conversation_id in await run_in_threadpool(exchanges.conversations_before, age):
            # Its hand-overs are kept for a time of their own.
            await engine.erase(conversation_id)
            await run_in_threadpool(exchanges.erase, conversation_id)
        ended = timedelta(days=periods.threads)
        self.signals.wake(*await run_in_threadpool(self.handovers.expire, ended), QUEUE)
        await run_in_threadpool(retention.delete_the_rest)

    async def sort_questions(self) -> None:
        """Put questions that were not answered well into groups."""
        engine, database = self.ready()
        groups = QuestionGroups(database)
        while await run_in_threadpool(groups.sort_in, engine.knowledge):
            pass

    async def end_silent_handovers(self) -> None:
        """End the hand-overs in which nobody writes any more."""
        _, database = self.ready()
        chosen = await run_in_threadpool(Options(database).read, HandoverOptions)
        silence = timedelta(minutes=chosen.silence_minutes)
        ended = await run_in_threadpool(self.handovers.end_silent, silence)
        if ended:
            self.signals.wake(*ended, QUEUE)


async def repeat(job: Callable[[], Awaitable[None]], seconds: float, wait: float = 0) -> None:
    """Do something again and again, until it is cancelled.

    What fails once is logged and tried again: a database that was away for a moment must not end
    the deletion of what is too old.

    Args:
        job: What is done.
        seconds: Between the end of one time and the next.
        wait: Seconds before the first time.
    """
    await asyncio.sleep(wait)
    while True:
        try:
            await job()
        except Exception:
            _log.exception("A task of the server failed and is tried again in %s seconds", seconds)
        await asyncio.sleep(seconds)


def state_of(request: Request) -> State:
    """The state of the server that got the request."""
    state: State = request.app.state.wegwijs
    return state


StateOf = Annotated[State, Depends(state_of)]

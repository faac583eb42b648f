"""What the routes share: the engine, the storage and the limits of this process."""

from __future__ import annotations

import asyncio
import time
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Annotated

from fastapi import Depends, Request
from starlette.concurrency import run_in_threadpool

from api.errors import ApiError
from api.rate_limit import RateLimit
from api.reloading import LibraryReloader
from api.settings import Settings
from api.storage import Storage
from bot.engine import Answer, Engine, InvalidPayload
from bot.sentences import Sentences


@dataclass
class State:
    """The parts of a running server.

    Attributes:
        settings: Of the installation.
        engine: None until it is loaded.
        storage: None until it is open.
        rate_limit: Counts messages.
        sentences: The bot's own sentences.
        reloader: Takes up changed library files; None when that is switched off.
    """

    settings: Settings
    engine: Engine | None = None
    storage: Storage | None = None
    rate_limit: RateLimit = field(init=False)
    sentences: Sentences = field(default_factory=Sentences.shared)
    reloader: LibraryReloader | None = None

    def __post_init__(self) -> None:
        self.rate_limit = RateLimit(self.settings)

    def ready(self) -> tuple[Engine, Storage]:
        """The engine and the storage.

        Raises:
            ApiError: They are not loaded yet.
        """
        if self.engine is None or self.storage is None:
            message = "Wegwijs is still starting. Try again in a moment."
            raise ApiError(503, "starting", message, {"Retry-After": "5"})
        return self.engine, self.storage

    async def answer(
        self,
        conversation_id: str,
        text: str | None,
        payload: str | None,
        language: str | None,
        place: str | None,
    ) -> tuple[Answer, str]:
        """Answer a message and keep the exchange.

        Returns:
            The answer, and the id of the exchange.

        Raises:
            ApiError: The payload is none of ours, or nothing can answer yet.
        """
        engine, storage = self.ready()
        start = time.perf_counter()
        try:
            answer = await engine.answer(conversation_id, text, payload, language, place)
        except InvalidPayload as error:
            message = f"No suggestion of Wegwijs has the payload {error}. Send back one as it came."
            raise ApiError(422, "invalid_payload", message) from error
        milliseconds = round((time.perf_counter() - start) * 1000)
        exchange_id = await run_in_threadpool(
            storage.add, conversation_id, answer.text, answer.reply, milliseconds
        )
        return answer, exchange_id

    async def erase(self, conversation_id: str) -> None:
        """Forget a conversation: Rasa's tracker and the exchanges."""
        engine, storage = self.ready()
        await engine.erase(conversation_id)
        await run_in_threadpool(storage.erase, conversation_id)

    async def forget_old_conversations(self) -> None:
        """Erase what is older than the installation keeps; runs until it is cancelled."""
        age = timedelta(days=self.settings.retention_days)
        while True:
            _, storage = self.ready()
            for conversation_id in await run_in_threadpool(storage.conversations_before, age):
                await self.erase(conversation_id)
            await asyncio.sleep(3600)


def state_of(request: Request) -> State:
    """The state of the server that got the request."""
    state: State = request.app.state.wegwijs
    return state


StateOf = Annotated[State, Depends(state_of)]

"""What the routes share: the engine, the database and the limits of this process."""

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
from api.store.database import Database
from api.store.exchanges import Exchanges
from bot.engine import Answer, Engine, InvalidPayload
from bot.sentences import Sentences


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
    """

    settings: Settings
    engine: Engine | None = None
    database: Database | None = None
    rate_limit: RateLimit = field(init=False)
    sentences: Sentences = field(default_factory=Sentences.shared)
    reloader: LibraryReloader | None = None

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

        Returns:
            The answer, and the id of the exchange.

        Raises:
            ApiError: The payload is none of ours, or nothing can answer yet.
        """
        engine, database = self.ready()
        start = time.perf_counter()
        try:
            answer = await engine.answer(conversation_id, text, payload, language, place)
        except InvalidPayload as error:
            message = f"No suggestion of Wegwijs has the payload {error}. Send back one as it came."
            raise ApiError(422, "invalid_payload", message) from error
        milliseconds = round((time.perf_counter() - start) * 1000)
        library = engine.knowledge.library
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

    async def erase(self, conversation_id: str) -> None:
        """Forget a conversation: Rasa's tracker and the exchanges."""
        engine, database = self.ready()
        await engine.erase(conversation_id)
        await run_in_threadpool(Exchanges(database).erase, conversation_id)

    async def forget_old_conversations(self) -> None:
        """Erase what is older than the installation keeps; runs until it is cancelled."""
        age = timedelta(days=self.settings.retention_days)
        while True:
            _, database = self.ready()
            old = await run_in_threadpool(Exchanges(database).conversations_before, age)
            for conversation_id in old:
                await self.erase(conversation_id)
            await asyncio.sleep(3600)


def state_of(request: Request) -> State:
    """The state of the server that got the request."""
    state: State = request.app.state.wegwijs
    return state


StateOf = Annotated[State, Depends(state_of)]

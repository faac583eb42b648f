"""What wakes the event streams, and how many of them may be open."""

from __future__ import annotations

import asyncio
import contextlib
from collections import Counter, defaultdict
from collections.abc import Iterator

from api.errors import ApiError

LOOK_EVERY = 2.0
"""Seconds after which a stream looks in the database anyway: another process may have written."""

PING_EVERY = 15
"""Seconds after which a silent stream sends a sign of life, so that no proxy closes it."""

QUEUE = "queue"
"""Topic of everything that changes who waits."""


class News:
    """What one listener waits for."""

    def __init__(self) -> None:
        self.event = asyncio.Event()

    async def wait(self) -> None:
        """Wait until there is news, or it is time to look anyway."""
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(LOOK_EVERY):
                await self.event.wait()
        # Cleared before the listener looks: what comes while it looks wakes it again.
        self.event.clear()


class Signals:
    """Wakes listeners of this process, by topic. The database alone holds what is true."""

    def __init__(self) -> None:
        self._listeners: defaultdict[str, set[News]] = defaultdict(set)

    def wake(self, *topics: str) -> None:
        """Wake who listens to one of the topics; called from the event loop's own thread."""
        for topic in topics:
            for news in self._listeners.get(topic, ()):
                news.event.set()

    @contextlib.contextmanager
    def listening(self, *topics: str) -> Iterator[News]:
        """Listen to topics until the block ends."""
        news = News()
        for topic in topics:
            self._listeners[topic].add(news)
        try:
            yield news
        finally:
            for topic in topics:
                self._listeners[topic].discard(news)
                if not self._listeners[topic]:
                    del self._listeners[topic]


class StreamLimit:
    """Bounds the number of open streams.

    Args:
        address: How many one network address may have; high, since a reception centre shares one.
        conversation: How many one conversation may have.
        account: How many somebody of the staff may have, whatever newcomers at their address have.
    """

    def __init__(self, address: int = 200, conversation: int = 5, account: int = 20) -> None:
        self._most = {"address": address, "conversation": conversation, "account": account}
        self._open: Counter[tuple[str, str]] = Counter()

    def check(self, **names: str) -> None:
        """Refuse one more.

        Args:
            names: The `address` and the `conversation` of the stream, or its `account`.

        Raises:
            ApiError: There are as many as there may be.
        """
        if any(self._open[key] >= self._most[key[0]] for key in names.items()):
            message = "Too many live connections. Close another window and try again."
            raise ApiError(429, "too_many_streams", message, {"Retry-After": "10"})

    @contextlib.contextmanager
    def counted(self, **names: str) -> Iterator[None]:
        """Count a stream while it is open."""
        keys = list(names.items())
        self._open.update(keys)
        try:
            yield
        finally:
            self._open.subtract(keys)
            for key in keys:
                if self._open[key] <= 0:
                    del self._open[key]

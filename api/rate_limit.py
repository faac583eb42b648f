"""How many messages a conversation and a network address may send."""

from __future__ import annotations

import math
import time

from limits import RateLimitItemPerMinute
from limits.storage import MemoryStorage
from limits.strategies import MovingWindowRateLimiter

from api.errors import ApiError
from api.settings import Settings


class RateLimit:
    """Counts messages in memory.

    Args:
        settings: Say how many are allowed.
    """

    def __init__(self, settings: Settings) -> None:
        self._limiter = MovingWindowRateLimiter(MemoryStorage())
        self._conversation = RateLimitItemPerMinute(settings.messages_per_minute)
        self._address = RateLimitItemPerMinute(settings.messages_per_minute_per_address)

    def check(self, conversation_id: str, address: str) -> None:
        """Count one message.

        Raises:
            ApiError: There were too many; says when to try again.
        """
        for item, *key in (
            (self._address, "address", address),
            (self._conversation, "conversation", conversation_id),
        ):
            if not self._limiter.hit(item, *key):
                reset = self._limiter.get_window_stats(item, *key).reset_time
                wait = max(1, math.ceil(reset - time.time()))
                raise ApiError(
                    429,
                    "too_many_requests",
                    f"Too many messages. Try again in {wait} seconds.",
                    {"Retry-After": str(wait)},
                )

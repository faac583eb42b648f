"""Progress of long work, told to whoever shows it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

Listener = Callable[[str, int, int], None]

_listener: Listener | None = None


def report(step: str, done: int, total: int) -> None:
    """Tell how much of a step is done; nothing happens when nobody listens."""
    if _listener is not None:
        _listener(step, done, total)


@contextmanager
def listening(listener: Listener) -> Iterator[None]:
    """Send progress to a listener for as long as the block runs.

    Rasa makes the components itself, so a listener cannot be handed to them.
    """
    global _listener
    before, _listener = _listener, listener
    try:
        yield
    finally:
        _listener = before

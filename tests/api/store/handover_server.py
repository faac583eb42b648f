"""Server processes that a test can kill: each line on the standard input starts one.

The libraries are loaded once, and each server is a fork of this process, so that a restart takes
a moment. The dialogue is not loaded: while a person answers, only danger is looked for.
"""

from __future__ import annotations

import json
import os
import signal
import sys
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import uvicorn

from api.app import create_app
from api.settings import Settings
from knowledge.library import Library


class NoDialogue(SimpleNamespace):
    """An engine that understands nothing."""

    async def intent(self, text: str) -> str:
        """Nothing is dangerous."""
        return "ask"


def serve(order: dict[str, Any], library: Library) -> None:
    """Run a server until it is killed."""
    settings = Settings(
        data_dir=Path(order["data"]),
        database_url=order["database"],
        watch_library=False,
        messages_per_minute=100_000,
        messages_per_minute_per_address=100_000,
    )
    engine: Any = NoDialogue(knowledge=SimpleNamespace(library=library, settings=settings))
    uvicorn.run(create_app(settings, engine), port=order["port"], log_level="error", ws="none")


def main() -> None:
    """Start a server for each order, and tell its process."""
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # who was killed needs no burial
    library = Library.load(Settings().library_dir)
    print("ready", flush=True)
    for line in sys.stdin:
        child = os.fork()
        if child == 0:
            serve(json.loads(line), library)
            os._exit(0)
        print(child, flush=True)


if __name__ == "__main__":
    main()

"""Taking up changed library files while the server runs."""

from __future__ import annotations

import asyncio
import logging
import threading
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

from starlette.concurrency import run_in_threadpool
from watchfiles import Change, awatch

from actions.knowledge_base import KnowledgeBase, rebuild_knowledge_base
from actions.settings import ActionSettings
from knowledge.errors import WegwijsError
from knowledge.library import Library

_log = logging.getLogger(__name__)
_QUIET = 1_000
"""Milliseconds without a change before a build begins: `git pull` writes many files."""


class LibraryReloader:
    """Watches the library and swaps the whole knowledge when a changed one is sound.

    Args:
        settings: Say where library and index are.
        current: The library that answers come from now.
        use: Puts new knowledge in the place of the old.
        tell: Told in a sentence what happened, for the operator.

    Attributes:
        problem: Why the files on disk are not in use; None when they are.
        changed_at: When the knowledge was swapped last; None when it never was.
    """

    def __init__(
        self,
        settings: ActionSettings,
        current: Library,
        use: Callable[[KnowledgeBase], None],
        tell: Callable[[str], None] = _log.warning,
    ) -> None:
        self._settings = settings
        self._fingerprint = current.fingerprint
        self._use = use
        self._tell = tell
        # The watcher and whoever accepted a proposal may come at the same time.
        self._reloading = threading.Lock()
        self.problem: str | None = None
        self.changed_at: datetime | None = None

    async def watch(self) -> None:
        """Reload at every change; runs until it is cancelled."""
        folder = self._settings.library_dir
        async for _ in awatch(folder, watch_filter=_is_content, step=_QUIET, debounce=30_000):
            await run_in_threadpool(self.reload)

    def reload(self) -> bool:
        """Build and swap in what stands on disk, when it differs and is sound.

        May be called from any thread; a second call waits for the first, and then finds its work
        done.

        Returns:
            Whether the knowledge was swapped.
        """
        with self._reloading:
            return self._reload()

    @property
    def busy(self) -> bool:
        """Whether a changed library is being taken up right now."""
        return self._reloading.locked()

    def _reload(self) -> bool:
        start = time.monotonic()
        try:
            settings = self._settings
            library = _read(settings)
            if library.fingerprint == self._fingerprint:
                self.problem = None
                return False
            knowledge = rebuild_knowledge_base(settings, library)
        except (WegwijsError, OSError) as error:
            self.problem = str(error)
            self._tell(f"The library changed, but the old one stays in use. {error}")
            return False
        self._use(knowledge)
        self._fingerprint = knowledge.library.fingerprint
        self.problem = None
        self.changed_at = datetime.now(UTC)
        seconds = time.monotonic() - start
        self._tell(
            f"The library changed: {len(knowledge.library.cards)} cards are in use after "
            f"{seconds:.0f} seconds."
        )
        return True


def _read(settings: ActionSettings) -> Library:
    """The library as it stands on disk at one moment."""
    while True:
        before = _stamps(settings.library_dir)
        library = Library.load(settings.library_dir, settings.data_dir)
        # Its fingerprint is taken from the files now. One that changed after it was read would be
        # in the fingerprint and not in the library, and nobody would notice.
        if library.fingerprint and _stamps(settings.library_dir) == before:
            return library


def _stamps(folder: Path) -> dict[Path, tuple[int, int]]:
    """When each file of the library was written last, and its size."""
    files = [file for kind in ("*.yml", "*.md") for file in folder.rglob(kind)]
    return {file: (file.stat().st_mtime_ns, file.stat().st_size) for file in files}


def _is_content(change: Change, path: str) -> bool:
    """Whether a file is one that the library reads, and not what an editor leaves beside it."""
    file = Path(path)
    return file.suffix in (".yml", ".md") and not file.name.startswith((".", "~"))


def start_watching(reloader: LibraryReloader) -> asyncio.Task[None]:
    """Watch in the background; what goes wrong there is logged, and answers go on."""

    async def run() -> None:
        while True:
            try:
                await reloader.watch()
            except (OSError, RuntimeError) as error:
                _log.error("The library cannot be watched: %s. Trying again in a minute.", error)
                await asyncio.sleep(60)

    return asyncio.create_task(run())

"""Work that takes longer than somebody waits for a page."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field

from fastapi import Request

from knowledge.errors import WegwijsError

_log = logging.getLogger(__name__)


@dataclass
class Job:
    """A piece of work that goes on.

    Attributes:
        done: How much is done.
        total: Of how much; 0 while that is not known.
        trouble: Why it failed; None when it did not.
        ended: Whether it is over.
    """

    done: int = 0
    total: int = 0
    trouble: str | None = None
    ended: bool = False
    again: bool = field(default=False, repr=False)

    def progress(self, done: int, total: int) -> None:
        """Tell how much is done."""
        self.done, self.total = done, total


class Background:
    """The work of a server that goes on behind its pages: one piece of a name at a time."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._jobs: dict[str, Job] = {}
        self._threads: list[threading.Thread] = []

    @classmethod
    def of(cls, request: Request) -> Background:
        """The work of the server that got the request."""
        background: Background = request.app.state.background
        return background

    def begin(self, name: str, run: Callable[[Job], None]) -> Job:
        """Begin a piece of work; when it goes on already, it runs once more at its end.

        Args:
            name: Of the work.
            run: Does it, in a thread.

        Returns:
            The work.
        """
        with self._lock:
            job = self._jobs.get(name)
            if job is not None and not job.ended:
                job.again = True
                return job
            job = self._jobs[name] = Job()
            thread = threading.Thread(target=self._run, args=(job, run), name=name, daemon=True)
            self._threads = [one for one in self._threads if one.is_alive()] + [thread]
            thread.start()
            return job

    def _run(self, job: Job, run: Callable[[Job], None]) -> None:
        while True:
            try:
                run(job)
                job.trouble = None
            except (WegwijsError, OSError, ValueError) as error:
                job.trouble = str(error)
            except Exception as error:
                # A fault of ours: in a thread nobody else would see it.
                _log.exception("%s failed", threading.current_thread().name)
                job.trouble = f"{type(error).__name__}: {error}"
            with self._lock:
                if not job.again:
                    job.ended = True
                    return
                job.again = False
                job.done, job.total = 0, 0

    def job(self, name: str) -> Job | None:
        """The latest piece of work of a name; None when there was none."""
        return self._jobs.get(name)

    def wait(self, seconds: float) -> bool:
        """Wait until all of it is done, also what other work begins.

        Returns:
            Whether it is.
        """
        until = time.monotonic() + seconds
        while going := [thread for thread in list(self._threads) if thread.is_alive()]:
            if time.monotonic() > until:
                return False
            going[0].join(max(0.0, until - time.monotonic()))
        return True

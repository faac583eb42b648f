"""Answering from a changed library soon: first from a draft of it, then from a whole new index."""

from __future__ import annotations

import threading

from actions.draft import open_draft
from api.console.accepting import Accepting
from api.console.background import Background, Job
from api.reloading import LibraryReloader
from api.state import State
from api.store.proposals import Proposals
from knowledge.library import Library

JOB = "going live"

_swapping = threading.Lock()


def go_live(state: State, background: Background) -> Job:
    """Answer from the library as it stands on disk; begins in the background.

    Args:
        state: Of the server.
        background: Where the work goes on.

    Returns:
        The work.
    """
    return background.begin(JOB, lambda job: _go(state, background))


def catch_up(state: State, background: Background) -> None:
    """Finish what a crash left half done: files that are not written, answers from older ones."""
    _, database = state.ready()
    Accepting(state.settings, database).recover()
    job = background.job(JOB)
    if (job is None or job.ended) and Proposals(database).not_live():
        go_live(state, background)


def _go(state: State, background: Background) -> None:
    engine, _ = state.ready()
    reloader = state.reloader or LibraryReloader(
        state.settings, engine.knowledge.library, engine.use
    )
    # A build takes up to a minute, a draft a few seconds.
    _swap(state)
    # Waits for a build of the watcher's, and finds its work done. Not in this piece of work, so
    # that the next proposal need not wait for the build.
    background.begin("building", lambda job: _build(state, reloader))


def _build(state: State, reloader: LibraryReloader) -> None:
    reloader.reload()
    engine, _ = state.ready()
    on_disk = Library.load(state.settings.library_dir, state.settings.data_dir)
    if on_disk.fingerprint != engine.knowledge.library.fingerprint:
        # What was accepted while the index was built is not in it.
        _swap(state)


def _swap(state: State) -> None:
    engine, database = state.ready()
    proposals = Proposals(database)
    with _swapping:
        accepted = proposals.not_live()
        live = engine.knowledge
        draft = open_draft(state.settings, live, state.settings.library_dir)
        if draft.library.fingerprint != live.library.fingerprint:
            engine.use(draft)
        proposals.mark_live(accepted)

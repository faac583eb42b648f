"""Drafts of the library that can be asked: the library as it would be with a proposal."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory

from fastapi import Request
from starlette.concurrency import run_in_threadpool

from actions.draft import open_draft
from actions.knowledge_base import KnowledgeBase
from api.state import State
from api.store.tables import Proposal
from knowledge.proposals.change import CHANGE
from knowledge.proposals.edits import FileEdits, draft_folder
from knowledge.proposals.plan import plan

Key = tuple[int, str, str]
"""Id of the proposal, fingerprint of what it changes, and fingerprint of the library in use."""

_KEPT = 2


class Drafts:
    """The drafts that are open: each takes as much memory as an index.

    Args:
        kept: How many at most; the one that was not asked for longest goes first.
    """

    def __init__(self, kept: int = _KEPT) -> None:
        self._kept = kept
        self._open: dict[Key, KnowledgeBase] = {}
        self._building = asyncio.Lock()

    @classmethod
    def of(cls, request: Request) -> Drafts:
        """The drafts of the server that got the request."""
        kept = request.app.state
        if not hasattr(kept, "drafts"):
            kept.drafts = cls()
        drafts: Drafts = kept.drafts
        return drafts

    async def get(self, key: Key, build: Callable[[], KnowledgeBase]) -> KnowledgeBase:
        """A draft; built in a thread unless it is open already.

        Args:
            key: What it is a draft of.
            build: Makes it.

        Returns:
            The draft.

        Raises:
            WegwijsError: It cannot be built.
        """
        # One at a time: two would take twice the memory, and each other's processor.
        async with self._building:
            found = self._open.pop(key, None)
            if found is None:
                while len(self._open) >= self._kept:
                    del self._open[next(iter(self._open))]
                found = await run_in_threadpool(build)
            self._open[key] = found
            return found


async def proposal_draft(drafts: Drafts, state: State, proposal: Proposal) -> KnowledgeBase:
    """The library as it would be with a proposal.

    Args:
        drafts: Those that are open.
        state: Of the server.
        proposal: The proposal.

    Returns:
        The draft, to be asked.

    Raises:
        WegwijsError: The proposal cannot be made; says what to mend.
        ValueError: What is kept of the proposal is no change that this release knows.
        OSError: The copy of the library cannot be written.
    """
    engine, _ = state.ready()
    folder = state.settings.library_dir
    edits = await run_in_threadpool(
        lambda: plan(CHANGE.validate_python(proposal.change), folder)
    )  # fmt: skip
    key = (int(proposal.id), edits.fingerprint, engine.knowledge.library.fingerprint)
    return await drafts.get(key, lambda: open_proposal_draft(state, edits))


def open_proposal_draft(state: State, edits: FileEdits) -> KnowledgeBase:
    """Copy the library, make the edits in the copy and index it; takes seconds."""
    engine, _ = state.ready()
    with TemporaryDirectory(prefix="wegwijs-draft-") as folder:
        copy = draft_folder(edits, Path(folder))
        return open_draft(state.settings, engine.knowledge, copy)

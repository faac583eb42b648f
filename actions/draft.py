"""A draft of the library that can be asked, beside the knowledge in use."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from actions.knowledge_base import KnowledgeBase
from actions.settings import ActionSettings
from knowledge.draft_index import draft_index
from knowledge.library import Library
from knowledge.search import Search
from knowledge.vector_cache import VectorCache


def open_draft(
    settings: ActionSettings,
    live: KnowledgeBase,
    folder: Path,
    progress: Callable[[int, int], None] = lambda done, total: None,
) -> KnowledgeBase:
    """Open a changed copy of the library, to be asked beside the knowledge in use.

    Only texts that the knowledge in use does not have are embedded. The index stays in memory and
    takes the ranker, the languages' means and the weights of words from the index in use: whatever
    is answered otherwise comes from the changed text alone. The build after the change is made
    teaches the ranker anew, which can move a confidence by a little more.

    Args:
        settings: Of the installation.
        live: The knowledge in use.
        folder: The changed copy; `knowledge.proposals.edits.draft_folder` makes one. It is only
            needed while this runs.
        progress: Told how many of how many new texts are embedded.

    Returns:
        The draft; `knowledge_base.using` answers from it.

    Raises:
        LibraryError: The draft has a problem.
    """
    library = Library.load(folder, settings.data_dir)
    # Asked while the folder is there.
    _ = library.fingerprint
    encoder = live.encoder
    cache = VectorCache(settings.vector_cache)
    index = draft_index(live.search.index, library, encoder, cache, progress)
    return KnowledgeBase(library, Search(library, index, encoder), live.settings)

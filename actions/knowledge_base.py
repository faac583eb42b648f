"""The knowledge that this process answers from."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass

from actions.settings import ActionSettings
from knowledge.builder import CalibrationSet, build_index, index_meta
from knowledge.encoder import Encoder, SentenceEncoder, open_encoder
from knowledge.index import IndexOutdated, open_index, save_index
from knowledge.library import Library
from knowledge.search import Search
from knowledge.vector_cache import VectorCache


@dataclass(frozen=True)
class KnowledgeBase:
    """A library, the search over it, and the settings that shape the answers."""

    library: Library
    search: Search
    settings: ActionSettings

    @property
    def encoder(self) -> Encoder:
        """The encoder of questions."""
        return self.search.encoder


_current: KnowledgeBase | None = None
_encoder: SentenceEncoder | None = None
_chosen: ContextVar[KnowledgeBase | None] = ContextVar("knowledge_base", default=None)


def shared_encoder(settings: ActionSettings | None = None) -> SentenceEncoder:
    """The one encoder of this process: it takes hundreds of megabytes.

    Raises:
        ModelError: It cannot be loaded.
    """
    global _encoder
    if _encoder is None:
        settings = settings or ActionSettings()
        _encoder = open_encoder(settings.encoder, settings.encoder_dir, settings.encoder_threads)
    return _encoder


def open_knowledge_base(settings: ActionSettings) -> KnowledgeBase:
    """Open the library and its index.

    Raises:
        LibraryError: The library has a problem.
        ModelError: The encoder cannot be loaded.
        IndexProblem: The index is missing, damaged, or not of this library and encoder.
    """
    library = Library.load(settings.library_dir, settings.data_dir)
    encoder = shared_encoder(settings)
    index = open_index(settings.index_dir, encoder.fingerprint, encoder.name)
    wanted = index_meta(library, encoder.fingerprint, encoder.name, CalibrationSet.load())
    if index.meta.version != wanted.version:
        raise IndexOutdated(
            f"The index in {settings.index_dir} is older than the library. Run 'wegwijs build'."
        )
    return KnowledgeBase(library, Search(library, index, encoder), settings)


def rebuild_knowledge_base(
    settings: ActionSettings, library: Library | None = None
) -> KnowledgeBase:
    """Read the library again and build its index; only texts that changed are embedded.

    The index is built beside the one that is in use and made the current one when it is whole.

    Args:
        settings: Say where library and index are.
        library: The library, when it was just read.

    Raises:
        LibraryError: The library has a problem; nothing was changed.
    """
    library = library or Library.load(settings.library_dir, settings.data_dir)
    encoder = shared_encoder(settings)
    cache = VectorCache(settings.vector_cache)
    index = build_index(library, encoder, CalibrationSet.load(), cache)
    save_index(index, settings.index_dir)
    return KnowledgeBase(library, Search(library, index, encoder), settings)


def use(knowledge_base: KnowledgeBase) -> None:
    """Answer from this knowledge from now on."""
    global _current
    _current = knowledge_base


@contextmanager
def using(knowledge_base: KnowledgeBase) -> Iterator[None]:
    """Answer from other knowledge inside a `with` block, such as a draft.

    Only what the block itself calls and awaits sees it: other turns, that run at the same time,
    go on with the knowledge in use. An action server of its own does not see it either.

    Args:
        knowledge_base: What to answer from.
    """
    token = _chosen.set(knowledge_base)
    try:
        yield
    finally:
        _chosen.reset(token)


def current() -> KnowledgeBase:
    """The knowledge that actions answer from, opened by the settings when nobody did yet."""
    chosen = _chosen.get()
    if chosen is not None:
        return chosen
    global _current
    if _current is None:
        _current = open_knowledge_base(ActionSettings())
    return _current

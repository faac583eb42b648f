"""An index of a changed library beside the one in use, so that the two can be compared."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np

from knowledge.encoder import Encoder
from knowledge.index import Index, build_vectors
from knowledge.library import Library
from knowledge.units import units_of
from knowledge.vector_cache import VectorCache


def draft_index(
    live: Index,
    library: Library,
    encoder: Encoder,
    cache: VectorCache,
    progress: Callable[[int, int], None] = lambda done, total: None,
) -> Index:
    """Index a changed library in memory, as far as it can be with what is known already.

    The ranker, the languages' means, the contrast sentences and the weights of the words are those
    of the index in use. `build_index` would learn them anew, and two indexes would then differ in
    more than the text that changed. It also takes a second instead of half a minute.

    Args:
        live: The index in use.
        library: The changed library.
        encoder: The encoder that `live` was built with.
        cache: Keeps the vectors of the texts that are new, for the build to come.
        progress: Told how many of how many new texts are embedded.

    Returns:
        The index; nothing of it is saved.
    """
    units = list(units_of(library))
    known = {(unit.language, unit.text): number for number, unit in enumerate(live.units)}
    kept = [known.get((unit.language, unit.text)) for unit in units]
    fresh = [unit for unit, number in zip(units, kept, strict=True) if number is None]
    texts = [unit.text for unit in fresh]
    embedded = cache.encode(encoder, texts, progress=progress)
    centred = live.centres.centred_texts(embedded, [unit.language for unit in fresh])
    old = live.vectors.reconstruct_n(0, live.vectors.ntotal)
    rows = iter(range(len(old), len(old) + len(fresh)))
    order = [next(rows) if number is None else number for number in kept]
    vectors = np.concatenate([old, centred])[order]
    return replace(
        live,
        meta=replace(
            live.meta, version=f"draft-{library.fingerprint}", library=library.fingerprint
        ),
        units=units,
        vectors=build_vectors(np.ascontiguousarray(vectors, dtype=np.float32)),
        lexical=live.lexical.revised(kept, texts),
    )

"""Vectors that were computed before, so that a build embeds only texts that changed."""

from __future__ import annotations

import hashlib
import sqlite3
from collections.abc import Callable, Sequence
from contextlib import closing
from pathlib import Path

import numpy as np

from knowledge.encoder import Encoder, Vectors

_BATCH = 512  # what a build that is interrupted may lose


class VectorCache:
    """A file of vectors, by encoder and text.

    Args:
        file: SQLite file; made when it is not there.
    """

    def __init__(self, file: Path) -> None:
        self._file = file
        file.parent.mkdir(parents=True, exist_ok=True)
        with closing(sqlite3.connect(file)) as database, database:
            database.execute(
                "CREATE TABLE IF NOT EXISTS vectors (key BLOB PRIMARY KEY, value BLOB)"
            )

    def encode(
        self,
        encoder: Encoder,
        texts: Sequence[str],
        queries: bool = False,
        progress: Callable[[int, int], None] = lambda done, total: None,
    ) -> Vectors:
        """Vectors of texts, from the file where it has them.

        Args:
            encoder: Computes those that are missing.
            texts: The texts.
            queries: Whether the texts are questions (a model may embed them differently).
            progress: Told how many of how many missing vectors are done.

        Returns:
            Unit vectors, shape (len(texts), encoder.dimension).
        """
        kind = "query" if queries else "passage"
        salt = f"{encoder.fingerprint}\0{kind}\0"
        keys = [hashlib.sha256((salt + text).encode()).digest() for text in texts]
        with closing(sqlite3.connect(self._file)) as database:
            found: dict[bytes, bytes] = {}
            for key in dict.fromkeys(keys):
                row = database.execute("SELECT value FROM vectors WHERE key = ?", (key,)).fetchone()
                if row:
                    found[key] = row[0]
            missing = {key: text for key, text in zip(keys, texts, strict=True) if key not in found}
            # Texts of like length together: in a batch, short ones are padded to the longest.
            queue = sorted(missing.items(), key=lambda item: len(item[1]))
            for start in range(0, len(queue), _BATCH):
                batch = queue[start : start + _BATCH]
                encode = encoder.encode_queries if queries else encoder.encode_passages
                vectors = encode([text for _, text in batch])
                rows = [
                    (key, vector.astype(np.float32).tobytes())
                    for (key, _), vector in zip(batch, vectors, strict=True)
                ]
                with database:
                    database.executemany("INSERT OR REPLACE INTO vectors VALUES (?, ?)", rows)
                found.update(rows)
                progress(start + len(batch), len(queue))
        if not texts:
            return np.zeros((0, encoder.dimension), dtype=np.float32)
        return np.stack([np.frombuffer(found[key], dtype=np.float32) for key in keys])

"""Sentence embeddings: sentence-transformers behind one small interface."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Iterator, Sequence
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

import numpy as np
from numpy.typing import NDArray

from knowledge.e5 import ModelError
from knowledge.text import normalise

if TYPE_CHECKING:
    from sentence_transformers import SentenceTransformer

Vectors = NDArray[np.float32]

BUILTIN = "builtin"
# The encoder reads 512 tokens. More signs than this never fit, so longer texts are cut before
# the tokenizer spends time on them.
_MOST_SIGNS = 2000
# A batch of this many tokens stays in the processor's cache; larger ones are slower.
_BATCH_TOKENS = 1024
_PIECE = 64 * 1024
_PIECES = 64


class Encoder(Protocol):
    """What turns texts into vectors.

    Attributes:
        name: Names the model to people.
        fingerprint: Changes when the vectors would.
        dimension: Length of a vector.
    """

    name: str
    fingerprint: str
    dimension: int

    def encode_passages(self, texts: Sequence[str]) -> Vectors:
        """Unit vectors of texts that can be found, shape (len(texts), dimension)."""
        ...

    def encode_queries(self, texts: Sequence[str]) -> Vectors:
        """Unit vectors of questions, shape (len(texts), dimension)."""
        ...

    def encode_query(self, text: str) -> Vectors:
        """Unit vector of a question, shape (dimension,)."""
        ...


class SentenceEncoder:
    """A sentence-transformers model.

    Args:
        model: Name or folder of the model; nothing is downloaded.
        threads: Processor threads that it may use.

    Raises:
        ModelError: The model is not there or cannot be loaded.
    """

    def __init__(self, model: str | Path, threads: int = 2) -> None:
        self.name = str(model)
        self._model = _load(self.name, threads)
        self.dimension = int(self._model.get_embedding_dimension() or 0)
        self.fingerprint = _fingerprint(self.name, self._model)
        prompts = self._model.prompts or {}
        self._query_prompt = prompts.get("query", "")
        self._passage_prompt = prompts.get("passage", prompts.get("document", ""))
        # The dialogue asks for the vector of a message once for the intent and once for the
        # search; a newcomer's short question also often comes twice.
        self._cached_query = lru_cache(maxsize=1024)(self._encode_query)

    def encode_passages(self, texts: Sequence[str]) -> Vectors:
        """Unit vectors of texts that can be found, shape (len(texts), dimension)."""
        return self._encode([self._passage_prompt + _short(text) for text in texts])

    def encode_queries(self, texts: Sequence[str]) -> Vectors:
        """Unit vectors of questions, shape (len(texts), dimension)."""
        return self._encode([self._query_prompt + _short(text) for text in texts])

    def encode_query(self, text: str) -> Vectors:
        """Unit vector of a question, shape (dimension,)."""
        return self._cached_query(_short(text))

    def _encode_query(self, text: str) -> Vectors:
        vector: Vectors = self._encode([self._query_prompt + text])[0]
        vector.flags.writeable = False
        return vector

    def _encode(self, texts: list[str]) -> Vectors:
        if not texts:
            return np.zeros((0, self.dimension), dtype=np.float32)
        vectors = np.empty((len(texts), self.dimension), dtype=np.float32)
        for batch in self._batches(texts):
            vectors[batch] = self._model.encode(
                [texts[number] for number in batch],
                batch_size=len(batch),
                normalize_embeddings=True,
                convert_to_numpy=True,
                show_progress_bar=False,
            )
        return vectors

    def _batches(self, texts: list[str]) -> Iterator[list[int]]:
        """Numbers of texts with about as many tokens: a batch is padded to its longest text."""
        tokenizer = self._model.tokenizer
        # A model that is no transformer has another kind of tokenizer, and pads nothing.
        if len(texts) == 1 or not callable(tokenizer):
            yield list(range(len(texts)))
            return
        ids = tokenizer(texts, truncation=True, max_length=self._model.max_seq_length)
        lengths = [len(tokens) for tokens in ids["input_ids"]]
        batch: list[int] = []
        for number in sorted(range(len(texts)), key=lengths.__getitem__):
            if batch and (len(batch) + 1) * lengths[number] > _BATCH_TOKENS:
                yield batch
                batch = []
            batch.append(number)
        yield batch


def _short(text: str) -> str:
    return normalise(text)[:_MOST_SIGNS].strip()


def _load(name: str, threads: int) -> SentenceTransformer:
    # Imported here: it takes seconds, and loading the library or `--help` does not need it.
    # Threads that wait by spinning slow every neighbour on a machine with few cores.
    os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")
    import torch
    from sentence_transformers import SentenceTransformer
    from transformers.utils import logging as transformers_logging

    transformers_logging.disable_progress_bar()
    torch.set_num_threads(threads)
    try:
        return SentenceTransformer(name, device="cpu", local_files_only=True)
    except Exception as error:  # the library raises many kinds for one mistake
        reason = str(error).strip().split("\n")[0]
        raise ModelError(
            f"The encoder {name!r} cannot be loaded: {reason} "
            "Set WEGWIJS_ENCODER to 'builtin' or to the folder of a sentence-transformers model."
        ) from error


def _fingerprint(name: str, model: SentenceTransformer) -> str:
    """Names what the model computes: of a folder its files, else a sample of every weight."""
    if Path(name).is_dir():
        return folder_fingerprint(Path(name))
    digest = hashlib.sha256()
    digest.update(json.dumps(model.prompts or {}, sort_keys=True).encode())
    for key, tensor in sorted(model.state_dict().items()):
        digest.update(key.encode())
        flat = tensor.flatten()
        step = max(1, len(flat) // 256)
        digest.update(flat[::step].to("cpu").numpy().astype(np.float32).tobytes())
    return digest.hexdigest()[:16]


def folder_fingerprint(folder: Path) -> str:
    """A hash of a model folder, without loading the model.

    Small files are hashed whole; of the weights, hundreds of megabytes, evenly spread pieces.

    Raises:
        ModelError: A file cannot be read.
    """
    digest = hashlib.sha256()
    try:
        for file in sorted(path for path in folder.rglob("*") if path.is_file()):
            size = file.stat().st_size
            digest.update(f"{file.relative_to(folder)}\0{size}\0".encode())
            with file.open("rb") as content:
                for start in range(0, size, max(_PIECE, size // _PIECES)):
                    content.seek(start)
                    digest.update(content.read(_PIECE))
    except OSError as error:
        raise ModelError(f"The encoder in {folder} cannot be read: {error.strerror}.") from error
    return digest.hexdigest()[:16]


def known_fingerprint(model: str, builtin_folder: Path) -> str | None:
    """The fingerprint of the encoder that a setting names, when it is known without loading it."""
    folder = builtin_folder if model == BUILTIN else Path(model)
    return folder_fingerprint(folder) if (folder / "modules.json").is_file() else None


def open_encoder(model: str, builtin_folder: Path, threads: int = 2) -> SentenceEncoder:
    """Load the encoder that a setting names.

    Args:
        model: `builtin`, or the name or folder of a sentence-transformers model.
        builtin_folder: Where the built-in model was converted to.
        threads: Processor threads that it may use.

    Returns:
        The encoder.

    Raises:
        ModelError: The model is not there or cannot be loaded.
    """
    if model == BUILTIN:
        if not (builtin_folder / "config.json").is_file():
            raise ModelError(
                f"The built-in encoder is not in {builtin_folder}. Run 'wegwijs build' once."
            )
        return SentenceEncoder(builtin_folder, threads)
    return SentenceEncoder(model, threads)

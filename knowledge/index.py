"""The retrieval index: vectors (FAISS) and words, in versioned folders that are swapped whole."""

from __future__ import annotations

import json
import os
import shutil
import tempfile
import time
from dataclasses import asdict, dataclass
from functools import cached_property
from pathlib import Path

import faiss
import numpy as np
from numpy.typing import NDArray

from knowledge.centring import Centres
from knowledge.encoder import Vectors
from knowledge.errors import WegwijsError
from knowledge.lexical import LexicalIndex
from knowledge.ranker import FEATURES, Ranker
from knowledge.units import Unit

FORMAT = 6
"""Raise this when the files of an index change their meaning: older indexes are built again."""

_CURRENT = "current"
_KEPT_VERSIONS = 2
_BUILDING = ".building-"
_LONGEST_BUILD = 24 * 60 * 60


class IndexProblem(WegwijsError):
    """The index cannot be used: it is missing, damaged, or made by another encoder."""


class IndexOutdated(IndexProblem):
    """The index is sound, but the library has changed since it was built."""


@dataclass(frozen=True)
class IndexMeta:
    """What an index was built from.

    Attributes:
        version: Name of the version: a hash of all the rest.
        library: Fingerprint of the library.
        encoder: Fingerprint of the encoder.
        encoder_name: The encoder's name, for messages.
        questions: Fingerprint of the questions that teach the ranker.
    """

    version: str
    library: str
    encoder: str
    encoder_name: str
    questions: str
    format: int = FORMAT


@dataclass(frozen=True)
class Index:
    """An index in memory.

    Attributes:
        units: What can be found; a unit's position is its number in the vectors and the words.
        vectors: FAISS index of inner products over centred unit vectors.
        lexical: The words.
        centres: The languages' means, which were taken from the vectors.
        contrast: Centred vectors of sentences about other things, shape (n, dimension).
        ranker: Turns the evidence for an answer into a probability.
    """

    meta: IndexMeta
    units: list[Unit]
    vectors: faiss.Index
    lexical: LexicalIndex
    centres: Centres
    contrast: Vectors
    ranker: Ranker

    def nearest(self, query: Vectors, count: int) -> tuple[NDArray[np.int64], Vectors]:
        """The units nearest to a vector.

        Args:
            query: Unit vector, shape (dimension,).
            count: How many at most.

        Returns:
            Their numbers and their cosines, best first.
        """
        # One question is little work: with several threads it takes four times as long.
        threads = faiss.omp_get_max_threads()
        faiss.omp_set_num_threads(1)
        try:
            scores, numbers = self.vectors.search(query[None, :], min(count, len(self.units)))
        finally:
            faiss.omp_set_num_threads(threads)
        return numbers[0], scores[0]

    def cosines(self, query: Vectors, numbers: NDArray[np.int64]) -> Vectors:
        """Cosines of a vector with some units', shape (len(numbers),)."""
        found: Vectors = self._matrix[numbers] @ query
        return found

    @cached_property
    def _matrix(self) -> Vectors:
        """All vectors, shape (units, dimension): evidence is looked up by number, which a matrix
        does at once and FAISS one by one."""
        vectors: Vectors = self.vectors.reconstruct_n(0, self.vectors.ntotal)
        return vectors

    @cached_property
    def _numbers(self) -> dict[str, NDArray[np.int64]]:
        numbers: dict[str, list[int]] = {}
        for number, unit in enumerate(self.units):
            numbers.setdefault(unit.group, []).append(number)
        return {group: np.array(found, dtype=np.int64) for group, found in numbers.items()}

    def numbers_of(self, group: str) -> NDArray[np.int64]:
        """The numbers of the units that belong to a group."""
        return self._numbers[group]


def build_vectors(vectors: Vectors) -> faiss.Index:
    """A FAISS index of unit vectors, exact: cards are few, and a near miss is a wrong answer."""
    index = faiss.IndexFlatIP(vectors.shape[1])
    index.add(vectors)
    return index


def save_index(index: Index, folder: Path) -> Path:
    """Write a version beside the others and make it the current one.

    The version's folder is written under another name and renamed when it is whole, and the
    pointer to it is replaced in one step: a reader sees the old version or the new one.

    Args:
        index: The index.
        folder: Folder of all versions.

    Returns:
        The version's folder.
    """
    folder.mkdir(parents=True, exist_ok=True)
    target = folder / index.meta.version
    with tempfile.TemporaryDirectory(dir=folder, prefix=_BUILDING) as scratch:
        made = Path(scratch) / "index"
        made.mkdir()
        (made / "meta.json").write_text(json.dumps(asdict(index.meta), indent=1))
        with (made / "units.jsonl").open("w", encoding="utf-8") as lines:
            for unit in index.units:
                lines.write(json.dumps(asdict(unit), ensure_ascii=False) + "\n")
        faiss.write_index(index.vectors, str(made / "vectors.faiss"))
        index.lexical.save(made / "lexical")
        np.save(made / "contrast.npy", index.contrast)
        index.centres.save(made / "centres.npz")
        (made / "ranker.json").write_text(index.ranker.model_dump_json(indent=1))
        shutil.rmtree(target, ignore_errors=True)
        made.rename(target)
    pointer = folder / f".{_CURRENT}-{os.getpid()}"
    pointer.write_text(index.meta.version)
    pointer.replace(folder / _CURRENT)
    _forget_old(folder, index.meta.version)
    return target


def _forget_old(folder: Path, current: str) -> None:
    """Remove old versions and what builds that were killed left behind.

    The last version stays, for readers that still have it open.
    """
    for path in folder.glob(f"{_BUILDING}*"):
        if path.stat().st_mtime < time.time() - _LONGEST_BUILD:
            shutil.rmtree(path, ignore_errors=True)
    versions = [path for path in folder.iterdir() if (path / "meta.json").is_file()]
    versions.sort(key=lambda path: path.stat().st_mtime, reverse=True)
    for path in versions[_KEPT_VERSIONS:]:
        if path.name != current:
            shutil.rmtree(path, ignore_errors=True)


def current_meta(folder: Path) -> IndexMeta | None:
    """What the current version was built from; None when there is no usable one."""
    try:
        version = (folder / _CURRENT).read_text().strip()
        meta = IndexMeta(**json.loads((folder / version / "meta.json").read_text()))
    except (OSError, ValueError, TypeError):
        return None
    return meta if meta.format == FORMAT else None


def open_index(folder: Path, encoder_fingerprint: str, encoder_name: str) -> Index:
    """Open the current version.

    Args:
        folder: Folder of all versions.
        encoder_fingerprint: Fingerprint of the encoder that will embed the questions.
        encoder_name: Its name, for messages.

    Returns:
        The index.

    Raises:
        IndexProblem: There is no index, it is damaged, or another encoder made it.
    """
    meta = current_meta(folder)
    if meta is None:
        raise IndexProblem(f"There is no usable index in {folder}. Run 'wegwijs build'.")
    if meta.encoder != encoder_fingerprint:
        raise IndexProblem(
            f"The index in {folder} was built with the encoder {meta.encoder_name!r}, "
            f"but the setting names {encoder_name!r}: their vectors cannot be compared. "
            "Set WEGWIJS_ENCODER back, or run 'wegwijs build' to build the index again."
        )
    version = folder / meta.version
    try:
        with (version / "units.jsonl").open(encoding="utf-8") as lines:
            units = [Unit(**json.loads(line)) for line in lines]
        index = Index(
            meta=meta,
            units=units,
            vectors=faiss.read_index(str(version / "vectors.faiss")),
            lexical=LexicalIndex.open(version / "lexical"),
            centres=Centres.open(version / "centres.npz"),
            contrast=np.load(version / "contrast.npy", allow_pickle=False),
            ranker=Ranker.model_validate_json((version / "ranker.json").read_text()),
        )
    except Exception as error:  # each library reports a damaged file in its own way
        raise IndexProblem(
            f"The index in {version} is damaged ({error}). Delete that folder and run "
            "'wegwijs build'."
        ) from error
    fitted = index.ranker
    means = [*index.centres.texts.values(), *index.centres.questions.values()]
    lengths = (
        {len(units), index.vectors.ntotal, index.lexical.size},
        {index.vectors.d, index.contrast.shape[-1], *(len(mean) for mean in means)},
        {len(part) for part in (FEATURES, fitted.mean, fitted.scale, fitted.weights)},
    )
    if any(len(different) > 1 for different in lengths):
        raise IndexProblem(
            f"The index in {version} is damaged (its parts differ in length). Delete that "
            "folder and run 'wegwijs build'."
        )
    return index

"""The cache of vectors: a build embeds only texts that changed."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from knowledge.encoder import Encoder
from knowledge.vector_cache import VectorCache

MakeEncoder = Callable[..., Encoder]


@pytest.fixture
def cache(tmp_path: Path) -> VectorCache:
    return VectorCache(tmp_path / "new" / "folder" / "vectors.sqlite")


def test_vectors_come_in_the_order_of_the_texts(cache: VectorCache, encoder: Encoder) -> None:
    texts = ["a longer text than the others", "short", "middle text", "short"]
    expected = encoder.encode_passages(texts)
    for _ in range(2):
        vectors = cache.encode(encoder, texts)
        assert vectors.dtype == np.float32
        np.testing.assert_array_equal(vectors, expected)


def test_only_what_is_new_is_embedded(
    tmp_path: Path, encoder: Encoder, embedded: list[str]
) -> None:
    file = tmp_path / "vectors.sqlite"
    VectorCache(file).encode(encoder, ["one", "two", "one"])
    assert sorted(embedded) == ["one", "two"]
    embedded.clear()
    VectorCache(file).encode(encoder, ["two", "three", "one"])
    assert embedded == ["three"]


def test_questions_and_texts_are_kept_apart(
    cache: VectorCache, encoder: Encoder, embedded: list[str]
) -> None:
    cache.encode(encoder, ["one"])
    cache.encode(encoder, ["one"], queries=True)
    assert embedded == ["one", "one"]


def test_encoders_are_kept_apart(cache: VectorCache, make_encoder: MakeEncoder) -> None:
    first: list[str] = []
    second: list[str] = []
    cache.encode(make_encoder("first", first), ["one"])
    cache.encode(make_encoder("second", second), ["one"])
    assert (first, second) == (["one"], ["one"])


def test_no_texts(cache: VectorCache, encoder: Encoder) -> None:
    assert cache.encode(encoder, []).shape == (0, encoder.dimension)


def test_progress_counts_what_is_missing(cache: VectorCache, encoder: Encoder) -> None:
    cache.encode(encoder, ["known"])
    told: list[tuple[int, int]] = []
    texts = ["known", *(f"text {number}" for number in range(700))]
    cache.encode(encoder, texts, progress=lambda done, total: told.append((done, total)))
    assert told[-1] == (700, 700)
    assert [done for done, _ in told] == sorted(done for done, _ in told)
    told.clear()
    cache.encode(encoder, texts, progress=lambda done, total: told.append((done, total)))
    assert told == []


def test_what_was_embedded_before_a_failure_is_kept(
    cache: VectorCache, encoder: Encoder, embedded: list[str]
) -> None:
    texts = [f"text {number:04}" for number in range(1000)]

    def stop(done: int, total: int) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        cache.encode(encoder, texts, progress=stop)
    before = len(embedded)
    assert 0 < before < 1000
    cache.encode(encoder, texts)
    assert len(embedded) == 1000

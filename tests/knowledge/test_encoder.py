"""The encoder: prompts, normal form, its cache and its errors; the model itself is a stand-in."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from knowledge import encoder as module
from knowledge.e5 import ModelError
from knowledge.encoder import SentenceEncoder, open_encoder


class Tensor:
    """As much of a tensor as the fingerprint reads."""

    def __init__(self, values: list[float]) -> None:
        self.values = values

    def flatten(self) -> Tensor:
        return self

    def __len__(self) -> int:
        return len(self.values)

    def __getitem__(self, part: slice) -> Tensor:
        return Tensor(self.values[part])

    def to(self, device: str) -> Tensor:
        return self

    def numpy(self) -> Any:
        return np.array(self.values)


class Model:
    """A model whose vectors say how long the text was."""

    def __init__(self, prompts: dict[str, str] | None = None, weight: float = 1.0) -> None:
        self.prompts = {"query": "query: ", "passage": "passage: "} if prompts is None else prompts
        self.weight = weight
        self.texts: list[str] = []
        self.batches: list[list[str]] = []

    max_seq_length = 512

    def tokenizer(self, texts: list[str], **options: Any) -> dict[str, list[list[str]]]:
        assert options == {"truncation": True, "max_length": 512}
        return {"input_ids": [text.split()[:512] for text in texts]}

    def get_embedding_dimension(self) -> int:
        return 2

    def state_dict(self) -> dict[str, Tensor]:
        return {"layer": Tensor([self.weight, 2.0])}

    def encode(self, texts: list[str], **options: Any) -> Any:
        assert options["normalize_embeddings"]
        assert options["batch_size"] == len(texts)
        self.texts += texts
        self.batches.append(texts)
        return np.array([[len(text), 0.0] for text in texts], dtype=np.float64)


@pytest.fixture
def models(monkeypatch: pytest.MonkeyPatch) -> Iterator[dict[str, Model]]:
    """Models by name; loading one needs no file."""
    known = {"m": Model()}
    monkeypatch.setattr(module, "_load", lambda name, threads: known[name])
    yield known


def test_prompts_and_normal_form(models: dict[str, Model]) -> None:
    encoder = SentenceEncoder("m")
    encoder.encode_passages(["  ﬁets\u00ad "])
    encoder.encode_queries(["a\n b"])
    encoder.encode_query("c")
    assert models["m"].texts == ["passage: fiets", "query: a b", "query: c"]


def test_a_model_may_call_its_texts_documents_or_have_no_prompts(models: dict[str, Model]) -> None:
    models["d"] = Model({"query": "q ", "document": "d "})
    models["n"] = Model({})
    for name in ("d", "n"):
        encoder = SentenceEncoder(name)
        encoder.encode_passages(["a"])
        encoder.encode_query("a")
    assert models["d"].texts == ["d a", "q a"]
    assert models["n"].texts == ["a", "a"]


def test_shapes(models: dict[str, Model]) -> None:
    encoder = SentenceEncoder("m")
    assert encoder.dimension == 2
    for vectors in (encoder.encode_passages(["a", "b", "c"]), encoder.encode_queries(["a"] * 3)):
        assert vectors.shape == (3, 2)
        assert vectors.dtype == np.float32
        assert vectors.flags.c_contiguous
    assert encoder.encode_passages([]).shape == (0, 2)
    assert encoder.encode_queries([]).shape == (0, 2)
    assert encoder.encode_query("a").shape == (2,)


def test_texts_of_like_length_share_a_batch(models: dict[str, Model]) -> None:
    encoder = SentenceEncoder("m")
    texts = [" ".join(["a"] * words) for words in (1, 399, 2, 400, 3, 600, 1, 500)]
    vectors = encoder.encode_passages(texts)
    assert [number for number, _ in vectors] == [len(f"passage: {text}") for text in texts]
    assert [[len(text.split()) - 1 for text in batch] for batch in models["m"].batches] == [
        [1, 1, 2, 3],
        [399, 400],
        [500, 600],
    ]


def test_a_model_may_have_no_tokenizer_to_call(
    models: dict[str, Model], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Model, "tokenizer", object())
    assert SentenceEncoder("m").encode_passages(["a", "b"]).shape == (2, 2)
    assert models["m"].batches == [["passage: a", "passage: b"]]


def test_a_question_asked_twice_is_embedded_once(models: dict[str, Model]) -> None:
    encoder = SentenceEncoder("m")
    first = encoder.encode_query("hoe  vind ik")
    assert encoder.encode_query("hoe vind ik ") is first
    assert len(models["m"].texts) == 1
    with pytest.raises(ValueError, match="read-only"):
        first[0] = 5


def test_a_very_long_text_is_cut_before_it_costs_time(models: dict[str, Model]) -> None:
    encoder = SentenceEncoder("m")
    encoder.encode_query("woord " * 100_000)
    encoder.encode_passages(["woord " * 100_000])
    assert all(len(text) < 3000 for text in models["m"].texts)


def test_the_fingerprint_follows_the_model_and_not_its_name(models: dict[str, Model]) -> None:
    models["copy"] = Model()
    models["other-weights"] = Model(weight=1.5)
    models["other-prompts"] = Model({"query": "ask: "})
    prints = {name: SentenceEncoder(name).fingerprint for name in models}
    assert prints["m"] == prints["copy"]
    assert len(set(prints.values())) == 3
    assert SentenceEncoder("m").name == "m"


def test_builtin_encoder_that_was_not_built(tmp_path: Path) -> None:
    with pytest.raises(ModelError) as caught:
        open_encoder("builtin", tmp_path / "models")
    assert str(tmp_path / "models") in str(caught.value)
    assert "wegwijs build" in str(caught.value)


def test_builtin_encoder_is_read_from_its_folder(tmp_path: Path, models: dict[str, Model]) -> None:
    (tmp_path / "config.json").touch()
    models[str(tmp_path)] = Model()
    assert open_encoder("builtin", tmp_path).name == str(tmp_path)
    assert open_encoder("m", tmp_path).name == "m"


def test_model_that_is_not_there(tmp_path: Path) -> None:
    wrong = str(tmp_path / "none")
    with pytest.raises(ModelError) as caught:
        open_encoder(wrong, tmp_path)
    message = str(caught.value)
    assert wrong in message
    assert "Set WEGWIJS_ENCODER to 'builtin' or to the folder" in message
    assert "\n" not in message

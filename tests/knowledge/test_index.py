"""The index on disk: saving, opening, swapping, and what happens when it is damaged."""

from __future__ import annotations

import json
import os
import shutil
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from knowledge.encoder import Encoder
from knowledge.index import FORMAT, Index, IndexProblem, current_meta, open_index, save_index
from knowledge.lexical import LexicalIndex

MakeEncoder = Callable[..., Encoder]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "data" / "index"


def renamed(index: Index, version: str) -> Index:
    """The same index as another version."""
    return replace(index, meta=replace(index.meta, version=version))


def opened(folder: Path, index: Index) -> Index:
    return open_index(folder, index.meta.encoder, index.meta.encoder_name)


def versions(folder: Path) -> set[str]:
    return {path.name for path in folder.iterdir() if path.is_dir()}


def test_saved_and_opened_it_is_the_same(folder: Path, index: Index, encoder: Encoder) -> None:
    target = save_index(index, folder)
    assert target == folder / index.meta.version
    result = opened(folder, index)
    assert result.meta == index.meta == current_meta(folder)
    assert result.units == index.units
    assert result.ranker == index.ranker
    for kind in ("texts", "questions"):
        ours, theirs = getattr(index.centres, kind), getattr(result.centres, kind)
        assert {*ours} == {*theirs}
        for language, mean in ours.items():
            np.testing.assert_array_equal(mean, theirs[language])
    np.testing.assert_array_equal(result.contrast, index.contrast)
    query = encoder.encode_query("hoe vind ik een huisarts in de buurt")
    numbers, cosines = result.nearest(query, 5)
    expected_numbers, expected_cosines = index.nearest(query, 5)
    np.testing.assert_array_equal(numbers, expected_numbers)
    np.testing.assert_array_equal(cosines, expected_cosines)
    np.testing.assert_allclose(result.lexical.scores("huisarts"), index.lexical.scores("huisarts"))


def test_nearest_and_cosine_agree(index: Index, encoder: Encoder) -> None:
    vector = encoder.encode_query("how do i find a doctor near me")
    query = index.centres.centred_texts(vector[None, :], ["en"])[0]
    numbers, cosines = index.nearest(query, 10_000)
    assert sorted(numbers.tolist()) == list(range(len(index.units)))
    assert cosines.tolist() == sorted(cosines.tolist(), reverse=True)
    assert index.units[numbers[0]].text == "how do i find a doctor near me"
    assert cosines[0] == pytest.approx(1, abs=1e-5)
    np.testing.assert_allclose(index.cosines(query, numbers), cosines, atol=1e-5)


def test_every_unit_belongs_to_one_group(index: Index) -> None:
    groups = {unit.group for unit in index.units}
    found = [number for group in groups for number in index.numbers_of(group).tolist()]
    assert sorted(found) == list(range(len(index.units)))
    for group in groups:
        assert {index.units[number].group for number in index.numbers_of(group)} == {group}


def test_the_vectors_are_centred(index: Index, encoder: Encoder) -> None:
    vectors = index.vectors.reconstruct_n(0, len(index.units))
    plain = encoder.encode_passages([unit.text for unit in index.units])
    languages = [unit.language for unit in index.units]
    np.testing.assert_allclose(vectors, index.centres.centred_texts(plain, languages), atol=1e-6)
    for language in set(languages):
        own = np.array(languages) == language
        before, after = (np.linalg.norm(part[own].mean(axis=0)) for part in (plain, vectors))
        assert after < before / 3


@pytest.mark.parametrize("before", [None, "", "gone", "\x00"])
def test_no_index_says_how_to_build_one(before: str | None, folder: Path, index: Index) -> None:
    if before is not None:
        folder.mkdir(parents=True)
        (folder / "current").write_text(before)
    assert current_meta(folder) is None
    with pytest.raises(IndexProblem) as caught:
        opened(folder, index)
    assert str(folder) in str(caught.value)
    assert "wegwijs build" in str(caught.value)


def test_another_encoder(folder: Path, index: Index, make_encoder: MakeEncoder) -> None:
    save_index(index, folder)
    other = make_encoder("other")
    with pytest.raises(IndexProblem) as caught:
        open_index(folder, other.fingerprint, other.name)
    message = str(caught.value)
    assert "'fake'" in message and "'other'" in message
    assert "WEGWIJS_ENCODER" in message and "wegwijs build" in message


@pytest.mark.parametrize("damage", ["removed", "emptied", "cut", "overwritten"])
def test_damage_says_what_to_do(damage: str, folder: Path, index: Index) -> None:
    version = save_index(index, folder)
    names = [path.relative_to(version) for path in version.rglob("*") if path.is_file()]
    assert len(names) > 5
    for name in names:
        if name.name == "meta.json":
            continue
        save_index(index, folder)
        file = version / name
        content = file.read_bytes()
        if damage == "removed":
            file.unlink()
        else:
            half = content[: len(content) // 2]
            file.write_bytes({"emptied": b"", "cut": half, "overwritten": b"\x80garbage"}[damage])
        with pytest.raises(IndexProblem) as caught:
            opened(folder, index)
        message = str(caught.value)
        assert str(version) in message
        assert "is damaged" in message, name
        assert "Delete that folder and run 'wegwijs build'" in message


def test_parts_of_two_indexes(folder: Path, index: Index) -> None:
    version = save_index(index, folder)
    lines = (version / "units.jsonl").read_text(encoding="utf-8").splitlines(keepends=True)
    (version / "units.jsonl").write_text("".join(lines[:-1]), encoding="utf-8")
    with pytest.raises(IndexProblem, match="differ in length"):
        opened(folder, index)


@pytest.mark.parametrize(
    "name", ["contrast.npy", "centres.npz", "ranker.json", "lexical/weights.npy"]
)
def test_parts_of_another_size(name: str, folder: Path, index: Index) -> None:
    version = save_index(index, folder)
    if name.endswith(".npy"):
        np.save(version / name, np.zeros((1, 3), dtype=np.float32))
    elif name.endswith(".npz"):
        np.savez(version / name, **{"questions/nl": np.zeros(3, dtype=np.float32)})
    else:
        data = json.loads((version / name).read_text())
        (version / name).write_text(json.dumps({**data, "weights": [1.0]}))
    with pytest.raises(IndexProblem):
        opened(folder, index)


@pytest.mark.parametrize("content", ["", "[]", "{", '{"version": "x"}', "null"])
def test_damaged_meta_is_no_index(content: str, folder: Path, index: Index) -> None:
    version = save_index(index, folder)
    (version / "meta.json").write_text(content)
    assert current_meta(folder) is None
    with pytest.raises(IndexProblem, match="wegwijs build"):
        opened(folder, index)


def test_an_older_format_is_no_index(folder: Path, index: Index) -> None:
    version = save_index(index, folder)
    meta = json.loads((version / "meta.json").read_text())
    (version / "meta.json").write_text(json.dumps({**meta, "format": FORMAT - 1}))
    assert current_meta(folder) is None


def test_the_pointer_moves_and_an_open_index_stays_usable(
    folder: Path, index: Index, encoder: Encoder
) -> None:
    save_index(renamed(index, "first"), folder)
    first = opened(folder, index)
    save_index(renamed(index, "second"), folder)
    assert opened(folder, index).meta.version == "second"
    assert first.meta.version == "first"
    assert len(first.nearest(encoder.encode_query("huisarts"), 3)[0]) == 3
    assert versions(folder) == {"first", "second"}, "readers may still open the last one"


def test_old_versions_are_removed(folder: Path, index: Index) -> None:
    for number, version in enumerate(["first", "second", "third", "fourth"]):
        target = save_index(renamed(index, version), folder)
        os.utime(target, (number, number))
    assert versions(folder) == {"third", "fourth"}
    assert opened(folder, index).meta.version == "fourth"


def test_going_back_to_an_older_version_keeps_it(folder: Path, index: Index) -> None:
    for version in ("first", "second", "first"):
        save_index(renamed(index, version), folder)
    assert opened(folder, index).meta.version == "first"
    save_index(renamed(index, "third"), folder)
    assert versions(folder) == {"first", "third"}


def test_saving_again_mends_a_damaged_version(folder: Path, index: Index) -> None:
    version = save_index(index, folder)
    shutil.rmtree(version / "lexical")
    save_index(index, folder)
    assert opened(folder, index).units == index.units


def test_a_half_written_folder_is_ignored(folder: Path, index: Index) -> None:
    half = folder / ".building-abc" / "index"
    half.mkdir(parents=True)
    (half / "meta.json").write_text("{}")
    foreign = folder / "notes"
    foreign.mkdir()
    assert current_meta(folder) is None
    save_index(index, folder)
    assert opened(folder, index).meta == index.meta
    assert foreign.is_dir()


def test_what_a_killed_build_left_is_removed_after_a_day(folder: Path, index: Index) -> None:
    for name, hours in (("killed", 25), ("running", 1)):
        left = folder / f".building-{name}"
        (left / "index").mkdir(parents=True)
        then = time.time() - hours * 3600
        os.utime(left, (then, then))
    save_index(index, folder)
    assert versions(folder) == {index.meta.version, ".building-running"}


def test_a_failure_while_writing_leaves_the_old_version(
    folder: Path, index: Index, monkeypatch: pytest.MonkeyPatch
) -> None:
    save_index(renamed(index, "first"), folder)

    def full(*args: object) -> None:
        raise OSError("no space left on device")

    monkeypatch.setattr(LexicalIndex, "save", full)
    with pytest.raises(OSError, match="no space"):
        save_index(renamed(index, "second"), folder)
    monkeypatch.undo()
    assert opened(folder, index).meta.version == "first"
    assert versions(folder) == {"first"}, "nothing half-written stays behind"


def test_nothing_else_stays_in_the_folder(folder: Path, index: Index) -> None:
    save_index(index, folder)
    assert {path.name for path in folder.iterdir()} == {index.meta.version, "current"}

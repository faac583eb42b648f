"""Keeping added texts: whole or not at all, and only where they belong."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from knowledge.official import store
from knowledge.official.errors import OfficialTextError
from knowledge.official.passage import OfficialPassage
from knowledge.official.store import (
    fingerprint,
    list_texts,
    load_official,
    remove_text,
    write_text,
)


def passage(number: int = 1, language: str = "nl", text: str = "De molen.") -> OfficialPassage:
    return OfficialPassage(
        id=f"plan.{language}.{number:04d}",
        document="plan",
        language=language,
        kind="table" if number == 2 else "text",
        text=text,
        row={"Actie": "malen"} if number == 2 else {},
    )


def write(data_dir: Path, language: str = "nl", text: str = "De molen.") -> None:
    passages = [passage(1, language, text), passage(2, language, text)]
    write_text(data_dir, passages, "molen.txt", text.encode())


def test_what_was_written_is_read(tmp_path: Path) -> None:
    write(tmp_path)
    write(tmp_path, "fr", "Le moulin\u2028 tourne\x85.")
    assert list(load_official(tmp_path)) == [
        "plan.fr.0001", "plan.fr.0002", "plan.nl.0001", "plan.nl.0002",
    ]  # fmt: skip
    assert load_official(tmp_path)["plan.nl.0002"] == passage(2)
    french, dutch = list_texts(tmp_path)
    assert (french.language, french.passages, french.source) == ("fr", 2, "molen.txt")
    assert dutch.kinds == {"table": 1, "text": 1}
    folders = sorted(one.name for one in (tmp_path / "official").iterdir())
    assert folders == ["plan.fr", "plan.nl"]


def test_a_second_text_takes_the_place_of_the_first(tmp_path: Path) -> None:
    write(tmp_path)
    write(tmp_path, text="Een andere molen.")
    assert {one.text for one in load_official(tmp_path).values()} == {"Een andere molen."}
    assert [one.name for one in (tmp_path / "official").iterdir()] == ["plan.nl"]


def test_without_texts_there_is_nothing(tmp_path: Path) -> None:
    assert (load_official(tmp_path), list_texts(tmp_path)) == ({}, [])
    assert fingerprint(tmp_path) == fingerprint(tmp_path / "other")
    assert list(tmp_path.iterdir()) == []


def test_the_fingerprint_follows_the_words_alone(tmp_path: Path) -> None:
    prints = [fingerprint(tmp_path)]
    write(tmp_path)
    prints.append(fingerprint(tmp_path))
    write(tmp_path)
    assert fingerprint(tmp_path) == prints[-1]
    write(tmp_path, text="Anders.")
    prints.append(fingerprint(tmp_path))
    write(tmp_path, "fr")
    prints.append(fingerprint(tmp_path))
    assert len(set(prints)) == 4 and all(len(one) == 16 for one in prints)
    remove_text(tmp_path, "plan")
    assert fingerprint(tmp_path) == prints[0]


def test_removing(tmp_path: Path) -> None:
    for language in ("nl", "fr", "de"):
        write(tmp_path, language)
    assert remove_text(tmp_path, "plan", "fr") == ["fr"]
    assert remove_text(tmp_path, "plan") == ["de", "nl"]
    assert list((tmp_path / "official").iterdir()) == []
    for language in (None, "nl"):
        with pytest.raises(OfficialTextError, match="No text of plan"):
            remove_text(tmp_path, "plan", language)


@pytest.mark.parametrize(
    "name", ["../plan", "plan/..", "", ".", "a" * 81, "Plan", "plan.nl", "-plan", "plan\n", "pl\0"]
)
def test_an_id_never_leads_elsewhere(tmp_path: Path, name: str) -> None:
    wrong = passage().model_copy(update={"document": name})
    with pytest.raises(OfficialTextError):
        write_text(tmp_path, [wrong], "molen.txt", b"")
    with pytest.raises(OfficialTextError):
        remove_text(tmp_path, name)
    with pytest.raises(OfficialTextError):
        remove_text(tmp_path, "plan", name)
    assert list(tmp_path.iterdir()) == []


def test_what_breaks_off_leaves_the_old_text(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(tmp_path)

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(store.os, "fsync", full)
    with pytest.raises(OfficialTextError, match="No space left"):
        write(tmp_path, text="Anders.")
    assert {one.text for one in load_official(tmp_path).values()} == {"De molen."}
    assert [one.name for one in (tmp_path / "official").iterdir()] == ["plan.nl"]


def test_the_old_text_comes_back_when_the_new_one_cannot_take_its_place(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(tmp_path)
    rename = Path.rename

    def refuse(self: Path, target: Path) -> Path:
        if self.name.startswith(".new-"):
            raise OSError(13, "Permission denied")
        return rename(self, target)

    monkeypatch.setattr(Path, "rename", refuse)
    with pytest.raises(OfficialTextError, match="Permission denied"):
        write(tmp_path, text="Anders.")
    assert {one.text for one in load_official(tmp_path).values()} == {"De molen."}


def test_what_was_left_behind_is_not_read(tmp_path: Path) -> None:
    write(tmp_path)
    (tmp_path / "official" / ".new-x").mkdir()
    (tmp_path / "official" / "note.txt").write_text("x")
    assert len(load_official(tmp_path)) == 2


@pytest.mark.parametrize(
    ("file", "change"),
    [
        ("meta.json", lambda text: "{"),
        ("meta.json", lambda text: text.replace('"format": 1', '"format": 9')),
        ("meta.json", lambda text: text.replace('"plan"', '"other"')),
        ("passages.jsonl", lambda text: text[:-20]),
        ("passages.jsonl", lambda text: text.splitlines()[0] + "\n"),
        ("passages.jsonl", lambda text: text.replace('"document":"plan"', '"document":"other"')),
        ("passages.jsonl", lambda text: json.dumps({"id": 1}) + "\n"),
    ],
)
def test_a_damaged_text_is_named(tmp_path: Path, file: str, change: Callable[[str], str]) -> None:
    write(tmp_path)
    path = tmp_path / "official" / "plan.nl" / file
    path.write_text(change(path.read_text(encoding="utf-8")), encoding="utf-8")
    with pytest.raises(OfficialTextError, match=r"plan\.nl: .*plans remove plan --language nl"):
        load_official(tmp_path)
    remove_text(tmp_path, "plan", "nl")
    assert load_official(tmp_path) == {}


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    write(tmp_path)
    (tmp_path / "official" / "plan.nl" / "passages.jsonl").unlink()
    for read in (load_official, fingerprint):
        with pytest.raises(OfficialTextError, match=r"passages\.jsonl cannot be read"):
            read(tmp_path)

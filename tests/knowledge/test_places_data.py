"""Places in sentences as people write them, in every language."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from knowledge.languages import Languages
from knowledge.places import Places
from knowledge.settings import PACKAGE

LINES = [
    json.loads(line)
    for line in (Path(__file__).parent / "places.jsonl").read_text(encoding="utf-8").splitlines()
    if line.strip()
]
LANGUAGES = set(Languages.load(PACKAGE / "library" / "languages.yml").codes)


def name(line: dict[str, str]) -> str:
    return f"{line['language']}: {line['text']}"


@pytest.mark.parametrize("line", [line for line in LINES if line["place"]], ids=name)
def test_the_place_that_is_named_is_found(line: dict[str, str], real_places: Places) -> None:
    found = real_places.find(line["text"], line["language"], expected=True)
    assert found is not None
    assert found.id == line["place"]


@pytest.mark.parametrize("line", [line for line in LINES if not line["place"]], ids=name)
def test_no_place_is_found_where_none_is_named(line: dict[str, str], real_places: Places) -> None:
    assert real_places.find(line["text"], line["language"], expected=False) is None


def test_the_lines_cover_every_language(real_places: Places) -> None:
    assert {line["language"] for line in LINES if line["place"]} == LANGUAGES
    assert {line["language"] for line in LINES if not line["place"]} == LANGUAGES
    assert {line["place"] for line in LINES if line["place"]} <= {p.id for p in real_places}

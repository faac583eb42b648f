"""Local layers: what a municipality says in its own way."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from knowledge.errors import Problem
from knowledge.library import Library

Edit = Callable[[Path, str, str], int]
Problems = Callable[[Callable[[], object]], list[Problem]]

LAYER = """\
overrides: find-a-doctor.flanders
place: ghent
original: en
revision: 1
checked_on: 2026-10-01
check_again_by: 2027-04-01
sources:
  - id: town
    publisher: Stad Gent
    title: Huisartsen
    url: https://stad.gent/huisartsen
    language: nl
    checked_on: 2026-10-01
facts:
  fee:
    kind: amount
    value: 0
    source: town
  desk:
    kind: phone
    value: "09 210 10 10"
    source: town
"""
TEXT = """\
---
revision: 1
---
## where

- The town's desk: {desk}. You pay {fee} there.
"""


@pytest.fixture
def layer(library_folder: Path) -> Path:
    folder = library_folder / "topics" / "health" / "find-a-doctor" / "ghent"
    folder.mkdir()
    (folder / "layer.yml").write_text(LAYER, encoding="utf-8")
    (folder / "en.md").write_text(TEXT, encoding="utf-8")
    return folder


def test_the_smallest_place_wins_part_by_part(library_folder: Path, layer: Path) -> None:
    library = Library.load(library_folder)
    card = library.cards["find-a-doctor.flanders"]
    here = library.card_in(card, "ghent")
    assert here.id == card.id
    assert here.place == "ghent"
    text = here.texts["en"]
    assert text.answer == card.texts["en"].answer
    (where,) = text.parts["where"]
    assert where.filled(here.facts, "en").plain == (
        "The town's desk: 09 210 10 10. You pay €0 there."
    )
    # The fact stands in every part that names it, not only in the layer's own.
    (cost,) = text.parts["cost"]
    assert "€0" in cost.filled(here.facts, "en").plain
    assert [source.id for source in here.sources] == ["town", "site"]
    assert str(here.checked_on) == "2026-10-01"
    assert not text.unreviewed


def test_a_translated_layer_is_marked_so(library_folder: Path, layer: Path, edit: Edit) -> None:
    edit(layer / "en.md", "revision: 1", "revision: 1\ntranslated_from: nl")
    library = Library.load(library_folder)
    card = library.card_in(library.cards["find-a-doctor.flanders"], "ghent")
    assert card.texts["en"].unreviewed


@pytest.mark.parametrize("place", [None, "flanders", "netherlands"])
def test_elsewhere_the_card_stands_as_it_is(
    library_folder: Path, layer: Path, place: str | None
) -> None:
    library = Library.load(library_folder)
    card = library.cards["find-a-doctor.flanders"]
    assert library.card_in(card, place) is card


def test_a_layer_is_no_card_of_its_own(library_folder: Path, layer: Path) -> None:
    library = Library.load(library_folder)
    assert len(library.topics["find-a-doctor"]) == 2


@pytest.mark.parametrize(
    ("file", "old", "new", "message"),
    [
        ("layer.yml", "overrides: find-a-doctor.flanders", "overrides: find-a-docter.flanders",
         "overrides: there is no card 'find-a-docter.flanders'"),
        ("layer.yml", "overrides: find-a-doctor.flanders", "overrides: find-a-doctor.netherlands",
         "place: 'ghent' does not lie in 'netherlands'"),
        ("layer.yml", "overrides: find-a-doctor.flanders",
         "overrides: may-i-work.netherlands.asylum-seeker", "a card of may-i-work, another topic"),
        ("layer.yml", "place: ghent", "place: gent", "place: 'gent' stands in the folder 'ghent'"),
        ("layer.yml", "value: 0\n    source: town", "value: 0\n    source: city",
         "facts.fee.source: there is no source 'city'"),
        ("en.md", "{desk}", "{counter}", "{counter} is not a fact of the layer"),
        ("en.md", "## where", "## contact", "unknown part 'contact'"),
    ],
)  # fmt: skip
def test_a_bad_layer_is_told(
    library_folder: Path, layer: Path, edit: Edit, problems: Problems,
    file: str, old: str, new: str, message: str,
) -> None:  # fmt: skip
    edit(layer / file, old, new)
    found = problems(lambda: Library.load(library_folder))
    assert any(message in one.message for one in found), [str(one) for one in found]
    assert all(layer in one.file.parents for one in found)


def test_a_layer_that_changes_nothing(
    library_folder: Path, layer: Path, edit: Edit, problems: Problems
) -> None:
    text = (layer / "layer.yml").read_text(encoding="utf-8")
    (layer / "layer.yml").write_text(text[: text.index("facts:")], encoding="utf-8")
    (layer / "en.md").unlink()
    (only,) = problems(lambda: Library.load(library_folder))
    assert "the layer changes nothing" in only.message


def test_texts_of_a_language_that_the_card_lacks(
    library_folder: Path, layer: Path, problems: Problems
) -> None:
    (layer / "en.md").rename(layer / "ar.md")
    (only,) = problems(lambda: Library.load(library_folder))
    assert "find-a-doctor.flanders has no text in 'ar'" in only.message


def test_card_and_layer_in_one_folder(
    library_folder: Path, layer: Path, problems: Problems
) -> None:
    flanders = layer.parent / "flanders"
    (layer / "layer.yml").rename(flanders / "layer.yml")
    (layer / "en.md").unlink()
    found = problems(lambda: Library.load(library_folder))
    assert any("card.yml stands here too" in one.message for one in found)

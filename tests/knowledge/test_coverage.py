"""What the library covers."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path

from knowledge.coverage import CoverageTable, State, coverage
from knowledge.library import Library

Edit = Callable[[Path, str, str], int]
TODAY = date(2026, 11, 23)


def table(folder: Path) -> CoverageTable:
    return coverage(Library.load(folder), TODAY)


def test_topics_by_place_and_language(library_folder: Path) -> None:
    found = table(library_folder)
    assert found.places == ("netherlands", "flanders", "eu")
    assert [(row.domain, row.topic) for row in found.rows] == [
        ("health", "find-a-doctor"),
        ("work", "may-i-work"),
    ]
    doctor = found.rows[0].places
    assert doctor["netherlands"].states == {
        "nl": State.REVIEWED,  # the original
        "en": State.UNREVIEWED,
        "ar": State.UNREVIEWED,
        "ti": State.MISSING,
    }
    assert doctor["netherlands"].languages == 3
    assert doctor["flanders"].states["en"] is State.REVIEWED
    assert doctor["eu"].cards == ()
    assert found.share("netherlands", "ar") == 0.5
    assert found.share("eu", "en") == 0.0


def test_the_worst_card_decides(library_folder: Path, edit: Edit) -> None:
    work = library_folder / "topics/work/may-i-work"
    (work / "netherlands" / "ar.md").write_text(
        "---\ntitle: العمل\nquestions: [العمل]\nrevision: 1\ntranslated_from: en\n---\nنعم.\n",
        encoding="utf-8",
    )
    states = table(library_folder).rows[1].places["netherlands"].states
    # The other card, for asylum seekers, has no Arabic text.
    assert states["ar"] is State.MISSING
    assert states["en"] is State.REVIEWED


def test_behind_and_reviewed(library_folder: Path, edit: Edit) -> None:
    doctor = library_folder / "topics/health/find-a-doctor/netherlands"
    edit(doctor / "ar.md", "translated_from: nl", "translated_from: nl\nreviewed_by: A. Reader")
    assert table(library_folder).rows[0].places["netherlands"].states["ar"] is State.REVIEWED
    edit(doctor / "card.yml", "revision: 1", "revision: 2")
    assert table(library_folder).rows[0].places["netherlands"].states["ar"] is State.BEHIND


def test_overdue(library_folder: Path, edit: Edit) -> None:
    card = library_folder / "topics/health/find-a-doctor/flanders/card.yml"
    edit(card, "check_again_by: 2027-05-01", "check_again_by: 2026-11-22")
    places = table(library_folder).rows[0].places
    assert places["flanders"].overdue
    assert not places["netherlands"].overdue


def test_a_country_counts_for_its_regions(library_folder: Path, edit: Edit) -> None:
    flanders = library_folder / "topics/health/find-a-doctor/flanders"
    belgium = flanders.with_name("belgium")
    flanders.rename(belgium)
    edit(belgium / "card.yml", "place: flanders", "place: belgium")
    edit(belgium / "card.yml", "id: find-a-doctor.flanders", "id: find-a-doctor.belgium")
    card = library_folder / "topics/health/find-a-doctor/netherlands/card.yml"
    edit(card, "[find-a-doctor.flanders]", "[find-a-doctor.belgium]")
    row = table(library_folder).rows[0]
    assert [one.id for one in row.places["flanders"].cards] == ["find-a-doctor.belgium"]
    assert [one.id for one in row.places["netherlands"].cards] == ["find-a-doctor.netherlands"]

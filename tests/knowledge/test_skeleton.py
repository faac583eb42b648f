"""Beginning a card."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from knowledge.cards import TO_WRITE, Situation
from knowledge.errors import Problem
from knowledge.library import Library
from knowledge.skeleton import SkeletonError, new_card

Problems = Callable[[Callable[[], object]], list[Problem]]
TODAY = date(2026, 11, 23)


def test_the_first_files(library_folder: Path, problems: Problems) -> None:
    library = Library.load(library_folder)
    files = new_card(library, "see-a-dentist", "ghent", "health", original="nl", today=TODAY)
    assert [file.relative_to(library_folder).as_posix() for file in files] == [
        "topics/health/see-a-dentist/ghent/card.yml",
        "topics/health/see-a-dentist/ghent/nl.md",
    ]
    # Nobody must read it before it is written.
    found = problems(lambda: Library.load(library_folder))
    assert {problem.file for problem in found} == set(files)
    assert all(TO_WRITE in problem.message for problem in found)
    assert len(found) == sum(
        TO_WRITE in line for file in files for line in file.read_text("utf-8").split("\n")
    )


def test_it_is_sound_once_it_is_written(library_folder: Path) -> None:
    library = Library.load(library_folder)
    situations = (Situation.ASYLUM_SEEKER, Situation.NO_PAPERS)
    files = new_card(library, "find-a-doctor", "belgium", None, situations, today=TODAY)
    for file in files:
        file.write_text(file.read_text("utf-8").replace(TO_WRITE, "Written"), "utf-8")
    card = Library.load(library_folder).cards["find-a-doctor.belgium.asylum-seeker.no-papers"]
    assert card.situations == situations
    assert card.checked_on == TODAY
    assert card.check_again_by > TODAY
    assert list(card.texts["en"].parts) == ["answer", "steps", "where", "refused"]


@pytest.mark.parametrize(
    ("words", "message"),
    [
        ({"topic": "See a Dentist"}, "is no topic"),
        ({"topic": "../../etc"}, "is no topic"),
        ({"place": "atlantis"}, "no place 'atlantis'"),
        ({"domain": None}, "new topic; say its --domain: health, work"),
        ({"domain": "sport"}, "no domain 'sport'"),
        ({"topic": "find-a-doctor", "domain": "work"}, "stands in the domain health"),
        ({"topic": "find-a-doctor", "place": "flanders"}, "is there already"),
        ({"original": "xx"}, "'xx' is not offered"),
    ],
)
def test_what_cannot_be_begun(library: Library, words: dict[str, Any], message: str) -> None:
    given: dict[str, Any] = {"topic": "see-a-dentist", "place": "ghent", "domain": "health"}
    before = sorted(library.folder.rglob("*"))
    with pytest.raises(SkeletonError, match=message):
        new_card(library, **{**given, **words})
    assert sorted(library.folder.rglob("*")) == before

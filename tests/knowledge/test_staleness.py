"""What must be looked at again, and what changed since a revision."""

from __future__ import annotations

import subprocess
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path

import pytest

from knowledge.changes import changes
from knowledge.library import Library
from knowledge.revisions import RevisionError, library_at
from knowledge.staleness import due_within

Edit = Callable[[Path, str, str], int]
TODAY = date(2026, 11, 23)
DOCTOR = "topics/health/find-a-doctor/netherlands"


def test_due(library_folder: Path, edit: Edit) -> None:
    card = library_folder / DOCTOR / "card.yml"
    fact = edit(card, "    unit: day\n", "    unit: day\n    valid_until: 2026-12-31\n")
    line = edit(card, "check_again_by: 2027-05-01", "check_again_by: 2026-11-01")
    library = Library.load(library_folder)
    late, soon = due_within(library, TODAY, timedelta(days=60))
    assert (late.day, late.card, late.what) == (
        date(2026, 11, 1), "find-a-doctor.netherlands", "card",
    )  # fmt: skip
    assert (late.file, late.line) == (card, line)
    assert late.urls == ("https://www.rijksoverheid.nl/huisarts",)
    assert (soon.day, soon.what, soon.line) == (date(2026, 12, 31), "wait", fact + 1)
    assert due_within(library, TODAY, timedelta(days=7)) == [late]


def git(folder: Path, *words: str) -> None:
    subprocess.run(
        ["git", "-c", "user.name=A", "-c", "user.email=a@example.org", *words],
        cwd=folder, check=True, capture_output=True,
    )  # fmt: skip


@pytest.fixture
def repository(library_folder: Path) -> Path:
    """The small library, committed in a repository one folder above it."""
    git(library_folder.parent, "init", "--quiet")
    git(library_folder.parent, "add", ".")
    git(library_folder.parent, "commit", "--quiet", "-m", "first")
    return library_folder


def test_nothing_changed(repository: Path) -> None:
    assert changes(library_at("HEAD", repository), Library.load(repository)) == []


def test_what_changed_for_readers(repository: Path, edit: Edit) -> None:
    doctor = repository / DOCTOR
    edit(doctor / "card.yml", "value: 2\n", "value: 3\n")
    edit(doctor / "card.yml", "\nchecked_on: 2026-11-01", "\nchecked_on: 2026-11-20")
    edit(doctor / "card.yml", "rijksoverheid.nl/huisarts", "rijksoverheid.nl/arts")
    edit(doctor / "en.md", "2. Register there.", "2. Register soon.")
    edit(doctor / "en.md", "how do i find a doctor near me", "where is a doctor")
    edit(doctor / "en.md", "title: Finding a doctor", "title: Looking for a doctor")
    edit(doctor / "ar.md", "translated_from: nl", "translated_from: nl\nreviewed_by: A. Reader")
    (doctor / "nl.md").rename(doctor / "ti.md")
    (doctor / "ti.md").write_text((doctor / "en.md").read_text("utf-8"), "utf-8")
    edit(doctor / "card.yml", "original: nl", "original: en")
    for file in (repository / "topics/work/may-i-work/netherlands").iterdir():
        file.unlink()
    found = changes(library_at("HEAD", repository), Library.load(repository))
    shown = [(one.where.split(".")[0], one.language, one.what, one.lines) for one in found]
    assert shown == [
        ("find-a-doctor", None, "fact wait", ("- 2 days", "+ 3 days")),
        ("find-a-doctor", None, "checked again on 2026-11-20", ()),
        ("find-a-doctor", None, "sources",
         ("- https://www.rijksoverheid.nl/huisarts", "+ https://www.rijksoverheid.nl/arts")),
        ("find-a-doctor", "ar", "checked by A. Reader", ()),
        ("find-a-doctor", "en", "title", ("- Finding a doctor in the Netherlands",
                                          "+ Looking for a doctor in the Netherlands")),
        ("find-a-doctor", "en", "part steps", ("- Register there.", "+ Register soon.")),
        ("find-a-doctor", "en", "questions",
         ("- how do i find a doctor near me", "+ where is a doctor")),
        ("find-a-doctor", "nl", "the text is gone", ()),
        ("find-a-doctor", "ti", "new translation", ()),
        ("may-i-work", None, "card is gone", ()),
    ]  # fmt: skip


def test_a_new_card(repository: Path) -> None:
    old = library_at("HEAD", repository)
    new = Library.load(repository)
    card = old.cards.pop("find-a-doctor.flanders")
    (one,) = changes(old, new)
    assert (one.where, one.what) == (card.id, "new card, in en")


@pytest.mark.parametrize(
    ("revision", "message"),
    [
        ("nowhere", "Name a commit, a branch or a tag"),
        ("--output=/tmp/x", "'--output=/tmp/x' is no revision"),
    ],
)
def test_no_such_revision(repository: Path, revision: str, message: str) -> None:
    with pytest.raises(RevisionError, match=message):
        library_at(revision, repository)


def test_no_repository(library_folder: Path) -> None:
    with pytest.raises(RevisionError, match="Name a commit"):
        library_at("HEAD", library_folder)


def test_an_old_library_that_cannot_be_read(repository: Path, edit: Edit) -> None:
    edit(repository / DOCTOR / "card.yml", "revision: 1", "revision: one")
    git(repository.parent, "commit", "--quiet", "-am", "broken")
    with pytest.raises(RevisionError, match="cannot be read by this version"):
        library_at("HEAD", repository)

"""The checks of the library: each with a file that is bad in just that way."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path

import pytest

from knowledge.builder import CalibrationSet, build_index
from knowledge.checks import likeness
from knowledge.checks.finding import Finding, Severity
from knowledge.checks.run import as_json, check_folder
from knowledge.encoder import Encoder
from knowledge.library import Library
from knowledge.vector_cache import VectorCache

Edit = Callable[[Path, str, str], int]

TODAY = date(2026, 11, 23)
DOCTOR = "topics/health/find-a-doctor/netherlands"
WORK = "topics/work/may-i-work/netherlands.asylum-seeker"


def found(folder: Path, today: date = TODAY) -> list[Finding]:
    _, findings = check_folder(folder, today)
    return findings


@pytest.fixture
def cache(tmp_path: Path) -> VectorCache:
    return VectorCache(tmp_path / "vectors.sqlite")


@pytest.fixture
def clean(library_folder: Path) -> set[tuple[str, Path]]:
    """What the small library is told of before anything is spoilt: it has too few questions."""
    return {(one.check, one.file) for one in found(library_folder)}


LONG = " ".join(["Then you also call the desk of the town"] * 4)

BAD = [
    # check, file, words to replace, what is put there, severity
    ("library", f"{DOCTOR}/card.yml", "revision: 1", "revision: first", "error"),
    ("library", f"{DOCTOR}/en.md", "Call {line}.", "Call {lime}.", "error"),
    ("library", f"{DOCTOR}/card.yml", "related: [find-a-doctor.flanders]", "related: [gone]",
     "error"),
    ("expired-fact", f"{DOCTOR}/card.yml", "    unit: day\n",
     "    unit: day\n    valid_until: 2026-11-22\n", "error"),
    ("fact-expires-soon", f"{DOCTOR}/card.yml", "    unit: day\n",
     "    unit: day\n    valid_until: 2026-12-20\n", "warning"),
    ("overdue", f"{DOCTOR}/card.yml", "check_again_by: 2027-05-01", "check_again_by: 2026-11-20",
     "error"),
    ("due-soon", f"{DOCTOR}/card.yml", "check_again_by: 2027-05-01", "check_again_by: 2026-12-01",
     "warning"),
    ("impossible-date", f"{DOCTOR}/card.yml", "\nchecked_on: 2026-11-01",
     "\nchecked_on: 2026-12-01", "error"),
    ("impossible-date", f"{DOCTOR}/card.yml", "    checked_on: 2026-11-01",
     "    checked_on: 2027-11-01", "error"),
    ("unused-fact", f"{DOCTOR}/card.yml", "facts:\n",
     "facts:\n  spare: {kind: number, value: 7, source: site}\n", "error"),
    ("bad-phone", f"{DOCTOR}/card.yml", 'value: "0800-1234"', 'value: "0800-HELP"', "error"),
    ("double-source", f"{DOCTOR}/card.yml", "facts:\n",
     "  - {id: site, publisher: A, title: B, url: 'https://a.nl/', language: nl, "
     "checked_on: 2026-11-01}\nfacts:\n", "error"),
    ("double-source", f"{DOCTOR}/card.yml", "facts:\n",
     "  - {id: two, publisher: A, title: B, url: 'https://www.rijksoverheid.nl/huisarts', "
     "language: nl, checked_on: 2026-11-01}\nfacts:\n", "warning"),
    ("no-https", f"{DOCTOR}/card.yml", "facts:\n",
     "  - {id: two, publisher: A, title: B, url: 'http://www.rijksoverheid.nl/', language: nl, "
     "checked_on: 2026-11-01}\nfacts:\n", "error"),
    ("translation-behind", f"{DOCTOR}/card.yml", "revision: 1", "revision: 2", "warning"),
    ("translation-ahead", f"{DOCTOR}/en.md", "revision: 1", "revision: 3", "error"),
    ("no-original", f"{DOCTOR}/en.md", "translated_from: nl\n", "", "error"),
    ("no-original", f"{DOCTOR}/en.md", "translated_from: nl", "translated_from: ti", "error"),
    ("no-original", f"{DOCTOR}/nl.md", "revision: 1", "revision: 1\ntranslated_from: en", "error"),
    ("lost-fact", f"{DOCTOR}/en.md", "You wait {wait}.", "You wait some time.", "error"),
    ("added-fact", f"{DOCTOR}/en.md", "Register there.", "Register there within {wait}.", "error"),
    ("other-parts", f"{DOCTOR}/en.md", "## duration", "## cost", "error"),
    ("other-list", f"{DOCTOR}/en.md", "2. Register there.", "2. Register there.\n3. Wait.",
     "warning"),
    ("bare-value", f"{DOCTOR}/en.md", "Register there.", "Register within 14 days.", "error"),
    ("bare-value", f"{DOCTOR}/en.md", "Register there.", "Register for € 12.", "error"),
    ("bare-value", f"{DOCTOR}/en.md", "Register there.", "Register for 12,50 euro.", "error"),
    ("bare-value", f"{DOCTOR}/en.md", "Register there.", "The state pays 80 % of it.", "error"),
    ("bare-value", f"{DOCTOR}/en.md", "Register there.", "Call 020 123 45 67.", "error"),
    ("bare-value", f"{DOCTOR}/en.md", "Register there.", "Call 112.", "error"),
    ("bare-value", f"{DOCTOR}/ar.md", "سجل نفسك", "سجل خلال 14 يومًا", "error"),
    ("bare-link", f"{DOCTOR}/en.md", "Register there.", "Look at www.huisarts.nl.", "error"),
    ("bare-link", f"{DOCTOR}/en.md", "Register there.", "Write to help@huisarts.nl.", "error"),
    ("other-script", f"{DOCTOR}/ar.md", "يمكنك اختيار طبيبك.",
     "You may choose your own doctor. " * 4, "error"),
    ("other-language", f"{DOCTOR}/en.md", "Everybody may choose a doctor.",
     "Iedereen mag zelf een huisarts kiezen en de verzekering betaalt het bezoek. " * 3, "error"),
    ("foreign-letter", f"{DOCTOR}/ar.md", "سجل نفسك", "سجل نفسک", "error"),
    ("long-sentence", f"{DOCTOR}/en.md", "Everybody may choose a doctor.", f"{LONG}.", "warning"),
    ("long-part", f"{DOCTOR}/en.md", "Everybody may choose a doctor.", "You may choose. " * 120,
     "error"),
    ("hard-to-read", f"{DOCTOR}/en.md", "Everybody may choose a doctor.",
     "Administrative authorisation necessitates prior institutional consultation. " * 6, "warning"),
    ("hard-to-read", f"{DOCTOR}/ar.md", "يمكنك اختيار طبيبك.",
     "بالاستفساراتالمستعجلة والمسؤوليات. " * 9, "warning"),
    ("missing-language", f"{WORK}/en.md", None, None, "error"),
    ("number-of-questions", f"{DOCTOR}/en.md", "  - how do i find a doctor near me\n", "", "error"),
    ("double-question", f"{DOCTOR}/en.md", "  - huisarts zonder wachtlijst",
     "  - How do I find a doctor near me?", "error"),
    ("shared-question", f"{WORK}/en.md", "questions:\n",
     "questions:\n  - Huisarts zonder wachtlijst?\n", "error"),
]  # fmt: skip


@pytest.mark.parametrize(("check", "file", "old", "new", "severity"), BAD)
def test_a_bad_file_is_found(
    library_folder: Path, clean: set[tuple[str, Path]],
    check: str, file: str, old: str | None, new: str | None, severity: str,
) -> None:  # fmt: skip
    path = library_folder / file
    before = len([one for one in found(library_folder) if one.check == check])
    if old is not None and new is not None:
        text = path.read_text(encoding="utf-8")
        assert old in text
        path.write_text(text.replace(old, new, 1), encoding="utf-8")
    findings = [one for one in found(library_folder) if one.check == check]
    if old is None:
        # The small library lacks this everywhere: a Dutch text of the card about work.
        assert any(one.file == path.parent / "card.yml" for one in findings)
    else:
        assert len(findings) > before or any(one.file == path for one in findings)
    worst = {one.severity for one in findings}
    assert Severity(severity) in worst
    for one in findings:
        assert one.line >= 0 and one.message.endswith((".", "?"))
        assert as_json(one, library_folder)["check"] == check


def test_findings_name_the_line(library_folder: Path, edit: Edit) -> None:
    line = edit(library_folder / DOCTOR / "en.md", "Register there.", "Register within 14 days.")
    (finding,) = [one for one in found(library_folder) if one.check == "bare-value"]
    assert (finding.file, finding.line) == (library_folder / DOCTOR / "en.md", line)
    assert "'14'" in finding.message
    assert as_json(finding, library_folder)["file"] == f"{DOCTOR}/en.md"


@pytest.mark.parametrize(
    "words",
    [
        "You must be 18 or older.",
        "This rule is of 2025.",
        "Directive 2003/86 says so.",
        "Ask for form S1 or level B1.",
        "Children from 12 to 16 years go to school.",
    ],
)
def test_ages_years_and_names_may_stand_in_a_text(
    library_folder: Path, edit: Edit, words: str
) -> None:
    edit(library_folder / DOCTOR / "en.md", "Register there.", words)
    assert [one for one in found(library_folder) if one.check == "bare-value"] == []


def test_how_soon_is_told(library_folder: Path, edit: Edit) -> None:
    card = library_folder / DOCTOR / "card.yml"
    edit(card, "check_again_by: 2027-05-01", "check_again_by: 2027-01-15")
    near = check_folder(library_folder, TODAY, timedelta(days=30))[1]
    far = check_folder(library_folder, TODAY, timedelta(days=60))[1]
    assert "due-soon" not in {one.check for one in near}
    assert "due-soon" in {one.check for one in far}


@pytest.mark.parametrize("alike", [True, False])
def test_topics_that_the_search_cannot_tell_apart(
    library_folder: Path, encoder: Encoder, cache: VectorCache, edit: Edit, alike: bool
) -> None:
    if alike:
        for card, old in (
            ("netherlands", "am i allowed to have a job"),
            ("netherlands.asylum-seeker", "may i work while my asylum procedure runs"),
        ):
            file = library_folder / "topics/work/may-i-work" / card / "en.md"
            edit(file, old, f"finding a doctor in the netherlands {card[-1]}")
    library = Library.load(library_folder)
    index = build_index(library, encoder, CalibrationSet((), (), "none"), cache)
    findings = [one for one in likeness.check(library, index) if "may-i-work for" in one.message]
    assert len(findings) == alike
    for one in findings:
        assert "takes 100% of the en questions of may-i-work for find-a-doctor" in one.message
        assert (one.check, one.severity) == ("alike", Severity.WARNING)
        assert one.file == library_folder / "topics/work/may-i-work/netherlands/en.md"

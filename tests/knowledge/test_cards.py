"""Cards: loading them, and every mistake that a maintainer can make in one."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from knowledge.cards import Card, Situation, load_cards
from knowledge.errors import LibraryError, Problem

Edit = Callable[[Path, str, str], int]
Problems = Callable[[Callable[[], object]], list[Problem]]

LANGUAGES = ["nl", "en", "ar", "ti"]


@pytest.fixture
def topics(library_folder: Path) -> Path:
    return library_folder / "topics"


@pytest.fixture
def doctor(topics: Path) -> Path:
    return topics / "health" / "find-a-doctor" / "netherlands"


@pytest.fixture
def load(topics: Path) -> Callable[[], list[Card]]:
    return lambda: load_cards(topics, LANGUAGES)


Load = Callable[[], list[Card]]


def test_good_cards(load: Load, doctor: Path) -> None:
    cards = load()
    assert [card.id for card in cards] == [
        "find-a-doctor.flanders",
        "find-a-doctor.netherlands",
        "may-i-work.netherlands",
        "may-i-work.netherlands.asylum-seeker",
    ]
    card = cards[1]
    assert set(card.texts) == {"nl", "en", "ar"}
    assert card.folder == doctor
    assert card.facts["line"].value == "0800-1234"
    assert card.texts["nl"].answer[0].text == "Iedereen mag een huisarts kiezen. Bel {line}."
    assert list(card.texts["en"].parts) == ["answer", "steps", "duration"]
    assert card.texts["ar"].language == "ar"
    assert card.texts["ar"].file == doctor / "ar.md"
    assert cards[3].situations == (Situation.ASYLUM_SEEKER,)


def test_the_text_shown_is_the_first_language_that_the_card_has(load: Load) -> None:
    flanders, netherlands = load()[:2]
    assert netherlands.best_text(["ti", "ar", "en"]).language == "ar"
    assert netherlands.best_text(["ti"]).language == "nl", "else the original"
    assert flanders.best_text(["nl", "ar"]).language == "en"


def test_only_an_unchecked_translation_is_unreviewed(load: Load, doctor: Path, edit: Edit) -> None:
    edit(doctor / "ar.md", "translated_from: nl", "translated_from: nl\nreviewed_by: Amal")
    texts = load()[1].texts
    assert {language: text.unreviewed for language, text in texts.items()} == {
        "nl": False,
        "en": True,
        "ar": False,
    }


def test_a_card_is_overdue_from_the_day_after(load: Load) -> None:
    card = load()[0]
    assert not card.overdue(date(2027, 5, 1))
    assert card.overdue(date(2027, 5, 2))


def test_no_folder_is_no_card(tmp_path: Path) -> None:
    assert load_cards(tmp_path / "none", LANGUAGES) == []


@pytest.mark.parametrize(
    ("old", "new", "hint"),
    [
        ("topic: find-a-doctor\n", "topic: doctors\n", "topic: 'doctors' stands in the folder"),
        ("domain: health", "domain: care", "domain: 'care' stands in the folder 'health'"),
        ("place: netherlands", "place: belgium", "place: 'belgium' stands in the folder"),
        ("id: find-a-doctor.netherlands", "id: doctor", "id: must be find-a-doctor.netherlands"),
    ],
)
def test_wrong_folder(
    old: str, new: str, hint: str, doctor: Path, edit: Edit, load: Load, problems: Problems
) -> None:
    edit(doctor / "card.yml", old, new)
    found = problems(load)
    assert {problem.file for problem in found} == {doctor / "card.yml"}
    assert {problem.line for problem in found} == {1}
    assert any(hint in problem.message for problem in found)


@pytest.mark.parametrize(
    ("old", "new", "hint"),
    [
        ("original: nl", "original:", "original: "),
        ("revision: 1", "revision: 0", "revision: Input should be greater than or equal to 1"),
        ("checked_on: 2026-11-01\ncheck", "checked_on: soon\ncheck", "checked_on: "),
        ("situations: []", "situations: [tourist]", "situations.0: "),
        ("situations: []", "colour: red", "colour: Extra inputs are not permitted"),
        ("https://www.rijksoverheid.nl/huisarts", "huisarts", "sources.0.url: "),
        ('value: "0800-1234"', "value: 1733", "put the telephone number between quotes"),
        ("value: 2\n", "value: two\n", "the value of duration must be a number"),
        ("    unit: day\n", "", "unit belongs to the kind duration, and duration needs it"),
        ("unit: day", "unit: fortnight", "facts.wait.unit: "),
        ("kind: duration", "kind: term", "facts.wait.kind: "),
    ],
)
def test_wrong_field(
    old: str, new: str, hint: str, doctor: Path, edit: Edit, load: Load, problems: Problems
) -> None:
    line = edit(doctor / "card.yml", old, new)
    found = problems(load)
    assert {problem.file for problem in found} == {doctor / "card.yml"}
    (problem,) = [problem for problem in found if hint in problem.message]
    # A missing or forbidden combination is found at the fact, which begins some lines before.
    assert line - 3 <= problem.line <= line + 2
    assert problem.line > 1


def test_a_wrong_source_is_told_once(
    doctor: Path, edit: Edit, load: Load, problems: Problems
) -> None:
    edit(doctor / "card.yml", "https://www.rijksoverheid.nl/huisarts", "huisarts")
    assert len(problems(load)) == 1


def test_impossible_day(doctor: Path, edit: Edit, load: Load, problems: Problems) -> None:
    edit(doctor / "card.yml", "check_again_by: 2027-05-01", "check_again_by: 2027-02-30")
    (problem,) = problems(load)
    assert problem.file == doctor / "card.yml"


def test_telephone_number_without_quotes_keeps_its_zero_or_is_refused(
    doctor: Path, edit: Edit, load: Load, problems: Problems
) -> None:
    line = edit(doctor / "card.yml", 'value: "0800-1234"', "value: 0800")
    try:
        written = load()[1].facts["line"].written("nl")
    except LibraryError as error:
        (problem,) = error.problems
        assert abs(problem.line - line) <= 2
        assert "between quotes" in problem.message
    else:
        assert written == "0800"


def test_card_without_sources(doctor: Path, edit: Edit, load: Load, problems: Problems) -> None:
    text = (doctor / "card.yml").read_text(encoding="utf-8")
    start, end = text.index("sources:"), text.index("facts:")
    (doctor / "card.yml").write_text(text[:start] + "sources: []\n", encoding="utf-8")
    assert end > start
    (problem,) = problems(load)
    assert "sources: " in problem.message
    assert problem.line == text[:start].count("\n") + 1


def test_fact_of_an_unknown_source(
    doctor: Path, edit: Edit, load: Load, problems: Problems
) -> None:
    edit(doctor / "card.yml", 'value: "0800-1234"\n    source: site', 'value: "0"\n    source: web')
    (problem,) = problems(load)
    assert problem.file == doctor / "card.yml"
    assert "facts.line.source: there is no source 'web' in this card" in problem.message


def test_unknown_fact_in_a_text(doctor: Path, edit: Edit, load: Load, problems: Problems) -> None:
    line = edit(doctor / "ar.md", "{wait}", "{waiting}")
    (problem,) = problems(load)
    assert (problem.file, problem.line) == (doctor / "ar.md", line)
    assert "{waiting} is not a fact of card.yml" in problem.message
    assert "correct the name or add the fact" in problem.message


@pytest.mark.parametrize("field", ["title: Finding", "  - how do i find"])
def test_placeholder_in_title_or_question(
    field: str, doctor: Path, edit: Edit, load: Load, problems: Problems
) -> None:
    edit(doctor / "en.md", field, field + " {wait}")
    problems(load)


def test_unknown_part(doctor: Path, edit: Edit, load: Load, problems: Problems) -> None:
    line = edit(doctor / "en.md", "## duration", "## time")
    (problem,) = problems(load)
    assert (problem.file, problem.line) == (doctor / "en.md", line)
    assert "use one of: steps, documents, cost, duration, where, refused" in problem.message


def test_empty_part(doctor: Path, edit: Edit, load: Load, problems: Problems) -> None:
    line = edit(doctor / "en.md", "## duration\n\nYou wait {wait}.", "## duration")
    (problem,) = problems(load)
    assert (problem.file, problem.line) == (doctor / "en.md", line)
    assert "'duration' is empty" in problem.message


def test_missing_original(doctor: Path, load: Load, problems: Problems) -> None:
    (doctor / "nl.md").unlink()
    (problem,) = problems(load)
    assert problem.file == doctor / "card.yml"
    assert "original: the file nl.md is missing" in problem.message


def test_unknown_language(doctor: Path, load: Load, problems: Problems) -> None:
    (doctor / "en.md").rename(doctor / "english.md")
    (problem,) = problems(load)
    assert problem.file == doctor / "english.md"
    assert "'english' is not a language of languages.yml" in problem.message


def test_bad_yaml_in_a_card(doctor: Path, edit: Edit, load: Load, problems: Problems) -> None:
    line = edit(doctor / "card.yml", "domain: health", "domain: health\ndomain: work")
    (problem,) = problems(load)
    assert (problem.file, problem.line) == (doctor / "card.yml", line + 1)
    assert "not valid YAML" in problem.message


@pytest.mark.parametrize(
    ("old", "new", "offset", "hint"),
    [
        ("title: Finding", "titel: Finding", 0, "titel: Extra inputs"),
        ("title: Finding", "title: a: Finding", 0, "not valid YAML"),
        ("revision: 1", "revision: new", 0, "revision: "),
        ("questions:\n", "questions: []\nwords:\n", 0, "questions: "),
    ],
)
def test_bad_front_matter(
    old: str,
    new: str,
    offset: int,
    hint: str,
    doctor: Path,
    edit: Edit,
    load: Load,
    problems: Problems,
) -> None:
    line = edit(doctor / "en.md", old, new)
    found = problems(load)
    assert {problem.file for problem in found} == {doctor / "en.md"}
    assert any(problem.line == line and hint in problem.message for problem in found)


@pytest.mark.parametrize("name", ["card.yml", "ar.md"])
def test_not_utf8(name: str, doctor: Path, load: Load, problems: Problems) -> None:
    (doctor / name).write_bytes(b"\xff\xfe" + b"t\x00")
    (problem,) = problems(load)
    assert problem.file == doctor / name
    assert "Save the file as UTF-8" in problem.message


def test_same_id_in_two_domains(topics: Path, load: Load, problems: Problems) -> None:
    source = topics / "work" / "may-i-work" / "netherlands"
    copy = topics / "health" / "may-i-work" / "netherlands"
    copy.mkdir(parents=True)
    for file in source.iterdir():
        text = file.read_text(encoding="utf-8").replace("domain: work", "domain: health")
        (copy / file.name).write_text(text, encoding="utf-8")
    found = problems(load)
    assert {problem.file for problem in found} == {source / "card.yml", copy / "card.yml"}
    for problem in found:
        assert problem.line == 1
        assert "id: 'may-i-work.netherlands' is used by another card too" in problem.message


def test_related_card_that_is_not_there(
    doctor: Path, edit: Edit, load: Load, problems: Problems
) -> None:
    edit(doctor / "card.yml", "[find-a-doctor.flanders]", "[find-a-dentist.flanders]")
    (problem,) = problems(load)
    assert problem.file == doctor / "card.yml"
    assert "related: there is no card 'find-a-dentist.flanders'" in problem.message


def test_a_wrong_card_does_not_make_its_relations_wrong(
    topics: Path, edit: Edit, load: Load, problems: Problems
) -> None:
    flanders = topics / "health" / "find-a-doctor" / "flanders"
    edit(flanders / "en.md", "## cost", "## price")
    assert {problem.file for problem in problems(load)} == {flanders / "en.md"}


def test_every_problem_of_every_card_is_told_at_once(
    topics: Path, doctor: Path, edit: Edit, load: Load, problems: Problems
) -> None:
    edit(doctor / "en.md", "{wait}", "{waiting}")
    edit(doctor / "ar.md", "## steps", "## stappen")
    edit(topics / "work/may-i-work/netherlands/card.yml", "revision: 1", "revision: one")
    assert {problem.file.name for problem in problems(load)} >= {"en.md", "ar.md", "card.yml"}


@pytest.mark.parametrize(
    "target",
    ["health/find-a-doctor", "health/find-a-doctor/flanders/ghent", "health/doctor/ghent/x/y"],
)
def test_card_at_another_depth_is_not_lost_in_silence(
    target: str, topics: Path, doctor: Path, load: Load, problems: Problems
) -> None:
    folder = topics / target
    folder.mkdir(parents=True, exist_ok=True)
    (doctor / "card.yml").rename(folder / "card.yml")
    problems(load)


def test_texts_without_a_card_are_not_lost_in_silence(
    doctor: Path, topics: Path, edit: Edit, load: Load, problems: Problems
) -> None:
    (doctor / "card.yml").rename(doctor / "card.yaml")
    problems(load)

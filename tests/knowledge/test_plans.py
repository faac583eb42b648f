"""Plans: loading documents and passages, and every mistake in one."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from knowledge.errors import Problem
from knowledge.plans import Passage, PlanDocument, Standing, in_language, load_plans

Edit = Callable[[Path, str, str], int]
Problems = Callable[[Callable[[], object]], list[Problem]]
Load = Callable[[], tuple[dict[str, PlanDocument], list[Passage]]]


@pytest.fixture
def plans(library_folder: Path) -> Path:
    return library_folder / "plans"


@pytest.fixture
def courses(plans: Path) -> Path:
    return plans / "eu-plan" / "language-courses"


@pytest.fixture
def load(plans: Path) -> Load:
    return lambda: load_plans(plans, ["nl", "en"])


def test_good_plans(load: Load, courses: Path) -> None:
    documents, passages = load()
    assert set(documents) == {"eu-plan", "flanders-plan"}
    assert documents["flanders-plan"].url is None
    assert [passage.id for passage in passages] == [
        "eu-plan.language-courses",
        "flanders-plan.buddies",
    ]
    passage = passages[0]
    assert passage.standing is Standing.PROPOSAL
    assert passage.texts["en"].file == courses / "en.md"
    assert passage.texts["en"].blocks[0].text.startswith("The plan proposes")
    assert not passage.texts["en"].unreviewed
    assert passages[1].best_text(["en", "ti"]).language == "nl"


def test_a_translation_nobody_checked_is_unreviewed(load: Load, courses: Path, edit: Edit) -> None:
    edit(courses / "en.md", "revision: 1", "revision: 1\ntranslated_from: nl")
    assert load()[1][0].texts["en"].unreviewed


def test_words_in_the_first_language_that_has_them() -> None:
    words = {"en": "plan", "nl": "plan (nl)"}
    assert in_language(words, ["ar", "nl", "en"]) == "plan (nl)"
    assert in_language(words, ["ar"]) == "plan"


@pytest.mark.parametrize(
    ("old", "new", "line", "hint"),
    [
        ("id: eu-plan\n", "id: plan\n", 1, "id: must be 'eu-plan'"),
        ("status: proposal", "status: draft", 7, "status: "),
        ("year: 2020", "year: last", 5, "year: "),
        ("level: eu\n", "", 1, "level: Field required"),
        ("year: 2020", "year: 2020\nyear: 2021", 6, "not valid YAML"),
        ("https://eur-lex.europa.eu/plan", "eur-lex", 9, "url: "),
        ("short_title: {en: EU plan, nl: EU-plan}", "short_title: {}", 3, "short_title: "),
        ("These are proposals.", "'These are {what}.'", 8, "note.en: no placeholder can stand"),
    ],
)
def test_wrong_document(
    old: str,
    new: str,
    line: int,
    hint: str,
    plans: Path,
    edit: Edit,
    load: Load,
    problems: Problems,
) -> None:
    file = plans / "eu-plan" / "document.yml"
    edit(file, old, new)
    found = [problem for problem in problems(load) if problem.file == file]
    assert [problem.line for problem in found] == [line]
    assert hint in found[0].message


@pytest.mark.parametrize(
    ("old", "new", "line", "hint"),
    [
        ("id: eu-plan.language", "id: eu-plan.lang", 1, "id: must be 'eu-plan.language-courses'"),
        ("document: eu-plan", "document: us-plan", 1, "there is no us-plan/document.yml"),
        ("standing: proposal", "standing: promise", 8, "standing: "),
        ('section: "2.1"', "section: 2.1", 3, "section: "),
        ('lines: "10-20"', 'rows: "10-20"', 5, "rows: "),
    ],
)
def test_wrong_passage(
    old: str,
    new: str,
    line: int,
    hint: str,
    courses: Path,
    edit: Edit,
    load: Load,
    problems: Problems,
) -> None:
    edit(courses / "passage.yml", old, new)
    found = problems(load)
    assert {problem.file for problem in found} == {courses / "passage.yml"}
    assert any(problem.line == line and hint in problem.message for problem in found)


def test_passage_in_the_folder_of_another_document(
    courses: Path, edit: Edit, load: Load, problems: Problems
) -> None:
    edit(courses / "passage.yml", "document: eu-plan", "document: flanders-plan")
    (problem,) = problems(load)
    assert problem.file == courses / "passage.yml"


def test_passage_of_a_missing_document(
    plans: Path, courses: Path, load: Load, problems: Problems
) -> None:
    (plans / "eu-plan" / "document.yml").unlink()
    (problem,) = problems(load)
    assert problem.file == courses / "passage.yml"
    assert "there is no eu-plan/document.yml" in problem.message


def test_passage_without_text(courses: Path, load: Load, problems: Problems) -> None:
    (courses / "en.md").unlink()
    (problem,) = problems(load)
    assert problem.file == courses / "passage.yml"
    assert "add en.md or nl.md" in problem.message


def test_unknown_language(courses: Path, load: Load, problems: Problems) -> None:
    (courses / "en.md").rename(courses / "fr.md")
    (problem,) = problems(load)
    assert problem.file == courses / "fr.md"
    assert "'fr' is not a language of languages.yml" in problem.message


def test_a_passage_has_no_parts(courses: Path, load: Load, problems: Problems) -> None:
    file = courses / "en.md"
    file.write_text(file.read_text(encoding="utf-8") + "\n## cost\n\nFree.\n", encoding="utf-8")
    (problem,) = problems(load)
    assert problem.file == file
    assert "no parts, only its text" in problem.message


def test_placeholder_in_a_passage(
    courses: Path, edit: Edit, load: Load, problems: Problems
) -> None:
    edit(courses / "en.md", "soon after arrival.\n", "within {term}.\n")
    problems(load)


@pytest.mark.parametrize(
    ("old", "new", "line", "hint"),
    [
        ("title: Language", "title: a: Language", 2, "not valid YAML"),
        ("revision: 1", "revision: 0", 5, "revision: "),
        ("revision: 1\n---\n", "revision: 1\n", 1, "no closing line '---'"),
        ("The plan proposes language courses soon after arrival.\n", "", 7, "'answer' is empty"),
    ],
)
def test_wrong_text(
    old: str,
    new: str,
    line: int,
    hint: str,
    courses: Path,
    edit: Edit,
    load: Load,
    problems: Problems,
) -> None:
    edit(courses / "en.md", old, new)
    (problem,) = problems(load)
    assert (problem.file, problem.line) == (courses / "en.md", line)
    assert hint in problem.message


@pytest.mark.parametrize("name", ["passage.yml", "en.md", "../document.yml"])
def test_not_utf8(name: str, courses: Path, load: Load, problems: Problems) -> None:
    (courses / name).write_bytes("---\ntitle: één\n".encode("latin-1"))
    found = problems(load)
    assert found[0].file.name == Path(name).name
    assert "Save the file as UTF-8" in found[0].message


def test_a_broken_document_is_told_once(
    plans: Path, edit: Edit, load: Load, problems: Problems
) -> None:
    edit(plans / "eu-plan" / "document.yml", "year: 2020", "year: last")
    assert len(problems(load)) == 1


def test_passage_at_another_depth_is_not_lost_in_silence(
    plans: Path, courses: Path, load: Load, problems: Problems
) -> None:
    (plans / "eu-plan" / "language").mkdir()
    courses.rename(plans / "eu-plan" / "language" / "courses")
    problems(load)

"""The languages that are offered."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from knowledge.errors import Problem
from knowledge.languages import Languages
from knowledge.library import Library

Edit = Callable[[Path, str, str], int]
Problems = Callable[[Callable[[], object]], list[Problem]]


@pytest.fixture
def file(library_folder: Path) -> Path:
    return library_folder / "languages.yml"


def test_order_of_the_file_and_look_up(file: Path) -> None:
    languages = Languages.load(file)
    assert languages.codes == ["nl", "en", "ar", "ti"]
    assert [language.code for language in languages] == languages.codes
    assert languages.get("ar").direction == "rtl"
    assert "ti" in languages
    assert "xx" not in languages
    with pytest.raises(KeyError, match="xx"):
        languages.get("xx")


def test_reading_order_begins_with_the_own_language_and_leaves_none_out(file: Path) -> None:
    languages = Languages.load(file)
    assert languages.reading_order("ti") == ["ti", "en", "nl", "ar"]
    assert languages.reading_order("ti", also="ar") == ["ti", "ar", "en", "nl"]
    assert languages.reading_order("nl", also="nl") == ["nl", "en", "ar", "ti"]


def test_unknown_fallback(file: Path, edit: Edit, problems: Problems) -> None:
    edit(file, "direction: ltr, fallback: [nl]", "direction: ltr, fallback: [fr]")
    (problem,) = problems(lambda: Languages.load(file))
    assert problem.file == file
    assert "en: the fallback 'fr' is not in this file" in problem.message


@pytest.mark.parametrize(
    ("old", "new", "hint"),
    [
        ("direction: rtl", "direction: up", "2.direction: "),
        ("name: العربية, ", "", "2.name: Field required"),
        ("name: العربية", "nom: العربية", "2.nom: "),
    ],
)
def test_wrong_language(
    old: str, new: str, hint: str, file: Path, edit: Edit, problems: Problems
) -> None:
    edit(file, old, new)
    found = problems(lambda: Languages.load(file))
    assert any(
        (problem.file, problem.line) == (file, 3) and hint in problem.message for problem in found
    )


def test_language_that_stands_twice(file: Path, edit: Edit, problems: Problems) -> None:
    line = edit(file, "code: ti", "code: ar")
    (problem,) = problems(lambda: Languages.load(file))
    assert (problem.file, problem.line) == (file, line)


def test_missing_file(tmp_path: Path, problems: Problems) -> None:
    (problem,) = problems(lambda: Languages.load(tmp_path / "languages.yml"))
    assert problem.file == tmp_path / "languages.yml"


def test_the_fourteen_languages(real_library: Library) -> None:
    languages = real_library.languages
    assert sorted(languages.codes) == sorted(
        ["nl", "en", "fr", "de", "es", "pl", "uk", "ru", "ar", "fa", "ps", "tr", "so", "ti"]
    )
    assert {language.code for language in languages if language.direction == "rtl"} == {
        "ar",
        "fa",
        "ps",
    }
    for language in languages:
        assert {"en", "nl"} <= {language.code, *language.fallback}

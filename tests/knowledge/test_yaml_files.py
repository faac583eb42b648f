"""Reading YAML into models: every mistake is named with its file and its line."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import BaseModel, ConfigDict

from knowledge.errors import LibraryError, Problem
from knowledge.yaml_files import load_yaml, parse, read_text, read_yaml

Problems = Callable[[Callable[[], object]], list[Problem]]

FILE = Path("some/file.yml")


class Street(BaseModel):
    model_config = ConfigDict(extra="forbid")

    name: str
    houses: list[int] = []


class Town(BaseModel):
    model_config = ConfigDict(extra="forbid")

    streets: dict[str, Street]


@pytest.mark.parametrize(
    ("text", "line", "hint"),
    [
        ("a: 1\nb: [1\n", 3, "expected ',' or ']'"),
        ("a: 1\na: 2\n", 2, 'duplicate key "a"'),
        ("a: 1\nb: *c\n", 2, "undefined alias 'c'"),
        ("a: 1\n\tb: 2\n", 2, ""),
        ("a: 'open\n", 2, ""),
        ("a: 1\n---\nb: 2\n", 2, "another document"),
        ("a: b: c\n", 1, ""),
    ],
)
def test_bad_yaml_names_file_and_line(text: str, line: int, hint: str, problems: Problems) -> None:
    (problem,) = problems(lambda: read_yaml(text, FILE))
    assert (problem.file, problem.line) == (FILE, line)
    assert problem.message.startswith("not valid YAML: ")
    assert hint in problem.message


def test_lines_count_from_where_the_text_begins_in_its_file(problems: Problems) -> None:
    (problem,) = problems(lambda: read_yaml("a: 1\na: 2\n", FILE, first_line=2))
    assert problem.line == 3


def test_forbidden_sign_is_an_error_of_the_file(problems: Problems) -> None:
    (problem,) = problems(lambda: read_yaml("a: \x01", FILE))
    assert problem.file == FILE
    assert "special characters are not allowed" in problem.message


@pytest.mark.parametrize("day", ["2026-02-30", "2026-13-01"])
def test_impossible_day_names_file_and_line(day: str, problems: Problems) -> None:
    (problem,) = problems(lambda: read_yaml(f"a: 1\nchecked_on: {day}\n", FILE))
    assert (problem.file, problem.line) == (FILE, 2)


@given(st.text(st.sampled_from("ab:[]{}-#&*!|>'\"%@`\n ,?~=1.\\")))
def test_any_text_is_read_or_refused_with_its_file(text: str) -> None:
    try:
        read_yaml(text, FILE)
    except LibraryError as error:
        assert all(problem.file == FILE for problem in error.problems)


def test_lines_of_wrong_fields_count_from_where_the_text_begins(problems: Problems) -> None:
    (problem,) = problems(lambda: parse(Street, "houses: []\nname: [a]\n", FILE, first_line=10))
    assert problem.line == 11


def test_every_wrong_field_is_named_with_its_line(problems: Problems) -> None:
    text = """\
streets:
  first:
    name: Kerkstraat
    houses: [1, two]
  second:
    nam: Dorpsstraat
"""
    found = problems(lambda: parse(Town, text, FILE))
    assert {(problem.line, problem.message.split(":")[0]) for problem in found} == {
        (4, "streets.first.houses.1"),
        (5, "streets.second.name"),
        (6, "streets.second.nam"),
    }
    assert {problem.file for problem in found} == {FILE}


@pytest.mark.parametrize("text", ["", "just words\n", "- a\n"])
def test_other_things_than_a_mapping_are_refused(text: str, problems: Problems) -> None:
    (problem,) = problems(lambda: parse(Town, text, FILE))
    assert (problem.file, problem.line) == (FILE, 1)


@pytest.mark.parametrize("key", ["? [a, b]\n: 1", "? {a: 1}\n: 1", "{a: 1}: 1"])
def test_a_key_that_is_no_word(key: str, problems: Problems) -> None:
    found = problems(lambda: parse(Town, f"{key}\n", FILE))
    assert {(problem.file, problem.line) for problem in found} == {(FILE, 1)}


@pytest.mark.parametrize("word", ["No", "Yes", "on", "off", "12:30", "1_000", "~"])
def test_a_word_that_yaml_knows_is_a_word_or_an_error(word: str) -> None:
    try:
        street = parse(Street, f"name: {word}\n", FILE)
    except LibraryError as error:
        assert [(problem.file, problem.line) for problem in error.problems] == [(FILE, 1)]
    else:
        assert street.name == word


def test_good_file(tmp_path: Path) -> None:
    file = tmp_path / "town.yml"
    file.write_text("streets: {first: {name: Kerkstraat, houses: [1, 2]}}\n", encoding="utf-8")
    assert load_yaml(Town, file).streets["first"].houses == [1, 2]


def test_byte_order_mark_is_no_text(tmp_path: Path) -> None:
    file = tmp_path / "file.yml"
    file.write_bytes(b"\xef\xbb\xbfa: 1\r\nb: 2\r\n")
    assert read_yaml(read_text(file), file) == {"a": 1, "b": 2}


def test_not_utf8_says_how_to_save(tmp_path: Path, problems: Problems) -> None:
    file = tmp_path / "file.yml"
    file.write_bytes("a: é".encode("latin-1"))
    (problem,) = problems(lambda: load_yaml(Town, file))
    assert problem.file == file
    assert "byte 3" in problem.message
    assert "Save the file as UTF-8" in problem.message


def test_missing_file_and_folder_in_its_place(tmp_path: Path, problems: Problems) -> None:
    (missing,) = problems(lambda: read_text(tmp_path / "none.yml"))
    assert missing.file == tmp_path / "none.yml"
    assert "cannot be read" in missing.message
    (folder,) = problems(lambda: read_text(tmp_path))
    assert folder.file == tmp_path
    assert "cannot be read" in folder.message


def test_a_long_list_of_problems_is_cut_and_counted() -> None:
    error = LibraryError([Problem(FILE, number, f"wrong {number}.") for number in range(1, 26)])
    message = str(error)
    assert message.startswith("25 problem(s)")
    assert f"{FILE}:20: wrong 20." in message
    assert "wrong 21." not in message
    assert "5 more" in message
    assert len(error.problems) == 25


def test_a_problem_of_the_whole_file_has_no_line() -> None:
    assert str(Problem(FILE, 0, "is gone.")) == f"{FILE}: is gone."

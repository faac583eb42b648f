"""The whole library: loading it; and what the library that people read must keep to."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from knowledge.cards import Card, CardText
from knowledge.checks.run import check_library
from knowledge.errors import Problem
from knowledge.library import Library
from knowledge.text import PLACEHOLDER, Block

Edit = Callable[[Path, str, str], int]
Problems = Callable[[Callable[[], object]], list[Problem]]


def test_the_small_library(library: Library) -> None:
    assert set(library.topics) == {"find-a-doctor", "may-i-work"}
    assert [card.id for card in library.topics["find-a-doctor"]] == [
        "find-a-doctor.flanders",
        "find-a-doctor.netherlands",
    ]
    assert set(library.passages) == {"eu-plan.language-courses", "flanders-plan.buddies"}
    assert library.glossary["huisarts"]["en"] == "huisarts (family doctor)"


def test_problems_of_cards_and_plans_are_told_at_once(
    library_folder: Path, edit: Edit, problems: Problems
) -> None:
    card = library_folder / "topics/health/find-a-doctor/netherlands/en.md"
    passage = library_folder / "plans/eu-plan/language-courses/en.md"
    lines = {
        card: edit(card, "## duration", "## time"),
        passage: edit(passage, "revision: 1", "revision: 0"),
    }
    found = problems(lambda: Library.load(library_folder))
    assert {problem.file: problem.line for problem in found} == lines


def test_card_for_an_unknown_place(library_folder: Path, edit: Edit, problems: Problems) -> None:
    edit(library_folder / "places.yml", "id: netherlands,", "id: holland,")
    found = problems(lambda: Library.load(library_folder))
    lines = [(problem.file.name, problem.line) for problem in found]
    assert lines == [("card.yml", 4)] * 3 + [("emergency.yml", 1), ("emergency.yml", 3)]
    assert "place: 'netherlands' is not in places.yml" in found[0].message


@pytest.mark.parametrize("name", ["document.yml", "language-courses/passage.yml"])
def test_plan_of_an_unknown_place(
    name: str, library_folder: Path, edit: Edit, problems: Problems
) -> None:
    file = library_folder / "plans" / "eu-plan" / name
    line = edit(file, "level: eu", "level: europe")
    (problem,) = problems(lambda: Library.load(library_folder))
    assert (problem.file, problem.line) == (file, line)


@pytest.mark.parametrize(
    "name", ["languages.yml", "places.yml", "glossary.yml", "emergency.yml", "situations.yml"]
)
def test_missing_file(name: str, library_folder: Path, problems: Problems) -> None:
    (library_folder / name).unlink()
    (problem,) = problems(lambda: Library.load(library_folder))
    assert problem.file == library_folder / name
    assert "cannot be read" in problem.message


@pytest.mark.parametrize(
    "name", ["languages.yml", "places.yml", "glossary.yml", "emergency.yml", "situations.yml"]
)
def test_empty_file(name: str, library_folder: Path, problems: Problems) -> None:
    (library_folder / name).write_text("", encoding="utf-8")
    found = problems(lambda: Library.load(library_folder))
    assert {(problem.file, problem.line) for problem in found} == {(library_folder / name, 1)}


def test_library_without_cards(library_folder: Path, problems: Problems) -> None:
    (library_folder / "topics").rename(library_folder / "subjects")
    (problem,) = problems(lambda: Library.load(library_folder))
    assert problem.file == library_folder / "topics"
    assert "there is no card in this folder" in problem.message


def test_no_library(tmp_path: Path, problems: Problems) -> None:
    (problem,) = problems(lambda: Library.load(tmp_path / "none"))
    assert problem.file == tmp_path / "none" / "languages.yml"


def test_the_fingerprint_follows_what_people_read(library_folder: Path, edit: Edit) -> None:
    first = Library.load(library_folder).fingerprint
    (library_folder / "README.txt").write_text("for maintainers", encoding="utf-8")
    assert Library.load(library_folder).fingerprint == first
    edit(library_folder / "topics/health/find-a-doctor/flanders/en.md", "any doctor", "a doctor")
    second = Library.load(library_folder).fingerprint
    assert second != first
    edit(library_folder / "emergency.yml", '"1712", phone: "1712"', '"1712", phone: "1713"')
    assert Library.load(library_folder).fingerprint not in (first, second)


# The library that people read.


def test_the_library_is_clean(real_library: Library) -> None:
    """What `wegwijs check` finds, on the day of the newest look at a source.

    Facts that expire later are told by `wegwijs check` and `wegwijs stale`: time alone must not
    break the build.
    """
    newest = max(card.checked_on for card in real_library.cards.values())
    findings = check_library(real_library, newest, soon=timedelta(0))
    assert [str(one) for one in findings] == []


def texts_of(library: Library) -> Iterator[tuple[Card, CardText]]:
    for card in library.cards.values():
        for text in card.texts.values():
            yield card, text


def named(blocks: tuple[Block, ...]) -> set[str]:
    """The placeholders of a part, as they are written."""
    return {match[1] for block in blocks for match in PLACEHOLDER.finditer(block.plain)}


def test_nothing_half_written_is_shown(real_library: Library) -> None:
    for card, text in texts_of(real_library):
        for blocks in text.parts.values():
            shown = " ".join(block.filled(card.facts, text.language).plain for block in blocks)
            assert not re.search(r"[{}]|\*\*|\]\(|<\w", shown), text.file
        assert not re.search(r"[{}*]", text.title + " ".join(text.questions)), text.file


def test_every_fact_is_used_and_can_be_written(real_library: Library) -> None:
    for card in real_library.cards.values():
        used = {
            name
            for text in card.texts.values()
            for blocks in text.parts.values()
            for name in named(blocks)
        }
        assert set(card.facts) == used, card.id
        for language in real_library.languages.codes:
            for name, fact in card.facts.items():
                written = fact.written(language)
                assert written.strip() and "duration-" not in written, (card.id, name)


def test_passages_agree_with_their_document(real_library: Library) -> None:
    for passage in real_library.passages.values():
        document = real_library.documents[passage.document]
        assert passage.id.split(".")[0] == document.id
        assert passage.level in real_library.places, passage.id
        assert passage.year == document.year, passage.id
        assert set(passage.texts) >= {"nl", "en"}, passage.id
    for document in real_library.documents.values():
        for words in (document.title, document.short_title, document.note):
            assert set(words) >= {"nl", "en"}, document.id


def test_the_glossary_explains_in_words_of_its_own(real_library: Library) -> None:
    for name, words in real_library.glossary.items():
        assert set(words) >= {"nl", "en"}, name
        assert set(words) <= set(real_library.languages.codes), name
        for language, explanation in words.items():
            assert name.casefold() in explanation.casefold(), (name, language)

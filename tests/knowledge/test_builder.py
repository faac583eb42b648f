"""Building the index: embedding what changed, teaching the ranker, publishing."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from knowledge.builder import (
    CalibrationQuestion,
    CalibrationSet,
    ContrastSentence,
    build_index,
    index_meta,
    is_current,
)
from knowledge.encoder import Encoder
from knowledge.errors import Problem
from knowledge.index import IndexMeta, open_index, save_index
from knowledge.library import Library
from knowledge.ranker import FEATURES, Ranker
from knowledge.search import Search
from knowledge.units import units_of
from knowledge.vector_cache import VectorCache

Edit = Callable[[Path, str, str], int]
Problems = Callable[[Callable[[], object]], list[Problem]]
MakeEncoder = Callable[..., Encoder]

RIGHT = CalibrationQuestion(language="en", text="how do i find a doctor", expect=("find-a-doctor",))
WORK = CalibrationQuestion(language="en", text="am i allowed to have a job", expect=("may-i-work",))
NONE = CalibrationQuestion(language="en", text="who won the cup yesterday")
CONTRAST = (ContrastSentence(language="en", text="who won the cup"),)
QUESTIONS = CalibrationSet((RIGHT, WORK, NONE), CONTRAST, "three")


def meta_of(library: Library, encoder: Encoder, questions: CalibrationSet) -> IndexMeta:
    return index_meta(library, encoder.fingerprint, encoder.name, questions)


@pytest.fixture
def cache(tmp_path: Path) -> VectorCache:
    return VectorCache(tmp_path / "vectors.sqlite")


def test_everything_that_people_read_is_indexed(library: Library) -> None:
    units = list(units_of(library))
    card = library.cards["find-a-doctor.netherlands"]
    ours = [unit for unit in units if unit.target == card.id and unit.language == "nl"]
    assert [unit.part for unit in ours] == [
        "title",
        "question",
        "question",
        "answer",
        "steps",
        "duration",
    ]
    assert ours[-1].text == "Een huisarts vinden in Nederland. U wacht 2 dagen."
    assert {unit.language for unit in units if unit.target == card.id} == {"nl", "en", "ar"}
    translated = [unit for unit in units if unit.target == card.id and unit.language == "en"]
    assert {unit.part for unit in translated} == {"title", "question"}
    assert not any("{" in unit.text for unit in units)
    passage = [unit for unit in units if unit.target == "flanders-plan.buddies"]
    assert [unit.part for unit in passage] == ["title", "question", "answer"]
    assert {unit.kind for unit in passage} == {"passage"}
    assert passage[0].text == "Een buddy voor elke nieuwkomer (Flemish plan 2021)"
    assert passage[0].place == "flanders"
    assert list(units_of(library)) == units


def test_a_plan_with_a_dutch_title_only(library_folder: Path, edit: Edit) -> None:
    file = library_folder / "plans" / "flanders-plan" / "document.yml"
    edit(file, "short_title: {en: Flemish plan}", "short_title: {fr: plan flamand}")
    assert list(units_of(Library.load(library_folder)))


def test_every_text_is_embedded_once(
    library: Library, encoder: Encoder, embedded: list[str], cache: VectorCache
) -> None:
    index = build_index(library, encoder, QUESTIONS, cache)
    texts = {unit.text for unit in units_of(library)}
    questions = {question.text for question in QUESTIONS.questions}
    assert sorted(embedded) == sorted([*texts, *questions, CONTRAST[0].text])
    assert len(index.units) == index.lexical.size == index.vectors.ntotal
    embedded.clear()
    build_index(library, encoder, QUESTIONS, cache)
    assert embedded == []


def test_only_changed_texts_are_embedded_again(
    library_folder: Path, encoder: Encoder, embedded: list[str], cache: VectorCache, edit: Edit
) -> None:
    build_index(Library.load(library_folder), encoder, QUESTIONS, cache)
    embedded.clear()
    doctor = library_folder / "topics" / "health" / "find-a-doctor"
    edit(doctor / "netherlands" / "en.md", "how do i find a doctor near me", "where is a doctor")
    build_index(Library.load(library_folder), encoder, QUESTIONS, cache)
    assert embedded == ["where is a doctor"]
    embedded.clear()
    # One fact changes the part of the original that uses it, and nothing else.
    edit(doctor / "netherlands" / "card.yml", "value: 2\n", "value: 3\n")
    build_index(Library.load(library_folder), encoder, QUESTIONS, cache)
    assert embedded == ["Een huisarts vinden in Nederland. U wacht 3 dagen."]


def test_another_encoder_embeds_everything(
    library: Library, cache: VectorCache, make_encoder: MakeEncoder
) -> None:
    first: list[str] = []
    second: list[str] = []
    build_index(library, make_encoder("first", first), QUESTIONS, cache)
    build_index(library, make_encoder("second", second), QUESTIONS, cache)
    assert sorted(first) == sorted(second) != []


def test_progress_names_its_steps(library: Library, encoder: Encoder, cache: VectorCache) -> None:
    told: list[tuple[str, int, int]] = []
    build_index(
        library,
        encoder,
        QUESTIONS,
        cache,
        lambda step, done, total: told.append((step, done, total)),
    )
    assert list(dict.fromkeys(step for step, _, _ in told)) == ["texts", "questions"]
    assert all(0 < done <= total for _, done, total in told)


def test_the_version_changes_with_everything_it_depends_on(
    library_folder: Path, edit: Edit, make_encoder: MakeEncoder
) -> None:
    library, encoder = Library.load(library_folder), make_encoder("one")
    meta = meta_of(library, encoder, QUESTIONS)
    assert meta == meta_of(Library.load(library_folder), encoder, QUESTIONS)
    others = [
        meta_of(library, make_encoder("two"), QUESTIONS),
        meta_of(library, encoder, CalibrationSet((), (), "none")),
    ]
    edit(library_folder / "glossary.yml", "(family doctor)", "(doctor of the family)")
    others.append(meta_of(Library.load(library_folder), encoder, QUESTIONS))
    assert len({meta.version, *(other.version for other in others)}) == 4


def test_publishing_makes_it_current(
    library: Library, encoder: Encoder, cache: VectorCache, tmp_path: Path
) -> None:
    folder = tmp_path / "index"
    meta = meta_of(library, encoder, QUESTIONS)
    assert not is_current(meta, folder)
    index = build_index(library, encoder, QUESTIONS, cache)
    assert save_index(index, folder) == folder / meta.version
    assert is_current(meta, folder)
    assert not is_current(meta_of(library, encoder, CalibrationSet((), (), "x")), folder)
    opened = open_index(folder, encoder.fingerprint, encoder.name)
    assert opened.ranker == index.ranker


def test_the_ranker_separates_what_is_known_from_what_is_not(
    library: Library, encoder: Encoder, cache: VectorCache
) -> None:
    index = build_index(library, encoder, QUESTIONS, cache)
    assert index.ranker.questions == 3
    assert len(index.ranker.weights) == len(FEATURES)
    search = Search(library, index, encoder)
    known, other, unknown = (search.search(q.text, q.language) for q in (WORK, RIGHT, NONE))
    assert (known.hits[0].group, other.hits[0].group) == ("may-i-work", "find-a-doctor")
    assert unknown.confidence < 0.5 < min(known.confidence, other.confidence)
    for hit in (*known.hits[1:], *other.hits[1:], *unknown.hits):
        assert hit.score < 0.5


EVERYTHING = RIGHT.model_copy(
    update={
        "expect": (
            "find-a-doctor",
            "may-i-work",
            "eu-plan.language-courses",
            "flanders-plan.buddies",
        )
    }
)
WORDLESS = RIGHT.model_copy(update={"text": "\u200b"})


@pytest.mark.parametrize(
    "questions", [[], [NONE], [NONE, NONE], [EVERYTHING], [WORDLESS], [WORDLESS, NONE]]
)
def test_questions_that_teach_nothing_leave_the_plain_ranker(
    questions: list[CalibrationQuestion], library: Library, encoder: Encoder, cache: VectorCache
) -> None:
    for contrast in (CONTRAST, ()):
        taught = CalibrationSet(tuple(questions), contrast, "nothing")
        index = build_index(library, encoder, taught, cache)
        assert index.ranker == Ranker.plain()
        assert index.contrast.shape == (len(contrast), encoder.dimension)
        assert Search(library, index, encoder).search(WORK.text, "en").hits[0].group == "may-i-work"


def test_a_single_question_teaches_which_of_its_candidates_is_right(
    library: Library, encoder: Encoder, cache: VectorCache
) -> None:
    # That it is right all by itself is known of one candidate; that they are wrong, of the others.
    index = build_index(library, encoder, CalibrationSet((RIGHT,), CONTRAST, "one"), cache)
    assert index.ranker.questions == 1
    hits = Search(library, index, encoder).search(RIGHT.text, "en").hits
    assert hits[0].group == "find-a-doctor"
    assert hits[0].score > 0.5 > hits[1].score


def test_wordless_questions_teach_nothing_to_the_others(
    library: Library, encoder: Encoder, cache: VectorCache
) -> None:
    questions = CalibrationSet((WORK, WORDLESS, NONE), CONTRAST, "wordless")
    assert build_index(library, encoder, questions, cache).ranker.questions == 2


def test_a_question_from_a_place_teaches_by_what_holds_there(
    library: Library, encoder: Encoder, cache: VectorCache
) -> None:
    question = RIGHT.model_copy(update={"text": "how do i find a doctor near me"})
    local = question.model_copy(update={"place": "ghent"})
    index = build_index(library, encoder, CalibrationSet((local, NONE), CONTRAST, "a"), cache)
    everywhere = build_index(
        library, encoder, CalibrationSet((question, NONE), CONTRAST, "b"), cache
    )
    search = Search(library, index, encoder)
    rows, right = [], []
    for asked in (local, NONE):
        candidates, found = search.candidates(asked.text, asked.language, asked.place, None)
        rows.append(found)
        right.append([candidate.group in asked.expect for candidate in candidates])
    expected = Ranker.fit(rows, right)
    np.testing.assert_allclose(index.ranker.weights, expected.weights, atol=1e-3)
    np.testing.assert_allclose(index.ranker.mean, expected.mean, atol=1e-5)
    assert not np.allclose(index.ranker.mean, everywhere.ranker.mean, atol=1e-3)


def test_the_sentences_about_other_things_are_centred_as_questions(
    library: Library, encoder: Encoder, cache: VectorCache
) -> None:
    index = build_index(library, encoder, QUESTIONS, cache)
    vector = encoder.encode_query(CONTRAST[0].text)
    asked = [question.text for question in (*QUESTIONS.questions, *CONTRAST)]
    mean = encoder.encode_queries(asked).mean(axis=0)
    expected = (vector - mean) / np.linalg.norm(vector - mean)
    np.testing.assert_allclose(index.contrast, expected[None, :], atol=1e-5)


def write_set(folder: Path, questions: str, contrast: str) -> Path:
    (folder / "questions.jsonl").write_text(questions, encoding="utf-8")
    (folder / "contrast.jsonl").write_text(contrast, encoding="utf-8")
    return folder


GOOD = '{"language": "nl", "text": "huisarts", "expect": ["find-a-doctor"]}\n'
OTHER = '{"language": "nl", "text": "wie won"}\n'


def test_good_calibration_files(tmp_path: Path) -> None:
    loaded = CalibrationSet.load(write_set(tmp_path, GOOD + "\n" + GOOD, OTHER))
    assert [question.expect for question in loaded.questions] == [("find-a-doctor",)] * 2
    assert [sentence.text for sentence in loaded.contrast] == ["wie won"]
    same = CalibrationSet.load(write_set(tmp_path, GOOD + GOOD, OTHER))
    assert same.questions == loaded.questions
    changed = CalibrationSet.load(write_set(tmp_path, GOOD, OTHER))
    assert changed.fingerprint != loaded.fingerprint


@pytest.mark.parametrize(
    ("questions", "contrast", "name", "line", "hint"),
    [
        (GOOD + "{\n", OTHER, "questions.jsonl", 2, "Invalid JSON"),
        ("\n\n" + '{"language": "nl"}\n', OTHER, "questions.jsonl", 3, "text"),
        ('{"language": "nl", "text": "a", "topic": "b"}', OTHER, "questions.jsonl", 1, "topic"),
        (GOOD, OTHER + "nothing\n", "contrast.jsonl", 2, "Invalid JSON"),
    ],
)
def test_wrong_calibration_files(
    questions: str,
    contrast: str,
    name: str,
    line: int,
    hint: str,
    tmp_path: Path,
    problems: Problems,
) -> None:
    write_set(tmp_path, questions, contrast)
    (problem,) = problems(lambda: CalibrationSet.load(tmp_path))
    assert (problem.file, problem.line) == (tmp_path / name, line)
    assert hint in problem.message


@pytest.mark.parametrize("content", [None, b"\xff\xfe"])
def test_missing_or_not_utf8_calibration_file(
    content: bytes | None, tmp_path: Path, problems: Problems
) -> None:
    write_set(tmp_path, GOOD, OTHER)
    file = tmp_path / "contrast.jsonl"
    file.unlink() if content is None else file.write_bytes(content)
    (problem,) = problems(lambda: CalibrationSet.load(tmp_path))
    assert problem.file == file


def test_the_real_calibration_set_speaks_of_the_real_library(real_library: Library) -> None:
    loaded = CalibrationSet.load()
    answers = {*real_library.topics, *real_library.passages}
    assert any(not question.expect for question in loaded.questions)
    for question in loaded.questions:
        assert set(question.expect) <= answers, question
        assert question.language in real_library.languages, question
        assert question.place is None or question.place in real_library.places, question
    for sentence in loaded.contrast:
        assert sentence.language in real_library.languages, sentence

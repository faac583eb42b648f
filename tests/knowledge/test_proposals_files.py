"""A change as files: written all or none, as a diff, a patch or a commit, and checked first."""

from __future__ import annotations

import subprocess
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from knowledge.builder import CalibrationSet, build_index
from knowledge.draft_index import draft_index
from knowledge.encoder import Encoder
from knowledge.library import Library
from knowledge.proposals import edits as edits_module
from knowledge.proposals.change import (
    AddQuestion,
    MoveQuestion,
    NewCard,
    NewSource,
    SetFact,
    WordPart,
)
from knowledge.proposals.checking import check_edits
from knowledge.proposals.commits import commit, repository_prefix
from knowledge.proposals.edits import (
    FileEdit,
    FileEdits,
    apply,
    draft_folder,
    stale_files,
    unified_diff,
)
from knowledge.proposals.errors import CommitError, FilesChanged
from knowledge.proposals.patches import PREFIX, Author, as_patch
from knowledge.proposals.plan import plan
from knowledge.search import Search
from knowledge.vector_cache import VectorCache

TODAY = date(2026, 11, 24)
NOON = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)
DOCTOR = "find-a-doctor.netherlands"
FOLDER = "topics/health/find-a-doctor/netherlands"
ANNA = Author('Ánna Nowak,\n"jr>".', "anna@example.org")
WORDS = WordPart(card=DOCTOR, language="nl", part="answer", text="Kies een arts. Bel {line}. ለሓኪም")
CARD = NewCard(
    topic="lighthouse", domain="work", place="ghent", language="nl", title="De vuurtoren",
    answer="Vraag het de wachter.", questions=("waar is de vuurtoren",),
    source=NewSource(id="sea", publisher="Zee", title="Zee", url="https://zee.be/", language="nl"),
    checked_on=TODAY,
)  # fmt: skip


def git(folder: Path, *words: str, given: str | None = None) -> str:
    done = subprocess.run(
        ["git", *words], cwd=folder, input=given, text=True, capture_output=True, check=False
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.fixture
def repository(library_folder: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A repository that holds the small library where the maintainers have it."""
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", "/dev/null")
    monkeypatch.setenv("GIT_CONFIG_SYSTEM", "/dev/null")
    top = library_folder.parent / "repository"
    (top / "knowledge").mkdir(parents=True)
    library_folder.rename(top / PREFIX)
    git(top, "init", "--quiet", "--initial-branch=main")
    git(top, "config", "user.name", "Maintainer")
    git(top, "config", "user.email", "maintainer@example.org")
    git(top, "add", ".")
    git(top, "commit", "--quiet", "-m", "library")
    return top


def both(folder: Path) -> FileEdits:
    """Edits of an old file and of two new ones."""
    word, card = plan(WORDS, folder), plan(CARD, folder)
    return replace(word, files=(*word.files, *card.files))


def contents(folder: Path) -> dict[str, bytes]:
    return {
        str(file.relative_to(folder)): file.read_bytes()
        for file in folder.rglob("*")
        if file.is_file() and ".git" not in file.parts
    }


def test_all_files_are_written(library_folder: Path) -> None:
    edits = both(library_folder)
    written = apply(edits)
    assert {file.relative_to(library_folder).as_posix() for file in written} == set(edits.texts)
    for path, text in edits.texts.items():
        assert (library_folder / path).read_text(encoding="utf-8") == text
    assert "lighthouse.ghent" in Library.load(library_folder).cards


@pytest.mark.parametrize("broken", range(4))
def test_no_file_is_written_when_one_cannot_be(
    broken: int, library_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before, edits = contents(library_folder), both(library_folder)
    folders = {path for path in library_folder.rglob("*") if path.is_dir()}
    assert len(edits.files) == 4
    real = edits_module.write_whole

    def write(file: Path, text: str) -> None:
        if file == library_folder / edits.files[broken].path and text == edits.files[broken].new:
            raise OSError(28, "No space left on device")
        real(file, text)

    monkeypatch.setattr(edits_module, "write_whole", write)
    with pytest.raises(OSError, match="No space"):
        apply(edits)
    assert contents(library_folder) == before
    kept = {path for path in library_folder.rglob("*") if path.is_dir()}
    # The folder of the file that failed may be there, empty; git and the library pass it over.
    assert kept - folders <= {(library_folder / edits.files[broken].path).parent,
                              *(library_folder / edits.files[broken].path).parents}  # fmt: skip


def test_a_file_that_changed_meanwhile_stops_everything(library_folder: Path) -> None:
    edits = both(library_folder)
    again = both(library_folder)
    assert again == edits and again.fingerprint == edits.fingerprint
    file = library_folder / FOLDER / "nl.md"
    file.write_text(file.read_text(encoding="utf-8") + "\n", encoding="utf-8")
    before = contents(library_folder)
    assert stale_files(edits) == [f"{FOLDER}/nl.md"]
    with pytest.raises(FilesChanged, match=f"{DOCTOR} changed meanwhile .*nl.md.* Look at the"):
        apply(edits)
    assert contents(library_folder) == before
    assert both(library_folder).fingerprint != edits.fingerprint
    # A new card that somebody else began meanwhile.
    begun = library_folder / "topics/work/lighthouse/ghent/nl.md"
    card = plan(CARD, library_folder)
    begun.parent.mkdir(parents=True)
    begun.write_text("mine", encoding="utf-8")
    with pytest.raises(FilesChanged):
        apply(card)
    assert begun.read_text(encoding="utf-8") == "mine"


def test_the_draft_is_a_copy(library_folder: Path, tmp_path: Path) -> None:
    (library_folder / "notes.txt").write_text("not for readers", encoding="utf-8")
    before = contents(library_folder)
    draft = draft_folder(both(library_folder), tmp_path / "draft")
    assert contents(library_folder) == before
    assert not (draft / "notes.txt").exists()
    loaded = Library.load(draft)
    assert "lighthouse.ghent" in loaded.cards
    assert loaded.cards[DOCTOR].texts["nl"].answer[0].text.startswith("Kies een arts.")


def test_the_diff_can_be_applied(library_folder: Path) -> None:
    edits = both(library_folder)
    diff = unified_diff(edits)
    subprocess.run(["patch", "-p1", "--quiet"], cwd=library_folder, input=diff.encode(), check=True)
    assert {path: contents(library_folder)[path].decode() for path in edits.texts} == edits.texts


@pytest.mark.parametrize(
    ("old", "new"),
    [("a\nb", "a\nc"), ("a\nb", "a\nb\n"), ("a\n", "a"), (None, "x"), ("a\u2028b\n", "a\u2028c\n")],
)
def test_git_reads_every_diff(old: str | None, new: str, repository: Path) -> None:
    folder = repository / PREFIX
    if old is not None:
        (folder / "one.md").write_text(old, encoding="utf-8")
        git(repository, "add", ".")
        git(repository, "commit", "--quiet", "-m", "one")
    edits = FileEdits(folder, (FileEdit("one.md", old, new),), "one")
    git(repository, "am", "--quiet", given=as_patch(edits, ANNA, "one"))
    assert (folder / "one.md").read_text(encoding="utf-8") == new


def test_a_name_that_looks_like_an_address_is_no_other_author(repository: Path) -> None:
    folder = repository / PREFIX
    author = Author("Eve <root@x> y@z", "eve@example.org")
    git(repository, "am", "--quiet", given=as_patch(both(folder), author, "one"))
    assert git(repository, "log", "-1", "--format=%ae").strip() == "eve@example.org"


@pytest.mark.parametrize(
    "body",
    [
        "",
        "Seen at the desk.\n\nTwo newcomers asked.",
        "From: someone else <x@example.org>\nDate: never",
        "first\n---\nsecond\ndiff --git a/x b/x\nFrom here on\n-- \nlast ሰላም",
    ],
)
def test_git_applies_the_patch(body: str, repository: Path) -> None:
    folder = repository / PREFIX
    edits = both(folder)
    patch = as_patch(edits, ANNA, "Doctor: clearer\nwords, für alle", body, NOON)
    git(repository, "am", "--quiet", given=patch)
    assert {path: contents(folder)[path].decode() for path in edits.texts} == edits.texts
    assert git(repository, "log", "-1", "--format=%an|%ae|%aI|%s").strip() == (
        "Ánna Nowak, jr|anna@example.org|2026-11-24T12:00:00+00:00|Doctor: clearer words, für alle"
    )
    kept = git(repository, "log", "-1", "--format=%b")
    assert kept.split() == body.split()
    assert git(repository, "status", "--porcelain") == ""


def test_just_the_files_are_committed(repository: Path) -> None:
    folder = repository / PREFIX
    assert repository_prefix(folder) == PREFIX
    other = folder / FOLDER / "en.md"
    other.write_text(other.read_text(encoding="utf-8") + "\nMine.\n", encoding="utf-8")
    (folder / "glossary.yml").write_text("{}\n", encoding="utf-8")
    (folder / "new.md").write_text("mine", encoding="utf-8")
    git(repository, "add", "knowledge/library/glossary.yml")
    mine = git(repository, "status", "--porcelain")
    edits = both(folder)
    apply(edits)
    made = commit(edits, ANNA, "Clearer words", "From a caseworker", NOON)
    assert git(repository, "rev-parse", "HEAD").strip() == made
    assert git(repository, "status", "--porcelain") == mine
    names = git(repository, "show", "--format=%an|%ae|%cn|%aI|%s", "--name-only", made).split("\n")
    assert names[0] == (
        "Ánna Nowak, jr|anna@example.org|Maintainer|2026-11-24T12:00:00+00:00|Clearer words"
    )
    assert sorted(filter(None, names[1:])) == sorted(f"{PREFIX}{path}" for path in edits.texts)
    assert git(repository, "log", "-1", "--format=%b").strip() == "From a caseworker"
    assert git(repository, "symbolic-ref", "HEAD").strip() == "refs/heads/main"
    git(repository, "fsck", "--strict")


def test_the_author_commits_where_git_knows_nobody(repository: Path) -> None:
    git(repository, "config", "--unset", "user.email")
    edits = plan(WORDS, repository / PREFIX)
    apply(edits)
    commit(edits, ANNA, "Clearer words")
    assert git(repository, "log", "-1", "--format=%ce").strip() == "anna@example.org"


def test_what_somebody_staged_of_the_same_file_is_left_alone(repository: Path) -> None:
    folder = repository / PREFIX
    file = folder / FOLDER / "nl.md"
    edits = plan(WORDS, folder)
    file.write_text("staged\n", encoding="utf-8")
    git(repository, "add", str(file))
    file.write_text(edits.files[1].old or "", encoding="utf-8")
    apply(edits)
    commit(edits, ANNA, "Clearer words")
    assert git(repository, "show", f":{PREFIX}{FOLDER}/nl.md") == "staged\n"
    assert git(repository, "show", f"HEAD:{PREFIX}{FOLDER}/nl.md") == edits.files[1].new


def test_changes_that_nobody_committed_are_not_committed_along(repository: Path) -> None:
    folder = repository / PREFIX
    file = folder / FOLDER / "nl.md"
    file.write_text(file.read_text(encoding="utf-8") + "\nNog niet af.\n", encoding="utf-8")
    edits = plan(WORDS, folder)
    apply(edits)
    before = git(repository, "rev-parse", "HEAD")
    with pytest.raises(CommitError, match="has changes that nobody committed"):
        commit(edits, ANNA, "Clearer words")
    assert git(repository, "rev-parse", "HEAD") == before


def test_where_nothing_can_be_committed_the_reason_is_told(
    library_folder: Path, repository: Path, tmp_path: Path
) -> None:
    folder = repository / PREFIX
    edits = plan(WORDS, folder)
    (repository / ".git/MERGE_HEAD").write_text(git(repository, "rev-parse", "HEAD"))
    with pytest.raises(CommitError, match=r"half done in the repository \(MERGE_HEAD\)"):
        commit(edits, ANNA, "Clearer words")
    bare = draft_folder(edits, tmp_path / "elsewhere")
    with pytest.raises(CommitError, match=r"not a git repository.*Hand on the patch"):
        commit(plan(CARD, bare), ANNA, "New card")
    assert repository_prefix(bare) == PREFIX
    git(bare, "init", "--quiet")
    with pytest.raises(CommitError, match="no commit yet"):
        commit(plan(CARD, bare), ANNA, "New card")


def test_checks_tell_old_findings_from_new_ones(library_folder: Path) -> None:
    late = date(2028, 1, 1)
    old = check_edits(plan(WORDS, library_folder), today=late)
    assert "translation-behind" in {one.check for one in old.new}
    assert {one.file.as_posix() for one in old.new if one.check == "translation-behind"} == {
        f"{FOLDER}/en.md", f"{FOLDER}/ar.md",
    }  # fmt: skip
    # The card is overdue with and without the change.
    assert "overdue" not in {one.check for one in old.new}
    assert any("card.yml" in one.file.name for one in old.in_changed)
    fact = SetFact(
        card=DOCTOR, fact="wait", value="3", checked_on=TODAY, valid_until=date(2027, 1, 1)
    )
    expired = check_edits(plan(fact, library_folder), today=late)
    assert [one.check for one in expired.new] == ["expired-fact"]
    assert set(expired.new) <= set(expired.in_changed)
    assert check_edits(plan(fact, library_folder), today=date(2026, 12, 1)).new == ()


def test_a_question_of_another_topic_is_found_and_mended(library_folder: Path) -> None:
    question, card = "am i allowed to have a job", "may-i-work.netherlands"
    shared = plan(AddQuestion(card=DOCTOR, language="en", question=question), library_folder)
    found = [one for one in check_edits(shared).new if one.check == "shared-question"]
    assert {one.file.as_posix() for one in found} == {
        f"{FOLDER}/en.md", "topics/work/may-i-work/netherlands/en.md",
    }  # fmt: skip
    apply(shared)
    move = MoveQuestion(question=question, language="en", from_card=DOCTOR, to_card=card)
    mended = check_edits(plan(move, library_folder))
    assert {one.check for one in mended.new} == {"number-of-questions"}  # one less than before
    assert [one.check for one in mended.gone].count("shared-question") == 2


def test_a_draft_that_does_not_load_is_a_finding(library_folder: Path) -> None:
    edits = plan(WORDS, library_folder)
    broken = replace(edits.files[1], new=edits.files[1].new.replace("## steps", "## stairs"))
    found = check_edits(replace(edits, files=(edits.files[0], broken)))
    assert [(one.check, one.file.as_posix()) for one in found.new] == [
        ("library", f"{FOLDER}/nl.md")
    ]
    assert "unknown part 'stairs'" in found.in_changed[0].message


def test_a_draft_index_differs_by_the_changed_text_alone(
    library_folder: Path, tmp_path: Path, encoder: Encoder, embedded: list[str]
) -> None:
    cache = VectorCache(tmp_path / "vectors.sqlite")
    library = Library.load(library_folder)
    live = build_index(library, encoder, CalibrationSet((), (), "none"), cache)
    same = draft_index(live, library, encoder, cache)
    assert same.units == live.units
    query = encoder.encode_query("huisarts")
    del embedded[:]
    assert np.allclose(same.nearest(query, 99)[1], live.nearest(query, 99)[1])
    assert np.allclose(same.lexical.scores("huisarts"), live.lexical.scores("huisarts"))

    changes: tuple[Any, ...] = (WORDS, CARD)
    for change in changes:
        apply(plan(change, library_folder))
    changed = Library.load(library_folder)
    draft = draft_index(live, changed, encoder, cache)
    assert len(embedded) == 4  # the answer; and title, question and answer of the new card
    assert (draft.ranker, draft.centres) == (live.ranker, live.centres)
    found = Search(changed, draft, encoder).search("waar is de vuurtoren", "nl").hits[0]
    assert (found.group, found.evidence.part) == ("lighthouse", "question")
    assert found.lexical > 0.99
    at = next(n for n, unit in enumerate(draft.units) if unit.text == "waar is de vuurtoren")
    plain = encoder.encode_passages(["waar is de vuurtoren"])
    assert np.allclose(draft.vectors.reconstruct(at), live.centres.centred_texts(plain, ["nl"])[0])
    # What was not changed keeps its vectors, wherever it stands now.
    for number, unit in enumerate(draft.units):
        if unit in live.units:
            there = live.units.index(unit)
            assert np.array_equal(
                draft.vectors.reconstruct(number), live.vectors.reconstruct(there)
            )

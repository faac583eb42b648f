"""The commands for those who keep the library."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
import typer
from bs4 import BeautifulSoup
from click.testing import Result
from typer.testing import CliRunner

from api.cli import app
from api.library_commands import span
from api.settings import Settings
from knowledge.checks import likeness
from knowledge.index import current_meta, open_index
from knowledge.library import Library
from knowledge.settings import PACKAGE

Run = Callable[..., Result]
DOCTOR = "topics/health/find-a-doctor/netherlands"


@pytest.fixture(scope="module")
def real_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the library with two topics, so that a command takes no time."""
    folder = tmp_path_factory.mktemp("maintainer") / "library"
    shutil.copytree(
        PACKAGE / "library",
        folder,
        ignore=lambda path, names: [
            name
            for name in names
            if (Path(path).name == "topics" and name != "health")
            or (Path(path).name == "health" and name not in ("find-a-doctor", "emergency-care"))
            or (Path(path).name == "plans")
        ],
    )
    for card in folder.rglob("card.yml"):
        text = card.read_text(encoding="utf-8")
        card.write_text(re.sub(r"^related: .*$", "related: []", text, flags=re.M), "utf-8")
    return folder


@pytest.fixture
def folder(real_folder: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(real_folder, tmp_path / "library"))


@pytest.fixture
def run(folder: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Run:
    monkeypatch.setenv("WEGWIJS_LIBRARY_DIR", str(folder))
    monkeypatch.setenv("WEGWIJS_DATA_DIR", str(tmp_path / "data"))
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("api.terminal.console.width", 200, raising=False)
    return lambda *words: CliRunner().invoke(app, list(words))


def replace(file: Path, old: str, new: str) -> None:
    text = file.read_text(encoding="utf-8")
    assert old in text
    file.write_text(text.replace(old, new, 1), encoding="utf-8")


def test_check_is_clean(run: Run) -> None:
    result = run("check", "--within", "1d")
    assert result.exit_code == 0, result.output
    assert "0 error(s)" in result.output
    # There is no index here, and a check that was not made must not look like one that passed.
    assert "was not checked" in result.output


def test_check_finds_and_fails(run: Run, folder: Path) -> None:
    file = folder / DOCTOR / "en.md"
    replace(file, "## where", "Call 020 123 45 67.\n\n## where")
    result = run("check")
    assert result.exit_code == 1
    assert "bare-value" in result.output and str(file) in result.output
    found = json.loads(run("check", "--json").output)
    (one,) = [one for one in found if one["check"] == "bare-value"]
    assert one["file"] == f"{DOCTOR}/en.md"
    assert file.read_text("utf-8").split("\n")[one["line"] - 1] == "Call 020 123 45 67."


def test_warnings_fail_only_when_asked(run: Run, folder: Path) -> None:
    replace(folder / DOCTOR / "card.yml", "revision: ", "revision: 9")
    assert run("check").exit_code == 0
    assert run("check", "--strict").exit_code == 1


def test_a_library_that_does_not_load(run: Run, folder: Path) -> None:
    replace(folder / DOCTOR / "en.md", "## where", "## whither")
    result = run("check")
    assert result.exit_code == 1
    assert "unknown part 'whither'" in result.output
    for command in (["coverage"], ["stale"], ["translate", "export", "-l", "pl"]):
        result = run(*command)
        assert result.exit_code == 1 and "unknown part 'whither'" in result.output
        assert "Traceback" not in result.output


def test_coverage(run: Run, tmp_path: Path) -> None:
    shown = run("coverage").output
    assert "find-a-doctor" in shown and "netherlands" in shown
    rows = json.loads(run("coverage", "--json").output)
    (doctor,) = [row for row in rows if row["topic"] == "find-a-doctor"]
    assert doctor["places"]["netherlands"]["en"] == "reviewed"
    page = tmp_path / "coverage.html"
    assert run("coverage", "--html", str(page)).exit_code == 0
    soup = BeautifulSoup(page.read_text(encoding="utf-8"), "lxml")
    table = soup.find("table")
    assert table is not None
    body = table.find_all("tr")
    assert all(row.find("th") for row in body)
    # One page, with nothing from elsewhere.
    assert not soup.find_all(["script", "link", "img"])
    assert "http" not in page.read_text(encoding="utf-8")


def test_stale(run: Run) -> None:
    rows = json.loads(run("stale", "--within", "10y", "--json").output)
    days = [row["day"] for row in rows]
    assert days == sorted(days) and len(days) >= 4
    assert "to look at within 3650 days" in run("stale", "--within", "10y").output


@pytest.mark.parametrize("words", ["soon", "60", "-3d", "d", "1 fortnight"])
def test_a_span_that_is_none(words: str, run: Run) -> None:
    with pytest.raises(typer.BadParameter):
        span(words)
    assert run("stale", "--within", words).exit_code == 2


def test_spans() -> None:
    assert [span(words) for words in ("60d", "2w", "1m", "1y")] == [
        timedelta(days=days) for days in (60, 14, 30, 365)
    ]


def test_diff(run: Run, folder: Path) -> None:
    def git(*words: str) -> None:
        name = ["-c", "user.name=A", "-c", "user.email=a@example.org"]
        subprocess.run(["git", *name, *words], cwd=folder, check=True, capture_output=True)

    assert run("diff", "HEAD").exit_code == 1
    git("init", "--quiet")
    git("add", ".")
    git("commit", "--quiet", "-m", "first")
    assert "0 change(s) since HEAD" in run("diff", "HEAD").output
    replace(folder / DOCTOR / "en.md", "## where\n\n", "## where\n\nAsk a friend.\n\n")
    result = run("diff", "HEAD")
    assert "+ Ask a friend." in result.output
    assert json.loads(run("diff", "HEAD", "--json").output)[0]["what"] == "part where"


def test_new_card(run: Run, folder: Path) -> None:
    result = run("new-card", "see-a-dentist", "ghent", "--domain", "health")
    assert result.exit_code == 0, result.output
    assert (folder / "topics/health/see-a-dentist/ghent/card.yml").is_file()
    assert run("check").exit_code == 1
    assert run("new-card", "find-a-doctor", "atlantis").exit_code == 1


def test_translate(run: Run, folder: Path, tmp_path: Path) -> None:
    file = tmp_path / "out.xlf"
    for language in ("ti.md", "pl.md"):
        for text in folder.rglob(language):
            text.unlink()
    result = run("translate", "export", "-l", "pl", "--topic", "find-a-doctor", "-o", str(file))
    assert result.exit_code == 0 and file.is_file(), result.output
    untouched = run("translate", "import", str(file))
    assert untouched.exit_code == 1 and "has no translation" in untouched.output
    xml = file.read_text(encoding="utf-8")
    filled = re.sub(r"<source>(.*?)</source>", r"<source>\1</source><target>\1</target>", xml,
                    flags=re.S)  # fmt: skip
    file.write_text(filled, encoding="utf-8")
    result = run("translate", "import", str(file), "--reviewer", "Anna Nowak")
    assert result.exit_code == 0, result.output
    text = Library.load(folder).cards["find-a-doctor.netherlands"].texts["pl"]
    assert text.reviewed_by == "Anna Nowak"
    original = Library.load(folder).cards["find-a-doctor.netherlands"].texts["en"]
    assert text.parts == original.parts
    nothing = run("translate", "export", "-l", "pl", "--topic", "find-a-doctor")
    assert "Nothing is missing" in nothing.output


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["export", "-l", "xx"], "'xx' is not offered"),
        (["export", "-l", "pl", "--topic", "none"], "no topic 'none'"),
        (["import", "none.xlf"], "cannot be read"),
    ],
)
def test_translate_what_is_not_there(run: Run, words: list[str], message: str) -> None:
    result = run("translate", *words)
    assert result.exit_code == 1
    assert message in result.output and "Traceback" not in result.output


def test_the_search_can_tell_all_topics_apart(built: Settings) -> None:
    """What `wegwijs check` adds when there is an index, on the library that people read."""
    library = Library.load(built.library_dir, built.data_dir)
    meta = current_meta(built.index_dir)
    assert meta is not None and meta.library == library.fingerprint
    index = open_index(built.index_dir, meta.encoder, meta.encoder_name)
    assert [str(one) for one in likeness.check(library, index)] == []

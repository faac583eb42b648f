"""The command line."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from click.testing import Result
from starlette.testclient import TestClient
from typer.testing import CliRunner

from api.cli import app
from api.settings import Settings
from knowledge.settings import PACKAGE

if TYPE_CHECKING:
    from bot.engine import Engine

COMMANDS = {"build", "serve", "ask", "search", "evaluate"}
Run = Callable[..., Result]
Rows = Callable[[str], list[dict[str, Any]]]


@pytest.fixture
def run(built: Settings, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Run:
    """Runs `wegwijs` with the settings of the installation that the tests share."""
    monkeypatch.setenv("WEGWIJS_DATA_DIR", str(built.data_dir.resolve()))
    monkeypatch.setenv("WEGWIJS_TRACKER_URL", built.tracker_url)
    monkeypatch.setenv("WEGWIJS_DATABASE_URL", built.database_url)
    monkeypatch.setenv("WEGWIJS_CONTACT", built.contact)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("api.cli.console.width", 200, raising=False)
    return lambda *words: CliRunner().invoke(app, list(words))


def assert_refused(result: Result) -> str:
    """It ends with one clear message and no trace."""
    assert result.exit_code == 1, result.output
    assert isinstance(result.exception, SystemExit)
    assert re.match(r"(Starting…\n)?Error: ", result.output)
    assert len(re.findall(r"^Error: ", result.output, re.MULTILINE)) == 1
    assert "Traceback" not in result.output
    return str(result.output)


def plain(text: str) -> str:
    """Without colours, boxes and line breaks."""
    return " ".join(re.sub(r"\x1b\[[0-9;]*m|[│┃╭╮╰╯─━]", " ", text).split())


# Help


def test_help_names_every_command() -> None:
    result = CliRunner().invoke(app, ["--help"])
    assert result.exit_code == 0
    for command in COMMANDS:
        assert re.search(rf"\b{command}\b", result.output), command


@pytest.mark.parametrize("command", sorted(COMMANDS))
def test_help_of_a_command(command: str) -> None:
    result = CliRunner().invoke(app, [command, "--help"])
    assert result.exit_code == 0
    assert "Usage:" in result.output
    assert "--help" in result.output


def test_without_a_command_it_shows_help() -> None:
    result = CliRunner().invoke(app, [])
    assert "Usage:" in result.output


@pytest.mark.parametrize("words", [["nothing"], ["ask"], ["search", "x", "--limit", "0"]])
def test_a_wrong_call_is_refused(words: list[str]) -> None:
    result = CliRunner().invoke(app, words)
    assert result.exit_code == 2
    assert "Traceback" not in result.output


def test_help_loads_neither_rasa_nor_a_model() -> None:
    """It must come at once."""
    script = (
        "import sys; from typer.testing import CliRunner; from api.cli import app; "
        "assert CliRunner().invoke(app, ['--help']).exit_code == 0; "
        "print([name for name in ('rasa', 'torch', 'tensorflow', 'faiss') if name in sys.modules])"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, cwd=PACKAGE.parent
    )
    assert done.stdout.strip() == "[]", done.stderr


# Build


def test_build_with_nothing_changed(run: Run) -> None:
    result = run("build")
    assert result.exit_code == 0, result.output
    assert "Index: unchanged." in result.output
    assert "Dialogue: unchanged." in result.output
    assert re.search(r"Library: \d+ cards, \d+ plan passages, 14 languages", result.output)


def test_build_with_nothing_changed_is_quick(run: Run) -> None:
    """A start must not wait for Rasa or for the encoder when there is nothing to do."""
    script = (
        "import sys; from typer.testing import CliRunner; from api.cli import app; "
        "print(CliRunner().invoke(app, ['build']).output); "
        "print([name for name in ('rasa', 'tensorflow') if name in sys.modules]); "
        "import time; print('seconds', time.process_time())"
    )
    done = subprocess.run(
        [sys.executable, "-c", script],
        capture_output=True,
        text=True,
        env={**os.environ, "PYTHONPATH": str(PACKAGE.parent)},
        timeout=60,
    )
    assert "Index: unchanged." in done.stdout, done.stdout + done.stderr
    assert "\n[]\n" in done.stdout
    assert float(done.stdout.split("seconds")[-1]) < 15


def test_build_of_a_library_with_mistakes_names_them(
    run: Run, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    library = tmp_path / "library"
    shutil.copytree(PACKAGE / "library", library)
    (library / "places.yml").write_text("- id: nowhere\n  kind: moon\n", encoding="utf-8")
    card = library / "topics" / "health" / "find-a-doctor" / "flanders" / "card.yml"
    card.write_text(card.read_text(encoding="utf-8") + "\nunknown_field: 1\n", encoding="utf-8")
    monkeypatch.setenv("WEGWIJS_LIBRARY_DIR", str(library))
    message = assert_refused(run("build"))
    assert "places.yml" in message


# Ask


def test_ask_gives_what_the_api_gives(run: Run, client: TestClient) -> None:
    question = {"text": "كيف أجد طبيبًا؟", "place": "ghent"}
    result = run("ask", question["text"], "--place", "ghent", "--json")
    assert result.exit_code == 0, result.output
    asked = json.loads(result.stdout)
    answered = client.post("/api/chat", json=question).json()
    assert asked.keys() == answered.keys()
    for key in asked.keys() - {"conversation_id", "exchange_id"}:
        assert asked[key] == answered[key], key


def test_ask_shows_the_answer(run: Run) -> None:
    result = run("ask", "waar vind ik een huisarts", "-p", "ghent")
    assert result.exit_code == 0, result.output
    text = plain(result.output)
    assert "answered, nl" in text
    assert "1. " in text
    assert "Vlaanderen, " in text
    assert "https://" in text
    assert "> " in text
    assert "{" not in text


def test_ask_in_a_language(run: Run) -> None:
    result = run("ask", "?", "--language", "uk", "--json")
    assert json.loads(result.stdout)["language"] == "uk"


def test_ask_twice_begins_anew(run: Run, events: Rows, exchanges: Rows) -> None:
    run("ask", "waar vind ik een huisarts in Gent")
    result = run("ask", "en wat kost dat?", "--json")
    assert json.loads(result.stdout)["card"] is None
    assert events("terminal") == []
    assert exchanges("terminal") == []


@pytest.mark.parametrize("text", ["", "[/bold] [red]x", "{x}", "😀", "/restart", "\u202eabc"])
def test_ask_anything(run: Run, text: str) -> None:
    result = run("ask", "--", text)
    assert result.exit_code == 0, result.output


@pytest.mark.parametrize("command", ["ask", "search"])
@pytest.mark.parametrize(
    ("option", "value"), [("--place", "atlantis"), ("--language", "xx"), ("--place", "[/x]")]
)
def test_a_place_or_language_that_is_unknown(
    run: Run, command: str, option: str, value: str
) -> None:
    assert value in assert_refused(run(command, "huisarts", option, value))


# Search


def test_search_gives_the_evidence(run: Run) -> None:
    result = run(
        "search", "huurwaarborg terug", "-l", "nl", "-p", "ghent", "--limit", "3", "--json"
    )
    assert result.exit_code == 0, result.output
    found = json.loads(result.stdout)
    assert found["language"] == "nl"
    assert 0 <= found["confidence"] <= 1
    assert 1 <= len(found["hits"]) <= 3
    first = found["hits"][0]
    assert first["group"] == "rent-deposit"
    assert "rent-deposit.flanders" in first["targets"]
    assert first["elsewhere"] is False
    assert {"score", "cosine", "lexical"} <= first.keys()
    assert first["evidence"]["text"]
    assert first["evidence"]["language"]
    assert first["evidence"]["part"]
    scores = [hit["score"] for hit in found["hits"] if not hit["elsewhere"]]
    assert scores == sorted(scores, reverse=True)


def test_search_finds_the_language_itself(run: Run) -> None:
    assert json.loads(run("search", "كيف أجد طبيبًا", "--json").stdout)["language"] == "ar"


def test_search_shows_a_table(run: Run) -> None:
    result = run("search", "huurwaarborg terug", "-l", "nl", "-p", "ghent")
    assert result.exit_code == 0, result.output
    assert "Confidence" in result.output
    assert "rent-deposit" in result.output
    assert "[nl," in result.output


# Evaluate

QUESTIONS = [
    {
        "id": "1", "language": "nl", "text": "waar vind ik een huisarts", "place": "ghent",
        "expect": {"cards": ["find-a-doctor.flanders"]},
    },
    {
        "id": "2", "language": "nl", "text": "waar vind ik een huisarts", "place": "ghent",
        "expect": {"cards": ["rent-deposit.flanders"]},
    },
    {
        "id": "3", "language": "en", "text": "who will win the world cup",
        "expect": {"statuses": ["off_topic", "unknown"]},
    },
]  # fmt: skip


@pytest.fixture
def questions(tmp_path: Path) -> Path:
    file = tmp_path / "questions.jsonl"
    lines = [json.dumps(question, ensure_ascii=False) for question in QUESTIONS]
    file.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return file


def test_evaluate(run: Run, questions: Path) -> None:
    result = run("evaluate", str(questions), "--json")
    assert result.exit_code == 0, result.output
    scores = json.loads(result.stdout)
    assert list(scores) == ["nl", "en", "all"]
    assert scores["nl"]["questions"] == 2
    assert scores["nl"]["right_first"] == 0.5
    assert scores["nl"]["confidently_wrong"] == 0.5
    assert scores["nl"]["right_refusals"] is None
    assert scores["en"]["right_refusals"] == 1.0
    assert scores["en"]["right_first"] is None
    assert scores["all"]["questions"] == 3
    assert scores["all"]["p95_ms"] >= scores["all"]["median_ms"] > 0


def test_evaluate_shows_what_went_wrong(run: Run, questions: Path) -> None:
    result = run("evaluate", str(questions), "--show-wrong")
    assert result.exit_code == 0, result.output
    text = plain(result.output)
    assert "3 questions" in text
    assert "WRONG 2 'waar vind ik een huisarts' (ghent)" in text
    assert "WRONG 1" not in text
    assert "miss 3" not in text


def test_evaluate_keeps_nothing(run: Run, questions: Path, events: Rows) -> None:
    run("evaluate", str(questions))
    assert events("evaluation-1") == []


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ("not json", "JSON"),
        ('{"id": "4", "language": "nl", "expect": {}}', "text"),
        ('{"id": "4", "language": "nl", "text": "x", "expect": {"card": ["a"]}}', "expect.card"),
        ('{"id": "4", "language": "nl", "text": "x", "expect": {}, "more": 1}', "more"),
    ],
)
def test_evaluate_names_the_line_that_is_wrong(
    run: Run, questions: Path, line: str, told: str
) -> None:
    questions.write_text(questions.read_text(encoding="utf-8") + line + "\n", encoding="utf-8")
    message = assert_refused(run("evaluate", str(questions)))
    assert f"{questions}:4: " in message
    assert told in message


@pytest.mark.parametrize("content", [None, b"", b"\n\n", b"\xff\xfe\x00"])
def test_evaluate_of_no_question_set(run: Run, tmp_path: Path, content: bytes | None) -> None:
    file = tmp_path / "[" / "x].jsonl"  # read as markup, "[/x]" would end what never began
    file.parent.mkdir()
    if content is not None:
        file.write_bytes(content)
    assert str(file) in assert_refused(run("evaluate", str(file)))


# What is missing or wrong


@pytest.mark.parametrize("command", [["ask", "x"], ["search", "x"], ["build"], ["serve"]])
def test_a_wrong_setting(run: Run, monkeypatch: pytest.MonkeyPatch, command: list[str]) -> None:
    monkeypatch.setenv("WEGWIJS_PORT", "many")
    monkeypatch.setenv("WEGWIJS_CONTCT", "x")
    message = assert_refused(run(*command))
    assert "WEGWIJS_PORT" in message
    assert "WEGWIJS_CONTCT" in message


@pytest.mark.parametrize("command", [["ask", "x"], ["search", "x"], ["serve"]])
def test_nothing_was_built_yet(
    run: Run, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, command: list[str]
) -> None:
    monkeypatch.setenv("WEGWIJS_DATA_DIR", str(tmp_path / "empty"))
    message = assert_refused(run(*command))
    assert str(tmp_path / "empty") in message
    assert "wegwijs build" in message


@pytest.fixture(scope="module")
def unbuilt(tmp_path_factory: pytest.TempPathFactory) -> subprocess.CompletedProcess[str]:
    """`ask` before anything was built, in a process of its own, in which nothing is loaded."""
    folder = tmp_path_factory.mktemp("unbuilt")
    return subprocess.run(
        [sys.executable, "-c", "from api.cli import main; main()", "ask", "x"],
        capture_output=True,
        text=True,
        env={**os.environ, "PYTHONPATH": str(PACKAGE.parent), "WEGWIJS_DATA_DIR": str(folder)},
        cwd=folder,
        timeout=120,
    )


def test_nothing_was_built_yet_at_a_terminal(unbuilt: subprocess.CompletedProcess[str]) -> None:
    done = unbuilt
    assert done.returncode == 1
    assert done.stdout == ""
    assert done.stderr.splitlines()[-1].startswith("Error: ")
    assert "wegwijs build" in done.stderr
    assert "Traceback" not in done.stderr


def test_a_terminal_shows_no_warnings_of_others(
    unbuilt: subprocess.CompletedProcess[str],
) -> None:
    assert "Warning" not in unbuilt.stderr


@pytest.fixture
def copied(built: Settings, monkeypatch: pytest.MonkeyPatch, run: Run, tmp_path: Path) -> Path:
    """An installation of which the index may be damaged."""
    folder = tmp_path / "data"
    shutil.copytree(built.index_dir, folder / "index")
    (folder / "models").symlink_to((built.data_dir / "models").resolve())
    monkeypatch.setenv("WEGWIJS_DATA_DIR", str(folder))
    return folder


def current_version(folder: Path) -> Path:
    return folder / "index" / (folder / "index" / "current").read_text().strip()


def test_a_copied_installation_works(copied: Path, run: Run) -> None:
    assert run("search", "huisarts", "--json").exit_code == 0


@pytest.mark.parametrize("command", [["ask", "x"], ["search", "x"]])
def test_an_index_of_another_encoder(copied: Path, run: Run, command: list[str]) -> None:
    file = current_version(copied) / "meta.json"
    meta = json.loads(file.read_text())
    file.write_text(json.dumps({**meta, "encoder": "0123456789abcdef", "encoder_name": "other/e5"}))
    message = assert_refused(run(*command))
    assert "encoder" in message
    assert "'other/e5'" in message
    assert "wegwijs build" in message


def test_an_index_of_an_older_library(copied: Path, run: Run) -> None:
    old = current_version(copied)
    file = old / "meta.json"
    meta = json.loads(file.read_text())
    file.write_text(json.dumps({**meta, "library": "0123456789abcdef", "version": "0" * 16}))
    old.rename(copied / "index" / ("0" * 16))
    (copied / "index" / "current").write_text("0" * 16)
    message = assert_refused(run("search", "x"))
    assert "older than the library" in message
    assert "wegwijs build" in message


def test_serve_builds_what_a_change_left_undone(
    copied: Path, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    sound = current_version(copied)
    meta = (sound / "meta.json").read_text()
    changed = {**json.loads(meta), "library": "0123456789abcdef", "version": "0" * 16}
    old = sound.rename(copied / "index" / ("0" * 16))
    (old / "meta.json").write_text(json.dumps(changed))
    (copied / "index" / "current").write_text("0" * 16)

    def build(*_: object) -> None:
        old.rename(sound)
        (sound / "meta.json").write_text(meta)
        (copied / "index" / "current").write_text(sound.name)

    served: list[object] = []
    monkeypatch.setattr("api.building.build", build)
    monkeypatch.setattr("uvicorn.run", lambda app, **options: served.append(app))
    result = run("serve")
    assert result.exit_code == 0, result.output
    assert served


@pytest.mark.parametrize("name", ["units.jsonl", "vectors.faiss", "contrast.npy"])
def test_a_damaged_index(copied: Path, run: Run, name: str) -> None:
    file = current_version(copied) / name
    file.write_bytes(file.read_bytes()[: file.stat().st_size // 2])
    message = assert_refused(run("search", "x"))
    assert "damaged" in message
    assert str(file.parent) in message


def test_the_dialogue_was_not_trained_yet(copied: Path, run: Run) -> None:
    models = (copied / "models").resolve()
    (copied / "models").unlink()
    (copied / "models" / "dialogue").mkdir(parents=True)
    for model in models.iterdir():
        if model.name != "dialogue":
            (copied / "models" / model.name).symlink_to(model)
    message = assert_refused(run("ask", "x"))
    assert "dialogue" in message
    assert "wegwijs build" in message


@pytest.mark.parametrize("name", ["WEGWIJS_TRACKER_URL", "WEGWIJS_DATABASE_URL"])
def test_a_database_that_cannot_be_used(
    run: Run, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    """Named when the server starts; `ask` keeps no exchanges, but needs the conversations."""
    monkeypatch.setenv(name, "sqlite:////no/such/folder/x.sqlite")
    command = ["ask", "x"] if name == "WEGWIJS_TRACKER_URL" else ["serve"]
    assert name in assert_refused(run(*command))


def test_an_encoder_that_is_not_there(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WEGWIJS_ENCODER", "/no/such/model")
    monkeypatch.setattr("actions.knowledge_base._encoder", None)
    message = assert_refused(run("search", "x"))
    assert "/no/such/model" in message
    assert "WEGWIJS_ENCODER" in message


def test_serve_says_where_it_is(run: Run, monkeypatch: pytest.MonkeyPatch, engine: Engine) -> None:
    started: dict[str, Any] = {}
    monkeypatch.setattr("uvicorn.run", lambda app, **options: started.update(options))
    monkeypatch.setenv("WEGWIJS_HOST", "127.0.0.2")
    monkeypatch.setenv("WEGWIJS_PORT", "8123")
    result = run("serve")
    assert result.exit_code == 0, result.output
    assert "http://127.0.0.2:8123/" in result.output
    assert (started["host"], started["port"]) == ("127.0.0.2", 8123)

"""`wegwijs plans`: adding, fetching, listing and removing official texts."""

from __future__ import annotations

import threading
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from click.testing import Result
from typer.testing import CliRunner

from api.cli import app
from knowledge.official.store import list_texts, load_official

PLAN = "eu-action-plan-2016"
TEXT = "1. MOLENS\n\nDe molen draait al heel lang.\n\n2. MEEL\n\nDe molenaar zal:\n\n- malen;\n"
Run = Callable[..., Result]


@pytest.fixture
def data(tmp_path: Path) -> Path:
    return tmp_path / "data"


@pytest.fixture
def run(data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Runs `wegwijs plans` in an installation of its own."""
    monkeypatch.setenv("WEGWIJS_DATA_DIR", str(data))
    monkeypatch.chdir(tmp_path)
    return lambda *words: CliRunner().invoke(app, ["plans", *words], env={"COLUMNS": "200"})


@pytest.fixture
def file(tmp_path: Path) -> Path:
    file = tmp_path / "molen.txt"
    file.write_text(TEXT, encoding="utf-8")
    return file


def refused(result: Result) -> str:
    assert result.exit_code == 1, result.output
    assert "Traceback" not in result.output
    assert result.output.count("Error: ") == 1
    return " ".join(result.output.split())


def test_add_list_and_remove(run: Run, data: Path, file: Path) -> None:
    added = run("add", str(file), "--document", PLAN)
    assert added.exit_code == 0, added.output
    assert f"Added {PLAN} (nl): 2 passages (1 list, 1 text)." in added.output
    assert "wegwijs build" in added.output
    passages = load_official(data)
    assert [(one.section, one.text) for one in passages.values()] == [
        ("1", "De molen draait al heel lang."),
        ("2", "De molenaar zal:\n- malen;"),
    ]
    assert run("add", str(file), "-d", PLAN, "--language", "ar").exit_code == 0
    listed = run("list").output
    assert all(word in listed for word in (PLAN, "nl", "ar", "molen.txt"))
    assert run("remove", PLAN, "--language", "ar").exit_code == 0
    assert [one.language for one in list_texts(data)] == ["nl"]
    assert f"Removed {PLAN}: nl." in run("remove", PLAN).output
    assert "No official text was added" in run("list").output


def test_what_is_wrong_is_said_in_one_message(run: Run, data: Path, file: Path) -> None:
    empty = file.with_name("empty.html")
    empty.write_text("<html></html>")
    assert "no plan document 'mills'" in refused(run("add", str(file), "-d", "mills"))
    assert "cannot be the id" in refused(run("add", str(file), "-d", "../mills"))
    assert "not a language" in refused(run("add", str(file), "-d", PLAN, "-l", "xx"))
    assert "not the code" in refused(run("add", str(file), "-d", PLAN, "-l", "../x"))
    assert "does not exist" in refused(run("add", "none.pdf", "-d", PLAN))
    assert "empty.html: no text was found" in refused(run("add", str(empty), "-d", PLAN))
    assert "No text of" in refused(run("remove", PLAN))
    assert "cannot be the id" in refused(run("remove", "../x"))
    assert "names no celex" in refused(run("fetch", "flanders-plan-2021-update"))
    assert "'ar' is not a language" in refused(run("fetch", PLAN, "--language", "ar"))
    assert "only https" in refused(run("fetch", PLAN, "--base-url", "http://mirror.eu"))
    assert not data.exists()


def test_fetch(run: Run, data: Path) -> None:
    asked: list[str] = []

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked.append(self.path)
            body = b"<html><body><h1>1. Moulins</h1><p>Le moulin tourne.</p></body></html>"
            self.send_response(200)
            self.send_header("Content-Type", "text/html")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
    address = f"http://127.0.0.1:{server.server_port}"
    try:
        result = run("fetch", PLAN, "--language", "fr", "--base-url", address)
    finally:
        server.shutdown()
        server.server_close()
    assert result.exit_code == 0, result.output
    assert asked == ["/legal-content/FR/TXT/HTML/?uri=CELEX:52016DC0377"]
    (text,) = list_texts(data)
    assert (text.language, text.source) == ("fr", address + asked[0])
    (passage,) = load_official(data).values()
    assert (passage.id, passage.section, passage.text) == (
        f"{PLAN}.fr.0001", "1", "Le moulin tourne.",
    )  # fmt: skip

"""`wegwijs redaction`: the figures of a set of messages."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from rich.console import Console
from typer.testing import CliRunner

from api.cli import app

LINES = [
    {"language": "nl", "text": "bel 0470 12 34 56", "hide": [
        {"kind": "phone", "text": "0470 12 34 56"},
    ]},
    {"language": "nl", "text": "ik ben boos op Zwollenaar", "hide": [
        {"kind": "name", "text": "Zwollenaar"},
    ]},
    {"language": "nl", "text": "bel 033 448 11 86", "keep": ["033 448 11 86"]},
    {"language": "en", "text": "bring AB123456 along"},
]  # fmt: skip


@pytest.fixture
def messages(tmp_path: Path) -> Path:
    file = tmp_path / "messages.jsonl"
    file.write_text("\n".join(json.dumps(line) for line in LINES), encoding="utf-8")
    return file


@pytest.fixture(autouse=True)
def wide(monkeypatch: pytest.MonkeyPatch) -> None:
    """A terminal in which no cell of the table is cut."""
    monkeypatch.setattr("api.privacy_commands.console", Console(width=200))


def run(*words: str) -> str:
    result = CliRunner().invoke(app, ["redaction", *words])
    assert result.exit_code == 0, result.output
    return result.output


def test_the_figures_of_each_language(messages: Path) -> None:
    figures = json.loads(run(str(messages), "--json"))
    assert list(figures) == ["nl", "en", "all"]
    dutch, english = figures["nl"], figures["en"]
    assert (dutch["messages"], dutch["caught"]) == (3, 0.5)
    assert (dutch["caught_by_kind"]["phone"], dutch["caught_by_kind"]["name"]) == (1, 0)
    # A public number is no loss.
    assert (dutch["kept"], dutch["lost"], dutch["spoiled_in_hundred"]) == (1, 0, 0)
    assert (english["caught"], english["spoiled_in_hundred"]) == (None, 100)


def test_the_table_and_what_went_wrong(messages: Path) -> None:
    shown = run(str(messages))
    assert "0.500" in shown and "100.0" in shown and "–" in shown
    assert "Zwollenaar" not in shown
    wrong = run(str(messages), "--show-wrong")
    assert "missed name 'Zwollenaar'" in wrong
    assert "en spoiled: 'bring [number] along'" in wrong
    assert wrong.count("033") == 0


def test_a_wrong_file_is_named(tmp_path: Path) -> None:
    result = CliRunner().invoke(app, ["redaction", str(tmp_path / "no-such.jsonl")])
    assert result.exit_code == 1
    assert "no-such.jsonl" in result.output
    assert "Traceback" not in result.output

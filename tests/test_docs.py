"""The documents name only what is there."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from markdown_it import MarkdownIt
from typer.main import get_command

from api.cli import app

ROOT = Path(__file__).resolve().parent.parent
README = ROOT / "README.md"
DOCUMENTS = [README, *sorted((ROOT / "docs").glob("*.md"))]
COMMANDS = get_command(app).commands  # type: ignore[attr-defined]


def links(file: Path) -> set[str]:
    """Targets of the links and images of a document; code shows links that are none."""
    found = set()
    for block in MarkdownIt().parse(file.read_text(encoding="utf-8")):
        for piece in block.children or []:
            target = piece.attrGet("href") or piece.attrGet("src")
            if target:
                found.add(str(target))
    return found


def headings(file: Path) -> set[str]:
    """The anchors of a document's headings, as code hosts make them."""
    lines = re.findall(r"^#+ (.+)$", file.read_text(encoding="utf-8"), re.MULTILINE)
    return {re.sub(r"[^\w -]", "", line.lower()).strip().replace(" ", "-") for line in lines}


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda file: file.name)
def test_relative_links_lead_somewhere(document: Path) -> None:
    dead = []
    for link in links(document):
        if re.match(r"[a-z]+:", link):
            continue
        path, _, anchor = link.partition("#")
        target = (document.parent / path) if path else document
        if not target.exists() or (anchor and anchor not in headings(target)):
            dead.append(link)
    assert not dead, f"{document.name} links to what is not there: {sorted(dead)}"


def test_the_readme_links_to_every_document() -> None:
    named = {(ROOT / link).resolve() for link in links(README) if not re.match(r"[a-z]+:", link)}
    assert {file for file in DOCUMENTS if file != README} <= named


def commands_in(text: str) -> set[str]:
    return set(re.findall(r"(?:^|[`/\s])wegwijs ([a-z][a-z-]*)\b", text, re.MULTILINE))


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda file: file.name)
def test_every_command_that_is_named_exists(document: Path) -> None:
    text = document.read_text(encoding="utf-8")
    # In prose only what stands in backticks is a command; in a code block, a line's beginning.
    blocks = re.findall(r"^```.*?^```", text, re.MULTILINE | re.DOTALL)
    spans = re.findall(r"`[^`\n]+`", text)
    named = {command for piece in [*blocks, *spans] for command in commands_in(piece)}
    assert named <= set(COMMANDS), f"unknown: {named - set(COMMANDS)}"


def test_the_readme_shows_every_command() -> None:
    named = commands_in(README.read_text(encoding="utf-8"))
    assert set(COMMANDS) <= named


def test_options_in_the_readme_exist() -> None:
    for line in re.findall(r"^\.venv/bin/wegwijs (.+)$", README.read_text(), re.MULTILINE):
        name, *words = line.split("#")[0].split()
        command = COMMANDS[name]
        if inner := getattr(command, "commands", None):
            command = inner[words.pop(0)]
        known = {flag for option in command.params for flag in option.opts}
        assert {word for word in words if word.startswith("-")} <= known


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda file: file.name)
def test_files_that_are_named_exist(document: Path) -> None:
    """Paths in backticks that begin with a folder of ours; those with a placeholder are shapes."""
    spans = re.findall(r"`([^`\s]+)`", document.read_text(encoding="utf-8"))
    ours = re.compile(r"(?:api|bot|actions|knowledge|tests|docs|tools)/[^<>*…]*")
    missing = [name for name in spans if ours.fullmatch(name) and not (ROOT / name).exists()]
    assert not missing, f"{document.name} names files that are not there: {missing}"


def test_make_targets_in_the_readme_exist() -> None:
    named = set(re.findall(r"\bmake ([a-z]+)\b", README.read_text(encoding="utf-8")))
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    assert {"run", "test"} <= named
    assert named <= set(re.findall(r"^([a-z]+):", makefile, re.MULTILINE))

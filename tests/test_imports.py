"""The shape of the house: imports run one way, and no module is long."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
HOUSE = ["knowledge", "actions", "bot", "api"]  # a package knows only those before it
LONGEST = 420


def modules(package: str) -> list[Path]:
    return sorted((ROOT / package).rglob("*.py"))


def imported(file: Path) -> Iterator[tuple[int, str]]:
    """Every module that a file imports, also inside a function, with the line."""
    package = [*file.relative_to(ROOT).parent.parts]
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"), str(file))):
        if isinstance(node, ast.Import):
            yield from ((node.lineno, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            if node.level:
                base = package[: len(package) - node.level + 1]
                yield node.lineno, ".".join([*base, *([node.module] if node.module else [])])
            else:
                yield node.lineno, node.module or ""


def imports_of(package: str, unwanted: set[str]) -> list[str]:
    return [
        f"{file.relative_to(ROOT)}:{line} imports {name}"
        for file in modules(package)
        for line, name in imported(file)
        if name.split(".")[0] in unwanted
    ]


@pytest.mark.parametrize("package", HOUSE)
def test_nothing_imports_upward(package: str) -> None:
    assert modules(package)
    above = set(HOUSE[HOUSE.index(package) + 1 :])
    assert imports_of(package, above) == []


@pytest.mark.parametrize("package", HOUSE)
def test_nothing_imports_the_tests(package: str) -> None:
    assert imports_of(package, {"tests", "pytest", "hypothesis", "playwright"}) == []


def test_two_modules_alone_reach_other_hosts() -> None:
    """Official texts are fetched when somebody asks; staff sign in through their own provider."""
    reaching = {"httpx", "httpx2", "requests", "urllib3", "aiohttp", "authlib"}
    found = {line.split(":")[0] for package in HOUSE for line in imports_of(package, reaching)}
    assert found == {"knowledge/official/fetch.py", "api/console/provider.py"}


def test_knowledge_stands_alone() -> None:
    unwanted = {"rasa", "rasa_sdk", "fastapi", "starlette", "uvicorn", "sqlalchemy", "typer"}
    assert imports_of("knowledge", unwanted) == []


def test_the_actions_know_neither_the_server_nor_rasa_itself() -> None:
    assert imports_of("actions", {"rasa", "fastapi", "starlette", "uvicorn", "typer"}) == []


def test_the_dialogue_knows_no_server() -> None:
    assert imports_of("bot", {"fastapi", "starlette", "uvicorn", "typer"}) == []


def test_an_upward_import_would_be_seen(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(globals(), "ROOT", tmp_path)
    folder = tmp_path / "knowledge"
    folder.mkdir()
    (folder / "wrong.py").write_text("def f():\n    from api.settings import Settings\n")
    assert imports_of("knowledge", {"api"}) == ["knowledge/wrong.py:2 imports api.settings"]


@pytest.mark.parametrize("package", HOUSE)
def test_no_module_is_long(package: str) -> None:
    long = {
        str(file.relative_to(ROOT)): lines
        for file in modules(package)
        if (lines := len(file.read_text(encoding="utf-8").splitlines())) > LONGEST
    }
    assert not long, f"no module has more than {LONGEST} lines; split these: {long}"

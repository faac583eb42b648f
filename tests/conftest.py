"""What every part of the tests may use."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import settings
from rich.console import Console

from api.building import build
from api.settings import Settings
from knowledge.errors import LibraryError, Problem

if TYPE_CHECKING:
    from bot.engine import Engine

# The same examples in every run: a test that fails today fails tomorrow too.
settings.register_profile("wegwijs", deadline=None, derandomize=True, database=None)
settings.load_profile("wegwijs")

# `make test` runs two processes, which share the work file by file.
SHARED = "PYTEST_XDIST_WORKER" in os.environ

Edit = Callable[[Path, str, str], int]
Problems = Callable[[Callable[[], object]], list[Problem]]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Of two processes one builds, while the other runs the files that need nothing built.

    From the last folder to the first, since those of the last ask the bot the most: a long file
    that began at the end would leave a process without work.
    """
    if not SHARED:
        return
    order = {path: -number for number, path in enumerate(dict.fromkeys(i.path for i in items))}
    needing = {item.path for item in items if "built" in getattr(item, "fixturenames", ())}
    first = min(needing, key=order.__getitem__, default=None)
    items.sort(
        key=lambda item: (item.path != first, item.path in needing, order[item.path]),
    )


@pytest.fixture(scope="session")
def edit() -> Edit:
    """Replace words in a file; returns the line on which they stood."""

    def replace(file: Path, old: str, new: str) -> int:
        text = file.read_text(encoding="utf-8")
        assert text.count(old) == 1, f"{old!r} stands {text.count(old)} times in {file}"
        file.write_text(text.replace(old, new), encoding="utf-8")
        return text[: text.index(old)].count("\n") + 1

    return replace


@pytest.fixture(scope="session")
def problems() -> Problems:
    """Run what must fail with a `LibraryError`; returns its problems."""

    def run(action: Callable[[], object]) -> list[Problem]:
        with pytest.raises(LibraryError) as caught:
            action()
        for problem in caught.value.problems:
            assert str(problem) in str(caught.value)
        return caught.value.problems

    return run


@pytest.fixture(scope="session")
def built(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """Settings of an installation that is built; what it builds stays in `data/` for next time.

    The databases are this run's own, so that a test never meets an earlier run's conversations.
    """
    databases = tmp_path_factory.mktemp("databases")
    # Absolute, since a test may work in another folder.
    data = Settings().data_dir.resolve()
    installed = Settings(
        data_dir=data,
        # Two processes that have two threads each wait for one another on two processors.
        encoder_threads=1 if SHARED else 2,
        tracker_url=f"sqlite:///{databases / 'conversations.sqlite'}",
        database_url=f"sqlite:///{databases / 'wegwijs.sqlite'}",
        contact="020 000 00 00",
        watch_library=False,  # tests/api/test_reloading.py watches one of its own
        messages_per_minute=10_000,
        messages_per_minute_per_address=100_000,
    )
    data.mkdir(parents=True, exist_ok=True)
    # Whoever comes second waits, and finds everything built.
    with (data / ".tests-are-building").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        build(installed, Console(stderr=True))
    return installed


@pytest.fixture(scope="session")
def engine(built: Settings) -> Engine:
    """The dialogue engine on the real library."""
    from bot.engine import Engine

    return Engine.open(built)


@pytest.fixture(autouse=True)
def _knowledge_of_the_engine(request: pytest.FixtureRequest) -> None:
    """What the engine answers from is what the actions answer from.

    A test before this one, in whatever order, may have opened another engine.
    """
    if "engine" in request.fixturenames:
        from actions import knowledge_base

        knowledge_base.use(request.getfixturevalue("engine").knowledge)

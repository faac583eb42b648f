"""What every part of the tests may use."""

from __future__ import annotations

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

Edit = Callable[[Path, str, str], int]
Problems = Callable[[Callable[[], object]], list[Problem]]


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
    installed = Settings(
        # Absolute, since a test may work in another folder.
        data_dir=Settings().data_dir.resolve(),
        tracker_url=f"sqlite:///{databases / 'conversations.sqlite'}",
        database_url=f"sqlite:///{databases / 'wegwijs.sqlite'}",
        contact="020 000 00 00",
        watch_library=False,  # tests/api/test_reloading.py watches one of its own
        messages_per_minute=10_000,
        messages_per_minute_per_address=100_000,
    )
    build(installed, Console(stderr=True))
    return installed


@pytest.fixture(scope="session")
def engine(built: Settings) -> Engine:
    """The dialogue engine on the real library."""
    from bot.engine import Engine

    return Engine.open(built)

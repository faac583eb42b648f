"""What every part of the tests may use."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import settings

from knowledge.errors import LibraryError, Problem

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

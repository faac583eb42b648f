"""Errors that a maintainer or operator can mend: what is wrong, where, and how to mend it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path


class WegwijsError(Exception):
    """Base of every error whose message is written for a person, not for a programmer."""


@dataclass(frozen=True)
class Problem:
    """One thing that is wrong in one file.

    Args:
        file: The file, as given to the loader.
        line: Line number, counted from 1; 0 when the whole file is meant.
        message: What is wrong and how to mend it, in one sentence or two.
    """

    file: Path
    line: int
    message: str

    def __str__(self) -> str:
        where = f"{self.file}:{self.line}" if self.line else str(self.file)
        return f"{where}: {self.message}"


class LibraryError(WegwijsError):
    """The knowledge library cannot be loaded.

    Args:
        problems: Every problem found, so that a maintainer mends them in one round.
    """

    def __init__(self, problems: list[Problem]) -> None:
        self.problems = problems
        count = len(problems)
        shown = "\n".join(f"  {problem}" for problem in problems[:20])
        more = f"\n  … and {count - 20} more" if count > 20 else ""
        super().__init__(f"{count} problem(s) in the knowledge library:\n{shown}{more}")

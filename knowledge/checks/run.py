"""Running all checks, and what they found as text or JSON."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date, timedelta
from pathlib import Path

from knowledge.checks import dates, language, questions, readability, sources, translations, values
from knowledge.checks.finding import Context, Finding, Severity
from knowledge.errors import LibraryError
from knowledge.library import Library

CHECKS: tuple[Callable[[Context], Iterator[Finding]], ...] = (
    dates.check,
    sources.check,
    translations.check,
    values.check,
    language.check,
    readability.check,
    questions.check,
)
"""The checks that need the library alone; `likeness` needs an index too."""


def check_folder(
    folder: Path, today: date | None = None, soon: timedelta = timedelta(days=30)
) -> tuple[Library | None, list[Finding]]:
    """Check a library.

    Args:
        folder: The library.
        today: The day on which it is checked.
        soon: How long before a date a maintainer wants to be told.

    Returns:
        The library, None when it cannot be loaded; and the findings, by file and line.
    """
    try:
        library = Library.load(folder)
    except LibraryError as error:
        return None, [
            Finding(problem.file, problem.line, problem.message, "library")
            for problem in error.problems
        ]
    return library, check_library(library, today, soon)


def check_library(
    library: Library, today: date | None = None, soon: timedelta = timedelta(days=30)
) -> list[Finding]:
    """Check a library that is loaded already; as `check_folder`."""
    context = Context(library, today or date.today(), soon)
    return ordered(finding for check in CHECKS for finding in check(context))


def ordered(findings: Iterator[Finding] | list[Finding]) -> list[Finding]:
    """Findings by file and line, errors first."""
    rank = {Severity.ERROR: 0, Severity.WARNING: 1}
    return sorted(
        findings, key=lambda one: (str(one.file), one.line, rank[one.severity], one.check)
    )


def as_json(finding: Finding, folder: Path) -> dict[str, str | int]:
    """A finding for a program; the file is named from the library's folder."""
    file = finding.file
    return {
        "check": finding.check,
        "severity": finding.severity.value,
        "file": str(file.relative_to(folder) if file.is_relative_to(folder) else file),
        "line": finding.line,
        "message": finding.message,
    }

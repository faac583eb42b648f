"""Which folders of the library hold what: reading their texts, and finding what lies astray."""

from __future__ import annotations

from collections.abc import Callable, Container
from pathlib import Path
from typing import TypeVar

from knowledge.errors import LibraryError, Problem

Text = TypeVar("Text")


def load_texts(
    folder: Path, languages: Container[str], load: Callable[[Path], Text]
) -> tuple[dict[str, Text], list[Problem]]:
    """Read the texts of a folder: each file is named after its language.

    Args:
        folder: The folder.
        languages: Codes that a file may be named after.
        load: Reads one file.

    Returns:
        The texts by language, and everything that is wrong with them.
    """
    texts: dict[str, Text] = {}
    problems: list[Problem] = []
    for file in sorted(folder.glob("*.md")):
        if file.stem not in languages:
            problems.append(Problem(file, 0, f"{file.stem!r} is not a language of languages.yml."))
            continue
        try:
            texts[file.stem] = load(file)
        except LibraryError as error:
            problems += error.problems
    return texts, problems


def misplaced(
    folder: Path, head: str, pattern: str, texts: bool = True, other_heads: tuple[str, ...] = ()
) -> list[Problem]:
    """Files that the loader would pass over in silence.

    Args:
        folder: The folder that is searched, with all below it.
        head: Name of the file that says what the texts beside it are, such as `card.yml`.
        pattern: The folders in which it belongs, such as `<domain>/<topic>/<place>`.
        texts: Whether every folder of texts needs such a file.
        other_heads: Files that may stand in its place.

    Returns:
        A problem for each such file at another depth, and for each folder of texts without one.
    """
    depth = pattern.count("/") + 1
    problems = [
        Problem(file, 0, f"{head} belongs in {folder.name}/{pattern}/.")
        for file in sorted(folder.rglob(head))
        if len(file.parent.relative_to(folder).parts) != depth
    ]
    if texts:
        homes = sorted({file.parent for file in folder.rglob("*.md")})
        problems += [
            Problem(home, 0, f"there are texts in this folder, but no {head}.")
            for home in homes
            if not any((home / name).is_file() for name in (head, *other_heads))
        ]
    return problems

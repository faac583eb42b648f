"""Which folders of the library hold what; finding what lies where nobody would look for it."""

from __future__ import annotations

from pathlib import Path

from knowledge.errors import Problem


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

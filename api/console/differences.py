"""A unified diff as people read it: line by line, with the words that changed."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from difflib import SequenceMatcher
from itertools import zip_longest
from pathlib import PurePosixPath
from typing import Literal

Kind = Literal["same", "added", "removed"]

_HUNK = re.compile(r"@@ -\d+(?:,(\d+))? \+\d+(?:,(\d+))? @@")
_TOKEN = re.compile(r"\s+|\w+|.", re.DOTALL)
_ALIKE = 0.4
"""Two lines that share less than this are shown one after the other, not one inside the other."""


@dataclass(frozen=True)
class Words:
    """Words of a line that stay, come or go."""

    kind: Kind
    text: str


@dataclass(frozen=True)
class Line:
    """A line that stays, comes, goes, or changes in some of its words."""

    kind: Literal["same", "added", "removed", "changed"]
    words: tuple[Words, ...]


@dataclass
class FileDifference:
    """What changes in a file.

    Attributes:
        path: From the library's folder.
        new: Whether the file is new.
        hunks: Lines that change with those around them.
    """

    path: str
    new: bool
    hunks: list[list[Line]] = field(default_factory=list)

    @property
    def language(self) -> str | None:
        """Language of its words; None for a file of facts."""
        file = PurePosixPath(self.path)
        return file.stem if file.suffix == ".md" else None

    @property
    def folder(self) -> tuple[str, ...]:
        """The folders that it stands in."""
        return PurePosixPath(self.path).parts[:-1]


def read_difference(diff: str) -> list[FileDifference]:
    """Read a unified diff.

    Args:
        diff: As `knowledge.proposals.edits.unified_diff` writes it.

    Returns:
        Its files.
    """
    files: list[FileDifference] = []
    lines = iter(diff.split("\n"))
    before = ""
    for line in lines:
        if line.startswith("--- "):
            before = line[4:]
        elif line.startswith("+++ "):
            files.append(FileDifference(line[4:].removeprefix("b/"), before == "/dev/null"))
        elif match := _HUNK.match(line):
            old, new = (int(count) if count is not None else 1 for count in match.groups())
            files[-1].hunks.append(list(_lines(_take(lines, old, new))))
    return files


def _take(lines: Iterator[str], old: int, new: int) -> Iterator[tuple[str, str]]:
    """The lines of one hunk: each sign with its text. A line may itself begin with dashes."""
    while old > 0 or new > 0:
        line = next(lines)
        sign, text = line[:1], line[1:]
        if sign == "\\":
            continue
        old -= sign in ("-", " ")
        new -= sign in ("+", " ")
        yield sign, text


def _lines(hunk: Iterator[tuple[str, str]]) -> Iterator[Line]:
    gone: list[str] = []
    come: list[str] = []
    for sign, text in hunk:
        if sign == " ":
            yield from _pairs(gone, come)
            gone, come = [], []
            yield Line("same", (Words("same", text),))
        else:
            (gone if sign == "-" else come).append(text)
    yield from _pairs(gone, come)


def _pairs(gone: Sequence[str], come: Sequence[str]) -> Iterator[Line]:
    """Lines that were replaced: each beside the one in its place, where they are alike."""
    for old, new in zip_longest(gone, come):
        if old is not None and new is not None:
            tokens = _TOKEN.findall(old), _TOKEN.findall(new)
            matcher = SequenceMatcher(None, *tokens, autojunk=False)
            if matcher.ratio() >= _ALIKE:
                yield Line("changed", tuple(_words(matcher, *tokens)))
                continue
        if old is not None:
            yield Line("removed", (Words("removed", old),))
        if new is not None:
            yield Line("added", (Words("added", new),))


def _words(
    matcher: SequenceMatcher[str], old: Sequence[str], new: Sequence[str]
) -> Iterator[Words]:
    for what, i1, i2, j1, j2 in matcher.get_opcodes():
        if what == "equal":
            yield Words("same", "".join(old[i1:i2]))
            continue
        if i2 > i1:
            yield Words("removed", "".join(old[i1:i2]))
        if j2 > j1:
            yield Words("added", "".join(new[j1:j2]))

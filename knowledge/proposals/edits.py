"""New content of library files: looked at, tried in a copy, and written all or none."""

from __future__ import annotations

import difflib
import hashlib
import shutil
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from knowledge.errors import LibraryError
from knowledge.proposals.errors import FilesChanged
from knowledge.text_writer import write_whole
from knowledge.yaml_files import read_text

_writing = threading.Lock()


@dataclass(frozen=True)
class FileEdit:
    """The whole new content of one file.

    Attributes:
        path: From the library's folder, with slashes.
        old: What the file held when the change was worked out; None when it was not there.
        new: What it will hold.
    """

    path: str
    old: str | None
    new: str


@dataclass(frozen=True)
class FileEdits:
    """What a change does to the files of a library.

    Attributes:
        folder: The library.
        files: Its files that change, by path.
        owner: Id of the card that the change is about.
    """

    folder: Path
    files: tuple[FileEdit, ...]
    owner: str

    @property
    def texts(self) -> dict[str, str]:
        """The new content of each file, by its path from the library's folder."""
        return {file.path: file.new for file in self.files}

    @property
    def fingerprint(self) -> str:
        """A hash of the old and the new content: another one is another change."""
        digest = hashlib.sha256()
        for file in self.files:
            for text in (file.path, "" if file.old is None else f"={file.old}", file.new):
                digest.update(hashlib.sha256(text.encode()).digest())
        return digest.hexdigest()[:32]


def unified_diff(edits: FileEdits) -> str:
    """The edits as a unified diff, with paths from the library's folder."""
    return "".join(diff_of(file) for file in edits.files)


def diff_of(file: FileEdit, prefix: str = "") -> str:
    """The unified diff of one file.

    Args:
        file: The edit.
        prefix: Goes before its path, such as `knowledge/library/`.

    Returns:
        Two lines of names and the hunks, as git and `patch` read them.
    """
    path = f"{prefix}{file.path}"
    before = "/dev/null" if file.old is None else f"a/{path}"
    lines = difflib.unified_diff(_lines(file.old or ""), _lines(file.new), before, f"b/{path}")
    return "".join(_ended(line) for line in lines)


def _lines(text: str) -> list[str]:
    # Not `splitlines`: for git only this sign ends a line.
    lines = text.split("\n")
    return [f"{line}\n" for line in lines[:-1]] + ([lines[-1]] if lines[-1] else [])


def _ended(line: str) -> str:
    return line if line.endswith("\n") else f"{line}\n\\ No newline at end of file\n"


def draft_folder(edits: FileEdits, into: Path) -> Path:
    """Copy the library and make the edits in the copy, for checking and searching.

    Args:
        edits: The edits.
        into: A folder that is not there yet, or empty.

    Returns:
        The copy.

    Raises:
        OSError: It cannot be written.
    """

    def unread(folder: str, names: list[str]) -> set[str]:
        return {name for name in names if Path(name).suffix not in (".yml", ".md")
                and not Path(folder, name).is_dir()}  # fmt: skip

    shutil.copytree(edits.folder, into, ignore=unread, dirs_exist_ok=True)
    for file in edits.files:
        write_whole(into / file.path, file.new)
    return into


def stale_files(edits: FileEdits) -> list[str]:
    """Paths of files that are not as they were when the change was worked out."""
    return [file.path for file in edits.files if _now(edits.folder / file.path) != file.old]


def apply(edits: FileEdits) -> list[Path]:
    """Write the edits into the library, all of them or none.

    Args:
        edits: The edits.

    Returns:
        The files that were written.

    Raises:
        FilesChanged: A file changed since the change was worked out; nothing was written.
        OSError: A file cannot be written; those before it are as they were.
    """
    with _writing:
        if stale := stale_files(edits):
            raise FilesChanged(
                f"The card {edits.owner} changed meanwhile ({', '.join(stale)}). Look at the "
                "proposal again: it now stands beside the newer text."
            )
        done: list[FileEdit] = []
        folders = _missing_folders(edits)
        try:
            for file in edits.files:
                write_whole(edits.folder / file.path, file.new)
                done.append(file)
        except OSError:
            for file in done:
                _put_back(edits.folder / file.path, file.old)
            for folder in folders:
                if folder.is_dir() and not any(folder.iterdir()):
                    folder.rmdir()
            raise
    return [edits.folder / file.path for file in edits.files]


def _now(file: Path) -> str | None:
    """What a file holds; None when it is not there."""
    if not file.exists():
        return None
    try:
        return read_text(file)
    except LibraryError:
        return ""  # unreadable: at any rate not what it was


def _put_back(file: Path, old: str | None) -> None:
    if old is None:
        file.unlink(missing_ok=True)
    else:
        write_whole(file, old)


def _missing_folders(edits: FileEdits) -> list[Path]:
    """Folders that writing will make, the innermost first."""

    def above(folder: Path) -> Iterator[Path]:
        while not folder.exists():
            yield folder
            folder = folder.parent

    folders = {one for file in edits.files for one in above((edits.folder / file.path).parent)}
    return sorted(folders, key=lambda folder: -len(folder.parts))

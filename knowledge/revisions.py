"""The library as it was at an earlier revision of its git repository."""

from __future__ import annotations

import io
import subprocess
import tarfile
import tempfile
from pathlib import Path

from knowledge.errors import LibraryError, WegwijsError
from knowledge.library import Library

_LONGEST_WAIT = 60  # seconds


class RevisionError(WegwijsError):
    """The revision cannot be read."""


def library_at(revision: str, folder: Path) -> Library:
    """Load the library as it was.

    Args:
        revision: A commit, branch or tag, such as `HEAD~3`.
        folder: The library's folder in a git repository.

    Returns:
        The library; its files lie in a folder that is gone.

    Raises:
        RevisionError: There is no git, no repository, no such revision, or no library in it.
    """
    if revision.startswith("-"):
        raise RevisionError(f"{revision!r} is no revision; name a commit, a branch or a tag.")
    folder = folder.resolve()
    top = Path(_git(folder, "rev-parse", "--show-toplevel").decode().strip())
    inside = folder.relative_to(top.resolve()).as_posix()
    commit = _git(folder, "rev-parse", "--verify", "--quiet", f"{revision}^{{commit}}").decode()
    archive = _git(top, "archive", "--format=tar", commit.strip(), "--", inside)
    with tempfile.TemporaryDirectory(prefix="wegwijs-") as scratch:
        with tarfile.open(fileobj=io.BytesIO(archive)) as files:
            files.extractall(scratch, filter="data")
        try:
            return Library.load(Path(scratch) / inside)
        except LibraryError as error:
            raise RevisionError(
                f"The library at {revision} cannot be read by this version: {error}"
            ) from error


def _git(folder: Path, *words: str) -> bytes:
    try:
        done = subprocess.run(
            ["git", *words], cwd=folder, capture_output=True, timeout=_LONGEST_WAIT, check=False
        )
    except FileNotFoundError as error:
        raise RevisionError("git is not installed; `wegwijs diff` needs it.") from error
    except subprocess.TimeoutExpired as error:
        raise RevisionError(f"git {words[0]} took more than {_LONGEST_WAIT} seconds.") from error
    except NotADirectoryError as error:
        raise RevisionError(f"There is no folder {folder}.") from error
    if done.returncode:
        said = done.stderr.decode(errors="replace").strip().splitlines()
        reason = said[0] if said else "there is no such revision"
        raise RevisionError(f"git {words[0]}: {reason}. Name a commit, a branch or a tag.")
    return done.stdout

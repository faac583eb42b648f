"""A change as a commit of just its files, when the library lies in a git repository."""

from __future__ import annotations

import os
import subprocess
import tempfile
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path

from knowledge.proposals.edits import FileEdits
from knowledge.proposals.errors import CommitError
from knowledge.proposals.patches import PREFIX, Author, message_of

_LONGEST_WAIT = 60  # seconds
_MODE = "100644"
_UNDER_WAY = ("MERGE_HEAD", "CHERRY_PICK_HEAD", "REVERT_HEAD", "rebase-merge", "rebase-apply")


def repository_prefix(folder: Path) -> str:
    """The library's folder in its git repository, with a slash at its end.

    Args:
        folder: The library.

    Returns:
        Its path from the top; the maintainers' own where there is no repository.
    """
    try:
        return _git(folder, "rev-parse", "--show-prefix")
    except CommitError:
        return PREFIX


def commit(
    edits: FileEdits, author: Author, subject: str, body: str = "", date: datetime | None = None
) -> str:
    """Commit the new content of the files, and nothing else.

    Neither other changes in the work tree nor what somebody has staged is touched: the commit is
    made beside git's index, which then learns of these files alone. No hook runs.

    Args:
        edits: The edits, as `apply` wrote them.
        author: Who made the change; commits it too when git knows nobody.
        subject: The change in one line.
        body: More about it; may be empty.
        date: When it was made; None for now.

    Returns:
        The commit's hash.

    Raises:
        CommitError: There is no repository, something else is under way in it, or the last
            commit holds other texts than the change was made from. Nothing was committed.
    """
    folder = edits.folder
    prefix = _git(folder, "rev-parse", "--show-prefix")
    top = Path(_git(folder, "rev-parse", "--show-toplevel"))
    head = _head(folder)
    _refuse_halfway(folder)
    paths = {file: f"{prefix}{file.path}" for file in edits.files}
    for file, path in paths.items():
        committed = _committed(top, head, path)
        if committed != (None if file.old is None else file.old.encode()):
            raise CommitError(
                f"{path} has changes that nobody committed. Commit them, then apply the patch."
            )
    before = {path: _staged(top, path) for path in paths.values()}
    unstaged = {path: _entry(top, head, path) for path in paths.values()}
    with tempfile.TemporaryDirectory(prefix="wegwijs-") as scratch:
        own = {"GIT_INDEX_FILE": str(Path(scratch) / "index")}
        _git(top, "read-tree", head, env=own)
        blobs = {}
        for file, path in paths.items():
            blob = _git(top, "hash-object", "-w", "--stdin", "--no-filters", given=file.new)
            blobs[path] = blob
            _git(top, "update-index", "--add", "--cacheinfo", f"{_MODE},{blob},{path}", env=own)
        tree = _git(top, "write-tree", env=own)
        made = _git(
            top, "commit-tree", tree, "-p", head,
            given=message_of(subject, body), env=_people(top, author, date),
        )  # fmt: skip
    # Fails when somebody committed in the meantime.
    _git(top, "update-ref", "-m", f"commit: {subject}", "HEAD", made, head)
    for path, blob in blobs.items():
        if before[path] == unstaged[path]:
            _learn(top, path, blob)
    return made


def _head(folder: Path) -> str:
    try:
        return _git(folder, "rev-parse", "--verify", "--quiet", "HEAD^{commit}")
    except CommitError as error:
        raise CommitError("The repository has no commit yet; make a first one.") from error


def _refuse_halfway(folder: Path) -> None:
    """Refuse while a merge or the like waits for a person."""
    for name in _UNDER_WAY:
        found = Path(folder, _git(folder, "rev-parse", "--git-path", name))
        if found.exists():
            raise CommitError(
                f"Something is half done in the repository ({name}). End it, then apply the patch."
            )


def _committed(top: Path, head: str, path: str) -> bytes | None:
    """What a file holds in a commit; None when it is not in it."""
    if not _entry(top, head, path):
        return None
    return _run(top, "cat-file", "blob", f"{head}:{path}")


def _entry(top: Path, head: str, path: str) -> str:
    """The blob of a path in a commit; empty when it is not in it."""
    listed = _git(top, "ls-tree", head, "--", path)
    return listed.split()[2] if listed else ""


def _staged(top: Path, path: str) -> str:
    """The blob of a path in git's index; empty when it is not in it."""
    listed = _git(top, "ls-files", "--stage", "--", path)
    return listed.split()[1] if listed else ""


def _learn(top: Path, path: str, blob: str) -> None:
    """Tell git's index of a committed file, where nobody staged another version."""
    try:
        _git(top, "update-index", "--add", "--cacheinfo", f"{_MODE},{blob},{path}")
        _run(top, "update-index", "-q", "--refresh", codes=(0, 1))
    except CommitError:
        # Another git holds the index. The commit stands; `git status` will show the file as
        # staged in its old form until somebody resets it.
        return


def _people(top: Path, author: Author, date: datetime | None) -> dict[str, str]:
    name, email = author.plain
    people = {"GIT_AUTHOR_NAME": name, "GIT_AUTHOR_EMAIL": email}
    if date is not None:
        people["GIT_AUTHOR_DATE"] = date.astimezone().isoformat()
    # Not what git guesses from the machine's name.
    if not _run(top, "config", "user.email", codes=(0, 1)).strip():
        people |= {"GIT_COMMITTER_NAME": name, "GIT_COMMITTER_EMAIL": email}
    return people


def _git(
    folder: Path, *words: str, given: str | None = None, env: Mapping[str, str] | None = None
) -> str:
    return _run(folder, *words, given=given, env=env).decode().strip()


def _run(
    folder: Path,
    *words: str,
    given: str | None = None,
    env: Mapping[str, str] | None = None,
    codes: tuple[int, ...] = (0,),
) -> bytes:
    try:
        done = subprocess.run(
            ["git", "-c", "core.quotePath=false", *words],
            cwd=folder,
            input=None if given is None else given.encode(),
            capture_output=True,
            env={**os.environ, "LC_ALL": "C", "GIT_LITERAL_PATHSPECS": "1", **(env or {})},
            timeout=_LONGEST_WAIT,
            check=False,
        )
    except FileNotFoundError as error:
        raise CommitError("git is not installed; hand on the patch instead.") from error
    except subprocess.TimeoutExpired as error:
        raise CommitError(f"git {words[0]} took more than {_LONGEST_WAIT} seconds.") from error
    if done.returncode not in codes:
        said = done.stderr.decode(errors="replace").strip().splitlines()
        reason = said[0] if said else f"exit code {done.returncode}"
        raise CommitError(f"git {words[0]}: {reason}. Hand on the patch instead.")
    return done.stdout

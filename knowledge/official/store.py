"""Keeping added texts in the installation's data folder, each text in a folder of its own."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import tempfile
from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path

from pydantic import BaseModel, ConfigDict, ValidationError

from knowledge.official.errors import OfficialTextError
from knowledge.official.passage import OfficialPassage, checked_document, checked_language

FORMAT = 1
_META, _PASSAGES = "meta.json", "passages.jsonl"


class AddedText(BaseModel):
    """What is known of a text that was added.

    Attributes:
        source: Name of the file, or the address it came from.
        sha256: Hash of the file.
        kinds: How many passages of each kind it has.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    format: int = FORMAT
    document: str
    language: str
    source: str
    sha256: str
    added: datetime
    kinds: dict[str, int]

    @property
    def passages(self) -> int:
        """How many passages it has."""
        return sum(self.kinds.values())


def folder_of(data_dir: Path) -> Path:
    """The folder of all added texts."""
    return data_dir / "official"


def write_text(
    data_dir: Path,
    passages: Sequence[OfficialPassage],
    source: str,
    content: bytes,
) -> AddedText:
    """Keep a text; an older one of the same document and language makes room for it.

    Args:
        data_dir: The installation's data folder.
        passages: All of one document and language.
        source: Name of the file, or the address it came from.
        content: The file, for its hash.

    Returns:
        What is known of the text.

    Raises:
        OfficialTextError: The folder cannot be written.
    """
    document, language = passages[0].document, passages[0].language
    target = _target(data_dir, document, language)
    added = AddedText(
        document=document,
        language=language,
        source=source,
        sha256=hashlib.sha256(content).hexdigest(),
        added=datetime.now(UTC).replace(microsecond=0),
        kinds=dict(sorted(Counter(one.kind for one in passages).items())),
    )
    lines = "".join(one.model_dump_json(exclude_defaults=True) + "\n" for one in passages)
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        # Hidden, so that nobody reads it before it is whole.
        beside = Path(tempfile.mkdtemp(prefix=".new-", dir=target.parent))
        try:
            _write(beside / _PASSAGES, lines)
            _write(beside / _META, added.model_dump_json(indent=2) + "\n")
            _swap(beside, target)
        finally:
            shutil.rmtree(beside, ignore_errors=True)
    except OSError as error:
        raise OfficialTextError(f"{target}: cannot be written: {error.strerror}.") from error
    return added


def _write(file: Path, text: str) -> None:
    with file.open("w", encoding="utf-8", newline="\n") as stream:
        stream.write(text)
        stream.flush()
        os.fsync(stream.fileno())


def _swap(beside: Path, target: Path) -> None:
    beside.chmod(0o755)
    if not target.exists():
        beside.rename(target)
        return
    old = Path(tempfile.mkdtemp(prefix=".old-", dir=target.parent))
    target.rename(old / target.name)
    try:
        beside.rename(target)
    except OSError:
        (old / target.name).rename(target)
        raise
    finally:
        shutil.rmtree(old, ignore_errors=True)


def remove_text(data_dir: Path, document: str, language: str | None = None) -> list[str]:
    """Remove what was added of a document.

    Args:
        data_dir: The installation's data folder.
        document: Id of the document.
        language: Only the text in this language; None for all.

    Returns:
        The languages of the texts that are gone.

    Raises:
        OfficialTextError: There is no such text, or it cannot be removed.
    """
    if language is not None:
        folders = [_target(data_dir, document, language)]
    else:
        checked_document(document)
        folders = [one for one in _folders(data_dir) if one.name.split(".")[0] == document]
    folders = [folder for folder in folders if folder.is_dir()]
    if not folders:
        wanted = document if language is None else f"{document} in {language}"
        message = f"No text of {wanted} was added. `wegwijs plans list` shows what there is."
        raise OfficialTextError(message)
    for folder in folders:
        try:
            # Out of sight in one step: a reader never meets half a text.
            old = Path(tempfile.mkdtemp(prefix=".old-", dir=folder.parent))
            folder.rename(old / folder.name)
            shutil.rmtree(old)
        except OSError as error:
            raise OfficialTextError(f"{folder}: cannot be removed: {error.strerror}.") from error
    return [folder.name.split(".")[1] for folder in folders]


def list_texts(data_dir: Path) -> list[AddedText]:
    """What was added, ordered by document and language.

    Args:
        data_dir: The installation's data folder.

    Returns:
        What is known of each text.

    Raises:
        OfficialTextError: A text is damaged.
    """
    return [_meta(folder) for folder in _folders(data_dir)]


def load_official(data_dir: Path) -> dict[str, OfficialPassage]:
    """Every passage that was added.

    Args:
        data_dir: The installation's data folder.

    Returns:
        Passages by id, ordered by document, language and place in the text.

    Raises:
        OfficialTextError: A text is damaged.
    """
    return {one.id: one for folder in _folders(data_dir) for one in _passages(folder)}


def fingerprint(data_dir: Path) -> str:
    """A hash of every passage that was added: it changes when anything a search finds changes.

    Args:
        data_dir: The installation's data folder.

    Returns:
        16 hexadecimal digits; the same for every installation without such texts.

    Raises:
        OfficialTextError: A text is damaged.
    """
    digest = hashlib.sha256()
    for folder in _folders(data_dir):
        digest.update(folder.name.encode())
        digest.update(hashlib.sha256(_read(folder, _PASSAGES).encode()).digest())
    return digest.hexdigest()[:16]


def _target(data_dir: Path, document: str, language: str) -> Path:
    name = f"{checked_document(document)}.{checked_language(language)}"
    return folder_of(data_dir) / name


def _folders(data_dir: Path) -> list[Path]:
    folder = folder_of(data_dir)
    if not folder.is_dir():
        return []
    return sorted(one for one in folder.iterdir() if one.is_dir() and not one.name.startswith("."))


def _read(folder: Path, name: str) -> str:
    try:
        return (folder / name).read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise _damaged(folder, f"{name} cannot be read") from error


def _meta(folder: Path) -> AddedText:
    try:
        meta = AddedText.model_validate_json(_read(folder, _META))
    except ValidationError as error:
        raise _damaged(folder, f"{_META} is not what Wegwijs wrote") from error
    if meta.format != FORMAT or f"{meta.document}.{meta.language}" != folder.name:
        raise _damaged(folder, "it was written by another version, or moved")
    return meta


def _passages(folder: Path) -> Iterator[OfficialPassage]:
    meta = _meta(folder)
    read = 0
    # Not `splitlines`, which also ends a line where a text has U+2028.
    lines = _read(folder, _PASSAGES).rstrip("\n").split("\n")
    for number, line in enumerate(lines, start=1):
        try:
            passage = OfficialPassage.model_validate(json.loads(line))
        except ValueError as error:
            raise _damaged(folder, f"line {number} of {_PASSAGES} is no passage") from error
        if (passage.document, passage.language) != (meta.document, meta.language):
            raise _damaged(folder, f"line {number} of {_PASSAGES} is of another text")
        read += 1
        yield passage
    if read != meta.passages:
        raise _damaged(folder, f"{_PASSAGES} has {read} passages instead of {meta.passages}")


def _damaged(folder: Path, what: str) -> OfficialTextError:
    document, _, language = folder.name.partition(".")
    return OfficialTextError(
        f"{folder}: {what}. Remove it with `wegwijs plans remove {document} --language {language}` "
        "and add it again."
    )

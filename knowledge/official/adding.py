"""Adding a text: which document it belongs to, reading it apart, splitting and keeping it."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from knowledge.official.apart import read_apart
from knowledge.official.errors import OfficialTextError
from knowledge.official.passage import (
    EU_LANGUAGES,
    OfficialPassage,
    checked_document,
    checked_language,
)
from knowledge.official.reading import load_file
from knowledge.official.split import split
from knowledge.official.store import AddedText, write_text
from knowledge.plans import PlanDocument
from knowledge.yaml_files import load_yaml


def registered(library_dir: Path, document: str) -> PlanDocument:
    """The plan document of an id.

    Args:
        library_dir: Folder of the knowledge library.
        document: The id that a person gave.

    Returns:
        The document, from `plans/<id>/document.yml`.

    Raises:
        OfficialTextError: There is no such document.
        LibraryError: Its file is wrong.
    """
    plans = library_dir / "plans"
    file = plans / checked_document(document) / "document.yml"
    if not file.is_file():
        known = ", ".join(sorted(one.parent.name for one in plans.glob("*/document.yml")))
        raise OfficialTextError(
            f"There is no plan document {document!r}. These are registered: {known}. "
            f"Write {file} first for another."
        )
    return load_yaml(PlanDocument, file)


def known_language(language: str, others: Iterable[str] = ()) -> str:
    """The code of a language in which a text may be.

    Args:
        language: What a person gave.
        others: Languages beside those of the European Union.

    Returns:
        The code.

    Raises:
        OfficialTextError: It is none of these.
    """
    checked_language(language)
    known = {*EU_LANGUAGES, *others}
    if language not in known:
        raise OfficialTextError(
            f"{language!r} is not a language of official texts; these are: "
            f"{', '.join(sorted(known))}."
        )
    return language


def add_file(data_dir: Path, file: Path, document: str, language: str) -> AddedText:
    """Read a file and keep its passages.

    Args:
        data_dir: The installation's data folder.
        file: A PDF, HTML, DOCX or TXT file.
        document: Id of the plan document whose text it is.
        language: Language of the text.

    Returns:
        What was added.

    Raises:
        OfficialTextError: The file cannot be read, or nothing was found in it.
    """
    suffix, content = load_file(file)
    return add_content(data_dir, suffix, content, document, language, file.name, str(file))


def add_content(
    data_dir: Path,
    suffix: str,
    content: bytes,
    document: str,
    language: str,
    source: str,
    shown: str,
) -> AddedText:
    """Read what a file or an address gave, and keep its passages.

    Args:
        data_dir: The installation's data folder.
        suffix: The format.
        content: The bytes.
        document: Id of the plan document.
        language: Language of the text.
        source: What is remembered of where it came from.
        shown: How an error names it.

    Returns:
        What was added.

    Raises:
        OfficialTextError: Nothing can be read in it.
    """
    try:
        passages = passages_of(suffix, content, document, language)
    except OfficialTextError as error:
        raise OfficialTextError(f"{shown}: {error}") from error
    return write_text(data_dir, passages, source, content)


def passages_of(suffix: str, content: bytes, document: str, language: str) -> list[OfficialPassage]:
    """The passages of a text.

    Args:
        suffix: The format.
        content: The bytes.
        document: Id of the plan document.
        language: Language of the text.

    Returns:
        Its passages, at least one.

    Raises:
        OfficialTextError: Nothing can be read in it.
    """
    checked_document(document)
    checked_language(language)
    passages = split(document, language, read_apart(suffix, content))
    if not passages:
        raise OfficialTextError("no text was found in it.")
    return passages

"""What an official text is made of once it is in Wegwijs: passages, each with its place in it."""

from __future__ import annotations

import re
from typing import Literal

from pydantic import BaseModel, ConfigDict

from knowledge.official.errors import OfficialTextError

PassageKind = Literal["text", "list", "table", "footnote"]

# The languages in which EUR-Lex publishes.
EU_LANGUAGES = (
    "bg", "cs", "da", "de", "el", "en", "es", "et", "fi", "fr", "ga", "hr",
    "hu", "it", "lt", "lv", "mt", "nl", "pl", "pt", "ro", "sk", "sl", "sv",
)  # fmt: skip

# Ids become names of folders: no dot, no slash, nothing that a file system reads in its own way.
_DOCUMENT = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,78}[a-z0-9])?", re.ASCII)
_LANGUAGE = re.compile(r"[a-z]{2,3}", re.ASCII)


class OfficialPassage(BaseModel):
    """A piece of an official text, in its own words, of a size that can be searched and quoted.

    Attributes:
        id: `<document>.<language>.<number>`, counted from the beginning of the text.
        document: Id of the plan document.
        section: Number of the section, such as `4.1.2` or `3.b`; empty when it has none.
        section_title: Its heading; empty before the first heading.
        chapter: The heading of the chapter around it; the same for a chapter's own text.
        page: Page of the file, counted from 1; None when the file has no pages.
        text: The words; a list has a line for each item, after its lead-in.
        row: Of a table's row, the cells by the heading of their column.
        note: Of a footnote, its number.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: str
    document: str
    language: str
    section: str = ""
    section_title: str = ""
    chapter: str = ""
    page: int | None = None
    kind: PassageKind
    text: str
    row: dict[str, str] = {}
    note: str = ""


def checked_document(document: str) -> str:
    """The id of a document, unless it could lead out of its folder.

    Args:
        document: What a person or a file gave.

    Returns:
        The same id.

    Raises:
        OfficialTextError: It is not of small letters, digits and hyphens.
    """
    if not _DOCUMENT.fullmatch(document):
        raise OfficialTextError(
            f"{document!r} cannot be the id of a document: "
            "use small letters, digits and hyphens, 80 at most."
        )
    return document


def checked_language(language: str) -> str:
    """The code of a language, unless it could lead out of its folder.

    Args:
        language: What a person or a file gave.

    Returns:
        The same code.

    Raises:
        OfficialTextError: It is not a code of two or three small letters.
    """
    if not _LANGUAGE.fullmatch(language):
        raise OfficialTextError(
            f"{language!r} is not the code of a language: write two or three small letters, "
            "such as nl."
        )
    return language

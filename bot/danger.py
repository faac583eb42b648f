"""Phrases of danger in every language."""

from __future__ import annotations

import unicodedata
from functools import lru_cache
from pathlib import Path

import regex
from pydantic import BaseModel, ConfigDict, Field, RootModel

from knowledge.errors import LibraryError, Problem
from knowledge.text import normalise
from knowledge.yaml_files import load_yaml

FOLDER = Path(__file__).resolve().parent / "danger"


class _Phrases(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True)

    phrases: tuple[str, ...]
    harmless: tuple[str, ...] = Field(default=(), alias="not")


class _DangerFile(RootModel[dict[str, _Phrases]]):
    """Content of one `danger/<language>.yml`: phrases by safety intent."""


class DangerPhrases:
    """The phrases of all languages: people mix languages, most of all when they are afraid.

    Args:
        dangerous: Patterns by safety intent.
        harmless: Patterns that look dangerous and are not.
    """

    def __init__(
        self, dangerous: dict[str, list[regex.Pattern[str]]], harmless: list[regex.Pattern[str]]
    ) -> None:
        self._dangerous = dangerous
        self._harmless = harmless

    @classmethod
    @lru_cache(maxsize=1)
    def shared(cls) -> DangerPhrases:
        """The phrases that ship with the bot."""
        return cls.load(FOLDER)

    @classmethod
    def load(cls, folder: Path) -> DangerPhrases:
        """Read every file of a folder.

        Raises:
            LibraryError: A file is wrong, or a phrase is not a regular expression.
        """
        dangerous: dict[str, list[regex.Pattern[str]]] = {}
        harmless: list[regex.Pattern[str]] = []
        problems: list[Problem] = []
        for file in sorted(folder.glob("*.yml")):
            for intent, phrases in load_yaml(_DangerFile, file).root.items():
                for patterns, sources in (
                    (dangerous.setdefault(intent, []), phrases.phrases),
                    (harmless, phrases.harmless),
                ):
                    for source in sources:
                        try:
                            patterns.append(regex.compile(source, regex.IGNORECASE | regex.UNICODE))
                        except regex.error as error:
                            message = f"{intent}: {source!r} is not a regular expression: {error}."
                            problems.append(Problem(file, 0, message))
        if problems:
            raise LibraryError(problems)
        return cls(dangerous, harmless)

    def find(self, text: str) -> str | None:
        """The safety intent of which a phrase stands in the text, or None."""
        forms = _forms(text)
        for form in forms:
            # What is harmless is taken out, so that danger beside it is still seen.
            for pattern in self._harmless:
                form = pattern.sub(" ", form)
            for intent, patterns in self._dangerous.items():
                if any(pattern.search(form) for pattern in patterns):
                    return intent
        return None

    def harmless(self, text: str) -> bool:
        """Whether a phrase that only looks dangerous stands in the text."""
        return any(pattern.search(form) for form in _forms(text) for pattern in self._harmless)


def _forms(text: str) -> list[str]:
    """The text in small letters, and again without accents, as many people type."""
    small = normalise(text).lower()
    decomposed = unicodedata.normalize("NFD", small)
    plain = "".join(sign for sign in decomposed if not unicodedata.combining(sign))
    return [small, plain] if plain != small else [small]

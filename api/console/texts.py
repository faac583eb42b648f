"""The console's words in Dutch, English and French: one file a feature, three languages a key."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

from markupsafe import Markup, escape

from knowledge.errors import LibraryError, Problem
from knowledge.yaml_files import read_text, read_yaml

LANGUAGES = {"nl": "Nederlands", "en": "English", "fr": "Français"}
_FOLDER = Path(__file__).resolve().parent / "texts"


class Texts:
    """All words of the console.

    Args:
        groups: By group (the file's name) and key, the words by language.
    """

    def __init__(self, groups: dict[str, dict[str, dict[str, str]]]) -> None:
        self._groups = groups

    @classmethod
    @cache
    def shared(cls) -> Texts:
        """The texts of this release.

        Raises:
            LibraryError: A file is wrong, or a key lacks a language.
        """
        groups: dict[str, dict[str, dict[str, str]]] = {}
        problems = []
        for file in sorted(_FOLDER.glob("*.yml")):
            groups[file.stem] = read_yaml(read_text(file), file)
            problems += [
                Problem(file, 0, f"{key!r} needs words in nl, en and fr.")
                for key, words in groups[file.stem].items()
                if set(words) != set(LANGUAGES)
            ]
        if problems:
            raise LibraryError(problems)
        return cls(groups)

    def say(self, language: str, key: str, **values: Any) -> str:
        """The words of a key.

        Args:
            language: nl, en or fr.
            key: Group and key, as in `sign_in.title`.
            values: What stands between braces in the words.

        Returns:
            The words; markup when a value is.

        Raises:
            KeyError: There is no such key.
        """
        group, _, name = key.partition(".")
        words = self._groups[group][name][language]
        if any(isinstance(value, Markup) for value in values.values()):
            return escape(words).format(**values)  # which escapes what is no markup
        return words.format(**values)

    def has(self, key: str) -> bool:
        """Whether there are words for a key."""
        group, _, name = key.partition(".")
        return name in self._groups.get(group, {})

    def keys(self) -> list[str]:
        """Every key."""
        return [f"{group}.{key}" for group, words in self._groups.items() for key in words]

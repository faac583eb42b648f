"""The languages that are offered."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, RootModel

from knowledge.errors import LibraryError, Problem
from knowledge.yaml_files import line_in, load_yaml


class Language(BaseModel):
    """One language.

    Attributes:
        code: ISO 639-1 code.
        name: The language's name in itself.
        english: Its English name, for staff.
        direction: Direction of its script.
        fallback: Languages that its readers most likely read too, most likely first.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    code: str
    name: str
    english: str
    direction: Literal["ltr", "rtl"]
    fallback: list[str]


class Languages(RootModel[list[Language]]):
    """All languages that are offered, in the order in which they are shown."""

    @classmethod
    def load(cls, file: Path) -> Languages:
        """Read `languages.yml`.

        Raises:
            LibraryError: The file is missing or wrong.
        """
        languages = load_yaml(cls, file)
        known = set(languages.codes)
        problems = [
            Problem(file, 0, f"{language.code}: the fallback {code!r} is not in this file.")
            for language in languages
            for code in language.fallback
            if code not in known
        ]
        for number, code in enumerate(languages.codes):
            if code in languages.codes[:number]:
                message = f"{code}: this language stands here twice."
                problems.append(Problem(file, line_in(file, number), message))
        if problems:
            raise LibraryError(problems)
        return languages

    def __iter__(self) -> Iterator[Language]:  # type: ignore[override]
        return iter(self.root)

    def __contains__(self, code: object) -> bool:
        return code in self.codes

    @property
    def codes(self) -> list[str]:
        """The codes, in the order of the file."""
        return [language.code for language in self.root]

    def get(self, code: str) -> Language:
        """The language with this code.

        Raises:
            KeyError: It is not offered.
        """
        for language in self.root:
            if language.code == code:
                return language
        raise KeyError(code)

    def reading_order(self, code: str, also: str | None = None) -> list[str]:
        """Languages in which to look for a text, best first.

        Args:
            code: The person's language.
            also: A language that the person said they read too.

        Returns:
            The person's own language, the one they named, those its readers mostly know, and at
            last every other one: a text in any language beats none.
        """
        order = [code, *([also] if also else []), *self.get(code).fallback, *self.codes]
        return list(dict.fromkeys(order))

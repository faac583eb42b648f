"""Recognising the situation that a person tells, by the words that people use for it."""

from __future__ import annotations

from pathlib import Path

from pydantic import RootModel

from knowledge.cards import Situation
from knowledge.places import fold
from knowledge.yaml_files import load_yaml


class SituationWords(RootModel[dict[Situation, dict[str, tuple[str, ...]]]]):
    """Content of `situations.yml`: by situation and language, the beginnings of tell-tale words."""

    @classmethod
    def load(cls, file: Path) -> SituationWords:
        """Read `situations.yml`.

        Raises:
            LibraryError: The file is missing or wrong.
        """
        return load_yaml(cls, file)


def find_situation(text: str, words: SituationWords) -> Situation | None:
    """The situation that a text tells.

    Args:
        text: What the person wrote.
        words: The words of each situation.

    Returns:
        The one whose longest phrase stands in the text; None when there is none.
    """
    folded = f" {fold(text)} "
    best: tuple[int, Situation] | None = None
    for situation, by_language in words.root.items():
        for phrases in by_language.values():
            for phrase in phrases:
                stem = fold(phrase)
                if stem and f" {stem}" in folded and (best is None or len(stem) > best[0]):
                    best = (len(stem), situation)
    return best[1] if best else None

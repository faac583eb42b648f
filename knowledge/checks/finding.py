"""What a check finds, and what every check is given."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from functools import cached_property
from pathlib import Path

from knowledge.cards import Card, CardText
from knowledge.errors import Problem
from knowledge.facts import Fact
from knowledge.layers import LAYER_FILE, Layer, LayerText
from knowledge.library import Library
from knowledge.plans import Passage, PassageText
from knowledge.text import Block, split_front_matter
from knowledge.yaml_files import line_in, read_text


class Severity(StrEnum):
    """How bad a finding is: an error misleads a reader, a warning will soon, or makes it hard."""

    ERROR = "error"
    WARNING = "warning"


@dataclass(frozen=True)
class Finding(Problem):
    """A problem that a check found.

    Args:
        check: Name of the check, such as `expired-fact`.
        severity: How bad it is.
    """

    check: str = ""
    severity: Severity = Severity.ERROR


@dataclass(frozen=True)
class Written:
    """One text that people read.

    Attributes:
        owner: The card, layer or passage.
        text: The text in one language.
        file: Its file.
        parts: Its blocks by part; a passage has one.
        facts: What its placeholders stand for.
        original: Language that the owner was written in first; None when a passage does not say.
    """

    owner: Card | Layer | Passage
    text: CardText | LayerText | PassageText
    file: Path
    parts: dict[str, tuple[Block, ...]]
    facts: dict[str, Fact]
    original: str | None

    @property
    def language(self) -> str:
        """The text's language."""
        return self.text.language

    @cached_property
    def body(self) -> list[tuple[int, str]]:
        """The lines after the front matter, with their numbers in the file."""
        _, body, first = split_front_matter(read_text(self.file), self.file)
        return list(enumerate(body.split("\n"), first))

    def line_with(self, words: str) -> int:
        """The first line of the file that holds these words, or 1."""
        for number, line in enumerate(read_text(self.file).split("\n"), 1):
            if words in line:
                return number
        return 1


@dataclass(frozen=True)
class Context:
    """What every check is given.

    Attributes:
        library: What is checked.
        today: The day on which it is checked.
        soon: How long before a date a maintainer wants to be told.
    """

    library: Library
    today: date
    soon: timedelta = timedelta(days=30)

    @cached_property
    def written(self) -> tuple[Written, ...]:
        """Every text of every card, layer and passage."""
        return (*self._of_cards(), *self._of_layers(), *self._of_passages())

    def heads(self) -> Iterator[tuple[Card | Layer, Path]]:
        """Every card and layer with the YAML file that holds its facts and dates."""
        for card in self.library.cards.values():
            yield card, card.folder / "card.yml"
        for layer in self.library.layers.values():
            yield layer, layer.folder / LAYER_FILE

    def _of_cards(self) -> Iterator[Written]:
        for card in self.library.cards.values():
            for text in card.texts.values():
                yield Written(card, text, text.file, text.parts, card.facts, card.original)

    def _of_layers(self) -> Iterator[Written]:
        for layer in self.library.layers.values():
            facts = {**self.library.cards[layer.overrides].facts, **layer.facts}
            for text in layer.texts.values():
                yield Written(layer, text, text.file, text.parts, facts, layer.original)

    def _of_passages(self) -> Iterator[Written]:
        for passage in self.library.passages.values():
            original = next(
                (one.language for one in passage.texts.values() if one.translated_from is None),
                None,
            )
            for text in passage.texts.values():
                parts = {"answer": text.blocks}
                yield Written(passage, text, text.file, parts, {}, original)


def at(file: Path, *path: str | int) -> tuple[Path, int]:
    """A YAML file and the line on which the value at a path stands."""
    return file, line_in(file, *path)

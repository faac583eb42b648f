"""Local layers: parts of a card that a municipality says in its own way.

A card says what holds in a whole country; its layer for a smaller place brings the address, the
telephone number or the opening hours of that place. The most specific place wins, part by part.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field

from knowledge.cards import Card, CardText, Source
from knowledge.errors import LibraryError, Problem
from knowledge.facts import Fact
from knowledge.layout import load_texts
from knowledge.text import ANSWER, Block, parse_parts, placeholders, split_front_matter
from knowledge.yaml_files import load_yaml, parse, read_text

LAYER_FILE = "layer.yml"


class LayerFile(BaseModel):
    """What `layer.yml` holds.

    Attributes:
        overrides: Id of the card.
        place: The smaller place.
        original: Language that the parts were written in first.
        revision: Of the original.
        facts: They replace the card's facts of the same name, and add to them.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    overrides: str
    place: str
    original: str
    revision: int = Field(ge=1)
    checked_on: date
    check_again_by: date
    sources: tuple[Source, ...] = Field(min_length=1)
    facts: dict[str, Fact] = Field(default_factory=dict)


class LayerFront(BaseModel):
    """The front matter of a layer's text: its standing. Title and questions are the card's."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    revision: int = Field(ge=1)
    translated_from: str | None = None
    reviewed_by: str | None = None


class LayerText(LayerFront):
    """The parts that replace the card's, in one language."""

    language: str
    parts: dict[str, tuple[Block, ...]]
    file: Path


class Layer(LayerFile):
    """A layer with its texts, by language, and the folder that it was read from."""

    texts: dict[str, LayerText]
    folder: Path

    def over(self, card: Card) -> Card:
        """The card as it reads in this layer's place.

        Args:
            card: The card that the layer overrides, or what a larger place's layer made of it.

        Returns:
            The card with this layer's place, parts, facts and sources. Its sources stand first,
            since they are the nearest; a language that the layer lacks keeps the card's parts.
        """
        texts = {language: self._over(text) for language, text in card.texts.items()}
        ours = {source.id for source in self.sources}
        kept = tuple(source for source in card.sources if source.id not in ours)
        return card.model_copy(
            update={
                "place": self.place,
                "texts": texts,
                "facts": {**card.facts, **self.facts},
                "sources": (*self.sources, *kept),
                "checked_on": min(card.checked_on, self.checked_on),
                "check_again_by": min(card.check_again_by, self.check_again_by),
            }
        )

    def _over(self, text: CardText) -> CardText:
        own = self.texts.get(text.language)
        if own is None:
            return text
        parts = {**text.parts, **own.parts}
        unreviewed = own.translated_from is not None and own.reviewed_by is None
        changed = {"translated_from": own.translated_from, "reviewed_by": None}
        return text.model_copy(update={"parts": parts, **(changed if unreviewed else {})})


def load_layers(
    folder: Path, languages: Iterable[str], cards: Mapping[str, Card]
) -> dict[tuple[str, str], Layer]:
    """Read every local layer below `topics/`.

    Args:
        folder: The folder `topics`.
        languages: Codes of the languages that texts may have.
        cards: The cards that layers may override, by id.

    Returns:
        Layers by card and place.

    Raises:
        LibraryError: With every problem in every layer.
    """
    layers: dict[tuple[str, str], Layer] = {}
    problems: list[Problem] = []
    known = set(languages)
    for file in sorted(folder.glob(f"*/*/*/{LAYER_FILE}")):
        try:
            layer = _load_layer(file, known, cards)
        except LibraryError as error:
            problems += error.problems
            continue
        layers[layer.overrides, layer.place] = layer
    if problems:
        raise LibraryError(problems)
    return layers


def _load_layer(file: Path, languages: set[str], cards: Mapping[str, Card]) -> Layer:
    folder = file.parent
    head = load_yaml(LayerFile, file)
    card = cards.get(head.overrides)
    if card is None:
        raise LibraryError([Problem(file, 1, f"overrides: there is no card {head.overrides!r}.")])
    problems = []
    if folder.name.split(".")[0] != head.place:
        message = f"place: {head.place!r} stands in the folder {folder.name!r}."
        problems.append(Problem(file, 1, message))
    if folder.parent != card.folder.parent:
        message = f"overrides: {card.id} is a card of {card.folder.parent.name}, another topic."
        problems.append(Problem(file, 1, message))
    if (folder / "card.yml").exists():
        problems.append(Problem(file, 0, "card.yml stands here too; keep one of the two."))
    sources = {source.id for source in (*head.sources, *card.sources)}
    problems += [
        Problem(file, 0, f"facts.{name}.source: there is no source {fact.source!r} in this layer.")
        for name, fact in head.facts.items()
        if fact.source not in sources
    ]
    facts = {**card.facts, **head.facts}
    texts, wrong = load_texts(folder, languages, lambda text: _load_text(text, facts, card))
    problems += wrong
    if not texts and not head.facts and not problems:
        problems.append(Problem(file, 0, "the layer changes nothing; add facts, or nl.md."))
    if problems:
        raise LibraryError(problems)
    return Layer(**dict(head), texts=texts, folder=folder)


def _load_text(file: Path, facts: Mapping[str, Fact], card: Card) -> LayerText:
    front_matter, body, body_line = split_front_matter(read_text(file), file)
    front = parse(LayerFront, front_matter, file, first_line=2)
    # The short answer may be left out: it is the card's.
    parts = parse_parts(body, file, body_line, answer_needed=False)
    problems = [
        Problem(file, body_line + offset, f"{{{name}}} is not a fact of the layer or of {card.id}.")
        for offset, line in enumerate(body.split("\n"))
        for name in sorted(placeholders(line) - facts.keys())
    ]
    if file.stem not in card.texts:
        problems.append(Problem(file, 0, f"{card.id} has no text in {file.stem!r} to change."))
    if problems:
        raise LibraryError(problems)
    kept = {key: blocks for key, blocks in parts.items() if key != ANSWER or blocks}
    return LayerText(**dict(front), language=file.stem, parts=kept, file=file)

"""Finding the files of a card or local layer on disk, and checking their new content."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from knowledge.cards import CardFile, Front
from knowledge.errors import LibraryError, Problem
from knowledge.facts import Fact
from knowledge.layers import LAYER_FILE, LayerFile, LayerFront
from knowledge.proposals.errors import ProposalError
from knowledge.text import Block, parse_parts, placeholders, split_front_matter
from knowledge.yaml_files import load_yaml, parse, read_text

CARD_FILE = "card.yml"


@dataclass(frozen=True)
class Owner:
    """A card, or a local layer over one, as its files stand on disk.

    Attributes:
        name: What people call it: the card's id, with the layer's place.
        folder: Its folder, from the library's.
        head_file: Its `card.yml` or `layer.yml`, from the library's folder.
        head: What that file holds.
        facts: What its texts may name: of the card too, for a layer.
        library: The library's folder.
    """

    name: str
    folder: Path
    head_file: Path
    head: CardFile | LayerFile
    facts: Mapping[str, Fact]
    library: Path

    @property
    def is_layer(self) -> bool:
        """Whether it is a local layer: its texts have no title and no questions."""
        return isinstance(self.head, LayerFile)

    def text_file(self, language: str) -> Path:
        """The file of its text in a language, from the library's folder.

        Raises:
            ProposalError: It has no text in this language.
        """
        file = self.folder / f"{language}.md"
        if not (self.library / file).is_file():
            names = sorted(path.stem for path in (self.library / self.folder).glob("*.md"))
            raise ProposalError(
                f"{self.name} has no text in {language!r}; it has {', '.join(names)}. "
                "A new translation comes from a translator: wegwijs translate export."
            )
        return file

    def read(self, file: Path) -> str:
        """What a file of the library holds; `file` is named from the library's folder."""
        return read_text(self.library / file)


def find_owner(library: Path, card: str, layer: str | None = None) -> Owner:
    """The card or layer that a change is about.

    Args:
        library: The library's folder.
        card: Id of the card.
        layer: Place of the layer; None for the card itself.

    Returns:
        What was found.

    Raises:
        ProposalError: There is no such card or layer.
        LibraryError: Its file cannot be read.
    """
    topic, _, place = card.partition(".")
    found = [
        file
        for file in sorted((library / "topics").glob(f"*/{topic}/{place}/{CARD_FILE}"))
        if file.parent.name == place
    ]
    if not found:
        raise ProposalError(f"There is no card {card!r} in the library.")
    file = found[0]
    head = load_yaml(CardFile, file)
    folder = file.parent.relative_to(library)
    if layer is None:
        return Owner(card, folder, folder / CARD_FILE, head, head.facts, library)
    for file in sorted(found[0].parent.parent.glob(f"*/{LAYER_FILE}")):
        over = load_yaml(LayerFile, file)
        if (over.overrides, over.place) == (card, layer):
            folder, facts = file.parent.relative_to(library), {**head.facts, **over.facts}
            name = f"{card} in {layer}"
            return Owner(name, folder, folder / LAYER_FILE, over, facts, library)
    raise ProposalError(f"The card {card} has no layer for {layer!r}.")


def check_head(owner_is_layer: bool, text: str, file: Path) -> CardFile | LayerFile:
    """Read the new content of a `card.yml` or `layer.yml`.

    Raises:
        LibraryError: With everything that is wrong.
    """
    head: CardFile | LayerFile = (
        parse(LayerFile, text, file) if owner_is_layer else parse(CardFile, text, file)
    )
    return head


def check_text(
    text: str, file: Path, facts: Mapping[str, Fact], is_layer: bool = False
) -> dict[str, tuple[Block, ...]]:
    """Read the new content of a text.

    Args:
        text: The whole file.
        file: Named in errors.
        facts: What it may name.
        is_layer: Whether it belongs to a layer.

    Returns:
        Its parts.

    Raises:
        LibraryError: With everything that is wrong.
    """
    head, body, first = split_front_matter(text, file)
    if is_layer:
        parse(LayerFront, head, file, first_line=2)
    else:
        parse(Front, head, file, first_line=2)
    parts = parse_parts(body, file, first, answer_needed=not is_layer)
    known = ", ".join(f"{{{name}}}" for name in sorted(facts)) or "none"
    problems = [
        Problem(file, first + offset, f"{{{name}}} is no fact of this card; it has {known}.")
        for offset, line in enumerate(body.split("\n"))
        for name in sorted(placeholders(line) - facts.keys())
    ]
    if problems:
        raise LibraryError(problems)
    return parts

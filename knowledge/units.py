"""What is searched: titles, questions and parts of cards and passages, each as one text."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from knowledge.cards import Card
from knowledge.library import Library
from knowledge.official.passage import OfficialPassage
from knowledge.plans import Passage, in_language
from knowledge.text import ANSWER

Kind = Literal["card", "passage", "official"]

_SHORTEST_NOTE = 8
"""Words of a footnote: a shorter one ("See point 5.") answers nothing."""


@dataclass(frozen=True)
class Unit:
    """One text that can be found.

    Attributes:
        kind: What it belongs to.
        target: Id of the card or passage.
        group: What competes as one answer: a card's topic, or the passage itself.
        place: Place of the card, or level of the passage's document.
        language: Language of the text.
        part: `title`, `question`, `answer`, or a part's key.
        text: The words.
    """

    kind: Kind
    target: str
    group: str
    place: str
    language: str
    part: str
    text: str


def units_of(library: Library) -> Iterator[Unit]:
    """Every unit of the library, in an order that depends on its content alone."""
    for card in library.cards.values():
        yield from _card_units(card)
    for passage in library.passages.values():
        yield from _passage_units(passage, library)
    for official in library.official.values():
        yield from _official_units(official, library)


def _card_units(card: Card) -> Iterator[Unit]:
    for language, text in sorted(card.texts.items()):

        def unit(part: str, words: str, language: str = language) -> Unit:
            return Unit("card", card.id, card.topic, card.place, language, part, words)

        yield unit("title", text.title)
        for question in text.questions:
            yield unit("question", question)
        for part, blocks in text.parts.items():
            # A translation is found by its title and questions, and its parts by the original's
            # words: the encoder knows no border between languages, and these long texts would be
            # four fifths of a build's time.
            if text.translated_from:
                continue
            words = " ".join(block.filled(card.facts, language).plain for block in blocks)
            # A part seldom names its own subject ("It is free"): the title does.
            yield unit(part, f"{text.title}. {words}")


def _passage_units(passage: Passage, library: Library) -> Iterator[Unit]:
    document = library.documents[passage.document]
    for language, text in sorted(passage.texts.items()):
        short = in_language(document.short_title, [language, "en"])

        def unit(part: str, words: str, language: str = language) -> Unit:
            return Unit("passage", passage.id, passage.id, passage.level, language, part, words)

        yield unit("title", f"{text.title} ({short} {document.year})")
        for question in text.questions:
            yield unit("question", question)
        if not text.translated_from:
            yield unit(ANSWER, f"{text.title}. " + " ".join(block.plain for block in text.blocks))


def _official_units(passage: OfficialPassage, library: Library) -> Iterator[Unit]:
    if passage.kind == "footnote" and len(passage.text.split()) < _SHORTEST_NOTE:
        return
    level = library.documents[passage.document].level
    # "Key actions" says nothing without the chapter that it closes.
    headings = dict.fromkeys(name for name in (passage.chapter, passage.section_title) if name)
    words = ". ".join([*headings, passage.text])
    yield Unit("official", passage.id, passage.id, level, passage.language, ANSWER, words)

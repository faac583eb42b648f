"""Answers that quote an official text which the installation added."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from actions import compose
from actions.answer import show_official
from actions.knowledge_base import KnowledgeBase
from actions.turn import Turn
from bot.sentences import Sentences
from knowledge.builder import CalibrationSet, build_index
from knowledge.encoder import Vectors
from knowledge.evaluate import PassageRef, named
from knowledge.library import Library
from knowledge.official.passage import OfficialPassage
from knowledge.official.store import write_text
from knowledge.search import Search
from knowledge.settings import PACKAGE
from knowledge.units import units_of
from knowledge.vector_cache import VectorCache

DOCUMENT = "eu-pact-2020"


def passages(language: str = "nl") -> list[OfficialPassage]:
    """A made-up text, long enough to crowd out everything else."""
    common: dict[str, Any] = {"document": DOCUMENT, "language": language, "chapter": "VUURTORENS"}
    return [
        OfficialPassage(
            id=f"{DOCUMENT}.{language}.0001", section="4.1", section_title="Vuurtorenwachters",
            page=7, kind="list",
            text="De vuurtorenwachters zullen:\n- de lamp poetsen;\n- de zeehonden tellen.",
            **common,
        ),
        OfficialPassage(
            id=f"{DOCUMENT}.{language}.0002", kind="footnote", note="3", text="Zie punt 5.",
            **common,
        ),
        *(
            OfficialPassage(
                id=f"{DOCUMENT}.{language}.{number:04}", section="5", kind="text",
                text=f"Vuurtoren nummer {number} heeft een lamp en een wachter.", **common,
            )
            for number in range(3, 40)
        ),
    ]  # fmt: skip


class Letters:
    """An encoder that counts letters: enough to tell lighthouses from doctors."""

    name, fingerprint, dimension = "letters", "letters", 26

    def encode_passages(self, texts: Any) -> Vectors:
        import numpy as np

        rows = np.zeros((len(texts), 26), dtype=np.float32)
        for row, text in enumerate(texts):
            for sign in text.casefold():
                if "a" <= sign <= "z":
                    rows[row, ord(sign) - 97] += 1
        rows += 1e-3
        unit: Vectors = rows / np.linalg.norm(rows, axis=1, keepdims=True)
        return unit

    encode_queries = encode_passages

    def encode_query(self, text: str) -> Vectors:
        vector: Vectors = self.encode_passages([text])[0]
        return vector


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Library:
    data = tmp_path_factory.mktemp("official")
    write_text(data, passages(), "lighthouses.txt", b"lighthouses")
    return Library.load(PACKAGE / "library", data)


class Tracker:
    """As much of a conversation as composing an answer needs."""

    latest_message: dict[str, Any] = {"text": "wat zegt het pact", "metadata": {}}
    sender_id = "test"

    def __init__(self, language: str) -> None:
        self.slots = {"language": language}

    def get_slot(self, name: str) -> Any:
        return self.slots.get(name)


def turn(library: Library, language: str) -> Turn:
    knowledge = KnowledgeBase(library, None, None)  # type: ignore[arg-type]
    return Turn(Tracker(language), knowledge)  # type: ignore[arg-type]


def test_the_library_knows_the_text(library: Library) -> None:
    assert f"{DOCUMENT}.nl.0001" in library.official
    assert library.fingerprint != Library.load(PACKAGE / "library").fingerprint
    units = [unit for unit in units_of(library) if unit.kind == "official"]
    # A footnote that only points elsewhere answers nothing.
    assert len(units) == len(library.official) - 1
    assert units[0].text.startswith("VUURTORENS. Vuurtorenwachters. De vuurtorenwachters zullen:")
    assert units[0].place == "eu"


def test_a_text_of_an_unknown_document_is_left_out(library: Library, tmp_path: Path) -> None:
    unknown = [replace_document(one) for one in passages()]
    write_text(tmp_path, unknown, "other.txt", b"other")
    assert Library.load(PACKAGE / "library", tmp_path).official == {}


def replace_document(passage: OfficialPassage) -> OfficialPassage:
    changed = {"document": "no-such-plan", "id": passage.id.replace(DOCUMENT, "no-such-plan")}
    return passage.model_copy(update=changed)


@pytest.mark.parametrize("language", ["nl", "ar", "ti"])
def test_it_is_quoted_with_section_and_page(library: Library, language: str) -> None:
    outcome = show_official(turn(library, language), f"{DOCUMENT}.nl.0001")
    reply = Sentences.shared().spoken(outcome.reply.model_copy(update={"language": language}))
    texts = [message.text for message in reply.messages]
    quoted = [message for message in reply.messages if message.kind in ("text", "list")]
    assert any("De vuurtorenwachters zullen:" in message.text for message in quoted)
    (items,) = [message.items for message in quoted if message.items]
    assert items == ("de lamp poetsen;", "de zeehonden tellen.")
    (citation,) = [text for text in texts if "p. 7" in text]
    assert "4.1 Vuurtorenwachters" in citation and "2020" in citation
    assert not any("{" in text for text in texts)
    shown = reply.card
    assert shown is not None
    assert (shown.kind, shown.document, shown.section) == ("passage", DOCUMENT, "4.1")
    assert shown.language == "nl"
    assert "4.1 Vuurtorenwachters, p. 7" in shown.sources[0].title
    # The reader is told when it is not in their own language.
    told = [message for message in outcome.reply.messages if message.say
            and message.say.key == "not_in_language"]  # fmt: skip
    assert bool(told) == (language != "nl")


def test_a_language_that_is_not_offered(library: Library) -> None:
    bulgarian = replace(library, official={one.id: one for one in passages("bg")})
    outcome = show_official(turn(bulgarian, "en"), f"{DOCUMENT}.bg.0001")
    (told,) = [message.say for message in outcome.reply.messages if message.say
               and message.say.key == "not_in_language"]  # fmt: skip
    assert told.values["shown"] == "български"


def test_a_long_text_does_not_crowd_out_what_we_wrote(library: Library, tmp_path: Path) -> None:
    encoder = Letters()
    few = {card.id: card for topic in ("find-a-doctor", "emergency-care")
           for card in library.topics[topic]}  # fmt: skip
    small = replace(library, cards=few, passages={})
    index = build_index(small, encoder, CalibrationSet((), (), "none"), VectorCache(tmp_path / "v"))
    search = Search(small, index, encoder)
    found = search.search("vuurtoren met een lamp en een wachter", "nl", limit=50)
    kinds = [hit.kind for hit in found.hits]
    assert kinds.count("official") == 3
    assert kinds.count("card") == 2
    hit = next(hit for hit in found.hits if hit.kind == "official")
    assert hit.targets == (hit.group,)
    button = compose.topic_choice(turn(small, "nl"), hit)
    assert hit.group in button.payload
    assert named(hit.group, small) == PassageRef(
        document=DOCUMENT, section=small.official[hit.group].section
    )

"""Places: which lies in which, and finding one that a person names in any script."""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field, RootModel
from rapidfuzz.distance import OSA

from knowledge.errors import LibraryError, Problem
from knowledge.text import normalise
from knowledge.yaml_files import load_yaml


class PlaceKind(StrEnum):
    """How large a place is, largest first."""

    UNION = "union"
    COUNTRY = "country"
    REGION = "region"
    MUNICIPALITY = "municipality"


class Place(BaseModel):
    """One place.

    Attributes:
        id: Used in folders, files and the API.
        parent: Id of the place that it lies in.
        asked: Whether it is offered when the bot asks where somebody lives.
        ambiguous: Whether its name is an everyday word too, so that it counts only as the answer
            to "where do you live" or after a word such as "in".
        names: Its name by language; a language that is missing says it as Dutch does.
        aliases: Other spellings that people type.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: str
    kind: PlaceKind
    parent: str | None = None
    asked: bool = False
    ambiguous: bool = False
    names: dict[str, str]
    aliases: tuple[str, ...] = Field(default=())

    def name(self, language: str) -> str:
        """The place's name in a language."""
        return self.names.get(language) or self.names.get("nl") or self.id


class _PlaceList(RootModel[list[Place]]):
    """The content of places.yml."""


# Arabic, Persian and Pashto write the same sound with different letters.
_ARABIC_LETTERS = str.maketrans(
    {"ٱ": "ا", "ى": "ي", "ی": "ي", "ې": "ي", "ۍ": "ي", "ک": "ك", "ة": "ه", "ۀ": "ه", "ہ": "ه", "ھ": "ه"}
)
# Words after which a name is a place: "in Best", "te Goes", "у Генті", "ኣብ ጌንት".
_PREPOSITIONS = frozenset(
    "in te to near at from bij uit naar à a au en dans de près aus nach bei im w we na do z "
    "у в во із з із до біля из около в на فی در به از في من الى ب په کې څخه له ku ee ka kula "
    "ኣብ ናብ ካብ ብ".split()
)
# One-letter words that Arabic, Hebrew-style, writes together with the next one.
_ARABIC_PREFIXES = ("بال", "وال", "لل", "ال", "ب", "ل", "و")
# Languages that change the end of a name: "в Генті", "Gandawie", "Gent'teyim", "Gentka".
_INFLECTING = {"uk", "ru", "pl", "tr", "so", "ps", "ti", "fa"}
_TOKEN = re.compile(r"[^\W_]+")


@lru_cache(maxsize=4096)
def fold(text: str) -> str:
    """A name as it is compared: small letters, without accents, one form of each Arabic letter."""
    decomposed = unicodedata.normalize("NFD", normalise(text).casefold())
    plain = "".join(sign for sign in decomposed if not unicodedata.combining(sign))
    return " ".join(_TOKEN.findall(plain.translate(_ARABIC_LETTERS)))


@dataclass(frozen=True)
class _Match:
    place: Place
    start: int
    length: int
    exact: bool


class Places:
    """All places, with a look-up by any of their names."""

    def __init__(self, places: list[Place]) -> None:
        self._by_id = {place.id: place for place in places}
        self._by_name: dict[str, Place] = {}
        for place in places:
            for name in (place.id.replace("-", " "), *place.names.values(), *place.aliases):
                self._by_name.setdefault(fold(name), place)
        self._longest = max((name.count(" ") + 1 for name in self._by_name), default=1)
        # Inexact look-ups compare only names that begin alike.
        self._by_start: dict[str, list[str]] = defaultdict(list)
        for name in self._by_name:
            self._by_start[name[:2]].append(name)

    @classmethod
    def load(cls, file: Path) -> Places:
        """Read `places.yml`.

        Raises:
            LibraryError: The file is missing or wrong, or a place lies in one that is not there.
        """
        places = load_yaml(_PlaceList, file).root
        ids = {place.id for place in places}
        problems = [
            Problem(file, 0, f"{place.id}: the parent {place.parent!r} is not in this file.")
            for place in places
            if place.parent is not None and place.parent not in ids
        ]
        if len(ids) < len(places):
            problems.append(Problem(file, 0, "a place id stands here twice."))
        if problems:
            raise LibraryError(problems)
        return cls(places)

    def __contains__(self, place_id: object) -> bool:
        return place_id in self._by_id

    def __iter__(self) -> Iterator[Place]:
        return iter(self._by_id.values())

    def get(self, place_id: str) -> Place:
        """The place with this id.

        Raises:
            KeyError: There is none.
        """
        return self._by_id[place_id]

    def chain(self, place_id: str) -> list[str]:
        """The place and those that contain it, smallest first."""
        chain = []
        current: str | None = place_id
        while current is not None:
            chain.append(current)
            current = self._by_id[current].parent
        return chain

    def country(self, place_id: str) -> str | None:
        """Id of the country that the place is or lies in; None for the whole Union."""
        for candidate in self.chain(place_id):
            if self._by_id[candidate].kind is PlaceKind.COUNTRY:
                return candidate
        return None

    def find(self, text: str, language: str, expected: bool = False) -> Place | None:
        """The place that a text names.

        Args:
            text: What the person wrote.
            language: The language it is in, which decides how a name may be inflected.
            expected: Whether the text answers "where do you live": then ambiguous names count
                and typing errors are forgiven more easily.

        Returns:
            The smallest place named, or None.
        """
        tokens = fold(text).split()
        matches = [
            match
            for start in range(len(tokens))
            for length in range(min(self._longest, len(tokens) - start), 0, -1)
            if (match := self._match(tokens, start, length, language, expected))
        ]
        if not matches:
            return None
        order = list(PlaceKind)
        best = max(matches, key=lambda m: (m.exact, order.index(m.place.kind), m.length))
        return best.place

    def _match(
        self, tokens: list[str], start: int, length: int, language: str, expected: bool
    ) -> _Match | None:
        phrase = " ".join(tokens[start : start + length])
        place = self._by_name.get(phrase)
        prefixed = False
        if place is None and language in ("ar", "fa", "ps"):
            for prefix in _ARABIC_PREFIXES:
                bare = phrase.removeprefix(prefix)
                if bare != phrase and len(bare) > 2 and bare in self._by_name:
                    place, prefixed = self._by_name[bare], True
                    break
        if place is not None:
            introduced = prefixed or (start > 0 and tokens[start - 1] in _PREPOSITIONS)
            alone = len(tokens) == length
            if place.ambiguous and not expected and (alone or not introduced):
                return None
            return _Match(place, start, length, exact=True)
        name = self._inexact(phrase, language, expected)
        if name is None or self._by_name[name].ambiguous:
            return None
        return _Match(self._by_name[name], start, length, exact=False)

    def _inexact(self, phrase: str, language: str, expected: bool) -> str | None:
        """The name of which the phrase is an inflected or mistyped form."""
        if len(phrase) < 4:
            return None
        best: tuple[int, str] | None = None
        for name in self._by_start.get(phrase[:2], ()):
            if language in _INFLECTING and _inflected(phrase, name):
                return name
            # A short name turns into another word by one letter: forgive only long ones,
            # and shorter ones only where a place is expected.
            allowed = (len(name) >= (5 if expected else 7)) + (len(name) >= 10)
            if allowed and abs(len(name) - len(phrase)) <= allowed:
                distance = OSA.distance(phrase, name, score_cutoff=allowed)
                if distance <= allowed and (best is None or distance < best[0]):
                    best = (distance, name)
        return best[1] if best else None


def _inflected(phrase: str, name: str) -> bool:
    """Whether the phrase is the name with another ending: its last vowel may be gone."""
    stem = name[:-1] if len(name) > 4 and name[-1] in "aeiouyаеиоуіяєїыью" else name
    ending = len(phrase) - len(stem)
    return len(stem) >= 4 and 0 <= ending <= 6 and phrase.startswith(stem)

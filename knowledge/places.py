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
    {
        "ٱ": "ا",
        "ى": "ي",
        "ی": "ي",
        "ې": "ي",
        "ۍ": "ي",
        "ک": "ك",
        "ة": "ه",
        "ۀ": "ه",
        "ہ": "ه",
        "ھ": "ه",
    }
)
# Words after which a name is a place: "in Best", "te Goes", "у Генті", "ኣብ ጌንት".
_PREPOSITION_WORDS = """
    in te to near at from bij uit naar à au en dans de près aus nach im w we na do z
    у в во із з до біля из с около на فی في در به از من الى ب په کې څخه له ku ee ka kula
    ኣብ ናብ ካብ ብ
"""
_PREPOSITIONS = frozenset(_PREPOSITION_WORDS.split())
# Prepositions and articles that are written together with the name, and whether what follows
# such a prefix is a place: "in Ghent" is, "and the horses" is not.
_PREFIXES = {
    "ar": {"بال": True, "لل": True, "ب": True, "ل": True, "ال": False, "و": False},
    "ti": {"ካብ": True, "ኣብ": True, "ናብ": True, "ብ": True, "ን": True},
}
_PREFIXES |= {"fa": _PREFIXES["ar"], "ps": _PREFIXES["ar"]}
# Languages that change the end of a name: "в Генті", "Gandawie", "Gent'teyim", "Gentka".
_INFLECTING = {"uk", "ru", "pl", "tr", "so", "ps", "fa"}
# Endings that make the name of a language or of its speakers: "Hollandaca", "нідерландську".
_NOT_THE_PLACE = re.compile(r"^(s?k|z?k|ськ|ск|ц|ч|c[ae]|l[iı]|ي$)")
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
        introduced = start > 0 and tokens[start - 1] in _PREPOSITIONS
        if place is None:
            for prefix, introduces in _PREFIXES.get(language, {}).items():
                bare = phrase.removeprefix(prefix)
                if bare != phrase and len(bare) > 2 and bare in self._by_name:
                    place, introduced = self._by_name[bare], introduced or introduces
                    break
        alone = len(tokens) == length
        if place is not None:
            if place.ambiguous and not expected and (alone or not introduced):
                return None
            return _Match(place, start, length, exact=True)
        # Elsewhere an everyday word that looks like a name would be taken for one.
        if not (expected or introduced or language == "tr"):
            return None
        name = self._inexact(phrase, language, shortest=5 if expected else 7)
        if name is None or self._by_name[name].ambiguous:
            return None
        return _Match(self._by_name[name], start, length, exact=False)

    def _inexact(self, phrase: str, language: str, shortest: int) -> str | None:
        """The name of which the phrase is an inflected form, or a mistyped one if it is long."""
        if len(phrase) < 4:
            return None
        best: tuple[int, str] | None = None
        for name in self._by_start.get(phrase[:2], ()):
            if language in _INFLECTING and _inflected(phrase, name, language):
                return name
            # A short name turns into another word by one letter.
            allowed = (len(name) >= shortest) + (len(name) >= 10)
            if allowed and abs(len(name) - len(phrase)) <= allowed:
                distance = OSA.distance(phrase, name, score_cutoff=allowed)
                if distance <= allowed and (best is None or distance < best[0]):
                    best = (distance, name)
        return best[1] if best else None


def _inflected(phrase: str, name: str, language: str) -> bool:
    """Whether the phrase is the name with another ending: its last vowel may be gone."""
    vowels = "aeiouyаеиоуіяєїыью"
    stem = name[:-1] if len(name) > 4 and name[-1] in vowels and language != "tr" else name
    ending = phrase.removeprefix(stem)
    longest = 7 if language == "tr" else 3
    return (
        len(stem) >= 4
        and len(ending) < len(phrase)
        and len(ending) <= longest
        and not _NOT_THE_PLACE.match(ending)
        # Turkish case endings after a name begin with these letters: Gentteyim, Lahey'den.
        and (language != "tr" or not ending or ending[0] in "dtyniaeu")
        and not phrase.endswith(("ca", "ce"))
    )

"""Places: which lies in which, and finding one that a person names in any script."""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field, RootModel
from rapidfuzz.distance import OSA

from knowledge.errors import LibraryError, Problem
from knowledge.text import normalise
from knowledge.yaml_files import line_in, load_yaml


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


class _Role(StrEnum):
    """What the word beside a name says of the place: the person is or goes there, left it, or
    means another one."""

    HERE = "here"
    LEFT = "left"
    DENIED = "denied"


def _roles(here: str, left: str) -> dict[str, _Role]:
    """Words in their folded form, each with what it says of the place beside it."""
    return {
        **{fold(word): _Role.HERE for word in here.split()},
        **{fold(word): _Role.LEFT for word in left.split()},
    }


# Words after which a name is a place: "in Best", "te Goes", "у Генті", "ኣብ ጌንት".
_BEFORE = _roles(
    here="""
    in te to near at bij naar à au aux en dans près nach im w we na do у в во до біля около на
    فی في در به إلى ب په ku ee kula ኣብ ናብ ብ
    """,
    left="van vanuit uit from de du des d depuis desde aus von z ze з із зі из от с من از له ka ካብ",
)
# Those of them that are another, frequent word elsewhere: "a boom", "de boom".
_ONLY_IN = {
    "a": {"fr", "es"},
    "d": {"fr"},
    "de": {"fr", "es"},
    "des": {"fr"},
    "do": {"pl"},
    "du": {"fr"},
    "en": {"fr", "es"},
    "van": {"nl"},
}
# Words before a name, or before its preposition, that deny it: "not in Holland, in Flanders".
_DENIED = {"not", "niet", "pas", "nicht", "nie", "не", "مو", "ليس", "مش", "ماشي"}
# Words behind a name that deny it: "Hollanda değil", "هالنډ نه".
_DENIED_BEHIND = {
    "tr": {fold("değil")},
    "fa": {"نه", "نيست"},
    "ps": {"نه"},
    "so": {"maaha"},
    "ti": {fold("ኣይኮነን")},
}
# Words behind a name: "Gent'e", "Gent'ten" (the apostrophe divides them), "له ګېنټ څخه".
_BEHIND = {
    "tr": _roles(here="e a ye ya te ta de da", left="den dan ten tan"),
    "ps": _roles(here="ته کې", left="څخه نه"),
}
# Prepositions and articles that are written together with the name; what follows an article or
# "and" need not be a place.
_PREFIXES: dict[str, dict[str, _Role | None]] = {
    "ar": {
        "بال": _Role.HERE,
        "لل": _Role.HERE,
        "ب": _Role.HERE,
        "ل": _Role.HERE,
        "ال": None,
        "و": None,
    },
    "ti": {
        "ካብ": _Role.LEFT,
        "ኣብ": _Role.HERE,
        "ናብ": _Role.HERE,
        "ብ": _Role.HERE,
        "ን": _Role.HERE,
    },
}
_PREFIXES |= {"fa": _PREFIXES["ar"], "ps": _PREFIXES["ar"]}


def _role(tokens: list[str], start: int, end: int, language: str) -> _Role | None:
    """What the words beside `tokens[start:end]` say of the place with that name."""
    if _is_denied(tokens, start, end, language):
        return _Role.DENIED
    behind = _BEHIND.get(language, {}).get(tokens[end]) if end < len(tokens) else None
    word = tokens[start - 1] if start else ""
    if behind or language not in _ONLY_IN.get(word, {language}):
        return behind
    return _BEFORE.get(word)


def _is_denied(tokens: list[str], start: int, end: int, language: str) -> bool:
    """Whether the person says that it is not this place."""
    if end < len(tokens) and tokens[end] in _DENIED_BEHIND.get(language, set()):
        return True
    first = start - 1 if start and tokens[start - 1] in _BEFORE else start
    return first > 0 and tokens[first - 1] in _DENIED


@dataclass(frozen=True)
class _Match:
    place: Place
    start: int
    length: int
    exact: bool
    role: _Role | None


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
        parents = {place.id: place.parent for place in places}
        problems = problems or [
            Problem(file, line_in(file, number, "parent"), f"{place.id}: lies in itself.")
            for number, place in enumerate(places)
            if _lies_in_itself(place.id, parents)
        ]
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

    def named(self, text: str) -> Place | None:
        """The place of which a text is just the name; None for a name that is a word too."""
        place = self._by_name.get(fold(text))
        return None if place is None or place.ambiguous else place

    def find(self, text: str, language: str, expected: bool = False) -> Place | None:
        """The place that a text names.

        Args:
            text: What the person wrote.
            language: The language it is in, which decides how a name may be inflected.
            expected: Whether the text answers "where do you live": then ambiguous names count
                and typing errors are forgiven more easily.

        Returns:
            The smallest place named, or None; a place that the person left only when no other
            is named.
        """
        tokens = fold(text).split()
        matches = self._without_places_left(
            match
            for start in range(len(tokens))
            for length in range(min(self._longest, len(tokens) - start), 0, -1)
            if (match := self._match(tokens, start, length, language, expected))
        )
        if not matches:
            return None
        order = list(PlaceKind)
        best = max(matches, key=lambda m: (m.exact, order.index(m.place.kind), m.length))
        return best.place

    def _without_places_left(self, matches: Iterable[_Match]) -> list[_Match]:
        """Less Antwerp in "from Antwerp to Ghent", but with Ghent in "from Ghent in Belgium", and
        less Ghent in "not in Ghent, in Rotterdam"."""
        found = list(matches)
        found = [match for match in found if match.role is not _Role.DENIED] or found
        here = {match.place.id for match in found if match.role is _Role.HERE}
        left = {
            match.place.id
            for match in found
            if match.role is _Role.LEFT and not here <= set(self.chain(match.place.id))
        }
        return [match for match in found if match.place.id in here or match.place.id not in left]

    def _match(
        self, tokens: list[str], start: int, length: int, language: str, expected: bool
    ) -> _Match | None:
        phrase = " ".join(tokens[start : start + length])
        if phrase == "eu" and language == "fr":
            return None  # the participle, as in "il y a eu"; the Union is "UE" in French
        place = self._by_name.get(phrase)
        role = _role(tokens, start, start + length, language)
        if place is None:
            for prefix, says in _PREFIXES.get(language, {}).items():
                bare = phrase.removeprefix(prefix)
                if bare != phrase and len(bare) > 2 and bare in self._by_name:
                    place, role = self._by_name[bare], says or role
                    break
        alone = len(tokens) == length
        if place is not None:
            if place.ambiguous and not expected and (alone or not role):
                return None
            return _Match(place, start, length, exact=True, role=role)
        # Elsewhere an everyday word that looks like a name would be taken for one.
        if not (expected or role or language == "tr"):
            return None
        name = self._inexact(phrase, language, shortest=5 if expected else 7)
        if name is None or self._by_name[name].ambiguous:
            return None
        if language == "tr" and phrase.endswith(("den", "dan", "ten", "tan")):
            role = _Role.LEFT
        return _Match(self._by_name[name], start, length, exact=False, role=role)

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


def _lies_in_itself(place_id: str, parents: Mapping[str, str | None]) -> bool:
    """Whether the parents of a place lead back to it."""
    seen: set[str] = set()
    current = parents[place_id]
    while current is not None and current not in seen:
        seen.add(current)
        current = parents.get(current)
    return place_id in seen

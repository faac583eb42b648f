"""The words of each language that tell where personal data stands."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import lru_cache
from pathlib import Path

import regex
from pydantic import BaseModel, ConfigDict

from knowledge.errors import LibraryError, Problem
from knowledge.yaml_files import load_yaml

FOLDER = Path(__file__).resolve().parent / "words"
Words = tuple[str, ...]


class _Words(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class NameWords(_Words):
    """Words around names.

    Attributes:
        introductions: What comes next is a name, however it is written.
        hints: What comes next is a name if it is written as one, or is a common first name.
        doubtful: What comes next is a name if two words are written as one.
        relatives: "My husband" and the like; they work as hints.
        after_relatives: A name after a relative comes before such a word.
        titles: "Mrs" and the like, before a name.
        titles_after: The same after a name.
        closings: Ends of letters, before a name that ends the message.
        after: Words that end a name, such as "is" where it comes last.
        never: Words that are no names; a star stands for any ending.
        given: Common first names.
    """

    introductions: Words = ()
    hints: Words = ()
    doubtful: Words = ()
    relatives: Words = ()
    after_relatives: str = ""
    titles: Words = ()
    titles_after: Words = ()
    closings: Words = ()
    after: Words = ()
    never: Words = ()
    given: Words = ()


class AddressWords(_Words):
    """Words around addresses.

    Attributes:
        street_before: "Street" before its name.
        street_after: The same after its name.
        street_suffixes: The same as the end of its name.
        before_words: The same after its name, where the house number comes first.
        house: "Number".
        flat: "Flat".
    """

    street_before: Words = ()
    street_after: Words = ()
    street_suffixes: Words = ()
    before_words: Words = ()
    house: Words = ()
    flat: Words = ()


class BirthWords(_Words):
    """Words before and after a date of birth."""

    before: Words = ()
    after: Words = ()


class EmailWords(_Words):
    """The signs of an e-mail address, written out."""

    at: Words = ()
    dot: Words = ()


class Vocabulary(_Words):
    """Content of one `words/<language>.yml`; all but `never` and `given` are patterns.

    Attributes:
        names: Words around names.
        addresses: Words around addresses.
        birth: Words around a date of birth.
        email: Words in an e-mail address.
        units: What is counted: a number before such a word is no house number.
    """

    names: NameWords
    addresses: AddressWords
    birth: BirthWords
    email: EmailWords
    units: Words


def load(folder: Path) -> tuple[Vocabulary, ...]:
    """Read every file of a folder.

    Raises:
        LibraryError: A file is wrong, or a pattern is not a regular expression.
    """
    read = []
    for file in sorted(folder.glob("*.yml")):
        vocabulary = load_yaml(Vocabulary, file)
        for pattern in _patterns(vocabulary):
            try:
                regex.compile(pattern)
            except regex.error as error:
                message = f"{pattern!r} is not a regular expression: {error}."
                raise LibraryError([Problem(file, 0, message)]) from error
        read.append(vocabulary)
    return tuple(read)


def _patterns(vocabulary: Vocabulary) -> Iterable[str]:
    for group in (vocabulary.names, vocabulary.addresses, vocabulary.birth, vocabulary.email):
        for key, value in group:
            if key not in ("never", "given"):
                yield from [value] if isinstance(value, str) else value
    yield from vocabulary.units


@lru_cache(maxsize=1)
def all_languages() -> tuple[Vocabulary, ...]:
    """The words that ship with the bot, of all languages: people mix them."""
    return load(FOLDER)


def any_of(words: Callable[[Vocabulary], Words]) -> str:
    """A pattern for any of these words in any language.

    Args:
        words: Takes them from the words of a language.

    Returns:
        Alternatives, the longest first.
    """
    found = {word for vocabulary in all_languages() for word in words(vocabulary)}
    return "(?:" + "|".join(sorted(found, key=lambda word: (-len(word), word))) + ")"

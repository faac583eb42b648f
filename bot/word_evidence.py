"""What single words say about the language of a message."""

from __future__ import annotations

import math
import re
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from pathlib import Path

import yaml

from knowledge.text import normalise

_WORD = re.compile(r"[^\W\d_]+(?:'[^\W\d_]+)?")
# A share below this counts as never seen: with 2,400 words a language, rarer is chance.
_UNSEEN = 1e-4
# A Latin word in examples of this many languages of other scripts is a local name.
_LANGUAGES_OF_A_LOCAL_NAME = 2


def plain_words(text: str) -> list[str]:
    """The words of a text as hurried people type them: small letters, no Latin accents.

    Other scripts keep their marks: in Cyrillic and Arabic a mark makes another letter, and the
    letter tells the language.

    Args:
        text: Any text.

    Returns:
        Its words, without figures and signs.
    """
    letters: list[str] = []
    for sign in unicodedata.normalize("NFD", normalise(text).replace("’", "'").casefold()):
        if unicodedata.combining(sign) and letters and letters[-1] <= "ɏ":
            continue
        letters.append({"ı": "i", "ł": "l"}.get(sign, sign))
    return _WORD.findall(unicodedata.normalize("NFC", "".join(letters)))


def read_examples(folder: Path) -> Iterator[tuple[str, str]]:
    """The intent examples with their language.

    Args:
        folder: The folder of the examples, one file a language.

    Yields:
        Language and example.
    """
    for file in sorted(folder.glob("*.yml")):
        for entry in yaml.safe_load(file.read_text(encoding="utf-8"))["nlu"]:
            for line in str(entry["examples"]).splitlines():
                if line.strip():
                    yield file.stem, line.strip().removeprefix("- ")


class WordEvidence:
    """How often each language uses a word.

    Args:
        examples: Texts with their language.
        common: Common words of languages without examples, by language.

    Attributes:
        local_names: Latin words that people write in every script ("gemeente", "BSN"), plain:
            they say nothing about the language.
    """

    def __init__(self, examples: Iterable[tuple[str, str]], common: dict[str, str]) -> None:
        counts: defaultdict[str, Counter[str]] = defaultdict(Counter)
        for language, text in examples:
            counts[language].update(plain_words(text))
        for language, text in common.items():
            counts[language].update(set(plain_words(text)))
        self._shares: dict[str, dict[str, float]] = {}
        for language, words in counts.items():
            total = words.total()
            for word, count in words.items():
                self._shares.setdefault(word, {})[language] = count / total
        other_scripts = {c for c, words in counts.items() if not _mostly_latin(words)}
        self.local_names = {
            word
            for word, shares in self._shares.items()
            if _is_latin(word) and len(other_scripts & shares.keys()) >= _LANGUAGES_OF_A_LOCAL_NAME
        }

    def known(self, word: str, language: str) -> bool:
        """Whether a plain word was seen in a language."""
        return language in self._shares.get(word, {})

    def score(self, words: Iterable[str], language: str) -> float:
        """How much words speak for a language, as a logarithm; 0 when none was seen in it.

        Args:
            words: Plain words.
            language: The language's code.
        """
        return sum(
            math.log1p(self._shares.get(word, {}).get(language, 0.0) / _UNSEEN) for word in words
        )


def _is_latin(word: str) -> bool:
    return word[0] <= "ɏ"


def _mostly_latin(words: Counter[str]) -> bool:
    return 2 * sum(map(_is_latin, words)) > len(words)

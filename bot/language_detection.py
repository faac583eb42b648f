"""Which language a message is in, and which language to answer in."""

from __future__ import annotations

import math
import unicodedata
from collections import Counter
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import yaml
from geezswitch import detect as detect_geez
from py3langid import langid

from actions.settings import ActionSettings
from bot.redaction import without_marks
from knowledge.languages import Languages
from knowledge.places import fold
from knowledge.text import normalise

# Languages that are not offered but written alike: naming them keeps a Romanian message from
# being taken for Spanish. The answer then comes in the conversation's language.
_NOT_OFFERED = ("am", "bg", "it", "ku", "pt", "ro", "sr", "ur", "sq", "hu", "el")
# Letters of Sorani Kurdish that the Arabic, Persian and Pashto alphabets lack.
_SORANI = set("ەێۆڕڵ")
# Letters that only one of the offered languages of its script has.
_OWN_LETTERS = {
    "uk": set("іїєґ"),
    "ru": set("ыэъё"),
    "ps": set("ټډړږښڼګېۍځڅ"),
    "fa": set("پچژگ"),
    "pl": set("łąęśźżćń"),
    "tr": set("ğışİ"),
    "de": set("ß"),
    "es": set("ñ¿¡"),
}
_SCRIPT_LANGUAGES = {
    "LATIN": {"nl", "en", "fr", "de", "es", "pl", "tr", "so"},
    "CYRILLIC": {"uk", "ru"},
    "ARABIC": {"ar", "fa", "ps"},
    "ETHIOPIC": {"ti"},
}
# A conversation changes its language only for a message of at least this many words, or one in
# another script, or a phrase that is known: not for a loan word, a name, or "ok".
_WORDS_TO_SWITCH = 3
_SURE = 0.9
_FIRST_SURE = 0.6
_LEAST = 0.4  # a guess below this is worth nothing, even when nothing else is known
_WORDS_IN_A_NAME = 4  # "Huis van het Kind"


@dataclass(frozen=True)
class Detection:
    """What a text alone says.

    Attributes:
        language: The likeliest language, offered or not; None when the text says nothing.
        confidence: Between 0 and 1.
    """

    language: str | None
    confidence: float


class LanguageDetector:
    """Detects languages among those that are offered.

    Args:
        languages: Codes of the languages that are offered.
        phrases: Short phrases of which the language is known ("merhaba"), folded.
    """

    def __init__(self, languages: list[str], phrases: dict[str, str]) -> None:
        self._offered = languages
        self._phrases = phrases
        # The library restricts its languages only through its own identifier object; the
        # version is pinned for that reason.
        self._identifier = langid._get_identifier()
        known = set(self._identifier.labels)
        self._identifier.set_languages([c for c in (*languages, *_NOT_OFFERED) if c in known])

    @classmethod
    @lru_cache(maxsize=1)
    def shared(cls) -> LanguageDetector:
        """The detector of this process, with the phrases of the intent examples."""
        library = ActionSettings().library_dir
        languages = Languages.load(library / "languages.yml").codes
        return cls(languages, known_phrases(Path(__file__).resolve().parent / "nlu"))

    def detect(self, text: str) -> Detection:
        """The language that a text is in, judged by the text alone."""
        text = normalise(without_marks(text))
        known = self._phrases.get(fold(text))
        if known:
            return Detection(known, 1.0)
        script = _script(text)
        if script is None:
            return Detection(None, 0.0)
        if script == "ETHIOPIC":
            language = str(detect_geez(text))
            return Detection({"tir": "ti", "amh": "am"}.get(language, language), 0.95)
        letters = set(text.lower())
        if script == "ARABIC" and letters & _SORANI:
            return Detection("ckb", 0.9)
        candidates = _SCRIPT_LANGUAGES.get(script)
        if candidates is None:
            return Detection(script.lower(), 0.9)
        ranked = self._identifier.rank(text.lower())
        own = {code for code in candidates if letters & _OWN_LETTERS.get(code, set())}
        best, probability = _likeliest(ranked, own)
        return Detection(best, probability)

    def language_to_answer_in(
        self, text: str, previous: str | None, setting: str | None
    ) -> str | None:
        """The language to answer in.

        Args:
            text: The message.
            previous: The conversation's language so far; None at its start.
            setting: What the widget was set to.

        Returns:
            The code of an offered language, or None when nothing is known at all.
        """
        text = without_marks(text)
        detection = self.detect(text)
        language = detection.language
        if language not in self._offered:
            return previous or setting or None
        if language in (previous, setting) and previous in (language, None):
            return language
        words = len(fold(text).split())
        known_phrase = fold(normalise(text)) in self._phrases
        before = previous or setting
        if before is None:
            return language if detection.confidence >= _LEAST else None
        if not _same_script(language, before):
            # A few Latin words in an Arabic conversation are a name on an envelope, no switch;
            # one Arabic word in a Latin conversation is somebody who prefers to write Arabic.
            foreign_latin = language in _SCRIPT_LANGUAGES["LATIN"]
            few = words < _WORDS_TO_SWITCH or (words <= _WORDS_IN_A_NAME and _is_a_name(text))
            if foreign_latin and few and not known_phrase:
                return before
            return language
        if known_phrase and words > 1:
            return language
        if previous is None:
            # The first message outweighs the widget's setting sooner than an earlier language.
            sure = detection.confidence >= _FIRST_SURE and (words >= 2 or known_phrase)
            return language if sure else before
        if words >= _WORDS_TO_SWITCH and detection.confidence >= _SURE:
            return language
        return before


def _likeliest(ranked: list[tuple[str, float]], own: set[str]) -> tuple[str, float]:
    """The likeliest language, with its probability; letters of its own decide between two."""
    # The library gives log-probabilities that are not normalised.
    top = max(score for _, score in ranked)
    total = sum(math.exp(score - top) for _, score in ranked)
    scores = {code: math.exp(score - top) / total for code, score in ranked}
    if len(own) == 1:
        (code,) = own
        rivals = {c: s for c, s in scores.items() if c != code}
        if scores.get(code, 0.0) > 0.001 or not rivals:
            return code, max(scores.get(code, 0.0), 0.95)
    best = max(scores, key=lambda code: scores[code])
    return best, scores[best]


def _script(text: str) -> str | None:
    """The script of most letters: LATIN, CYRILLIC, ARABIC, ETHIOPIC, or another's name."""
    counts: Counter[str] = Counter()
    for sign in text:
        if sign.isalpha():
            counts[unicodedata.name(sign, "UNKNOWN").split()[0]] += 1
    return counts.most_common(1)[0][0] if counts else None


def _is_a_name(text: str) -> bool:
    """Whether a text is written as a name: its first and last word begin with a capital."""
    words = text.split()
    return words[0][0].isupper() and words[-1][0].isupper() and text[-1].isalnum()


def _same_script(one: str, other: str) -> bool:
    return any(one in codes and other in codes for codes in _SCRIPT_LANGUAGES.values())


def known_phrases(folder: Path) -> dict[str, str]:
    """Short phrases that are an example in just one language, from the intent examples.

    Args:
        folder: The folder of the examples, one file a language.

    Returns:
        Language by folded phrase of at most three words.
    """
    languages: dict[str, set[str]] = {}
    for file in sorted(folder.glob("*.yml")):
        for entry in yaml.safe_load(file.read_text(encoding="utf-8"))["nlu"]:
            for line in str(entry["examples"]).splitlines():
                phrase = fold(line.strip().removeprefix("- "))
                if 0 < len(phrase.split()) <= 3:
                    languages.setdefault(phrase, set()).add(file.stem)
    return {phrase: codes.pop() for phrase, codes in languages.items() if len(codes) == 1}

"""Which language a message is in, and which language to answer in."""

from __future__ import annotations

import math
import unicodedata
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import yaml
from geezswitch import DetectorFactory, LangDetectException
from geezswitch import detect as detect_geez
from py3langid import langid

from actions.settings import ActionSettings
from bot.redaction import without_marks
from bot.word_evidence import WordEvidence, plain_words, read_examples
from knowledge.languages import Languages
from knowledge.places import fold
from knowledge.text import normalise

# The languages of each script: those that are offered, and those that are not but are written
# alike. Naming them keeps a Romanian message from being taken for Spanish; the answer then comes
# in the conversation's language.
_SCRIPT_LANGUAGES = {
    "LATIN": {"nl", "en", "fr", "de", "es", "pl", "tr", "so"},
    "CYRILLIC": {"uk", "ru"},
    "ARABIC": {"ar", "fa", "ps"},
    "ETHIOPIC": {"ti"},
}
_NOT_OFFERED = {
    "LATIN": {"it", "ku", "pt", "ro", "sr", "sq", "hu"},
    "CYRILLIC": {"bg", "sr"},
    "ARABIC": {"ur", "ckb"},
    "ETHIOPIC": {"am"},
}
# Letters of Sorani Kurdish that the Arabic, Persian and Pashto alphabets lack.
_SORANI = set("ەێۆڕڵ")
# Letters that only some of the languages of their script have.
_LETTERS = [
    ("іїєґ", {"uk"}),
    ("ыэё", {"ru"}),
    ("ѝ", {"bg"}),
    ("ђјљњћџđ", {"sr"}),
    ("ټډړږښڼګېۍځڅ", {"ps"}),
    ("ٹڈڑںے", {"ur"}),
    ("گ", {"fa", "ur", "ckb"}),
    ("پچژ", {"fa", "ps", "ur", "ckb"}),
    ("łąęśźżń", {"pl"}),
    ("ğı", {"tr"}),
    ("ß", {"de"}),
    ("ñ¿¡", {"es"}),
    ("ățţ", {"ro"}),
    ("ãõ", {"pt"}),
    ("őű", {"hu"}),
]
# All evidence is added up as logarithms. The library counts every piece of a word as a witness
# of its own, so its figures weigh a third; a letter that others lack weighs as much as the
# classifier for Ge'ez script. Chosen on the messages for tuning (benchmarks/language), where
# somewhat more or less of each makes no difference.
_LIBRARY_WEIGHT = 1 / 3
_OWN_LETTER = 3.0
_GEEZ_CLASSIFIER = 3.0
# The library does not know Sorani: without its letters it is a little less likely than the rest.
_UNKNOWN_TO_LIBRARY = -1.0
# As the classifier names them: Tigrinya, Amharic, Tigre, Ge'ez and Blin.
_GEEZ_LANGUAGES = {"tir": "ti", "amh": "am", "tig": "tig", "gez": "gez", "byn": "byn"}
# It draws lots as it counts: the same message is to get the same language each time.
DetectorFactory.seed = 0
# A conversation changes its language only for a message of at least this many words, or one in
# another script, or a phrase that is known: not for a loan word, a name, or "ok".
_WORDS_TO_SWITCH = 3
_SURE = 0.9
# Everybody borrows words from the languages of offices: "sociale woning" is no wish for Dutch.
_OF_OFFICES = {"nl", "fr", "de", "en"}
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
        evidence: What words say of the language.
    """

    def __init__(
        self, languages: list[str], phrases: dict[str, str], evidence: WordEvidence
    ) -> None:
        self._offered = languages
        self._phrases = phrases
        self._evidence = evidence
        # The library restricts its languages only through its own identifier object; the
        # version is pinned for that reason.
        self._identifier = langid._get_identifier()
        known = set(self._identifier.labels)
        wanted = {*languages}.union(*_NOT_OFFERED.values())
        self._identifier.set_languages(sorted(wanted & known))

    @classmethod
    @lru_cache(maxsize=1)
    def shared(cls) -> LanguageDetector:
        """The detector of this process, with the phrases of the intent examples."""
        library = ActionSettings().library_dir
        languages = Languages.load(library / "languages.yml").codes
        folder = Path(__file__).resolve().parent
        examples = list(read_examples(folder / "nlu"))
        common = yaml.safe_load((folder / "common_words.yml").read_text(encoding="utf-8"))
        return cls(languages, known_phrases(examples), WordEvidence(examples, common))

    def detect(self, text: str) -> Detection:
        """The language that a text is in, judged by the text alone."""
        text = normalise(without_marks(text))
        known = self._phrases.get(fold(text))
        if known:
            return Detection(known, 1.0)
        text = self._without_local_names(text)
        script = _script(text)
        if script is None:
            return Detection(None, 0.0)
        letters = set(text.lower())
        if script == "ARABIC" and letters & _SORANI:
            return Detection("ckb", 0.9)
        if script not in _SCRIPT_LANGUAGES:
            return Detection(script.lower(), 0.9)
        return _likeliest(self._scores(_of_script(text, script), script))

    def _without_local_names(self, text: str) -> str:
        """A text without the Dutch words that people write in any language, if others remain."""
        names = self._evidence.local_names
        rest = [word for word in text.split() if not names.issuperset(plain_words(word))]
        return " ".join(rest) or text

    def _scores(self, text: str, script: str) -> dict[str, float]:
        """How likely each language of a script is, as logarithms that are not normalised."""
        offered = _SCRIPT_LANGUAGES[script]
        scores = dict.fromkeys(sorted(offered | _NOT_OFFERED[script]), 0.0)
        if script == "ETHIOPIC":
            language = _geez_language(text)
            if language:
                scores[language] = _GEEZ_CLASSIFIER
        else:
            library = {code: score for code, score in self._rank(text) if code in scores}
            least = min(library.values()) + _UNKNOWN_TO_LIBRARY
            scores = {code: library.get(code, least) for code in scores}
        present = set(text.lower())
        for letters, languages in _LETTERS:
            if not present.isdisjoint(letters):
                for code in languages & scores.keys():
                    scores[code] += _OWN_LETTER
        words = plain_words(text)
        return {code: score + self._evidence.score(words, code) for code, score in scores.items()}

    def _rank(self, text: str) -> list[tuple[str, float]]:
        return [
            (code, score * _LIBRARY_WEIGHT) for code, score in self._identifier.rank(text.lower())
        ]

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
            return language if sure or self._unmistakable(text, detection, before) else before
        if words >= _WORDS_TO_SWITCH and detection.confidence >= _SURE:
            return language
        if words == _WORDS_TO_SWITCH - 1 and self._unmistakable(text, detection, before):
            return language
        return before

    def _unmistakable(self, text: str, detection: Detection, before: str) -> bool:
        """Whether one or two words are of a language that nobody borrows words from here."""
        language = detection.language or ""
        if language in _OF_OFFICES or detection.confidence < _SURE or _is_a_name(text):
            return False
        words = plain_words(normalise(text))
        known = [word for word in words if self._evidence.known(word, language)]
        return len(known) == len(words) > sum(self._evidence.known(w, before) for w in words)


def _geez_language(text: str) -> str | None:
    """The language of a text in Ge'ez script, after the classifier for it."""
    try:
        return _GEEZ_LANGUAGES.get(str(detect_geez(text)))
    except LangDetectException:  # no letter that it knows
        return None


def _likeliest(scores: dict[str, float]) -> Detection:
    """The likeliest language, with its probability."""
    best = max(scores, key=lambda code: scores[code])
    return Detection(best, 1 / sum(math.exp(score - scores[best]) for score in scores.values()))


def _of_script(text: str, script: str) -> str:
    """The words of a text that have letters of a script."""
    return " ".join(word for word in text.split() if script in _scripts(word))


def _scripts(text: str) -> Counter[str]:
    """How many letters a text has of each script."""
    return Counter(unicodedata.name(s, "UNKNOWN").split()[0] for s in text if s.isalpha())


def _script(text: str) -> str | None:
    """The script of most letters: LATIN, CYRILLIC, ARABIC, ETHIOPIC, or another's name."""
    counts = _scripts(text)
    return counts.most_common(1)[0][0] if counts else None


def _is_a_name(text: str) -> bool:
    """Whether a text is written as a name: its first and last word begin with a capital."""
    words = text.split()
    return words[0][0].isupper() and words[-1][0].isupper() and text[-1].isalnum()


def _same_script(one: str, other: str) -> bool:
    return any(one in codes and other in codes for codes in _SCRIPT_LANGUAGES.values())


def known_phrases(examples: Iterable[tuple[str, str]]) -> dict[str, str]:
    """Short phrases that are an example in just one language.

    Args:
        examples: The intent examples with their language.

    Returns:
        Language by folded phrase of at most three words.
    """
    languages: dict[str, set[str]] = {}
    for language, example in examples:
        phrase = fold(example)
        if 0 < len(phrase.split()) <= 3:
            languages.setdefault(phrase, set()).add(language)
    return {phrase: codes.pop() for phrase, codes in languages.items() if len(codes) == 1}

"""Names of people, found by the words around them."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import regex

from bot.danger import DangerPhrases
from bot.redaction.marks import NAME
from bot.redaction.vocabulary import Vocabulary, Words, all_languages, any_of

_LONGEST = 4  # words of a name
_SIGNATURE = 60  # signs
_READ_FOR_DANGER = 120  # signs after a name
_PARTICLES = {
    "van", "von", "de", "den", "der", "ter", "ten", "te", "el", "al", "bin", "ben", "ibn",
    "bint", "da", "dos", "del", "la", "le", "di", "du", "abu", "ould",
}  # fmt: skip
_WORD = regex.compile(r"[^\s,.!?;:،؟؛።፣፤()\[\]{}\"“”«»…/@<>]++")
_GAP = regex.compile(r"[ \t]{1,3}")
_BEFORE_NAME = regex.compile(r"[\s:\"“«'’‘–—-]{0,4}")
_INITIALS = regex.compile(r"(?:\p{Lu}\.\s?){1,4}")
_END = regex.compile(r"\s*+(?:$|[,.!?;:،؟؛።፣፤()\[\]…])")
_CAPITALISED = regex.compile(r"\p{Lu}(?:\p{Ll}|['’]\p{Lu})[\p{L}\p{M}'’-]*+")
_CASELESS = regex.compile(r"[\p{Arabic}\p{Ethiopic}]")


def _cues(words: Callable[[Vocabulary], Words]) -> regex.Pattern[str]:
    return regex.compile(rf"(?<![\w\[]){any_of(words)}(?![\w\]])", regex.IGNORECASE)


def _set_of(words: Callable[[Vocabulary], Words]) -> frozenset[str]:
    return frozenset(word for vocabulary in all_languages() for word in words(vocabulary))


_INTRODUCTIONS = _cues(lambda words: words.names.introductions)
_HINTS = _cues(
    lambda words: (
        *words.names.hints,
        *(() if words.names.after_relatives else words.names.relatives),
    )
)
_DOUBTFUL = _cues(lambda words: words.names.doubtful)
_TITLES = _cues(lambda words: words.names.titles)
_CLOSINGS = _cues(lambda words: words.names.closings)
# Where every noun has a capital, a word after "my husband" is a name only before a verb.
_GUARDED = _cues(lambda words: words.names.relatives if words.names.after_relatives else ())
_GUARD = regex.compile(
    rf"\s*+(?:$|[,.!?]|{any_of(lambda words: tuple(filter(None, [words.names.after_relatives])))}"
    r"(?!\w))"
)
_TITLED = regex.compile(
    r"(?<![\w'’-])\p{Lu}[\p{L}'’-]{1,30}+(?:\s\p{Lu}[\p{L}'’-]{1,30}+)?"
    rf"(?=\s(?i:{any_of(lambda words: words.names.titles_after)})(?!\w))"
)
_AFTER = _set_of(lambda words: words.names.after)
_GIVEN = _set_of(lambda words: words.names.given)
_NEVER = _set_of(lambda words: words.names.never)
_NEVER_BEGIN = tuple(word[:-1] for word in _NEVER if word.endswith("*"))


def hide_names(text: str) -> str:
    """The text with marks for names that the words around them give away."""
    text = _TITLED.sub(lambda match: NAME if _may_be(match[0]) else match[0], text)
    for find in (_introduced, _titled, _hinted, _guarded, _doubtful, _signed):
        pieces, last = [], 0
        for start, end in find(text):
            if start >= last:
                pieces += [text[last:start], NAME]
                last = end
        text = "".join([*pieces, text[last:]])
    return text


Spans = Iterator[tuple[int, int]]


def _introduced(text: str) -> Spans:
    for start in _starts(_INTRODUCTIONS, text):
        first = _WORD.match(text, start)
        if first and _may_be(first[0]):
            yield start, _end(text, start, sure=True)


def _titled(text: str) -> Spans:
    for start in _starts(_TITLES, text):
        first = _WORD.match(text, start)
        caseless = first and _CASELESS.match(first[0]) and not first[0].startswith("ال")
        if first and ((caseless and _may_be(first[0])) or _is_written_as_name(text, start)):
            yield start, _end(text, start)


def _hinted(text: str) -> Spans:
    for start in _starts(_HINTS, text):
        if _is_written_as_name(text, start):
            yield start, _end(text, start)


def _guarded(text: str) -> Spans:
    for start in _starts(_GUARDED, text):
        if _is_written_as_name(text, start) and _GUARD.match(text, end := _end(text, start)):
            yield start, end


def _doubtful(text: str) -> Spans:
    for start in _starts(_DOUBTFUL, text):
        if _is_written_as_name(text, start):
            first, end = _WORD.match(text, start), _end(text, start)
            if first and (end > first.end() or _fold(first[0]) in _GIVEN):
                yield start, end


def _signed(text: str) -> Spans:
    """The last words of a letter; what follows "thank you" may be another sentence."""
    for cue in _CLOSINGS.finditer(text):
        if len(text) - cue.end() > _SIGNATURE:
            continue
        rest = text[cue.end() :]
        signature = rest.strip(" ,.!،፣-–—:\n")
        words = signature.split()
        named = [
            _may_be(word)
            and (_CAPITALISED.fullmatch(word) or _CASELESS.match(word) or _fold(word) in _GIVEN)
            for word in words
        ]
        if 0 < len(words) <= 3 and all(named):
            start = cue.end() + rest.index(signature)
            yield start, start + len(signature)


def _starts(cues: regex.Pattern[str], text: str) -> Iterator[int]:
    """Where names may begin: behind the cues."""
    for cue in cues.finditer(text):
        gap = (_BEFORE_NAME if cues is _INTRODUCTIONS else _GAP).match(text, cue.end())
        if gap and gap[0]:
            yield gap.end()


def _is_written_as_name(text: str, start: int) -> bool:
    """Whether a name stands there by its capital, its initials, or as a common first name."""
    if initials := _INITIALS.match(text, start):
        start = initials.end()
    for _ in range(_LONGEST):
        word = _WORD.match(text, start)
        if not word:
            return False
        if word[0].lower() in _PARTICLES and (gap := _GAP.match(text, word.end())):
            start = gap.end()
            continue
        if not _may_be(word[0]):
            return False
        return bool(_CAPITALISED.fullmatch(word[0])) or _fold(word[0]) in _GIVEN
    return False


def _end(text: str, start: int, sure: bool = False) -> int:
    """Where a name that begins there ends.

    Args:
        text: The text.
        start: Where its first word begins.
        sure: Whether a name was announced, so that its words need no capitals.

    Returns:
        The place behind its last word. Not any word is taken: "my name is Sara he hits me".
    """
    if initials := _INITIALS.match(text, start):
        start = initials.end()
    first = _WORD.match(text, start)
    end = first.end() if first else start
    if first and first[0].lower() in _PARTICLES and (more := _next(text, end)):
        end = more.end()  # "de Jong"
    at = end
    for _ in range(2 * _LONGEST):
        word = _next(text, at)
        if not word:
            break
        if word[0].lower() in _PARTICLES:
            at = word.end()
        elif not _may_be(word[0]):
            break
        elif _CAPITALISED.fullmatch(word[0]) or (word[0].startswith("ال") and len(word[0]) > 3):
            end = at = word.end()
        else:
            last = _is_after(text, word.end()) or (sure and _END.match(text, word.end()))
            if last and not _is_danger(text, end):
                end = word.end()
            break
    return end


def _next(text: str, at: int) -> regex.Match[str] | None:
    gap = _GAP.match(text, at)
    return _WORD.match(text, gap.end()) if gap else None


def _is_after(text: str, at: int) -> bool:
    word = _next(text, at)
    return bool(word and word[0] in _AFTER)


def _is_danger(text: str, start: int) -> bool:
    """Whether what stands there is, or begins, a cry for help rather than more of a name."""
    return DangerPhrases.shared().find(text[start : start + _READ_FOR_DANGER]) is not None


def _may_be(word: str) -> bool:
    """Whether a word may be part of a name."""
    folded = _fold(word)
    return (
        any(sign.isalpha() for sign in word[:2])
        and not any(sign.isdigit() for sign in word)
        and folded not in _NEVER
        and folded not in _AFTER
        and not folded.startswith(_NEVER_BEGIN)
    )


def _fold(word: str) -> str:
    return word.lower().replace("i̇", "i")

"""Which lines are headings: shared by all readers, since numbers alone deceive.

"16 oktober 2019." begins with a number, and so does a footnote. A number counts as a heading's
when it follows on the last heading's, and when its words look like a heading.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

_NUMBERED = re.compile(r"(\d{1,2}(?:\.\d{1,2}){0,4})(\.?)\)?\s+(\S.*)", re.DOTALL)
_LETTERED = re.compile(r"([a-zA-Z])[.)]\s+(\S.*)", re.DOTALL)
_ENDS_SENTENCE = re.compile(r"[.;,:!?…]\W*$")
_DATE = re.compile(r"\b\d{1,2}\.? \w{3,10} (?:19|20)\d\d$")
_LONGEST = 220
_LONGEST_PLAIN = 110
# How many numbers may be missing: a text may begin in its middle, or lose a heading.
_GAP = 2


@dataclass(frozen=True)
class Heading:
    """A heading with its number, its depth (1 for a chapter) and its words."""

    number: str
    level: int
    title: str


def looks_like_title(text: str, longest: int = _LONGEST_PLAIN) -> bool:
    """Whether a line by itself may be a heading: short, begun with a capital, no sentence."""
    text = text.strip()
    if not 2 < len(text) <= longest or _ENDS_SENTENCE.search(text) or _DATE.search(text):
        return False
    return text[0].isupper() and any(letter.islower() or " " in text for letter in text)


class Outline:
    """Follows the headings of one text from its beginning to its end."""

    def __init__(self) -> None:
        self._last: tuple[int, ...] = ()
        self._letter = ""

    def numbered(self, text: str) -> Heading | None:
        """The heading that a line is, when its number follows on the last one.

        Args:
            text: A line that stands at the beginning of a paragraph.

        Returns:
            The heading, which is the last one from now on; None for any other line.
        """
        text = text.strip()
        return self._decimal(text) or self._lettered(text)

    def would_follow(self, text: str) -> bool:
        """Whether `numbered` would take this line."""
        last, letter = self._last, self._letter
        found = self.numbered(text) is not None
        self._last, self._letter = last, letter
        return found

    def force(self, number: str) -> None:
        """Take note of a heading of which the file itself says that it is one."""
        parts = number.split(".")
        if all(part.isdigit() for part in parts):
            self._last, self._letter = tuple(int(part) for part in parts), ""

    def _decimal(self, text: str) -> Heading | None:
        match = _NUMBERED.fullmatch(text)
        if match is None or not _is_title(match[3]):
            return None
        parts = tuple(int(part) for part in match[1].split("."))
        # "16 oktober", "2 Zie": a chapter's number has a full stop behind it.
        if (len(parts) == 1 and not match[2]) or not self._follows(parts):
            return None
        self._last, self._letter = parts, ""
        return Heading(match[1], len(parts), match[3].strip())

    def _follows(self, parts: tuple[int, ...]) -> bool:
        if 0 in parts:
            return False
        if not self._last:
            return len(parts) == 1 and parts[0] <= 1 + _GAP
        if len(parts) > len(self._last):
            return parts[:-1] == self._last and parts[-1] == 1
        *above, own = parts
        *last_above, last_own = self._last[: len(parts)]
        return above == last_above and last_own < own <= last_own + _GAP

    def _lettered(self, text: str) -> Heading | None:
        match = _LETTERED.fullmatch(text)
        if match is None or not self._last or not _is_title(match[2]):
            return None
        letter = match[1]
        expected = chr(ord(self._letter) + 1) if self._letter else ("a" if letter != "A" else "A")
        if letter != expected:
            return None
        self._letter = letter
        number = ".".join(str(part) for part in self._last)
        return Heading(f"{number}.{letter}", len(self._last) + 1, match[2].strip())


def _is_title(words: str) -> bool:
    return (
        len(words) <= _LONGEST
        and (words[0].isupper() or words[0] in "\"'“‘«(" or words[0].isdigit())
        and any(letter.isalpha() for letter in words)
        and not _ENDS_SENTENCE.search(words)
    )

"""Cleaning text: letters that only printing needs, marks of other formats, lines that were cut."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable

_SUPERSCRIPTS = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹", "0123456789")
# "m²" is a measure and "10⁶" a number; a raised digit after other letters or a year is a marker.
_RAISED = re.compile(r"(?:(?<![\s\d])|(?<=\b(?:19|20)\d\d))(?<!\bm)(?<!\b[kcdm]m)([⁰¹²³⁴-⁹]{1,3})")
_LINK = re.compile(r"\[([^\[\]]*)\]\([^()\s]*\)")
_BOLD = re.compile(r"\*\*(?=\S)(.+?)(?<=\S)\*\*", re.DOTALL)
_ITALIC = re.compile(r"(?<![\w*])\*(?=\S)([^*]+?)(?<=\S)\*(?![\w*])", re.DOTALL)
_CONTROL = re.compile(r"[\x00-\x08\x0e-\x1f\x7f\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]")
# Words after which a hyphen at a line's end was hanging anyway: "asiel- en migratiebeleid".
_JOINING = {
    "en", "of", "and", "or", "et", "ou", "und", "oder", "y", "o", "u", "e", "ed", "i", "oraz",
    "lub", "és", "vagy", "a", "og", "eller", "och", "sau", "și", "ve", "veya", "και", "ή",
    "и", "или", "та", "або", "in", "tot"
}  # fmt: skip
_END = 300
_WORD = re.compile(r"[^\W\d_]+(?:-[^\W\d_]+)*-?")
_URL_TAIL = re.compile(r"(?:https?://|www\.)\S*$")


def normalise(text: str) -> str:
    """The same words in the plainest letters.

    Args:
        text: Words with ligatures, hard spaces, invisible marks or decomposed accents.

    Returns:
        Words that a search and a reader meet in one spelling. Line breaks stay.
    """
    text = re.sub("\u2011 ", "-", text).replace("\u00ad", "")
    text = _CONTROL.sub("", unicodedata.normalize("NFKC", text.replace("…", "\ue000")))
    return text.replace("\u2010", "-").replace("\ue000", "…")


def one_line(text: str) -> str:
    """Normalised, with single spaces, and none before a full stop or a comma."""
    return re.sub(r" +([.,;:])(?=\s|$)", r"\1", " ".join(normalise(text).split()))


def raised_marks(text: str) -> tuple[str, tuple[str, ...]]:
    """Take raised digits that call a footnote out of a text.

    Args:
        text: Before it is normalised, which would make common digits of them.

    Returns:
        The text without them, and their numbers.
    """
    found = tuple(match.translate(_SUPERSCRIPTS) for match in _RAISED.findall(text))
    return _RAISED.sub("", text), found


def plain_digits(text: str) -> str:
    """Raised digits as common ones."""
    return text.translate(_SUPERSCRIPTS)


def without_markdown(text: str) -> str:
    """The words of a text in which somebody left links and emphasis of Markdown."""
    return _ITALIC.sub(r"\1", _BOLD.sub(r"\1", _LINK.sub(r"\1", text)))


class Joiner:
    """Joins lines that were cut where the paper ended.

    A hyphen at the end of a line is a question: part of the word ("EU-lidstaten"), hanging
    ("asiel- en migratie"), or put there by the typesetter ("inte-gratie"). The other lines of the
    same text answer it.
    """

    def __init__(self, lines: Iterable[str]) -> None:
        self._whole: Counter[str] = Counter()
        self._hanging: Counter[str] = Counter()
        self._compound: Counter[str] = Counter()
        for line in lines:
            words = _WORD.findall(line)
            # The last word may be cut itself.
            for word in words[:-1]:
                lowered = word.lower()
                if lowered.endswith("-"):
                    self._hanging[lowered[:-1]] += 1
                    continue
                self._whole[lowered] += 1
                head, hyphen, _ = lowered.partition("-")
                if hyphen:
                    self._compound[head] += 1

    def join(self, lines: Iterable[str]) -> str:
        """One paragraph.

        Args:
            lines: Its lines, in order.

        Returns:
            The paragraph in one line.
        """
        joined = ""
        for line in lines:
            line = line.strip()
            joined = self._glued(joined, line) if joined and line else joined or line
        return one_line(joined)

    def _glued(self, before: str, after: str) -> str:
        # A paragraph may have very many lines: only its end is looked at.
        end = before[-_END:]
        if before.endswith("/") or (_URL_TAIL.search(end) and re.fullmatch(r"\S{1,5}", after)):
            return before + after
        if not before.endswith("-") or before.endswith((" -", "--")):
            return f"{before} {after}"
        if _URL_TAIL.search(end):
            return before + after
        found = re.search(r"([^\W_]+(?:-[^\W_]+)*)-$", end)
        head = found[1] if found else ""
        tail = re.match(r"[^\W\d_]*", after)
        next_word = tail[0] if tail else ""
        # "mentoring- / en", "migratie- / grensbeheersysteem" where "migratie- en" is usual.
        first = head.lower()
        if next_word.lower() in _JOINING or self._hanging[first] > self._compound[first]:
            return f"{before} {after}"
        if self._typeset(head, next_word):
            return before[:-1] + after
        return before + after

    def _typeset(self, head: str, tail: str) -> bool:
        """Whether only the typesetter wanted this hyphen."""
        if not (head and tail and tail[0].islower() and head[-1].islower()):
            return False
        last = head.rpartition("-")[2].lower()
        whole, kept = last + tail.lower(), f"{last}-{tail.lower()}"
        return self._whole[whole] > 0 and self._whole[kept] == 0

"""Footnotes of a web page: which links call one, and which elements are one."""

from __future__ import annotations

import re

from bs4 import BeautifulSoup, NavigableString, Tag

# Private letters that stand for a marker while the words around it are put together.
OPEN, CLOSE = "\ue100", "\ue101"
MARK = re.compile(rf"(?:[(\[]\s*)?{OPEN}([^{CLOSE}]*){CLOSE}(?:\s*[)\]])?")
_NUMBER = re.compile(r"[(\[]?\s*(\d{1,3}|\*{1,3}|[ivx]{1,5})\s*[)\]]?\.?")
_MEASURE = re.compile(r"\b(?:[kcdm]?m|CO|H|e|10|x)$")
_HOLDERS = ("p", "li", "dd", "dt", "td", "aside", "div", "section", "dl")
NOTE_ATTRIBUTE = "data-wegwijs-note"


def mark_notes(soup: BeautifulSoup) -> None:
    """Replace each marker by a private letter with its number, and name each footnote's number.

    Args:
        soup: The page, which is changed: footnotes have their number in `NOTE_ATTRIBUTE`.
    """
    for link in soup.find_all("a", href=True):
        number = _number(link)
        if not number or "#" not in str(link["href"]) or link.find_parent("nav"):
            continue
        holder = link.find_parent(_HOLDERS)
        if holder is not None and not _text_before(link, holder):
            _name(link, holder, number)
        else:
            _outermost(link).replace_with(NavigableString(f"{OPEN}{number}{CLOSE}"))
    for raised in soup.find_all("sup"):
        number = _number(raised)
        holder = raised.find_parent(_HOLDERS)
        if not number or number.startswith(("i", "v", "x")) or raised.find("a") or holder is None:
            continue
        before = _text_before(raised, holder)
        if not before and not holder.get(NOTE_ATTRIBUTE):
            _name(raised, holder, number)
        elif before and not _MEASURE.search(before):
            raised.replace_with(NavigableString(f"{OPEN}{number}{CLOSE}"))


def taken(text: str) -> tuple[str, tuple[str, ...]]:
    """Take the markers out of a text.

    Args:
        text: Words in which `mark_notes` left its letters.

    Returns:
        The words, and the numbers of the footnotes that they call.
    """
    return MARK.sub("", text), tuple(MARK.findall(text))


def _number(tag: Tag) -> str:
    match = _NUMBER.fullmatch(" ".join(tag.get_text().split()))
    return match[1] if match else ""


def _text_before(tag: Tag, holder: Tag) -> str:
    """The words of the holder before a tag, less the bracket around a number."""
    pieces: list[str] = []
    for before in tag.previous_elements:
        if before is holder:
            break
        if isinstance(before, NavigableString):
            pieces.append(str(before))
    return "".join(reversed(pieces)).strip(" \t\r\n\u00a0([")


def _outermost(tag: Tag) -> Tag:
    """The tag with the `sup` or `span` around it that holds nothing else."""
    words = tag.get_text(strip=True)
    while (
        isinstance(tag.parent, Tag)
        and tag.parent.name in ("sup", "span", "small", "a")
        and tag.parent.get_text(strip=True).strip("()[]") == words.strip("()[]")
    ):
        tag = tag.parent
    return tag


def _name(tag: Tag, holder: Tag, number: str) -> None:
    """Make the holder a footnote; a `dt` that is only a number stands for the `dd` behind it."""
    alone = len(holder.get_text(strip=True).strip("()[].")) <= len(number)
    _outermost(tag).extract()
    target = holder
    if alone:
        beside = holder.find_next_sibling()
        if isinstance(beside, Tag):
            target = beside
        holder.extract()
    target[NOTE_ATTRIBUTE] = number

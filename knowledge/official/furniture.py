"""What stands around a text without belonging to it: rules, page numbers, press officers."""

from __future__ import annotations

import re
from collections.abc import Iterable

_PHONE = re.compile(r"\(?\+\s?\d{1,3}[\d\s().-]{6,}\d\)?|\(?\b0\d{1,3}[\s/-]\d{2,}[\d\s]*\)?")
_PRESS = re.compile(
    r"(?=.*\b(?:pers|pers\w*woordvoerder\w*|press|media|presse|prensa|stampa|imprensa|prasa|prasow\w*"
    r"|presse\w+|lehdist\w+|pressi|sajt\w*|tisk|tlač|пресата|τύπου|tisku|presa|presă)\b)"
    r"(?=.*\b(?:contact\w*|kontakt\w*|contatti|contatto|contacto\w*|enquir\w+|inquir\w+"
    r"|yhteys\w*|kapcsolat\w*|επικοινων\w*|контакт\w*|spokesperson\w*|woordvoerder\w*)\b)",
    re.IGNORECASE,
)
_MEDIA = re.compile(r"related media|media connexes|verwante media|zugehörige medien", re.IGNORECASE)
_ILLUSTRATION = re.compile(r"(?:illustration|illustratie|photo|video)\s+\d{4}/\d+", re.IGNORECASE)
_PERSON = re.compile(
    # "Voornaam NAAM (+00 0 000 00 00)", one or more of them and nothing else.
    r"(?:[^\W\d_][\w'’.-]*\s+){1,4}[\s–:,-]*" + f"(?:{_PHONE.pattern})",
)
_RULE = re.compile(r"[-–—_=/\\*~#·•\s]{2,}|[.…]{3,}")
_CONTENTS = re.compile(r"(?:(?:\.\s?){4,}|…{2,}|_{4,})\s*\d{1,4}$")
_SHORT = 70


def is_rule(text: str) -> bool:
    """Whether a line is only dashes, slashes or the like, or one of a table of contents.

    The numbers in a table of contents would be taken for those of the headings themselves.
    """
    return bool(_RULE.fullmatch(text) or _CONTENTS.search(text[-200:]))


class Contacts:
    """Drops press officers, whose names and numbers are nothing for a search, and dead captions.

    Feed it the paragraphs of a text in order.
    """

    def __init__(self) -> None:
        self._inside = False

    def drops(self, text: str) -> bool:
        """Whether this paragraph goes.

        Args:
            text: The next paragraph.

        Returns:
            True for the heading of such a list and for every person in it.
        """
        text = " ".join(text.split())
        titled = len(text) <= _SHORT and not text.endswith(".")
        if titled and (_PRESS.match(text) or _MEDIA.fullmatch(text.rstrip(":"))):
            self._inside = True
            return True
        if _ILLUSTRATION.fullmatch(text):
            return True
        if self._inside:
            self._inside = bool(_PERSON.match(text)) and not _PERSON.sub("", text).strip(" ,;/|")
            return self._inside
        return False


def without_contacts(paragraphs: Iterable[str]) -> list[str]:
    """The paragraphs that are no contact of a press office."""
    contacts = Contacts()
    return [paragraph for paragraph in paragraphs if not contacts.drops(paragraph)]

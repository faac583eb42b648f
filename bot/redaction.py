"""Taking personal data out of a message before anything reads or stores it."""

from __future__ import annotations

import re

import phonenumbers
import regex

# Emergency and help lines are public and tell what a person needs; they stay.
_SHORT_NUMBER = 5
# What begins with a run of letters begins where the run does: a search from each of its letters
# would take a minute for the longest message.
_EMAIL = re.compile(r"(?<![\w.+-])[\w.+-]+@[\w-]+(?:\.[\w-]+)+")
_IBAN = re.compile(
    r"\b[A-Z]{2}\d{2}(?:[ ]?[A-Z0-9]{4}){2,7}(?:[ ]?[A-Z0-9]{1,3})?\b", re.IGNORECASE
)
# A date decides many answers and stays.
_DATE_OR_LONG_NUMBER = re.compile(
    r"(?P<date>(?<![\d./-])"
    r"(?:\d{1,2}([./-])\d{1,2}\2(?:19|20)\d\d|(?:19|20)\d\d([./-])\d{1,2}\3\d{1,2})"
    r"(?![./-]?\d))"
    rf"|\+?\d(?:[\s./-]?\d){{{_SHORT_NUMBER},}}"
)
_STREET = re.compile(
    r"(?<![\w'’-])[\w'’-]*"
    r"(?:straat|laan|weg|plein|steenweg|dreef|kade|gracht|singel|street|avenue|road|rue)"
    r"\s+\d{1,4}\s?[a-z]?\b",
    re.IGNORECASE,
)
# "My name is …": the next word, and up to three more that are written as names are ("de Vries"),
# or one more before the end of the sentence. Not any word: "my name is Sara he hits me".
_NAME = regex.compile(
    r"((?i:my name is|mijn naam is|ik heet|je m['’]appelle|mon nom est|ich hei(?:ß|ss)e|"
    r"mein name ist|me llamo|mi nombre es|nazywam się|mam na imię|мене звати|моє ім['’]я|"
    r"меня зовут|اسمي|اسم من|نام من|زما نوم|benim adım|adım|magacaygu waa|ሽመይ|ስመይ)\s+)"
    r"[^\s,.!?،؟]+"
    r"(?:(?:\s+(?:(?:van|von|de|den|der|el|al|bin|ben)\s+){0,2}\p{Lu}[\p{Ll}'’-]+){1,3}"
    r"|\s+[^\s,.!?،؟።]+(?=\s*(?:[,.!?،؟።]|$)))?"
)

NAME, EMAIL, PHONE, NUMBER, ADDRESS, ACCOUNT = (
    "[name]",
    "[email]",
    "[phone]",
    "[number]",
    "[address]",
    "[account]",
)


def redact(text: str) -> str:
    """Replace names, addresses, e-mail, telephone, identity and account numbers by a mark.

    Args:
        text: What the person wrote.

    Returns:
        The text without them. A name is found only after "my name is" or the like.
    """
    text = _EMAIL.sub(EMAIL, text)
    text = _IBAN.sub(ACCOUNT, text)
    for region in ("NL", "BE"):
        for match in reversed(list(phonenumbers.PhoneNumberMatcher(text, region))):
            if sum(sign.isdigit() for sign in match.raw_string) > _SHORT_NUMBER:
                text = text[: match.start] + PHONE + text[match.end :]
    text = _DATE_OR_LONG_NUMBER.sub(lambda match: match["date"] or NUMBER, text)
    text = _STREET.sub(ADDRESS, text)
    return _NAME.sub(lambda match: match[1] + NAME, text)


def without_marks(text: str) -> str:
    """A redacted text without its marks, which are no words of the person's."""
    for mark in (NAME, EMAIL, PHONE, NUMBER, ADDRESS, ACCOUNT):
        text = text.replace(mark, " ")
    return text

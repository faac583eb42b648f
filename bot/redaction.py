"""Taking personal data out of a message before anything reads or stores it."""

from __future__ import annotations

import re

import phonenumbers

# Emergency and help lines are public and tell what a person needs; they stay.
_SHORT_NUMBER = 5
_EMAIL = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+")
_IBAN = re.compile(
    r"\b[A-Z]{2}\d{2}(?:[ ]?[A-Z0-9]{4}){2,7}(?:[ ]?[A-Z0-9]{1,3})?\b", re.IGNORECASE
)
_LONG_NUMBER = re.compile(rf"\+?\d(?:[\s./-]?\d){{{_SHORT_NUMBER},}}")
_STREET = re.compile(
    r"\b[\w'’-]*(?:straat|laan|weg|plein|steenweg|dreef|kade|gracht|singel|street|avenue|road|rue)"
    r"\s+\d{1,4}\s?[a-z]?\b",
    re.IGNORECASE,
)
# "My name is …": what follows, up to three words that begin with a capital (or any two words in a
# script without capitals).
_NAME = re.compile(
    r"((?:my name is|mijn naam is|ik heet|je m['’]appelle|mon nom est|ich hei(?:ß|ss)e|"
    r"mein name ist|me llamo|mi nombre es|nazywam się|mam na imię|мене звати|моє ім['’]я|"
    r"меня зовут|اسمي|اسم من|نام من|زما نوم|benim adım|adım|magacaygu waa|ሽመይ|ስመይ)\s+)"
    r"([^\s,.!?،؟]+(?:\s+[A-ZÀ-ÝА-ЯІЇЄҐ][^\s,.!?،؟]*){0,2})",
    re.IGNORECASE,
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
    text = _LONG_NUMBER.sub(NUMBER, text)
    text = _STREET.sub(ADDRESS, text)
    return _NAME.sub(lambda match: match[1] + NAME, text)

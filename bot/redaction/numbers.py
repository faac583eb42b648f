"""Bank accounts, identity and document numbers, and telephone numbers."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection
from itertools import pairwise

import phonenumbers
from stdnum import iban
from stdnum.be import bis, nn
from stdnum.nl import bsn

from bot.redaction.marks import ACCOUNT, NUMBER, PHONE

# Emergency and help lines are public and tell what a person needs; they stay.
_SHORT_NUMBER = 5
_HELP_LINE = re.compile(r"0(?:800|900|90[69])\d{4,6}|116\d{3}|088\d{7}")
_CITY_LINE = re.compile(r"14\s0\d{2,3}")
_COUNTRY = re.compile(r"^(?:00|\+)\s?3[12]\s?(?:\(0\))?")
_ACCOUNT = re.compile(r"(?<![^\W_])[A-Z]{2}\d{2}(?:[ .-]?[A-Z0-9]){11,30}", re.IGNORECASE)
_LIKE_ACCOUNT = re.compile(
    r"(?<![^\W_])(?=(?:[ ]?[^\W_]){15})[A-Z]{2}\d{2}[ ]?"
    r"(?:[A-Z]{4}[ ]?)?\d{2,4}(?:[ ]?\d{2,4}){1,7}(?!\w)",
    re.IGNORECASE,
)
# Check digits tell an identity number from other numbers, so it may be written in any way.
_IDENTITY = re.compile(
    r"(?<![\w+])(?<!\d[\s./()-])\d(?:[\s.,_/·–-]{0,2}\d){8,10}(?![^\W_]|[.,]?\d)"
)
_DOCUMENT = re.compile(r"(?<![\w@/.+-])[A-Za-z\d]{6,14}(?!\w)")
_SPACED_DOCUMENT = re.compile(r"(?<![\w-])([A-Z]{1,3})[ -](?:\d[ -]?){5,11}(?<=\d)(?![\w.,/-]?\d)")
# Words before a number that are no part of it.
_LABELS = {
    "BSN", "RRN", "NRN", "NN", "NIS", "NIE", "DNI", "ID", "NR", "NO", "TEL", "GSM", "V",
    "BIS", "IND", "COA", "DOB", "IN", "IS", "AT", "ON", "OP", "OM", "TO", "DE", "EN",
    "EUR", "NIP", "TC", "BTW", "KVK", "SV",
}  # fmt: skip
_UNIT_AFTER = re.compile(r"\d+(?:eur|euros?|km|kg|m2|th|e|ste|de|x|h|min|uur|ans)", re.IGNORECASE)
_WORD_AND_YEAR = re.compile(r"[A-Za-z]{3,}(?:19|20)\d\d|(?:19|20)\d\d[A-Za-z]{3,}")
# A date decides many answers and stays, as do school years and opening hours.
_YEAR = r"(?:[1١۱][9٩۹34٣٤۳۴]|[2٢۲][0٠۰])\d\d"  # also of the Persian calendar
_KEPT_OR_LONG_NUMBER = re.compile(
    r"(?P<kept>(?<![\d./-])"
    rf"(?:\d{{1,2}}([./-])\d{{1,2}}\2{_YEAR}|{_YEAR}([./-])\d{{1,2}}\3\d{{1,2}}"
    r"|\d{1,2}[.:]\d\d\s?[-–]\s?\d{1,2}[.:]\d\d"
    rf"|\d{{1,2}}\s\d{{1,2}}\s{_YEAR}"
    rf"|{_YEAR}(?:\s?[-–/\s]\s?{_YEAR})+"
    r"|(?:19|20)\d\d/\d{1,4}"  # laws
    r"|[1-9]\d{0,2}(?:[ .]000)+)"
    r"(?![./-]?\d))"
    rf"|\+?\d(?:(?:[\s./-]?|\s?\(|\)\s?|\s[-–/]\s)\d){{{_SHORT_NUMBER},}}"
)
_CURRENCY = r"(?:€|\$|£|eur(?:os?)?\b|avro|евро|євро|يورو|یورو|ዩሮ|yuuro|usd\b|zł|pln\b)"
_BEFORE_AMOUNT = re.compile(rf"{_CURRENCY}\s?$", re.IGNORECASE)
_AFTER_AMOUNT = re.compile(rf"(?:,\d{{1,2}}|,-)?\s?{_CURRENCY}", re.IGNORECASE)


def figures(text: str) -> str:
    """The digits of a text, of any script, as common ones."""
    return "".join(str(unicodedata.decimal(sign)) for sign in text if sign.isdecimal())


def hide_accounts(text: str) -> str:
    """The text with marks for bank accounts, also mistyped ones."""

    def checked(match: re.Match[str]) -> str:
        written = match[0]
        # The words behind an account may look like more of it.
        for end in range(len(written), 14, -1):
            whole = written[end - 1].isalnum() and not written[end : end + 1].isalnum()
            if whole and iban.is_valid(written[:end].replace(".", "")):
                return ACCOUNT + written[end:]
        return written

    return _LIKE_ACCOUNT.sub(ACCOUNT, _ACCOUNT.sub(checked, text))


def hide_identity_numbers(text: str) -> str:
    """The text with marks for numbers with right check digits, and for numbers with letters."""
    text = _IDENTITY.sub(lambda match: NUMBER if _is_identity(match[0]) else match[0], text)
    text = _DOCUMENT.sub(lambda match: NUMBER if _is_document(match[0]) else match[0], text)
    if text.isupper():  # "IS 123456" would be taken for a passport
        return text
    return _SPACED_DOCUMENT.sub(
        lambda match: (
            match[0] if match[1] in _LABELS or _is_kept(match[0][len(match[1]) + 1 :]) else NUMBER
        ),
        text,
    )


def _is_identity(written: str) -> bool:
    number = figures(written)
    if len(number) == 11:
        return bool(nn.is_valid(number) or bis.is_valid(number))
    return len(number) == 9 and number[0] != "0" and bool(bsn.is_valid(number))


def _is_document(token: str) -> bool:
    digits = sum(sign.isdigit() for sign in token)
    if digits in (0, len(token)) or _UNIT_AFTER.fullmatch(token) or _WORD_AND_YEAR.fullmatch(token):
        return False
    changes = sum(a.isdigit() != b.isdigit() for a, b in pairwise(token))
    return digits >= 5 or (digits >= 3 and len(token) >= 7 and (token.isupper() or changes >= 3))


def hide_phone_numbers(text: str, public: Collection[str] = ()) -> str:
    """The text with marks for telephone numbers.

    Args:
        text: The text.
        public: Numbers that stay, in digits alone.

    Returns:
        The text without numbers of persons.
    """
    for region in ("NL", "BE"):
        for match in reversed(list(phonenumbers.PhoneNumberMatcher(text, region))):
            long = len(figures(match.raw_string)) > _SHORT_NUMBER
            if long and not _is_public(match.raw_string, public) and not _is_kept(match.raw_string):
                text = text[: match.start] + PHONE + text[match.end :]
    return text


def hide_long_numbers(text: str, public: Collection[str] = ()) -> str:
    """The text with marks for all other long numbers that are no date and no amount.

    Args:
        text: The text.
        public: Numbers that stay, in digits alone.

    Returns:
        The text without them.
    """

    def judged(match: re.Match[str]) -> str:
        amount = match[0][0] not in "0+" and (
            _BEFORE_AMOUNT.search(text, max(0, match.start() - 6), match.start())
            or _AFTER_AMOUNT.match(text, match.end())
        )
        if match["kept"] or amount or _is_public(match[0], public):
            return match[0]
        return NUMBER

    return _KEPT_OR_LONG_NUMBER.sub(judged, text)


def _is_kept(written: str) -> bool:
    match = _KEPT_OR_LONG_NUMBER.fullmatch(written)
    return bool(match and match["kept"])


def _is_public(written: str, public: Collection[str]) -> bool:
    national = _COUNTRY.sub("0", written, count=1) if written[0] in "+0" else written
    number = figures(national)
    if number in public or _HELP_LINE.fullmatch(number) or _CITY_LINE.fullmatch(written):
        return True
    # Short numbers beside each other: "112 113 1712"
    return all(len(one) in (3, 4) and figures(one)[:1] == "1" for one in written.split())

"""Taking personal data out of a message before anything reads or stores it."""

from __future__ import annotations

from collections.abc import Collection

from bot.redaction.addresses import hide_addresses
from bot.redaction.birth_dates import hide_birth_dates
from bot.redaction.contacts import hide_contacts
from bot.redaction.marks import (
    ACCOUNT,
    ADDRESS,
    BIRTH_DATE,
    EMAIL,
    IP_ADDRESS,
    MARKS,
    NAME,
    NUMBER,
    PHONE,
    PROFILE,
    without_marks,
)
from bot.redaction.names import hide_names
from bot.redaction.numbers import (
    figures,
    hide_accounts,
    hide_identity_numbers,
    hide_long_numbers,
    hide_phone_numbers,
)

__all__ = [
    "ACCOUNT",
    "ADDRESS",
    "BIRTH_DATE",
    "EMAIL",
    "IP_ADDRESS",
    "MARKS",
    "NAME",
    "NUMBER",
    "PHONE",
    "PROFILE",
    "redact",
    "without_marks",
]

_ROUNDS = 4


def redact(text: str, public_numbers: Collection[str] = ()) -> str:
    """Replace names, addresses, e-mail, telephone, identity and account numbers by a mark.

    Args:
        text: What the person wrote.
        public_numbers: Telephone numbers that everybody may see, as they are written nationally.

    Returns:
        The text without them. A name is found only where the words around it say so; towns,
        dates other than of birth, amounts, and emergency and help lines stay.
    """
    public = frozenset(figures(number) for number in public_numbers)
    # A mark ends what stands before it, so that a second look may find more.
    for _ in range(_ROUNDS):
        before = text
        text = hide_birth_dates(hide_contacts(text))
        text = hide_accounts(text)
        text = hide_addresses(text)
        text = hide_identity_numbers(text)
        text = hide_phone_numbers(text, public)
        text = hide_long_numbers(text, public)
        text = hide_names(text)
        if text == before:
            break
    return text

"""The marks that take the place of personal data."""

from __future__ import annotations

NAME, EMAIL, PHONE, NUMBER, ADDRESS, ACCOUNT, BIRTH_DATE, PROFILE, IP_ADDRESS = MARKS = (
    "[name]",
    "[email]",
    "[phone]",
    "[number]",
    "[address]",
    "[account]",
    "[birth date]",
    "[profile]",
    "[ip address]",
)
"""The marks, and all of them together."""


def without_marks(text: str) -> str:
    """A redacted text without its marks, which are no words of the person's."""
    for mark in MARKS:
        text = text.replace(mark, " ")
    return text

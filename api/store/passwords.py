"""Passwords of staff: which are good enough, and how they are kept."""

from __future__ import annotations

import re
import secrets
import unicodedata
from functools import cache
from pathlib import Path
from typing import Any

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from knowledge.errors import WegwijsError

SHORTEST = 12
LONGEST = 256
_LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"  # none that looks like another one


class AccountError(WegwijsError):
    """An account cannot be made or changed so.

    Args:
        key: Of the sentence, in the group `account_problem` of the console's texts.
        values: What is filled in.
    """

    def __init__(self, key: str, **values: Any) -> None:
        super().__init__(key)
        self.key = key
        self.values = values


def check_password(password: str, *names: str) -> None:
    """Refuse a password that is soon guessed.

    Args:
        password: The password.
        names: Of the person: what they sign in with, and how others see them.

    Raises:
        AccountError: It is too short, too long, a name of theirs or a common one.
    """
    plain = _normal(password)
    if len(plain) < SHORTEST:
        raise AccountError("password_short", minimum=SHORTEST)
    if len(plain) > LONGEST:
        raise AccountError("password_long", maximum=LONGEST)
    folded = plain.casefold()
    if any(_only_name(folded, name) for name in names):
        raise AccountError("password_name")
    if folded in _common() or len(set(folded)) == 1:
        raise AccountError("password_common")


def hash_password(password: str) -> str:
    """A password as it is kept."""
    return _hasher().hash(_normal(password))


def matches(kept: str | None, password: str) -> bool:
    """Whether a password is the one that is kept.

    It takes as long where none is kept, so that the time does not tell who has an account.
    """
    try:
        _hasher().verify(kept or _nobodys(), _normal(password)[: LONGEST + 1])
    except (VerificationError, InvalidHashError):
        return False
    return kept is not None


def is_outdated(kept: str) -> bool:
    """Whether a hash was made with weaker parameters than those of today."""
    return _hasher().check_needs_rehash(kept)


def one_time_password() -> str:
    """A password for somebody else, who must choose their own: easy to read out and to type."""
    letters = [secrets.choice(_LETTERS) for _ in range(16)]
    return "-".join("".join(letters[start : start + 4]) for start in range(0, 16, 4))


def _normal(password: str) -> str:
    # The same password has other bytes on other keyboards.
    return unicodedata.normalize("NFKC", password)


def _only_name(password: str, name: str) -> bool:
    """Whether a password is nothing but a name, repeated or with digits and signs around it."""
    given, own = _letters(password), _letters(name)
    repeated = bool(given and own) and not given.replace(own, "")
    return repeated or password == name.casefold()


def _letters(words: str) -> str:
    return re.sub(r"[\W\d_]", "", _normal(words).casefold())


@cache
def _common() -> frozenset[str]:
    file = Path(__file__).with_name("common_passwords.txt")
    return frozenset(file.read_text("utf-8").split())


@cache
def _hasher() -> PasswordHasher:
    return PasswordHasher()


@cache
def _nobodys() -> str:
    return _hasher().hash(secrets.token_urlsafe(32))

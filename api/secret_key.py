"""The installation's secret, from which the keys of each purpose are made."""

from __future__ import annotations

import contextlib
import os
import secrets
from base64 import urlsafe_b64encode
from pathlib import Path

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from api.settings import Settings, SettingsError

_SHORTEST = 32


def derived_key(settings: Settings, purpose: str) -> bytes:
    """The key of one purpose.

    The secret is `WEGWIJS_SECRET_KEY`, or else a file in the data folder that is made here once.

    Args:
        settings: Of the installation.
        purpose: Names what the key is for; another purpose gets another key.

    Returns:
        32 bytes as URL-safe base64, as Fernet takes them.

    Raises:
        SettingsError: The secret is too short, or its file cannot be read or written.
    """
    secret = settings.secret_key.get_secret_value() or _kept(settings.data_dir / "secret.key")
    if len(secret) < _SHORTEST:
        raise SettingsError(
            f"WEGWIJS_SECRET_KEY: give at least {_SHORTEST} random signs, or leave it empty."
        )
    made = HKDF(SHA256(), 32, salt=b"wegwijs", info=purpose.encode()).derive(secret.encode())
    return urlsafe_b64encode(made)


def _kept(file: Path) -> str:
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        if not file.exists():
            _make(file)
        return file.read_text().strip()
    except OSError as error:
        raise SettingsError(
            f"The installation's secret {file} cannot be read or made: {error.strerror}. Give "
            "the server the right to it, or set WEGWIJS_SECRET_KEY."
        ) from error


def _make(file: Path) -> None:
    """Write a new secret, readable by nobody else from the first moment; the first one wins."""
    scratch = file.with_name(f".{file.name}-{secrets.token_hex(8)}")
    handle = os.open(scratch, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(handle, "w") as out:
            out.write(secrets.token_urlsafe(48))
        with contextlib.suppress(FileExistsError):
            os.link(scratch, file)
    finally:
        scratch.unlink()

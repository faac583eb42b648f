"""Which dialogue model belongs to today's training data, and where it is."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from pathlib import Path

from bot.settings import BotSettings

BOT = Path(__file__).resolve().parent
CONFIG = BOT.parent / "config.yml"
_FORMAT = "1"


def _ingredients() -> Iterator[Path]:
    yield CONFIG
    for name in ("domain.yml", "rules.yml", "stories.yml"):
        yield BOT / name
    yield from sorted((BOT / "nlu").glob("*.yml"))
    yield from sorted((BOT / "components").glob("*.py"))


def model_path(settings: BotSettings, encoder_fingerprint: str) -> Path:
    """Where the model of today's ingredients is, or will be.

    Args:
        settings: Say in which folder.
        encoder_fingerprint: Of the encoder whose vectors the intents are trained on.
    """
    digest = hashlib.sha256(f"{_FORMAT}\0{encoder_fingerprint}".encode())
    for file in _ingredients():
        digest.update(file.name.encode())
        digest.update(file.read_bytes())
    return settings.model_dir / f"{digest.hexdigest()[:16]}.tar.gz"

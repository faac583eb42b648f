"""Training the dialogue model, when anything that it is made of has changed."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator
from pathlib import Path

import bot.rasa_setup  # noqa: F401
from bot.settings import BotSettings
from knowledge.errors import WegwijsError

BOT = Path(__file__).resolve().parent
CONFIG = BOT.parent / "config.yml"
_FORMAT = "1"
_KEPT_MODELS = 2


class TrainingError(WegwijsError):
    """The dialogue model cannot be trained or is not there."""


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


def train(settings: BotSettings, encoder_fingerprint: str) -> Path:
    """Train the model.

    Args:
        settings: Say where it goes.
        encoder_fingerprint: Of the encoder.

    Returns:
        The model's file.

    Raises:
        TrainingError: The training data is wrong.
    """
    from rasa.model_training import train as rasa_train

    target = model_path(settings, encoder_fingerprint)
    target.parent.mkdir(parents=True, exist_ok=True)
    scratch = target.parent / f".training-{os.getpid()}"
    sources = [str(BOT / "nlu"), str(BOT / "rules.yml"), str(BOT / "stories.yml")]
    try:
        result = rasa_train(
            domain=str(BOT / "domain.yml"),
            config=str(CONFIG),
            training_files=sources,
            output=str(scratch),
            force_training=True,
            fixed_model_name="model",
        )
        if result.code != 0 or not result.model:
            raise TrainingError(
                f"Rasa did not train the dialogue (code {result.code}). Correct the files in "
                f"{BOT} or {CONFIG} that its messages above name."
            )
        Path(result.model).replace(target)
    finally:
        for file in scratch.glob("*"):
            file.unlink()
        if scratch.is_dir():
            scratch.rmdir()
    _forget_old(target)
    return target


def _forget_old(current: Path) -> None:
    models = sorted(current.parent.glob("*.tar.gz"), key=lambda file: -file.stat().st_mtime)
    for file in models[_KEPT_MODELS:]:
        if file != current:
            file.unlink(missing_ok=True)

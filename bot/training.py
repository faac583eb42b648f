"""Training the dialogue model, when anything that it is made of has changed."""

from __future__ import annotations

import contextlib
import io
import os
from pathlib import Path

from bot.model_files import BOT, CONFIG, model_path
from bot.settings import BotSettings
from knowledge.errors import WegwijsError

_KEPT_MODELS = 2


class TrainingError(WegwijsError):
    """The dialogue model cannot be trained or is not there."""


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
        # Rasa prints where its scratch file lies, which helps nobody.
        with contextlib.redirect_stdout(io.StringIO()):
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

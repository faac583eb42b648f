"""`wegwijs build`: the encoder, the index and the dialogue model, each only when it changed."""

from __future__ import annotations

import time
from collections.abc import Callable

from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    SpinnerColumn,
    TaskID,
    TextColumn,
    TimeElapsedColumn,
)

from actions.knowledge_base import shared_encoder
from api.settings import Settings
from bot.model_files import model_path
from bot.progress import listening
from knowledge.builder import CalibrationSet, build_index, index_meta, is_current
from knowledge.e5 import build_model_folder
from knowledge.encoder import BUILTIN, known_fingerprint
from knowledge.index import save_index
from knowledge.library import Library
from knowledge.vector_cache import VectorCache

_STEPS = {
    "texts": "Reading the library",
    "questions": "Reading the questions that teach the ranking",
    "examples": "Reading the dialogue's examples",
}


def build(settings: Settings, console: Console, force: bool = False) -> None:
    """Build what is missing or out of date.

    Args:
        settings: Of the installation.
        console: Shows progress.
        force: Build everything again.

    Raises:
        WegwijsError: The library, a model or the training data is wrong.
    """
    start = time.monotonic()
    library = Library.load(settings.library_dir, settings.data_dir)
    console.print(
        f"Library: {len(library.cards)} cards, {len(library.passages)} plan passages, "
        f"{len(library.languages.codes)} languages."
    )
    with Progress(
        SpinnerColumn(),
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        console=console,
    ) as progress:
        tasks: dict[str, TaskID] = {}

        def show(step: str, done: int, total: int) -> None:
            if step not in tasks:
                tasks[step] = progress.add_task(_STEPS[step], total=total)
            progress.update(tasks[step], completed=done, total=total)

        def running(what: str) -> Callable[[], None]:
            task = progress.add_task(what, total=None)
            return lambda: progress.update(task, total=1, completed=1)

        if settings.encoder == BUILTIN and not (settings.encoder_dir / "modules.json").is_file():
            done = running("Unpacking the encoder")
            settings.encoder_dir.parent.mkdir(parents=True, exist_ok=True)
            build_model_folder(settings.encoder_dir, None)
            done()
        questions = CalibrationSet.load()
        # Loading the encoder takes seconds: a start at which nothing changed does without.
        fingerprint = known_fingerprint(settings.encoder, settings.encoder_dir)
        if fingerprint is None:
            done = running("Loading the encoder")
            fingerprint = shared_encoder(settings).fingerprint
            done()
        meta = index_meta(library, fingerprint, settings.encoder, questions)
        if not force and is_current(meta, settings.index_dir):
            progress.console.print("Index: unchanged.")
        else:
            cache = VectorCache(settings.vector_cache)
            done = running("Loading the encoder")
            encoder = shared_encoder(settings)
            done()
            save_index(build_index(library, encoder, questions, cache, show), settings.index_dir)
            progress.console.print("Index: built.")
        if not force and model_path(settings, fingerprint).is_file():
            progress.console.print("Dialogue: unchanged.")
        else:
            # Imported here: Rasa takes seconds to load.
            from bot.training import train

            done = running("Training the dialogue")
            with listening(show):
                train(settings, fingerprint)
            done()
            progress.console.print("Dialogue: trained.")
    console.print(f"Ready in {time.monotonic() - start:.0f} seconds.")

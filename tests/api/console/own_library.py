"""A server whose library is a small copy, so that proposals can be accepted."""

from __future__ import annotations

import shutil
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from actions.effect import ChangedAnswer, Found
from api.console.background import Background
from knowledge.evaluate import Question
from knowledge.library import Library
from knowledge.settings import PACKAGE

DOCTOR = "find-a-doctor.netherlands"
CARE = "emergency-care.netherlands"
CARDS = (
    "health/find-a-doctor/netherlands", "health/emergency-care/netherlands",
    "money/debts/netherlands", "money/debts/rotterdam",
)  # fmt: skip


def copy_library(target: Path) -> Path:
    """Copy a few cards and a local layer."""
    target.mkdir(parents=True)
    for name in ("languages", "places", "glossary", "emergency", "situations"):
        shutil.copy(PACKAGE / "library" / f"{name}.yml", target)
    for folder in CARDS:
        shutil.copytree(PACKAGE / "library/topics" / folder, target / "topics" / folder)
        head = target / "topics" / folder / "card.yml"
        if head.is_file():
            lines = head.read_text(encoding="utf-8").split("\n")
            kept = [line for line in lines if not line.startswith("related:")]
            head.write_text("\n".join(kept), encoding="utf-8")
    return target


class FakeEngine:
    """Has a library and no dialogue."""

    def __init__(self, library: Library, settings: Any) -> None:
        _ = library.fingerprint  # of the files as they were read
        self.knowledge: Any = SimpleNamespace(library=library, settings=settings)
        self.used = 0

    def use(self, knowledge: Any) -> None:
        self.knowledge = knowledge
        self.used += 1


def found(status: str, shown: str | None) -> Found:
    decision: Any = "answer" if shown else "refuse"
    return Found(decision, status, shown, "find-a-doctor", 0.8)


ASKED = Question.model_validate(
    {"id": "q1", "language": "ar", "text": "كيف أجد طبيبا", "expect": {"cards": [DOCTOR]}}
)


def without_encoder(monkeypatch: pytest.MonkeyPatch) -> None:
    """Read the library, and embed nothing: what the real index does is tested with the engine."""

    def read(settings: Any, live: Any, folder: Path, *rest: Any) -> Any:
        library = Library.load(folder)
        _ = library.fingerprint
        return SimpleNamespace(library=library, settings=settings)

    def effect(live: Any, draft: Any, questions: Any, progress: Any) -> list[ChangedAnswer]:
        progress(len(questions), len(questions))
        return [
            ChangedAnswer(ASKED, found("unknown", None), found("answered", DOCTOR), "better"),
            ChangedAnswer(ASKED, found("answered", DOCTOR), found("answered", CARE), "worse"),
        ]

    def rebuild(settings: Any, library: Library) -> Any:
        return SimpleNamespace(library=library, settings=settings)

    monkeypatch.setattr("api.console.going_live.open_draft", read)
    monkeypatch.setattr("api.console.reviewing.open_draft", read)
    monkeypatch.setattr("api.console.reviewing.effect", effect)
    monkeypatch.setattr("api.reloading.rebuild_knowledge_base", rebuild)


def wait_for(server: Any) -> None:
    """Until nothing goes on behind the pages."""
    background: Background = server.app.state.background
    assert background.wait(300)

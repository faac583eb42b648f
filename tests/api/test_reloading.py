"""Taking up changed library files while the server runs."""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from actions.knowledge_base import KnowledgeBase
from api.reloading import LibraryReloader, start_watching
from api.settings import Settings
from knowledge.index import current_meta
from knowledge.library import Library
from knowledge.settings import PACKAGE

DOCTOR = "topics/health/find-a-doctor/netherlands/en.md"


class Served:
    """What would be a server: notes the knowledge that it was given."""

    def __init__(self, settings: Settings) -> None:
        self.used: list[KnowledgeBase] = []
        self.told: list[str] = []
        self.reloader = LibraryReloader(
            settings, Library.load(settings.library_dir), self.used.append, self.told.append
        )


@pytest.fixture
def settings(built: Settings, tmp_path: Path) -> Settings:
    """An installation of its own with two topics, which shares the encoder and known vectors."""
    library = tmp_path / "library"
    for name in ("languages", "places", "glossary", "emergency", "situations"):
        library.mkdir(exist_ok=True)
        shutil.copy(PACKAGE / "library" / f"{name}.yml", library)
    for topic in ("find-a-doctor", "emergency-care"):
        source = PACKAGE / "library/topics/health" / topic / "netherlands"
        target = library / "topics/health" / topic / "netherlands"
        shutil.copytree(source, target)
        text = (target / "card.yml").read_text(encoding="utf-8")
        lines = [line for line in text.split("\n") if not line.startswith("related:")]
        (target / "card.yml").write_text("\n".join(lines), encoding="utf-8")
    data = tmp_path / "data"
    data.mkdir()
    for path in (built.encoder_dir, built.vector_cache):
        target = data / path.relative_to(built.data_dir)
        target.parent.mkdir(parents=True, exist_ok=True)
        if path.is_dir():
            target.symlink_to(path)
        else:
            shutil.copy(path, target)
    return built.model_copy(update={"library_dir": library, "data_dir": data})


def replace(file: Path, old: str, new: str) -> None:
    text = file.read_text(encoding="utf-8")
    assert old in text
    file.write_text(text.replace(old, new, 1), encoding="utf-8")


def test_a_sound_change_is_taken_up_whole(settings: Settings) -> None:
    served = Served(settings)
    assert not served.reloader.reload()
    assert served.used == []
    replace(settings.library_dir / DOCTOR, "## where", "Ask the lighthouse keeper.\n\n## where")
    assert served.reloader.reload()
    (knowledge,) = served.used
    text = knowledge.library.cards["find-a-doctor.netherlands"].texts["en"]
    assert any("lighthouse" in block.plain for blocks in text.parts.values() for block in blocks)
    found = knowledge.search.search("ask the lighthouse keeper", "en", "netherlands")
    assert found.hits[0].group == "find-a-doctor"
    meta = current_meta(settings.index_dir)
    assert meta is not None and meta.library == knowledge.library.fingerprint
    assert "2 cards are in use after" in served.told[-1]
    assert served.reloader.changed_at is not None
    assert not served.reloader.reload()


def test_two_calls_at_once_build_once(settings: Settings) -> None:
    """Whoever accepts a proposal and the watcher may come at the same time."""
    served = Served(settings)
    replace(settings.library_dir / DOCTOR, "## where", "Ask the lighthouse keeper.\n\n## where")
    with ThreadPoolExecutor(3) as pool:
        swapped = [one.result() for one in [pool.submit(served.reloader.reload) for _ in range(3)]]
    assert sorted(swapped) == [False, False, True]
    assert len(served.used) == 1
    assert served.reloader.problem is None and not served.reloader.busy


def test_a_change_while_the_library_is_read_is_not_missed(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    served = Served(settings)
    file = settings.library_dir / DOCTOR
    replace(file, "## where", "Ask the lighthouse keeper.\n\n## where")
    real, loads = Library.load, []

    def load(folder: Path, data_dir: Path | None = None) -> Library:
        loads.append(real(folder, data_dir))
        if len(loads) == 1:
            replace(file, "lighthouse keeper", "captain of the ferry")
        return loads[-1]

    monkeypatch.setattr(Library, "load", load)
    assert served.reloader.reload()
    text = served.used[0].library.cards["find-a-doctor.netherlands"].texts["en"]
    assert "captain of the ferry" in str(text.parts)
    assert len(loads) == 2


def test_a_bad_file_keeps_the_old_library_and_says_why(settings: Settings) -> None:
    served = Served(settings)
    file = settings.library_dir / DOCTOR
    sound = file.read_text(encoding="utf-8")
    replace(file, "## where", "## whither")
    assert not served.reloader.reload()
    assert served.used == []
    assert "the old one stays in use" in served.told[-1]
    assert "unknown part 'whither'" in served.told[-1]
    assert served.reloader.problem is not None and "whither" in served.reloader.problem
    # The same library as before: nothing to build, and nothing to complain of any more.
    file.write_text(sound, encoding="utf-8")
    assert not served.reloader.reload()
    assert served.reloader.problem is None
    assert served.used == []


async def test_the_folder_is_watched(settings: Settings) -> None:
    served = Served(settings)
    watching = start_watching(served.reloader)

    async def until(done: Callable[[], bool]) -> None:
        for _ in range(600):
            if done():
                return
            await asyncio.sleep(0.1)
        pytest.fail(f"nothing came of it: {served.told}")

    try:
        await asyncio.sleep(1)
        file = settings.library_dir / DOCTOR
        replace(file, "## where", "## whither")
        await until(lambda: served.reloader.problem is not None)
        replace(file, "## whither", "Ask the lighthouse keeper.\n\n## where")
        await until(lambda: len(served.used) == 1)
        (settings.library_dir / "notes.txt").write_text("not for readers", encoding="utf-8")
        await asyncio.sleep(2)
        assert len(served.used) == 1
    finally:
        watching.cancel()

"""The engine where no action answers, and how Rasa is started."""

from __future__ import annotations

import subprocess
import sys

import pytest

from actions.reply import Status
from bot.engine import Engine, InvalidPayload
from knowledge.settings import PACKAGE


@pytest.mark.parametrize("language", [None, "xx", "nl"])
async def test_when_nothing_answers_it_says_so(
    engine: Engine, monkeypatch: pytest.MonkeyPatch, language: str | None
) -> None:
    async def silence(message: object) -> None:
        return None

    monkeypatch.setattr(engine._agent, "handle_message", silence)
    answer = await engine.answer("silence", text="hallo", language=language)
    assert answer.reply.status is Status.FAILED
    assert answer.reply.language == ("nl" if language == "nl" else "en")
    assert answer.reply.messages[0].text


async def test_a_payload_of_no_button_changes_nothing(engine: Engine) -> None:
    with pytest.raises(InvalidPayload):
        await engine.answer("payload", payload="/session_start")
    assert await engine._trackers.retrieve("payload") is None


async def test_erasing_what_is_not_there(engine: Engine) -> None:
    await engine.erase("nobody")


# Rasa reports its use to its makers unless it is told otherwise before it is imported.
_ORDER = """
import importlib.abc, os, sys

class Watch(importlib.abc.MetaPathFinder):
    def find_spec(self, name, path, target=None):
        if name in ("rasa", "tensorflow"):
            print(name, os.environ.get("RASA_TELEMETRY_ENABLED"), os.environ.get("SANIC_HOST"))

sys.meta_path.insert(0, Watch())
for name in ("RASA_TELEMETRY_ENABLED", "SANIC_HOST"):
    os.environ.pop(name, None)
import {module}
"""


@pytest.mark.parametrize("module", ["bot.engine", "bot.training", "bot.action_server"])
def test_rasa_is_told_how_to_behave_before_it_is_imported(module: str) -> None:
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", _ORDER.replace("{module}", module)],
        capture_output=True,
        text=True,
        cwd=PACKAGE.parent,
        timeout=120,
    )
    assert done.returncode == 0, done.stderr
    lines = done.stdout.splitlines()
    assert all(line.split()[1:] == ["false", "127.0.0.1"] for line in lines), lines
    if module == "bot.engine":
        assert lines


async def test_numbers_of_those_who_help_stay(engine: Engine) -> None:
    public = engine.knowledge.library.public_numbers
    assert {"112", "033 448 11 86", "1712"} <= public
    try:
        answer = await engine.answer("numbers", text="033 448 11 86 of 0470 12 34 56, wie is dat")
        assert "033 448 11 86" in answer.text
        assert "0470" not in answer.text
    finally:
        await engine.erase("numbers")


async def test_what_is_remembered_is_counted_and_forgotten(engine: Engine) -> None:
    nothing = await engine.memory("memory")
    assert (nothing.events, nothing.slots) == (0, {})
    await engine.answer("memory", text="waar vind ik een huisarts in Gent", language="nl")
    memory = await engine.memory("memory")
    assert memory.slots["place"] == "ghent"
    assert memory.events > 3
    assert await engine.erase("memory") == memory.events
    assert (await engine.memory("memory")).events == 0


def test_nothing_private_stays_where_a_long_message_is_cut(engine: Engine) -> None:
    number = "0612345678"
    for before in range(3980, 4000):
        kept = engine.redacted("a " * (before // 2) + "b" * (before % 2) + " " + number)
        assert "061" not in kept

"""The actions behind Rasa's own action server give the same answers as in process."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from api.settings import Settings
from knowledge.settings import PACKAGE

if TYPE_CHECKING:
    from bot.engine import Engine

pytestmark = pytest.mark.slow

PATIENCE_S = 180
CONVERSATION: list[dict[str, str]] = [
    {"text": "waar vind ik een huisarts"},
    {"text": "Gent"},
    {"payload": "/follow_up_steps"},
    {"text": "كيف أجد طبيبًا؟", "place": "ghent"},
    {"text": "mag ik werken", "place": "rotterdam"},
    {"payload": '/tell_situation{"situation": "asylum_seeker"}'},
    {"text": "wie wint het wereldkampioenschap"},
    {"text": "mijn man slaat mij"},
    {"text": "spreek Engels"},
    {"text": "112"},
    {"payload": "/person"},
]


def free_port() -> int:
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        return int(listening.getsockname()[1])


def answers(address: str) -> bool:
    try:
        with urllib.request.urlopen(address, timeout=2) as response:
            return bool(response.status == 200)
    except (urllib.error.URLError, OSError):
        return False


@pytest.fixture(scope="module")
def action_server(built: Settings, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a running action server."""
    port = free_port()
    log = tmp_path_factory.mktemp("action-server") / "log.txt"
    with log.open("w") as output:
        process = subprocess.Popen(
            [sys.executable, "-m", "bot.action_server", "--port", str(port)],
            stdout=output,
            stderr=subprocess.STDOUT,
            cwd=PACKAGE.parent,
            env={
                **os.environ,
                "WEGWIJS_DATA_DIR": str(built.data_dir.resolve()),
                "WEGWIJS_CONTACT": built.contact,
            },
        )
    try:
        until = time.monotonic() + PATIENCE_S
        while not answers(f"http://127.0.0.1:{port}/health"):
            assert process.poll() is None, log.read_text()
            assert time.monotonic() < until, log.read_text()
            time.sleep(0.2)
        yield f"http://127.0.0.1:{port}/webhook"
    finally:
        process.terminate()
        try:
            process.wait(20)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait(20)


@pytest.fixture(scope="module")
def remote(built: Settings, action_server: str, tmp_path_factory: pytest.TempPathFactory) -> Engine:
    """An engine that asks the action server, with conversations of its own."""
    from bot.engine import Engine

    file: Path = tmp_path_factory.mktemp("remote") / "conversations.sqlite"
    changed = {"action_server": action_server, "tracker_url": f"sqlite:///{file}"}
    return Engine.open(built.model_copy(update=changed))


def comparable(reply: Any) -> dict[str, Any]:
    return dict(reply.model_dump(mode="json", exclude={"confidence", "evidence"}))


async def test_a_conversation_is_the_same(
    engine: Engine, remote: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    from actions.turn import WegwijsAction

    statuses = []
    for message in CONVERSATION:
        here = await engine.answer("remote-actions", **message)
        with monkeypatch.context() as patch:
            patch.setattr(WegwijsAction, "run", lambda *_: pytest.fail("ran in this process"))
            there = await remote.answer("remote-actions", **message)
        assert comparable(there.reply) == comparable(here.reply), message
        assert there.text == here.text
        if here.reply.confidence is not None:
            assert there.reply.confidence == pytest.approx(here.reply.confidence, abs=1e-3)
        statuses.append(here.reply.status.value)
    assert statuses[:3] == ["needs_place", "answered", "answered"]
    assert "safety" in statuses
    assert "failed" not in statuses
    await engine.erase("remote-actions")


async def test_the_action_server_takes_no_unknown_action(action_server: str) -> None:
    request = urllib.request.Request(
        action_server,
        data=b'{"next_action": "action_nothing", "sender_id": "x", "tracker": {}, "domain": {}}',
        headers={"Content-Type": "application/json"},
    )
    with pytest.raises(urllib.error.HTTPError) as caught:
        urllib.request.urlopen(request, timeout=20)
    assert caught.value.code in (400, 404)


async def test_an_action_server_that_is_not_there(built: Settings, tmp_path: Path) -> None:
    """The person is told that something went wrong, in the language that is known."""
    from bot.engine import Engine

    changed = {
        "action_server": f"http://127.0.0.1:{free_port()}/webhook",
        "tracker_url": f"sqlite:///{tmp_path / 'conversations.sqlite'}",
    }
    engine = Engine.open(built.model_copy(update=changed))
    answer = await engine.answer("x", text="waar vind ik een huisarts", language="nl")
    assert answer.reply.status.value == "failed"
    assert answer.reply.language == "nl"
    assert answer.reply.messages[0].text

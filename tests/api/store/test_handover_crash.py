"""A server that is killed in the middle of a hand-over: no message is lost or kept twice."""

from __future__ import annotations

import contextlib
import json
import os
import secrets
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import time
from pathlib import Path
from typing import Any

import httpx
import pytest

from api.console.access import COOKIE
from api.opening_hours import DAYS, OpeningHours
from api.store.accounts import Sessions
from api.store.audit import SERVER, Actor
from api.store.database import Database, now
from api.store.options import HandoverOptions, Options
from api.store.tables import Account

ROOT = Path(__file__).resolve().parents[3]
EACH_SIDE = 40
KILLED_AFTER = (12, 30, 55)
ALWAYS = OpeningHours(days=DAYS, opens=time(0), closes=time(23, 59, 59, 999999))


class Servers:
    """Starts servers one after another on one port."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self._process = process
        self.pid = 0
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]

    @property
    def url(self) -> str:
        """Where each of them is."""
        return f"http://127.0.0.1:{self.port}"

    def start(self, database: str, data: Path) -> None:
        """Start one, and wait until it answers."""
        order = {"database": database, "data": str(data), "port": self.port}
        assert self._process.stdin and self._process.stdout
        print(json.dumps(order), file=self._process.stdin, flush=True)
        self.pid = int(self._process.stdout.readline())
        for _ in range(600):
            with contextlib.suppress(httpx.TransportError):
                httpx.get(f"{self.url}/api/handover")
                return
            threading.Event().wait(0.05)
        raise AssertionError("the server does not start")

    def kill(self) -> None:
        """Kill it where it stands."""
        if self.pid:
            os.kill(self.pid, signal.SIGKILL)
        self.pid = 0


@pytest.fixture(scope="module")
def nursery() -> Iterator[subprocess.Popen[str]]:
    """The process that the servers are forks of."""
    process = subprocess.Popen(
        [sys.executable, str(Path(__file__).with_name("handover_server.py"))],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    )  # fmt: skip
    assert process.stdout
    for line in process.stdout:
        if line == "ready\n":
            break
    yield process
    assert process.stdin
    process.stdin.close()
    process.stdout.close()
    process.wait(30)


@pytest.fixture
def servers(nursery: subprocess.Popen[str]) -> Iterator[Servers]:
    """Servers that end with the test."""
    made = Servers(nursery)
    yield made
    made.kill()


class Talk:
    """Both sides of a thread, each sending until what it wrote is confirmed."""

    def __init__(self, url: str, conversation: str, token: str, csrf: str) -> None:
        self.url, self.conversation = url, conversation
        self.token, self.csrf = token, csrf
        self.thread_id = ""
        self.confirmed = 0
        self.broken = 0
        self.stop = threading.Event()
        self._progress = threading.Condition()

    def wait_for(self, number: int) -> None:
        """Wait until so many messages are confirmed."""
        with self._progress:
            arrived = self._progress.wait_for(lambda: self.confirmed >= number, 120)
        assert arrived, "the messages stopped"

    def newcomer(self) -> list[int]:
        """Send as the widget does; returns the number of each message."""
        path = f"{self.url}/api/handover/{self.conversation}/messages"
        return self._send(
            "newcomer", lambda key, text: httpx.post(path, json={"key": key, "text": text})
        )

    def caseworker(self) -> list[int]:
        """Send as the console's page does; returns the number of each message."""
        path = f"{self.url}/console/handovers/{self.thread_id}/messages"

        def post(key: str, text: str) -> httpx.Response:
            return httpx.post(
                path,
                data={"csrf": self.csrf, "key": key, "text": text, "language": "nl"},
                headers={"Accept": "application/json", "Cookie": f"{COOKIE}={self.token}"},
            )

        return self._send("caseworker", post)

    def _send(self, who: str, post: Any) -> list[int]:
        seqs = []
        for number in range(EACH_SIDE):
            key = secrets.token_hex(16)
            # Every fifth answer gets lost on the way, so the message is sent once more.
            for _ in range(2 if number % 5 == 0 else 1):
                message = self._until_confirmed(post, key, f"{who} {number}")
            seqs.append(int(message["seq"]))
            with self._progress:
                self.confirmed += 1
                self._progress.notify_all()
        return seqs

    def _until_confirmed(self, post: Any, key: str, text: str) -> dict[str, Any]:
        while not self.stop.is_set():
            with contextlib.suppress(httpx.TransportError):
                answer = post(key, text)
                assert answer.status_code in (200, 503), answer.text
                if answer.status_code == 200:
                    return dict(answer.json())
            self.broken += 1
            self.stop.wait(0.02)
        raise AssertionError("the test is over")

    def listener(self) -> list[int]:
        """Hear the stream as a browser does, which says after a break what it heard last."""
        heard: list[int] = []
        path = f"{self.url}/api/handover/{self.conversation}/events"
        while len(heard) < 2 * EACH_SIDE and not self.stop.is_set():
            last = {"Last-Event-ID": str(heard[-1])} if heard else {}
            with (
                contextlib.suppress(httpx.TransportError),
                httpx.stream("GET", path, headers=last, timeout=30) as stream,
            ):
                for line in stream.iter_lines():
                    if line.startswith("id:"):
                        heard.append(int(line.removeprefix("id:")))
                    if len(heard) >= 2 * EACH_SIDE:
                        break
        return heard


def test_no_message_is_lost_or_kept_twice(servers: Servers, address: str, tmp_path: Path) -> None:
    database = Database(address)
    Options(database).write(HandoverOptions(enabled=True, hours=(ALWAYS,)), SERVER)
    with database.session() as session:
        account = Account(
            name="an", shown_name="An", role="caseworker", languages=[], created_at=now(),
            seen_at=now(),
        )  # fmt: skip
        session.add(account)
        session.flush()
        account_id = int(account.id)
    sessions = Sessions(database, 10)
    token = sessions.begin(account_id, Actor(account_id, "an"), "password")
    staff = sessions.staff(token)
    assert staff is not None
    data = tmp_path / "data"
    servers.start(address, data)

    conversation = secrets.token_urlsafe(16)
    talk = Talk(servers.url, conversation, token, staff.csrf)
    body = {"conversation_id": conversation, "language": "nl", "consent": True}
    asked = httpx.post(f"{servers.url}/api/handover", json=body)
    assert asked.status_code == 201, asked.text
    talk.thread_id = asked.json()["id"]
    took = httpx.post(
        f"{servers.url}/console/handovers/{talk.thread_id}/take",
        data={"csrf": staff.csrf}, headers={"Cookie": f"{COOKIE}={token}"},
    )  # fmt: skip
    assert took.status_code == 303

    with ThreadPoolExecutor(3) as pool:
        sides = [pool.submit(talk.newcomer), pool.submit(talk.caseworker)]
        listener = pool.submit(talk.listener)
        try:
            for number in KILLED_AFTER:
                talk.wait_for(number)
                servers.kill()
                servers.start(address, data)
        except BaseException:
            talk.stop.set()
            raise
        numbers = [side.result() for side in sides]
        heard = listener.result()

    assert talk.broken >= len(KILLED_AFTER)  # each time, somebody was in the middle of it
    everything = list(range(1, 2 * EACH_SIDE + 1))
    assert sorted(numbers[0] + numbers[1]) == everything
    assert all(side == sorted(side) for side in numbers)
    assert heard == everything
    thread = httpx.get(f"{servers.url}/api/handover/{conversation}").json()
    assert thread["last"] == 2 * EACH_SIDE
    assert [each["seq"] for each in thread["messages"]] == everything
    for who in ("newcomer", "caseworker"):
        texts = [each["text"] for each in thread["messages"] if each["sender"] == who]
        assert texts == [f"{who} {number}" for number in range(EACH_SIDE)]
    database.close()

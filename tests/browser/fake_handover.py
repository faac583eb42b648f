"""The part of the scripted server where a person answers; a test plays the caseworker."""

from __future__ import annotations

import asyncio
import json
import threading
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from typing import Any

from scripted import direction_of
from starlette.requests import Request
from starlette.responses import JSONResponse, Response, StreamingResponse

Message = dict[str, Any]

HOURS = [
    {"days": "mon-fri", "from": "09:00", "to": "17:00"},
    {"days": "sat", "from": "10:00", "to": "13:00"},
]
OPEN = {
    "enabled": True,
    "open": True,
    "opens_at": None,
    "hours": HOURS,
    "waiting": 2,
    "minutes": 6,
    "keep_days": 30,
}
CLOSED = {**OPEN, "open": False, "opens_at": "2020-01-06T09:00:00+01:00", "minutes": None}
RECEIPT = {"receipt": "AB12-CD34", "keep_until": "2026-12-23"}


@dataclass
class Thread:
    """One talk between a newcomer and a caseworker."""

    conversation: str
    language: str
    number: int = 1
    status: str = "waiting"
    position: int | None = 3
    minutes: int | None = 6
    messages: list[Message] = field(default_factory=list)

    def standing(self) -> dict[str, Any]:
        """What the event `status` carries."""
        return {"status": self.status, "position": self.position, "minutes": self.minutes}

    def after(self, seq: int) -> dict[str, Any]:
        """The thread, with the messages after one."""
        return {
            "id": f"t{self.number}",
            "conversation_id": self.conversation,
            **self.standing(),
            "messages": [each for each in self.messages if each["seq"] > seq],
            "last": len(self.messages),
        }

    def add(self, sender: str, text: str, language: str, **more: Any) -> Message:
        """A new message."""
        message = {
            "seq": len(self.messages) + 1,
            "sender": sender,
            "text": text,
            "language": language,
            "direction": direction_of(language),
            "at": "2026-11-23T10:00:00+01:00",
            "key": None,
            **more,
        }
        self.messages.append(message)
        return message


class Person:
    """What `/api/handover` does.

    Attributes:
        info: What `GET /api/handover` answers.
        threads: The threads, by conversation.
        hidden: Words that the server hides in what is written.
        lost_answers: So many messages are taken, but their confirmation does not arrive.
        streams: Whether there are streams; without them the widget has to ask.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self.reset()

    def reset(self) -> None:
        """Forget what a test set."""
        self.info: dict[str, Any] = {**OPEN, "enabled": False}
        self.threads: dict[str, Thread] = {}
        self.hidden: dict[str, str] = {}
        self.lost_answers = 0
        self.streams = True
        self._epoch = getattr(self, "_epoch", 0) + 1

    # ---- the caseworker

    @property
    def thread(self) -> Thread:
        """The only thread."""
        (thread,) = self.threads.values()
        return thread

    def take(self) -> None:
        """A caseworker takes the thread."""
        self.thread.status, self.thread.position, self.thread.minutes = "taken", None, None

    def says(self, text: str, language: str = "nl", name: str = "Samira") -> None:
        """A caseworker writes; not while the server gives a number to what the newcomer writes."""
        with self._lock:
            self.thread.add("caseworker", text, language, name=name)

    def drop_streams(self) -> None:
        """Break every stream off."""
        self._epoch += 1

    # ---- the routes

    def look(self) -> Response:
        """`GET /api/handover`."""
        return JSONResponse(self.info)

    def begin(self, body: dict[str, Any]) -> Response:
        """`POST /api/handover`."""
        assert body["consent"] is True
        conversation = body["conversation_id"]
        old = self.threads.get(conversation)
        if not self.info["open"]:
            return JSONResponse({"error": {"code": "closed", "message": ""}}, status_code=409)
        if old is None or old.status not in ("waiting", "taken"):
            number = old.number + 1 if old else 1
            self.threads[conversation] = Thread(conversation, body["language"], number)
        return JSONResponse(self.threads[conversation].after(0), status_code=201)

    def read(self, conversation: str, after: int) -> Response:
        """`GET /api/handover/{conversation_id}`."""
        thread = self.threads.get(conversation)
        return JSONResponse(thread.after(after)) if thread else _missing()

    def write(self, conversation: str, body: dict[str, Any]) -> Response:
        """`POST …/messages`: the same key is the same message."""
        thread = self.threads.get(conversation)
        if thread is None or thread.status not in ("waiting", "taken"):
            return _missing()
        with self._lock:
            known = [each for each in thread.messages if each["key"] == body["key"]]
            text = body["text"]
            for word, shown in self.hidden.items():
                text = text.replace(word, shown)
            message = known or [thread.add("newcomer", text, thread.language, key=body["key"])]
        if self.lost_answers:
            self.lost_answers -= 1
            return JSONResponse({"error": {"code": "lost", "message": ""}}, status_code=503)
        return JSONResponse(message[0])

    def question(self, conversation: str, body: dict[str, Any]) -> Response:
        """`POST …/question`."""
        assert body["consent"] is True
        thread = Thread(conversation, "nl", status="left", position=None, minutes=None)
        thread.add("newcomer", body["text"], "nl")
        self.threads[conversation] = thread
        return JSONResponse(RECEIPT, status_code=201)

    def end(self, conversation: str) -> Response:
        """`POST …/end`."""
        thread = self.threads.get(conversation)
        if thread is None:
            return _missing()
        thread.status, thread.position, thread.minutes = "ended", None, None
        return JSONResponse(thread.after(0))

    def stream(self, request: Request) -> Response:
        """`GET …/events`: every message after the last that was heard, and how it stands."""
        thread = self.threads.get(request.path_params["id"])
        if thread is None or not self.streams:
            return _missing()
        heard = int(request.headers.get("last-event-id") or 0)
        return StreamingResponse(
            self._events(request, thread, heard), media_type="text/event-stream"
        )

    async def _events(self, request: Request, thread: Thread, heard: int) -> AsyncIterator[str]:
        epoch, standing = self._epoch, None
        yield "retry: 200\n\n"
        while epoch == self._epoch and not await request.is_disconnected():
            for message in thread.messages[heard:]:
                heard = message["seq"]
                yield f"id: {heard}\nevent: message\ndata: {json.dumps(message)}\n\n"
            if thread.standing() != standing:
                standing = thread.standing()
                yield f"event: status\ndata: {json.dumps(standing)}\n\n"
            await asyncio.sleep(0.03)


def _missing() -> Response:
    error = {"error": {"code": "not_found", "message": "There is no thread."}}
    return JSONResponse(error, status_code=404)

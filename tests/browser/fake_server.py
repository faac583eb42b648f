"""A server that answers the widget by script, so that the widget can be tested alone.

What it says is in `scripted.py`. A test sets `delay`, `status` and so on, and reads `requests`.
"""

from __future__ import annotations

import asyncio
import socket
import threading
import time
from dataclasses import dataclass, field
from typing import Any

import uvicorn
from fake_handover import Person
from scripted import ROOT, direction_of, empty_reply, scripted_reply, texts
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, PlainTextResponse, Response
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles

STATIC = ROOT / "api" / "static"

STRICT_CSP = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'"
)

HOST_PAGE = """<!doctype html>
<html lang="{language}" dir="{direction}"><head><meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>A page of a city</title><link rel="stylesheet" href="/host.css?{css}">{tag}</head>
<body><main><h1>City</h1><p>Some text. <a href="#x">A link</a></p>{body}</main></body></html>"""

TAG = '<script src="{origin}/static/wegwijs.js" defer {data}></script>'


@dataclass
class Seen:
    """A request that came in."""

    method: str
    path: str
    body: dict[str, Any]
    began: float
    ended: float = 0.0


@dataclass
class FakeServer:
    """The server, on a free port, in a thread.

    Attributes:
        delay: Seconds that each answer takes.
        status: What each request to the API gets; 200 lets it through.
        fail_only: Only requests to paths that begin so get that status.
        retry_after: The header that comes with a 429.
        replies: Answers to a text or payload, beside those below.
        requests: What came in at the API, in order.
        person: The part where a person answers; switched off until a test sets its `info`.
    """

    delay: float = 0.0
    status: int = 200
    fail_only: str = "/api/"
    retry_after: int = 0
    replies: dict[str, dict[str, Any]] = field(default_factory=dict)
    requests: list[Seen] = field(default_factory=list)
    spoken: dict[str, str] = field(default_factory=dict)
    person: Person = field(default_factory=Person)
    port: int = 0
    _server: uvicorn.Server | None = None
    _thread: threading.Thread | None = None

    # ---- running

    def start(self) -> None:
        """Serve."""
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        # Without web sockets: uvicorn's own need a newer library than Rasa's.
        config = uvicorn.Config(
            self.app(),
            host="127.0.0.1",
            port=self.port,
            log_level="error",
            ws="none",
            lifespan="off",
        )
        self._server = uvicorn.Server(config)
        self._thread = threading.Thread(target=self._server.run, daemon=True)
        self._thread.start()
        deadline = time.monotonic() + 10
        while not self._server.started:
            if time.monotonic() > deadline:
                raise RuntimeError("the fake server does not start")
            time.sleep(0.01)

    def stop(self) -> None:
        """Stop serving."""
        if self._server and self._thread:
            self._server.should_exit = True
            self._server.force_exit = True
            self._thread.join(timeout=5)

    def reset(self) -> None:
        """Forget what a test set."""
        self.delay, self.status, self.fail_only, self.retry_after = 0.0, 200, "/api/", 0
        self.replies.clear()
        self.requests.clear()
        self.spoken.clear()
        self.person.reset()

    @property
    def url(self) -> str:
        """Its address."""
        return f"http://127.0.0.1:{self.port}"

    @property
    def elsewhere(self) -> str:
        """The same server as another origin."""
        return f"http://localhost:{self.port}"

    def chats(self) -> list[dict[str, Any]]:
        """The messages that came in."""
        return [seen.body for seen in self.requests if seen.path == "/api/chat"]

    # ---- answering

    def app(self) -> Starlette:
        """The application."""
        return Starlette(
            routes=[
                Route("/api/texts/{language}", self._texts),
                Route("/api/chat", self._chat, methods=["POST", "OPTIONS"]),
                Route("/api/feedback", self._done, methods=["POST", "OPTIONS"]),
                Route("/api/conversations/{id}", self._done, methods=["DELETE", "OPTIONS"]),
                Route("/api/handover", self._handover, methods=["GET", "POST", "OPTIONS"]),
                Route("/api/handover/{id}", self._handover),
                Route("/api/handover/{id}/events", self._events),
                Route("/api/handover/{id}/{what}", self._handover, methods=["POST", "OPTIONS"]),
                Route("/page", self._page),
                Route("/host.css", self._host_css),
                Route("/", self._demo),
                Route("/favicon.ico", self._no_content),
                Mount("/static", _Static(directory=STATIC)),
            ]
        )

    async def _receive(self, request: Request) -> Response | None:
        """Note a request; an error, when the test wants one."""
        if request.method == "OPTIONS":
            return Response(status_code=204, headers=_OPEN)
        body = await request.json() if await request.body() else {}
        seen = Seen(request.method, request.url.path, body, time.monotonic())
        self.requests.append(seen)
        await asyncio.sleep(self.delay)
        seen.ended = time.monotonic()
        if self.status == 200 or not request.url.path.startswith(self.fail_only):
            return None
        headers = {**_OPEN}
        if self.retry_after:
            headers["Retry-After"] = str(self.retry_after)
        error = {"error": {"code": "made_up", "message": "No."}}
        return JSONResponse(error, status_code=self.status, headers=headers)

    async def _texts(self, request: Request) -> Response:
        language = request.path_params["language"]
        return await self._receive(request) or JSONResponse(texts(language), headers=_OPEN)

    async def _chat(self, request: Request) -> Response:
        refused = await self._receive(request)
        return refused or JSONResponse(self._reply(self.requests[-1].body), headers=_OPEN)

    async def _done(self, request: Request) -> Response:
        return await self._receive(request) or Response(status_code=204, headers=_OPEN)

    async def _handover(self, request: Request) -> Response:
        refused = await self._receive(request)
        if refused:
            return refused
        body = await request.json() if request.method == "POST" and await request.body() else {}
        person = self.person
        conversation = request.path_params.get("id")
        if conversation is None:
            response = person.begin(body) if request.method == "POST" else person.look()
        elif request.method == "GET":
            response = person.read(conversation, int(request.query_params["after"]))
        elif request.path_params["what"] == "end":
            response = person.end(conversation)
        elif request.path_params["what"] == "question":
            response = person.question(conversation, body)
        else:
            response = person.write(conversation, body)
        response.headers.update(_OPEN)
        return response

    async def _events(self, request: Request) -> Response:
        response = await self._receive(request) or self.person.stream(request)
        response.headers.update(_OPEN)
        return response

    async def _no_content(self, request: Request) -> Response:
        return Response(status_code=204)

    async def _demo(self, request: Request) -> Response:
        page = (STATIC / "demo.html").read_text("utf-8")
        return HTMLResponse(page, headers={"Content-Security-Policy": STRICT_CSP})

    async def _page(self, request: Request) -> Response:
        """A page that embeds the widget; the query says how."""
        asked = request.query_params
        origin = asked.get("origin", "")
        page = HOST_PAGE.format(
            language=asked.get("lang", "nl"),
            direction=asked.get("dir", "ltr"),
            css=asked.get("css", ""),
            tag=TAG.format(origin=origin, data=asked.get("data", "")),
            body=asked.get("body", ""),
        )
        policy = STRICT_CSP
        if origin:
            policy = policy.replace("script-src", f"script-src {origin}")
            policy = policy.replace("connect-src", f"connect-src {origin}")
        return HTMLResponse(page, headers={"Content-Security-Policy": policy})

    async def _host_css(self, request: Request) -> Response:
        return PlainTextResponse(
            "body { margin: 0; background: #eee; color: #222; font: 1rem sans-serif; }"
            "main { height: 560px; padding: 1rem; box-sizing: border-box; }"
            + request.url.query.replace("%20", " ").replace("%7B", "{").replace("%7D", "}"),
            media_type="text/css",
        )

    def _reply(self, body: dict[str, Any]) -> dict[str, Any]:
        conversation = body.get("conversation_id") or f"c{len(self.spoken) + 1}"
        said = body.get("payload") or body.get("text") or ""
        language = self.spoken.get(conversation) or body.get("language") or "nl"
        if said.startswith("/change_language"):
            language = said.split('"')[3]
        scripted = self.replies.get(said) or scripted_reply(said, language)
        reply = {**empty_reply(language), **scripted}
        self.spoken[conversation] = reply["language"]
        reply["direction"] = direction_of(reply["language"])
        for each in [*reply["messages"], *([reply["card"]] if reply["card"] else [])]:
            each.setdefault("language", reply["language"])
            each["direction"] = direction_of(each["language"])
        return {**reply, "conversation_id": conversation, "exchange_id": f"e{len(self.requests)}"}


_OPEN = {
    "Access-Control-Allow-Origin": "*",
    "Access-Control-Allow-Headers": "Content-Type",
    "Access-Control-Allow-Methods": "GET, POST, DELETE",
    "Access-Control-Expose-Headers": "Retry-After",
}


class _Static(StaticFiles):
    """Modules are fetched across origins, so the files need the header, too."""

    async def get_response(self, path: str, scope: Any) -> Response:
        response = await super().get_response(path, scope)
        response.headers.update(_OPEN)
        return response

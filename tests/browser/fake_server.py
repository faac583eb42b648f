"""A server that answers the widget by script, so that the widget can be tested alone.

Texts are the project's own (`bot/sentences`); answers are made up here. A test sets `delay`,
`status` and so on, and reads `requests`.
"""

from __future__ import annotations

import asyncio
import socket
import threading
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import uvicorn
import yaml
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, PlainTextResponse, Response
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles

ROOT = Path(__file__).parents[2]
STATIC = ROOT / "api" / "static"

STRICT_CSP = "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'"

HOST_PAGE = """<!doctype html>
<html lang="{language}" dir="{direction}"><head><meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>A page of a city</title><link rel="stylesheet" href="/host.css?{css}">{tag}</head>
<body><main><h1>City</h1><p>Some text. <a href="#x">A link</a></p>{body}</main></body></html>"""

TAG = '<script src="{origin}/static/wegwijs.js" defer {data}></script>'

HOSTILE = "<img src=x onerror=\"document.title='hacked'\">"


def sentences(language: str) -> dict[str, Any]:
    """The bot's sentences in a language."""
    path = ROOT / "bot" / "sentences" / f"{language}.yml"
    loaded: dict[str, Any] = yaml.safe_load(path.read_text("utf-8"))
    return loaded


def languages() -> list[dict[str, str]]:
    """The languages that are offered."""
    path = ROOT / "knowledge" / "library" / "languages.yml"
    return [
        {key: each[key] for key in ("code", "name", "direction")}
        for each in yaml.safe_load(path.read_text("utf-8"))
    ]


def direction_of(language: str) -> str:
    """`ltr` or `rtl`."""
    return next(each["direction"] for each in languages() if each["code"] == language)


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
    """

    delay: float = 0.0
    status: int = 200
    fail_only: str = "/api/"
    retry_after: int = 0
    replies: dict[str, dict[str, Any]] = field(default_factory=dict)
    requests: list[Seen] = field(default_factory=list)
    spoken: dict[str, str] = field(default_factory=dict)
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


def texts(language: str) -> dict[str, Any]:
    """What `/api/texts` answers."""
    own = sentences(language)
    keys = (
        "source",
        "checked_on",
        "privacy_hint",
        "helpful_question",
        "unreviewed",
        "reviewed",
        "widget",
    )
    places = [
        {"id": "netherlands", "name": PLACES.get(language, PLACES["en"])[0]},
        {"id": "flanders", "name": PLACES.get(language, PLACES["en"])[1]},
        {"id": "ghent", "name": "Gent"},
    ]
    return {
        "language": language,
        "direction": direction_of(language),
        "languages": languages(),
        "places": places,
        **{key: own[key] for key in keys},
    }


PLACES = {
    "en": ("The Netherlands", "Flanders"),
    "nl": ("Nederland", "Vlaanderen"),
    "ar": ("هولندا", "فلاندرز"),
    "uk": ("Нідерланди", "Фландрія"),
    "ti": ("ሆላንድ", "ፍላንደርስ"),
}


# ---- what is said


def empty_reply(language: str) -> dict[str, Any]:
    """A reply that says nothing."""
    return {
        "language": language,
        "status": "small_talk",
        "messages": [],
        "card": None,
        "suggestions": [],
    }


def scripted_reply(said: str, language: str) -> dict[str, Any]:
    """What is said to a text or payload."""
    own = sentences(language)
    if said.startswith("/start"):
        return {
            "messages": [{"kind": "text", "text": own["welcome"]}],
            "suggestions": [
                {"text": own["domain"][key], "payload": f'/topics{{"domain": "{key}"}}'}
                for key in ("education", "work", "health", "housing")
            ],
        }
    if said.startswith("/change_language"):
        return {"messages": [{"kind": "text", "text": own["language_changed"]}]}
    if said.startswith("/tell_place"):
        name = own["place_noted"].replace("{place}", said.split('"')[3])
        return {"messages": [{"kind": "text", "text": name}]}
    if said == "place?":
        return ask_place(language)
    if said == "danger":
        return danger(language)
    if said == "hostile":
        return hostile()
    return doctor(language)


def ask_place(language: str) -> dict[str, Any]:
    """A question back, with buttons."""
    names = PLACES.get(language, PLACES["en"])
    return {
        "status": "needs_place",
        "messages": [{"kind": "text", "text": sentences(language)["ask_place"]}],
        "suggestions": [
            {"text": names[0], "payload": '/tell_place{"place": "netherlands"}'},
            {"text": names[1], "payload": '/tell_place{"place": "flanders"}'},
        ],
    }


def danger(language: str) -> dict[str, Any]:
    """Danger to life."""
    own = sentences(language)
    call = {"text": "112", "href": "tel:112"}
    numbers = ["113 Zelfmoordpreventie: 0800-0113", "De Luisterlijn: 088 0767 000"]
    links = [
        {"text": "0800-0113", "href": "tel:08000113"},
        {"text": "088 0767 000", "href": "tel:0880767000"},
    ]
    urgent = own["safety_medical"].replace("{emergency}", "112")
    return {
        "status": "safety",
        "messages": [
            {"kind": "urgent", "text": urgent, "links": [call]},
            {"kind": "list", "text": "", "items": numbers, "links": links},
            {"kind": "text", "text": own["safety_after"]},
        ],
        "suggestions": [{"text": own["button"]["person"], "payload": "/ask_person"}],
    }


def hostile() -> dict[str, Any]:
    """Text that would do harm as markup, and links that must not be followed."""
    return {
        "status": "answered",
        "messages": [
            {
                "kind": "text",
                "text": f"{HOSTILE} click here or there or nowhere",
                "links": [
                    {"text": "here", "href": "javascript:document.title='hacked'"},
                    {"text": "there", "href": "data:text/html,x"},
                    {"text": "nowhere", "href": "/relative"},
                ],
            },
            {"kind": "steps", "text": HOSTILE, "items": [HOSTILE, "<b>bold</b>"]},
        ],
        "card": {
            **_card("nl", HOSTILE),
            "sources": [
                {"publisher": HOSTILE, "title": "x", "url": "javascript:alert(1)"},
                {"publisher": "y", "title": "z", "url": None},
            ],
        },
        "suggestions": [{"text": HOSTILE, "payload": "/x"}],
    }


def _card(language: str, title: str) -> dict[str, Any]:
    names = PLACES.get(language, PLACES["en"])
    return {
        "id": "find-a-doctor.flanders",
        "kind": "card",
        "title": title,
        "language": language,
        "place": "flanders",
        "place_name": names[1],
        "checked_on": "2026-11-22",
        "checked_text": CHECKED.get(language, CHECKED["en"]),
        "reviewed": False,
        "sources": [
            {
                "publisher": "RIZIV",
                "title": "Inschrijven bij een ziekenfonds",
                "url": "https://www.riziv.fgov.be/nl",
            },
            {"publisher": "Vlaamse overheid", "title": "Een huisarts zoeken", "url": None},
        ],
    }


CHECKED = {
    "en": "22 November 2026",
    "nl": "22 november 2026",
    "ar": "22 نوفمبر 2026",
    "uk": "22 листопада 2026 р.",
    "ti": "22 ሕዳር 2026",
}

# Title, answer, three steps.
DOCTOR = {
    "en": (
        "Finding a doctor",
        "When you are ill, first call a family doctor (huisarts). In the evening and at the "
        "weekend, call 1733.",
        [
            "Look for a doctor near your home. You may choose who you want.",
            "Call and ask: “Do you take new patients?”",
            "Take your identity card and the card of your health fund (ziekenfonds) with you.",
        ],
    ),
    "nl": (
        "Een dokter vinden",
        "Bent u ziek? Bel dan eerst een huisarts. Bel 's avonds en in het weekend 1733.",
        [
            "Zoek een huisarts in de buurt van uw huis. U mag zelf kiezen.",
            "Bel en vraag: 'Neemt u nieuwe patiënten aan?'",
            "Neem uw identiteitskaart en het kaartje van uw ziekenfonds mee.",
        ],
    ),
    "ar": (
        "العثور على طبيب",
        "عند المرض، الخطوة الأولى هي الاتصال بطبيب العائلة (huisarts). في المساء وفي عطلة نهاية "
        "الأسبوع يمكن الاتصال بالرقم 1733.",
        [
            "البحث عن طبيب قريب من المنزل. الاختيار حرّ.",
            "الاتصال به والسؤال: «هل تقبلون مرضى جددًا؟»",
            "إحضار بطاقة الهوية وبطاقة صندوق التأمين الصحي (ziekenfonds).",
        ],
    ),
    "uk": (
        "Як знайти лікаря",
        "Якщо ви захворіли, спочатку зателефонуйте сімейному лікарю (huisarts). Увечері та у "
        "вихідні телефонуйте 1733.",
        [
            "Знайдіть лікаря поблизу свого дому. Ви можете обрати самі.",
            "Зателефонуйте і запитайте: «Чи приймаєте ви нових пацієнтів?»",
            "Візьміть із собою посвідчення особи та картку лікарняної каси (ziekenfonds).",
        ],
    ),
    "ti": (
        "ሓኪም ምርካብ",
        "ምስ ሓመምኩም፣ መጀመርታ ናብ ናይ ስድራ ሓኪም (huisarts) ደውሉ። ምሸትን ቀዳመ-ሰንበትን ናብ 1733 ደውሉ።",
        [
            "ኣብ ጥቓ ገዛኹም ዝርከብ ሓኪም ድለዩ። ባዕልኹም ክትመርጹ ትኽእሉ ኢኹም።",
            "ደዊልኩም ሕተቱ፦ «ሓደስቲ ሕሙማት ትቕበሉ ዶ?»",
            "መንነት ወረቐትኩምን ናይ ጥዕና መድሕን ካርድን (ziekenfonds) ሒዝኩም ኪዱ።",
        ],
    ),
}


def doctor(language: str) -> dict[str, Any]:
    """A whole answer: text, heading, steps, list, remark, card, buttons."""
    own = sentences(language)
    shown = language if language in DOCTOR else "en"
    title, short, steps = DOCTOR[shown]
    return {
        "status": "answered",
        "messages": [
            {
                "kind": "text",
                "text": short,
                "language": shown,
                "links": [{"text": "1733", "href": "tel:1733"}],
            },
            {"kind": "heading", "text": own["part"]["steps"]},
            {"kind": "steps", "text": "", "items": steps, "language": shown},
            {"kind": "heading", "text": own["part"]["where"]},
            {
                "kind": "list",
                "text": "",
                "items": ["OCMW Gent, 09 266 99 11", "https://www.desocialekaart.be"],
                "links": [
                    {"text": "09 266 99 11", "href": "tel:+3292669911"},
                    {
                        "text": "https://www.desocialekaart.be",
                        "href": "https://www.desocialekaart.be",
                    },
                ],
            },
            {"kind": "notice", "text": own["unreviewed"]},
        ],
        "card": _card(shown, title),
        "suggestions": [
            {"text": own["part"]["cost"], "payload": "/follow_up_cost"},
            {"text": own["part"]["refused"], "payload": "/follow_up_refused"},
        ],
    }

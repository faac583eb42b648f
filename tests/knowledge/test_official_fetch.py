"""Downloading official texts, from a server that the test starts."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

from knowledge.official.errors import OfficialTextError
from knowledge.official.fetch import address_of, fetch
from knowledge.plans import PlanDocument

PAGE = b"<html><body><p>De molen draait.</p></body></html>"
Answer = Callable[[BaseHTTPRequestHandler], None]
Serve = Callable[[Answer], str]


def answer(
    status: int = 200, kind: str = "text/html; charset=UTF-8", body: bytes = PAGE, **headers: str
) -> Answer:
    def run(handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(status)
        handler.send_header("Content-Type", kind)
        for name, value in {"Content_Length": str(len(body)), **headers}.items():
            if value:
                handler.send_header(name.replace("_", "-"), value)
        handler.end_headers()
        handler.wfile.write(body)

    return run


@pytest.fixture
def serve() -> Iterator[Serve]:
    """Start a server that gives one answer; returns its address."""
    servers: list[ThreadingHTTPServer] = []

    def start(run: Answer) -> str:
        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                run(self)

            def log_message(self, *_: Any) -> None:
                pass

        server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        server.daemon_threads = True
        threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
        servers.append(server)
        return f"http://127.0.0.1:{server.server_port}"

    yield start
    for server in servers:
        server.shutdown()
        server.server_close()


def plan(**given: Any) -> PlanDocument:
    words = {"en": "Mills"}
    return PlanDocument.model_validate(
        {
            "id": "mills", "title": words, "short_title": words, "publisher": "EU", "year": 2020,
            "level": "eu", "status": "in_force", "note": words, **given,
        }
    )  # fmt: skip


# Addresses


def test_addresses() -> None:
    eur_lex = "https://eur-lex.europa.eu/legal-content/FR/TXT/HTML/?uri=CELEX:52016DC0377"
    assert address_of(plan(celex="52016DC0377"), "fr") == eur_lex
    mirror = address_of(plan(celex="52016DC0377"), "fr", "https://mirror.eu/")
    assert mirror == eur_lex.replace("eur-lex.europa.eu", "mirror.eu")
    press = "https://ec.europa.eu/commission/presscorner/detail/nl/ip_20_2178"
    assert address_of(plan(url=press), "fr") == press.replace("/nl/", "/fr/")
    assert address_of(plan(url=press), "nl", "http://localhost:1").startswith("http://localhost:1/")
    with pytest.raises(OfficialTextError, match="names no celex and no url"):
        address_of(plan(), "fr")
    for wrong in ("52016DC0377&x=1", "../../etc", "5", "52016DC0377\n"):
        with pytest.raises(OfficialTextError, match="not a CELEX number"):
            address_of(plan(celex=wrong), "fr")


@pytest.mark.parametrize(
    "address",
    [
        "http://eur-lex.europa.eu/x", "file:///etc/passwd", "ftp://eur-lex.europa.eu/x",
        "https://me:secret@eur-lex.europa.eu/", "https://", "https://eur-lex.europa.eu:port/",
        "http://127.0.0.1.evil.eu/",
    ],
)  # fmt: skip
def test_only_https_is_fetched(address: str) -> None:
    with pytest.raises(OfficialTextError):
        fetch(address)


# Right answers


def test_a_right_answer(serve: Serve) -> None:
    seen: list[str] = []

    def run(handler: BaseHTTPRequestHandler) -> None:
        seen.append(f"{handler.path} {handler.headers['Accept-Encoding']}")
        answer()(handler)

    got = fetch(f"{serve(run)}/a?uri=CELEX:1")
    assert (got.suffix, got.content) == (".html", PAGE)
    assert seen == ["/a?uri=CELEX:1 identity"]


@pytest.mark.parametrize(
    ("kind", "suffix"),
    [("application/pdf", ".pdf"), ("text/plain", ".txt"), ("APPLICATION/XHTML+XML", ".html")],
)
def test_types(serve: Serve, kind: str, suffix: str) -> None:
    assert fetch(serve(answer(kind=kind))).suffix == suffix


def test_a_redirect_on_the_same_host_is_followed(serve: Serve) -> None:
    def run(handler: BaseHTTPRequestHandler) -> None:
        target = {"/": "/b", "/b": "c?d=1"}.get(handler.path, "")
        answer(302 if target else 200, Location=target)(handler)

    got = fetch(serve(run) + "/")
    assert got.address.endswith("/c?d=1")


# Wrong answers


@pytest.mark.parametrize(
    ("given", "message"),
    [
        (answer(404), "answered 404. It has no text in this language"),
        (answer(500), "answered 500"),
        (answer(202, body=b""), "answered 202 and wants to see a person"),
        (answer(503), "answered 503 and wants to see a person"),
        (answer(x_amzn_waf_action="challenge"), "wants to see a person"),
        (answer(body=b"<html><script src='https://x.awswaf.com/challenge.js'>"), "to see a person"),
        (answer(kind="image/png"), "gives image/png"),
        (answer(kind=""), "an unknown type"),
        (answer(body=b""), "is empty"),
        (answer(body=b"x" * 2000), "larger than 0.001 MB"),
        (answer(body=b"x" * 2000, Content_Length=""), "larger than 0.001 MB"),
        (answer(Content_Length="900"), "broke off"),
        (answer(body=b"<html><p>De molen", Content_Length=""), "broke off"),
        (answer(Content_Encoding="gzip"), "compressed"),
        (answer(302, Location="/"), "more than 5 redirects"),
        (answer(302, Location="https://elsewhere.eu/"), "another host, elsewhere.eu"),
        (answer(302, Location="http://elsewhere.eu/"), "only https"),
        (answer(302, Location="file:///etc/passwd"), "only https"),
        (answer(302, Location="http://[x"), "only https"),
    ],
)
def test_wrong_answers(serve: Serve, given: Answer, message: str) -> None:
    with pytest.raises(OfficialTextError, match=message):
        fetch(serve(given) + "/", limit=1000)


def test_a_redirect_to_another_port_is_another_host(serve: Serve) -> None:
    other = serve(answer())
    with pytest.raises(OfficialTextError, match="another host"):
        fetch(serve(answer(302, Location=other)))


def test_a_silent_server(serve: Serve) -> None:
    with pytest.raises(OfficialTextError, match=r"no answer within 0\.2 seconds"):
        fetch(serve(lambda handler: time.sleep(1)), timeout=0.2)


def test_a_slow_server(serve: Serve) -> None:
    def drip(handler: BaseHTTPRequestHandler) -> None:
        answer(body=b"", Content_Length="1000")(handler)
        try:
            for _ in range(100):
                handler.wfile.write(b"x")
                handler.wfile.flush()
                time.sleep(0.05)
        except OSError:
            pass

    with pytest.raises(OfficialTextError, match="too slowly"):
        fetch(serve(drip), timeout=0.2)


def test_nobody_is_there() -> None:
    with pytest.raises(OfficialTextError, match="cannot be reached"):
        fetch("http://127.0.0.1:9/")

"""What holds for every route: headers, errors, the API's description and its pages."""

from __future__ import annotations

import json
import logging
import sqlite3
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from starlette.testclient import TestClient

from api.app import create_app
from api.middleware import LARGEST_BODY, BodyLimit
from api.settings import Settings

if TYPE_CHECKING:
    from bot.engine import Engine

CHAT = "/api/chat"
SITE = "https://some-town.example"
HEADERS = {
    "content-security-policy",
    "x-content-type-options",
    "referrer-policy",
    "permissions-policy",
}


def assert_error(response: Any, status: int, code: str) -> str:
    """The shape of every error; returns its message."""
    assert response.status_code == status, response.text
    assert response.headers["content-type"].startswith("application/json")
    body = response.json()
    assert body.keys() == {"error"}
    assert body["error"].keys() == {"code", "message", "fields"}
    assert body["error"]["code"] == code
    assert body["error"]["message"]
    assert "Traceback" not in response.text
    return str(body["error"]["message"])


@pytest.fixture
def broken(
    built: Settings, engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> Iterator[TestClient]:
    """A server whose engine fails with the person's words in the error."""

    async def answer(conversation_id: str, text: str, *rest: object) -> None:
        raise RuntimeError("the engine broke")

    monkeypatch.setattr(engine, "answer", answer)
    with TestClient(create_app(built, engine), raise_server_exceptions=False) as client:
        yield client


REQUESTS = [
    ("GET", "/", None),
    ("GET", "/healthz", None),
    ("GET", "/readyz", None),
    ("GET", "/docs", None),
    ("GET", "/redoc", None),
    ("GET", "/openapi.json", None),
    ("GET", "/static/wegwijs.js", None),
    ("GET", "/static/nothing.js", None),
    ("GET", "/api/topics", None),
    ("GET", "/api/texts/ar", None),
    ("GET", "/api/texts/xx", None),
    ("GET", "/api/cards/nothing", None),
    ("GET", "/nothing", None),
    ("GET", CHAT, None),
    ("POST", CHAT, {}),
    ("POST", CHAT, {"text": "x" * LARGEST_BODY}),
    ("POST", "/api/feedback", {}),
    ("POST", "/webhooks/rest/webhook", {}),
    ("DELETE", "/api/conversations/short", None),
]


@pytest.mark.parametrize(("method", "path", "body"), REQUESTS)
def test_security_headers(
    client: TestClient, method: str, path: str, body: dict[str, str] | None
) -> None:
    response = client.request(method, path, json=body)
    assert set(response.headers) >= HEADERS
    policy = response.headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "script-src 'self'" in policy
    assert "http" not in policy
    assert response.headers["x-content-type-options"] == "nosniff"
    if path not in ("/docs", "/redoc"):
        assert "unsafe" not in policy
    if path.startswith("/api/"):
        assert response.headers["cache-control"] == "no-store"


def test_an_unexpected_error_has_them_too(broken: TestClient) -> None:
    response = broken.post(CHAT, json={"text": "hallo"}, headers={"Origin": SITE})
    assert_error(response, 500, "failed")
    assert set(response.headers) >= HEADERS


def test_an_unexpected_error_shows_no_trace_and_no_words(
    broken: TestClient, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.DEBUG):
        response = broken.post(CHAT, json={"text": "my secret is kwakkelbeen"})
    message = assert_error(response, 500, "failed")
    assert "RuntimeError" not in response.text
    assert "the engine broke" not in response.text
    assert "again" in message
    logged = [record for record in caplog.records if record.name == "api.errors"]
    assert [record.levelno for record in logged] == [logging.ERROR]
    assert "/api/chat" in logged[0].getMessage()
    assert "the engine broke" in caplog.text
    assert "kwakkelbeen" not in caplog.text


def test_an_error_of_the_database_shows_no_words(
    built: Settings, engine: Engine, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    file = tmp_path / "wegwijs.sqlite"
    settings = built.model_copy(update={"database_url": f"sqlite:///{file}"})
    with TestClient(create_app(settings, engine), raise_server_exceptions=False) as client:
        with sqlite3.connect(file) as connection:
            connection.execute("DROP TABLE exchanges")
        with caplog.at_level(logging.DEBUG):
            response = client.post(CHAT, json={"text": "mijn kwakkelbeen doet pijn"})
    assert_error(response, 500, "failed")
    assert "no such table" in caplog.text
    assert "kwakkelbeen" not in caplog.text


def test_a_site_can_read_every_error(client: TestClient, broken: TestClient) -> None:
    """Without these headers a widget on another site cannot tell "too large" from "no network"."""
    asked = [
        broken.post(CHAT, json={"text": "hallo"}, headers={"Origin": SITE}),
        client.post(CHAT, json={"text": "x" * LARGEST_BODY}, headers={"Origin": SITE}),
        client.post(CHAT, json={}, headers={"Origin": SITE}),
        client.get("/api/texts/xx", headers={"Origin": SITE}),
    ]
    assert [response.status_code for response in asked] == [500, 413, 422, 404]
    for response in asked:
        assert response.headers.get("access-control-allow-origin") == "*", response.status_code


def test_a_message_is_not_logged(client: TestClient, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.INFO):
        client.post(CHAT, json={"text": "mijn kwakkelbeen doet pijn"})
        client.post(CHAT, json={"payload": "/kwakkelbeen"})
        client.post(CHAT, json={"text": "kwakkelbeen", "place": "KWAKKELBEEN!"})
    ours = [r.getMessage() for r in caplog.records if not r.name.startswith(("httpx", "asyncio"))]
    assert not [line for line in ours if "kwakkelbeen" in line.lower()]


# Errors


@pytest.mark.parametrize("path", ["/nothing", "/api/nothing", "/static/nothing.js", "/api/chat/x"])
def test_not_found(client: TestClient, path: str) -> None:
    assert_error(client.get(path), 404, "not_found")


@pytest.mark.parametrize(
    "path", ["/static/../app.py", "/static/..%2fapp.py", "/static/%2e%2e/settings.py"]
)
def test_static_files_stay_in_their_folder(client: TestClient, path: str) -> None:
    response = client.get(path)
    assert response.status_code == 404
    assert "import" not in response.text


@pytest.mark.parametrize(
    ("method", "path"),
    [("GET", CHAT), ("PUT", CHAT), ("POST", "/api/topics"), ("GET", "/api/conversations/x")],
)
def test_method_not_allowed(client: TestClient, method: str, path: str) -> None:
    response = client.request(method, path)
    assert_error(response, 405, "method_not_allowed")
    assert response.headers["allow"]


# Size of a request


def test_too_large(client: TestClient) -> None:
    message = assert_error(client.post(CHAT, json={"text": "x" * LARGEST_BODY}), 413, "too_large")
    assert str(LARGEST_BODY) in message


def test_too_large_without_saying_so(client: TestClient) -> None:
    def pieces() -> Iterator[bytes]:
        yield b'{"text": "'
        for _ in range(300):
            yield b"x" * 1024
        yield b'"}'

    response = client.post(CHAT, content=pieces(), headers={"Content-Type": "application/json"})
    assert "content-length" not in response.request.headers
    assert_error(response, 413, "too_large")


async def test_an_endless_request_is_not_read_to_its_end() -> None:
    async def app(scope: Any, receive: Any, send: Any) -> None:
        raise AssertionError("the application got a request that is too large")

    read, sent = 0, []

    async def receive() -> dict[str, Any]:
        nonlocal read
        read += 1000
        assert read < 100_000
        return {"type": "http.request", "body": b"x" * 1000, "more_body": True}

    async def send(message: dict[str, Any]) -> None:
        sent.append(message)

    scope = {"type": "http", "method": "POST", "path": CHAT, "headers": []}
    await BodyLimit(app, largest=10_000)(scope, receive, send)
    assert sent[0]["status"] == 413
    assert json.loads(sent[1]["body"])["error"]["code"] == "too_large"
    assert read == 11_000


async def test_a_request_in_pieces_arrives_whole() -> None:
    got = b""

    async def app(scope: Any, receive: Any, send: Any) -> None:
        nonlocal got
        more = True
        while more:
            message = await receive()
            got += message["body"]
            more = message["more_body"]

    pieces = [b"a" * 10, b"b" * 10, b"", b"c"]

    async def receive() -> dict[str, Any]:
        piece = pieces.pop(0)
        return {"type": "http.request", "body": piece, "more_body": bool(pieces)}

    async def send(message: dict[str, Any]) -> None:
        raise AssertionError(message)

    scope = {"type": "http", "method": "POST", "path": CHAT, "headers": []}
    await BodyLimit(app, largest=21)(scope, receive, send)
    assert got == b"a" * 10 + b"b" * 10 + b"c"


def test_the_longest_text_fits_also_when_it_is_escaped(client: TestClient) -> None:
    """Two escapes of six signs for each sign outside the basic plane."""
    body = json.dumps({"text": "😀" * 20_000}, ensure_ascii=True)
    response = client.post(CHAT, content=body, headers={"Content-Type": "application/json"})
    assert response.status_code == 200


# The API's description


@pytest.fixture(scope="session")
def description(client: TestClient) -> dict[str, Any]:
    response = client.get("/openapi.json")
    assert response.status_code == 200
    return dict(response.json())


def operations(description: dict[str, Any]) -> list[tuple[str, dict[str, Any]]]:
    return [
        (f"{method.upper()} {path}", operation)
        for path, methods in description["paths"].items()
        for method, operation in methods.items()
    ]


def test_every_route_is_described(description: dict[str, Any]) -> None:
    described = operations(description)
    assert {name for name, _ in described} == {
        "POST /api/chat",
        "POST /api/feedback",
        "DELETE /api/conversations/{conversation_id}",
        "GET /api/handover",
        "POST /api/handover",
        "GET /api/handover/{conversation_id}",
        "POST /api/handover/{conversation_id}/messages",
        "POST /api/handover/{conversation_id}/question",
        "POST /api/handover/{conversation_id}/end",
        "GET /api/handover/{conversation_id}/events",
        "GET /api/topics",
        "GET /api/cards/{card_id}",
        "GET /api/texts/{language}",
        "POST /webhooks/rest/webhook",
        "GET /healthz",
        "GET /readyz",
    }
    for name, operation in described:
        assert operation["summary"], name
        assert operation["description"], name
        assert operation["tags"], name
    ids = [operation["operationId"] for _, operation in described]
    assert len(ids) == len(set(ids))


def test_every_error_is_described_in_its_shape(description: dict[str, Any]) -> None:
    for name, operation in operations(description):
        if "/api/" not in name and "/webhooks/" not in name:
            continue
        for status in ("404", "413", "422", "429", "500", "503"):
            content = operation["responses"][status]["content"]["application/json"]
            assert content["schema"] == {"$ref": "#/components/schemas/ErrorOut"}, (name, status)
    schemas = description["components"]["schemas"]
    assert "HTTPValidationError" not in schemas
    assert set(schemas["ErrorBody"]["properties"]) == {"code", "message", "fields"}


def test_every_reference_leads_somewhere(description: dict[str, Any]) -> None:
    schemas = description["components"]["schemas"]

    def references(node: Any) -> Iterator[str]:
        if isinstance(node, dict):
            if "$ref" in node:
                yield node["$ref"]
            for value in node.values():
                yield from references(value)
        elif isinstance(node, list):
            for value in node:
                yield from references(value)

    found = set(references(description))
    assert found
    assert {name.removeprefix("#/components/schemas/") for name in found} <= set(schemas)
    assert description["openapi"].startswith("3.")
    assert description["info"]["title"] == "Wegwijs"
    assert description["info"]["version"]


def test_the_examples_of_a_message_are_accepted(
    client: TestClient, description: dict[str, Any]
) -> None:
    examples = description["components"]["schemas"]["ChatRequest"]["examples"]
    assert examples
    for example in examples:
        assert client.post(CHAT, json=example).status_code == 200, example


class Addresses(HTMLParser):
    """What a page loads, and what its scripts name."""

    def __init__(self) -> None:
        super().__init__()
        self.loaded: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = dict(attrs)
        if tag in ("script", "img", "iframe"):
            self.loaded.append(values.get("src") or "")
        if tag == "link":
            self.loaded.append(values.get("href") or "")


@pytest.mark.parametrize("page", ["/", "/docs", "/redoc"])
def test_pages_load_nothing_from_another_host(client: TestClient, page: str) -> None:
    response = client.get(page)
    assert response.status_code == 200
    assert response.headers["content-type"].startswith("text/html")
    parser = Addresses()
    parser.feed(response.text)
    loaded = [address for address in parser.loaded if address]
    assert loaded
    for address in loaded:
        assert address.startswith("/") and not address.startswith("//"), address
        assert client.get(address).status_code == 200, address
    assert "https://" not in response.text.replace("https://host/static/wegwijs.js", "")


# Other sites


def test_another_site_may_ask_first(client: TestClient) -> None:
    for method in ("POST", "DELETE"):
        response = client.options(
            CHAT,
            headers={
                "Origin": SITE,
                "Access-Control-Request-Method": method,
                "Access-Control-Request-Headers": "content-type",
            },
        )
        assert response.status_code == 200
        assert response.headers["access-control-allow-origin"] == "*"
        assert method in response.headers["access-control-allow-methods"]
        assert "access-control-allow-credentials" not in response.headers


def test_another_site_may_read_when_to_try_again(client: TestClient) -> None:
    response = client.get("/api/texts/nl", headers={"Origin": SITE})
    assert response.headers["access-control-allow-origin"] == "*"
    assert "Retry-After" in response.headers["access-control-expose-headers"]


def test_only_the_sites_of_the_setting_when_there_are(built: Settings, engine: Engine) -> None:
    settings = built.model_copy(update={"allowed_origins": ["https://gent.example"]})
    with TestClient(create_app(settings, engine)) as client:
        own = client.get("/api/texts/nl", headers={"Origin": "https://gent.example"})
        assert own.headers["access-control-allow-origin"] == "https://gent.example"
        other = client.get("/api/texts/nl", headers={"Origin": SITE})
        assert "access-control-allow-origin" not in other.headers
        asked = client.options(
            CHAT, headers={"Origin": SITE, "Access-Control-Request-Method": "POST"}
        )
        assert "access-control-allow-origin" not in asked.headers


def test_the_widgets_files_can_be_loaded_by_another_site(client: TestClient) -> None:
    """A module script is always fetched with CORS."""
    response = client.get("/static/wegwijs.js", headers={"Origin": SITE})
    assert response.status_code == 200
    assert "javascript" in response.headers["content-type"]
    assert response.headers["access-control-allow-origin"] == "*"


# Health


def test_health(client: TestClient) -> None:
    for path in ("/healthz", "/readyz"):
        response = client.get(path)
        assert response.status_code == 200
        assert response.json() == {"status": "ok"}


def test_health_before_it_has_started(built: Settings, engine: Engine) -> None:
    client = TestClient(create_app(built, engine))  # not entered: nothing is open yet
    assert client.get("/healthz").json() == {"status": "ok"}
    response = client.get("/readyz")
    assert response.status_code == 503
    assert response.json() == {"status": "starting"}


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("POST", CHAT, {"text": "hallo"}),
        (
            "POST",
            "/api/feedback",
            {"conversation_id": "a" * 20, "exchange_id": "b", "helpful": True},
        ),
        ("DELETE", f"/api/conversations/{'a' * 20}", None),
        ("GET", "/api/topics", None),
        ("GET", "/api/texts/nl", None),
        ("GET", "/api/cards/find-a-doctor.flanders", None),
        ("POST", "/webhooks/rest/webhook", {"sender": "a", "message": "hallo"}),
    ],
)
def test_nothing_is_answered_before_it_has_started(
    built: Settings, engine: Engine, method: str, path: str, body: dict[str, Any] | None
) -> None:
    client = TestClient(create_app(built, engine))
    response = client.request(method, path, json=body)
    assert_error(response, 503, "starting")
    assert int(response.headers["retry-after"]) > 0


def test_not_ready_when_the_database_is_gone(
    client: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    state = client.app.state.wegwijs  # type: ignore[attr-defined]
    monkeypatch.setattr(state.database, "alive", lambda: False)
    response = client.get("/readyz")
    assert response.status_code == 503
    assert response.json()["status"] != "ok"

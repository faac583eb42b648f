"""Signing in through an OpenID Connect provider that runs beside the tests."""

from __future__ import annotations

import json
import os
import subprocess
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import httpx
import itsdangerous
import pytest
from pydantic import SecretStr
from starlette.testclient import TestClient

from api.app import create_app
from api.console.roles import Role
from api.settings import Settings
from api.store.accounts import Accounts
from api.store.audit import COMMAND_LINE, Audit
from api.store.database import Database

ROOT = Path(__file__).resolve().parents[3]
PYTHON = ROOT / ".venv" / "oidc-provider" / "bin" / "python"
BACK = "https://wegwijs.test/console/sign-in/provider/back"


@dataclass
class Provider:
    """A running provider, where this installation is registered."""

    process: subprocess.Popen[str]
    url: str
    client_id: str = ""
    client_secret: str = ""

    def knows(self, subject: str, **claims: Any) -> None:
        """Let the provider know somebody."""
        httpx.put(f"{self.url}/users/{subject}", json=claims).raise_for_status()

    def approve(self, address: str, **form: str) -> str:
        """Sign in at the provider, on the page that it shows; returns where that leads."""
        answer = httpx.post(address, data=form)
        assert answer.status_code == 302, answer.text
        return answer.headers["location"]

    def stop(self) -> None:
        """End it."""
        self.process.terminate()
        self.process.communicate(timeout=10)


def start(age: int = 3600) -> Provider:
    """Start a provider whose tokens live for so many seconds."""
    if not PYTHON.exists():
        reason = f"{PYTHON} is missing (tools/test-provider.sh installs the provider)"
        if os.environ.get("CI"):
            pytest.fail(reason)
        pytest.skip(reason)
    command = [PYTHON, Path(__file__).with_name("oidc_provider.py"), str(age)]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    assert process.stdout
    port = process.stdout.readline().strip()
    assert port.isdigit(), "the provider did not start"
    provider = Provider(process, f"http://127.0.0.1:{port}")
    client = httpx.post(f"{provider.url}/oauth2/clients", json={"redirect_uris": [BACK]}).json()
    provider.client_id, provider.client_secret = client["client_id"], client["client_secret"]
    return provider


@pytest.fixture(scope="module")
def provider() -> Iterator[Provider]:
    """A provider."""
    running = start()
    yield running
    running.stop()


def configured(settings: Settings, provider: Provider, **more: Any) -> Settings:
    return settings.model_copy(
        update={
            "oidc_issuer": provider.url,
            "oidc_client_id": provider.client_id,
            "oidc_client_secret": SecretStr(provider.client_secret),
            "oidc_name": "Stad Gent",
            **more,
        }
    )


@pytest.fixture
def settings(settings: Settings, provider: Provider) -> Settings:
    """An installation with a provider, where one group has a role."""
    return configured(settings, provider, oidc_roles={"advisers": "caseworker", "chiefs": "editor"})


@pytest.fixture
def accounts(database: Database) -> Accounts:
    return Accounts(database)


def begin(browser: TestClient, next_page: str = "/console") -> str:
    """Choose the provider; returns the address of its page."""
    answer = browser.get(
        "/console/sign-in/provider", params={"next": next_page}, follow_redirects=False
    )
    assert answer.status_code == 302, answer.text
    location: str = answer.headers["location"]
    return location


def come_back(browser: TestClient, address: str) -> Any:
    assert address.startswith(BACK)
    headers = {"Accept-Language": "en"}
    return browser.get(address, headers=headers, follow_redirects=False)


def sign_in_as(browser: TestClient, provider: Provider, subject: str, **query: str) -> Any:
    return come_back(browser, provider.approve(begin(browser, **query), sub=subject))


def changed(address: str, **query: str) -> str:
    """An address with other values in its query."""
    parts = urlsplit(address)
    values = {name: value for name, (value,) in parse_qs(parts.query).items()}
    return parts._replace(query=urlencode({**values, **query})).geturl()


def query_of(address: str) -> dict[str, str]:
    return {name: value for name, (value,) in parse_qs(urlsplit(address).query).items()}


def nobody_is_in(browser: TestClient, answer: Any, status: int, words: str) -> None:
    assert answer.status_code == status, answer.text
    assert words in answer.text
    assert "Stad Gent" in answer.text
    assert "wegwijs_console" not in answer.headers.get("set-cookie", "")
    assert browser.get("/console", follow_redirects=False).status_code == 303


def test_the_whole_way(
    server: TestClient, provider: Provider, accounts: Accounts, database: Database
) -> None:
    account = accounts.add(COMMAND_LINE, "Bo@Gent.be", Role.EDITOR, console_language="en")
    provider.knows("bo-1", email="bo@gent.be", email_verified=True, name="Bo")
    page = server.get("/console/sign-in?next=/console/account", headers={"Accept-Language": "en"})
    assert "Sign in through Stad Gent" in page.text
    assert 'href="/console/sign-in/provider?next=%2Fconsole%2Faccount"' in page.text
    address = begin(server, "/console/account")
    asked = query_of(address)
    assert asked["redirect_uri"] == BACK
    assert (asked["response_type"], asked["code_challenge_method"]) == ("code", "S256")
    assert all(len(asked[name]) >= 20 for name in ("state", "nonce", "code_challenge"))
    answer = come_back(server, provider.approve(address, sub="bo-1"))
    assert (answer.status_code, answer.headers["location"]) == (303, "/console/account")
    assert "You sign in as bo@gent.be." in server.get("/console/account").text
    kept = accounts.get(account.id)
    assert kept is not None and (kept.issuer, kept.subject) == (provider.url, "bo-1")
    entries, _ = Audit(database).latest()
    assert [(one.action, one.details) for one in entries[:2]] == [
        ("signed_in", {"how": "provider"}),
        ("account.bound", {"issuer": provider.url}),
    ]


def test_the_state_is_in_a_short_cookie_of_these_pages(server: TestClient) -> None:
    answer = server.get("/console/sign-in/provider", follow_redirects=False)
    (cookie,) = answer.headers.get_list("set-cookie")
    assert cookie.startswith("wegwijs_sign_in=")
    for word in ("path=/console/sign-in/provider", "Max-Age=600", "httponly", "secure"):
        assert f"; {word};" in f"{cookie};"
    assert "set-cookie" not in server.get("/console/sign-in").headers


def test_the_subject_counts_after_the_first_time(
    server: TestClient, provider: Provider, accounts: Accounts
) -> None:
    accounts.add(COMMAND_LINE, "cas", Role.EDITOR)
    provider.knows("cas-1", preferred_username="Cas")
    assert sign_in_as(server, provider, "cas-1").status_code == 303
    provider.knows("cas-1", preferred_username="other", email="other@gent.be")
    assert sign_in_as(server, provider, "cas-1").status_code == 303
    provider.knows("cas-2", preferred_username="cas")
    stranger = TestClient(server.app, base_url="https://wegwijs.test")
    answer = sign_in_as(stranger, provider, "cas-2")
    nobody_is_in(stranger, answer, 403, "knows you as cas, but you have no account")


def test_an_unknown_person(server: TestClient, provider: Provider, accounts: Accounts) -> None:
    provider.knows("eve", email="<b>eve</b>@example.org", groups=["visitors"])
    answer = sign_in_as(server, provider, "eve")
    nobody_is_in(server, answer, 403, "knows you as &lt;b&gt;eve&lt;/b&gt;@example.org")
    assert accounts.all() == []


@pytest.mark.parametrize("verified", [False, "false", None])
def test_an_address_that_was_not_verified_names_nobody(
    verified: Any, server: TestClient, provider: Provider, accounts: Accounts
) -> None:
    accounts.add(COMMAND_LINE, "dirk@gent.be", Role.ADMINISTRATOR)
    provider.knows("eve-2", email="dirk@gent.be", email_verified=verified)
    nobody_is_in(server, sign_in_as(server, provider, "eve-2"), 403, "no account")


def test_an_account_with_a_password_is_not_taken_over(
    server: TestClient, provider: Provider, accounts: Accounts
) -> None:
    accounts.add(
        COMMAND_LINE, "els@gent.be", Role.ADMINISTRATOR, password="een lange zin over molens"
    )
    provider.knows("eve-3", email="els@gent.be", groups=["advisers"])
    nobody_is_in(server, sign_in_as(server, provider, "eve-3"), 403, "no account")


def test_somebody_who_was_switched_off(
    server: TestClient, provider: Provider, accounts: Accounts
) -> None:
    account = accounts.add(COMMAND_LINE, "fien", Role.EDITOR)
    provider.knows("fien-1", preferred_username="fien", groups=["advisers"])
    assert sign_in_as(server, provider, "fien-1").status_code == 303
    accounts.change(COMMAND_LINE, account.id, active=False)
    nobody_is_in(server, sign_in_as(server, provider, "fien-1"), 403, "no account")
    assert len(accounts.all()) == 1


@pytest.mark.parametrize(
    ("groups", "role"),
    [(["advisers"], "caseworker"), ("chiefs", "editor"), (["advisers", "x", "chiefs"], "editor")],
)
def test_a_group_with_a_role_gives_an_account(
    server: TestClient, provider: Provider, accounts: Accounts, database: Database,
    groups: Any, role: str,
) -> None:  # fmt: skip
    provider.knows("gust", email="gust@gent.be", name="Gust  Maes", groups=groups)
    assert sign_in_as(server, provider, "gust").status_code == 303
    (account,) = accounts.all()
    assert (account.name, account.shown_name, account.role) == ("gust@gent.be", "Gust Maes", role)
    assert (account.issuer, account.subject) == (provider.url, "gust")
    entries, _ = Audit(database).latest("account.added")
    assert [(one.who, one.object) for one in entries] == [("server", "account gust@gent.be")]
    # The role is the console's from then on.
    provider.knows("gust", email="gust@gent.be", groups=[])
    assert sign_in_as(server, provider, "gust").status_code == 303
    assert [one.role for one in accounts.all()] == [role]


def test_the_provider_refuses(server: TestClient, provider: Provider) -> None:
    address = begin(server)
    denied = f"{BACK}?{urlencode({'error': 'access_denied', 'state': query_of(address)['state']})}"
    assert "error=access_denied" in provider.approve(address, action="deny")
    nobody_is_in(server, come_back(server, denied), 403, "did not let you through")


@pytest.fixture
def hans(provider: Provider, accounts: Accounts) -> str:
    """Somebody with an account; the subject."""
    accounts.add(COMMAND_LINE, "hans", Role.ADMINISTRATOR)
    provider.knows("hans-1", preferred_username="hans")
    return "hans-1"


def test_another_state(
    server: TestClient, provider: Provider, hans: str, caplog: pytest.LogCaptureFixture
) -> None:
    address = provider.approve(begin(server), sub=hans)
    answer = come_back(server, changed(address, state="something-else"))
    nobody_is_in(server, answer, 400, "did not work")
    assert "MismatchingStateError" in caplog.text


def test_no_state(server: TestClient, provider: Provider, hans: str) -> None:
    address = provider.approve(begin(server), sub=hans)
    code = query_of(address)["code"]
    nobody_is_in(server, come_back(server, f"{BACK}?code={code}"), 400, "did not work")
    nobody_is_in(server, come_back(server, BACK), 400, "did not work")


def test_a_way_that_began_in_another_browser(
    server: TestClient, provider: Provider, hans: str, caplog: pytest.LogCaptureFixture
) -> None:
    address = provider.approve(begin(server), sub=hans)
    victim = TestClient(server.app, base_url="https://wegwijs.test")
    nobody_is_in(victim, come_back(victim, address), 400, "did not work")
    assert "MismatchingStateError" in caplog.text


def test_another_nonce(
    server: TestClient, provider: Provider, hans: str, caplog: pytest.LogCaptureFixture
) -> None:
    address = provider.approve(changed(begin(server), nonce="of-another-sign-in"), sub=hans)
    nobody_is_in(server, come_back(server, address), 400, "did not work")
    assert "Invalid claim: 'nonce'" in caplog.text


def test_a_code_that_somebody_slipped_in(
    server: TestClient, provider: Provider, hans: str, caplog: pytest.LogCaptureFixture
) -> None:
    other = TestClient(server.app, base_url="https://wegwijs.test")
    code = query_of(provider.approve(begin(other), sub=hans))["code"]
    address = begin(server)
    stolen = f"{BACK}?{urlencode({'code': code, 'state': query_of(address)['state']})}"
    nobody_is_in(server, come_back(server, stolen), 400, "did not work")
    assert "Code challenge failed" in caplog.text


def test_a_code_counts_once(
    server: TestClient, provider: Provider, hans: str, caplog: pytest.LogCaptureFixture
) -> None:
    first = provider.approve(begin(server), sub=hans)
    state_cookie = server.cookies.get("wegwijs_sign_in")
    assert come_back(server, first).status_code == 303
    assert state_cookie
    again = TestClient(server.app, base_url="https://wegwijs.test")
    nobody_is_in(again, come_back(again, first), 400, "did not work")
    # With all that the first browser had: the provider itself knows the code no more.
    again.cookies.set("wegwijs_sign_in", state_cookie, path="/console/sign-in/provider")
    nobody_is_in(again, come_back(again, first), 400, "did not work")
    assert "MismatchingStateError" in caplog.text
    assert "invalid_grant" in caplog.text


def test_a_state_that_was_tampered_with(
    server: TestClient, provider: Provider, hans: str, caplog: pytest.LogCaptureFixture
) -> None:
    address = provider.approve(begin(server), sub=hans)
    kept = server.cookies.get("wegwijs_sign_in") or ""
    server.cookies.clear()
    server.cookies.set("wegwijs_sign_in", "A" + kept[1:], path="/console/sign-in/provider")
    nobody_is_in(server, come_back(server, address), 400, "did not work")
    assert "MismatchingStateError" in caplog.text


def test_a_sign_in_that_took_too_long(
    server: TestClient,
    provider: Provider,
    hans: str,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    made_at = itsdangerous.TimestampSigner.get_timestamp
    with monkeypatch.context() as earlier:
        earlier.setattr(
            itsdangerous.TimestampSigner, "get_timestamp", lambda self: made_at(self) - 601
        )
        address = begin(server)
    nobody_is_in(server, come_back(server, provider.approve(address, sub=hans)), 400, "too long")
    assert "MismatchingStateError" in caplog.text


def test_it_leads_nowhere_else(server: TestClient, provider: Provider, hans: str) -> None:
    answer = sign_in_as(server, provider, hans, next_page="https://evil.example/")
    assert answer.headers["location"] == "/console"


def test_not_in_the_open(server: TestClient) -> None:
    plain = TestClient(server.app, base_url="http://wegwijs.test")
    for path in ("/console/sign-in/provider", "/console/sign-in/provider/back"):
        assert plain.get(path, follow_redirects=False).status_code == 400


Serve = Callable[..., Any]


@pytest.fixture
def serve(tmp_path: Path, server: TestClient) -> Iterator[Serve]:
    """Runs the server with other settings."""
    running = []
    engine = server.app.state.wegwijs.engine  # type: ignore[attr-defined]

    def run(**other: Any) -> TestClient:
        settings = server.app.state.wegwijs.settings  # type: ignore[attr-defined]
        folder = tmp_path / f"data{len(running)}"
        app = create_app(settings.model_copy(update={"data_dir": folder, **other}), engine)
        client = TestClient(app, base_url="https://wegwijs.test").__enter__()
        running.append(client)
        return client

    yield run
    for client in running:
        client.__exit__(None, None, None)


def test_a_provider_that_is_down(serve: Serve, settings: Settings) -> None:
    passing = start()
    passing.knows("ine", preferred_username="ine", groups=["advisers"])
    client_of = configured(settings, passing)
    fields = ("oidc_issuer", "oidc_client_id", "oidc_client_secret")
    server = serve(**{name: getattr(client_of, name) for name in fields})
    address = passing.approve(begin(server), sub="ine")
    passing.stop()
    nobody_is_in(server, come_back(server, address), 502, "does not answer")
    answer = server.get(
        "/console/sign-in/provider", headers={"Accept-Language": "en"}, follow_redirects=False
    )
    nobody_is_in(server, answer, 502, "does not answer")


def test_a_token_that_has_expired(
    serve: Serve, settings: Settings, caplog: pytest.LogCaptureFixture
) -> None:
    late = start(age=-600)
    try:
        late.knows("ine", preferred_username="ine", groups=["advisers"])
        client_of = configured(settings, late)
        fields = ("oidc_issuer", "oidc_client_id", "oidc_client_secret")
        server = serve(**{name: getattr(client_of, name) for name in fields})
        nobody_is_in(server, sign_in_as(server, late, "ine"), 400, "did not work")
        assert "The token is expired" in caplog.text
    finally:
        late.stop()


def test_a_secret_that_is_wrong(
    serve: Serve, provider: Provider, caplog: pytest.LogCaptureFixture
) -> None:
    provider.knows("ine", preferred_username="ine", groups=["advisers"])
    server = serve(oidc_client_secret=SecretStr("wrong"))
    nobody_is_in(server, sign_in_as(server, provider, "ine"), 400, "did not work")
    assert "invalid_client" in caplog.text


@pytest.mark.parametrize(
    "said",
    [b'{"issuer": "https://other.example"}', b"<html>Welcome</html>", b"[]", b"{}"],
)
def test_what_is_no_such_provider(serve: Serve, said: bytes) -> None:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.send_header("Content-Length", str(len(said)))
            self.end_headers()
            self.wfile.write(said)

        def log_message(self, *_: Any) -> None:
            pass

    other = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=other.serve_forever, args=(0.02,), daemon=True).start()
    try:
        server = serve(oidc_issuer=f"http://127.0.0.1:{other.server_port}")
        answer = server.get(
            "/console/sign-in/provider", headers={"Accept-Language": "en"}, follow_redirects=False
        )
        nobody_is_in(server, answer, 502, "is not set up well")
    finally:
        other.shutdown()
        other.server_close()


def test_without_a_provider(serve: Serve) -> None:
    server = serve(oidc_issuer="")
    assert "/console/sign-in/provider" not in server.get("/console/sign-in").text
    for path in ("/console/sign-in/provider", "/console/sign-in/provider/back"):
        assert server.get(path, follow_redirects=False).status_code == 404


def test_settings_that_are_wrong(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    from api.settings import SettingsError, load_settings

    monkeypatch.chdir(tmp_path)
    for values, words in (
        ({"ISSUER": "https://id.gent.be"}, "WEGWIJS_OIDC_ISSUER: give WEGWIJS_OIDC_CLIENT_ID"),
        ({"ISSUER": "http://id.gent.be", "CLIENT_ID": "x"}, "begins with https://"),
        ({"ROLES": '{"advisers": "boss"}'}, "WEGWIJS_OIDC_ROLES"),
        ({"ROLES": "advisers"}, "write JSON such as"),
    ):
        with monkeypatch.context() as environment:
            for name, value in values.items():
                environment.setenv(f"WEGWIJS_OIDC_{name}", value)
            with pytest.raises(SettingsError, match=words):
                load_settings()
    monkeypatch.setenv("WEGWIJS_OIDC_ISSUER", "https://id.gent.be")
    monkeypatch.setenv("WEGWIJS_OIDC_CLIENT_ID", "x")
    monkeypatch.setenv("WEGWIJS_OIDC_ROLES", json.dumps({"advisers": "caseworker"}))
    assert load_settings().oidc_roles == {"advisers": Role.CASEWORKER}

"""Who reaches which page."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from starlette.testclient import TestClient


def test_nobody_is_sent_to_sign_in(server: TestClient) -> None:
    answer = server.get("/console?x=1", follow_redirects=False)
    assert answer.status_code == 303
    assert answer.headers["location"].startswith("/console/sign-in?next=%2Fconsole")


def test_a_form_without_the_sessions_token_is_refused(sign_in: Callable[..., Any]) -> None:
    browser = sign_in()
    browser.csrf = "wrong"
    answer = browser.submit("/console/sign-out")
    assert answer.status_code in (403, 404)


def test_the_start_page(sign_in: Callable[..., Any]) -> None:
    page = sign_in(language="fr").get("/console")
    assert page.status_code == 200
    assert "Bienvenue" in page.text
    assert page.headers["cache-control"] == "no-store"

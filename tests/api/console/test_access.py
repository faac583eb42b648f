"""Who reaches which page: every route of the console, as every role and as nobody."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from starlette.routing import BaseRoute
from starlette.testclient import TestClient

from api.console.pages import Menu
from api.console.roles import Role

CASEWORKER, EDITOR, ADMINISTRATOR = Role
OPEN = None
"""For a page that needs no session."""

# Every path of the console, with the least role that each of its methods needs.
PAGES: dict[str, dict[str, Role | None]] = {
    "/console": {"GET": CASEWORKER},
    "/console/account": {"GET": CASEWORKER, "POST": CASEWORKER},
    "/console/account/password": {"POST": CASEWORKER},
    "/console/account/sign-out-everywhere": {"POST": CASEWORKER},
    "/console/audit": {"GET": ADMINISTRATOR},
    "/console/audit.csv": {"GET": ADMINISTRATOR},
    "/console/exchanges": {"GET": CASEWORKER},
    "/console/exchanges/cards": {"GET": CASEWORKER},
    "/console/exchanges/{exchange_id}": {"GET": CASEWORKER},
    "/console/exchanges/{exchange_id}/verdict": {"POST": CASEWORKER},
    "/console/handovers": {"GET": CASEWORKER},
    "/console/handovers/events": {"GET": CASEWORKER},
    "/console/handovers/options": {"GET": ADMINISTRATOR, "POST": ADMINISTRATOR},
    "/console/handovers/{handover_id}": {"GET": CASEWORKER},
    "/console/handovers/{handover_id}/finish": {"POST": CASEWORKER},
    "/console/handovers/{handover_id}/messages": {"POST": CASEWORKER},
    "/console/handovers/{handover_id}/put-back": {"POST": CASEWORKER},
    "/console/handovers/{handover_id}/take": {"POST": CASEWORKER},
    "/console/people": {"GET": ADMINISTRATOR, "POST": ADMINISTRATOR},
    "/console/people/{account_id}": {"GET": ADMINISTRATOR, "POST": ADMINISTRATOR},
    "/console/people/{account_id}/password": {"POST": ADMINISTRATOR},
    "/console/privacy": {"GET": CASEWORKER, "POST": ADMINISTRATOR},
    "/console/privacy/erase": {"GET": EDITOR, "POST": EDITOR},
    "/console/privacy/erased/{code}": {"GET": EDITOR},
    "/console/privacy/export": {"GET": EDITOR, "POST": EDITOR},
    "/console/privacy/redaction": {"GET": CASEWORKER, "POST": CASEWORKER},
    "/console/proposals": {"GET": CASEWORKER},
    "/console/proposals/new": {"GET": CASEWORKER, "POST": CASEWORKER},
    "/console/proposals/{number}": {"GET": CASEWORKER},
    "/console/proposals/{number}.patch": {"GET": CASEWORKER},
    "/console/proposals/{number}/accept": {"POST": EDITOR},
    "/console/proposals/{number}/review": {"POST": CASEWORKER},
    "/console/proposals/{number}/send-back": {"POST": EDITOR},
    "/console/proposals/{number}/withdraw": {"POST": CASEWORKER},
    "/console/sign-in": {"GET": OPEN, "POST": OPEN},
    "/console/sign-in/provider": {"GET": OPEN},
    "/console/sign-in/provider/back": {"GET": OPEN},
    "/console/sign-out": {"POST": CASEWORKER},
    "/console/statistics": {"GET": CASEWORKER},
    "/console/statistics/{table}.csv": {"GET": CASEWORKER},
    "/console/switches": {"GET": EDITOR, "POST": EDITOR},
    "/console/switches/{switch_id}/lift": {"POST": EDITOR},
    "/console/translations": {"GET": CASEWORKER},
    "/console/translations/approve": {"POST": CASEWORKER},
    "/console/translations/correct": {"POST": CASEWORKER},
    "/console/translations/one": {"GET": CASEWORKER},
    "/console/try": {"GET": CASEWORKER, "POST": CASEWORKER},
    "/console/unanswered": {"GET": CASEWORKER},
    "/console/unanswered/{group_id}": {"GET": CASEWORKER},
    "/console/unanswered/{group_id}/dismiss": {"POST": CASEWORKER},
    "/console/unanswered/{group_id}/reopen": {"POST": CASEWORKER},
}
# What stands in the place of a path's parameters. It names nothing that is there: who may not see a
# page is refused before it is looked for.
PARAMETER = "999999"
READING = ("GET", "HEAD")
# Pages that never end for who may read them: only a refusal is asked for here.
STREAMS = ("/console/handovers/events",)


def routes_of(routes: list[BaseRoute]) -> Iterator[tuple[str, str]]:
    """Every path and method that an application answers, also in the routers it includes."""
    for route in routes:
        included = getattr(route, "original_router", None)  # FastAPI keeps them whole
        if included is not None:
            yield from routes_of(included.routes)
        else:
            path: str = route.path  # type: ignore[attr-defined]
            methods = getattr(route, "methods", None) or {"any"}  # a mount has none
            yield from ((path, method) for method in methods if method != "HEAD")


def test_the_table_names_every_route(server: TestClient) -> None:
    found = {
        (path, method)
        for path, method in routes_of(server.app.routes)  # type: ignore[attr-defined]
        if path.startswith("/console")
    }
    assert len(found) > 5
    listed = {(path, method) for path, methods in PAGES.items() for method in methods}
    assert found - listed == set(), "say in PAGES which role these need"
    assert listed - found == set(), "these are in PAGES and are no routes"


def test_the_menu_shows_what_a_role_may_see() -> None:
    for item in Menu.items:
        assert item.minimum == PAGES[item.path]["GET"], item.path


def walk() -> list[Any]:
    return [
        pytest.param(path, method, minimum, id=f"{method} {path}")
        for path, methods in PAGES.items()
        for method, minimum in methods.items()
        if minimum is not OPEN
    ]


@pytest.mark.parametrize(("path", "method", "minimum"), walk())
def test_who_reaches_it(
    path: str,
    method: str,
    minimum: Role,
    server: TestClient,
    sign_in: Callable[..., Any],
) -> None:
    address = re.sub(r"{[^}]*}", PARAMETER, path)
    nobody = server.request(method, address, follow_redirects=False)
    assert nobody.status_code == 303
    assert nobody.headers["location"].startswith("/console/sign-in?next=")
    for role in Role:
        if path in STREAMS and role.reaches(minimum):
            continue
        browser = sign_in(role)
        for csrf in ("", "wrong", browser.csrf):
            if method in READING and csrf != browser.csrf:
                continue
            form = None if method in READING else {"csrf": csrf}
            answer = browser.request(method, address, data=form, follow_redirects=False)
            refused = answer.status_code == 403 and "console.css" in answer.text
            if csrf != browser.csrf and method not in READING:
                assert refused and "too old" in answer.text, f"{role} without a token"
            elif not role.reaches(minimum):
                assert refused and "not for your role" in answer.text, role
            else:
                assert "not for your role" not in answer.text, role
                assert answer.status_code != 500, answer.text
                went = answer.headers.get("location", "")
                assert not went.startswith("/console/sign-in?next="), role


def test_open_pages_are_those_to_sign_in_with() -> None:
    opened = {path for path, methods in PAGES.items() if OPEN in methods.values()}
    assert all(path.startswith("/console/sign-in") for path in opened)


def test_an_expired_or_unknown_session_is_nobody(
    server: TestClient, sign_in: Callable[..., Any]
) -> None:
    browser = sign_in(Role.ADMINISTRATOR)
    assert browser.get("/console/people").status_code == 200
    browser.cookies.set("wegwijs_console", "something else", path="/console")
    answer = browser.get("/console/people", follow_redirects=False)
    assert answer.headers["location"] == "/console/sign-in?next=%2Fconsole%2Fpeople"


def test_nobody_is_sent_to_sign_in(server: TestClient) -> None:
    answer = server.get("/console?x=1", follow_redirects=False)
    assert answer.status_code == 303
    assert answer.headers["location"].startswith("/console/sign-in?next=%2Fconsole")


def test_a_csrf_token_is_of_one_session(sign_in: Callable[..., Any]) -> None:
    browser, other = sign_in(), sign_in()
    browser.csrf = other.csrf
    assert browser.submit("/console/sign-out").status_code == 403
    assert browser.get("/console").status_code == 200


def test_the_start_page(sign_in: Callable[..., Any]) -> None:
    page = sign_in(language="fr").get("/console")
    assert page.status_code == 200
    assert "Bienvenue" in page.text
    assert page.headers["cache-control"] == "no-store"

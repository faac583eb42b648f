"""What nobody types by accident: it is refused with a page or an error of ours, never a fault."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest
from sqlalchemy import select
from starlette.testclient import TestClient

from actions.reply import Reply, Status
from api.console.roles import Role
from api.state import State
from api.store.database import Database
from api.store.exchanges import Exchanges
from api.store.tables import SignInFailure
from bot.engine import Answer

HUGE = "9" * 25  # more than a database's integer holds
CONVERSATION = "A" * 20


@pytest.mark.parametrize(
    "path",
    [
        f"/console/people/{HUGE}",
        f"/console/proposals/{HUGE}",
        f"/console/unanswered/{HUGE}",
        f"/console/translations/one?proposal={HUGE}",
    ],
)
def test_a_number_that_is_too_large_names_nothing(path: str, sign_in: Callable[..., Any]) -> None:
    page = sign_in(Role.ADMINISTRATOR).get(path)
    assert page.status_code == 404
    assert "does not exist" in page.text


def test_nothing_is_changed_under_a_number_that_is_too_large(sign_in: Callable[..., Any]) -> None:
    browser = sign_in(Role.ADMINISTRATOR)
    assert browser.submit(f"/console/people/{HUGE}/password").status_code == 404
    assert browser.submit(f"/console/switches/{HUGE}/lift", reason="Klaar").status_code == 422


@pytest.mark.parametrize("day", ["since=0001-01-01", "until=9999-12-31"])
def test_the_first_and_last_day_of_all_are_not_understood(
    day: str, sign_in: Callable[..., Any]
) -> None:
    assert sign_in().get(f"/console/exchanges?{day}").status_code == 200


@pytest.mark.parametrize(
    "path", ["/console/audit?who=a%00b", "/console/exchanges?card=%00", "/console/handovers/a%00b"]
)
def test_a_sign_that_cannot_be_kept_is_refused_in_an_address(
    path: str, sign_in: Callable[..., Any]
) -> None:
    page = sign_in(Role.ADMINISTRATOR).get(path)
    assert page.status_code == 400
    assert "cannot be read" in page.text


def test_a_sign_that_cannot_be_kept_is_refused_in_a_form(sign_in: Callable[..., Any]) -> None:
    browser = sign_in()
    assert browser.submit("/console/account", shown_name="Ali\0ce").status_code == 400
    assert browser.submit("/console/account", shown_name="Alice").status_code == 303


def test_a_name_to_sign_in_with_loses_the_sign(server: TestClient, database: Database) -> None:
    form = {"name": "nob\0ody", "password": "wrong"}
    assert server.post("/console/sign-in", data=form).status_code == 403
    with database.reading() as session:
        names = [row.name for row in session.execute(select(SignInFailure.name))]
    assert names == ["nobody"]


def test_a_place_in_a_thread_that_is_too_large(server: TestClient, state: State) -> None:
    state.handovers.ask(CONVERSATION, "nl", None)
    path = f"/api/handover/{CONVERSATION}"
    assert server.get(f"{path}?after={HUGE}").status_code == 422
    assert server.get(f"{path}?after={2**31 - 1}").status_code == 200
    state.handovers.end(CONVERSATION)
    for heard in (HUGE, "9" * 5000):
        answer = server.get(f"{path}/events", headers={"Last-Event-ID": heard})
        assert answer.status_code == 200
        assert '"status":"ended"' in answer.text


def test_newcomers_do_not_use_up_the_streams_of_staff(
    sign_in: Callable[..., Any], state: State
) -> None:
    browser = sign_in()
    state.streams._open["address", "testclient"] = 200
    state.streams._open["account", str(browser.account_id)] = 20
    live = {"Accept": "text/event-stream"}
    assert browser.get("/console/handovers/events", headers=live).status_code == 429
    state.streams.check(account=str(browser.account_id + 1))


async def test_erasing_waits_for_the_answer_under_way(state: State, database: Database) -> None:
    going, done = asyncio.Event(), asyncio.Event()
    reply = Reply(status=Status.SMALL_TALK, messages=(), language="nl")

    async def answer(*given: Any) -> Answer:
        going.set()
        await done.wait()
        return Answer(reply, "ik woon in Gent")

    async def erase(conversation_id: str) -> int:
        return 0

    library = state.ready()[0].knowledge.library
    engine: Any = SimpleNamespace(
        knowledge=SimpleNamespace(library=library), answer=answer, erase=erase
    )
    state.engine = engine
    asked = asyncio.create_task(state.answer_by_program(CONVERSATION, "x", None, None, None))
    await going.wait()
    erased = asyncio.create_task(state.erase(CONVERSATION))
    for _ in range(5):
        await asyncio.sleep(0)
    done.set()
    await asked
    receipt = await erased
    assert receipt.counts["exchanges"] == 1
    assert Exchanges(database).of_conversation(CONVERSATION) == []
    assert not state.turns

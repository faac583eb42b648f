"""The page on which answers are switched off and on."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import select

from api.console.roles import Role
from api.state import State
from api.store.audit import Actor
from api.store.database import Database
from api.store.switches import Off, Switches, SwitchKind
from api.store.tables import AuditEntry
from knowledge.library import Library

PATH = "/console/switches"
DOCTOR, GROUP = "find-a-doctor.flanders", "find-a-doctor"


@pytest.fixture
def editor(sign_in: Callable[..., Any]) -> Any:
    return sign_in(Role.EDITOR, name="eva")


@pytest.fixture
def chief(sign_in: Callable[..., Any]) -> Any:
    return sign_in(Role.ADMINISTRATOR, name="chief")


@pytest.fixture
def switches(database: Database) -> Switches:
    return Switches(database)


def test_a_card_is_found_and_switched_off(
    editor: Any, switches: Switches, state: State, database: Database
) -> None:
    assert "Everything is on." in editor.get(PATH).text
    found = editor.get(PATH, params={"find": "doctor flanders"}).text
    assert f'value="card:{DOCTOR}"' in found
    assert f'value="topic:{GROUP}"' in found
    assert state.switching.off(database) == Off()
    answer = editor.submit(
        PATH, target=f"card:{DOCTOR}", reason="wrong <number>", nl="Even nakijken.", en="", fr=""
    )
    assert (answer.status_code, answer.headers["location"]) == (303, f"{PATH}?done=switched_off")
    # At once, in this process.
    assert state.switching.off(database) == Off(cards={DOCTOR: {"nl": "Even nakijken."}})
    page = editor.get(PATH).text
    assert "Off now</h2>" not in page and "Off now (1)" in page
    assert "Eva" in page and "Even nakijken." in page
    assert "wrong &lt;number&gt;" in page
    assert "<time datetime=" in page
    again = editor.get(PATH, params={"find": "doctor flanders"}).text
    assert "is off already" in again


def test_it_is_switched_on_again_with_a_reason(
    editor: Any, switches: Switches, state: State, database: Database
) -> None:
    editor.submit(PATH, target=f"topic:{GROUP}", reason="wrong")
    (one,) = switches.listed()
    without = editor.submit(f"{PATH}/{one.switch.id}/lift", reason=" ")
    assert without.status_code == 422 and "Write why." in without.text
    assert state.switching.off(database).topics == {GROUP: {}}
    assert editor.submit(f"{PATH}/{one.switch.id}/lift", reason="mended").status_code == 303
    assert state.switching.off(database) == Off()
    assert "already" in editor.submit(f"{PATH}/{one.switch.id}/lift", reason="mended").text
    with database.reading() as session:
        noted = session.scalars(select(AuditEntry).where(AuditEntry.action.startswith("switch")))
        assert [(entry.who, entry.object) for entry in noted] == [("eva", f"topic {GROUP}")] * 2


@pytest.mark.parametrize(
    ("form", "problem"),
    [
        ({"reason": "why"}, "Choose what"),
        ({"target": "card:no-such.card", "reason": "why"}, "Choose what"),
        ({"target": "topic:no-such", "reason": "why"}, "Choose what"),
        ({"target": "moon:", "reason": "why"}, "Choose what"),
        ({"target": f"card:{DOCTOR}"}, "Write why."),
        ({"target": f"card:{DOCTOR}", "reason": "why", "fr": "x" * 601}, "too long"),
    ],
)
def test_what_is_refused_stays_in_the_form(
    editor: Any, switches: Switches, form: dict[str, str], problem: str
) -> None:
    answer = editor.submit(PATH, find="doctor", nl="Even nakijken.", **form)
    assert answer.status_code == 422
    assert problem in answer.text and 'role="alert"' in answer.text
    assert "Even nakijken." in answer.text
    assert switches.off() == Off()


def test_what_is_off_is_not_switched_off_twice(editor: Any) -> None:
    for status in (303, 422):
        answer = editor.submit(PATH, target=f"card:{DOCTOR}", reason="why")
        assert answer.status_code == status
    assert "This is off already." in answer.text


def test_the_whole_bot_is_for_administrators(editor: Any, chief: Any, switches: Switches) -> None:
    assert "Switch everything off" not in editor.get(PATH).text
    form = {"target": "bot:", "reason": "an attack", "sure": "yes"}
    assert editor.submit(PATH, **form).status_code == 403
    assert switches.off() == Off()
    assert "Switch everything off" in chief.get(PATH).text
    unsure = chief.submit(PATH, target="bot:", reason="an attack")
    assert unsure.status_code == 422 and "Tick" in unsure.text
    assert chief.submit(PATH, **form).status_code == 303
    assert switches.off() == Off(bot={})
    (one,) = switches.listed()
    assert "Only an administrator" in editor.get(PATH).text
    assert editor.submit(f"{PATH}/{one.switch.id}/lift", reason="over").status_code == 403
    assert switches.off() == Off(bot={})
    assert chief.submit(f"{PATH}/{one.switch.id}/lift", reason="over").status_code == 303
    assert switches.off() == Off()


def test_a_passage_of_a_plan_can_be_switched_off(
    editor: Any, switches: Switches, library: Library
) -> None:
    passage = next(iter(library.passages))
    page = editor.get(PATH, params={"card": passage}).text
    assert f'value="card:{passage}" required checked' in page
    assert editor.submit(PATH, target=f"card:{passage}", reason="expired").status_code == 303
    assert switches.off().cards == {passage: {}}
    assert editor.get(PATH).status_code == 200


def test_what_left_the_library_can_still_be_switched_on(editor: Any, switches: Switches) -> None:
    eva = Actor(editor.account_id, "eva")
    gone = switches.set(eva, SwitchKind.CARD, "gone.ghent", "wrong", {})
    switches.set(eva, SwitchKind.TOPIC, "gone-too", "wrong", {})
    page = editor.get(PATH)
    assert page.status_code == 200 and "gone.ghent" in page.text
    assert editor.submit(f"{PATH}/{gone.id}/lift", reason="deleted").status_code == 303


def test_every_language_has_the_page(sign_in: Callable[..., Any]) -> None:
    for language, title in (("nl", "Aan en uit"), ("fr", "Marche et arrêt")):
        assert title in sign_in(Role.ADMINISTRATOR, language=language).get(PATH).text

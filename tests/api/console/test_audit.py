"""The audit log as administrators read it."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from typing import Any

import pytest

from api.console.audit import csv_cell
from api.console.roles import Role
from api.store.audit import COMMAND_LINE, Actor, Audit, note
from api.store.database import Database


@pytest.fixture
def chief(sign_in: Callable[..., Any]) -> Any:
    """The browser of an administrator."""
    return sign_in(Role.ADMINISTRATOR, name="chief")


@pytest.fixture
def busy(chief: Any, database: Database) -> Any:
    """The same, where much was done."""
    with database.session() as session:
        for number in range(120):
            note(session, Actor(7, "bo"), "verdict.given", f"exchange e{number}", verdict="right")
        note(session, COMMAND_LINE, "switch.set", "card <b>x</b>", reason="=1+1")
    return chief


def exported(browser: Any, query: str = "") -> list[list[str]]:
    answer = browser.get(f"/console/audit.csv{query}")
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "text/csv; charset=utf-8"
    assert "attachment" in answer.headers["content-disposition"]
    assert answer.headers["cache-control"] == "no-store"
    return list(csv.reader(io.StringIO(answer.text.removeprefix("\ufeff"))))


def test_newest_first_in_pages(busy: Any) -> None:
    first = busy.get("/console/audit").text
    assert "Page 1 of 3" in first and "Found: 122." in first
    assert first.index("switch.set") < first.index("exchange e119")
    assert "card &lt;b&gt;x&lt;/b&gt;" in first and "<b>x" not in first
    assert "exchange e60" not in first
    second = busy.get("/console/audit?number=2").text
    assert "exchange e60" in second and "switch.set" not in second.split("<table>")[1]
    assert "Newer" in second and "Older" in second
    assert "Nothing was found" in busy.get("/console/audit?number=99").text
    assert busy.get("/console/audit?number=-5").text.count("Page 1 of 3") == 1


def test_filters(busy: Any) -> None:
    page = busy.get("/console/audit?kind=switch").text
    assert "Found: 1." in page and "<option selected>switch</option>" in page
    page = busy.get("/console/audit?who=bo&kind=verdict").text
    assert "Found: 120." in page
    assert "kind=verdict&amp;who=bo&amp;number=2" in page
    assert "Found: 0." in busy.get("/console/audit?who=bo&kind=switch").text
    assert "Found: 0." in busy.get("/console/audit?kind=%25").text


def test_all_of_it_as_csv(busy: Any, database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("api.console.audit._BATCH", 25)
    rows = exported(busy)
    assert rows[0] == ["id", "at", "who", "account", "action", "object", "details"]
    ids = [int(row[0]) for row in rows[1:]]
    assert len(ids) == 123  # with the entry of this export itself
    assert ids == sorted(ids, reverse=True)
    assert rows[1][4] == "audit.exported"
    assert rows[2][2:] == ["command line", "", "switch.set", "card <b>x</b>", "reason: =1+1"]
    only = exported(busy, "?kind=verdict&who=bo")
    assert len(only) == 121
    entries, _ = Audit(database).latest("audit")
    assert entries[0].details == {"kind": "verdict", "who": "bo"}


@pytest.mark.parametrize("bad", ["=1+1", "+1", "-1", "@x", "\t=1", "\r=1", "\n=1", "  =1"])
def test_a_spreadsheet_runs_nothing(chief: Any, database: Database, bad: str) -> None:
    assert csv_cell(bad) == f"'{bad}"
    with database.session() as session:
        note(session, Actor(7, bad), bad, bad)
    row = exported(chief)[2]
    assert row[2] == row[4] == row[5] == f"'{bad}"


@pytest.mark.parametrize("good", ["account bo", "", "1", "a=b", "'x"])
def test_other_cells_stay_as_they_are(good: str) -> None:
    assert csv_cell(good) == good


def test_nothing_changes_it_from_the_console(chief: Any) -> None:
    for method in ("POST", "PUT", "PATCH", "DELETE"):
        for path in ("/console/audit", "/console/audit.csv", "/console/audit/1"):
            answer = chief.request(method, path, data={"csrf": chief.csrf})
            assert answer.status_code in (404, 405)

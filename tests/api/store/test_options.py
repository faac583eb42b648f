"""What administrators choose."""

from __future__ import annotations

from datetime import UTC, datetime, time
from zoneinfo import ZoneInfo

import pytest
from pydantic import ValidationError
from sqlalchemy import select

from api.opening_hours import OpeningHours, is_open, next_opening
from api.store.audit import SERVER
from api.store.database import Database
from api.store.options import HandoverOptions, Options
from api.store.tables import AuditEntry

WEEK = (
    OpeningHours(days=("mon", "tue", "wed"), opens=time(9), closes=time(12)),
    OpeningHours(days=("mon", "sat"), opens=time(13, 30), closes=time(17)),
)
ZONE = "Europe/Brussels"


def local(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(ZONE)).astimezone(UTC)


def test_choices_have_defaults_and_are_kept(database: Database) -> None:
    options = Options(database)
    assert options.read(HandoverOptions) == HandoverOptions()
    assert not HandoverOptions().enabled
    chosen = HandoverOptions(enabled=True, hours=WEEK, keep_days=7)
    options.write(chosen, SERVER)
    assert options.read(HandoverOptions) == chosen
    options.write(chosen.model_copy(update={"keep_days": 8}), SERVER)
    with database.reading() as session:
        entries = list(session.scalars(select(AuditEntry).order_by(AuditEntry.id)))
    assert entries[1].details == {"changed": ["keep_days"]}
    assert "enabled" in entries[0].details["changed"]


@pytest.mark.parametrize("wrong", [{"keep_days": 0}, {"hours": ()}, {"silence_minutes": 1}])
def test_wrong_choices_are_refused(wrong: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        HandoverOptions.model_validate(wrong)


def test_hours_do_not_end_before_they_begin() -> None:
    with pytest.raises(ValidationError):
        OpeningHours(days=("mon",), opens=time(17), closes=time(9))


@pytest.mark.parametrize(
    ("days", "written"),
    [
        (("mon", "tue", "wed", "thu", "fri"), "mon-fri"),
        (("fri", "mon"), "mon,fri"),
        (("sun",), "sun"),
        (("mon", "tue", "thu", "sat", "sun"), "mon-tue,thu,sat-sun"),
    ],
)
def test_days_are_written_short(days: tuple[str, ...], written: str) -> None:
    hours = OpeningHours.model_validate({"days": days, "opens": "09:00", "closes": "17:00"})
    assert hours.span == written


# 2026-11-23 is a Monday; the clocks go forward in the night to Sunday 2026-03-29.
@pytest.mark.parametrize(
    ("at", "opened", "following"),
    [
        ("2026-11-23T08:59", False, "2026-11-23T09:00+01:00"),
        ("2026-11-23T09:00", True, "2026-11-23T13:30+01:00"),
        ("2026-11-23T12:00", False, "2026-11-23T13:30+01:00"),
        ("2026-11-25T12:30", False, "2026-11-28T13:30+01:00"),
        ("2026-11-28T18:00", False, "2026-11-30T09:00+01:00"),
        ("2026-03-28T18:00", False, "2026-03-30T09:00+02:00"),
    ],
)
def test_hours_of_the_week(at: str, opened: bool, following: str) -> None:
    assert is_open(WEEK, ZONE, local(at)) is opened
    assert next_opening(WEEK, ZONE, local(at)) == datetime.fromisoformat(following)


def test_one_day_a_week_opens_again_in_a_week() -> None:
    monday = (WEEK[0].model_copy(update={"days": ("mon",)}),)
    found = next_opening(monday, ZONE, local("2026-11-23T10:00"))
    assert found == datetime.fromisoformat("2026-11-30T09:00+01:00")
    assert next_opening((), ZONE, local("2026-11-23T10:00")) is None

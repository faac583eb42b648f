"""When caseworkers answer: hours of the week, in the time zone of the office."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from typing import Literal, get_args
from zoneinfo import ZoneInfo

from pydantic import BaseModel, ConfigDict, Field, model_validator

Day = Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
DAYS: tuple[Day, ...] = get_args(Day)


class OpeningHours(BaseModel):
    """The same hours on some days of the week."""

    model_config = ConfigDict(frozen=True)

    days: tuple[Day, ...] = Field(min_length=1)
    opens: time
    closes: time

    @model_validator(mode="after")
    def _in_order(self) -> OpeningHours:
        if self.closes <= self.opens:
            raise ValueError("the hours end before they begin")
        return self

    @property
    def span(self) -> str:
        """The days as they are written: `mon-fri`, or `mon-wed,sat`."""
        runs: list[list[int]] = []
        for number in sorted({DAYS.index(day) for day in self.days}):
            if runs and runs[-1][-1] == number - 1:
                runs[-1].append(number)
            else:
                runs.append([number])
        return ",".join("-".join(dict.fromkeys((DAYS[run[0]], DAYS[run[-1]]))) for run in runs)


def is_open(hours: tuple[OpeningHours, ...], zone: str, at: datetime) -> bool:
    """Whether a moment lies within the hours.

    Args:
        hours: Of the week.
        zone: Name of the office's time zone.
        at: The moment, with its zone.
    """
    local = at.astimezone(ZoneInfo(zone))
    today = DAYS[local.weekday()]
    clock = local.time().replace(tzinfo=None)
    return any(today in each.days and each.opens <= clock < each.closes for each in hours)


def next_opening(hours: tuple[OpeningHours, ...], zone: str, at: datetime) -> datetime | None:
    """The first moment after `at` at which hours begin, in the office's zone.

    Args:
        hours: Of the week.
        zone: Name of the office's time zone.
        at: The moment, with its zone.

    Returns:
        The moment; None without hours.
    """
    local = at.astimezone(ZoneInfo(zone))
    for ahead in range(8):
        date = local.date() + timedelta(days=ahead)
        begin = [each.opens for each in hours if DAYS[date.weekday()] in each.days]
        moments = [datetime.combine(date, opens, ZoneInfo(zone)) for opens in begin]
        coming = [moment for moment in moments if moment > at]
        if coming:
            return min(coming)
    return None

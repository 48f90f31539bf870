"""最後一個完整公餘週末: the last Saturday and Sunday before a deadline that are off duty from midnight to midnight. Pure."""

from __future__ import annotations

from datetime import date, timedelta

from rules.duty import Days, Duty
from rules.wording import weekday

_SATURDAY = 5
_DAY = timedelta(days=1)


def last_weekend(days: Days, today: date, deadline: date) -> date | None:
    """Its Saturday; None where none is left that begins today or later. A make-up Saturday, leave or overtime makes none."""
    saturday = deadline - _DAY - timedelta(days=(deadline - _DAY).weekday() - _SATURDAY) % timedelta(days=7)
    while saturday >= today:
        if _is_free(days, saturday) and _is_free(days, saturday + _DAY):
            return saturday
        saturday -= timedelta(days=7)
    return None


def _is_free(days: Days, day: date) -> bool:
    return all(each.duty is Duty.OFF for each in days.day(day))


def weekend_words(saturday: date) -> str:
    """「8/26（六）–8/27（日）」."""
    sunday = saturday + _DAY
    return "–".join(f"{each.month}/{each.day}（{weekday(each)}）" for each in (saturday, sunday))

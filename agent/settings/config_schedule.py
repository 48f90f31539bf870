"""`[schedule]` of the settings file: the hour of the nightly run, its windows, pauses and a holiday from it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, time, timedelta
from typing import Any

from agent.schedule.timetable import Timetable, Window
from agent.settings import values

_MOST_RETRIES = 5  # a night: the gateway must never see more log-ins than a patient person would make


def minutes(value: object) -> timedelta:
    """A whole number of minutes, zero or more and less than a day."""
    if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value < 1440:
        raise ValueError("應為 0 到 1439 的整數（分鐘）")
    return timedelta(minutes=value)


def pauses(value: object) -> tuple[timedelta, ...]:
    """The pauses before each repetition, growing, at most five."""
    if not isinstance(value, list) or len(value) > _MOST_RETRIES:
        raise ValueError(f"應為最多 {_MOST_RETRIES} 個分鐘數的清單")
    found = tuple(minutes(each) for each in value)
    if any(each < timedelta(minutes=5) for each in found) or list(found) != sorted(found):
        raise ValueError("每次間隔應至少 5 分鐘，且一次比一次長")
    return found


def windows(value: object) -> tuple[Window, ...]:
    """Hours of the day, each from–to; one may cross midnight, one that ends where it starts is the whole day."""
    if not isinstance(value, list):
        raise ValueError("應為清單")
    return tuple(_window(each) for each in value)


def _window(value: object) -> tuple[time, time]:
    if not isinstance(value, list) or len(value) != 2:
        raise ValueError("每一項應為起、迄兩個時刻")
    return values.clock(value[0]), values.clock(value[1])


def day_or_none(value: object) -> date | None:
    """A date, or "" for none."""
    return None if value == "" else values.day(value)


READERS: Mapping[str, Callable[[object], Any]] = {
    "at": values.clock,
    "jitter_minutes": minutes,
    "quiet_windows": windows,
    "retry_minutes": pauses,
    "paused_until": day_or_none,
}
_NAMES = {"jitter_minutes": "jitter", "retry_minutes": "retries"}


def timetable(found: Mapping[str, Any]) -> Timetable:
    """The timetable of what the section states, completed by the defaults."""
    return Timetable(**{_NAMES.get(key, key): value for key, value in found.items()})

"""`[limits]` of the settings file: what a day may ask of the real hosts, and how long a displaced session is left alone."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

_MOST_LOG_INS = 20  # a patient person does not log in more often in a day
_MOST_PAGES = 5000


@dataclass(frozen=True, slots=True)
class Limits:
    """Submissions of the password and loads of pages in a day of Taipei, each gateway for itself, and the hours in which
    nothing goes by itself after the person's own session displaced a run.
    """

    log_ins_a_day: int = 8
    page_loads_a_day: int = 600
    hours_after_displaced: float = 6.0


def _whole(most: int) -> Callable[[object], int]:
    def read(value: object) -> int:
        if isinstance(value, bool) or not isinstance(value, int) or not 1 <= value <= most:
            raise ValueError(f"應為 1 到 {most} 的整數")
        return value

    return read


def _hours(value: object) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value <= 72:
        raise ValueError("應為 0 到 72 的小時數")
    return float(value)


LIMITS: Mapping[str, Callable[[object], Any]] = {
    "log_ins_a_day": _whole(_MOST_LOG_INS),
    "page_loads_a_day": _whole(_MOST_PAGES),
    "hours_after_displaced": _hours,
}

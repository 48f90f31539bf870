"""加班 and 勤務表: spans of duty, and the days that a roster speaks of."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date, datetime, timedelta
from typing import Any

from agent.attendance.headings import Role
from agent.attendance.reading import Reading, edges, once
from agent.attendance.tables import Row
from agent.attendance.times import DAY, Stamp, read_clock

_LONGEST_DUTY = timedelta(hours=48)  # a longer overtime or shift is a slip of the pen
_OFF_SHIFT = re.compile("休|例假|^例$|^假$|放假|補假|國定假|空班|(?i:off)|^[-–—]+$")
_HOURS_OF_SHIFT = re.compile(r"(\d{1,2}:?\d{2})\s*[-~～–至]\s*(\d{1,2}:?\d{2})")


def _duty_span(reading: Reading, row: Row) -> tuple[datetime, datetime]:
    """An overtime or a shift: both times are needed; an end without a day of its own may lie past midnight."""
    start, end, start_role, end_role = edges(reading, row)
    for stamp, role in ((start, start_role), (end, end_role)):
        if stamp.clock is None:
            raise reading.refuse(row, role, "沒有時刻，請補上（例：17:30）。")
    first, last = start.at(), Stamp(end.day or start.day, end.clock).at()
    if end.day is None and last <= first:
        last += DAY
    if not first < last:
        raise reading.refuse(row, end_role, "迄不在起之後，請核對。")
    if last - first > _LONGEST_DUTY:
        raise reading.refuse(row, end_role, "超過 48 小時，請核對。")
    return first, last


def overtime(reading: Reading, rows: Iterable[Row]) -> dict[str, Any]:
    """加班."""
    found: list[list[str]] = []

    def read(row: Row) -> None:
        first, last = _duty_span(reading, row)
        found.append([first.isoformat(), last.isoformat()])

    reading.each(rows, read)
    return {"overtime": once(found)}


def roster(reading: Reading, rows: Iterable[Row]) -> dict[str, Any]:
    """勤務表: shifts, and the days the table speaks of. A day whose shift is 休 is one without duty."""
    shifts: list[list[str]] = []
    covered: set[date] = set()

    def read(row: Row) -> None:
        timed = (Role.START_TIME, Role.END_TIME, Role.RANGE, Role.END)
        if (
            not any(reading.text(row, each) for each in timed)
            and reading.stamp(row, Role.START).clock is None
        ):
            day, shift = _shift_by_name(reading, row)
            covered.add(day)
            shifts.extend([shift] if shift else [])
            return
        first, last = _duty_span(reading, row)
        covered.add(first.date())
        shifts.append([first.isoformat(), last.isoformat()])

    reading.each(rows, read)
    return {"roster": once(shifts), "roster_covers": _runs(covered)}


def _shift_by_name(reading: Reading, row: Row) -> tuple[date, list[str] | None]:
    """The day of a row without times, and its shift where the shift's name says the hours (日班 0800-1600); None: 休."""
    start, *_ = edges(reading, row)
    text = reading.text(row, Role.SHIFT)
    within = _HOURS_OF_SHIFT.search(text)
    midnight = start.at() - (start.clock or timedelta())
    if within is None:
        if not _OFF_SHIFT.search(text):
            raise reading.refuse(row, Role.SHIFT, "沒有起迄時刻，請補上；沒有勤務的日子請寫「休」。")
        return midnight.date(), None
    try:
        first, last = (midnight + read_clock(each) for each in within.groups())
    except ValueError as why:
        raise reading.refuse(row, Role.SHIFT, f"{why}。") from why
    return midnight.date(), [first.isoformat(), (last if first < last else last + DAY).isoformat()]


def _runs(days: Iterable[date]) -> list[list[str]]:
    """Days as runs of consecutive ones, both ends included."""
    runs: list[list[date]] = []
    for day in sorted(days):
        if runs and runs[-1][1] + DAY == day:
            runs[-1][1] = day
        else:
            runs.append([day, day])
    return [[first.isoformat(), last.isoformat()] for first, last in runs]

"""刷卡: when somebody came and left, from two columns or from one row a punch."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, time, timedelta
from typing import Any

from agent.attendance.headings import Role
from agent.attendance.reading import Reading
from agent.attendance.tables import Row
from agent.attendance.times import DAY, Stamp
from rules.wording import roc_short

_LAST = time.max  # 24:00 of a punch clock, which a time of day cannot say


def punches(reading: Reading, rows: Iterable[Row]) -> dict[str, Any]:
    """刷卡: in and out of each day, from two columns, or the first and the last where each punch has a row of its own."""
    days: dict[date, list[tuple[time, Row, Role]]] = {}
    single: set[date] = set()
    pairs = Role.CAME in reading.found and Role.LEFT in reading.found

    def read(row: Row) -> None:
        own = reading.stamp(row, Role.DATE).day
        roles = (Role.CAME, Role.LEFT) if pairs else (Role.PUNCH,)
        stamps = [(reading.stamp(row, role), role) for role in roles]
        day = own or next((stamp.day for stamp, _ in stamps if stamp.day), None)
        given = [(stamp, role) for stamp, role in stamps if stamp.clock is not None]
        if not given:
            return
        if day is None:
            raise reading.refuse(row, given[0][1], "沒有日期，請補上。")
        if pairs and len(given) == 1:
            single.add(day)
            return
        clocks = [(_in_day(stamp, day), row, role) for stamp, role in given]
        if pairs and not clocks[0][0] < clocks[1][0]:
            raise reading.refuse(row, Role.LEFT, "下班刷卡不在上班刷卡之後，請核對。")
        if pairs and day in days and [each[0] for each in days[day]] != [each[0] for each in clocks]:
            before = days[day][0][1].line
            raise reading.refuse(row, Role.CAME, f"與第 {before} 行是同一天，但時刻不同，請只留正確的一筆。")
        days[day] = clocks if pairs else [*days.get(day, []), *clocks]

    reading.each(rows, read)
    found: dict[str, list[str]] = {}
    for day, punched in sorted(days.items()):
        first, last = min(each[0] for each in punched), max(each[0] for each in punched)
        if first == last:
            single.add(day)
        else:
            found[day.isoformat()] = [first.isoformat(), last.isoformat()]
    once = sorted(single - {date.fromisoformat(each) for each in found})
    if once:
        shown = "、".join(map(roc_short, once[:5]))
        reading.notes.append(f"{len(once)} 日只有一次刷卡，未採計（{shown}{'…' if len(once) > 5 else ''}）。")
    return {"punches": found}


def _in_day(stamp: Stamp, day: date) -> time:
    """The time of a punch on its day; one after midnight, or at 24:00, is as late as the day gets."""
    clock = stamp.clock or timedelta()
    if clock >= DAY or (stamp.day is not None and stamp.day > day):
        return _LAST
    return (datetime.combine(day, time()) + clock).time()

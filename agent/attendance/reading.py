"""One export while it is being read: its columns, the two ends of a row, and what was found wrong."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from agent.attendance.headings import Role
from agent.attendance.tables import Fault, Row
from agent.attendance.times import Stamp, read_stamp, split_range

_NOT_IN_FORCE = re.compile("退|撤|駁|取消|作廢|不核|不同意|未核准|註銷")


class Reading:
    """One file being read: its columns, and what was found wrong."""

    def __init__(self, name: str, headings: Sequence[str], found: Mapping[Role, int]) -> None:
        self._name = name
        self._headings = headings
        self.found = found
        self.faults: list[Fault] = []
        self.notes: list[str] = []

    def text(self, row: Row, role: Role) -> str:
        """What stands there, "" where there is no such column."""
        at = self.found.get(role)
        return row.cells[at] if at is not None and at < len(row.cells) else ""

    def fault(self, row: Row, role: Role, why: str) -> None:
        """Enter what is wrong with this cell."""
        at = self.found.get(role)
        column = self._headings[at] if at is not None else str(role)
        self.faults.append(Fault(self._name, row.line, column, self.text(row, role), why))

    def stamp(self, row: Row, role: Role) -> Stamp:
        """The day and time in this cell; raises Skip after entering the fault."""
        try:
            return read_stamp(self.text(row, role))
        except ValueError as why:
            self.fault(row, role, f"{why}。")
            raise Skip from why

    def refuse(self, row: Row, role: Role, why: str) -> Skip:
        """Enter a fault; the caller raises the answer."""
        self.fault(row, role, why)
        return Skip()

    def each(self, rows: Iterable[Row], read: Callable[[Row], None]) -> None:
        """Read every row that is in force; a row with a fault is entered and left out."""
        stopped = 0
        for row in rows:
            if _NOT_IN_FORCE.search(self.text(row, Role.STATUS)):
                stopped += 1
                continue
            try:
                read(row)
            except Skip:
                continue
        if stopped:
            self.notes.append(f"{stopped} 筆的狀態為退回、撤銷或取消，未採計。")


class Skip(Exception):
    """This row cannot be used; its fault is entered."""


def edges(reading: Reading, row: Row) -> tuple[Stamp, Stamp, Role, Role]:
    """Start and end of a row, from whichever columns there are, each with the column that it came from."""
    halves = split_range(reading.text(row, Role.RANGE))
    if halves:
        try:
            start, end = read_stamp(halves[0]), read_stamp(halves[1])
        except ValueError as why:
            raise reading.refuse(row, Role.RANGE, f"{why}。") from why
        start_role = end_role = Role.RANGE
    elif reading.text(row, Role.RANGE):
        raise reading.refuse(row, Role.RANGE, "看不出起與迄，請寫成「112/3/8 08:00 ~ 112/3/8 12:00」。")
    else:
        start, end = reading.stamp(row, Role.START), reading.stamp(row, Role.END)
        start = _with_clock(start, reading.stamp(row, Role.START_TIME))
        end = _with_clock(end, reading.stamp(row, Role.END_TIME))
        start_role = Role.START if Role.START in reading.found else Role.START_TIME
        end_role = next((each for each in (Role.END, Role.END_TIME) if each in reading.found), start_role)
    if start.day is None:
        day = reading.stamp(row, Role.DATE)
        if day.day is None:
            wanted = next((each for each in (Role.DATE, start_role) if each in reading.found), Role.DATE)
            raise reading.refuse(row, wanted, "沒有日期，請補上。")
        start = Stamp(day.day, start.clock if start.clock is not None else day.clock)
    return start, end, start_role, end_role


def _with_clock(day: Stamp, clock: Stamp) -> Stamp:
    """A day whose time stands in a column of its own."""
    return Stamp(day.day or clock.day, clock.clock if clock.clock is not None else day.clock)


def once(found: Iterable[Any]) -> list[Any]:
    """In order, each once."""
    unique: list[Any] = []
    for each in sorted(found, key=lambda one: list(one.values()) if isinstance(one, dict) else one):
        if not unique or unique[-1] != each:
            unique.append(each)
    return unique

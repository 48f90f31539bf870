"""One export of an attendance system as duty facts. Reads days, times and kinds of leave; never a name or an ID number."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from agent.attendance.headings import Role, columns, find_headings, kind_of, missing
from agent.attendance.kinds import WORD, Kind
from agent.attendance.tables import Fault, Row, read_rows
from agent.attendance.times import DAY, Stamp, read_clock, read_stamp, split_range
from rules.errors import ConfigError

_TOTALS = ("合計", "總計", "小計", "共計")
_NOT_IN_FORCE = re.compile("退|撤|駁|取消|作廢|不核|不同意|未核准|註銷")
_LONGEST_DUTY = timedelta(hours=48)  # a longer overtime or shift is a slip of the pen
_LONGEST_LEAVE = timedelta(days=366)
_OFF_SHIFT = re.compile("休|例假|^例$|^假$|放假|補假|國定假|空班|(?i:off)|^[-–—]+$")
_HOURS_OF_SHIFT = re.compile(r"(\d{1,2}:?\d{2})\s*[-~～–至]\s*(\d{1,2}:?\d{2})")
_DUTY_TRIP = re.compile("公差假?|(?:國內|國外)?出差|公差\\(出差\\)")
_LEAVE_KIND = re.compile("[\u4e00-\u9fff()]{0,8}(?:假|休|差|出|訓|哺乳|產檢)[\u4e00-\u9fff()]{0,6}")
OTHER_LEAVE = "其他"
_LAST = time.max  # 24:00 of a punch clock, which a time of day cannot say


@dataclass(frozen=True, slots=True)
class Read:
    """What a file said, in the words of the settings: `facts` by the keys of [work]. `notes` are for the person."""

    kind: Kind
    rows: int
    facts: Mapping[str, Any]
    notes: tuple[str, ...]
    faults: tuple[Fault, ...]


def read_export(data: bytes, name: str, kind: Kind | None = None) -> Read:
    """The facts in this file. Faults of single cells are in the answer; a file that is none raises ConfigError."""
    rows = read_rows(data, name)
    at = find_headings(rows, name)
    headings = rows[at].cells
    kind = kind or kind_of(headings, name)
    found, ignored = columns(kind, headings)
    lacking = missing(kind, found)
    if lacking:
        there_are = "、".join(each for each in headings if each)
        raise ConfigError(
            f"檔案「{name}」是{WORD[kind]}資料，但缺少「{'」「'.join(lacking)}」欄（有的欄位：{there_are}）。",
            "請在差勤系統匯出時勾選該欄，或以 --kind 指明種類。",
        )
    reading = _Reading(name, headings, found)
    body = [row for row in rows[at + 1 :] if not row.cells[0].startswith(_TOTALS)]
    facts = _READ[kind](reading, body)
    notes = [f"沒有使用的欄位：{'、'.join(ignored)}。"] if ignored else []
    return Read(kind, len(body), facts, (*notes, *reading.notes), tuple(reading.faults))


class _Reading:
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
        """The day and time in this cell; raises _Skip after entering the fault."""
        try:
            return read_stamp(self.text(row, role))
        except ValueError as why:
            self.fault(row, role, f"{why}。")
            raise _Skip from why

    def refuse(self, row: Row, role: Role, why: str) -> _Skip:
        """Enter a fault; the caller raises the answer."""
        self.fault(row, role, why)
        return _Skip()

    def each(self, rows: Iterable[Row], read: Callable[[Row], None]) -> None:
        """Read every row that is in force; a row with a fault is entered and left out."""
        stopped = 0
        for row in rows:
            if _NOT_IN_FORCE.search(self.text(row, Role.STATUS)):
                stopped += 1
                continue
            try:
                read(row)
            except _Skip:
                continue
        if stopped:
            self.notes.append(f"{stopped} 筆的狀態為退回、撤銷或取消，未採計。")


class _Skip(Exception):
    """This row cannot be used; its fault is entered."""


def _edges(reading: _Reading, row: Row) -> tuple[Stamp, Stamp, Role, Role]:
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


def _leave(reading: _Reading, rows: Iterable[Row]) -> dict[str, Any]:
    """請假: whole days where no time is given."""
    found: list[dict[str, str]] = []
    unknown: set[int] = set()

    def read(row: Row) -> None:
        start, end, _, end_role = _edges(reading, row)
        end = Stamp(end.day or start.day, end.clock)
        kind = _leave_kind(reading, row)
        if kind == OTHER_LEAVE:
            unknown.add(row.line)
        first, last = start.at(), end.at() + (DAY if end.clock is None else timedelta())
        if not first < last:
            raise reading.refuse(row, end_role, "迄不在起之後，請核對。")
        if last - first > _LONGEST_LEAVE:
            raise reading.refuse(
                row, end_role, "請假超過一年，請核對；留職停薪請寫在 config.toml 的 unpaid_leave。"
            )
        if start.clock is None and end.clock is None:
            ends = (str(start.day), str(end.day))
        else:
            ends = (first.isoformat(), last.isoformat())
        found.append({"from": ends[0], "to": ends[1], "kind": kind})

    reading.each(rows, read)
    if unknown:
        lines = "、".join(map(str, sorted(unknown)[:5]))
        reading.notes.append(
            f"第 {lines} 行等 {len(unknown)} 筆的假別不在常見假別之列，記為「{OTHER_LEAVE}」，一樣由人事單位認定。"
        )
    return {"leave": _once(found)}


def _leave_kind(reading: _Reading, row: Row) -> str:
    """The kind in the settings' words: 出差 is 公差, and what is no kind of leave is kept as 其他, whatever was written."""
    text = reading.text(row, Role.LEAVE_KIND).replace("（", "(").replace("）", ")")
    if not text:
        raise reading.refuse(row, Role.LEAVE_KIND, "沒有假別，請補上。")
    if _DUTY_TRIP.fullmatch(text):
        return "公差"
    return text if _LEAVE_KIND.fullmatch(text) else OTHER_LEAVE


def _duty_span(reading: _Reading, row: Row) -> tuple[datetime, datetime]:
    """An overtime or a shift: both times are needed; an end without a day of its own may lie past midnight."""
    start, end, start_role, end_role = _edges(reading, row)
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


def _overtime(reading: _Reading, rows: Iterable[Row]) -> dict[str, Any]:
    """加班."""
    found: list[list[str]] = []

    def read(row: Row) -> None:
        first, last = _duty_span(reading, row)
        found.append([first.isoformat(), last.isoformat()])

    reading.each(rows, read)
    return {"overtime": _once(found)}


def _roster(reading: _Reading, rows: Iterable[Row]) -> dict[str, Any]:
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
    return {"roster": _once(shifts), "roster_covers": _runs(covered)}


def _shift_by_name(reading: _Reading, row: Row) -> tuple[date, list[str] | None]:
    """The day of a row without times, and its shift where the shift's name says the hours (日班 0800-1600); None: 休."""
    start, *_ = _edges(reading, row)
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


def _punches(reading: _Reading, rows: Iterable[Row]) -> dict[str, Any]:
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
        shown = "、".join(map(str, once[:5]))
        reading.notes.append(f"{len(once)} 日只有一次刷卡，未採計（{shown}{'…' if len(once) > 5 else ''}）。")
    return {"punches": found}


def _in_day(stamp: Stamp, day: date) -> time:
    """The time of a punch on its day; one after midnight, or at 24:00, is as late as the day gets."""
    clock = stamp.clock or timedelta()
    if clock >= DAY or (stamp.day is not None and stamp.day > day):
        return _LAST
    return (datetime.combine(day, time()) + clock).time()


def _once(found: Iterable[Any]) -> list[Any]:
    """In order, each once."""
    unique: list[Any] = []
    for each in sorted(found, key=lambda one: list(one.values()) if isinstance(one, dict) else one):
        if not unique or unique[-1] != each:
            unique.append(each)
    return unique


def _runs(days: Iterable[date]) -> list[list[str]]:
    """Days as runs of consecutive ones, both ends included."""
    runs: list[list[date]] = []
    for day in sorted(days):
        if runs and runs[-1][1] + DAY == day:
            runs[-1][1] = day
        else:
            runs.append([day, day])
    return [[first.isoformat(), last.isoformat()] for first, last in runs]


_READ: Mapping[Kind, Callable[[_Reading, Iterable[Row]], dict[str, Any]]] = {
    Kind.LEAVE: _leave,
    Kind.OVERTIME: _overtime,
    Kind.ROSTER: _roster,
    Kind.PUNCHES: _punches,
}

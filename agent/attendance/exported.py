"""One export of an attendance system as duty facts. Reads days, times and kinds of leave; never a name or an ID number."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from agent.attendance.headings import Role, columns, find_headings, kind_of, missing
from agent.attendance.kinds import WORD, Kind
from agent.attendance.on_duty import overtime, roster
from agent.attendance.punched import punches
from agent.attendance.reading import Reading, edges, once
from agent.attendance.tables import Fault, Row, read_rows
from agent.attendance.times import DAY, Stamp
from rules.errors import ConfigError

_TOTALS = ("合計", "總計", "小計", "共計")
_LONGEST_LEAVE = timedelta(days=366)
_DUTY_TRIP = re.compile("公差假?|(?:國內|國外)?出差|公差\\(出差\\)")
_LEAVE_KIND = re.compile("[\u4e00-\u9fff()]{0,8}(?:假|休|差|出|訓|哺乳|產檢)[\u4e00-\u9fff()]{0,6}")
OTHER_LEAVE = "其他"


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
    reading = Reading(name, headings, found)
    body = [row for row in rows[at + 1 :] if not row.cells[0].startswith(_TOTALS)]
    facts = _READ[kind](reading, body)
    notes = [f"沒有使用的欄位：{'、'.join(ignored)}。"] if ignored else []
    return Read(kind, len(body), facts, (*notes, *reading.notes), tuple(reading.faults))


def _leave(reading: Reading, rows: Iterable[Row]) -> dict[str, Any]:
    """請假: whole days where no time is given."""
    found: list[dict[str, str]] = []
    unknown: set[int] = set()

    def read(row: Row) -> None:
        start, end, _, end_role = edges(reading, row)
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
    return {"leave": once(found)}


def _leave_kind(reading: Reading, row: Row) -> str:
    """The kind in the settings' words: 出差 is 公差, and what is no kind of leave is kept as 其他, whatever was written."""
    text = reading.text(row, Role.LEAVE_KIND).replace("（", "(").replace("）", ")")
    if not text:
        raise reading.refuse(row, Role.LEAVE_KIND, "沒有假別，請補上。")
    if _DUTY_TRIP.fullmatch(text):
        return "公差"
    return text if _LEAVE_KIND.fullmatch(text) else OTHER_LEAVE


_READ: Mapping[Kind, Callable[[Reading, Iterable[Row]], dict[str, Any]]] = {
    Kind.LEAVE: _leave,
    Kind.OVERTIME: overtime,
    Kind.ROSTER: roster,
    Kind.PUNCHES: punches,
}

"""Attendance data as people read it: what was read from each file, and what is kept."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import timedelta

from agent.attendance.exported import Read
from agent.attendance.kept import Import
from agent.attendance.kinds import WORD, Kind
from rules.wording import clock, day_with_weekday
from rules.work import Span, Work

_COUNTED = {Kind.LEAVE: "筆請假", Kind.OVERTIME: "筆加班", Kind.ROSTER: "個班", Kind.PUNCHES: "日刷卡"}
_KEY = {Kind.LEAVE: "leave", Kind.OVERTIME: "overtime", Kind.ROSTER: "roster", Kind.PUNCHES: "punches"}


def count(each: Import | Read) -> int:
    """How many facts this brings."""
    return len(each.facts.get(_KEY[each.kind], ()))


def read_text(read: Sequence[tuple[str, Read]]) -> str:
    """What was read of each file, and what was not used of it."""
    lines = []
    for name, each in read:
        lines.append(f"{name}：{WORD[each.kind]}資料 {each.rows} 列，{count(each)} {_COUNTED[each.kind]}。")
        lines += [f"  {note}" for note in each.notes]
    return "\n".join(lines)


def kept_text(imports: Sequence[Import], work: Work) -> str:
    """What is kept, import by import, then every fact."""
    if not imports:
        return "沒有匯入出勤資料。"
    lines = [f"{each.text}：{count(each)} {_COUNTED[each.kind]}" for each in imports]
    lines += _section("請假", (f"{span_text(each.span)} {each.kind}" for each in work.leave))
    lines += _section("加班", map(span_text, work.overtime))
    lines += _section("勤務表", map(span_text, work.roster))
    covers = (f"{day_with_weekday(first)}至{day_with_weekday(last)}" for first, last in work.roster_covers)
    lines += _section("勤務表涵蓋", covers)
    punches = (
        f"{day_with_weekday(day)}{clock(came)}–{clock(left.replace(microsecond=0))}"
        for day, (came, left) in work.punches.items()
    )
    return "\n".join([*lines, *_section("刷卡", punches)])


def _section(title: str, facts: Iterable[str]) -> list[str]:
    found = [f"  {each}" for each in facts]
    return [f"{title}：", *found] if found else []


def span_text(span: Span) -> str:
    """A span: days alone where it is whole days, else from moment to moment."""
    whole = span.start.time() == span.end.time() and not any(
        (span.start.hour, span.start.minute, span.start.second)
    )
    if whole:
        last = span.end.date() - timedelta(days=1)
        first = day_with_weekday(span.start.date())
        return first if last == span.start.date() else f"{first}至{day_with_weekday(last)}"
    end = "" if span.end.date() == span.start.date() else day_with_weekday(span.end.date())
    return f"{day_with_weekday(span.start.date())}{clock(span.start.time())}–{end}{clock(span.end.time())}"

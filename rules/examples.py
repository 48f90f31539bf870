"""A plan file's [[example]] tables, run: a plan proves itself by what it says about its own examples."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from decimal import Decimal, InvalidOperation
from typing import Any

from rules.benefits import Claimed
from rules.calendar import Calendar
from rules.engine import Circumstances, judge
from rules.errors import ConfigError
from rules.person import Person
from rules.plan import Plan
from rules.plan_file import Table
from rules.plan_sets import Course
from rules.record import LearningRecord
from rules.titles import normalise, split_code
from rules.verdict import BenefitVerdict, SetVerdict, Verdict
from rules.work import Suspension, Work

_DURATION = re.compile(r"(\d+):([0-5]\d):([0-5]\d)")
_BLANK = ("", "-", "--")


def run_example(
    plan: Plan, example: Mapping[str, object], calendar: Calendar, suspensions: Sequence[Suspension]
) -> list[str]:
    """What this example expects and the judge does not say, one sentence each; empty: the plan proves itself.

    `passed` names sets whose courses were passed one after another from a moment, or single titles with their hours;
    `rows` are single records cell by cell; `claimed` what was asked for before. `expect` gives the amounts and states of
    benefits, `expect_sets` states and hours of sets. Raises ConfigError for a key, set, title or benefit that is not known.
    """
    table = _table(plan, example)
    verdict = _judged(plan, table, calendar, suspensions)
    expected = table.get("expect", dict)
    expected_sets = Table(table.get("expect_sets", dict, {}), f"{table.where} expect_sets")
    table.done()
    if not expected:
        raise ConfigError(f"計畫檔 {table.where} 的「expect」是空的。", "請寫出至少一個項目應有的結果。")
    benefits = Table(expected, f"{table.where} expect")
    wrong: list[str] = []
    for each in verdict.benefits:
        wanted = benefits.optional(each.key)
        if wanted is not None:
            wrong += _mismatches(each, Table(wanted, f"{benefits.where} {each.key}"))
    benefits.done()
    for found in verdict.sets:
        wanted = expected_sets.optional(found.key)
        if wanted is not None:
            wrong += _set_mismatches(found, Table(wanted, f"{expected_sets.where} {found.key}"))
    expected_sets.done()
    return wrong


def example_verdict(
    plan: Plan, example: Mapping[str, object], calendar: Calendar, suspensions: Sequence[Suspension]
) -> Verdict:
    """The whole verdict on this example, whatever it expects. Raises ConfigError as `run_example` does."""
    return _judged(plan, _table(plan, example), calendar, suspensions)


def _table(plan: Plan, example: Mapping[str, object]) -> Table:
    return Table(example, f"{plan.key} [[example]] {example.get('name', '')}".rstrip())


def _judged(plan: Plan, table: Table, calendar: Calendar, suspensions: Sequence[Suspension]) -> Verdict:
    table.get("name", str)
    table.maybe("clause", str)
    on = table.get("on", date)
    person = Person(category=table.get("category", str))
    records, claimed = _records(plan, table), _claimed(table)
    about = Circumstances(person, Work(), tuple(suspensions), claimed)
    return judge(records, plan, calendar, on, about)


def _claimed(table: Table) -> dict[str, Claimed]:
    """claimed = { benefit = { amount, sets } }: what was submitted or approved before."""
    found = {}
    data = table.get("claimed", dict, {})
    for key in data:
        inner = Table(data[key], f"{table.where} claimed {key}")
        found[str(key)] = Claimed(inner.get("amount", Decimal), frozenset(inner.texts("sets")))
        inner.done()
    return found


def _set_mismatches(found: SetVerdict, wanted: Table) -> list[str]:
    """What is expected of this set and not so."""
    wrong = []
    state = wanted.get("state", str, str(found.state))
    if state != found.state:
        wrong.append(f"{found.key}.state：應為 {state}，判定為 {found.state}")
    certified = wanted.get("certified_hours", Decimal, found.certified_hours)
    if certified != found.certified_hours:
        wrong.append(f"{found.key}.certified_hours：應為 {certified}，判定為 {found.certified_hours}")
    wanted.done()
    return wrong


def _mismatches(benefit: BenefitVerdict, wanted: Table) -> list[str]:
    """What is expected of this benefit and not so."""
    found: list[str] = []
    for key, got in (("claimable", benefit.claimable), ("pending_review", benefit.pending_review)):
        amount = wanted.get(key, Decimal, got)
        if amount != got:
            found.append(f"{benefit.key}.{key}：應為 {amount}，判定為 {got}")
    state = wanted.get("state", str, str(benefit.state))
    if state != benefit.state:
        found.append(f"{benefit.key}.state：應為 {state}，判定為 {benefit.state}")
    wanted.done()
    return found


def _records(plan: Plan, table: Table) -> list[LearningRecord]:
    """The example's records: sets passed from a moment, then single rows."""
    records: list[LearningRecord] = []
    for at, each in enumerate(table.get("passed", list, []), 1):
        records += _passed(plan, Table(each, f"{table.where} passed {at}"))
    for at, each in enumerate(table.get("rows", list, []), 1):
        records.append(record_of(each, f"{table.where} rows {at}"))
    return records


def _passed(plan: Plan, table: Table) -> list[LearningRecord]:
    """Every course of one set, passed one after another from `from`, but for the titles in `except`; or one `title`.

    `exam`, `survey`, `upload_status` and `uploaded_at` say what these rows show instead of the usual.
    """
    start = table.get("from", datetime)
    cells = _usual_but(table)
    if "title" in table:
        course = Course(table.get("title", str), table.get("hours", Decimal))
        table.done()
        return [replace(_passed_row(course, start), **cells)]
    key = table.get("set", str)
    left_out = {normalise(title): title for title in table.texts("except")}
    table.done()
    known = [each.key for each in plan.sets]
    if key not in known:
        raise ConfigError(
            f"計畫檔 {table.where} 的「set」提到不存在的組裝課程「{key}」。",
            f"可用的有：{'、'.join(known)}。",
        )
    records: list[LearningRecord] = []
    for course in plan.set_of(key).courses:
        if left_out.pop(normalise(course.title), None) is None:
            records.append(replace(_passed_row(course, start), **cells))
            start += _length(course)
    if left_out:
        raise ConfigError(
            f"計畫檔 {table.where} 的「except」列有「{next(iter(left_out.values()))}」，不是該組裝課程的課程。",
            "請照抄 courses 的 title。",
        )
    return records


def _usual_but(table: Table) -> dict[str, Any]:
    found: dict[str, Any] = {
        key: table.get(key, str) for key in ("exam", "survey", "upload_status") if key in table
    }
    if "uploaded_at" in table:
        found["uploaded_at"] = table.get("uploaded_at", datetime)
    return found


def _length(course: Course) -> timedelta:
    """A course's hours, to the second."""
    return timedelta(seconds=int(course.hours * 3600))


def _passed_row(course: Course, start: datetime) -> LearningRecord:
    """A row as the portal shows a passed course: as long as its hours, read for half of them, uploaded on the next noon."""
    length = _length(course)
    reading = length / 2
    minutes, seconds = divmod(int(reading.total_seconds()), 60)
    minimum = f"{minutes // 60:02}:{minutes % 60:02}:{seconds:02}"
    end = start + length
    return LearningRecord(
        title=course.title,
        course_type="開放式",
        start=start,
        end=end,
        reading=reading,
        exam="100",
        survey="已填",
        condition=f"課程測驗：75 分(含)以上 閱讀時數：{minimum}(含)以上 需填問卷：是",
        status="已通過",
        certified_hours=course.hours,
        upload_status="成功",
        uploaded_at=datetime.combine(end.date() + timedelta(days=1), time(12)),
    )


def record_of(data: object, where: str) -> LearningRecord:
    """One row in the form of a records file (times as text or as TOML times). A code in brackets is parted from the title.

    Raises ConfigError for an unknown key or a value that is not of its kind.
    """
    table = Table(data, where)
    title, code = split_code(table.get("title", str))
    record = LearningRecord(
        title=title,
        course_type=_text(table, "course_type"),
        code=_text(table, "code") or code,
        course_id=_text(table, "course_id"),
        start=_moment(table, "start"),
        end=_moment(table, "end"),
        reading=_duration(table, "reading"),
        exam=_text(table, "exam"),
        survey=_text(table, "survey"),
        condition=_text(table, "condition"),
        status=_text(table, "status"),
        certified_hours=_hours(table, "certified_hours"),
        upload_status=_text(table, "upload_status"),
        uploaded_at=_moment(table, "uploaded_at"),
    )
    table.done()
    return record


def _text(table: Table, key: str) -> str | None:
    value = table.optional(key)
    if value is not None and not isinstance(value, str):
        raise _wrong(table, key, "文字")
    return value or None


def _moment(table: Table, key: str) -> datetime | None:
    value = table.optional(key)
    try:
        found = datetime.fromisoformat(value) if isinstance(value, str) and value else value or None
    except ValueError:
        raise _wrong(table, key, "時間，例如 2023-01-01T08:00:00") from None
    if found is not None and (not isinstance(found, datetime) or found.tzinfo is not None):
        raise _wrong(table, key, "時間，例如 2023-01-01T08:00:00")
    return found


def _duration(table: Table, key: str) -> timedelta | None:
    value = _text(table, key)
    if value is None:
        return None
    found = _DURATION.fullmatch(value)
    if found is None:
        raise _wrong(table, key, "時數，例如 01:00:00")
    hours, minutes, seconds = (int(each) for each in found.groups())
    return timedelta(hours=hours, minutes=minutes, seconds=seconds)


def _hours(table: Table, key: str) -> Decimal | None:
    value = table.optional(key)
    if value is None or value in _BLANK:
        return None
    try:
        found = Decimal(str(value))
    except InvalidOperation:
        raise _wrong(table, key, "數字") from None
    if not found.is_finite():
        raise _wrong(table, key, "數字")
    return found


def _wrong(table: Table, key: str, kind: str) -> ConfigError:
    return ConfigError(f"計畫檔 {table.where} 的「{key}」應為{kind}。", "請修改該值。")

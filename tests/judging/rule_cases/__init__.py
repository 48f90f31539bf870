"""Cases of the rules as data: `records.toml` holds the rows they start from, every other file here holds cases.

A case says what differs from its rows: `change` (by the row's number, from 1), `drop`, `add` (like a numbered row). In a
change, `moved` is a new period whose upload follows on the next noon; every other key is the cell as in a records file,
"" for an empty one. Unwritten: asked on 2023-09-15 by an 編制內公務人員 with the default work settings.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

from rules.examples import record_of
from rules.record import LearningRecord
from rules.work import Leave, Span, SpanPolicy, Work

HERE = Path(__file__).parent
DATA = tomllib.loads((HERE / "records.toml").read_text("utf-8"))

Row = dict[str, str | None]

USUAL_DAY = "2023-09-15"
USUAL_CATEGORY = "編制內公務人員"


@dataclass(frozen=True)
class Case:
    """One case: `rows` in the form of a records file, `expect` as written in its file."""

    id: str
    says: str
    on: str
    category: str
    work: dict[str, Any]
    rows: list[Row]
    expect: dict[str, Any]


def cases() -> list[Case]:
    """Every case of every file here, in order."""
    files = sorted(each for each in HERE.glob("*.toml") if each.name != "records.toml")
    return [_case(each) for file in files for each in tomllib.loads(file.read_text("utf-8"))["case"]]


def _case(written: dict[str, Any]) -> Case:
    left = dict(written)
    case = Case(
        id=left.pop("id"),
        says=left.pop("says"),
        on=left.pop("on", USUAL_DAY),
        category=left.pop("category", USUAL_CATEGORY),
        work=left.pop("work", {}),
        rows=_rows(left),
        expect=left.pop("expect"),
    )
    assert not left, f"{case.id} says something nobody reads: {left}"
    return case


def _rows(left: dict[str, Any]) -> list[Row]:
    """The rows a case starts from, with its changes."""
    passed = left.pop("passed", None)
    rows = manual(codes_in_titles=left.pop("codes_in_titles", False)) if passed is None else weekends(*passed)
    added = [_changed(rows[each["like"] - 1], each) for each in left.pop("add", [])]
    for each in left.pop("change", []):
        rows[each["row"] - 1] = _changed(rows[each["row"] - 1], each)
    dropped = left.pop("drop", [])
    return [each for at, each in enumerate(rows, 1) if at not in dropped] + added


def _changed(row: Row, change: Mapping[str, Any]) -> Row:
    """A copy of the row with this change."""
    changed = dict(row)
    for key, value in change.items():
        if key == "moved":
            changed["start"], changed["end"] = value
            changed["uploaded_at"] = _next_noon(value[1])
        elif key == "reading_minimum":
            before = f"閱讀時數：{_half(row['certified_hours'])}"
            changed["condition"] = str(row["condition"]).replace(before, f"閱讀時數：{value}")
        elif key not in ("row", "like"):
            assert key in row, f"a row has no {key}"
            changed[key] = value or None
    return changed


def manual(*, codes_in_titles: bool = False) -> list[Row]:
    """The manual's eight rows, their codes in a column of their own or in brackets behind the titles, as printed."""
    rows = [
        usual_row(
            each["title"],
            each["time"][0],
            each["time"][1],
            each["certified_hours"],
            code=each["code"],
            reading="01:00:00",
            exam_minimum=each.get("exam_minimum"),
        )
        for each in DATA["manual"]
    ]
    if codes_in_titles:
        rows = [each | {"title": f"{each['title']} ({each['code']})", "code": None} for each in rows]
    return rows


def weekends(*sets: str) -> list[Row]:
    """The courses of these sets passed one after another on weekend days, all of them off duty."""
    plan = DATA["weekends"]
    days = iter(plan["days"])

    def morning() -> tuple[datetime, datetime]:
        day = next(days)
        return datetime.fromisoformat(f"{day}T{plan['from']}"), datetime.fromisoformat(f"{day}T{plan['to']}")

    now, evening = morning()
    rows: list[Row] = []
    for title, hours in (course for key in sets for course in DATA["courses"][key]):
        length = timedelta(hours=float(hours))
        if now + length > evening:
            now, evening = morning()
        rows.append(usual_row(title, now.isoformat(), (now + length).isoformat(), hours))
        now += length
    return rows


def usual_row(
    title: str,
    start: str,
    end: str,
    certified_hours: str,
    *,
    code: str | None = None,
    reading: str | None = None,
    exam_minimum: int | None = None,
) -> Row:
    """A passed row of the portal in the form of a records file."""
    usual = DATA["usual"]
    return {
        "course_type": usual["course_type"],
        "title": title,
        "code": code,
        "course_id": None,
        "start": start,
        "end": end,
        "reading": reading or _half(certified_hours),
        "exam": usual["exam"],
        "survey": usual["survey"],
        "condition": usual["condition"].format(
            exam_minimum=exam_minimum or usual["exam_minimum"], reading_minimum=_half(certified_hours)
        ),
        "status": usual["status"],
        "certified_hours": certified_hours,
        "upload_status": usual["upload_status"],
        "uploaded_at": _next_noon(end),
    }


def _half(hours: str | None) -> str:
    """Half of these hours, as the portal writes a duration."""
    minutes = int(Decimal(str(hours)) * 30)
    return f"{minutes // 60:02}:{minutes % 60:02}:00"


def _next_noon(end: str) -> str:
    noon = time.fromisoformat(DATA["usual"]["uploaded_at"])
    return datetime.combine(date.fromisoformat(end[:10]) + timedelta(days=1), noon).isoformat()


def records(rows: Iterable[Mapping[str, Any]]) -> list[LearningRecord]:
    """These rows as records."""
    return [record_of(each, "a case") for each in rows]


def work_of(written: Mapping[str, Any]) -> Work:
    """Work settings as a case writes them: the keys and forms of the configuration's [work]."""
    readers: dict[str, Any] = {
        "city": str,
        "district": str,
        "hours": _clocks,
        "flexible": _clocks,
        "punches": lambda each: {date.fromisoformat(day): _clocks([span])[0] for day, span in each.items()},
        "lunch_is_off_duty": bool,
        "span_policy": SpanPolicy,
        "shift_worker": bool,
        "roster": _spans,
        "roster_covers": _days,
        "own_holidays": lambda each: frozenset(date.fromisoformat(day) for day in each),
        "unpaid_leave": _days,
        "overtime": _spans,
        "leave": lambda each: tuple(Leave(span(leave["from"], leave["to"]), leave["kind"]) for leave in each),
    }
    return Work(**{key: readers[key](value) for key, value in written.items()})


def span(start: str, end: str) -> Span:
    """A span of moments, or of whole days where no time is written."""
    if "T" in start:
        return Span(datetime.fromisoformat(start), datetime.fromisoformat(end))
    return Span.whole_days(date.fromisoformat(start), date.fromisoformat(end))


def _clocks(pairs: Iterable[Iterable[str]]) -> tuple[tuple[time, time], ...]:
    return tuple((time.fromisoformat(start), time.fromisoformat(end)) for start, end in pairs)


def _spans(pairs: Iterable[Iterable[str]]) -> tuple[Span, ...]:
    return tuple(span(start, end) for start, end in pairs)


def _days(pairs: Iterable[Iterable[str]]) -> tuple[tuple[date, date], ...]:
    return tuple((date.fromisoformat(first), date.fromisoformat(last)) for first, last in pairs)

"""Timetables and questions for the tests of 公餘時間. Every line of a `table` is one sentence.

2023-01-18 and 2023-05-03 are plain Wednesdays, the timetable is 08:00–12:00 and 13:30–17:30.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

import pytest

from rules import bundled
from rules.duty import Days
from rules.off_duty import PeriodVerdict, judge_period
from rules.person import Person
from rules.work import Period, Suspension, Work

CLAUSE = "陸、六"


def off_duty(
    start: str, end: str, work: Work | None = None, suspensions: tuple[Suspension, ...] | None = None
) -> PeriodVerdict:
    """The answer for this period under the bundled calendar, for somebody working in the plan's city."""
    shipped = bundled.suspensions() if suspensions is None else suspensions
    days = Days(work or Work(), bundled.calendar(), shipped, "高雄市")
    return judge_period(datetime.fromisoformat(start), datetime.fromisoformat(end), days, CLAUSE)


def codes(verdict: PeriodVerdict) -> set[str]:
    return {str(each.code) for each in verdict.reasons}


def says(verdict: PeriodVerdict) -> str:
    """The answer and its reasons in one word: 'pass', 'fail ON_DUTY' …"""
    return " ".join([str(verdict.off_duty), *sorted(codes(verdict) - {"OFF_DUTY"})])


def table(*lines: tuple[Any, ...]) -> Any:
    """Parametrise by lines whose first part is the sentence."""
    return [pytest.param(*line[1:], id=line[0]) for line in lines]


def with_period(first: str, last: str, inside: Work) -> Work:
    period = Period(date.fromisoformat(first), date.fromisoformat(last), inside, Person())
    return Work(periods=(period,))


NIGHT = {
    "shift_worker": True,
    "roster": [["2023-05-03T20:00", "2023-05-04T08:00"]],
    "roster_covers": [["2023-05-01", "2023-05-31"]],
}


FLEXIBLE = {
    "hours": [["08:30", "12:00"], ["13:00", "17:00"]],
    "flexible": [["08:00", "08:30"], ["17:00", "17:30"]],
    "punches": {"2023-05-03": ["08:05", "17:05"]},
}

"""Shift workers: the roster decides and the calendar is ignored."""

from __future__ import annotations

from datetime import date

import pytest
from rule_cases import span, work_of
from timetables import NIGHT, off_duty, says, table, with_period

from rules.work import Work

SHIFTS = table(
    ("an office morning is free when no shift stands there", "2023-05-03T10:00", "2023-05-03T11:00", "pass"),
    ("an end at the shift's first moment is free", "2023-05-03T19:00", "2023-05-03T20:00", "pass"),
    ("an end one second into the shift fails", "2023-05-03T19:00", "2023-05-03T20:00:01", "fail ON_DUTY"),
    ("the shift goes on after midnight", "2023-05-04T00:30", "2023-05-04T01:00", "fail ON_DUTY"),
    ("an end at midnight inside the shift fails", "2023-05-03T19:00", "2023-05-04T00:00", "fail ON_DUTY"),
    ("a start at the shift's end is free", "2023-05-04T08:00", "2023-05-04T09:00", "pass"),
    (
        "a row around the shift crosses duty",
        "2023-05-03T19:00",
        "2023-05-04T09:00",
        "review SPANS_OFFICE_HOURS",
    ),
    ("the first day the roster speaks of is known", "2023-05-01T00:00", "2023-05-01T01:00", "pass"),
    (
        "a day the roster does not speak of is for review",
        "2023-04-30T23:00",
        "2023-05-01T01:00",
        "review NO_ROSTER",
    ),
    ("the last day it speaks of is known to its end", "2023-05-31T23:00", "2023-06-01T00:00", "pass"),
    ("one second past it is for review", "2023-05-31T23:00", "2023-06-01T00:00:01", "review NO_ROSTER"),
    (
        "a Saturday without a roster is for review too",
        "2023-06-10T10:00",
        "2023-06-10T11:00",
        "review NO_ROSTER",
    ),
)


@pytest.mark.parametrize(("start", "end", "expected"), SHIFTS)
def test_for_a_shift_worker_the_roster_decides_and_the_calendar_is_ignored(start, end, expected):
    assert says(off_duty(start, end, work_of(NIGHT))) == expected


def test_a_shift_that_reaches_into_a_day_nobody_speaks_of_is_duty_there_and_review_beside_it():
    work = work_of(NIGHT | {"roster_covers": [["2023-05-03", "2023-05-03"]]})
    assert says(off_duty("2023-05-04T01:00", "2023-05-04T02:00", work)) == "fail ON_DUTY"
    assert says(off_duty("2023-05-04T09:00", "2023-05-04T10:00", work)) == "review NO_ROSTER"


def test_a_shift_worker_needs_no_calendar():
    work = work_of(NIGHT | {"roster_covers": [["2035-01-01", "2035-12-31"]]})
    assert says(off_duty("2035-05-02T10:00", "2035-05-02T11:00", work)) == "pass"


def test_a_night_shift_past_the_border_is_named_so_and_a_roster_of_no_shift_worker_is_none():
    """The shift begins on the period's last day and ends on the day after it."""
    roster = (span("2023-02-28T22:00", "2023-03-01T06:00"),)
    covers = ((date(2023, 2, 1), date(2023, 2, 28)),)
    shifts = with_period(
        "2023-02-01", "2023-02-28", Work(shift_worker=True, roster=roster, roster_covers=covers)
    )
    assert off_duty("2023-03-01T01:00", "2023-03-01T02:00", shifts).kind_of_time == "勤務時間"
    office = with_period("2023-02-01", "2023-02-28", Work(roster=roster, roster_covers=covers))
    assert off_duty("2023-03-01T01:00", "2023-03-01T02:00", office).kind_of_time == "上班前"

"""Punches: where the punch clock is known it decides the flexible bands."""

from __future__ import annotations

from datetime import time

import pytest
from rule_cases import work_of
from timetables import FLEXIBLE, off_duty, says, table

from rules.work import Work

PUNCHES = table(
    ("before the first punch it is free", "2023-05-03T07:30", "2023-05-03T08:05", "pass"),
    (
        "one second after the first punch it is duty",
        "2023-05-03T07:30",
        "2023-05-03T08:05:01",
        "fail ON_DUTY",
    ),
    ("at the last punch it is free", "2023-05-03T17:05", "2023-05-03T18:00", "pass"),
    (
        "one second before the last punch it is duty",
        "2023-05-03T17:04:59",
        "2023-05-03T18:00",
        "fail ON_DUTY",
    ),
    ("the noon rest stays free between punches", "2023-05-03T12:00", "2023-05-03T13:00", "pass"),
    ("a day without punches stays for review", "2023-05-04T17:10", "2023-05-04T18:00", "review FLEX_BAND"),
)


@pytest.mark.parametrize(("start", "end", "expected"), PUNCHES)
def test_where_the_punch_clock_is_known_it_decides_the_flexible_bands(start, end, expected):
    assert says(off_duty(start, end, work_of(FLEXIBLE))) == expected


def test_a_noon_rest_counted_as_duty_is_duty_between_punches():
    work = work_of(FLEXIBLE | {"lunch_is_off_duty": False})
    assert says(off_duty("2023-05-03T12:00", "2023-05-03T13:00", work)) == "fail ON_DUTY"


def test_the_flexible_band_beside_office_hours_is_named():
    work = work_of(FLEXIBLE | {"punches": {}})
    found = off_duty("2023-05-03T08:10", "2023-05-03T10:00", work)
    assert (found.off_duty, found.kind_of_time) == ("fail", "彈性上下班時段～上班時間")


@pytest.mark.parametrize(("start", "end"), [("06:00", "08:15"), ("17:45", "19:00")])
def test_a_flexible_band_at_one_end_is_not_crossed(start, end):
    """Nothing lies between the two ends, so the policy for what does decided nothing."""
    work = Work(flexible=((time(8), time(8, 30)), (time(17, 30), time(18))))
    answer = off_duty(f"2023-05-03T{start}", f"2023-05-03T{end}", work)
    assert (answer.off_duty, answer.leaned_on) == ("review", {"flexible", "hours"})

"""Earlier timetables (`[[work.period]]`): each day by the one that held on it, a row by all that it touches."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, time

import pytest
from rule_cases import span, work_of
from timetables import off_duty, says, table, with_period

from rules import bundled
from rules.duty import Days
from rules.person import Person
from rules.work import Period, Work

AWAY = ((date(2023, 3, 1), date(2023, 3, 31)),)


@pytest.mark.parametrize(
    ("base", "inside", "known"), [(AWAY, (), True), ((), AWAY, True), (AWAY, AWAY, True), ((), (), False)]
)
def test_unpaid_leave_of_any_period_is_known_to_the_timetable(base, inside, known):
    period = Period(date(2023, 3, 1), date(2023, 3, 31), Work(unpaid_leave=inside), Person())
    work = Work(unpaid_leave=base, periods=(period,))
    assert Days(work, bundled.calendar(), (), "高雄市").unpaid_leave is known


def test_a_night_between_two_timetables_leans_on_noon_where_either_works_through_it():
    through = Period(date(2023, 5, 4), date(2023, 5, 4), Work(lunch_is_off_duty=False), Person())
    answer = off_duty("2023-05-03T18:00", "2023-05-04T07:00", Work(periods=(through,)))
    assert answer.leaned_on == {"hours", "lunch_is_off_duty"}


DATED = table(
    ("on its last day the earlier timetable holds", "2023-02-28T17:00", "fail ON_DUTY"),
    ("on the first day after it the present one holds", "2023-03-01T17:30", "pass"),
    ("on its first day it holds", "2023-02-01T18:00", "fail ON_DUTY"),
    ("the day before its first day the present one holds", "2023-01-31T18:00", "pass"),
)


@pytest.mark.parametrize(("start", "expected"), DATED)
def test_an_earlier_timetable_holds_from_its_first_day_to_its_last(start, expected):
    """In February this person worked shifts, two of them from 08:00 to 20:00, the second on a holiday."""
    inside = Work(
        shift_worker=True,
        roster=(span("2023-02-01T08:00", "2023-02-01T20:00"), span("2023-02-28T08:00", "2023-02-28T20:00")),
        roster_covers=((date(2023, 2, 1), date(2023, 2, 28)),),
    )
    work = with_period("2023-02-01", "2023-02-28", inside)
    assert says(off_duty(start, start.replace(":00", ":45").replace(":30", ":45"), work)) == expected


BORDER = table(
    ("a night shift of the period's last day is duty until its end", "2023-03-01T05:00", "2023-03-01T06:00", {}, "fail ON_DUTY"),
    ("after it the morning before office hours is free", "2023-03-01T07:00", "2023-03-01T08:00", {}, "pass"),
    ("the day after, office hours are those of the present timetable", "2023-03-01T09:00", "2023-03-01T10:00", {}, "fail ON_DUTY"),
    ("from a free day of the period into the evening after it", "2023-02-27T10:00", "2023-03-01T18:00", {}, "review SPANS_OFFICE_HOURS"),
    ("the days after the border are read by their own policy: whole", "2023-02-27T10:00", "2023-03-01T18:00", {"span_policy": "whole"}, "fail SPANS_OFFICE_HOURS"),
    ("and endpoints, with the period's shift still for review", "2023-02-27T10:00", "2023-03-01T18:00", {"span_policy": "endpoints"}, "review SPANS_OFFICE_HOURS"),
    ("a row that ends before the shift crosses nothing", "2023-02-27T10:00", "2023-02-28T22:00", {}, "pass"),
    ("office hours before the period's first day are crossed", "2023-01-31T07:00", "2023-02-02T10:00", {}, "review SPANS_OFFICE_HOURS"),
)  # fmt: skip


@pytest.mark.parametrize(("start", "end", "base", "expected"), BORDER)
def test_rows_and_shifts_that_cross_the_border_of_a_period(start, end, base, expected):
    """In February a shift worker, whose one shift begins on its last day at 22:00; before and after, office hours."""
    inside = Work(
        shift_worker=True,
        roster=(span("2023-02-28T22:00", "2023-03-01T06:00"),),
        roster_covers=((date(2023, 2, 1), date(2023, 2, 28)),),
    )
    period = Period(date(2023, 2, 1), date(2023, 2, 28), inside, Person())
    assert says(off_duty(start, end, replace(work_of(base), periods=(period,)))) == expected


@pytest.mark.parametrize(
    ("start", "expected"), [("2023-05-02T01:00", "fail ON_DUTY"), ("2023-05-02T02:00", "pass")]
)
def test_overtime_past_midnight_does_not_end_with_the_period(start, expected):
    inside = Work(overtime=(span("2023-05-01T22:00", "2023-05-02T02:00"),))
    work = with_period("2023-05-01", "2023-05-01", inside)
    assert says(off_duty(start, start.replace(":00", ":30"), work)) == expected


def test_between_two_periods_the_border_is_the_same():
    """Another agency from one day to the next: each day by its own hours, the row by both."""
    first = Period(date(2023, 5, 1), date(2023, 5, 2), Work(hours=((time(8), time(16)),)), Person())
    second = Period(date(2023, 5, 3), date(2023, 5, 9), Work(hours=((time(9), time(17)),)), Person())
    work = Work(periods=(first, second))
    assert says(off_duty("2023-05-02T16:00", "2023-05-03T09:00", work)) == "pass"
    assert says(off_duty("2023-05-02T15:59:59", "2023-05-03T09:00", work)) == "fail ON_DUTY"
    assert says(off_duty("2023-05-02T16:00", "2023-05-03T09:00:01", work)) == "fail ON_DUTY"
    assert says(off_duty("2023-05-02T07:00", "2023-05-03T08:30", work)) == "review SPANS_OFFICE_HOURS"


def test_a_period_in_another_city_has_that_citys_suspensions():
    work = with_period("2023-07-01", "2023-07-27", Work(city="臺南市"))
    assert says(off_duty("2023-07-27T10:00", "2023-07-27T11:00", work)) == "fail ON_DUTY"
    assert says(off_duty("2023-07-28T10:00", "2023-07-28T11:00", work)) == "review WORK_SUSPENDED"


def test_of_two_periods_the_one_written_last_holds():
    first = Period(date(2023, 5, 1), date(2023, 5, 31), Work(hours=()), Person())
    second = Period(date(2023, 5, 3), date(2023, 5, 3), Work(), Person())
    assert (
        says(off_duty("2023-05-03T10:00", "2023-05-03T11:00", Work(periods=(first, second))))
        == "fail ON_DUTY"
    )
    assert says(off_duty("2023-05-04T10:00", "2023-05-04T11:00", Work(periods=(first, second)))) == "pass"


def test_leave_settings_of_a_period_do_not_reach_past_it():
    inside = Work(unpaid_leave=((date(2023, 1, 1), date(2023, 12, 31)),))
    work = with_period("2023-05-01", "2023-05-31", inside)
    assert says(off_duty("2023-05-06T10:00", "2023-05-06T11:00", work)) == "fail DURING_UNPAID_LEAVE"
    assert says(off_duty("2023-06-03T10:00", "2023-06-03T11:00", work)) == "pass"

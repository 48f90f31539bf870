"""公餘時間 at its edges: one row's period against calendar, timetable and person. Every line of a table is one sentence."""

from __future__ import annotations

import itertools
from datetime import date, datetime

import pytest
from rule_cases import span, work_of
from timetables import CLAUSE, FLEXIBLE, NIGHT, off_duty, says, table

from rules import bundled
from rules.calendar import Calendar
from rules.duty import Days, Duty, days_of
from rules.off_duty import judge_period
from rules.work import Work

PLAIN = table(
    ("an end at opening time is before office hours", "2023-01-18T07:00", "2023-01-18T08:00", "pass"),
    ("an end one second after opening is on duty", "2023-01-18T07:00", "2023-01-18T08:00:01", "fail ON_DUTY"),
    ("a start at opening time is on duty", "2023-01-18T08:00", "2023-01-18T12:30", "fail ON_DUTY"),
    ("a start one second before opening is off duty, but office hours are crossed", "2023-01-18T07:59:59", "2023-01-18T12:30", "review SPANS_OFFICE_HOURS"),
    ("a start one second before noon is on duty", "2023-01-18T11:59:59", "2023-01-18T12:30", "fail ON_DUTY"),
    ("a start at noon is off duty", "2023-01-18T12:00", "2023-01-18T12:30", "pass"),
    ("an end at the afternoon's opening is off duty", "2023-01-18T12:30", "2023-01-18T13:30", "pass"),
    ("an end one second into the afternoon is on duty", "2023-01-18T12:30", "2023-01-18T13:30:01", "fail ON_DUTY"),
    ("the whole noon rest to the second is off duty", "2023-01-18T12:00:00", "2023-01-18T13:30:00", "pass"),
    ("a start one second before closing is on duty", "2023-01-18T17:29:59", "2023-01-18T18:30", "fail ON_DUTY"),
    ("a start at closing time is off duty", "2023-01-18T17:30", "2023-01-18T18:30", "pass"),
    ("an end at closing time that began in office hours is on duty at both ends", "2023-01-18T16:30", "2023-01-18T17:30", "fail ON_DUTY"),
    ("an end at closing time that began at noon ends on duty", "2023-01-18T12:00", "2023-01-18T17:30", "fail ON_DUTY"),
    ("from the noon rest to the evening crosses the afternoon", "2023-01-18T12:00", "2023-01-18T18:00", "review SPANS_OFFICE_HOURS"),
    ("from before opening to the noon rest crosses the morning", "2023-01-18T08:00", "2023-01-18T12:00", "fail ON_DUTY"),
    ("a row without length at opening time starts on duty", "2023-01-18T08:00", "2023-01-18T08:00", "fail ON_DUTY"),
    ("a row without length at closing time is off duty", "2023-01-18T17:30", "2023-01-18T17:30", "pass"),
    ("a row without length at midnight of a workday is off duty", "2023-01-18T00:00", "2023-01-18T00:00", "pass"),
    ("an end at midnight belongs to the evening before", "2023-01-18T23:00", "2023-01-19T00:00", "pass"),
    ("a start at midnight belongs to the day that begins", "2023-01-18T00:00", "2023-01-18T01:00", "pass"),
    ("Sunday 23:00 to Monday 08:00 is off duty", "2023-05-07T23:00", "2023-05-08T08:00", "pass"),
    ("Sunday 23:00 to one second after Monday's opening fails", "2023-05-07T23:00", "2023-05-08T08:00:01", "fail ON_DUTY"),
    ("an evening and the next morning before opening cross nothing", "2023-05-03T17:30", "2023-05-04T08:00", "pass"),
    ("an evening to the next noon crosses one morning", "2023-05-03T17:30", "2023-05-04T12:30", "review SPANS_OFFICE_HOURS"),
    ("the first moment of the programme is a holiday", "2023-01-01T00:00", "2023-01-01T01:00", "pass"),
)  # fmt: skip


@pytest.mark.parametrize(("start", "end", "expected"), PLAIN)
def test_half_open_to_the_second(start, end, expected):
    """A start is asked of the time that begins, an end of the time that closes; nothing is rounded."""
    assert says(off_duty(start, end)) == expected


@pytest.mark.parametrize(
    "day", ["2023-01-07", "2023-02-04", "2023-02-18", "2023-03-25", "2023-06-17", "2023-05-01"]
)
def test_made_up_saturdays_and_labour_day_are_worked(day):
    assert says(off_duty(f"{day}T10:00", f"{day}T11:00")) == "fail ON_DUTY"
    assert says(off_duty(f"{day}T17:30", f"{day}T18:00")) == "pass"


@pytest.mark.parametrize("day", ["2023-01-02", "2023-01-20", "2023-01-27", "2023-02-27", "2023-02-28", "2023-04-03", "2023-04-04", "2023-04-05", "2023-06-22", "2023-06-23", "2023-05-06", "2023-05-07"])  # fmt: skip
def test_holidays_and_plain_weekends_are_free_all_day(day):
    assert says(off_duty(f"{day}T00:00", f"{day}T23:59:59")) == "pass"


def test_a_reason_names_the_moment_and_the_office_hours_it_fell_into():
    reason = off_duty("2023-03-08T14:05", "2023-03-08T18:00").reasons[0]
    assert "起時間 112/3/8（三）14:05:00 在上班時間（13:30–17:30）內" in reason.text
    assert reason.clause == CLAUSE


PERSON = table(
    ("a noon rest counted as duty fails", "2023-01-18T12:15", "2023-01-18T13:00", {"lunch_is_off_duty": False}, "fail ON_DUTY"),
    ("with duty at noon an end at the morning's closing is still on duty", "2023-01-18T07:00", "2023-01-18T12:00", {"lunch_is_off_duty": False}, "fail ON_DUTY"),
    ("with duty at noon the evening stays free", "2023-01-18T17:30", "2023-01-18T18:00", {"lunch_is_off_duty": False}, "pass"),
    ("other hours move the edge", "2023-01-18T17:00", "2023-01-18T18:00", {"hours": [["08:00", "12:00"], ["13:00", "17:00"]]}, "pass"),
    ("hours written out of order are read in order", "2023-01-18T12:00", "2023-01-18T13:00", {"hours": [["13:30", "17:30"], ["08:00", "12:00"]]}, "pass"),
    ("a noon counted as duty is so whatever the order of the hours", "2023-01-18T12:15", "2023-01-18T13:00", {"hours": [["13:30", "17:30"], ["08:00", "12:00"]], "lunch_is_off_duty": False}, "fail ON_DUTY"),
    ("one span of hours has no noon rest", "2023-01-18T12:15", "2023-01-18T13:00", {"hours": [["08:00", "16:00"]]}, "fail ON_DUTY"),
    ("a flexible band is for review", "2023-01-18T08:05", "2023-01-18T08:20", {"hours": [["08:30", "12:00"], ["13:00", "17:00"]], "flexible": [["08:00", "08:30"], ["17:00", "17:30"]]}, "review FLEX_BAND"),
    ("an end at the band's first moment is before it", "2023-01-18T07:00", "2023-01-18T08:00", {"hours": [["08:30", "12:00"]], "flexible": [["08:00", "08:30"]]}, "pass"),
    ("an end one second into the band is for review", "2023-01-18T07:00", "2023-01-18T08:00:01", {"hours": [["08:30", "12:00"]], "flexible": [["08:00", "08:30"]]}, "review FLEX_BAND"),
    ("core hours beside a flexible band stay duty", "2023-01-18T08:30", "2023-01-18T08:40", {"hours": [["08:30", "12:00"]], "flexible": [["08:00", "08:30"]]}, "fail ON_DUTY"),
    ("a day off has no flexible band", "2023-05-06T08:05", "2023-05-06T08:20", {"flexible": [["08:00", "08:30"]]}, "pass"),
    ("leave in office hours is for review", "2023-03-08T10:00", "2023-03-08T11:00", {"leave": [{"from": "2023-03-08", "to": "2023-03-08", "kind": "休假"}]}, "review ON_LEAVE"),
    ("公假 is for review too", "2023-03-08T10:00", "2023-03-08T11:00", {"leave": [{"from": "2023-03-08", "to": "2023-03-08", "kind": "公假"}]}, "review ON_LEAVE"),
    ("on a day of leave the evening is free all the same", "2023-03-08T18:00", "2023-03-08T19:00", {"leave": [{"from": "2023-03-08", "to": "2023-03-08", "kind": "休假"}]}, "pass"),
    ("on a day of leave the noon rest is free all the same", "2023-03-08T12:00", "2023-03-08T13:00", {"leave": [{"from": "2023-03-08", "to": "2023-03-08", "kind": "休假"}]}, "pass"),
    ("leave by the hour ends to the second", "2023-03-08T10:00", "2023-03-08T10:30", {"leave": [{"from": "2023-03-08T08:00", "to": "2023-03-08T10:00", "kind": "事假"}]}, "fail ON_DUTY"),
    ("an end at the end of leave by the hour is within it", "2023-03-08T09:00", "2023-03-08T10:00", {"leave": [{"from": "2023-03-08T08:00", "to": "2023-03-08T10:00", "kind": "事假"}]}, "review ON_LEAVE"),
    ("the day after leave is an ordinary day", "2023-03-09T10:00", "2023-03-09T11:00", {"leave": [{"from": "2023-03-08", "to": "2023-03-08", "kind": "休假"}]}, "fail ON_DUTY"),
    ("a mission (公差) is duty", "2023-03-08T10:00", "2023-03-08T11:00", {"leave": [{"from": "2023-03-08", "to": "2023-03-08", "kind": "公差"}]}, "fail ON_DUTY"),
    ("a mission is duty on a Saturday too", "2023-05-06T10:00", "2023-05-06T11:00", {"leave": [{"from": "2023-05-06T09:00", "to": "2023-05-06T12:00", "kind": "公差"}]}, "fail ON_DUTY"),
    ("overtime is duty", "2023-03-08T18:00", "2023-03-08T19:00", {"overtime": [["2023-03-08T17:30", "2023-03-08T20:30"]]}, "fail ON_DUTY"),
    ("a start at the end of overtime is free", "2023-03-08T20:30", "2023-03-08T21:00", {"overtime": [["2023-03-08T17:30", "2023-03-08T20:30"]]}, "pass"),
    ("overtime across midnight is duty before it", "2023-03-08T23:00", "2023-03-08T23:30", {"overtime": [["2023-03-08T22:00", "2023-03-09T01:00"]]}, "fail ON_DUTY"),
    ("overtime across midnight is duty after it", "2023-03-09T00:30", "2023-03-09T02:00", {"overtime": [["2023-03-08T22:00", "2023-03-09T01:00"]]}, "fail ON_DUTY"),
    ("overtime across midnight ends to the second", "2023-03-09T01:00", "2023-03-09T02:00", {"overtime": [["2023-03-08T22:00", "2023-03-09T01:00"]]}, "pass"),
    ("an evening that encloses overtime crosses duty", "2023-03-08T21:00", "2023-03-09T02:00", {"overtime": [["2023-03-08T22:00", "2023-03-09T01:00"]]}, "review SPANS_OFFICE_HOURS"),
    ("overtime on a day of leave is duty", "2023-03-08T10:00", "2023-03-08T11:00", {"leave": [{"from": "2023-03-08", "to": "2023-03-08", "kind": "休假"}], "overtime": [["2023-03-08T09:00", "2023-03-08T12:00"]]}, "fail ON_DUTY"),
    ("one's own holiday is free", "2023-08-03T10:00", "2023-08-03T11:00", {"own_holidays": ["2023-08-03"]}, "pass"),
    ("one's own holiday does not reach into the next day", "2023-08-03T10:00", "2023-08-04T08:30", {"own_holidays": ["2023-08-03"]}, "fail ON_DUTY"),
    ("one's own holiday frees a made-up Saturday", "2023-06-17T10:00", "2023-06-17T11:00", {"own_holidays": ["2023-06-17"]}, "pass"),
)  # fmt: skip


@pytest.mark.parametrize(("start", "end", "work", "expected"), PERSON)
def test_what_the_day_was_to_this_person(start, end, work, expected):
    """Timetable, noon, flexible bands, leave, missions, overtime and days of one's own."""
    assert says(off_duty(start, end, work_of(work))) == expected


def test_days_are_shared_by_one_timetable_and_by_no_other():
    work, calendar, stops = Work(), bundled.calendar(), bundled.suspensions()
    days = days_of(work, calendar, stops, "高雄市")
    assert days_of(work, calendar, stops, "高雄市") is days
    assert days_of(work, calendar, (), "高雄市") is not days
    assert days_of(Work(), calendar, (), "高雄市").work is not work
    elsewhere = days_of(work, Calendar(), stops, "臺南市")
    assert elsewhere.calendar.kind(date(2023, 5, 3)) is None
    assert elsewhere.given == (work, Calendar(), stops, "臺南市")


@pytest.mark.parametrize("day", ["2035-05-02", "2035-05-05", "2020-12-31", "2028-01-01"])
def test_a_year_the_calendar_lacks_is_for_review_and_never_a_guess(day):
    assert says(off_duty(f"{day}T20:00", f"{day}T21:00")) == "review CALENDAR_UNKNOWN"


def test_a_row_into_a_year_the_calendar_lacks_is_for_review():
    calendar = Calendar({2023: bundled.calendar().years[2023]})
    days = Days(Work(), calendar, (), "")
    answer = judge_period(datetime(2023, 12, 31, 23), datetime(2024, 1, 1, 1), days, CLAUSE)
    assert says(answer) == "review CALENDAR_UNKNOWN"
    upto = judge_period(datetime(2023, 12, 31, 23), datetime(2024, 1, 1), days, CLAUSE)
    assert says(upto) == "pass"


@pytest.mark.parametrize(
    "work",
    [Work(), work_of(NIGHT), work_of(FLEXIBLE), Work(lunch_is_off_duty=False), Work(hours=())],
    ids=["default", "shifts", "flexible", "duty at noon", "no hours"],
)
@pytest.mark.parametrize("day", ["2023-05-03", "2023-05-04", "2023-05-06", "2023-07-27", "2035-05-02"])
def test_a_day_is_drawn_without_gaps_or_overlaps(work, day):
    segments = Days(work, bundled.calendar(), bundled.suspensions(), "高雄市").day(date.fromisoformat(day))
    whole = span(day, day)
    assert segments[0].start == whole.start
    assert segments[-1].end == whole.end
    assert all(left.end == right.start for left, right in itertools.pairwise(segments))
    assert all(each.start < each.end and each.duty in Duty for each in segments)


KINDS = table(
    (
        "a year without a calendar is 日曆未收錄",
        "2020-12-31T20:00",
        "2021-01-04T10:00",
        "日曆未收錄～上班時間",
    ),
    ("an evening is 下班後", "2023-05-03T18:00", "2023-05-03T19:00", "下班後"),
    ("an early morning is 上班前", "2023-05-03T06:00", "2023-05-03T07:00", "上班前"),
    ("the noon rest is 午休", "2023-05-03T12:00", "2023-05-03T13:00", "午休"),
    ("a Sunday is 例假日", "2023-05-07T12:00", "2023-05-07T13:00", "例假日"),
    ("a holiday on a weekday is 放假日", "2023-01-02T12:00", "2023-01-02T13:00", "放假日"),
    ("office hours are 上班時間", "2023-05-03T09:00", "2023-05-03T10:00", "上班時間"),
    ("what is for review is 待認定", "2023-05-03T20:00", "2023-05-05T21:00", "待認定"),
    ("two kinds are joined", "2023-05-05T20:00", "2023-05-06T09:00", "下班後～例假日"),
)


@pytest.mark.parametrize(("start", "end", "word"), KINDS)
def test_the_form_names_the_kind_of_time(start, end, word):
    assert off_duty(start, end).kind_of_time == word


LEANS = table(
    ("an evening leans on the timetable", "2023-05-03T18:00", "2023-05-03T19:00", {"hours"}),
    (
        "the noon rest leans on how noon is counted",
        "2023-05-03T12:00",
        "2023-05-03T13:00",
        {"lunch_is_off_duty"},
    ),
    ("a Sunday leans on nothing", "2023-05-07T12:00", "2023-05-07T13:00", set()),
    (
        "crossed office hours lean on the span policy",
        "2023-05-03T20:00",
        "2023-05-05T21:00",
        {"hours", "span_policy"},
    ),
    ("a stopped day leans on the suspensions", "2023-07-27T10:00", "2023-07-27T11:00", {"suspensions"}),
)


@pytest.mark.parametrize(("start", "end", "used"), LEANS)
def test_an_answer_names_the_settings_it_leans_on(start, end, used):
    assert off_duty(start, end).leaned_on == used

"""公餘時間 at its edges: one row's period against calendar, timetable and person. Every line of a table is one sentence.

2023-01-18 and 2023-05-03 are plain Wednesdays, the timetable is 08:00–12:00 and 13:30–17:30.
"""

from __future__ import annotations

import itertools
from dataclasses import replace
from datetime import date, datetime, time
from typing import Any

import pytest
from rule_cases import span, work_of

from rules import bundled
from rules.calendar import Calendar
from rules.duty import Days, Duty, days_of
from rules.off_duty import PeriodVerdict, judge_period
from rules.person import Person
from rules.work import Period, SpanPolicy, Suspension, Work

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


FLEXIBLE = {
    "hours": [["08:30", "12:00"], ["13:00", "17:00"]],
    "flexible": [["08:00", "08:30"], ["17:00", "17:30"]],
    "punches": {"2023-05-03": ["08:05", "17:05"]},
}
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


STORM = table(
    ("the whole city stopped: for review", "2023-07-27T10:00", {}, "review WORK_SUSPENDED"),
    ("a stop of the whole city holds in each district", "2023-07-27T10:00", {"district": "苓雅區"}, "review WORK_SUSPENDED"),
    ("its second day too", "2023-07-28T10:00", {}, "review WORK_SUSPENDED"),
    ("the day before is worked", "2023-07-26T10:00", {}, "fail ON_DUTY"),
    ("the evening of such a day is free", "2023-07-27T19:00", {}, "pass"),
    ("the noon rest of such a day is free", "2023-07-27T12:00", {}, "pass"),
    ("another city did not stop", "2023-07-27T10:00", {"city": "臺南市"}, "fail ON_DUTY"),
    ("the city named in the settings stopped", "2023-07-27T10:00", {"city": "高雄市"}, "review WORK_SUSPENDED"),
    ("a district that stopped is for review", "2025-09-23T10:00", {"district": "六龜區"}, "review WORK_SUSPENDED"),
    ("another district did not stop", "2025-09-23T10:00", {"district": "苓雅區"}, "fail ON_DUTY"),
    ("an unknown district may have stopped", "2025-09-23T10:00", {}, "review WORK_SUSPENDED"),
    ("the district's name in another city did not stop", "2025-09-23T10:00", {"city": "臺南市", "district": "六龜區"}, "fail ON_DUTY"),
    ("a shift on such a day is for review", "2023-07-27T10:00", {"shift_worker": True, "roster": [["2023-07-27T08:00", "2023-07-27T20:00"]], "roster_covers": [["2023-07-01", "2023-07-31"]]}, "review WORK_SUSPENDED"),
    ("overtime ordered on such a day is duty", "2023-07-27T10:00", {"overtime": [["2023-07-27T08:00", "2023-07-27T12:00"]]}, "fail ON_DUTY"),
)  # fmt: skip


@pytest.mark.parametrize(("start", "work", "expected"), STORM)
def test_stopped_work_by_city_and_district(start, work, expected):
    """A half hour on a day on which 高雄市, or some of its districts, stopped work."""
    assert says(off_duty(start, start.replace(":00", ":30"), work_of(work))) == expected


@pytest.mark.parametrize(
    ("start", "end", "expected"),
    table(
        ("inside the stopped hours it is for review", "2023-03-08T10:00", "2023-03-08T11:00", "review WORK_SUSPENDED"),
        ("after the stopped hours work goes on", "2023-03-08T14:00", "2023-03-08T15:00", "fail ON_DUTY"),
        ("an end at the end of the stopped hours is within them", "2023-03-08T11:00", "2023-03-08T11:30", "review WORK_SUSPENDED"),
        ("a start at the end of the stopped hours is on duty", "2023-03-08T11:30", "2023-03-08T12:30", "fail ON_DUTY"),
    ),
)  # fmt: skip
def test_a_suspension_entered_with_hours(start, end, expected):
    """Stopped until 11:30, entered by the person, so it applies wherever they work."""
    stop = Suspension(span("2023-03-08T00:00", "2023-03-08T11:30"))
    assert says(off_duty(start, end, Work(city="臺南市", suspensions=(stop,)))) == expected


PARTLY = """
[[suspension]]
city = "高雄市"
districts = ["六龜區", "桃源區"]
from = 2023-03-08T13:30:00
to = 2023-03-09
cause = "豪雨"
"""


@pytest.mark.parametrize(
    ("start", "work", "expected"),
    table(
        ("before the hour named work went on", "2023-03-08T11:00", {"district": "六龜區"}, "fail ON_DUTY"),
        ("from the hour named on it is for review", "2023-03-08T13:30", {"district": "六龜區"}, "review WORK_SUSPENDED"),
        ("so is the whole of a last day without an hour", "2023-03-09T17:00", {"district": "桃源區"}, "review WORK_SUSPENDED"),
        ("the next day is an ordinary one", "2023-03-10T10:00", {"district": "桃源區"}, "fail ON_DUTY"),
        ("another district worked on", "2023-03-08T14:00", {"district": "鹽埕區"}, "fail ON_DUTY"),
        ("another city's district of that name too", "2023-03-08T14:00", {"city": "嘉義縣", "district": "六龜區"}, "fail ON_DUTY"),
        ("an unknown district may be meant", "2023-03-08T14:00", {}, "review WORK_SUSPENDED"),
    ),
)  # fmt: skip
def test_a_shipped_suspension_may_name_districts_and_hours(start, work, expected):
    shipped = bundled.read_suspensions(PARTLY)
    end = start.replace(":00", ":20") if start.endswith(":00") else start.replace(":30", ":50")
    assert says(off_duty(start, end, work_of(work), shipped)) == expected


UNPAID = table(
    (
        "a row inside 留職停薪 fails for it",
        "2023-03-04T10:00",
        "2023-03-04T11:00",
        "fail DURING_UNPAID_LEAVE",
    ),
    (
        "a start in its last second fails",
        "2023-03-31T23:59:59",
        "2023-04-01T01:00",
        "fail DURING_UNPAID_LEAVE",
    ),
    ("a start right after it is free", "2023-04-01T00:00", "2023-04-01T01:00", "pass"),
    ("an end at its first moment is before it", "2023-02-28T23:00", "2023-03-01T00:00", "pass"),
    (
        "an end one second into it fails",
        "2023-02-28T23:00",
        "2023-03-01T00:00:01",
        "fail DURING_UNPAID_LEAVE",
    ),
    (
        "an end at its last midnight is within it",
        "2023-02-28T23:00",
        "2023-04-01T00:00",
        "fail DURING_UNPAID_LEAVE",
    ),
)


@pytest.mark.parametrize("policy", list(SpanPolicy))
@pytest.mark.parametrize(("start", "end", "expected"), UNPAID)
def test_unpaid_leave_at_an_end_fails_under_every_policy(start, end, expected, policy):
    work = Work(unpaid_leave=((date(2023, 3, 1), date(2023, 3, 31)),), span_policy=policy)
    assert says(off_duty(start, end, work)) == expected


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


ENCLOSING = {
    SpanPolicy.ENDPOINTS: ("review", {"DURING_UNPAID_LEAVE"}),
    SpanPolicy.ENDPOINTS_THEN_REVIEW: ("review", {"DURING_UNPAID_LEAVE", "SPANS_OFFICE_HOURS"}),
    SpanPolicy.WHOLE: ("fail", {"DURING_UNPAID_LEAVE", "SPANS_OFFICE_HOURS"}),
}


@pytest.mark.parametrize("policy", list(SpanPolicy))
def test_a_row_that_encloses_unpaid_leave_is_never_passed(policy):
    """Review under every policy; where office hours are crossed as well, the strict policy fails it for those."""
    work = Work(unpaid_leave=((date(2023, 3, 1), date(2023, 3, 31)),), span_policy=policy)
    answer = off_duty("2023-02-24T20:00", "2023-04-10T21:00", work)
    assert (str(answer.off_duty), codes(answer)) == ENCLOSING[policy]


@pytest.mark.parametrize("policy", list(SpanPolicy))
def test_unpaid_leave_alone_in_between_is_review_under_every_policy(policy):
    """Friday evening to Sunday evening around one Saturday of 留職停薪: no office hours in between."""
    work = Work(unpaid_leave=((date(2023, 5, 6), date(2023, 5, 6)),), span_policy=policy)
    assert says(off_duty("2023-05-05T20:00", "2023-05-07T20:00", work)) == "review DURING_UNPAID_LEAVE"


POLICY = table(
    ("the text's letter asks the ends alone", SpanPolicy.ENDPOINTS, "pass"),
    ("by default office hours in between are for review", SpanPolicy.ENDPOINTS_THEN_REVIEW, "review SPANS_OFFICE_HOURS"),
    ("the strict reading fails them", SpanPolicy.WHOLE, "fail SPANS_OFFICE_HOURS"),
)  # fmt: skip


@pytest.mark.parametrize(("policy", "expected"), POLICY)
def test_office_hours_in_between_are_read_by_the_span_policy(policy, expected):
    assert says(off_duty("2023-05-03T20:00", "2023-05-05T21:00", Work(span_policy=policy))) == expected


@pytest.mark.parametrize("policy", list(SpanPolicy))
def test_an_end_on_duty_fails_under_every_policy(policy):
    assert says(off_duty("2023-05-03T20:00", "2023-05-04T09:00", Work(span_policy=policy))) == "fail ON_DUTY"


@pytest.mark.parametrize("policy", list(SpanPolicy))
def test_free_days_in_between_pass_under_every_policy(policy):
    assert says(off_duty("2023-05-05T20:00", "2023-05-08T07:30", Work(span_policy=policy))) == "pass"


def test_a_long_period_names_three_days_and_counts_the_rest():
    reason = off_duty("2023-05-01T20:00", "2023-05-08T20:00").reasons[0]
    assert "112/5/2（二）、112/5/3（三）、112/5/4（四） 等 5 個上班日" in reason.text


NIGHT = {
    "shift_worker": True,
    "roster": [["2023-05-03T20:00", "2023-05-04T08:00"]],
    "roster_covers": [["2023-05-01", "2023-05-31"]],
}
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


def with_period(first: str, last: str, inside: Work) -> Work:
    period = Period(date.fromisoformat(first), date.fromisoformat(last), inside, Person())
    return Work(periods=(period,))


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


def test_the_flexible_band_beside_office_hours_is_named():
    work = work_of(FLEXIBLE | {"punches": {}})
    found = off_duty("2023-05-03T08:10", "2023-05-03T10:00", work)
    assert (found.off_duty, found.kind_of_time) == ("fail", "彈性上下班時段～上班時間")


def test_days_are_shared_by_one_timetable_and_by_no_other():
    work, calendar, stops = Work(), bundled.calendar(), bundled.suspensions()
    days = days_of(work, calendar, stops, "高雄市")
    assert days_of(work, calendar, stops, "高雄市") is days
    assert days_of(work, calendar, (), "高雄市") is not days
    assert days_of(Work(), calendar, (), "高雄市").work is not work
    elsewhere = days_of(work, Calendar(), stops, "臺南市")
    assert elsewhere.calendar.kind(date(2023, 5, 3)) is None
    assert elsewhere.given == (work, Calendar(), stops, "臺南市")


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


def test_a_shift_worker_needs_no_calendar():
    work = work_of(NIGHT | {"roster_covers": [["2035-01-01", "2035-12-31"]]})
    assert says(off_duty("2035-05-02T10:00", "2035-05-02T11:00", work)) == "pass"


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


@pytest.mark.parametrize(("start", "end"), [("06:00", "08:15"), ("17:45", "19:00")])
def test_a_flexible_band_at_one_end_is_not_crossed(start, end):
    """Nothing lies between the two ends, so the policy for what does decided nothing."""
    work = Work(flexible=((time(8), time(8, 30)), (time(17, 30), time(18))))
    answer = off_duty(f"2023-05-03T{start}", f"2023-05-03T{end}", work)
    assert (answer.off_duty, answer.leaned_on) == ("review", {"flexible", "hours"})

"""停止上班: the bundled days and those a person enters, by city, district and hours."""

from __future__ import annotations

import pytest
from rule_cases import span, work_of
from timetables import off_duty, says, table

from rules import bundled
from rules.work import Suspension, Work

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

"""What the page counts for the person: the last free weekend, days until hours were uploaded, what changed of late."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from agent.dashboard.recent import recent
from agent.dashboard.uploads import uploads
from agent.dashboard.weekend import last_weekend, weekend_words
from agent.store import RecordChange
from rules import bundled
from rules.duty import Days
from rules.record import LearningRecord
from rules.work import Span, Work

SATURDAY_OVERTIME = Work(overtime=(Span(datetime(2023, 8, 26, 9), datetime(2023, 8, 26, 12)),))


@pytest.mark.parametrize(
    ("today", "deadline", "work", "found"),
    [
        ("2023-08-01", "2023-08-31", Work(), "2023-08-26"),
        ("2023-08-26", "2023-08-31", Work(), "2023-08-26"),  # it begins today
        ("2023-08-27", "2023-08-31", Work(), None),  # only half of it is left
        ("2023-08-01", "2023-08-27", Work(), "2023-08-26"),  # it ends on the last day
        ("2023-08-01", "2023-08-26", Work(), "2023-08-19"),  # its Sunday comes too late
        ("2023-06-01", "2023-06-20", Work(), "2023-06-10"),  # 6/17 is made up for
        ("2023-06-12", "2023-06-20", Work(), None),
        ("2023-08-01", "2023-08-31", SATURDAY_OVERTIME, "2023-08-19"),
        ("2035-08-01", "2035-08-31", Work(), None),  # a year without a calendar
    ],
)
def test_the_last_weekend_that_is_free_from_midnight_to_midnight(today, deadline, work, found):
    days = Days(work, bundled.calendar(), (), "")
    saturday = last_weekend(days, date.fromisoformat(today), date.fromisoformat(deadline))
    assert (saturday and saturday.isoformat()) == found


def test_a_weekend_in_words_goes_over_the_end_of_a_month():
    assert weekend_words(date(2023, 9, 30)) == "9/30（六）–10/1（日）"


def row(
    end: int, uploaded: int | None = None, status: str = "已通過", upload: str = "成功", **more
) -> LearningRecord:
    """Ended on this day of January, uploaded on that one."""
    at = datetime(2023, 1, uploaded, 12) if uploaded else None
    return LearningRecord(
        f"課 {end}",
        end=datetime(2023, 1, end, 22),
        status=status,
        uploaded_at=at,
        upload_status=upload if at else None,
        **more,
    )


UPLOADS = [
    ([row(1, 2), row(2, 3), row(3, 6)], "您過去 3 筆，完成後平均 1.7 天、最長 3 天上傳。", []),
    ([row(1, 2), row(2, 3)], "", []),  # two say nothing
    ([row(1, 2), row(2, 3), row(4, 3)], "", []),  # an upload before the end is no habit
    ([row(1, 1), row(2, 2), row(3, 3)], "您過去 3 筆，都在完成當天上傳。", []),
    ([row(5), row(3)], "", [("課 3", 7), ("課 5", 5)]),  # the longest first
    (
        [row(5, status="未通過"), row(11), row(6, gone_since=date(2023, 1, 8))],
        "",
        [],
    ),  # not passed, not yet, gone
    (
        [row(1, 2), row(2, 3), row(3, 9, upload="上傳失敗"), row(4, 5)],
        "您過去 3 筆，完成後平均 1 天、最長 1 天上傳。",
        [("課 3", 7)],
    ),
]


@pytest.mark.parametrize(("records", "habit", "waiting"), UPLOADS)
def test_days_until_the_hours_were_uploaded(records, habit, waiting):
    found = uploads(records, date(2023, 1, 10))
    assert found.habit == habit
    assert [(each.title, days) for each, days in found.waiting] == waiting


def change(run: int, before: LearningRecord | None, after: LearningRecord) -> RecordChange:
    seen = datetime(2023, 7, run, 18, tzinfo=UTC)  # past two in the morning of the next day in Taipei
    return RecordChange(1, run, seen, before, after, is_new=before is None, is_late=False)


def test_what_changed_of_late_is_said_in_three_lines_the_newest_first():
    failing, passing, done = row(1, status="未通過"), row(1), row(1, 2)
    longer = row(1, 2, certified_hours=Decimal(2))
    found = recent(
        [
            change(1, None, failing),
            change(1, None, row(9)),
            change(2, failing, passing),
            change(3, passing, done),
        ]
    )
    said = [(each.day.isoformat(), each.text) for each in found]
    assert said == [
        ("2023-07-04", "上傳成功 1 筆"),
        ("2023-07-03", "『課 1』已通過"),
        ("2023-07-02", "新增 2 筆紀錄"),
    ]
    assert [each.text for each in recent([change(4, done, longer)])] == ["1 筆紀錄的其他內容變了"]
    assert recent([]) == ()

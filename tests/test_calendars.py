"""Imported calendars: the official CSV read line by line, kept as an issue of its year, and used only where it should be."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date, timedelta

import pytest

from agent.calendars import calendar_of, joined, keep, read_official
from agent.home import open_home
from agent.settings.in_force import settings_of
from rules import bundled
from rules.calendar import CalendarYear, DayKind
from rules.errors import ConfigError

NAME = "114年中華民國政府行政機關辦公日曆表.csv"
REVISED = "114年中華民國政府行政機關辦公日曆表修正版(1141020更新).csv"


def official(
    year: CalendarYear, change: Callable[[date, list[str]], list[str] | None] = lambda _, row: row
) -> str:
    """This issue as the official CSV writes it; `change` may alter a row, or leave it out."""
    lines = ["西元日期,星期,是否放假,備註"]
    for day in year.days():
        worked = year.is_worked(day)
        remark = "補行上班" if worked and day.weekday() > 4 else year.holidays.get(day, "")
        row = change(day, [f"{day:%Y%m%d}", "一二三四五六日"[day.weekday()], "0" if worked else "2", remark])
        lines += [",".join(row)] if row else []
    return "\n".join(lines) + "\n"


def issue(year: int, revision: int = 0) -> CalendarYear:
    return bundled.calendar().issues_of(year)[revision]


@pytest.mark.parametrize("encoding", ["cp950", "utf-8-sig", "utf-8"])
@pytest.mark.parametrize("year", sorted(bundled.calendar().years))
def test_every_bundled_year_comes_back_from_its_csv(year, encoding):
    """Day by day; the CSV says 補行上班 and not for which day."""
    shipped = bundled.calendar().years[year]
    found = read_official(official(shipped).encode(encoding), f"{year - 1911}年辦公日曆表.csv").year
    assert [found.kind(day) for day in found.days()] == [shipped.kind(day) for day in shipped.days()]
    assert found.days_off() == shipped.days_off()
    assert set(found.makeup_workdays) == set(shipped.makeup_workdays)


def test_days_off_without_a_remark_are_days_off():
    """The official file of 2025 leaves the remark of 09-29 and 10-24 empty."""
    text = official(issue(2025, 1), lambda _, row: [*row[:3], ""])
    found = read_official(text.encode(), REVISED).year
    assert found.kind(date(2025, 9, 29)) is DayKind.HOLIDAY
    assert found.days_off() == 118


@pytest.mark.parametrize(
    ("name", "revision", "updated"),
    [(NAME, 0, None), ("114年辦公日曆表(修正版).csv", 1, None), (REVISED, 1, date(2025, 10, 20))],
)
def test_the_name_of_the_file_tells_the_revision(name, revision, updated):
    found = read_official(official(issue(2025)).encode(), name).year
    assert (found.revision, found.updated) == (revision, updated)
    assert found.issue.startswith("行政院人事行政總處 114 年辦公日曆表（")


def on(day: str, at: int, value: str) -> Callable[[date, list[str]], list[str]]:
    def change(each: date, row: list[str]) -> list[str]:
        return [*row[:at], value, *row[at + 1 :]] if each.isoformat() == day else row

    return change


BAD = [
    ("another weekday", on("2025-01-02", 1, "五"), "第 3 行「星期」欄「五」：當天是星期四"),
    ("another flag", on("2025-01-02", 2, "1"), "第 3 行「是否放假」欄「1」：應為 0（上班）或 2（放假）"),
    ("no date", on("2025-01-02", 0, "2025/1/2"), "第 3 行「西元日期」欄「2025/1/2」"),
    ("no such date", on("2025-03-01", 0, "20250229"), "第 61 行「西元日期」欄「20250229」"),
    ("a day twice", on("2025-01-03", 0, "20250102"), "第 4 行「西元日期」欄「20250102」：與第 3 行是同一天"),
    ("a day left out", lambda day, row: None if day == date(2025, 6, 30) else row, "缺少 1 天：2025-06-30"),
    ("half a year", lambda day, row: row if day.month > 6 else None, "缺少 181 天"),
]  # fmt: skip


@pytest.mark.parametrize(("change", "named"), [line[1:] for line in BAD], ids=[line[0] for line in BAD])
def test_a_table_that_is_not_whole_and_consistent_is_refused(change, named):
    with pytest.raises(ConfigError) as refused:
        read_official(official(issue(2025), change).encode(), NAME)
    assert named in refused.value.message
    assert refused.value.remedy


@pytest.mark.parametrize(
    ("text", "name", "named"),
    [
        ("Subject,Start Date\n元旦,2025/1/1\n", "114年.csv", "第一列應為「西元日期,星期,是否放假,備註」"),
        ("", "114年.csv", "空白檔案"),
        ("西元日期,星期,是否放假,備註\n", "114年.csv", "沒有任何日期"),
        (official(issue(2025)), "114年辦公日曆表_Google行事曆專用.csv", "Google 行事曆"),
    ],
)
def test_a_file_that_is_no_official_table_is_refused(text, name, named):
    with pytest.raises(ConfigError) as refused:
        read_official(text.encode(), name)
    assert named in refused.value.message


@pytest.fixture
def home(tmp_path):
    return open_home(tmp_path / "家")


def test_a_new_year_is_used_at_once_and_every_year_that_ships_stays(home):
    first = date(2028, 1, 1)
    year = CalendarYear(2028, "x", "x", {first: "開國紀念日"}, {})
    name = keep(
        home, read_official(official(year).encode(), "117年辦公日曆表.csv"), date(2027, 7, 1), use=False
    )
    calendar = settings_of(home).calendar
    assert calendar.kind(date(2028, 1, 3)) is DayKind.WORKDAY
    assert bundled.calendar().kind(date(2028, 1, 3)) is None
    assert {each: calendar.years[each] for each in bundled.calendar().years} == bundled.calendar().years
    text = (home.path / "calendars" / name).read_text("utf-8")
    assert name.startswith("2028-original-")
    assert all(word in text for word in ("117年辦公日曆表.csv", "sha256 = ", "imported_on = 2027-07-01"))


WHICH = [
    ("an original of a year that ships revised is kept and not used", NAME, 0, False, False),
    ("unless somebody says so", NAME, 0, True, True),
    (
        "a revision without a date is no newer than a dated update",
        "114年辦公日曆表修正版.csv",
        0,
        False,
        False,
    ),
    ("a later update is used", "114年辦公日曆表修正版(1141101更新).csv", 0, False, True),
]


@pytest.mark.parametrize(
    ("name", "revision", "use", "used"), [line[1:] for line in WHICH], ids=[line[0] for line in WHICH]
)
def test_which_issue_a_home_uses(home, name, revision, use, used):
    imported = read_official(official(issue(2025, revision)).encode(), name)
    assert joined(bundled.calendar(), imported, use=use).years[2025].issue == (
        imported.year.issue if used else issue(2025, 1).issue
    )
    keep(home, imported, date(2025, 12, 1), use=use)
    calendar = calendar_of(home)
    assert (calendar.years[2025].issue == imported.year.issue) is used
    assert len(calendar.issues_of(2025)) == 3


def test_of_two_chosen_issues_the_last_one_holds(home):
    one = read_official(official(issue(2025)).encode(), NAME)
    text = official(issue(2025), on("2025-03-03", 2, "2"))
    two = read_official(text.encode(), NAME)
    keep(home, one, date(2025, 12, 1), use=True)
    keep(home, two, date(2025, 12, 2), use=True)
    assert calendar_of(home).years[2025].issue == two.year.issue
    keep(home, one, date(2025, 12, 3), use=True)
    assert calendar_of(home).years[2025].issue == one.year.issue


def test_a_damaged_calendar_is_named(home):
    (home.path / "calendars").mkdir()
    (home.path / "calendars" / "2025-x.toml").write_text("year = 2025\n", "utf-8")
    with pytest.raises(ConfigError, match=r"2025-x\.toml"):
        settings_of(home)


def records(day: str) -> str:
    """The first set of the plan, each course studied at 10 o'clock of this day."""
    plan = bundled.plan("kaohsiung-112")
    rows = [
        {
            "course_type": "開放式",
            "title": course.title,
            "code": None,
            "course_id": None,
            "start": f"{day}T10:{at:02}:00",
            "end": f"{day}T11:{at:02}:00",
            "reading": "00:40:00",
            "exam": "100",
            "survey": "已填",
            "condition": "課程測驗：75 分(含)以上 閱讀時數：00:30:00(含)以上 需填問卷：是",
            "status": "已通過",
            "certified_hours": str(course.hours),
            "upload_status": "成功",
            "uploaded_at": "2023-06-01T12:00:00",
        }
        for at, course in enumerate(plan.sets[0].courses)
    ]
    found = {
        "schema": "elearn-records/1",
        "source": "https://elearn.hrd.gov.tw/",
        "taken_at": "2023-09-01T02:30:00+08:00",
        "total_stated": len(rows),
        "records": rows,
        "unread": [],
    }
    return json.dumps(found, ensure_ascii=False)


def test_a_revision_says_what_it_changes_and_asks(run_elearn, elearn_home, tmp_path):
    """A Monday made a day off: a set studied that morning becomes claimable."""
    path = tmp_path / "records.json"
    path.write_text(records("2023-05-08"), "utf-8")
    assert run_elearn("import", path).code == 0
    (elearn_home / "config.toml").write_text(
        'plan = "kaohsiung-112"\n[person]\ncategory = "編制內公務人員"\n', "utf-8"
    )
    table = tmp_path / "112年辦公日曆表修正版.csv"
    table.write_text(official(issue(2023), on("2023-05-08", 2, "2")), "cp950")

    refused = run_elearn("calendar", "import", table, "--on", "112/8/31")
    assert refused.code == 2
    assert "112/5/8（一） 上班日 → 放假日" in refused.stderr
    assert "可申請補休 0 → 4 小時" in refused.stderr
    assert not (elearn_home / "calendars").exists()

    done = run_elearn("calendar", "import", table, "--on", "112/8/31", "--yes", "--json").json()
    assert (done["saved"], done["calendar"]["in_use"]) == (True, True)
    assert done["calendar"]["differs"] == [{"date": "2023-05-08", "is": "放假日", "name": "放假日"}]
    assert done["changes"][0]["claimable"] == {"before": "0", "after": "4"}
    verdict = run_elearn("check", "--on", "112/8/31", "--json").json()
    assert verdict["benefits"][0]["claimable"] == "4"
    assert "自行匯入" in verdict["calendar"]["2023"]
    listed = run_elearn("calendar", "list", "--json").json()["calendars"]
    assert [each["in_use"] for each in listed if each["year"] == 2023] == [False, True]


def test_a_table_like_the_one_in_use_is_not_imported(run_elearn, elearn_home, tmp_path):
    table = tmp_path / REVISED
    table.write_text(official(issue(2025, 1)), "utf-8-sig")
    ran = run_elearn("calendar", "import", table)
    assert (ran.code, (elearn_home / "calendars").exists()) == (0, False)
    assert "逐日相同" in ran.stdout


def test_a_day_is_a_day_whatever_the_year():
    """The days of a leap year are all there."""
    year = CalendarYear(2028, "x", "x", {}, {})
    assert len(list(year.days())) == 366
    assert list(year.days())[-1] == date(2029, 1, 1) - timedelta(days=1)

"""The calendar that ships with the program: against another source day by day, its totals, and files it refuses."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import holidays
import pytest

from rules import bundled
from rules.calendar import Calendar, CalendarYear, DayKind, read_year
from rules.errors import ConfigError

WORKED = (DayKind.WORKDAY, DayKind.MAKEUP_WORKDAY)

# Days off and worked in each official table.
TOTALS = {
    2021: (116, 249),
    2022: (115, 250),
    2023: (116, 249),
    2024: (115, 251),
    2025: (118, 247),
    2026: (120, 245),
    2027: (121, 244),
}
MADE_UP = {
    2021: ["02-20", "09-11"],
    2022: ["01-22"],
    2023: ["01-07", "02-04", "02-18", "03-25", "06-17", "09-23"],
    2024: ["02-17"],
    2025: ["02-08"],
    2026: [],
    2027: [],
}


def days_of(year: int) -> list[date]:
    first = date(year, 1, 1)
    return [first + timedelta(days=each) for each in range((date(year + 1, 1, 1) - first).days)]


def test_the_years_that_ship_are_those_with_an_official_table():
    assert sorted(bundled.calendar().years) == list(TOTALS)


def test_a_bundled_plan_says_that_it_is_one_and_an_unknown_key_names_them_all(monkeypatch):
    assert bundled.plan("kaohsiung-112").source == "bundled"
    assert bundled._keys(["b-112.toml", "README.md", "a-112.toml"]) == ("a-112", "b-112")
    monkeypatch.setattr(bundled, "plan_keys", lambda: ("a-112", "b-112"))
    with pytest.raises(ConfigError) as refused:
        bundled.plan("c-112")
    assert refused.value.remedy == "可用的計畫：a-112、b-112。"


def test_a_bundled_suspension_names_its_cause_and_its_days():
    first = bundled.suspensions()[0]
    assert (first.city, first.districts, first.cause) == ("高雄市", (), "杜蘇芮颱風")
    assert (first.span.start, first.span.end) == (datetime(2023, 7, 27), datetime(2023, 7, 29))


@pytest.mark.parametrize("year", TOTALS)
def test_every_day_agrees_with_an_independent_calendar(year):
    """`holidays` needs the years given (else made-up Saturdays are lost) and observed days on (else 補假 are)."""
    other = holidays.Taiwan(years=year, observed=True, expand=False)
    calendar = bundled.calendar()
    differing = [
        day for day in days_of(year) if (calendar.kind(day) in WORKED) is not other.is_working_day(day)
    ]
    assert differing == []


@pytest.mark.parametrize("year", TOTALS)
def test_days_off_and_worked_add_up_to_the_official_totals(year):
    assert list(bundled.calendar().years[year].days()) == days_of(year)
    off = bundled.calendar().years[year].days_off()
    assert (off, len(days_of(year)) - off) == TOTALS[year]


@pytest.mark.parametrize("year", TOTALS)
def test_made_up_workdays_are_saturdays_for_a_day_off_of_the_same_year(year):
    found = bundled.calendar().years[year]
    assert [f"{day:%m-%d}" for day in found.makeup_workdays] == MADE_UP[year]
    for day, instead_of in found.makeup_workdays.items():
        assert day.weekday() == 5
        assert found.kind(day) is DayKind.MAKEUP_WORKDAY
        assert found.kind(instead_of) is DayKind.HOLIDAY


@pytest.mark.parametrize("year", TOTALS)
def test_every_year_names_its_issue_and_its_source(year):
    found = bundled.calendar().years[year]
    assert f"{year - 1911} 年辦公日曆表" in found.issue
    assert found.source


# Where calendars of other makers have gone wrong.
KINDS = [
    ("2023-05-01", DayKind.WORKDAY, "Labour Day was no day off for civil servants in 2023"),
    ("2026-05-01", DayKind.HOLIDAY, "Labour Day is a day off for all from 2026"),
    ("2023-01-07", DayKind.MAKEUP_WORKDAY, "a Saturday on which 2023-01-20 was made up for"),
    ("2023-01-08", DayKind.REST_DAY, "the Sunday after it"),
    ("2023-01-01", DayKind.REST_DAY, "a holiday on a Sunday stays 例假日"),
    ("2023-01-02", DayKind.HOLIDAY, "the Monday that stands in for it"),
    ("2023-02-27", DayKind.HOLIDAY, "a bridge day"),
    ("2023-09-03", DayKind.REST_DAY, "軍人節 is no day off of this calendar"),
    ("2024-02-15", DayKind.WORKDAY, "the first workday after a lunar new year"),
    ("2025-09-29", DayKind.HOLIDAY, "a day the first issue of 2025 lacked"),
    ("2025-10-24", DayKind.HOLIDAY, "a day the first issue of 2025 lacked"),
    ("2025-12-25", DayKind.HOLIDAY, "a day the first issue of 2025 lacked"),
    ("2024-12-25", DayKind.WORKDAY, "the same date a year before the law"),
    ("2026-10-26", DayKind.HOLIDAY, "a Monday that stands in for a Sunday"),
    ("2027-04-30", DayKind.HOLIDAY, "a Friday that stands in for a Saturday"),
    ("2035-01-01", None, "a year without a table has no kind, not even on New Year's Day"),
]


@pytest.mark.parametrize(("day", "kind"), [line[:2] for line in KINDS], ids=[line[2] for line in KINDS])
def test_days_that_other_calendars_got_wrong(day, kind):
    assert bundled.calendar().kind(date.fromisoformat(day)) is kind


def test_the_issue_behind_a_year_is_named_and_a_missing_one_said():
    issues = bundled.calendar().issues([2035, 2023, 2023])
    assert list(issues) == ["2023", "2035"]
    assert issues == {"2023": "行政院人事行政總處 112 年辦公日曆表", "2035": "未收錄"}
    assert Calendar().kind(date(2023, 1, 1)) is None


ORIGINAL, REVISED = (
    "行政院人事行政總處 114 年辦公日曆表",
    "行政院人事行政總處 114 年辦公日曆表（修正版，114 年 10 月 20 日更新）",
)
ADDED = ["2025-09-29", "2025-10-24", "2025-12-25"]


def test_both_issues_of_a_revised_year_are_kept_and_the_newest_is_used():
    calendar = bundled.calendar()
    assert [each.issue for each in calendar.issues_of(2025)] == [ORIGINAL, REVISED]
    assert calendar.years[2025].issue == REVISED
    assert [each.days_off() for each in calendar.issues_of(2025)] == [115, 118]


def test_the_shipped_issues_are_kept_from_the_first_year_to_the_last():
    kept = [(each.year, each.revision) for each in bundled.calendar().kept]
    assert kept == sorted(kept)
    assert len(kept) == len(TOTALS) + 1


def test_the_issues_of_2025_differ_in_the_days_that_the_revision_added():
    original, revised = bundled.calendar().issues_of(2025)
    assert list(map(str, revised.differing(original))) == ADDED
    assert original.differing(revised) == revised.differing(original)


def test_an_older_issue_can_be_named():
    """What was judged before a revision can be judged so again."""
    older = bundled.calendar().using(ORIGINAL)
    assert [older.kind(date.fromisoformat(day)) for day in ADDED] == [DayKind.WORKDAY] * 3
    assert older.issues([2025]) == {"2025": ORIGINAL}
    assert older.years[2023] is bundled.calendar().years[2023]
    assert older.using(REVISED).years == bundled.calendar().years


def test_an_unknown_issue_is_answered_with_those_there_are():
    calendar = Calendar.of(bundled.calendar().issues_of(2025))
    with pytest.raises(ConfigError) as refused:
        calendar.using("114 年")
    assert refused.value.message == "沒有「114 年」這一版辦公日曆表。"
    assert refused.value.remedy == f"現有：{ORIGINAL}、{REVISED}。"


def test_the_issues_of_a_year_stand_in_order_however_they_were_added():
    calendar = Calendar.of(reversed(bundled.calendar().issues_of(2025)))
    assert [each.issue for each in calendar.issues_of(2025)] == [ORIGINAL, REVISED]


ORDER = [
    ("a revision is newer than what it revises", {"revision": 1}, {}, "first"),
    ("a later update of a revision is newer", {"revision": 1, "updated": date(2025, 10, 20)}, {"revision": 1}, "first"),
    ("a second revision is newer than an updated first", {"revision": 1, "updated": date(2025, 10, 20)}, {"revision": 2}, "second"),
    ("of equally new issues the one added last is used", {}, {}, "second"),
    ("an issue that was chosen holds against a newer one", {"chosen": True}, {"revision": 3}, "first"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("one", "two", "used"), [line[1:] for line in ORDER], ids=[line[0] for line in ORDER]
)
def test_which_issue_of_a_year_is_used(one, two, used):
    issues = [
        CalendarYear(2030, "first", "a test", {}, {}, **one),
        CalendarYear(2030, "second", "a test", {}, {}, **two),
    ]
    assert Calendar.of(issues).years[2030].issue == used


def test_made_up_workdays_may_stand_without_the_day_they_make_up_for():
    """The official CSV says 補行上班 and no more."""
    listed = GOOD.replace("[makeup_workdays]\n2023-01-07 = 2023-01-20\n", "").replace(
        "year = 2023", "year = 2023\nmakeup_workdays = [2023-01-07]"
    )
    found = read_year(listed, "2023.toml")
    assert found.makeup_workdays == {date(2023, 1, 7): None}
    assert found.kind(date(2023, 1, 7)) is DayKind.MAKEUP_WORKDAY


GOOD = """
year = 2023
issue = "行政院人事行政總處 112 年辦公日曆表"
source = "a test"
days_off = 106

[holidays]
2023-01-02 = "補假"
2023-01-20 = "小年夜"

[makeup_workdays]
2023-01-07 = 2023-01-20
"""


def test_a_calendar_file_is_read():
    found = read_year(GOOD, "2023.toml")
    assert (found.year, found.days_off()) == (2023, 106)
    assert (found.revision, found.updated, found.chosen) == (0, None, False)


def test_an_issue_says_its_revision_its_update_and_whether_it_was_chosen():
    more = "year = 2023\nrevision = 2\nupdated = 2023-02-03\nchosen = true"
    found = read_year(GOOD.replace("year = 2023", more), "2023.toml")
    assert (found.revision, found.updated, found.chosen) == (2, date(2023, 2, 3), True)


def test_a_made_up_day_may_be_for_a_day_of_another_year():
    """That year's table is not at hand."""
    text = GOOD.replace("2023-01-07 = 2023-01-20", "2023-01-07 = 2022-12-30")
    assert read_year(text, "2023.toml").makeup_workdays == {date(2023, 1, 7): date(2022, 12, 30)}


BAD = [
    ("a total that does not add up", "days_off = 106", "days_off = 116", "116"),
    ("a holiday left out", '2023-01-20 = "小年夜"\n', "", "2023-01-20"),
    ("no year", "year = 2023\n", "", "year"),
    ("a year that is no number", "year = 2023", "year = [2023]", "list"),
    ("a year that is a word", "year = 2023", 'year = "112年"', "112"),
    ("a year far out of range", "year = 2023", "year = 9999999", "9999999"),
    ("the year before the first", "year = 2023", "year = 0", "0"),
    ("no issue", 'issue = "行政院人事行政總處 112 年辦公日曆表"\n', "", "issue"),
    ("a day that does not exist", "2023-01-02 =", "2023-02-30 =", "day"),
    ("a day of another year", "2023-01-02 =", "2024-01-02 =", "2024-01-02"),
    ("a made-up day for no date", "2023-01-07 = 2023-01-20", '2023-01-07 = "小年夜"', "2023-01-07"),
    ("a made-up day for a workday", "2023-01-07 = 2023-01-20", "2023-01-07 = 2023-01-19", "2023-01-07"),
    ("holidays that are a list", '[holidays]\n2023-01-02 = "補假"\n2023-01-20 = "小年夜"', "holidays = []", ""),
    ("no made-up days at all", "[makeup_workdays]\n2023-01-07 = 2023-01-20\n", "", "makeup_workdays"),
    ("a revision that is no number", "year = 2023", 'year = 2023\nrevision = "修正版"', "修正版"),
    ("an update that is no date", "year = 2023", 'year = 2023\nupdated = "114年"', "114年"),
    ("an update that is a moment", "year = 2023", "year = 2023\nupdated = 2023-02-03T00:00:00", "updated 的「2023-02-03 00:00:00」應為日期"),
    ("a made-up day that is a word", "2023-01-07 = 2023-01-20", '2023-01-07 = "小年夜"', "補行上班日 2023-01-07 所補的「小年夜」應為日期"),
    ("a listed made-up day that is a word", "days_off = 106\n\n[holidays]\n2023-01-02 = \"補假\"\n2023-01-20 = \"小年夜\"\n\n[makeup_workdays]\n2023-01-07 = 2023-01-20\n", 'days_off = 106\nmakeup_workdays = ["小年夜"]\nholidays = {}', "makeup_workdays 的「小年夜」應為日期"),
    ("no TOML", "year = 2023", "year 2023", "line"),
    ("the same key twice", "year = 2023", "year = 2023\nyear = 2023", "line"),
]  # fmt: skip


@pytest.mark.parametrize(("old", "new", "named"), [line[1:] for line in BAD], ids=[line[0] for line in BAD])
def test_a_bad_calendar_file_is_refused_by_name(old, new, named):
    assert old in GOOD
    with pytest.raises(ConfigError) as refused:
        read_year(GOOD.replace(old, new), "2023.toml")
    assert "2023.toml" in refused.value.message
    assert named in refused.value.message
    assert refused.value.remedy


def test_a_file_that_is_no_table_of_a_year_is_refused():
    with pytest.raises(ConfigError):
        read_year("", "2023.toml")

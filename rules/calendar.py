"""The official 辦公日曆表 as dated data: which days are worked, with the issue each year rests on."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from enum import StrEnum

from rules.errors import ConfigError


class DayKind(StrEnum):
    """What the calendar says of a day; the value is the word people read."""

    WORKDAY = "上班日"
    MAKEUP_WORKDAY = "補行上班日"
    REST_DAY = "例假日"
    HOLIDAY = "放假日"


@dataclass(frozen=True, slots=True)
class CalendarYear:
    """One year: `holidays` are days off with their names, `makeup_workdays` map a worked day off to the day it makes up for.

    `issue` names the official table and its revision, `source` where the data came from.
    """

    year: int
    issue: str
    source: str
    holidays: Mapping[date, str]
    makeup_workdays: Mapping[date, date]

    def kind(self, day: date) -> DayKind:
        """What this day is. A Saturday or Sunday stays 例假日 even where a holiday falls on it."""
        if day in self.makeup_workdays:
            return DayKind.MAKEUP_WORKDAY
        if day.weekday() >= 5:
            return DayKind.REST_DAY
        return DayKind.HOLIDAY if day in self.holidays else DayKind.WORKDAY

    def days_off(self) -> int:
        """How many days of the year are not worked."""
        first = date(self.year, 1, 1)
        length = (date(self.year + 1, 1, 1) - first).days
        days = (first + timedelta(days=each) for each in range(length))
        return sum(self.kind(day) in (DayKind.REST_DAY, DayKind.HOLIDAY) for day in days)


@dataclass(frozen=True, slots=True)
class Calendar:
    """The years that are known. A day of any other year has no kind: the verdict is then review, never a guess."""

    years: Mapping[int, CalendarYear] = field(default_factory=dict)

    def kind(self, day: date) -> DayKind | None:
        """What this day is, or None where its year is unknown."""
        year = self.years.get(day.year)
        return year.kind(day) if year else None

    def issues(self, years: Iterable[int]) -> dict[str, str]:
        """The issue behind each of these years, for the verdict and the foot of the form."""
        return {
            str(year): self.years[year].issue if year in self.years else "未收錄"
            for year in sorted(set(years))
        }


def read_year(text: str, where: str) -> CalendarYear:
    """A calendar file's text as a year. Raises ConfigError when it is not one or its total of days off does not add up."""
    try:
        data = tomllib.loads(text)
        year = CalendarYear(
            year=int(data["year"]),
            issue=str(data["issue"]),
            source=str(data["source"]),
            holidays={date.fromisoformat(day): str(name) for day, name in data["holidays"].items()},
            makeup_workdays={date.fromisoformat(day): off for day, off in data["makeup_workdays"].items()},
        )
        _check_days(year)
        stated, found = int(data["days_off"]), year.days_off()
    except (tomllib.TOMLDecodeError, KeyError, ValueError, AttributeError, TypeError) as why:
        raise ConfigError(f"日曆檔 {where} 無法使用：{why}", "請改用官方辦公日曆表重新匯入。") from why
    if found != stated:
        raise ConfigError(
            f"日曆檔 {where} 的放假日合計為 {found} 日，與所載 {stated} 日不符",
            "請改用官方辦公日曆表重新匯入。",
        )
    return year


def _check_days(year: CalendarYear) -> None:
    """Every day is of this year, and a made-up day names a day off (of this year; the table of another is not at hand)."""
    for day in (*year.holidays, *year.makeup_workdays):
        if day.year != year.year:
            raise ValueError(f"{day} 不在 {year.year} 年內")
    for day, instead_of in year.makeup_workdays.items():
        if not isinstance(instead_of, date):
            raise ValueError(f"補行上班日 {day} 所補的放假日應為日期")
        if instead_of.year == year.year and instead_of not in year.holidays:
            raise ValueError(f"補行上班日 {day} 所補的 {instead_of} 不是放假日")

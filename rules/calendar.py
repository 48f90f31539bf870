"""The official 辦公日曆表 as dated data: which days are worked, with the issue each year rests on."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from typing import Any

from rules.errors import ConfigError

_MIDNIGHT = time()


class DayKind(StrEnum):
    """What the calendar says of a day; the value is the word people read."""

    WORKDAY = "上班日"
    MAKEUP_WORKDAY = "補行上班日"
    REST_DAY = "例假日"
    HOLIDAY = "放假日"


@dataclass(frozen=True, slots=True)
class CalendarYear:
    """One issue of one year: `holidays` are days off with their names, `makeup_workdays` map a worked Saturday or Sunday to
    the day off it makes up for (None where the table does not say).

    `issue` names the official table and its revision, `source` where the data came from. `revision` counts the issues of
    the year (0: as first published), `updated` is the day of a later update; `chosen`: a person said that this one holds.
    """

    year: int
    issue: str
    source: str
    holidays: Mapping[date, str]
    makeup_workdays: Mapping[date, date | None]
    revision: int = 0
    updated: date | None = None
    chosen: bool = False

    def kind(self, day: date) -> DayKind:
        """What this day is. A Saturday or Sunday stays 例假日 even where a holiday falls on it."""
        if day in self.makeup_workdays:
            return DayKind.MAKEUP_WORKDAY
        if day.weekday() >= 5:
            return DayKind.REST_DAY
        return DayKind.HOLIDAY if day in self.holidays else DayKind.WORKDAY

    def days(self) -> Iterator[date]:
        """Every day of the year."""
        first = date(self.year, 1, 1)
        return (first + timedelta(days=each) for each in range((date(self.year + 1, 1, 1) - first).days))

    def days_off(self) -> int:
        """How many days of the year are not worked."""
        return sum(not self.is_worked(day) for day in self.days())

    def is_worked(self, day: date) -> bool:
        """Whether there are office hours that day."""
        return self.kind(day) in (DayKind.WORKDAY, DayKind.MAKEUP_WORKDAY)

    def differing(self, other: CalendarYear) -> tuple[date, ...]:
        """The days that are worked by one of the two issues and off by the other."""
        return tuple(day for day in self.days() if self.is_worked(day) is not other.is_worked(day))

    @property
    def age(self) -> tuple[bool, int, date]:
        """What issues of one year are ordered by: one that was chosen, then the later revision, then the later update."""
        return self.chosen, self.revision, self.updated or date.min


@dataclass(frozen=True, slots=True)
class Calendar:
    """The years that are known. A day of any other year has no kind: the verdict is then review, never a guess.

    Tables are revised within their year (2025 was), so every issue is kept: `years` are those in use, `kept` are all.
    """

    years: Mapping[int, CalendarYear] = field(default_factory=dict)
    kept: tuple[CalendarYear, ...] = ()

    @classmethod
    def of(cls, issues: Iterable[CalendarYear]) -> Calendar:
        """The calendar of these issues: of each year the newest is used, of equally new ones the last."""
        kept = tuple(issues)
        years: dict[int, CalendarYear] = {}
        for each in kept:
            if each.year not in years or each.age >= years[each.year].age:
                years[each.year] = each
        return cls(years, kept)

    def issues_of(self, year: int) -> tuple[CalendarYear, ...]:
        """Every issue of this year, oldest first."""
        return tuple(sorted((each for each in self.kept if each.year == year), key=lambda each: each.age))

    def using(self, issue: str) -> Calendar:
        """The same calendar with the issue of this name in use. Raises ConfigError with the names there are."""
        found = next((each for each in self.kept if each.issue == issue), None)
        if found is None:
            there_are = "、".join(each.issue for each in self.kept)
            raise ConfigError(f"沒有「{issue}」這一版辦公日曆表。", f"現有：{there_are}。")
        return Calendar({**self.years, found.year: found}, self.kept)

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


def closing_day(end: datetime) -> date:
    """The day to which something that ends then still belongs: an end at 24:00 closes the day that is over."""
    return end.date() if end.time() != _MIDNIGHT else end.date() - timedelta(days=1)


def read_year(text: str, where: str) -> CalendarYear:
    """A calendar file's text as a year. Raises ConfigError when it is not one or its total of days off does not add up."""
    try:
        data = tomllib.loads(text)
        year = CalendarYear(
            year=int(data["year"]),
            issue=str(data["issue"]),
            source=str(data["source"]),
            holidays={date.fromisoformat(day): str(name) for day, name in data["holidays"].items()},
            makeup_workdays=_makeup_workdays(data["makeup_workdays"]),
            revision=int(data.get("revision", 0)),
            updated=_day(data["updated"], "updated 的") if "updated" in data else None,
            chosen=data.get("chosen") is True,
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


def _makeup_workdays(data: Any) -> dict[date, date | None]:  # noqa: ANN401 - a table, or a list where the reason is not known
    """The worked days off: a table of what each makes up for, or a plain list of days."""
    if isinstance(data, list):
        return {_day(each, "makeup_workdays 的"): None for each in data}
    return {date.fromisoformat(day): _day(off, f"補行上班日 {day} 所補的") for day, off in data.items()}


def _day(value: object, what: str) -> date:
    if not isinstance(value, date) or isinstance(value, datetime):
        raise ValueError(f"{what}「{value}」應為日期")
    return value


def _check_days(year: CalendarYear) -> None:
    """Every day is of this year, and a made-up day names a day off (of this year; the table of another is not at hand)."""
    for day in (*year.holidays, *year.makeup_workdays):
        if day.year != year.year:
            raise ValueError(f"{day} 不在 {year.year} 年內")
    for day, instead_of in year.makeup_workdays.items():
        if instead_of and instead_of.year == year.year and instead_of not in year.holidays:
            raise ValueError(f"補行上班日 {day} 所補的 {instead_of} 不是放假日")

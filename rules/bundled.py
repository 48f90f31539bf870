"""The plans, calendars and suspensions that ship with the program, found by file name."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable
from datetime import date, datetime
from functools import cache
from importlib.resources import files

from rules.calendar import Calendar, read_year
from rules.errors import ConfigError
from rules.plan import Plan
from rules.plan_file import read_plan
from rules.work import Span, Suspension


@cache
def plan_keys() -> tuple[str, ...]:
    """The keys of the bundled plans, in order; a plan's key is its file's name."""
    return _keys(each.name for each in files("rules").joinpath("plans").iterdir())


def _keys(names: Iterable[str]) -> tuple[str, ...]:
    return tuple(sorted(name.removesuffix(".toml") for name in names if name.endswith(".toml")))


@cache
def plan(key: str) -> Plan:
    """The bundled plan of that key. Raises ConfigError with the keys there are."""
    if key not in plan_keys():
        raise ConfigError(f"沒有名為「{key}」的計畫。", f"可用的計畫：{'、'.join(plan_keys())}。")
    name = f"{key}.toml"
    return read_plan(files("rules").joinpath("plans", name).read_text("utf-8"), name, "bundled")


def plans_on(day: date) -> tuple[Plan, ...]:
    """The bundled plans whose programme covers this day; none means no plan in force, not nothing to claim."""
    return tuple(found for found in map(plan, plan_keys()) if found.in_force(day))


@cache
def calendar() -> Calendar:
    """Every calendar year that ships with the program, in the newest issue known here; the earlier ones are kept beside it."""
    folder = files("rules").joinpath("calendars")
    names = sorted(each.name for each in folder.iterdir() if each.name.startswith("20"))
    return Calendar.of(read_year(folder.joinpath(name).read_text("utf-8"), name) for name in names)


@cache
def suspensions() -> tuple[Suspension, ...]:
    """The 停止上班 known to the program, each with its city and districts. Partial by nature."""
    return read_suspensions(files("rules").joinpath("calendars", "suspensions.toml").read_text("utf-8"))


def read_suspensions(text: str) -> tuple[Suspension, ...]:
    """The 停止上班 of such a text: each from a day or a moment to a day (included) or a moment."""
    return tuple(
        Suspension(
            span=_span(each["from"], each["to"]),
            city=each["city"],
            districts=tuple(each.get("districts", ())),
            cause=each["cause"],
        )
        for each in tomllib.loads(text)["suspension"]
    )


def _span(start: date, end: date) -> Span:
    """Days mean whole days, both included; a moment stands where work stopped for a part of a day."""
    days = Span.whole_days(start, end)
    return Span(
        start if isinstance(start, datetime) else days.start,
        end if isinstance(end, datetime) else days.end,
    )

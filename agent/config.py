"""The settings file `config.toml`: every key has a default, an unknown key is an error with its line."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from agent import config_values as values
from rules.errors import ConfigError
from rules.person import Person
from rules.work import Period, Work

Reader = Callable[[object], Any]

_TOP: dict[str, Reader] = {"gateway": values.text, "plan": values.text}
_PERSON: dict[str, Reader] = dict.fromkeys(("name", "agency", "unit", "job_title", "category"), values.text)
_PORTAL: dict[str, Reader] = {"patience": values.seconds, "pause": values.seconds}
_WORK: dict[str, Reader] = {
    "city": values.text,
    "district": values.text,
    "hours": values.clock_spans,
    "flexible": values.clock_spans,
    "punches": values.punches,
    "lunch_is_off_duty": values.switch,
    "span_policy": values.span_policy,
    "shift_worker": values.switch,
    "roster": values.spans,
    "roster_covers": values.day_spans,
    "own_holidays": values.days,
    "unpaid_leave": values.day_spans,
    "overtime": values.spans,
    "suspensions": values.suspensions,
    "leave": values.leave,
}


@dataclass(frozen=True, slots=True)
class Settings:
    """All settings, completed by their defaults.

    `gateway` and `plan` are "" where none is chosen. `patience` bounds each wait for a page and `pause` is the politeness
    between two pages of the real hosts, both in seconds. `aliases` are titles on the portal that were confirmed to be
    another spelling of a title in the plan.
    """

    gateway: str = ""
    plan: str = ""
    person: Person = field(default_factory=Person)
    work: Work = field(default_factory=Work)
    patience: float = 30.0
    pause: float = 1.0
    aliases: Mapping[str, str] = field(default_factory=dict)


def read_settings(path: Path) -> Settings:
    """The settings in this file, or the defaults where it does not exist. Raises ConfigError with the line that is wrong."""
    try:
        text = path.read_text("utf-8-sig")
    except FileNotFoundError:
        return Settings()
    except (OSError, UnicodeDecodeError) as why:
        raise ConfigError(
            f"設定檔「{path}」無法讀取（{why}）。", "請確認檔案是 UTF-8 文字檔且可讀取。"
        ) from why
    return parse_settings(text, path.name)


def parse_settings(text: str, name: str) -> Settings:
    """The settings in this TOML text; `name` is the file's name, for errors."""
    try:
        data = tomllib.loads(text)
    except tomllib.TOMLDecodeError as why:
        raise ConfigError(f"設定檔 {name} 不是正確的 TOML：{why}", "請依錯誤所指的行列修改。") from why
    return _Reading(text, name).settings(data)


def read_tables(data: Mapping[str, Any], name: str) -> Settings:
    """The settings in tables that were read from elsewhere; `name` is for errors."""
    return _Reading("", name).settings(data)


class _Reading:
    """One reading of a settings file: knows the text, so that an error can name the line."""

    def __init__(self, text: str, name: str) -> None:
        self._lines = text.splitlines()
        self._name = name

    def settings(self, data: Mapping[str, Any]) -> Settings:
        """The whole file."""
        sections = {"person", "work", "portal", "aliases"}
        top = self._table(
            {key: value for key, value in data.items() if key not in sections}, _TOP, "", sections
        )
        person_data, work_data, portal_data = (
            self._section(data, key) for key in ("person", "work", "portal")
        )
        periods = work_data.pop("period", [])
        person = replace(Person(), **self._table(person_data, _PERSON, "person"))
        work = replace(Work(), **self._table(work_data, _WORK, "work", {"period"}))
        return Settings(
            **top,
            **self._table(portal_data, _PORTAL, "portal"),
            aliases=self._aliases(self._section(data, "aliases")),
            person=person,
            work=replace(work, periods=self._periods(periods, work, person)),
        )

    def _aliases(self, data: Mapping[str, Any]) -> dict[str, str]:
        """[aliases]: "title on the portal" = "title in the plan"."""
        return self._table(data, dict.fromkeys(data, values.text), "aliases")

    def _section(self, data: Mapping[str, Any], key: str) -> dict[str, Any]:
        found = data.get(key, {})
        if not isinstance(found, dict):
            raise self._error(key, "應為區段", f"請寫成 [{key}]。")
        return dict(found)

    def _table(
        self,
        data: Mapping[str, Any],
        readers: Mapping[str, Reader],
        section: str,
        more: set[str] = frozenset(),  # type: ignore[assignment]
    ) -> dict[str, Any]:
        found: dict[str, Any] = {}
        for key, value in data.items():
            if key not in readers:
                known = "、".join(sorted({*readers, *more}))
                raise self._error(key, "不認得的設定", f"可用的有：{known}。", section)
            try:
                found[key] = readers[key](value)
            except (ValueError, TypeError) as why:
                raise self._error(key, str(why), "請對照 config.example.toml 修改。", section) from why
        return found

    def _periods(self, data: object, work: Work, person: Person) -> tuple[Period, ...]:
        """[[work.period]]: another job, agency or timetable for a time; what it does not say stays as it is."""
        if not isinstance(data, list):
            raise self._error("period", "應寫成 [[work.period]]", "請對照 config.example.toml 修改。", "work")
        found = []
        for each in data:
            if not isinstance(each, dict) or not {"from", "to"} <= set(each):
                raise self._error("period", "缺少 from 或 to", "請補上起迄日期。", "work")
            ends = self._table({key: each[key] for key in ("from", "to")}, _ENDS, "work.period")
            if ends["from"] > ends["to"]:
                raise self._error("period", "from 在 to 之後", "請核對起迄日期。", "work")
            rest = self._table(
                {key: value for key, value in each.items() if key not in _ENDS},
                {**_WORK, **_PERSON},
                "work.period",
                set(_ENDS),
            )
            own_work = {key: value for key, value in rest.items() if key in _WORK}
            own_person = {key: value for key, value in rest.items() if key in _PERSON}
            found.append(
                Period(ends["from"], ends["to"], replace(work, **own_work), replace(person, **own_person))
            )
        return tuple(found)

    def _error(self, key: str, why: str, remedy: str, section: str = "") -> ConfigError:
        where = f"[{section}] " if section else ""
        line = self._line(key, section)
        at = f"第 {line} 行" if line else ""
        return ConfigError(f"設定檔 {self._name} {at}{where}「{key}」無法使用：{why}。", remedy)

    def _line(self, key: str, section: str) -> int | None:
        """The line the key stands on, looked for below its section's heading."""
        inside = not section
        for number, line in enumerate(self._lines, start=1):
            if re.match(r"\s*\[", line):
                inside = re.match(rf"\s*\[+\s*{re.escape(section)}\b", line) is not None if section else False
            if inside and re.match(rf"\s*[\"']?{re.escape(key)}[\"']?\s*=", line):
                return number
        return None


_ENDS: dict[str, Reader] = {"from": values.day, "to": values.day}

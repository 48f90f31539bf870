"""The settings file `config.toml`: every key has a default, an unknown key is an error with its line."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable, Mapping, Set
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from agent.schedule.timetable import Timetable
from agent.settings import values
from agent.settings.config_limits import LIMITS, Limits
from agent.settings.config_notices import NOTICES, NoticeSettings
from agent.settings.config_schedule import READERS as SCHEDULE
from agent.settings.config_schedule import timetable
from agent.settings.lines import Lines
from agent.settings.lines import Path as Place
from rules import bundled
from rules.calendar import Calendar
from rules.errors import ConfigError
from rules.person import Person
from rules.work import Period, Work

if TYPE_CHECKING:
    from agent.settings.agency_file import AgencyFile

Reader = Callable[[object], Any]

_TOP: dict[str, Reader] = {"gateway": values.text, "plan": values.text, "use_by_years": values.whole_years}
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

    `gateway` and `plan` are "" where none is chosen. Approved leave can be taken for `use_by_years` where the office fills in
    no other end. `patience` bounds each wait for a page and `pause` is the politeness
    between two pages of the real hosts, both in seconds. `aliases` are titles on the portal that were confirmed to be
    another spelling of a title in the plan. What a home keeps beside its settings file (`agent.settings.in_force`): `agency`, the
    personnel office's file, and `calendar`, the official calendars with those imported there.
    """

    gateway: str = ""
    plan: str = ""
    use_by_years: int = 2
    person: Person = field(default_factory=Person)
    work: Work = field(default_factory=Work)
    patience: float = 30.0
    pause: float = 1.0
    aliases: Mapping[str, str] = field(default_factory=dict)
    notices: NoticeSettings = field(default_factory=NoticeSettings)
    schedule: Timetable = field(default_factory=Timetable)
    limits: Limits = field(default_factory=Limits)
    agency: AgencyFile | None = None
    calendar: Calendar = field(default_factory=bundled.calendar)


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
    except (tomllib.TOMLDecodeError, RecursionError) as why:
        found = re.search(r"at line (\d+)", str(why))
        line = int(found[1]) if found else text.count("\n") + 1
        raise ConfigError(
            f"設定檔 {name} 第 {line} 行不是正確的 TOML：{why}。", "請對照 config.example.toml 修改該行。"
        ) from why
    return _Reading(text, name).settings(data)


def read_tables(data: Mapping[str, Any], name: str) -> Settings:
    """The settings in tables that were read from elsewhere; `name` is for errors."""
    return _Reading("", name).settings(data)


def read_person_and_work(data: Mapping[str, Any], name: str, work: Work) -> tuple[Person, Work]:
    """[person] and [work] of such tables, without any other setting; what [work] does not say is as in `work`."""
    return _Reading("", name).person_and_work(data, work)


class _Reading:
    """One reading of a settings file: knows the text, so that an error can name the line."""

    def __init__(self, text: str, name: str) -> None:
        self._lines = Lines(text)
        self._name = name

    def settings(self, data: Mapping[str, Any]) -> Settings:
        """The whole file."""
        sections = {"person", "work", "portal", "aliases", "notices", "schedule", "limits"}
        top = self._table(
            {key: value for key, value in data.items() if key not in sections}, _TOP, (), sections
        )
        person, work = self.person_and_work(data, Work())
        return Settings(
            **top,
            **self._table(self._section(data, "portal"), _PORTAL, ("portal",)),
            aliases=self._aliases(self._section(data, "aliases")),
            notices=NoticeSettings(**self._table(self._section(data, "notices"), NOTICES, ("notices",))),
            limits=Limits(**self._table(self._section(data, "limits"), LIMITS, ("limits",))),
            schedule=timetable(self._table(self._section(data, "schedule"), SCHEDULE, ("schedule",))),
            person=person,
            work=work,
        )

    def person_and_work(self, data: Mapping[str, Any], around: Work) -> tuple[Person, Work]:
        """The two sections that a [[work.period]] may say anew. `around` holds where [work] says nothing."""
        person = replace(Person(), **self._table(self._section(data, "person"), _PERSON, ("person",)))
        if "work" not in data:
            return person, around
        work_data = self._section(data, "work")
        periods = work_data.pop("period", [])
        work = replace(around, **self._table(work_data, _WORK, ("work",), {"period"}))
        return person, replace(work, periods=self._periods(periods, work, person))

    def _aliases(self, data: Mapping[str, Any]) -> dict[str, str]:
        """[aliases]: "title on the portal" = "title in the plan"."""
        return self._table(data, dict.fromkeys(data, values.text), ("aliases",))

    def _section(self, data: Mapping[str, Any], key: str) -> dict[str, Any]:
        found = data.get(key, {})
        if not isinstance(found, dict):
            raise self._error((key,), "應為區段", f"請寫成 [{key}]。")
        return dict(found)

    def _table(
        self,
        data: Mapping[str, Any],
        readers: Mapping[str, Reader],
        section: Place,
        more: Set[str] = frozenset(),
    ) -> dict[str, Any]:
        found: dict[str, Any] = {}
        for key, value in data.items():
            if key not in readers:
                known = "、".join(sorted({*readers, *more}))
                raise self._error((*section, key), "不認得的設定", f"可用的有：{known}。")
            try:
                found[key] = readers[key](value)
            except (ValueError, TypeError) as why:
                place = (*section, key, *_entry(readers[key], value))
                raise self._error(place, str(why), _COMPARE) from why
        return found

    def _periods(self, data: object, work: Work, person: Person) -> tuple[Period, ...]:
        """[[work.period]]: another job, agency or timetable for a time; what it does not say stays as it is."""
        place: Place = ("work", "period")
        if not isinstance(data, list):
            raise self._error(place, "應寫成 [[work.period]]", _COMPARE)
        return tuple(self._period(each, work, person, (*place, at)) for at, each in enumerate(data))

    def _period(self, data: object, work: Work, person: Person, place: Place) -> Period:
        if not isinstance(data, dict) or not set(_ENDS) <= set(data):
            raise self._error(place, "缺少 from 或 to", "請補上起迄日期。")
        found = self._table(data, {**_ENDS, **_WORK, **_PERSON}, place)
        first, last = found.pop("from"), found.pop("to")
        if first > last:
            raise self._error(place, "from 在 to 之後", "請核對起迄日期。")
        own_work = {key: value for key, value in found.items() if key in _WORK}
        own_person = {key: value for key, value in found.items() if key in _PERSON}
        return Period(first, last, replace(work, **own_work), replace(person, **own_person))

    def _error(self, place: Place, why: str, remedy: str) -> ConfigError:
        """The error at this place: its line, its section and its key are named."""
        *section, key = (each for each in place if isinstance(each, str))
        where = f"[{'.'.join(section)}] " if section else ""
        line = self._lines.of(place)
        at = f"第 {line} 行 " if line else ""
        return ConfigError(f"設定檔 {self._name} {at}{where}「{key}」無法使用：{why}。", remedy)


def _entry(reader: Reader, value: object) -> Place:
    """Which table of a list of tables cannot be used; () where it is no such list."""
    if isinstance(value, list) and all(isinstance(each, dict) for each in value):
        for at, each in enumerate(value):
            try:
                reader([each])
            except (ValueError, TypeError):
                return (at,)
    return ()


_COMPARE = "請對照 config.example.toml 修改。"
_ENDS: dict[str, Reader] = {"from": values.day, "to": values.day}

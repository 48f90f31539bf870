"""The settings in force in a home: its settings file, the personnel office's word over it, attendance data and calendars added."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable
from dataclasses import replace

from agent.attendance.kept import Import, with_attendance
from agent.attendance.kept import kept as kept_attendance
from agent.calendars import calendar_of
from agent.home import Home
from agent.settings.agency import kept_agency
from agent.settings.agency_file import AgencyFile
from agent.settings.config import Settings, read_settings, read_tables


def settings_of(home: Home) -> Settings:
    """All of it, as the judge gets it. Raises ConfigError naming the file that cannot be used."""
    return replace(settings_with(home, kept_agency(home), kept_attendance(home)), calendar=calendar_of(home))


def settings_with(home: Home, agency: AgencyFile | None, attendance: Iterable[Import]) -> Settings:
    """The settings of this home as they would be with this agency file and this attendance data."""
    own = read_settings(home.config)
    if agency is not None:
        own = replace(_by_agency(home, own, agency), agency=agency)
    return replace(own, work=with_attendance(own.work, attendance))


def _by_agency(home: Home, own: Settings, agency: AgencyFile) -> Settings:
    """What the agency states instead of the same key under [work]; a [[work.period]] that states it itself (another agency,
    another timetable) keeps its own."""
    text = home.config.read_text("utf-8-sig") if home.config.exists() else ""
    data = tomllib.loads(text)
    merged = read_tables({**data, "work": agency.tables(data.get("work", {}))}, home.config.name)
    return replace(own, work=replace(merged.work, stated_by=agency.stated_by))

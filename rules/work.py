"""When this person is on duty: timetable, roster, leave and the like. Facts only; `rules.duty` draws the day from them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from enum import StrEnum

from rules.person import Person


class SpanPolicy(StrEnum):
    """How a row that crosses office hours between a start and an end off duty is read. The plan's text does not say."""

    ENDPOINTS = "endpoints"
    ENDPOINTS_THEN_REVIEW = "endpoints_then_review"
    WHOLE = "whole"


@dataclass(frozen=True, slots=True)
class Span:
    """A half-open span [start, end) of Taipei wall time."""

    start: datetime
    end: datetime

    @classmethod
    def whole_days(cls, first: date, last: date) -> Span:
        """The span from the first moment of `first` to the last of `last`."""
        return cls(datetime.combine(first, time()), datetime.combine(last, time()) + timedelta(days=1))


@dataclass(frozen=True, slots=True)
class Leave:
    """請假: 公差 (official_trip) is duty; every other kind, 公假 too, is for the office to judge."""

    span: Span
    kind: str

    @property
    def is_duty(self) -> bool:
        """Whether this absence is duty elsewhere."""
        return self.kind == "公差"


@dataclass(frozen=True, slots=True)
class Suspension:
    """停止上班. Empty `districts`: the whole city; empty `city`: entered by the person, so it applies."""

    span: Span
    city: str = ""
    districts: tuple[str, ...] = ()
    cause: str = ""

    def applies_to(self, city: str, district: str) -> bool:
        """Whether somebody working there may be meant. An unknown district may be one of those named."""
        if self.city and self.city != city:
            return False
        return not self.districts or not district or district in self.districts


# 08:00–12:00 and 13:30–17:30: 8 hours a day (公務員服務法) around the noon rest the city's agencies keep. To be set by each.
DEFAULT_HOURS = ((time(8), time(12)), (time(13, 30), time(17, 30)))


@dataclass(frozen=True, slots=True)
class Work:
    """The `[work]` settings. Dates and spans as in `config.example.toml`; every default is shown in the verdict.

    `periods` are dated profiles: within the days of one, its own Work and Person hold instead of these. `stated_by` names,
    by key, whose word a setting is where it is not the person's own (機關設定檔).
    """

    city: str = ""
    district: str = ""
    hours: tuple[tuple[time, time], ...] = DEFAULT_HOURS
    flexible: tuple[tuple[time, time], ...] = ()
    punches: Mapping[date, tuple[time, time]] = field(default_factory=dict)
    lunch_is_off_duty: bool = True
    span_policy: SpanPolicy = SpanPolicy.ENDPOINTS_THEN_REVIEW
    shift_worker: bool = False
    roster: tuple[Span, ...] = ()
    roster_covers: tuple[tuple[date, date], ...] = ()
    own_holidays: frozenset[date] = frozenset()
    unpaid_leave: tuple[tuple[date, date], ...] = ()
    overtime: tuple[Span, ...] = ()
    suspensions: tuple[Suspension, ...] = ()
    leave: tuple[Leave, ...] = ()
    periods: tuple[Period, ...] = ()
    stated_by: Mapping[str, str] = field(default_factory=dict)

    def on(self, day: date) -> Work:
        """The settings in force that day. Of several periods the one written last holds."""
        period = self._period(day)
        return period.work if period else self

    def person_on(self, day: date, person: Person) -> Person:
        """Who this person was that day; `person` where no period says otherwise."""
        period = self._period(day)
        return period.person if period else person

    def _period(self, day: date) -> Period | None:
        for each in reversed(self.periods):
            if each.first <= day <= each.last:
                return each
        return None


@dataclass(frozen=True, slots=True)
class Period:
    """Another job, agency or timetable from `first` to `last`, both included; already completed from the settings around it."""

    first: date
    last: date
    work: Work
    person: Person

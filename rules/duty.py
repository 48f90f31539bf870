"""A person's day drawn as segments: on duty, off duty, or for the office to say.

Later layers paint over earlier ones: calendar or roster, then punches, leave and suspensions (which touch only what
would have been duty), then 公差 and overtime (duty whatever the clock), then 留職停薪 (over everything).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum

from rules.calendar import Calendar, DayKind, closing_day
from rules.work import Span, Suspension, Work


class Duty(StrEnum):
    """What a moment is to this person."""

    OFF = "off"
    DUTY = "duty"
    FLEX = "flex"
    LEAVE = "leave"
    SUSPENDED = "suspended"
    UNPAID_LEAVE = "unpaid_leave"
    NO_ROSTER = "no_roster"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Segment:
    """A half-open piece of a day. `word` says what it is in the words of the form: 下班後, 午休, 上班時間, 加班, 休假 …"""

    start: datetime
    end: datetime
    duty: Duty
    word: str


_WORKED = (Duty.DUTY, Duty.FLEX)


def day_of(
    day: date, work: Work, calendar: Calendar, shipped: Iterable[Suspension], city: str
) -> tuple[Segment, ...]:
    """The whole of `day` in order, without gaps. `shipped` are the suspensions known to the program, `city` is where
    somebody works whose settings name no city (the plan's)."""
    now = work.on(day)
    whole = Span.whole_days(day, day)
    segments = _roster(day, now, whole) if now.shift_worker else _timetable(day, now, calendar, whole)
    for leave in now.leave:
        if not leave.is_duty:
            segments = _paint(segments, leave.span, Duty.LEAVE, leave.kind, only=_WORKED)
    for suspension in (*shipped, *now.suspensions):
        if suspension.applies_to(now.city or city, now.district):
            segments = _paint(segments, suspension.span, Duty.SUSPENDED, "停止上班", only=_WORKED)
    for leave in now.leave:
        if leave.is_duty:
            segments = _paint(segments, leave.span, Duty.DUTY, leave.kind)
    for span in now.overtime:
        segments = _paint(segments, span, Duty.DUTY, "加班")
    for span, word in _begun_before(day, work, now):
        segments = _paint(segments, span, Duty.DUTY, word)
    for first, last in now.unpaid_leave:
        segments = _paint(segments, Span.whole_days(first, last), Duty.UNPAID_LEAVE, "留職停薪")
    return tuple(segments)


def _begun_before(day: date, work: Work, now: Work) -> list[tuple[Span, str]]:
    """Duty that began the day before under another profile: a night shift runs on past the last day of a [[work.period]]."""
    before = work.on(day - timedelta(days=1))
    if before is now:
        return []
    spans = [(span, "勤務時間") for span in before.roster if before.shift_worker]
    spans += [(span, "加班") for span in before.overtime]
    return [(span, word) for span, word in spans if span.start.date() < day]


def _roster(day: date, work: Work, whole: Span) -> list[Segment]:
    """A shift worker's day: the roster decides and the calendar is ignored (服勤實施辦法 §5)."""
    covered = any(first <= day <= last for first, last in work.roster_covers)
    base = (Duty.OFF, "輪休") if covered else (Duty.NO_ROSTER, "無勤務表")
    segments = [Segment(whole.start, whole.end, *base)]
    for span in work.roster:
        segments = _paint(segments, span, Duty.DUTY, "勤務時間")
    return segments


def _timetable(day: date, work: Work, calendar: Calendar, whole: Span) -> list[Segment]:
    """A day of somebody with office hours, by the official calendar."""
    kind = calendar.kind(day)
    if kind is None:
        return [Segment(whole.start, whole.end, Duty.UNKNOWN, "日曆未收錄")]
    if kind in (DayKind.REST_DAY, DayKind.HOLIDAY):
        return [Segment(whole.start, whole.end, Duty.OFF, str(kind))]
    if day in work.own_holidays:
        return [Segment(whole.start, whole.end, Duty.OFF, "歲時祭儀放假")]
    return _workday(day, work, whole)


def _workday(day: date, work: Work, whole: Span) -> list[Segment]:
    """A worked day: office hours, the noon rest between them, flexible bands, and the punch clock where it is known."""

    def at(clock: time) -> datetime:
        return datetime.combine(day, clock)

    segments = [Segment(whole.start, whole.end, Duty.OFF, "下班後")]
    hours = sorted(work.hours)
    if hours:
        segments = _paint(segments, Span(whole.start, at(hours[0][0])), Duty.OFF, "上班前")
        noon = (Duty.OFF, "午休") if work.lunch_is_off_duty else (Duty.DUTY, "上班時間")
        segments = _paint(segments, Span(at(hours[0][1]), at(hours[-1][0])), *noon)
    for start, end in hours:
        segments = _paint(segments, Span(at(start), at(end)), Duty.DUTY, "上班時間")
    for start, end in work.flexible:
        segments = _paint(segments, Span(at(start), at(end)), Duty.FLEX, "彈性上下班時段")
    if day not in work.punches:
        return segments
    came, left = work.punches[day]
    segments = _paint(segments, whole, Duty.DUTY, "上班時間", only=(Duty.FLEX,))
    segments = _paint(segments, Span(whole.start, at(came)), Duty.OFF, "上班前", only=_WORKED)
    return _paint(segments, Span(at(left), whole.end), Duty.OFF, "下班後", only=_WORKED)


def _paint(
    segments: list[Segment], span: Span, duty: Duty, word: str, only: tuple[Duty, ...] | None = None
) -> list[Segment]:
    """The segments with `span` painted over them; with `only`, just where they are one of these kinds."""
    painted: list[Segment] = []
    for each in segments:
        start, end = max(each.start, span.start), min(each.end, span.end)
        if start >= end or (only is not None and each.duty not in only):
            painted.append(each)
            continue
        if each.start < start:
            painted.append(Segment(each.start, start, each.duty, each.word))
        painted.append(Segment(start, end, duty, word))
        if end < each.end:
            painted.append(Segment(end, each.end, each.duty, each.word))
    return painted


def _word(day: date, work: Work, calendar: Calendar) -> str:
    if work.shift_worker:
        return "輪班"
    if day in work.own_holidays:
        return "歲時祭儀放假"
    kind = calendar.kind(day)
    return str(kind) if kind else "不明"


_Given = tuple[Work, Calendar, tuple[Suspension, ...], str]
_last: list[Days] = []  # one at most


def days_of(work: Work, calendar: Calendar, shipped: tuple[Suspension, ...], city: str) -> Days:
    """The days of this timetable; those already drawn where the very same was asked for just before.

    A day depends on nothing else, so people who share a timetable share its days.
    """
    given = (work, calendar, shipped, city)
    for found in _last:
        if all(one is other for one, other in zip(found.given, given, strict=True)):
            return found
    made = Days(*given)
    _last[:] = [made]
    return made


class Days:
    """The days of one timetable, each drawn once."""

    def __init__(self, work: Work, calendar: Calendar, shipped: tuple[Suspension, ...], city: str) -> None:
        self.given: _Given = (work, calendar, shipped, city)
        self.work = work
        self.calendar = calendar
        self._city = city
        self._shipped = shipped
        self.unpaid_leave = any(
            each.unpaid_leave for each in (work, *(period.work for period in work.periods))
        )
        self._drawn: dict[date, tuple[Segment, ...]] = {}
        self._words: dict[date, str] = {}

    def day(self, day: date) -> tuple[Segment, ...]:
        """The segments of that day: in order and without gaps."""
        drawn = self._drawn.get(day)
        if drawn is None:
            drawn = self._drawn[day] = day_of(day, self.work, self.calendar, self._shipped, self._city)
        return drawn

    def word(self, day: date) -> str:
        """The kind of that day as the papers name it: by the calendar, or 輪班 where a roster decides."""
        word = self._words.get(day)
        if word is None:
            word = self._words[day] = _word(day, self.work.on(day), self.calendar)
        return word

    def at(self, moment: datetime) -> Segment:
        """The segment in which something starts at this moment."""
        *before, last = self.day(moment.date())
        for each in before:
            if moment < each.end:
                return each
        return last

    def until(self, moment: datetime) -> Segment:
        """The segment in which something ends at this moment: an end at 08:00:00 is still before office hours."""
        *before, last = self.day(closing_day(moment))
        for each in before:
            if moment <= each.end:
                return each
        return last

    def between(self, start: datetime, end: datetime) -> Iterable[Segment]:
        """Every segment that overlaps [start, end), day by day."""
        day = start.date()
        while day <= end.date():
            yield from (each for each in self.day(day) if each.start < end and each.end > start)
            day += timedelta(days=1)

"""One week as a picture: office hours, lunch, holidays and make-up days against the learning sessions. Pure; drawn by the template.

Positions are minutes of the day, 0 to 1440.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from rules.duty import Days, Duty
from rules.verdict import OffDuty, RowVerdict
from rules.wording import clock, day_with_weekday

_DUTY = {Duty.OFF: "off", Duty.DUTY: "duty"}  # everything else is for the office to say
WORD = {OffDuty.PASS: "✔ 公餘時間", OffDuty.REVIEW: "！ 待認定", OffDuty.FAIL: "✖ 含上班時間"}


@dataclass(frozen=True, slots=True)
class Piece:
    """A piece of a day between two minutes: `kind` is off, duty or doubt for the day, pass, review or fail for learning."""

    start: int
    end: int
    kind: str
    word: str

    @property
    def width(self) -> int:
        """Its minutes; a moment is drawn as a thin line."""
        return max(4, self.end - self.start)


@dataclass(frozen=True, slots=True)
class Session:
    """One record's part of a day: where it is drawn, and what is said of it. `on_duty` are its minutes within office hours."""

    piece: Piece
    title: str
    period: str
    verdict: str
    on_duty: tuple[Piece, ...]


@dataclass(frozen=True, slots=True)
class Day:
    """One day: its kind in words, its duty, and its sessions, each on a lane of its own where they overlap."""

    day: date
    kind: str
    duty: tuple[Piece, ...]
    sessions: tuple[Session, ...]

    @property
    def office_hours(self) -> str:
        """The duty of the day in words."""
        spans = [each for each in self.duty if each.kind != "off"]
        return "、".join(f"{_clock(each.start)}–{_clock(each.end)}{_named(each)}" for each in spans) or "無"


@dataclass(frozen=True, slots=True)
class Picture:
    """One week to be drawn: its Monday, its days, the height of a day and of what stands above them."""

    monday: date
    days: tuple[Day, ...]
    row: int = 74
    top: int = 34


def _named(piece: Piece) -> str:
    """What else than office hours it is: the heading of the column says those already."""
    return "" if piece.kind == "duty" else f" {piece.word}"


def monday_of(day: date) -> date:
    """The Monday of this day's week."""
    return day - timedelta(days=day.weekday())


def week(monday: date, days: Days, rows: Iterable[RowVerdict]) -> tuple[Day, ...]:
    """Monday to Sunday."""
    kept = [each for each in rows if each.record.start and each.record.end]
    return tuple(_day(monday + timedelta(days=at), days, kept) for at in range(7))


def newest_week(rows: Iterable[RowVerdict], today: date) -> date:
    """The Monday of the newest session of the plan that began by today, else of any; this week's where there is none."""
    begun = [
        (each.set is not None, each.record.start.date())
        for each in rows
        if each.record.start and each.record.start.date() <= today
    ]
    return monday_of(max(begun, default=(False, today))[1])


def _day(day: date, days: Days, rows: Sequence[RowVerdict]) -> Day:
    duty = tuple(
        Piece(_minute(day, each.start), _minute(day, each.end), _DUTY.get(each.duty, "doubt"), each.word)
        for each in days.day(day)
    )
    kind = days.calendar.kind(day)
    holiday = days.calendar.years[day.year].holidays.get(day, "") if day.year in days.calendar.years else ""
    word = f"{kind}{f'（{holiday}）' if holiday else ''}" if kind else "日曆未收錄"
    sessions = tuple(_session(day, each, duty) for each in rows if _touches(day, each))
    return Day(day, word, duty, tuple(sorted(sessions, key=lambda each: each.piece.start)))


def _touches(day: date, row: RowVerdict) -> bool:
    start, end = row.record.start, row.record.end
    begin = datetime.combine(day, time())
    return (
        start is not None
        and end is not None
        and start < begin + timedelta(days=1)
        and end >= begin
        and start <= end
    )


def _session(day: date, row: RowVerdict, duty: Sequence[Piece]) -> Session:
    start, end = row.record.start, row.record.end
    if start is None or end is None:
        raise ValueError("a session has a start and an end")
    piece = Piece(_minute(day, start), _minute(day, end), row.off_duty or "plain", row.record.title)
    on_duty = tuple(
        Piece(max(each.start, piece.start), min(each.end, piece.end), "on", each.word)
        for each in duty
        if each.kind == "duty" and each.start < piece.end and each.end > piece.start
    )
    shown = f"{day_with_weekday(start.date())}{clock(start.time())}–"
    shown += (
        clock(end.time())
        if end.date() == start.date()
        else f"{day_with_weekday(end.date())}{clock(end.time())}"
    )
    word = WORD[row.off_duty] if row.off_duty else "計畫外"
    return Session(piece, row.record.title, shown, word, on_duty)


def _minute(day: date, at: datetime) -> int:
    """The minute of this day, within it."""
    seconds = (at - datetime.combine(day, time())).total_seconds()
    return int(min(86400, max(0, seconds)) // 60)


def _clock(minute: int) -> str:
    return f"{minute // 60:02d}:{minute % 60:02d}"

"""When the next run is and whether one is due: pure functions of now, the past runs and the settings, all in Taipei time."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum

from agent.clock import TAIPEI

DAY = timedelta(days=1)
SILENT_AFTER = timedelta(days=2)
ON_TIME = timedelta(hours=2)  # a run this long after its hour is still the one the person chose the hour for
_JUST_NOW = timedelta(hours=3)  # a success this young makes the planned run needless
_SKEW = timedelta(hours=1)  # what lies further ahead than this was entered under a wrong clock

AGAIN = frozenset({12, 14})  # unavailable, incomplete: retried; nothing else is (contract, Exit codes)

Window = tuple[time, time]


@dataclass(frozen=True, slots=True)
class Timetable:
    """The `[schedule]` settings.

    The nightly run starts at `at` plus up to `jitter`. `quiet_windows` are the hours of the day in which a missed run may be
    made up without displacing somebody who is studying; one may cross midnight, and one that ends where it starts is the
    whole day. `retries` are the pauses before the first, second, … repetition of a night; there are no more than these.
    Nothing runs by itself before the day `paused_until`.
    """

    at: time = time(2, 30)
    jitter: timedelta = timedelta(minutes=20)
    quiet_windows: tuple[Window, ...] = ((time(0), time(7)),)
    retries: tuple[timedelta, ...] = (timedelta(minutes=10), timedelta(minutes=20), timedelta(minutes=40))
    paused_until: date | None = None


@dataclass(frozen=True, slots=True)
class Past:
    """One run of the past. `code` is its exit code; None: it was broken off (killed, power cut, asked to stop)."""

    started_at: datetime
    finished_at: datetime | None
    code: int | None


class Answer(StrEnum):
    """What to do now."""

    REST = "rest"  # nothing is due
    RUN = "run"  # start one
    WAIT = "wait"  # due, but not before `at`
    ASK = "ask"  # due, and only the person knows when it disturbs nobody
    PAUSED = "paused"  # by the person


class Why(StrEnum):
    """What makes a run due."""

    NIGHT = "night"
    RETRY = "retry"
    AGE = "age"


@dataclass(frozen=True, slots=True)
class Decision:
    """The answer for one moment. `at` is the moment waited for, `why` what is due; both None where nothing is."""

    answer: Answer
    why: Why | None = None
    at: datetime | None = None


def next_night(after: datetime, table: Timetable, seed: str) -> datetime:
    """The first planned run later than this moment, its jitter drawn from the seed and the day."""
    return min(each for each in _planned(after, table, seed) if each > after)


def night_began(now: datetime, table: Timetable) -> datetime:
    """The last moment at which the clock showed the planned hour: what started since belongs to this night."""
    today = datetime.combine(now.astimezone(TAIPEI).date(), table.at, TAIPEI)
    return today if today <= now else today - DAY


def is_quiet(now: datetime, table: Timetable) -> bool:
    """Whether a run may start now without asking: soon after the planned hour, or in a quiet window."""
    if now - night_began(now, table) < ON_TIME + table.jitter:
        return True
    at = now.astimezone(TAIPEI).time().replace(tzinfo=None)
    return any(_inside(at, window) for window in table.quiet_windows)


def next_quiet(after: datetime, table: Timetable) -> datetime | None:
    """When the next quiet window begins, None where there is none in the settings."""
    day = after.astimezone(TAIPEI).date()
    begins = [
        datetime.combine(day + timedelta(days=ahead), start, TAIPEI)
        for ahead in (0, 1)
        for start, _ in table.quiet_windows
    ]
    return min((each for each in begins if each > after), default=None)


def last_success(past: Iterable[Past], now: datetime) -> datetime | None:
    """When a run last succeeded. What lies in the future was entered under a wrong clock and does not count."""
    ends = [each.finished_at for each in past if each.code == 0 and each.finished_at is not None]
    return max((end for end in ends if end <= now + _SKEW), default=None)


def is_silent(now: datetime, table: Timetable, success: datetime | None, since: datetime | None) -> bool:
    """Whether nothing succeeded for two days, counted from `since` where nothing ever did. A pause is not silence."""
    newest = success or since
    return not is_paused(now, table) and newest is not None and now - newest > SILENT_AFTER


def is_paused(now: datetime, table: Timetable) -> bool:
    """Whether the person paused the nightly runs."""
    return table.paused_until is not None and now.astimezone(TAIPEI).date() < table.paused_until


def decide(
    now: datetime, table: Timetable, past: Iterable[Past], seed: str, *, planned: bool = False
) -> Decision:
    """What is due now. `planned`: the scheduler just called for the nightly run (late, perhaps: the machine was off)."""
    if is_paused(now, table):
        return Decision(Answer.PAUSED)
    known = sorted(
        (each for each in past if each.started_at <= now + _SKEW), key=lambda each: each.started_at
    )
    success = last_success(known, now)
    tonight = [each for each in known if each.started_at >= night_began(now, table)]
    if any(each.code == 0 for each in tonight) or (success is not None and now - success < _JUST_NOW):
        return Decision(Answer.REST)
    if tonight:
        return _repeat(now, table, tonight, success)
    if planned:
        return _when_quiet(now, table, Why.NIGHT, success)
    if success is not None and now - success <= DAY:
        return Decision(Answer.REST)
    soon = next_night(now, table, seed)
    if soon - now <= ON_TIME:
        return Decision(Answer.WAIT, Why.AGE, soon)
    return _when_quiet(now, table, Why.AGE, success)


def _repeat(now: datetime, table: Timetable, tonight: list[Past], success: datetime | None) -> Decision:
    """After a run of this night that did not succeed: again after a growing pause, or not at all."""
    newest, count = tonight[-1], len(tonight)
    if count > len(table.retries) or not (newest.code is None or newest.code in AGAIN):
        return Decision(Answer.REST)
    ended = (newest.finished_at or newest.started_at).astimezone(TAIPEI)
    at = ended + table.retries[count - 1]
    if now < at:
        return Decision(Answer.WAIT, Why.RETRY, at)
    return _when_quiet(now, table, Why.RETRY, success)


def _when_quiet(now: datetime, table: Timetable, why: Why, success: datetime | None) -> Decision:
    """Now if nobody is disturbed, else in the next quiet window; asked where none is set or none came for two days."""
    if is_quiet(now, table):
        return Decision(Answer.RUN, why)
    at = next_quiet(now, table)
    waited_long = success is None or now - success > SILENT_AFTER
    return Decision(Answer.ASK if at is None or waited_long else Answer.WAIT, why, at)


def _planned(around: datetime, table: Timetable, seed: str) -> list[datetime]:
    day = around.astimezone(TAIPEI).date()
    days = (day + timedelta(days=ahead) for ahead in range(-1, 3))
    return [datetime.combine(each, table.at, TAIPEI) + _jitter(each, table, seed) for each in days]


def _jitter(day: date, table: Timetable, seed: str) -> timedelta:
    """So that not every machine knocks at the same second; the same day and seed always give the same."""
    drawn = int.from_bytes(hashlib.sha256(f"{seed} {day}".encode()).digest()[:4]) / 2**32
    return timedelta(seconds=int(table.jitter.total_seconds() * drawn))


def _inside(at: time, window: Window) -> bool:
    start, end = window
    return start <= at < end if start < end else at >= start or at < end

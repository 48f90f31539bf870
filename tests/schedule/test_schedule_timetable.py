"""The timetable under a fake clock: when the next run is, what is due, and what must not run by itself."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from agent.clock import TAIPEI
from agent.schedule.timetable import (
    Answer,
    Decision,
    Past,
    Timetable,
    Why,
    decide,
    is_quiet,
    is_silent,
    next_night,
    night_began,
)

TABLE = Timetable(jitter=timedelta())
NO_WINDOW = Timetable(jitter=timedelta(), quiet_windows=())


def at(text: str) -> datetime:
    """「07-03 02:30」 in Taipei, 2023."""
    return datetime.fromisoformat(f"2023-{text}").replace(tzinfo=TAIPEI)


def ran(text: str, code: int | None = 0, took: int = 3) -> Past:
    """A run that began then and ended some minutes later."""
    start = at(text)
    return Past(start, None if code is None else start + timedelta(minutes=took), code)


# What happened before, the moment, and what is then due.
DUE = [
    ("the night before succeeded", TABLE, [ran("07-02 02:30")], "07-02 23:00", Answer.REST, None, None),
    ("a day is not yet over", TABLE, [ran("07-02 02:30")], "07-03 02:33", Answer.REST, None, None),
    ("older than a day, in the night", TABLE, [ran("07-02 02:30")], "07-03 02:34", Answer.RUN, Why.AGE, None),
    ("older than a day, the planned run is near", TABLE, [ran("07-01 02:30")], "07-03 00:45", Answer.WAIT, Why.AGE, "07-03 02:30"),
    ("older than a day, in a quiet window", TABLE, [ran("07-01 02:30")], "07-03 05:59", Answer.RUN, Why.AGE, None),
    ("missed; by day it waits for a window", TABLE, [ran("07-02 02:30")], "07-03 09:00", Answer.WAIT, Why.AGE, "07-04 00:00"),
    ("missed; the window is over at its end", TABLE, [ran("07-02 02:30")], "07-03 07:00", Answer.WAIT, Why.AGE, "07-04 00:00"),
    ("missed; without a window the person is asked", NO_WINDOW, [ran("07-02 02:30")], "07-03 09:00", Answer.ASK, Why.AGE, None),
    ("missed for two days: asked, window or not", TABLE, [ran("07-01 02:30")], "07-03 09:00", Answer.ASK, Why.AGE, "07-04 00:00"),
    ("never anything, by day", TABLE, [], "07-03 09:00", Answer.ASK, Why.AGE, "07-04 00:00"),
    ("never anything, at night", TABLE, [], "07-03 03:00", Answer.RUN, Why.AGE, None),
    ("the person did it herself", TABLE, [ran("07-01 02:30"), ran("07-03 08:10")], "07-03 09:00", Answer.REST, None, None),
    ("no answer: ten minutes later", TABLE, [ran("07-03 02:30", 12)], "07-03 02:42", Answer.WAIT, Why.RETRY, "07-03 02:43"),
    ("no answer: ten minutes are over", TABLE, [ran("07-03 02:30", 12)], "07-03 02:43", Answer.RUN, Why.RETRY, None),
    ("not read to its end: again", TABLE, [ran("07-03 02:30", 14)], "07-03 02:43", Answer.RUN, Why.RETRY, None),
    ("the second pause is longer", TABLE, [ran("07-03 02:30", 12), ran("07-03 02:43", 14)], "07-03 03:05", Answer.WAIT, Why.RETRY, "07-03 03:06"),
    ("the third pause is longer still", TABLE, [ran("07-03 02:30", 12), ran("07-03 02:43", 12), ran("07-03 03:06", 12)], "07-03 03:48", Answer.WAIT, Why.RETRY, "07-03 03:49"),
    ("three repetitions a night and no more", TABLE, [ran(f"07-03 0{h}:30", 12) for h in (2, 3, 4, 5)], "07-03 06:59", Answer.REST, None, None),
    ("the next night begins anew", TABLE, [ran(f"07-02 0{h}:30", 12) for h in (2, 3, 4, 5)], "07-03 02:30", Answer.RUN, Why.AGE, None),
    ("a repetition does not run by day", TABLE, [ran("07-02 02:30"), ran("07-03 02:30", 12)], "07-03 09:00", Answer.WAIT, Why.RETRY, "07-04 00:00"),
    ("killed in the middle: once more after a pause", TABLE, [ran("07-03 02:30", None)], "07-03 02:40", Answer.RUN, Why.RETRY, None),
    ("killed each time: not for ever", TABLE, [ran(f"07-03 0{h}:30", None) for h in (2, 3, 4, 5)], "07-03 06:59", Answer.REST, None, None),
    ("a success of a clock that ran ahead does not count", TABLE, [ran("12-31 02:30")], "07-03 03:00", Answer.RUN, Why.AGE, None),
    ("an attempt of a clock that ran ahead does not count", TABLE, [ran("07-01 02:30"), ran("12-31 02:30", 10)], "07-03 03:00", Answer.RUN, Why.AGE, None),
]  # fmt: skip


@pytest.mark.parametrize("case", DUE, ids=lambda case: case[0])
def test_what_is_due(case):
    """Each line: after these runs, at this moment, this is due."""
    _, table, past, moment, answer, why, when = case
    assert decide(at(moment), table, past, "seed") == Decision(answer, why, at(when) if when else None)


@pytest.mark.parametrize("code", [1, 2, 10, 11, 13, 15, 16, 17, 18, 19, 20])
def test_nothing_but_12_and_14_is_tried_again(code):
    """A refused password, a changed page, another person: never a second time in one night, at no moment of it."""
    past = [ran("07-01 02:30"), ran("07-03 02:30", code)]
    moments = [at("07-03 02:33") + timedelta(minutes=each) for each in range(0, 24 * 60 - 4, 7)]
    assert {decide(each, TABLE, past, "seed").answer for each in moments} == {Answer.REST}


PLANNED = [
    ("on time", TABLE, [ran("07-02 02:31")], "07-03 02:30", Answer.RUN),
    ("ninety minutes late", NO_WINDOW, [ran("07-02 02:31")], "07-03 04:00", Answer.RUN),
    ("woken by day", TABLE, [ran("07-02 02:31")], "07-03 09:00", Answer.WAIT),
    ("woken by day without a window", NO_WINDOW, [ran("07-02 02:31")], "07-03 09:00", Answer.ASK),
    ("the person was faster", TABLE, [ran("07-03 02:10")], "07-03 02:30", Answer.REST),
    ("made up for at midnight", TABLE, [ran("07-03 00:00")], "07-03 02:30", Answer.REST),
    ("the person updated in the evening", TABLE, [ran("07-02 23:00")], "07-03 02:30", Answer.RUN),
    ("it ran before the agent was started again", TABLE, [ran("07-03 02:30")], "07-03 02:40", Answer.REST),
    ("refused already tonight", TABLE, [ran("07-03 02:30", 10)], "07-03 02:40", Answer.REST),
]


@pytest.mark.parametrize("case", PLANNED, ids=lambda case: case[0])
def test_the_planned_call(case):
    """The scheduler calls for the nightly run, late perhaps: it does not follow that one runs."""
    _, table, past, moment, answer = case
    assert decide(at(moment), table, past, "seed", planned=True).answer is answer


def test_a_night_through_the_fake_clock():
    """Minute by minute through two nights without an answer: four attempts each, at growing distances, none by day."""
    now, past, started = at("07-02 12:00"), [ran("07-02 02:30")], []
    while now < at("07-04 12:00"):
        if decide(now, TABLE, past, "seed", planned=now.time() == TABLE.at).answer is Answer.RUN:
            started.append(f"{now:%d %H:%M}")
            past.append(Past(now, now + timedelta(minutes=1), 12))
        now += timedelta(minutes=1)
    assert started == [f"0{day} 0{clock}" for day in (3, 4) for clock in ("2:30", "2:41", "3:02", "3:43")]


def test_a_pause_is_kept_to_its_day():
    """Paused until the 5th: nothing on the 4th, and the run of the 5th runs."""
    table = Timetable(jitter=timedelta(), paused_until=date(2023, 7, 5))
    assert decide(at("07-04 02:30"), table, [], "seed", planned=True).answer is Answer.PAUSED
    assert decide(at("07-05 02:30"), table, [], "seed", planned=True).answer is Answer.RUN


SILENT = [
    ("07-03 02:33", "07-01 02:33", None, False),
    ("07-03 02:34", "07-01 02:33", None, True),
    ("07-03 02:34", None, None, False),
    ("07-03 02:34", None, "07-01 02:33", True),
]


@pytest.mark.parametrize(("now", "success", "since", "silent"), SILENT)
def test_silence_begins_after_two_days(now, success, since, silent):
    """Counted from the last success, else from the first day; a person's pause is no silence."""
    then = (at(success) if success else None, at(since) if since else None)
    assert is_silent(at(now), TABLE, *then) is silent
    assert is_silent(at(now), Timetable(paused_until=date(2023, 7, 9)), *then) is False


WINDOWS = [
    ((time(22), time(6)), "07-03 23:59", True),
    ((time(22), time(6)), "07-03 05:59", True),
    ((time(22), time(6)), "07-03 06:00", False),
    ((time(22), time(6)), "07-03 21:59", False),
    ((time(0), time(0)), "07-03 12:00", True),
    ((time(12, 30), time(13)), "07-03 12:30", True),
    ((time(12, 30), time(13)), "07-03 13:00", False),
]


@pytest.mark.parametrize(("window", "moment", "quiet"), WINDOWS)
def test_a_window_may_cross_midnight_or_be_the_whole_day(window, moment, quiet):
    """The start belongs to it, the end does not."""
    assert is_quiet(at(moment), Timetable(at=time(8), jitter=timedelta(), quiet_windows=(window,))) is quiet


moments = st.datetimes(datetime(2023, 1, 1), datetime(2027, 1, 1)).map(
    lambda each: each.replace(tzinfo=TAIPEI)
)
tables = st.builds(
    Timetable, at=st.times(), jitter=st.integers(0, 1439).map(lambda each: timedelta(minutes=each))
)


@settings(derandomize=True, deadline=None, database=None)
@given(moment=moments, table=tables, seed=st.text(max_size=8))
def test_the_next_run_is_ahead_within_two_days_and_always_the_same(moment, table, seed):
    """Whatever hour and jitter: later than now, no further than two days, and the same for the same seed."""
    found = next_night(moment, table, seed)
    assert moment < found <= moment + timedelta(days=2)
    assert found == next_night(moment, table, seed)
    assert timedelta() <= moment - night_began(moment, table) < timedelta(days=1)


def test_the_jitter_differs_from_night_to_night_and_from_home_to_home():
    """Within its bound, and spread: not every machine knocks at the same second."""
    table = Timetable()
    nights = [next_night(at("07-01 12:00") + timedelta(days=each), table, "a") for each in range(20)]
    late = [each - each.replace(hour=2, minute=30, second=0) for each in nights]
    assert all(timedelta() <= each < table.jitter for each in late)
    assert len(set(late)) > 15
    assert next_night(at("07-01 12:00"), table, "b") != nights[0]


def test_the_zone_of_the_machine_does_not_matter():
    """The same moment told in New York is decided as in Taipei."""
    from zoneinfo import ZoneInfo

    there = at("07-03 02:45").astimezone(ZoneInfo("America/New_York"))
    assert decide(there, TABLE, [ran("07-02 02:30")], "s") == decide(
        at("07-03 02:45"), TABLE, [ran("07-02 02:30")], "s"
    )
    assert next_night(there, TABLE, "s") == at("07-04 02:30")

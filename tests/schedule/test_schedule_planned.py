"""The planned run with the real scheduler: called once for a night, whatever happened meanwhile, and a plan nobody else can write."""

from __future__ import annotations

import os
import pickle
import sqlite3
import time
from contextlib import closing
from datetime import datetime, timedelta

import pytest
from schedule_samples import calls

from agent import clock
from agent.clock import TAIPEI
from agent.schedule.planned import next_planned, store_path
from agent.schedule.timetable import Timetable


def calls_soon():
    """How often it called, once it has called at all; waits ten seconds for that, and a moment for one call too many."""
    found, end = 0, time.monotonic() + 10
    while not found and time.monotonic() < end:
        time.sleep(0.1)
        found = calls()
    time.sleep(0.5)
    return found + calls()


def plan(home, when):
    """Set when the stored job runs next, as if the agent had been away since."""
    with closing(sqlite3.connect(store_path(home))) as connection:
        (state,) = connection.execute("SELECT job_state FROM apscheduler_jobs").fetchone()
        job = pickle.loads(state)
        job["next_run_time"] = when
        connection.execute(
            "UPDATE apscheduler_jobs SET next_run_time = ?, job_state = ?",
            (when.timestamp(), pickle.dumps(job)),
        )
        connection.commit()


@pytest.fixture
def abroad():
    """`abroad(zone)`: the machine's zone is changed, as somebody who travels does; put back after the test."""
    before = os.environ.get("TZ")

    def go(zone):
        os.environ["TZ"] = zone
        time.tzset()

    yield go
    os.environ.pop("TZ")
    if before is not None:
        os.environ["TZ"] = before
    time.tzset()


def test_at_its_hour_the_running_scheduler_calls_once_whatever_zone_the_machine_is_taken_to(
    home, clockwork, abroad
):
    """A few seconds ahead, by the real clock; the zone changes while it waits, and what is planned does not."""
    at = (datetime.now(TAIPEI) + timedelta(seconds=5)).replace(microsecond=0)
    found = clockwork(Timetable(at=at.time(), jitter=timedelta()))
    for zone in ("America/New_York", "Pacific/Kiritimati"):
        abroad(zone)
        found.follow(Timetable(at=at.time(), jitter=timedelta()), clock.now())
        assert next_planned(home) == at
    assert calls_soon() == 1


def test_nights_missed_while_nothing_ran_call_once(home, clockwork):
    """Down for five nights; started again there is one call, and the next night is planned."""
    clockwork().stop()
    now = datetime.now(TAIPEI)
    plan(home, now - timedelta(days=5))
    clockwork()
    assert calls_soon() == 1
    assert now < next_planned(home) <= now + timedelta(days=1)


def test_started_again_and_again_nothing_is_called(home, clockwork):
    """What is planned for the night stays planned, the same moment."""
    clockwork().stop()
    planned = next_planned(home)
    for _ in range(3):
        clockwork().stop()
    assert calls() == 0
    assert next_planned(home) == planned


def test_another_hour_in_the_settings_moves_the_plan(home, clockwork):
    """While it runs, and at the next start; what is overdue stays overdue."""
    now = datetime.now(TAIPEI)
    found = clockwork()
    later = (now + timedelta(hours=5)).time().replace(microsecond=0)
    found.follow(Timetable(at=later, jitter=timedelta()), now)
    assert next_planned(home).time() == later
    found.stop()
    plan(home, now - timedelta(hours=9))
    clockwork()
    assert calls_soon() == 1


def test_a_plan_made_by_a_clock_that_ran_ahead_is_mended(home, clockwork):
    """Planned for 2031; with the clock set right it is tonight again."""
    clockwork().stop()
    plan(home, datetime(2031, 1, 1, tzinfo=TAIPEI))
    clockwork()
    assert next_planned(home) <= datetime.now(TAIPEI) + timedelta(days=1)


def test_the_plan_is_this_users_alone_and_holds_no_secret(home, clockwork):
    """0600, with a bare name as the job; one that others could write to is thrown away unread."""
    clockwork().stop()
    path = store_path(home)
    assert path.stat().st_mode & 0o777 == 0o600
    assert b"agent.schedule.nightly:call" in path.read_bytes()
    plan(home, datetime.now(TAIPEI) - timedelta(days=2))
    path.chmod(0o666)
    clockwork()
    time.sleep(0.5)
    assert calls() == 0
    assert path.stat().st_mode & 0o777 == 0o600


def test_a_file_of_the_plan_that_is_damaged_is_made_anew(home, clockwork):
    """It is no database any more: thrown away, planned anew."""
    store_path(home).write_bytes(b"x" * 5000)
    clockwork()
    assert next_planned(home) is not None


def test_a_plan_that_cannot_be_read_is_made_anew(home, clockwork):
    """The age of the last success is what then finds a missed night."""
    clockwork().stop()
    with closing(sqlite3.connect(store_path(home))) as connection:
        connection.execute("UPDATE apscheduler_jobs SET job_state = ?", (b"gone",))
        connection.commit()
    clockwork()
    assert next_planned(home) is not None

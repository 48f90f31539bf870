"""A home with nightly runs, an agent of it under a fake clock, and a real scheduler."""

from __future__ import annotations

from contextlib import suppress
from datetime import datetime, timedelta

import pytest
from apscheduler.schedulers import SchedulerNotRunningError
from schedule_samples import CONFIG, NIGHT, FakeChild, FakeClock, calls

from agent.clock import TAIPEI
from agent.home import open_home
from agent.schedule.clockwork import Clockwork
from agent.schedule.resident import Resident
from agent.schedule.timetable import Timetable


@pytest.fixture
def home(elearn_home):
    """A home with the settings of this file."""
    (elearn_home / "config.toml").write_text(CONFIG, "utf-8")
    return open_home(elearn_home)


@pytest.fixture
def agent(home):
    """`agent(codes…)`: an agent of this home under a fake clock, whose runs end so."""

    def make(*codes, now=NIGHT, enters=True):
        clock = FakeClock(now)
        child = FakeChild(home, clock, codes or (0,), enters)
        made = Resident(
            home, "replica", lambda line: None, child, now=lambda: clock.now, steady=lambda: clock.steady
        )
        made.clock = clock
        return made

    return make


@pytest.fixture
def clockwork(home):
    """`clockwork(table)`: a started scheduler of this home, stopped after the test."""
    calls()
    running = []

    def start(table=None, now=None):
        made = Clockwork(home, lambda: None)
        running.append(made)
        made.start(table or Timetable(jitter=timedelta()), now or datetime.now(TAIPEI))
        return made

    yield start
    for each in running:
        with suppress(SchedulerNotRunningError):  # stopped by the test
            each.stop()

"""The agent under a fake clock, with real databases: one look after another, and what it runs."""

from __future__ import annotations

import queue
from datetime import timedelta

import pytest
from schedule_samples import CONFIG, NIGHT, enter

from agent.schedule import nightly
from agent.schedule.timetable import Answer
from agent.store import Store


def test_a_week_of_good_nights_is_seven_runs(home, agent):
    """Looked at every ten minutes, with the planned call each night: one run a night, a morning's word each day."""
    enter(home, NIGHT - timedelta(days=1))
    found = agent(now=NIGHT - timedelta(hours=12))
    while found.clock.now < NIGHT + timedelta(days=6, hours=12):
        found.look(planned=found.clock.now.strftime("%H:%M") == "02:30")
        found.clock.go(minutes=10)
    runs = [each for each in found.child.started if not each.startswith("agent")]
    assert runs == [f"0{day} 02:30" for day in range(3, 10)]
    assert len(found.child.started) - len(runs) == 8


def test_a_night_without_an_answer_is_tried_four_times(agent):
    """12 and 14 are repeated at growing distances, then the night is over."""
    found = agent(12, 14, 12, 12)
    for minute in range(9 * 60):
        found.look(planned=minute == 0)
        found.clock.go(minutes=1)
    assert [each for each in found.child.started if each[0] == "0"] == [
        "03 02:30",
        "03 02:43",
        "03 03:06",
        "03 03:49",
    ]


@pytest.mark.parametrize("code", [10, 13, 16])
def test_what_needs_a_person_runs_once_a_night(agent, code):
    """Looked at for a whole night and day, nothing is tried again."""
    found = agent(code)
    for minute in range(0, 23 * 60, 5):
        found.look(planned=minute == 0)
        found.clock.go(minutes=5)
    assert [each for each in found.child.started if each[0] == "0"] == ["03 02:30"]


def test_a_run_that_could_not_even_begin_is_entered_and_not_repeated(home, agent):
    """No credential: the command ended before it entered a run; the agent enters it, once."""
    found = agent(16, enters=False)
    for minute in range(0, 120, 5):
        found.look(planned=minute == 0)
        found.clock.go(minutes=5)
    assert found.child.started == ["03 02:30"]
    with Store.open(home.database) as store:
        (run,) = store.runs()
    assert (run.outcome, run.exit_code, run.report["message"]) == ("no_credential", 16, "說明")


def test_a_run_that_found_the_home_locked_is_tried_a_little_later(home, agent):
    """15 enters nothing and means nothing: five minutes later again."""
    found = agent(15, 0)
    found.child.enters = False
    for minute in range(8):
        found.look(planned=minute == 0)
        found.clock.go(minutes=1)
    assert found.child.started[:2] == ["03 02:30", "03 02:35"]
    assert not home.database.exists()


def test_a_run_that_dies_before_it_could_enter_anything_is_not_started_every_minute(agent):
    """A crash while it loads, night after night: six times an hour at most, and only in quiet hours."""
    found = agent(-11, enters=False)
    for minute in range(60):
        found.look(planned=minute == 0)
        found.clock.go(minutes=1)
    assert len(found.child.started) == 6


def test_a_paused_agent_runs_nothing_until_its_day(home, agent):
    """The setting is taken over while the agent runs."""
    found = agent()
    home.config.write_text(f'{CONFIG}paused_until = "2023-07-05"\n', "utf-8")
    assert [found.look(planned=True), found.look()] == [Answer.PAUSED, Answer.PAUSED]
    found.clock.go(days=2)
    assert found.look(planned=True) is Answer.RUN


def test_settings_that_cannot_be_read_leave_the_old_ones_in_force(home, agent):
    """Said once in the log, not every minute; mended, they hold."""
    found = agent()
    found.follow_settings()
    home.config.write_text('[schedule]\nat = "soon"\n', "utf-8")
    for _ in range(5):
        found.look()
        found.clock.go(minutes=1)
    log = (home.path / "agent.log").read_text("utf-8")
    assert log.count("「at」無法使用") == 1
    assert (home.path / "agent.log").stat().st_mode & 0o777 == 0o600


def test_a_damaged_database_ends_nothing_and_is_said_once(home, agent):
    """The agent stays; the person is told by the log and the status."""
    home.database.write_bytes(b"SQLite format 3\0" + b"x" * 4000)
    found = agent()
    assert [found.look(planned=True), found.look()] == [Answer.REST, Answer.REST]
    assert found.child.started == []
    assert (home.path / "agent.log").read_text("utf-8").count("紀錄資料庫") == 1


def test_the_log_is_bounded_and_holds_whole_lines(home):
    """The older half goes."""
    from agent.schedule.journal import enter as write

    for at in range(6000):
        write(home, NIGHT, f"第 {at} 行，寫得夠長，讓檔案會滿")
    path = home.path / "agent.log"
    assert path.stat().st_size < 250_000
    assert path.read_text("utf-8").startswith("2023-07-03 02:30:00 第 ")


class Night:
    """Stands in for the queue that the agent waits at: each wait takes its time, but for what the script says of it."""

    def __init__(self, found, *jumps):
        self.found, self.jumps = found, list(jumps)

    def get(self, timeout):
        self.found.clock.go(seconds=timeout)
        if not self.jumps:
            self.found.ask_to_stop()
        else:
            self.found.clock.now += self.jumps.pop(0)
        raise queue.Empty

    def put(self, call):
        pass


JUMPS = [
    (
        "asleep until five: made up for, once",
        "01:00",
        [timedelta(hours=4), *[timedelta()] * 30],
        ["03 05:01"],
    ),
    ("asleep until nine: waits for the next night", "01:00", [timedelta(hours=8), *[timedelta()] * 30], []),
    (
        "the clock is set back over the run: not again",
        "02:29",
        [timedelta(), timedelta(), -timedelta(hours=2), *[timedelta()] * 30],
        ["03 02:30"],
    ),
    (
        "set back by a week after the run: that success lies in the future and does not count, once",
        "02:29",
        [timedelta(), timedelta(), -timedelta(days=7), *[timedelta()] * 30],
        ["03 02:30", "26 02:32"],
    ),
    (
        "a week ahead for some minutes, then set right: tonight's run is not taken for done",
        "00:10",
        [timedelta(days=7), timedelta(), timedelta(), -timedelta(days=7), *[timedelta()] * 150],
        ["10 00:11", "03 02:30"],
    ),
    (
        "asleep for three nights, awake at night: made up for once, not three times",
        "00:10",
        [timedelta(days=3), *[timedelta()] * 30],
        ["06 00:11"],
    ),
    (
        "the clock is set on by ten minutes: as planned",
        "02:00",
        [timedelta(minutes=10), *[timedelta()] * 30],
        ["03 02:30"],
    ),
]


@pytest.mark.parametrize("case", JUMPS, ids=lambda case: case[0])
def test_the_clock_jumps(case, home, agent, monkeypatch):
    """Only the wall clock goes on in sleep, or is set: noticed at the next look, and the night is run once at most."""
    _, start, jumps, runs = case
    enter(home, NIGHT - timedelta(days=1, minutes=10))
    found = agent(now=NIGHT.replace(hour=int(start[:2]), minute=int(start[3:])))
    monkeypatch.setattr(nightly, "CALLS", Night(found, *jumps))
    found.run()
    assert [each for each in found.child.started if each[0].isdecimal()] == runs
    leaps = [each for each in jumps if abs(each) > timedelta(minutes=2)]
    assert (home.path / "agent.log").read_text("utf-8").count("時鐘跳了") == len(leaps)

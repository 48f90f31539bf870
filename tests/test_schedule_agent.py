"""The agent under a fake clock, with real databases: what it runs, what it keeps, what it says, and how it stands."""

from __future__ import annotations

import json
import os
import pickle
import queue
import signal
import sqlite3
import subprocess
import sys
import time
from contextlib import closing, suppress
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from apscheduler.schedulers import SchedulerNotRunningError

from agent import clock
from agent.access.attempts import StoredLedger
from agent.access.shared_book import SharedBook
from agent.clock import TAIPEI
from agent.home import hold, open_home
from agent.schedule import nightly
from agent.schedule.age_check import due, due_on_page, run_if_due
from agent.schedule.child import Child, Ended
from agent.schedule.clockwork import Clockwork
from agent.schedule.installing import install, places_of, way_of
from agent.schedule.machine import Answered, Machine
from agent.schedule.past import mark_since
from agent.schedule.planned import next_planned, store_path
from agent.schedule.presence import ask_to_stop, is_running, present
from agent.schedule.resident import Resident
from agent.schedule.status import status_of
from agent.schedule.timetable import Answer, Timetable
from agent.screens.schedule_screen import status_document, status_text
from agent.settings.config import Settings, read_settings
from agent.stopping import Stopped, heeding
from agent.store import Store
from rules.errors import ConfigError
from scrapers.credential import Credential
from scrapers.errors import Unavailable
from scrapers.mode import Mode

REPLICA = {
    "ELEARN_REPLICA": "127.0.0.1:9",
    "ELEARN_REPLICA_KEY": "MTIzNDU2Nzg5MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTI=",
}
WORLD = Mode("127.0.0.1:9", "k")
NIGHT = datetime(2023, 7, 3, 2, 30, tzinfo=TAIPEI)
CONFIG = '[schedule]\nat = "02:30"\njitter_minutes = 0\n'


class FakeChild(Child):
    """Stands in for a run: says how it ended, and enters it as the run would have."""

    def __init__(self, home, clock, codes=(0,), enters=True):
        super().__init__(home)
        self.clock, self.codes, self.enters = clock, list(codes), enters
        self.started = []

    def run(self, *words):
        if words[0] != "agent":
            self.started.append(words[0])
            return Ended(0)
        code = self.codes.pop(0) if len(self.codes) > 1 else self.codes[0]
        self.started.append(f"{self.clock.now:%d %H:%M}")
        if self.enters:
            enter(self.home, self.clock.now, code)
        return Ended(code, "說明")

    @property
    def home(self):
        return self._home


class FakeClock:
    """Wall and steady clock go together, unless somebody sets the wall clock."""

    def __init__(self, now=NIGHT):
        self.now, self.steady = now, 1000.0

    def go(self, **more):
        self.now += timedelta(**more)
        self.steady += timedelta(**more).total_seconds()


KIND = {
    0: "ok",
    10: "refused",
    12: "unavailable",
    13: "page_changed",
    14: "incomplete",
    16: "no_credential",
    None: None,
}


def enter(home, at, code=0, command="sync"):
    """A run in the store, as of then."""
    with Store.open(home.database) as store:
        run = store.start_run(command, at)
        if code is not None:
            store.finish_run(
                run,
                outcome=KIND[code],
                exit_code=code,
                at=at + timedelta(minutes=3),
                report={"message": "怎麼了"},
            )


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


# -- one look after another --------------------------------------------------------------------------------------------


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


# -- the planned run, with the real scheduler --------------------------------------------------------------------------


def calls():
    """How often the stored job called since asked last."""
    found = 0
    while not nightly.CALLS.empty():
        found += nightly.CALLS.get() == nightly.NIGHT
    return found


def calls_soon():
    """How often it called, once it has called at all; waits ten seconds for that, and a moment for one call too many."""
    found, end = 0, time.monotonic() + 10
    while not found and time.monotonic() < end:
        time.sleep(0.1)
        found = calls()
    time.sleep(0.5)
    return found + calls()


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


# -- one agent a home --------------------------------------------------------------------------------------------------


def test_the_second_agent_is_told_which_one_runs(home, run_elearn):
    """15, with the process that runs; the first is not disturbed, and its number is not believed once it is gone."""
    with present(home):
        assert is_running(home)
        second = run_elearn("agent", "run", env=REPLICA)
        assert (second.code, f"行程 {os.getpid()}" in second.stderr) == (15, True)
    assert not is_running(home)
    assert ask_to_stop(home, within=0)


@pytest.mark.skipif(os.geteuid() != 0, reason="only root would be root")
def test_as_root_no_agent_of_the_real_portal_starts(run_elearn):
    """2, before anything runs."""
    assert run_elearn("agent", "run").code == 2


def test_a_process_that_hangs_is_ended_with_all_it_started(home, tmp_path, monkeypatch):
    """Asked first; when it does not heed that, it and its own children are killed."""
    (tmp_path / "deaf.py").write_text(
        "import signal, subprocess, sys, time\n"
        "signal.signal(signal.SIGTERM, signal.SIG_IGN)\n"
        "print(subprocess.Popen(['sleep', '300'], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL).pid, file=open(sys.argv[1], 'w'), flush=True)\n"
        "time.sleep(300)\n"
    )
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    child = Child(home, patience=0.5, limit=1.5)
    ended = child.run("deaf", str(tmp_path / "pid"))
    assert ended.code < 0
    inner = int((tmp_path / "pid").read_text())
    state = Path(f"/proc/{inner}/stat")
    assert not state.exists() or state.read_text().split()[2] == "Z"


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT], ids=["SIGTERM", "Ctrl-C"])
def test_asked_to_stop_the_agent_asks_the_run_under_way_and_waits_for_it(home, tmp_path, monkeypatch, number):
    """The run is not left behind: it ends at its own next step, then the agent does, as one that was asked to."""
    (tmp_path / "willing.py").write_text(
        "import os, signal, sys, time\n"
        "signal.signal(signal.SIGTERM, lambda *_: (time.sleep(0.3), sys.exit(1)))\n"
        "os.kill(os.getppid(), int(sys.argv[1]))\n"
        "time.sleep(300)\n"
    )
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    child = Child(home)
    run = child.run
    monkeypatch.setattr(child, "run", lambda *words: run("willing", str(int(number))))
    enter(home, NIGHT - timedelta(days=2))
    told = []
    assert Resident(home, "replica", told.append, child, now=lambda: NIGHT).run() is None
    assert told == [
        "每晚更新已啟動。",
        "開始：補上錯過的更新。",
        "更新沒有完成（代碼 1）。",
        "每晚更新已停止。",
    ]


def test_a_home_of_the_other_world_is_refused(home, run_elearn):
    """2: its records are the real portal's, and the environment names a replica."""
    with Store.open(home.database) as store:
        store.bind_mode("real")
    assert run_elearn("agent", "run", env=REPLICA).code == 2


def test_the_morning_word_runs_as_a_process(home):
    """`python -m agent.schedule.telling` ends well, with something to look at and without."""
    home.config.write_text("[notices]\ndesktop = false\n", "utf-8")
    words = [sys.executable, "-P", "-m", "agent.schedule.telling"]
    own = {**os.environ, **REPLICA, "ELEARN_HOME": str(home.path)}
    assert subprocess.run(words, env=own, check=False).returncode == 0
    enter(home, NIGHT)
    assert subprocess.run(words, env=own, check=False).returncode == 0


# -- how it stands -----------------------------------------------------------------------------------------------------


def deny(words, more):
    return Answered(1, "denied")


class Source:
    """A stored password, known by its fingerprint alone."""

    def read(self, gateway):
        return Credential("demo-tester", "p")

    def fingerprint(self, gateway):
        return f"{gateway}-k" * 8


def shared_book(home):
    """The book that every home of this user shares."""
    return SharedBook(WORLD, home.path.parent / "state")


def standing(home, now, settings=None):
    """The status at that moment, on a machine with nothing installed."""
    with Store.open(home.database) as store:
        return status_of(
            home,
            settings or read_settings(home.config),
            store,
            StoredLedger(store, Source(), WORLD, book=shared_book(home)),
            Machine("linux", home.path / "user", {}, deny),
            now,
        )


def test_the_status_of_a_good_night(home):
    """When it last ran; nothing waits; no agent runs, so nothing is promised."""
    enter(home, NIGHT)
    found = standing(home, NIGHT + timedelta(hours=8))
    document = status_document(found)
    assert document["last_success"] == "2023-07-03T02:33:00+08:00"
    assert (document["last_outcome"], document["next_run"], document["waiting_for_person"]) == (
        "ok",
        None,
        [],
    )
    assert "112/7/3" in status_text(found, None)


@pytest.mark.parametrize(("code", "key"), [(10, "frozen"), (13, "page_changed"), (16, "no_credential")])
def test_what_waits_for_the_person_is_told_with_what_to_do(home, code, key):
    """A refused password, a changed page, no credential: in words, each with its remedy."""
    enter(home, NIGHT, code)
    if code == 10:
        with Store.open(home.database) as store:
            store.answer_attempt(
                store.submit_attempt("ecpa", Source().fingerprint("ecpa"), "real", NIGHT), "refused", NIGHT
            )
    waiting = standing(home, NIGHT + timedelta(hours=1)).waiting
    assert [each.key for each in waiting] == [key]
    assert all(each.text and each.remedy for each in waiting)


@pytest.mark.parametrize(("outcome", "key"), [("refused", "frozen"), (None, "person_needed")])
def test_what_another_home_was_refused_waits_for_the_person_here_as_well(home, outcome, key):
    """The stored password is the same one: this home's nights would end before a browser opens."""
    enter(home, NIGHT)
    assert not standing(home, NIGHT + timedelta(hours=1)).waiting
    shared_book(home).enter(Source().fingerprint("ecpa"), "ecpa", outcome, NIGHT)
    (told,) = standing(home, NIGHT + timedelta(hours=1)).waiting
    assert (told.key, "人事服務網" in told.text, "ecpa" in told.remedy) == (key, True, True)


def test_silent_for_two_days_is_3(home, run_elearn):
    """Counted from the last success, and from the first day where there never was one; a home just made is 0."""
    assert run_elearn("agent", "status", "--json").code == 0
    with Store.open(home.database) as store:
        mark_since(store, datetime.now(TAIPEI) - timedelta(days=3))
    assert run_elearn("agent", "status").code == 3
    enter(home, datetime.now(TAIPEI) - timedelta(hours=1))
    assert run_elearn("agent", "status").code == 0


def test_an_import_is_no_success_of_a_run(home):
    """It read no portal: the records are as old as before."""
    enter(home, NIGHT - timedelta(days=3))
    enter(home, NIGHT, command="import")
    found = standing(home, NIGHT + timedelta(hours=8))
    assert found.is_silent
    assert [each.key for each in found.waiting] == ["catch_up"]


def test_the_next_run_is_told_while_an_agent_runs(home, clockwork):
    """From the kept plan; a pause moves it to its day."""
    clockwork()
    now = datetime.now(TAIPEI)
    with present(home):
        (home.database).touch(0o600)
        enter(home, now - timedelta(hours=2))
        assert standing(home, now).next_run == next_planned(home)
        until = now.date() + timedelta(days=9)
        paused = Settings(schedule=Timetable(jitter=timedelta(), paused_until=until))
        assert standing(home, now, paused).next_run.date() == until


def test_the_age_check_for_the_page(home):
    """By day it asks; where nothing else may start a run, opening the page is the word for it."""
    now = NIGHT + timedelta(hours=7)
    started = []
    with Store.open(home.database) as store:
        settings = read_settings(home.config)
        assert due(store, settings, now).answer is Answer.ASK
        assert run_if_due(home, store, settings, lambda: started.append(1), now).answer is Answer.ASK
        assert install(home, Machine("darwin", home.path / "user", {}, deny)).key == "page"
        assert way_of(home) == "page"
        assert places_of(home, Machine("darwin", home.path / "user", {}, deny)) == []
        assert due_on_page(home, store, settings, now).answer is Answer.RUN
        run_if_due(home, store, settings, lambda: started.append(1), now)
    assert started == [1]
    enter(home, now)
    with Store.open(home.database) as store:
        assert due_on_page(home, store, settings, now + timedelta(hours=2)).answer is Answer.REST


# -- the settings ------------------------------------------------------------------------------------------------------

WRONG = [
    'at = "25:00"',
    "jitter_minutes = 1440",
    "jitter_minutes = true",
    'quiet_windows = ["00:00"]',
    'quiet_windows = [["00:00", "07:00", "08:00"]]',
    "retry_minutes = [1]",
    "retry_minutes = [30, 10]",
    "retry_minutes = [10, 10, 10, 10, 10, 10]",
    'paused_until = "soon"',
    'hour = "02:30"',
]


@pytest.mark.parametrize("line", WRONG)
def test_a_setting_that_cannot_be_is_named_with_its_line(home, line):
    """Line 2 of the file."""
    home.config.write_text(f"[schedule]\n{line}\n", "utf-8")
    with pytest.raises(ConfigError, match="第 2 行"):
        read_settings(home.config)


# -- stopping ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["SIGTERM", "SIGINT"])
def test_a_run_that_is_asked_to_stop_ends_at_its_next_step(name):
    """The step under way is finished, the next one is not begun; so also after Ctrl-C."""
    script = (
        "import os, signal, time\n"
        "from agent.stopping import Stopped, heeding\n"
        "told = []\n"
        "try:\n"
        "    with heeding(lambda step, detail: told.append(step)) as tell:\n"
        "        tell('登入', '')\n"
        f"        os.kill(os.getpid(), signal.{name})\n"
        "        told.append('answered')\n"
        "        tell('讀取', '')\n"
        "except Stopped as why:\n"
        "    print(told, why.code, why.kind)\n"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=False)
    assert done.stdout.strip() == "['登入', 'answered'] 1 interrupted"


@pytest.mark.parametrize(("asked", "ends"), [(True, Stopped), (False, Unavailable)])
def test_a_browser_that_ended_with_the_same_ctrl_c_is_no_error_of_its_own(asked, ends):
    """At a terminal the key reaches the browser too."""

    def run() -> None:
        with heeding(lambda step, detail: None):
            if asked:
                os.kill(os.getpid(), signal.SIGINT)
            raise Unavailable("瀏覽器中途停止了。", "")

    with pytest.raises(ends):
        run()


def test_a_second_ctrl_c_does_not_wait():
    """Whoever presses it again wants out at once."""

    def run() -> None:
        with heeding(lambda step, detail: None):
            os.kill(os.getpid(), signal.SIGINT)
            os.kill(os.getpid(), signal.SIGINT)
            time.sleep(5)

    with pytest.raises(KeyboardInterrupt):
        run()


def test_the_lock_of_the_agent_is_not_the_lock_of_a_run(home):
    """An idle agent keeps nobody from updating by hand."""
    with present(home), hold(home):
        assert json.loads((home.path / "agent.json").read_text())["pid"] == os.getpid()


def test_installed_it_is_found_by_status_and_purge_and_taken_away(home, run_elearn, tmp_path):
    """By command, with the folders of a person of its own: the unit starts this interpreter with this home."""
    done = run_elearn("agent", "install", "--json", env=REPLICA)
    place = Path(done.json()["installed"]["place"])
    assert (done.code, place.is_relative_to(tmp_path / "person")) == (0, True)
    text = place.read_text("utf-8")
    assert f'"{sys.executable}" "-P" "-m" "agent" "agent" "run"' in text
    assert f"ELEARN_HOME={home.path}" in text
    status = run_elearn("agent", "status", "--json", env=REPLICA).json()
    assert [each["place"] for each in status["installed"]] == [str(place)]
    keyring = {**REPLICA, "PYTHON_KEYRING_BACKEND": "keyring.backends.fail.Keyring"}
    purged = run_elearn("purge", "--yes", "--json", env=keyring).json()
    assert [each["place"] for each in purged["removed"]["autostart"]] == [str(place)]
    assert purged["left"]["autostart"] == []
    assert not place.exists()
    assert run_elearn("agent", "install", env=REPLICA).code == 0
    assert run_elearn("agent", "uninstall", "--json", env=REPLICA).json()["removed"][0]["place"] == str(place)
    assert [each for each in (tmp_path / "person").rglob("*") if "elearn-agent" in each.name] == []


def test_purge_of_a_home_that_installed_nothing_leaves_anothers_alone(home, run_elearn, tmp_path):
    """Somebody else's nightly run goes on."""
    other = {**REPLICA, "ELEARN_HOME": str(tmp_path / "other")}
    place = Path(run_elearn("agent", "install", "--json", env=other).json()["installed"]["place"])
    keyring = {**REPLICA, "PYTHON_KEYRING_BACKEND": "keyring.backends.fail.Keyring"}
    assert run_elearn("purge", "--yes", "--json", env=keyring).json()["removed"]["autostart"] == []
    assert place.exists()

"""Every night by itself, with real processes: killed and started again it runs once, and idle it holds nothing of a run.

The hour of the night is set by the settings, a few seconds ahead; nothing else is different from a real night.
"""

from __future__ import annotations

import contextlib
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

import psutil
import pytest
from whole_runs import PASSWORD, ROOT, Elearn, state

from agent import clock
from agent.home import Home
from agent.store import Run, Store
from scrapers.replica import Replica
from scrapers.replica.behaviour import Fault
from scrapers.replica.state import demo_rows

SCHEDULE = (
    '[notices]\ndesktop = false\n[schedule]\nat = "{at:%H:%M:%S}"\njitter_minutes = 0\nquiet_windows = []\n'
)
ELSEWHERE = {"TZ": "America/New_York"}  # the machine's own zone decides nothing


def rows_of_2023():
    """The demonstration's year with a set that can be claimed."""
    return [row for row in demo_rows() if row.year == 2023]


def open_plan() -> str:
    """The city's plan under another key, still in force today: what became claimable is then prepared by a run of tonight."""
    text = (ROOT / "rules" / "plans" / "kaohsiung-112.toml").read_text("utf-8").split("[[example]]")[0]
    text = text.replace('key = "kaohsiung-112"', 'key = "still-open"')
    return text.replace("2023-12-31", "2099-12-31").replace("2023-08-31", "2099-08-31")


@dataclass
class Agent:
    """`elearn agent run` as a process, and what it wrote."""

    elearn: Elearn
    started: list[subprocess.Popen[bytes]] = field(default_factory=list)

    def start(self, **env: str) -> subprocess.Popen[bytes]:
        """Another one, in a session of its own."""
        own = {name: value for name, value in os.environ.items() if not name.startswith("ELEARN_")}
        own |= {"ELEARN_HOME": str(self.elearn.home), "TMPDIR": str(self.elearn.traces.folder / "tmp")}
        (self.elearn.traces.folder / "tmp").mkdir(exist_ok=True)
        made = subprocess.Popen(
            [sys.executable, "-m", "agent", "agent", "run"],
            cwd=ROOT,
            env={**own, **self.elearn.env, **env},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
        self.started.append(made)
        return made

    def log(self) -> str:
        """What it says it did."""
        path = self.elearn.home / "agent.log"
        return path.read_text("utf-8") if path.exists() else ""

    def runs(self) -> list[Run]:
        """Every run of the home."""
        home = Home(self.elearn.home)
        if not home.database.exists():
            return []
        with Store.open(home.database) as store:
            return store.runs()

    def set_hour(self, at: datetime) -> None:
        """The hour of the night."""
        self.elearn.configure(more=SCHEDULE.format(at=at))


@pytest.fixture
def agent(elearn: Callable[..., Elearn]) -> Iterator[Callable[..., Agent]]:
    """`agent(replica)`: an agent to be, with a home and a credential of its own; none outlives the test."""
    made: list[Agent] = []

    def make(replica: Replica) -> Agent:
        found = Agent(elearn(replica, **ELSEWHERE))
        found.elearn.configure()
        found.elearn.put_credential()
        made.append(found)
        return found

    yield make
    for each in made:
        for process in each.started:
            process.kill()
            process.wait()
        each.elearn.traces.said.append(each.log().encode())


def until(true: Callable[[], object], within: float = 60) -> None:
    """Wait until something is so."""
    end = time.monotonic() + within
    while not true():
        assert time.monotonic() < end, "it did not come to be in time"
        time.sleep(0.1)


def in_memory(pid: int) -> bytes:
    """Everything that stands in a process's memory."""
    found = []
    with open(f"/proc/{pid}/mem", "rb", 0) as memory:
        for line in Path(f"/proc/{pid}/maps").read_text("utf-8", "replace").splitlines():
            span = re.match(r"([0-9a-f]+)-([0-9a-f]+) r", line)
            if span and "[v" not in line:
                first, last = (int(each, 16) for each in span.groups())
                with contextlib.suppress(OSError, ValueError):
                    memory.seek(first)
                    found.append(memory.read(last - first))
    return b"\0".join(found)


def bare_scheduler(file: Path) -> psutil.Process:
    """A Python process that does nothing but hold APScheduler and SQLAlchemy, started and idle."""
    script = (
        "import sys, time\n"
        "from apscheduler.jobstores.sqlalchemy import SQLAlchemyJobStore\n"
        "from apscheduler.schedulers.background import BackgroundScheduler\n"
        "scheduler = BackgroundScheduler(jobstores={'default': SQLAlchemyJobStore(url='sqlite:///' + sys.argv[1])})\n"
        "scheduler.start()\n"
        "print('on', flush=True)\n"
        "time.sleep(300)\n"
    )
    made = psutil.Popen([sys.executable, "-c", script, file], stdout=subprocess.PIPE, text=True)
    assert made.stdout.readline() == "on\n"
    return made


def idle(process: subprocess.Popen[bytes], seconds: float) -> tuple[int, int, float]:
    """Memory, switches and CPU seconds of a process that is left alone for so long."""
    seen = psutil.Process(process.pid)
    before, spent = seen.num_ctx_switches(), seen.cpu_times()
    time.sleep(seconds)
    after, now = seen.num_ctx_switches(), seen.cpu_times()
    switches = sum(after) - sum(before)
    return seen.memory_info().rss, switches, now.user + now.system - spent.user - spent.system


def test_killed_before_its_hour_and_started_after_it_the_agent_runs_once(agent, tmp_path):
    """And then: nothing of the run is left in it, a second agent is told so, and asked to stop it stops at once."""
    with Replica(state(rows_of_2023())) as replica:
        found = agent(replica)
        (found.elearn.home / "plans").mkdir()
        (found.elearn.home / "plans" / "own.toml").write_text(open_plan(), "utf-8")
        _kill_before_its_hour(found)
        process = found.start(**ELSEWHERE)
        until(lambda: "更新完成" in found.log(), within=90)
        (run,) = found.runs()
        assert (run.command, run.outcome, run.exit_code) == ("sync", "ok", 0)

        # Idle: no browser, no password, hardly any memory or work.
        # By day the morning's word follows, a process of its own too.
        until(lambda: psutil.Process(process.pid).children(recursive=True) == [])
        memory = in_memory(process.pid)
        assert (
            "更新完成".encode() in memory or found.elearn.home.name.encode() in memory
        )  # it can be looked into
        assert not any(PASSWORD.encode(each) in memory for each in ("utf-8", "utf-16-le"))
        used, switches, spent = idle(process, 5)
        bare = bare_scheduler(tmp_path / "jobs.sqlite3")
        least = bare.memory_info().rss
        bare.kill()
        assert used < 1.3 * least, f"{used} bytes, a bare scheduler {least}"
        assert switches < 50
        assert spent < 0.1

        second = found.elearn("agent", "run", "--delay", "0")
        assert second.code == 15
        assert f"行程 {process.pid}" in second.stderr

        status = found.elearn("agent", "status", "--json").json()
        assert status["last_outcome"] == "ok"
        assert status["next_run"].startswith(
            f"{run.started_at.astimezone(clock.TAIPEI).date() + timedelta(days=1)}T"
        )
        assert [each["key"] for each in status["waiting_for_person"]] == ["claim"]
        (claim,) = found.elearn("claim", "list", "--json").json()["claims"]
        assert (claim["plan"], claim["state"], Path(claim["folder"]).is_dir()) == (
            "still-open",
            "prepared",
            True,
        )

        process.send_signal(signal.SIGTERM)
        assert process.wait(10) == 0
        third = found.start()
        until(lambda: found.log().count("每晚更新已啟動") == 3)
        time.sleep(2)
        third.terminate()
        assert third.wait(10) == 0
        assert len(found.runs()) == 1


def _kill_before_its_hour(found: Agent) -> None:
    """Start it some seconds before its hour, kill it before, and wait until the hour is over."""
    for ahead in (12, 30, 60):
        at = (clock.now() + timedelta(seconds=ahead)).replace(microsecond=0)  # as it is written
        found.set_hour(at)
        process = found.start(**ELSEWHERE)
        until(lambda: "每晚更新已啟動" in found.log())
        process.kill()
        process.wait()
        if clock.now() < at and not found.runs():
            break
        (found.elearn.home / "agent.log").unlink()
    assert found.runs() == []
    time.sleep(max(0.0, (at - clock.now()).total_seconds() + 0.5))


def test_asked_to_stop_in_the_middle_of_a_log_in_the_run_gets_its_answer_first(agent):
    """The password was sent: the answer is awaited and entered, then the run ends; no browser stays, nothing is blocked."""
    with Replica(state(rows_of_2023(), faults={"/Home/GetApTicketV2": Fault(delay=3, times=1)})) as replica:
        found = agent(replica)
        found.set_hour(clock.now() - timedelta(seconds=5))
        process = found.start()
        until(lambda: replica.submissions("ecpa"), within=90)
        children = psutil.Process(process.pid).children(recursive=True)
        assert children
        process.send_signal(signal.SIGTERM)
        assert process.wait(100) == 0
        assert [
            each for each in children if each.is_running() and each.status() != psutil.STATUS_ZOMBIE
        ] == []
        (run,) = found.runs()
        assert (run.outcome, run.exit_code) == ("interrupted", 1)
        with Store.open(Home(found.elearn.home).database) as store:
            assert store.open_block("ecpa") is None
            assert store.records() == []
        assert replica.submissions("ecpa") == 1

        # Nothing needs a person: by hand it works at once.
        assert found.elearn("sync", "--json").code == 0


# Killed in the middle of a run (kill -9): who, and how the run stands once an agent was started again.
KILLED = {
    "the agent alone: its run goes on to its end, and is the night's": (False, "ok"),
    "both, as in a power cut: broken off, and tried again after a pause only": (True, None),
}


@pytest.mark.parametrize(("both", "outcome"), KILLED.values(), ids=KILLED.keys())
def test_killed_in_the_middle_of_a_run_and_started_again_there_is_no_second_run(agent, both, outcome):
    """The password was sent once, and is not sent again for having been killed; nothing is blocked, nobody is needed."""
    path = "/mooc/user/learn_stat.php"
    with Replica(state(rows_of_2023(), faults={path: Fault(delay=4, times=1)})) as replica:
        found = agent(replica)
        found.set_hour(clock.now() - timedelta(seconds=5))
        process = found.start()
        until(lambda: any(each.path == path for each in list(replica.requests)), within=90)
        run = psutil.Process(process.pid).children()
        process.kill()
        process.wait()
        for each in run if both else []:
            os.killpg(each.pid, signal.SIGKILL)
        again = found.start()
        until(lambda: found.log().count("每晚更新已啟動") == 2)
        until(lambda: not any(each.is_running() for each in run))
        time.sleep(2)
        (only,) = found.runs()
        assert (only.outcome, only.exit_code) == (outcome, 0 if outcome else None)
        assert replica.submissions("ecpa") == 1
        assert "再試一次：等到" in found.log()
        status = found.elearn("agent", "status", "--json").json()
        assert status["waiting_for_person"] == []
        assert status["running"]
        again.terminate()
        assert again.wait(10) == 0
        if both:  # a run by hand puts right what the kill has left, and finds everything
            by_hand = found.elearn("sync", "--json")
            assert (by_hand.code, by_hand.json()["run"]["records"]) == (0, len(rows_of_2023()))


def test_purge_stops_the_agent_that_runs_and_leaves_nothing(agent):
    """No process and no file of it is left."""
    with Replica(state([])) as replica:
        found = agent(replica)
        found.set_hour(clock.now() + timedelta(hours=1))
        process = found.start()
        until(lambda: "每晚更新已啟動" in found.log())
        left = found.elearn("purge", "--yes", "--json").json()["left"]
        assert process.wait(10) == 0
        assert (left["files"], left["keyring"]) == ([], [])
        assert not found.elearn.home.exists()

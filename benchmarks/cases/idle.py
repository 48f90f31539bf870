"""The nightly agent between two runs, beside a Python process that has loaded what it cannot do without: memory, work, wake-ups.

It is the real agent, after a real run in a browser: what a run leaves behind in it would be seen here.
"""

from __future__ import annotations

import contextlib
import os
import re
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

import psutil

from agent.clock import TAIPEI
from benchmarks.line import Line, at_most
from benchmarks.measure import ROOT
from benchmarks.stage import Stage, stage

WINDOW = 180.0  # seconds: three of the agent's looks at what is due
_SETTLED = 5.0
_MOST_CPU = 0.001  # of one core: what no meter shows and no battery notices
# All day is quiet and nothing ever succeeded, so that the agent runs once as soon as it is started; its night is half a day away,
# as it would wait for one that is near.
_SETTINGS = (
    '[notices]\ndesktop = false\n[schedule]\nat = "{at:%H:%M}"\nquiet_windows = [["00:00", "00:00"]]\n'
)
_BARE = (
    "import sys, time\n"
    "from apscheduler.jobstores.sqlalchemy import SQLAlchemyJobStore\n"
    "from apscheduler.schedulers.background import BackgroundScheduler\n"
    "scheduler = BackgroundScheduler(jobstores={'default': SQLAlchemyJobStore(url='sqlite:///' + sys.argv[1])})\n"
    "scheduler.start()\n"
    "print('on', flush=True)\n"
    "time.sleep(3600)\n"
)
_OF_A_RUN = (
    "playwright",
    "greenlet",
    "selectolax",
    "lxml",
    "cryptography",
)  # libraries no idle agent has open


@dataclass(frozen=True, slots=True)
class Idle:
    """A process left alone for the window: bytes of memory (proportional, resident), seconds of processor, wake-ups, children."""

    pss: int
    rss: int
    processor: float
    wake_ups: int
    children: int


def run() -> list[Line]:
    """Both at the same time, so that what they share of the machine's libraries is shared alike."""
    with stage() as here, _agent(here) as agent, _bare(here.home.parent) as bare:
        time.sleep(_SETTLED)
        before = [_spent(each) for each in (agent, bare)]
        time.sleep(WINDOW)
        mine, least = (_idle(pid, then) for pid, then in zip((agent, bare), before, strict=True))
        loaded = [each for each in _OF_A_RUN if each in Path(f"/proc/{agent}/maps").read_text("utf-8")]
    if mine.children or loaded:
        raise RuntimeError(f"the idle agent has {mine.children} processes and {', '.join(loaded)} open")
    minutes, name = WINDOW / 60, "the agent between two runs"
    return [
        at_most(
            f"{name}: memory",
            "a Python process with APScheduler and SQLAlchemy loaded",
            max(mine.pss / least.pss, mine.rss / least.rss),
            1.3,
            f" (PSS {_mb(mine.pss)} : {_mb(least.pss)} MB, RSS {_mb(mine.rss)} : {_mb(least.rss)} MB)",
        ),
        Line(
            f"{name}: processor, wake-ups",
            "–",
            f"{1000 * mine.processor / minutes:.1f} ms and {mine.wake_ups / minutes:.1f} a minute, no browser",
            f"≤ {_MOST_CPU:.1%} of a core",
            mine.processor / WINDOW <= _MOST_CPU,
        ),
    ]


@contextlib.contextmanager
def _agent(here: Stage) -> Iterator[int]:
    """`elearn agent run` that has made its first run; its process."""
    settings = here.home / "config.toml"
    at = datetime.now(TAIPEI) + timedelta(hours=12)
    settings.write_text(settings.read_text("utf-8") + _SETTINGS.format(at=at), "utf-8")
    with _process([sys.executable, "-P", "-m", "agent", "agent", "run"], here.env) as made:
        log = here.home / "agent.log"
        _until(lambda: log.exists() and "更新完成" in log.read_text("utf-8"))
        _until(lambda: not psutil.Process(made.pid).children(recursive=True))
        yield made.pid


@contextlib.contextmanager
def _bare(folder: Path) -> Iterator[int]:
    with _process([sys.executable, "-c", _BARE, str(folder / "jobs.sqlite3")], {}) as made:
        if made.stdout is None or made.stdout.readline() != b"on\n":
            raise RuntimeError("the bare scheduler does not start")
        yield made.pid


@contextlib.contextmanager
def _process(words: list[str], env: dict[str, str]) -> Iterator[subprocess.Popen[bytes]]:
    made = subprocess.Popen(
        words, cwd=ROOT, env={**os.environ, **env}, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
    )
    try:
        yield made
    finally:
        made.terminate()
        made.wait(150)


def _until(true: Callable[[], bool]) -> None:
    end = time.monotonic() + 120
    while not true():
        if time.monotonic() > end:
            raise RuntimeError("the agent did not make its first run in time")
        time.sleep(0.5)


def _spent(pid: int) -> tuple[float, int]:
    """Seconds of processor and times it woke up, all threads of the process; to the nanosecond, as a tick of 10 ms is much here."""
    threads = list(Path(f"/proc/{pid}/task").iterdir())
    ran = sum(int((each / "schedstat").read_text().split()[0]) for each in threads)
    woke = sum(_number(each / "status", "voluntary_ctxt_switches") for each in threads)
    return ran / 1e9, woke


def _idle(pid: int, before: tuple[float, int]) -> Idle:
    (ran, woke), memory = _spent(pid), Path(f"/proc/{pid}/smaps_rollup")
    return Idle(
        _number(memory, "Pss") * 1024,
        _number(memory, "Rss") * 1024,
        ran - before[0],
        woke - before[1],
        len(psutil.Process(pid).children(recursive=True)),
    )


def _number(file: Path, name: str) -> int:
    """The number of this line of a file of the kernel's. Raises ValueError where there is no such line."""
    found = re.search(rf"(?m)^{name}:\s+(\d+)", file.read_text())
    if found is None:
        raise ValueError(f"{file} has no {name}")
    return int(found[1])


def _mb(size: int) -> str:
    return f"{size / 1e6:.1f}"

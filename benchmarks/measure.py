"""Times whole processes and functions in turn, A B A B …, so that a ratio holds when the machine's speed drifts."""

from __future__ import annotations

import contextlib
import gc
import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import psutil

ROOT = Path(__file__).resolve().parents[1]


@dataclass(frozen=True, slots=True)
class Timed:
    """What one measured thing took, run by run, in seconds: by the clock on the wall, and of processors."""

    wall: tuple[float, ...]
    processor: tuple[float, ...]

    @property
    def median(self) -> float:
        """The middle of the wall times."""
        return statistics.median(self.wall)


@dataclass(frozen=True, slots=True)
class Command:
    """A process to be timed: its words after `python`, and what its environment has besides this one's."""

    words: tuple[str, ...]
    env: Mapping[str, str]
    codes: tuple[int, ...] = (0,)

    def run(self) -> tuple[float, float]:
        """Seconds on the wall and of processors, children included. Raises RuntimeError when it ends otherwise than expected."""
        before, start = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
        done = subprocess.run(
            [sys.executable, *self.words],
            cwd=ROOT,
            env={**os.environ, **self.env},
            capture_output=True,
            text=True,
            check=False,
        )
        wall, after = time.perf_counter() - start, resource.getrusage(resource.RUSAGE_CHILDREN)
        if done.returncode not in self.codes:
            raise RuntimeError(f"{' '.join(self.words)} ended with {done.returncode}:\n{done.stderr}")
        return wall, after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def commands(these: Sequence[Command], runs: int) -> list[Timed]:
    """Each of the commands, in turn, after one run of each that is not counted."""
    for each in these:
        each.run()
    found: list[list[tuple[float, float]]] = [[] for _ in these]
    for _ in range(runs):
        for at, each in enumerate(these):
            found[at].append(each.run())
    return [Timed(tuple(w for w, _ in each), tuple(c for _, c in each)) for each in found]


def functions(these: Sequence[Callable[[], object]], runs: int) -> list[Timed]:
    """Each of the functions, in turn, after one call of each that is not counted.

    What was there before is frozen: nobody's collections walk through the modules of another's library.
    """
    gc.collect()
    gc.freeze()
    for each in these:
        each()
    found: list[list[tuple[float, float]]] = [[] for _ in these]
    for _ in range(runs):
        for at, each in enumerate(these):
            wall, processor = time.perf_counter(), time.process_time()
            each()
            found[at].append((time.perf_counter() - wall, time.process_time() - processor))
            gc.collect()
    gc.unfreeze()
    return [Timed(tuple(w for w, _ in each), tuple(c for _, c in each)) for each in found]


@dataclass(frozen=True, slots=True)
class Watched:
    """What one process took with all that it started: processor seconds, and bytes of memory at the peak of all together."""

    processor: float
    peak: int


def watched(command: Command) -> Watched:
    """One run of it, looked at fifty times a second. What processes share of libraries counts in each of them."""
    before, peak = resource.getrusage(resource.RUSAGE_CHILDREN), 0
    with tempfile.TemporaryFile("w+") as said:
        made = subprocess.Popen(
            [sys.executable, *command.words],
            cwd=ROOT,
            env={**os.environ, **command.env},
            stdout=said,
            stderr=said,
        )
        process = psutil.Process(made.pid)
        while made.poll() is None:
            peak = max(peak, _memory(process))
            time.sleep(0.02)
        if made.returncode not in command.codes:
            said.seek(0)
            raise RuntimeError(f"{' '.join(command.words)} ended with {made.returncode}:\n{said.read()}")
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return Watched(after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime, peak)


def _memory(process: psutil.Process) -> int:
    """The resident memory of the process and its children, of those that are still there."""
    found = 0
    with contextlib.suppress(psutil.Error):
        for each in (process, *process.children(recursive=True)):
            with contextlib.suppress(psutil.Error):
                found += each.memory_info().rss
    return found


def ratio(one: Timed, other: Timed) -> float:
    """The middle of the ratios of the runs that followed one another, of wall times."""
    return statistics.median(a / b for a, b in zip(one.wall, other.wall, strict=True))


def processor_ratio(one: Timed, other: Timed) -> float:
    """The ratio of the least processor times: what the work itself costs, whatever else the machine was doing."""
    return min(one.processor) / min(other.processor)

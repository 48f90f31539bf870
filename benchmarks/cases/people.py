"""Many people at once: what `check --people` does besides judging, and whether its memory grows with their number."""

from __future__ import annotations

import statistics
import tempfile
from datetime import date
from pathlib import Path

from benchmarks.line import Line, at_most
from benchmarks.measure import Command, functions, watched
from benchmarks.people import PLAN, person_of, records_of, write_people
from rules import bundled
from rules.engine import Circumstances, judge

FEW, TIMES = 2_000, 10
ON = date(2023, 8, 31)


def run() -> list[Line]:
    """The processor time of one more person beside that of the bare judge, and the peak of all processes together."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        people = folder / "people.jsonl"
        write_people(people, range(FEW))
        few = watched(_check(folder, [people]))
        before = _bare()
        many = watched(_check(folder, [people] * TIMES))
        bare = (
            before + _bare()
        ) / 2  # on both sides of what it is held against, as the machine's speed drifts
    each = (many.processor - few.processor) / (FEW * (TIMES - 1))
    work = "`elearn check --people` on all cores"
    return [
        at_most(
            f"{work}: processor time of one more person",
            "the bare judge, records in memory",
            each / bare,
            1.3,
            f" ({1000 * each:.2f} : {1000 * bare:.2f} ms)",
        ),
        at_most(
            f"{work}: peak memory of all processes, {FEW * TIMES:,} people",
            f"{FEW:,} people",
            many.peak / few.peak,
            1.1,
            f" ({many.peak / 1e6:.0f} : {few.peak / 1e6:.0f} MB)",
        ),
    ]


def _check(folder: Path, files: list[Path]) -> Command:
    words = ("-m", "agent", "check", "--people", *map(str, files), "--plan", PLAN, "--on", ON.isoformat())
    return Command((*words, "--out", str(folder / "table.csv")), {"ELEARN_HOME": str(folder / "home")})


def _bare() -> float:
    """Seconds that judging one of them takes, by itself on one core."""
    plan, calendar = bundled.plan(PLAN), bundled.calendar()
    known = [(person_of(each), records_of(each)) for each in range(FEW // 2)]

    def verdicts() -> None:
        for person, records in known:
            judge(records, plan, calendar, ON, Circumstances(person, suspensions=bundled.suspensions()))

    (found,) = functions([verdicts], 3)
    return statistics.mean(found.processor) / len(known)

"""Many people at once: what `check --people` does besides judging, and whether its memory grows with their number."""

from __future__ import annotations

import gc
import tempfile
import time
from datetime import date
from pathlib import Path

from agent.people.files import documents
from agent.people.judging import Case
from agent.people.table import rows_of
from agent.settings.config import Settings
from benchmarks.line import Line, at_most
from benchmarks.measure import Command, watched
from benchmarks.people import PLAN, person_of, records_of, write_people
from rules import bundled
from rules.engine import Circumstances, judge

FEW, TIMES = 2_000, 10
ON = date(2023, 8, 31)
_TURN = 20  # people judged one way before the same are judged the other way, as the machine's speed drifts


def run() -> list[Line]:
    """A document to its row beside the bare judge; then the command: one more person, and the peak of all processes together."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        people = folder / "people.jsonl"
        write_people(people, range(FEW))
        bare, whole = _in_turn(people)
        few, many = (watched(_check(folder, [people] * times)) for times in (1, TIMES))
    each = (many.processor - few.processor) / (FEW * (TIMES - 1))
    work = "`elearn check --people` on all cores"
    return [
        Line(
            "one person's records file to the row of the table",
            "the bare judge, records in memory",
            f"{whole / bare:.2f} × ({1000 * whole:.2f} : {1000 * bare:.2f} ms of processor)",
        ),
        Line(f"{work}: one more person", "–", f"{1000 * each:.2f} ms of processor, all processes"),
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


def _in_turn(people: Path) -> tuple[float, float]:
    """Seconds of processor for one person: judged from records in memory, and from the document to the row. In one process."""
    case, suspensions = Case.of(Settings(), (bundled.plan(PLAN),), ON), bundled.suspensions()
    known = [(person_of(each), records_of(each)) for each in range(FEW)]
    told = list(documents([people]))
    spent = [0.0, 0.0]
    gc.collect()
    gc.freeze()  # as in a worker: no collection walks through the people who wait here
    for at in range(0, FEW, _TURN):
        begun = time.process_time()
        for person, records in known[at : at + _TURN]:
            about = Circumstances(person, suspensions=suspensions)
            judge(records, case.plans[0], case.settings.calendar, ON, about)
        between = time.process_time()
        for document in told[at : at + _TURN]:
            rows_of(case, document)
        spent[0] += between - begun
        spent[1] += time.process_time() - between
    gc.unfreeze()
    return spent[0] / FEW, spent[1] / FEW

"""The judge on an engine that somebody already runs: Dask in local mode, beside one process and beside `check --people`.

`python -m benchmarks.on_dask [PEOPLE]` (100,000 without a number). Dask is no dependency of this project: `pip install dask`
first. `rules/` is a pure function of values, so it is mapped as it is; the three answers are compared person by person.
"""

from __future__ import annotations

import hashlib
import os
import resource
import sys
import time
from collections.abc import Callable, Iterable, Iterator
from datetime import date
from importlib import import_module
from typing import Any

from agent.people.files import Document
from agent.people.judging import Case, lines_of
from agent.people.on_all_cores import on_all_cores
from agent.people.table import row
from agent.settings.config import Settings
from benchmarks.people import PLAN, lines, records_of
from rules import bundled
from rules.engine import Circumstances, judge
from rules.person import Person

ON = date(2023, 8, 31)
_PART = 500  # people in one task


def verdict_of(number: int) -> str:
    """One person, from nothing but a number: what a task of a foreign engine does. The leave as 'claimable/pending/state'."""
    about = Circumstances(person=Person(category="編制內公務人員"), suspensions=bundled.suspensions())
    leave = judge(records_of(number), bundled.plan(PLAN), bundled.calendar(), ON, about).benefits[0]
    return f"{leave.claimable}/{leave.pending_review}/{leave.state}"


def part_of(numbers: range) -> list[str]:
    """The answers for these people."""
    return [verdict_of(each) for each in numbers]


def main() -> int:
    """Run the three over the same people, print what each took, and whether they agree on everybody."""
    people = int(sys.argv[1]) if len(sys.argv) > 1 else 100_000
    cores = os.cpu_count() or 1
    alone = timed("one process, one person after another", people, lambda: part_of(range(people)))
    dask = timed(f"Dask, {cores} local processes", people, lambda: _on_dask(people, cores))
    own = timed(f"check --people, {cores} processes", people, lambda: list(_own(people)))
    differing = sum(len({*each}) > 1 for each in zip(alone, dask, own, strict=True))
    digest = hashlib.sha256("\n".join(alone).encode()).hexdigest()[:16]
    sys.stdout.write(f"answers that differ: {differing} of {people:,} (all of them: sha256 {digest}…)\n")
    return 1 if differing else 0


def timed(name: str, people: int, work: Callable[[], Iterable[str]]) -> list[str]:
    """What came out; one line on standard output of how long it took, and what one core did in a second of its time."""
    start, before = time.perf_counter(), _processor()
    found = list(work())
    took, spent = time.perf_counter() - start, _processor() - before
    sys.stdout.write(
        f"{name}: {people:,} people in {took:.1f} s, {people / spent:,.0f} in a second of one core's time\n"
    )
    sys.stdout.flush()
    return found


def _processor() -> float:
    """Processor seconds of this process and of those it has started and seen end."""
    spent = map(resource.getrusage, (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return sum(each.ru_utime + each.ru_stime for each in spent)


def _on_dask(people: int, cores: int) -> list[str]:
    bag: Any = import_module("dask.bag")  # not among this project's packages
    parts = [range(at, min(at + _PART, people)) for at in range(0, people, _PART)]
    mapped = bag.from_sequence(parts, npartitions=len(parts)).map(part_of)
    return [each for part in mapped.compute(scheduler="processes", num_workers=cores) for each in part]


def _own(people: int) -> Iterator[str]:
    """The same people as `check --people` takes them: documents in, lines of the table out."""
    case = Case.of(Settings(), (bundled.plan(PLAN),), ON)
    told = (Document(str(at), text) for at, text in enumerate(lines(range(people))))
    for found in on_all_cores(lines_of, case, told):
        (line,) = found
        leave = line.verdict.benefits[0] if line.verdict else None
        yield f"{leave.claimable}/{leave.pending_review}/{leave.state}" if leave else row(line)[-1]


if __name__ == "__main__":
    sys.exit(main())

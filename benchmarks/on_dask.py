"""The judge on an engine that somebody already runs: Dask in local mode, beside one process and beside `check --people`.

`python -m benchmarks.on_dask [PEOPLE]` (100,000 without a number). Dask is no dependency of this project: `pip install dask`
first. `rules/` is a pure function of values, so it is mapped as it is; the three answers are compared person by person.
"""

from __future__ import annotations

import hashlib
import os
import sys
import time
from collections.abc import Callable, Iterable, Iterator
from datetime import date

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
    """Run the three, print people per second and core of each, and whether they agree."""
    people = int(sys.argv[1]) if len(sys.argv) > 1 else 100_000
    cores = os.cpu_count() or 1
    alone = people // 10
    with_time("one process, one person after another", 1, alone, lambda: part_of(range(alone)))
    dask = with_time(f"Dask, {cores} local processes", cores, people, lambda: _on_dask(people, cores))
    own = with_time(f"check --people, {cores} processes", cores, people, lambda: list(_own(people)))
    same = dask[1] == own[1] and dask[1][:alone] == part_of(range(alone))
    digest = hashlib.sha256("\n".join(dask[1]).encode()).hexdigest()[:16]
    sys.stdout.write(f"the same answers for everybody: {same} (sha256 {digest}…)\n")
    return 0 if same else 1


def with_time(
    name: str, cores: int, people: int, work: Callable[[], Iterable[str]]
) -> tuple[float, list[str]]:
    """How long it took, and what came out; one line on standard output."""
    start = time.perf_counter()
    found = list(work())
    took = time.perf_counter() - start
    sys.stdout.write(
        f"{name}: {people:,} people in {took:.1f} s, {people / took / cores:,.0f} a second and core\n"
    )
    sys.stdout.flush()
    return took, found


def _on_dask(people: int, cores: int) -> list[str]:
    import dask.bag  # noqa: PLC0415 - not among this project's packages

    parts = [range(at, min(at + _PART, people)) for at in range(0, people, _PART)]
    bag = dask.bag.from_sequence(parts, npartitions=len(parts)).map(part_of)
    return [each for part in bag.compute(scheduler="processes", num_workers=cores) for each in part]


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

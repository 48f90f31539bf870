"""The judge on an engine that somebody already runs: Dask in local mode, beside one process and beside `check --people`.

`python -m benchmarks.on_dask [PEOPLE]` (100,000 without a number). Dask is no dependency of this project: `pip install dask`
first. `rules/` is a pure function of values, so it is mapped as it is; the three tables are compared row by row.
"""

from __future__ import annotations

import hashlib
import os
import resource
import sys
import time
from collections.abc import Iterable, Iterator
from datetime import date
from importlib import import_module
from typing import Any

from agent.people.files import Document
from agent.people.judging import Case, Line
from agent.people.table import judged, row
from agent.settings.config import Settings
from benchmarks.people import PLAN, document_of, person_of, records_of
from rules import bundled
from rules.engine import Circumstances, judge

ON = date(2023, 8, 31)
_PART = 500  # people in one task


def row_of(number: int) -> str:
    """One person, from nothing but a number: what a task of a foreign engine does. The row that `check --people` writes."""
    person = person_of(number)
    about = Circumstances(person=person, suspensions=bundled.suspensions())
    found = judge(records_of(number), bundled.plan(PLAN), bundled.calendar(), ON, about)
    return "\t".join(row(Line(str(number), person.name, person.category, found)).cells)


def part_of(numbers: range) -> list[str]:
    """The rows of these people."""
    return [row_of(each) for each in numbers]


class Documents:
    """The records files of these people, made as they are asked for. `writing`: seconds of this thread that went into their JSON,
    which a city has on its disk already."""

    def __init__(self, people: int) -> None:
        self._people = people
        self.writing = 0.0

    def __iter__(self) -> Iterator[Document]:
        for number in range(self._people):
            records = records_of(number)
            begun = time.thread_time()
            data = document_of(number, records).encode()
            self.writing += time.thread_time() - begun
            yield Document(str(number), data)


def main() -> int:
    """Run the three over the same people, print what each took, and whether they agree on everybody."""
    people = int(sys.argv[1]) if len(sys.argv) > 1 else 100_000
    cores = os.cpu_count() or 1
    documents = Documents(people)
    alone = timed("one process, one person after another", map(row_of, range(people)))
    dask = timed(f"Dask, {cores} local processes", _on_dask(people, cores))
    own = timed(f"check --people, {cores} processes", _own(documents), documents)
    differing = sum(len({*each}) > 1 for each in zip(alone, dask, own, strict=True))
    digest = hashlib.sha256("\n".join(alone).encode()).hexdigest()[:16]
    sys.stdout.write(f"rows that differ: {differing} of {people:,} (all of them: sha256 {digest}…)\n")
    return 1 if differing else 0


def timed(name: str, rows: Iterable[str], documents: Documents | None = None) -> list[str]:
    """What came out; one line on standard output of how long it took, and what one core did in a second of its time.

    Inventing a person's records is in it everywhere; writing them down as JSON is taken off where `documents` say it.
    """
    start, before = time.perf_counter(), _processor()
    found = list(rows)
    took = time.perf_counter() - start
    spent = _processor() - before - (documents.writing if documents else 0)
    sys.stdout.write(
        f"{name}: {len(found):,} people in {took:.1f} s, {len(found) / spent:,.0f} in a second of one core's time\n"
    )
    sys.stdout.flush()
    return found


def _processor() -> float:
    """Processor seconds of this process and of those it has started and seen end."""
    spent = map(resource.getrusage, (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return sum(each.ru_utime + each.ru_stime for each in spent)


def _on_dask(people: int, cores: int) -> Iterator[str]:
    bag: Any = import_module("dask.bag")  # not among this project's packages
    parts = [range(at, min(at + _PART, people)) for at in range(0, people, _PART)]
    mapped = bag.from_sequence(parts, npartitions=len(parts)).map(part_of)
    for part in mapped.compute(scheduler="processes", num_workers=cores):
        yield from part


def _own(documents: Documents) -> Iterator[str]:
    """The same people as `check --people` takes them: documents in, rows of the table out."""
    case = Case.of(Settings(), (bundled.plan(PLAN),), ON)
    for (found,) in judged(case, documents):
        yield "\t".join(found.cells)


if __name__ == "__main__":
    sys.exit(main())

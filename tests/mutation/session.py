"""The tests' side of it: one collected session that knows which tests run which line, and tries mutant after mutant."""

from __future__ import annotations

import os
import time
from collections import defaultdict
from collections.abc import Mapping, Sequence
from pathlib import Path

import coverage
import pytest
from _pytest.runner import runtestprotocol

from tests.mutation.covering import Map
from tests.mutation.mutants import Mutant, Source
from tests.mutation.trying import (
    KILLED,
    ON_IMPORT,
    TIMED_OUT,
    UNCOVERED,
    CannotPatch,
    append,
    fails,
    forget,
    forked,
    in_shares,
    patch_of,
    progress,
)

ARGS = (
    "-q",
    "-s",
    "-x",
    "-p",
    "no:cacheprovider",
    "-p",
    "no:xdist",
    "-p",
    "no:playwright",
    "--no-header",
    "--no-summary",
)
_OUTSIDE = {"run_elearn", "replica", "page", "browser"}  # a test in another process does not see the change
_EXAMPLES = 10  # of a property: worked cases come first, properties are the last resort


class Wanted:
    """Takes the tests that see a change, in the order given (all of them without one)."""

    def __init__(self, order: Sequence[str] = ()) -> None:
        self._order = {test: at for at, test in enumerate(order)}

    @pytest.hookimpl(trylast=True)
    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        """Leave out what runs in another process; few examples for properties."""
        items[:] = [
            each
            for each in items
            if not _OUTSIDE & set(getattr(each, "fixturenames", ()))
            and (not self._order or each.nodeid in self._order)
        ]
        items.sort(key=lambda each: self._order.get(each.nodeid, 0))
        for each in items:
            _few_examples(each)


class Anew(Wanted):
    """A session of a forked process that reads everything anew, with a change in it."""

    def __init__(self, order: Sequence[str], seconds: Mapping[str, float], most: float) -> None:
        super().__init__(order)
        self._seconds, self._most = seconds, most
        self._begun: float | None = None  # reading the tests is not counted

    def pytest_runtest_setup(self, item: pytest.Item) -> None:
        """Start the clock of the test; after so many seconds it is enough."""
        self._begun = self._begun or time.process_time()
        if time.process_time() - self._begun > self._most:
            os._exit(0)
        progress(self._order[item.nodeid], self._seconds[item.nodeid])


class Session(Wanted):
    """Runs every test once unchanged, then every mutant that one function's code can hold, in forked processes."""

    def __init__(
        self, sources: dict[str, Source], mutants: Sequence[Mutant], out: Path, workers: int, most: float
    ) -> None:
        super().__init__()
        self._sources, self._mutants, self._out = sources, mutants, out
        self._workers, self._most = workers, most
        self.map = Map()
        self.failed: list[str] = []
        paths = [source.path for source in sources.values()]
        self._coverage = coverage.Coverage(data_file=None, config_file=False, include=paths)
        self._coverage.start()

    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        """The whole of it, in place of pytest's own loop."""
        items = {each.nodeid: each for each in session.items}
        self._unchanged(session.items)
        if not self.failed:
            self._workers_over(items)
        return True

    def _unchanged(self, items: Sequence[pytest.Item]) -> None:
        """Every test once, each from empty caches, to learn what it runs and how long it takes."""
        for at, item in enumerate(items):
            forget()
            self._coverage.switch_context(item.nodeid)
            begun = time.process_time()
            following = items[at + 1] if at + 1 < len(items) else None
            reports = runtestprotocol(item, log=False, nextitem=following)
            self.map.seconds[item.nodeid] = time.process_time() - begun
            self.failed += [f"{each.nodeid}\n{each.longreprtext}" for each in reports if each.failed]
            if hasattr(getattr(item, "obj", None), "hypothesis"):
                self.map.last.add(item.nodeid)
        self._coverage.stop()
        data = self._coverage.get_data()
        for module, source in self._sources.items():
            found: dict[int, set[str]] = defaultdict(set)
            for line, contexts in data.contexts_by_lineno(str(Path(source.path).resolve())).items():
                found[line] = {each for each in contexts if each}
                if "" in contexts:
                    self.map.on_reading.setdefault(module, set()).add(line)
            self.map.by_line[module] = found

    def _workers_over(self, items: dict[str, pytest.Item]) -> None:
        in_shares(self._workers, lambda at: self._share(items, self._mutants[at :: self._workers]))

    def _share(self, items: dict[str, pytest.Item], mutants: Sequence[Mutant]) -> None:
        killers: dict[tuple[str, str], list[str]] = defaultdict(list)
        for mutant in mutants:
            known = killers[mutant.module, mutant.function]
            tests = self.map.tests(mutant)
            tests.sort(key=lambda test: known.index(test) if test in known else len(known))
            outcome, at, begun = UNCOVERED, -1, time.monotonic()
            if tests:
                try:
                    outcome, at = self._try(mutant, [items[test] for test in tests])
                except CannotPatch:
                    outcome = ON_IMPORT
            if outcome in (KILLED, TIMED_OUT) and at >= 0:
                if tests[at] in known:
                    known.remove(tests[at])
                known.insert(0, tests[at])
            line = {"name": mutant.name, "at": self._at(mutant), "outcome": outcome, "tests": len(tests)}
            line |= {"by": tests[at] if at >= 0 else "", "seconds": round(time.monotonic() - begun, 2)}
            line |= {"line": mutant.lines[0], "read": self.map.ran_on_reading(mutant)}
            append(self._out, line)

    def _at(self, mutant: Mutant) -> int:
        return self._sources[mutant.module].mutants.index(mutant)

    def _try(self, mutant: Mutant, items: Sequence[pytest.Item]) -> tuple[str, int]:
        seconds = [self.map.seconds[each.nodeid] for each in items]
        function, code = patch_of(self._sources[mutant.module], mutant)

        def act() -> bool:
            function.__code__ = code
            forget()
            return fails(items, seconds, self._most)

        return forked(act)


def _few_examples(item: pytest.Item) -> None:
    """A property tries few examples and looks for no smaller one: that it fails is all that is asked."""
    from hypothesis import Phase, settings

    test = getattr(item, "obj", None)
    if hasattr(test, "hypothesis"):
        given = settings(
            test._hypothesis_internal_use_settings,  # no public way after the definition
            max_examples=_EXAMPLES,
            phases=(Phase.explicit, Phase.generate),
            derandomize=True,
            database=None,
            deadline=None,
        )
        getattr(test, "__func__", test)._hypothesis_internal_use_settings = given

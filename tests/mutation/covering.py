"""Which tests run which line of the rules, and in what order they are worth trying."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass, field

from tests.mutation.mutants import Mutant


@dataclass
class Map:
    """Which tests run which line (`by_line`), what ran while tests were read, and how long each test takes, in seconds."""

    by_line: dict[str, dict[int, set[str]]] = field(default_factory=dict)
    on_reading: dict[str, set[int]] = field(default_factory=dict)
    seconds: dict[str, float] = field(default_factory=dict)
    last: set[str] = field(default_factory=set)

    def json(self) -> str:
        """As text, for the process that goes on with it."""
        lines = {
            name: {str(at): sorted(tests) for at, tests in found.items()}
            for name, found in self.by_line.items()
        }
        reading = {name: sorted(found) for name, found in self.on_reading.items()}
        return json.dumps([lines, reading, self.seconds, sorted(self.last)])

    @classmethod
    def of(cls, text: str) -> Map:
        """The map that `json` wrote."""
        lines, reading, seconds, last = json.loads(text)
        by_line = {
            name: {int(at): set(tests) for at, tests in found.items()} for name, found in lines.items()
        }
        return cls(by_line, {name: set(found) for name, found in reading.items()}, seconds, set(last))

    def tests(self, mutant: Mutant) -> list[str]:
        """Those that run the changed lines, the quickest first, properties last; of a module's own lines any test of it."""
        lines = self.by_line.get(mutant.module, {})
        wanted = range(mutant.lines[0], mutant.lines[1] + 1) if mutant.function else lines
        return self.ordered(mutant, set().union(*(lines.get(line, set()) for line in wanted)))

    def ordered(self, mutant: Mutant, tests: Iterable[str]) -> list[str]:
        """The module's own tests first, then the quickest; properties last."""
        own = f"_{mutant.module.removeprefix('rules.')}"
        return sorted(
            tests,
            key=lambda test: (
                test in self.last,
                own not in test.partition("::")[0],
                round(self.seconds[test], 2),
                test,
            ),
        )

    def ran_on_reading(self, mutant: Mutant) -> bool:
        """Whether values made while the tests were read may rest on the unchanged lines."""
        there = self.on_reading.get(mutant.module, set())
        return any(line in there for line in range(mutant.lines[0], mutant.lines[1] + 1))

"""`python -m benchmarks [NAME …]`: measure, and print the table as Markdown with the machine and the versions.

Ends with 1 when a limit does not hold. A ratio is the median of pairs that ran one after the other.
"""

from __future__ import annotations

import os
import pkgutil
import platform
import sys
from importlib import import_module
from importlib.metadata import version

import benchmarks.cases
from benchmarks.line import Line

_PACKAGES = ("playwright", "sqlalchemy", "selectolax", "click")


def main() -> int:
    """Run the named cases, all without names."""
    known = [each.name for each in pkgutil.iter_modules(benchmarks.cases.__path__)]
    wanted = sys.argv[1:] or known
    if unknown := sorted(set(wanted) - set(known)):
        sys.stderr.write(f"no such case: {', '.join(unknown)} (there are: {', '.join(known)})\n")
        return 2
    found: list[Line] = []
    for name in wanted:
        sys.stderr.write(f"{name} …\n")
        found += import_module(f"benchmarks.cases.{name}").run()
    sys.stdout.write(table(found))
    return 0 if all(each.holds is not False for each in found) else 1


def table(found: list[Line]) -> str:
    """The lines as Markdown, the machine above them."""
    versions = ", ".join(f"{each} {version(each)}" for each in _PACKAGES)
    head = f"{platform.system()} {platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}, {versions}\n\n"
    rows = [("work", "against", "result", "limit", ""), ("---",) * 5]
    signs = {True: "✔", False: "✖", None: ""}
    rows += [(each.work, each.against, each.result, each.limit, signs[each.holds]) for each in found]
    return head + "".join(f"| {' | '.join(row)} |\n" for row in rows)


if __name__ == "__main__":
    sys.exit(main())

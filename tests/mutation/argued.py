"""The mutants that no test can kill, each with its argument, and the closing account."""

from __future__ import annotations

import json
import sys
import tomllib
from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path

from tests.mutation.mutants import Mutant

FILE = Path(__file__).with_name("argued.toml")
Name = tuple[str, str, str, str]


def argued() -> dict[Name, str]:
    """Every argued mutant by its name, with the argument."""
    found: dict[Name, str] = {}
    for each in tomllib.loads(FILE.read_text("utf-8")).get("mutant", []):
        names = [(each["module"], each["function"], before, after) for before, after in each["changes"]]
        found |= dict.fromkeys(names, each["argument"])
    return found


def report(
    mutants: Sequence[Mutant], out: Path, known: Mapping[Name, str], seconds: float, *, whole: bool
) -> int:
    """Print what survived, what was argued for nothing, and the score; 1 where either list is not empty."""
    results = [json.loads(line) for line in out.read_text("utf-8").splitlines()]
    alive = [each for each in results if each["outcome"] in ("survived", "uncovered", "broken")]
    names = {tuple(each["name"]) for each in alive}
    wrong = [each for each in alive if tuple(each["name"]) not in known]
    for each in sorted(wrong, key=lambda each: (each["name"][0], each["line"])):
        module, function, before, after = each["name"]
        place = f"{module.replace('.', '/')}.py:{each['line']} {function}"
        print(f"SURVIVED {place} ({each['outcome']}, {each['tests']} tests)\n  - {before}\n  + {after}")
    there = {each.name for each in mutants}
    stale = [name for name in known if (name in there and name not in names) or (whole and name not in there)]
    for name in stale:
        print(f"ARGUED BUT {'KILLED' if name in there else 'GONE'} {name}")
    counts = Counter(each["outcome"] for each in results)
    killed = len(results) - len(alive)
    missing = len(mutants) - len(results)
    print(
        f"mutants {len(mutants)}, killed {killed} ({counts['timed out']} by time), argued {len(alive) - len(wrong)}, "
        f"survived {len(wrong)}, score {killed / max(1, len(results)):.2%}, "
        f"{(killed + len(alive) - len(wrong)) / max(1, len(results)):.2%} with the argued; {seconds / 60:.0f} min"
    )
    if missing:
        print(f"{missing} mutants were not tried", file=sys.stderr)
    return 1 if wrong or stale or missing else 0

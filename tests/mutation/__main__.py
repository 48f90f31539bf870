"""Mutation testing of the rules: `python -m tests.mutation [MODULE …]`, from the root of a checkout. Nothing in it is changed."""

from __future__ import annotations

import argparse
import json
import os
import sys
import time
from collections.abc import Sequence
from pathlib import Path

import pytest

from tests.mutation.argued import argued, report
from tests.mutation.covering import Map
from tests.mutation.mutants import Mutant, Source
from tests.mutation.session import ARGS, Anew, Session
from tests.mutation.trying import (
    ON_IMPORT,
    SURVIVED,
    UNCOVERED,
    append,
    forked,
    import_changed,
    in_shares,
    progress,
)

_SAYS = {pytest.ExitCode.OK: False, pytest.ExitCode.TESTS_FAILED: True, pytest.ExitCode.INTERRUPTED: True}
TESTS = ("judging/test_*.py", "test_identity*.py")


def main() -> int:
    """Try every mutant; 1 where one survives that nobody argued, or an argued one is killed or gone."""
    parser = argparse.ArgumentParser(prog="python -m tests.mutation", description=__doc__)
    parser.add_argument("modules", nargs="*", help="names of modules of rules/ (all)")
    parser.add_argument("--workers", type=int, default=int(os.environ.get("WORKERS", "2")))
    parser.add_argument(
        "--out", type=Path, default=Path(".mutation/results.jsonl"), help="one line for each mutant"
    )
    parser.add_argument("--most", type=float, default=120, help="seconds of processor time for one mutant")
    parser.add_argument("--quick", action="store_true", help="leave out properties")
    parser.add_argument("--again", type=Path, help="only what survived in this earlier result")
    given = parser.parse_args()
    files = sorted(Path("rules").glob("*.py"))
    sources = {
        f"rules.{each.stem}": Source(f"rules.{each.stem}", each.read_text("utf-8"), str(each))
        for each in files
        if each.stem != "__init__"
    }
    wanted = [f"rules.{each}" for each in given.modules] or list(sources)
    mutants = [mutant for module in wanted for mutant in sources[module].mutants]
    if given.again:
        before = [json.loads(line) for line in given.again.read_text("utf-8").splitlines()]
        names = {tuple(each["name"]) for each in before if each["outcome"] in (SURVIVED, UNCOVERED)}
        mutants = [each for each in mutants if each.name in names]
    given.out.parent.mkdir(parents=True, exist_ok=True)
    given.out.write_text("", "utf-8")
    begun = time.monotonic()
    tests = sorted(str(path) for each in TESTS for path in Path("tests").glob(each))
    if given.quick:
        tests = [each for each in tests if "properties" not in each]
    known = _in_one_session(sources, mutants, tests, given)
    if known is None:
        return 1
    _anew(sources, known, given)
    return report(
        mutants, given.out, argued(), time.monotonic() - begun, whole=not given.modules and not given.again
    )


def _in_one_session(
    sources: dict[str, Source], mutants: Sequence[Mutant], tests: Sequence[str], given: argparse.Namespace
) -> Map | None:
    """Most mutants need one function's code alone: they are tried in forks of one session that has read all tests."""
    kept = given.out.with_suffix(".map.json")
    child = os.fork()
    if child == 0:
        session = Session(sources, mutants, given.out, given.workers, given.most)
        code = pytest.main([*ARGS, *tests], plugins=[session])
        for each in session.failed:
            print(f"fails without a change: {each}", file=sys.stderr)
        kept.write_text(session.map.json(), "utf-8")
        os._exit(1 if session.failed else int(code))
    _, status = os.waitpid(child, 0)
    if status:
        print("mutation testing needs tests that pass on the unchanged rules", file=sys.stderr)
        return None
    return Map.of(kept.read_text("utf-8"))


def _anew(sources: dict[str, Source], known: Map, given: argparse.Namespace) -> None:
    """What runs on import, or ran while the tests were read and survived, is imported anew with the change."""
    lines = [json.loads(line) for line in given.out.read_text("utf-8").splitlines()]
    alive = (SURVIVED, UNCOVERED)
    open_ = [
        each for each in lines if each["outcome"] == ON_IMPORT or (each["outcome"] in alive and each["read"])
    ]
    found = given.out.with_suffix(".anew.jsonl")
    found.write_text("", "utf-8")

    def share(at: int) -> None:
        for each in open_[at :: given.workers]:
            source = sources[each["name"][0]]
            mutant = source.mutants[each["at"]]
            named = (mutant.module.replace("rules.", "_"), "_rules_names")
            every = known.ordered(mutant, known.seconds)
            tried = [test for test in every if any(each in test.partition("::")[0] for each in named)]
            begun = time.monotonic()
            outcome, by = _one_anew(source, mutant, tried, known, given.most)
            if outcome == SURVIVED:
                tried = known.tests(mutant) or every
                outcome, by = _one_anew(source, mutant, tried, known, given.most)
            each |= {"outcome": outcome, "by": tried[by] if by >= 0 else ON_IMPORT, "tests": len(tried)}
            append(found, each | {"seconds": round(time.monotonic() - begun, 2)})

    in_shares(given.workers, share)
    news = {
        (*each["name"], each["at"]): each for each in map(json.loads, found.read_text("utf-8").splitlines())
    }
    whole = given.out.with_suffix(".new")
    whole.write_text("", "utf-8")
    for each in lines:
        append(whole, news.get((*each["name"], each["at"]), each))
    whole.replace(given.out)  # what was found in the first round is never lost


def _one_anew(
    source: Source, mutant: Mutant, order: Sequence[str], known: Map, most: float
) -> tuple[str, int]:
    def act() -> bool:
        silent = os.open(os.devnull, os.O_WRONLY)
        os.dup2(silent, 1)
        os.dup2(silent, 2)
        progress(-1, 5)
        import_changed(source, mutant)
        files = sorted({test.partition("::")[0] for test in order})
        code = pytest.main([*ARGS, *files], plugins=[Anew(order, known.seconds, most)])
        if code not in _SAYS:
            raise RuntimeError(f"pytest ended in {code}, which says nothing of {mutant.name}")
        return _SAYS[code]

    return forked(act)


if __name__ == "__main__":
    sys.exit(main())

"""A whole run and a whole claim in real Chromium against the replica, beside a bare script of the same navigations."""

from __future__ import annotations

from benchmarks.line import Line, at_most
from benchmarks.measure import Command, commands, ratio
from benchmarks.stage import stage

RUNS = 7


def run() -> list[Line]:
    """`elearn sync` with nothing new, and `elearn claim` with its sync and documents. No pauses of politeness in either."""
    with stage() as here:
        script = Command(("-m", "benchmarks.bare_sync"), here.env)
        printing = Command(("-m", "benchmarks.bare_sync", "--print"), here.env)
        claim = here.elearn("claim", "--plan", "kaohsiung-112", "--on", "2023-08-31")
        synced, bare = commands([here.elearn("sync"), script], RUNS)
        claimed, printed = commands([claim, printing], RUNS)
    return [
        at_most(
            "`elearn sync`, nothing new",
            "a bare Playwright script, same navigations",
            ratio(synced, bare),
            1.25,
            f" ({synced.median:.1f} s)",
        ),
        at_most(
            "`elearn claim` with documents",
            "that script and its `page.pdf` calls",
            ratio(claimed, printed),
            1.25,
            f" ({claimed.median:.1f} s)",
        ),
    ]

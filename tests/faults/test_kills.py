"""A run killed at any moment (kill -9 of its whole process group): the last good state stands, and the next run says so.

`make test` kills at 20 chosen moments; `make soak` at 200 random ones, from a seed it prints (SOAK_SEED=N runs them again).
"""

from __future__ import annotations

import contextlib
import json
import os
import random
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass

import pytest
from fault_runs import BEFORE, GATEWAY_STEPS, NOW, STEPS, Bench, no_secret, stayed, unharmed
from preparing import browsers
from whole_runs import ROOT, few, state

from scrapers.replica import Fault

SEED = int(os.environ.get("SOAK_SEED") or random.SystemRandom().randrange(2**32))
GATEWAYS = ("ecpa", "egov")
EARNED = 8  # rows that earn the first set's leave: with them a run also prepares papers


@dataclass(frozen=True)
class Moment:
    """When to kill: at a request for this step, `later` seconds after it, or when a file like this appears in the home.

    `held`: while the database is taken. `before`: while a file whose path has this part is about to be opened.
    """

    name: str
    step: str = ""
    later: float = 0.0
    file: str = ""
    held: bool = False
    before: str = ""
    rows: int = NOW


MOMENTS = (
    *(Moment(each, each) for each in ("home", "chooser", "entry", "form", "submit", "landing", "landed", "area", "records", "year", "page", "log_out")),
    Moment("a page is kept", file="runs/000002/2023-2.html"),
    Moment("a print is kept", file="runs/000002/2023-2.pdf"),
    Moment("before the transaction", file="runs/000002/2023-2.pdf", later=0.3, held=True),
    *(Moment(f"{int(each * 1000)} ms after the log-out", "log_out", each) for each in (0.1, 0.25, 0.4)),
    Moment("papers are written", file="claims/.*.new/*.pdf", before=".new/.manifest.json", rows=EARNED),
    Moment("papers are there", file="claims/kaohsiung-112-1", rows=EARNED),
)  # fmt: skip


def _start(here: Bench, before: str = "") -> subprocess.Popen[bytes]:
    own = {name: value for name, value in os.environ.items() if not name.startswith("ELEARN_")}
    temporary = here.folder / "tmp"
    temporary.mkdir(exist_ok=True)
    room = {"ELEARN_HOME": str(here.home), "TMPDIR": str(temporary)}
    return subprocess.Popen(
        [sys.executable, "-m", "agent", "sync", "--json"],
        cwd=ROOT,
        env={**own, **here.elearn.env, **room, "HELD_BEFORE": before},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        start_new_session=True,
    )


def _kill(here: Bench, run: subprocess.Popen[bytes]) -> None:
    """The whole group at once. The browser is in a group of its own: it must end by itself, as nobody drives it any more."""
    with contextlib.suppress(ProcessLookupError):
        os.killpg(run.pid, signal.SIGKILL)
    here.elearn.traces.said += run.communicate(timeout=30)
    end = time.monotonic() + 20
    while browsers(here):
        assert time.monotonic() < end, "a browser was left behind"
        time.sleep(0.1)


def _wait(run: subprocess.Popen[bytes], true: Callable[[], object]) -> None:
    end = time.monotonic() + 90
    while not true():
        assert run.poll() is None, f"the run ended before: {run.communicate()}"
        assert time.monotonic() < end, "the moment never came"
        time.sleep(0.005)


def _asked(here: Bench, step: str) -> bool:
    path, after = {**STEPS, **GATEWAY_STEPS[here.gateway]}[step]
    return sum(each.path == path for each in list(here.replica.requests)) > after


@pytest.mark.parametrize("moment", MOMENTS, ids=lambda each: each.name)
def test_a_run_killed_at_a_chosen_moment_loses_nothing(bench, template, moment: Moment) -> None:
    gateway = GATEWAYS[MOMENTS.index(moment) % 2]
    here = _bench(bench, moment.rows, gateway)
    if moment.rows == EARNED:
        config = here.home / "config.toml"
        config.write_text(f'plan = "kaohsiung-112"\n{config.read_text("utf-8")}', "utf-8")
    if moment.step and not moment.later:  # its answer waits, so that the kill comes before it
        path, after = {**STEPS, **GATEWAY_STEPS[gateway]}[moment.step]
        here.replica.state.behave(faults={path: Fault(delay=5.0, after=after, times=1)})
    before = here.known()
    with contextlib.ExitStack() as holding:
        run = _start(here, moment.before)
        if moment.held:
            _wait(run, lambda: _asked(here, "log_out"))
            connection = holding.enter_context(
                contextlib.closing(sqlite3.connect(here.database, isolation_level=None))
            )
            connection.execute("begin immediate")
        if moment.step:
            _wait(run, lambda: _asked(here, moment.step))
        else:
            _wait(run, lambda: any(here.home.glob(moment.file)))
        time.sleep(moment.later)
        _kill(here, run)
        if moment.before:  # held there, not found there by luck
            assert any(here.home.glob(moment.file))
    here.replica.state.behave(faults={})
    _nothing_lost(here, template, before, moment.rows)


@pytest.fixture(scope="session")
def length(template) -> float:
    """How long a run takes here, in seconds: the template's own, as its book says."""
    database = (template / "elearn.sqlite3").as_uri()  # as it lies: others copy it at the same time
    with contextlib.closing(sqlite3.connect(f"{database}?immutable=1", uri=True)) as connection:
        (days,) = connection.execute(
            "select julianday(finished_at) - julianday(started_at) from run"
        ).fetchone()
    return 1.5 + days * 86400


@pytest.mark.soak
@pytest.mark.parametrize("number", range(200))
def test_a_run_killed_at_any_moment_loses_nothing(bench, template, length: float, number: int) -> None:
    drawn = random.Random(f"{SEED} {number}")
    sys.stderr.write(f"SOAK_SEED={SEED}\n")  # shown with a failure
    here = _bench(bench, NOW, drawn.choice(GATEWAYS))
    before = here.known()
    run = _start(here)
    with contextlib.suppress(subprocess.TimeoutExpired):
        run.wait(drawn.uniform(0, length))
    _kill(here, run)
    _nothing_lost(here, template, before, NOW)


def _bench(bench, rows: int, gateway: str) -> Bench:
    """A home that knows four records, a portal that shows so many, and patience enough for a busy machine."""
    here = bench(_shown(rows), gateway)
    here.elearn.configure(gateway, 60)
    return here


def _shown(rows: int):
    given = state(few(rows))
    given.page_size = 3
    return given


def _nothing_lost(here: Bench, template, before, rows: int) -> None:
    """The state is the old or the new one, whole; an unanswered submission waits for a person; the next run puts right."""
    unharmed(here)
    left = here.known()
    assert len(left["record"]) in (BEFORE, rows)
    stayed(before, left)
    if len(left["record"]) == BEFORE:
        assert left == before
    sent, unanswered, unfinished = here.replica.submissions(here.gateway), *_books(here)
    assert sent <= 1
    if unanswered:
        again = here.sync()
        assert (again.code, here.replica.submissions(here.gateway)) == (11, sent), again.stdout
        assert _says_so(here) >= unfinished
        freed = here.elearn.set_credential(here.gateway)
        assert freed.code == 0, freed.stdout
    again = here.sync()
    assert again.code == 0, again.stdout + again.stderr
    assert again.json()["run"]["records"] == rows
    if unfinished and not unanswered:
        assert "unfinished_runs" in {each["key"] for each in again.json()["run"]["repaired"]}
    assert _books(here) == (0, 0)
    assert here.replica.submissions(here.gateway) == sent + 1
    assert list(here.home.rglob(".*.new")) == []
    unharmed(here)
    stayed(before, here.known())
    assert len(here.known()["record"]) == rows
    no_secret(here, here.elearn.traces.said, template)


def _books(here: Bench) -> tuple[int, int]:
    """How many submissions were never answered, and how many runs never ended."""
    with contextlib.closing(sqlite3.connect(here.database)) as connection:
        return (
            connection.execute(
                "select count(*) from attempt where outcome is null and cleared_at is null"
            ).fetchone()[0],
            connection.execute("select count(*) from run where finished_at is null").fetchone()[0],
        )


def _says_so(here: Bench) -> int:
    """How many unfinished runs the newest run's own report speaks of."""
    with contextlib.closing(sqlite3.connect(here.database)) as connection:
        (report,) = connection.execute("select report from run order by id desc limit 1").fetchone()
    return sum(
        each["count"] for each in json.loads(report).get("repaired", []) if each["key"] == "unfinished_runs"
    )

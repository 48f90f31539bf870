"""What a fault does to the home or the machine before and during a run, and how it is undone for the looking afterwards."""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import signal
import sqlite3
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field
from datetime import timedelta
from functools import cache
from typing import Any

import psutil
from fault_runs import GATEWAY_STEPS, NOW, STEPS, Bench
from whole_runs import ROOT

from agent.clock import now
from scrapers.replica import Fault


@dataclass
class Prepared:
    """How the run goes: what is around it, what else it is called with, and what is undone or checked after it."""

    around: AbstractContextManager[object] = field(default_factory=nullcontext)
    more: dict[str, Any] = field(default_factory=dict)
    after: Callable[[], object] = lambda: None


def _sql(here: Bench, *statements: str) -> None:
    with contextlib.closing(sqlite3.connect(here.database)) as connection, connection:
        for each in statements:
            connection.execute(each)


def at_request(here: Bench, step: str, act: Callable[[], object]) -> AbstractContextManager[object]:
    """While the run goes on, act as soon as the replica was asked for this step; the answer waits meanwhile."""
    path, after = {**STEPS, **GATEWAY_STEPS[here.gateway]}[step]
    given = here.replica.state
    given.behave(faults={**given.behaviour.faults, path: Fault(delay=2.0, after=after, times=1)})

    def wait(ended: threading.Event) -> None:
        while not ended.wait(0.02):
            if sum(each.path == path for each in list(here.replica.requests)) > after:
                act()
                return

    @contextlib.contextmanager
    def watching() -> Iterator[None]:
        ended = threading.Event()
        watcher = threading.Thread(target=wait, args=(ended,), daemon=True)
        watcher.start()
        try:
            yield
        finally:
            ended.set()
            watcher.join(10)

    return watching()


# -- the store -----------------------------------------------------------------------------------------------------


@contextlib.contextmanager
def _held(here: Bench) -> Iterator[None]:
    with contextlib.closing(sqlite3.connect(here.database, isolation_level=None)) as connection:
        connection.execute("begin immediate")
        yield
        connection.execute("rollback")


def database_held(here: Bench) -> Prepared:
    return Prepared(_held(here))


def database_held_while_reading(here: Bench) -> Prepared:
    held = contextlib.ExitStack()

    def hold() -> None:
        connection = sqlite3.connect(here.database, isolation_level=None, check_same_thread=False)
        connection.execute("begin immediate")
        held.callback(connection.close)

    watching = at_request(here, "records", hold)
    held.enter_context(watching)
    return Prepared(held)


def _restored(here: Bench) -> Callable[[], object]:
    def restore() -> None:
        done = here.elearn("restore", "--json")
        assert done.code == 0, done.stdout + done.stderr

    return restore


def database_damaged(here: Bench) -> Prepared:
    data = bytearray(here.database.read_bytes())
    data[4096:] = bytes(each ^ 0x5A for each in data[4096:])
    here.database.write_bytes(data)
    return Prepared(after=_restored(here))


def database_replaced(here: Bench) -> Prepared:
    here.database.write_text("這不是資料庫。" * 500, "utf-8")
    return Prepared(after=_restored(here))


def database_halved(here: Bench) -> Prepared:
    data = here.database.read_bytes()
    here.database.write_bytes(data[: len(data) // 2])
    return Prepared(after=_restored(here))


def database_newer(here: Bench) -> Prepared:
    with contextlib.closing(sqlite3.connect(here.database)) as connection:
        (version,) = connection.execute("select version_num from alembic_version").fetchone()
    _sql(here, "update alembic_version set version_num = '9999'")
    return Prepared(after=lambda: _sql(here, f"update alembic_version set version_num = '{version}'"))


def home_of_the_real_portal(here: Bench) -> Prepared:
    _sql(here, "update meta set value = 'real' where key = 'mode'")
    return Prepared()


def _attempted(here: Bench, outcome: str | None) -> Prepared:
    from agent.store import Store

    with Store.open(here.database) as store:
        made = store.submit_attempt(here.gateway, "", "replica", now())
        if outcome is not None:
            store.answer_attempt(made, outcome, now())
    return Prepared()


def refused_before(here: Bench) -> Prepared:
    return _attempted(here, "refused")


def unanswered_before(here: Bench) -> Prepared:
    return _attempted(here, None)


def session_damaged(here: Bench) -> Prepared:
    (here.home / "session.bin").write_bytes(os.urandom(300))
    kept = json.loads(_entries(here).read_text())
    kept["elearn-agent-replica/session-key"] = "A" * 43 + "="
    _entries(here).write_text(json.dumps(kept))
    return Prepared()


# -- the disk ------------------------------------------------------------------------------------------------------


@cache
def _own_mounts() -> tuple[str, ...]:
    """The words that give a process mounts of its own. Root needs no more, others a user namespace."""
    for words in (("unshare", "--mount"), ("unshare", "--mount", "--map-root-user")):
        tried = subprocess.run(
            [*words, "mount", "-t", "tmpfs", "none", "/mnt"], capture_output=True, check=False
        )
        if tried.returncode == 0:
            return words
    return ()


def home_read_only(here: Bench) -> Prepared:
    """By a read-only mount that only the run sees; where nobody may mount, by the folder's rights, which bind all but root."""
    if _own_mounts():
        mounts = 'mount --bind "$0" "$0"; mount -o remount,bind,ro "$0"; exec "$@"'
        return Prepared(more={"within": (*_own_mounts(), "sh", "-ec", mounts, str(here.home))})
    assert os.geteuid() != 0, "root without mounts cannot have a read-only folder"
    here.home.chmod(0o555)
    return Prepared(after=lambda: here.home.chmod(0o700))


# The home on a file system of its own with so many KiB left, seen by the run alone and copied back afterwards.
_SMALL = """\
free=$1; shift
mkdir "$0.full"
mount -t tmpfs -o size=64m none "$0.full"
cp -a "$0/." "$0.full"
mount --move "$0.full" "$0"
left=$(df -k --output=avail "$0" | tail -1)
head -c $(((left - free) * 1024)) /dev/zero >"$0/ballast" || true
code=0; "$@" || code=$?
rm "$0/ballast"
mkdir -p "$0.after"
cp -a "$0/." "$0.after"
exit $code
"""


def _with_space_left(here: Bench, kilobytes: int) -> Prepared:
    """A full disk (ENOSPC); where nobody may mount, a limit on the size of any file, by which writing fails as well."""
    if not _own_mounts():
        largest = here.database.stat().st_size // 1024 if kilobytes < 300 else kilobytes // 4
        limited = f'ulimit -S -f {largest}; exec "$@"'
        return Prepared(more={"within": ("bash", "-c", limited, "bash")})

    def back() -> None:
        shutil.rmtree(here.home)
        here.home.with_name(f"{here.home.name}.after").rename(here.home)

    words = (*_own_mounts(), "sh", "-ec", _SMALL, str(here.home), str(kilobytes))
    return Prepared(more={"within": words}, after=back)


def disk_full(here: Bench) -> Prepared:
    return _with_space_left(here, 0)


# -- another run, and the clock ------------------------------------------------------------------------------------


def another_run(here: Bench) -> Prepared:
    """The first run waits on the portal while the second one starts."""
    path, _ = STEPS["area"]
    here.replica.state.behave(faults={path: Fault(delay=3.0, times=1)})
    own = {name: value for name, value in os.environ.items() if not name.startswith("ELEARN_")}
    first = subprocess.Popen(
        [sys.executable, "-m", "agent", "sync", "--json"],
        cwd=ROOT,
        env={**own, **here.elearn.env, "ELEARN_HOME": str(here.home)},
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    end = time.monotonic() + 30
    while not any(each.path == path for each in list(here.replica.requests)) and time.monotonic() < end:
        time.sleep(0.02)

    def ended() -> None:
        said, _ = first.communicate(timeout=60)
        assert first.returncode == 0, said
        assert json.loads(said)["run"]["records"] == NOW

    return Prepared(after=ended)


def clock_set_back(here: Bench) -> Prepared:
    """As it looks to a run whose clock stands a year before the last one: what is stored lies in the future."""
    later = "strftime('%Y-%m-%dT%H:%M:%S', substr({0}, 1, 19), '+400 days') || substr({0}, 20)"
    times = (
        ("run", "started_at"),
        ("run", "finished_at"),
        ("version", "seen_at"),
        ("read_year", "taken_at"),
        ("page", "taken_at"),
        ("attempt", "submitted_at"),
        ("attempt", "answered_at"),
    )
    _sql(
        here,
        *(
            f"update {table} set {name} = {later.format(name)} where {name} is not null"
            for table, name in times
        ),
    )
    with contextlib.closing(sqlite3.connect(here.database)) as connection:
        (newest,) = connection.execute("select max(taken_at) from read_year").fetchone()
    assert newest[:10] > (now() + timedelta(days=390)).date().isoformat()
    return Prepared()


# No clock can be set for one process alone here, so the one module that asks it is told another time after a while.
_JUMPING = """\
import agent.clock as clock, datetime, time
started, now = time.monotonic(), clock.now
clock.now = lambda: now() + datetime.timedelta(days={days} if time.monotonic() - started > 1 else 0)
"""


def _jumping(here: Bench, days: int) -> Prepared:
    folder = here.folder / "jumping"
    folder.mkdir()
    (folder / "sitecustomize.py").write_text(_JUMPING.format(days=days))
    path = os.pathsep.join((str(folder), str(ROOT), here.elearn.env["PYTHONPATH"]))
    return Prepared(more={"env": {"PYTHONPATH": path}})


def clock_jumps_back(here: Bench) -> Prepared:
    return _jumping(here, -1)


def clock_jumps_ahead(here: Bench) -> Prepared:
    return _jumping(here, 3650)


# -- the browser ---------------------------------------------------------------------------------------------------


def browser_missing(here: Bench) -> Prepared:
    return Prepared(more={"env": {"ELEARN_BROWSER": "/no/such/browser"}})


def _browser(here: Bench, does: str) -> Prepared:
    path = here.folder / "another browser"
    path.write_text(f"#!/bin/sh\n{does}\n")
    path.chmod(0o755)
    return Prepared(more={"env": {"ELEARN_BROWSER": str(path)}})


def browser_ends(here: Bench) -> Prepared:
    return _browser(here, "exit 1")


def browser_silent(here: Bench) -> Prepared:
    return _browser(here, "exec sleep 120")


def browsers(here: Bench) -> list[psutil.Process]:
    """The browser processes of this bench alone: they were told where its replica is."""
    found = []
    for each in psutil.process_iter(["cmdline"]):
        line = " ".join(each.info["cmdline"] or [])  # one that renames itself is given in other pieces
        if "--host-resolver-rules" in line and here.replica.address in line:
            found.append(each)
    return found


def _kill_browser(here: Bench) -> None:
    for each in browsers(here):
        with contextlib.suppress(psutil.NoSuchProcess):
            each.kill()


def browser_dies_at_the_form(here: Bench) -> Prepared:
    return Prepared(at_request(here, "form", lambda: _kill_browser(here)))


def browser_dies_at_the_submission(here: Bench) -> Prepared:
    return Prepared(at_request(here, "submit", lambda: _kill_browser(here)))


def browser_dies_while_reading(here: Bench) -> Prepared:
    return Prepared(at_request(here, "page", lambda: _kill_browser(here)))


def interrupted(here: Bench) -> Prepared:
    def interrupt() -> None:
        for each in psutil.Process().children():
            if "agent" in each.cmdline():
                each.send_signal(signal.SIGINT)

    return Prepared(at_request(here, "page", interrupt))


def no_temporary_folder(here: Bench) -> Prepared:
    return Prepared(more={"env": {"TMPDIR": "/no/such/folder"}})


# -- keyring and settings ------------------------------------------------------------------------------------------


def _entries(here: Bench) -> Any:
    from pathlib import Path

    return Path(here.elearn.env["KEPT_IN_A_FILE"])


def no_credential(here: Bench) -> Prepared:
    _entries(here).unlink()
    return Prepared()


def credential_damaged(here: Bench) -> Prepared:
    _entries(here).write_text(json.dumps({f"elearn-agent-replica/{here.gateway}": "{"}))
    return Prepared()


def no_keyring(here: Bench) -> Prepared:
    return Prepared(more={"env": {"PYTHON_KEYRING_BACKEND": "keyring.backends.fail.Keyring"}})


_LOCKED = """\
from keyring.backend import KeyringBackend
from keyring.errors import KeyringLocked
class Keyring(KeyringBackend):
    priority = 1
    def get_password(self, service, username): raise KeyringLocked("locked")
    set_password = delete_password = get_password
"""


def keyring_locked(here: Bench) -> Prepared:
    """A real Secret Service that is locked is shown elsewhere; here a back end that answers as that one does."""
    folder = here.folder / "locked"
    folder.mkdir()
    (folder / "locked_keyring.py").write_text(_LOCKED)
    return Prepared(
        more={"env": {"PYTHONPATH": str(folder), "PYTHON_KEYRING_BACKEND": "locked_keyring.Keyring"}}
    )


def settings_broken(here: Bench) -> Prepared:
    (here.home / "config.toml").write_text('gateway = "ecpa"\nplan = \n', "utf-8")
    return Prepared()


def gateway_unknown(here: Bench) -> Prepared:
    (here.home / "config.toml").write_text('gateway = "nowhere"\n', "utf-8")
    return Prepared()

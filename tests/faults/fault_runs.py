"""The fault suite's table and how one of its rows is run: the command as a process, in Chromium, against the replica."""

from __future__ import annotations

import contextlib
import shutil
import sqlite3
import tomllib
from dataclasses import dataclass, field, replace
from functools import cache
from pathlib import Path
from typing import Any

from filelock import FileLock
from whole_runs import (
    EVIL,
    PASSWORD,
    Behaviour,
    Elearn,
    Ran,
    Traces,
    accounts,
    contents,
    digests,
    few,
    found_in,
    state,
)

from scrapers.installed import find_browser
from scrapers.replica import Fault, Replica, State

FOLDER = Path(__file__).parent
WHERE = {"gateway": "登入網站", "portal": "平臺", "store": "紀錄資料庫", "machine": "這台電腦"}
BEFORE, NOW = (
    4,
    5,
)  # records the home knows, and rows the portal shows: what is saved by mistake would be seen
# What resolves besides the three hosts, though nothing may be asked of it: foreign, and made to be taken for a gateway.
LOOK_ALIKES = (f"ecpa.dgpa.gov.tw.{EVIL}", "ecpa-dgpa.gov.tw", "xn--cpa-qdd.dgpa.gov.tw")
# Where each step of a run is asked for: a path, and how often it was asked before.
STEPS = {
    "home": ("/mooc/index.php", 0),
    "landed": ("/mooc/index.php", 1),
    "chooser": ("/mooc/co_login_dialog.php", 0),
    "area": ("/mooc/user/learn_dashboard.php", 0),
    "records": ("/mooc/user/learn_stat.php", 0),
    "year": ("/mooc/user/learn_stat.php", 1),
    "page": ("/mooc/user/learn_stat.php", 2),
    "log_out": ("/logout.php", 0),
}
GATEWAY_STEPS = {
    "ecpa": {
        "entry": ("/uIAM/clogin.asp", 0),
        "form": ("/webform/clogin.aspx", 0),
        "submit": ("/Home/GetApTicketV2", 0),
        "landing": ("/sso_verify.php", 0),
    },
    "egov": {
        "guide": ("/mooc/co_gov_login_guide.php", 0),
        "entry": ("/portal/Clogin.aspx", 0),
        "form": ("/portal/Clogin.aspx", 1),
        "submit": ("/portal/Clogin.aspx", 2),
        "landing": ("/egov_login.php", 0),
    },
}
# The tables that hold what is known; the books of runs and submissions grow with every run.
KNOWN = ("record", "version", "sighting", "read_year", "page", "unread", "claim", "claim_event")


@dataclass(frozen=True)
class Row:
    """One fault, as the table states it. `sent` is how often the password left (`resent`: Chromium may send it once more by
    itself, when a connection it had opened ahead of need breaks before any answer); `records` what the home holds afterwards.

    `switches` are the replica's, `at` its faults by step; `prepare` names a function of `preparing`. `said` stands in the
    message or its remedy. `next` is how the run after it ends, where the trouble is over but nobody has acted. A `long` one runs with `make soak`.
    """

    key: str
    where: str
    text: str
    english: str
    code: int
    kind: str = "ok"
    sent: int = 1
    resent: bool = False
    records: int = BEFORE
    gateways: tuple[str, ...] = ("ecpa", "egov")
    patience: float = 30
    switches: dict[str, Any] = field(default_factory=dict)
    at: dict[str, dict[str, Any]] = field(default_factory=dict)
    shown: str = "plain"
    official: bool = True
    prepare: str = ""
    said: str = ""
    next: int = 0
    refused: tuple[str, ...] = ()
    long: bool = False

    def behaviour(self, gateway: str) -> Behaviour:
        """The replica's switches for this gateway."""
        faults = {}
        for step, what in self.at.items():
            path, after = {**STEPS, **GATEWAY_STEPS[gateway]}[step]
            faults[path] = Fault(**{"after": after, **what})
        return Behaviour(**{**_tuples(self.switches), "faults": faults})


def _tuples(switches: dict[str, Any]) -> dict[str, Any]:
    return {name: tuple(each) if isinstance(each, list) else each for name, each in switches.items()}


@cache
def rows() -> tuple[Row, ...]:
    """The whole table, in the order of the files and in them. Raises TypeError for a field nobody knows."""
    found: list[Row] = []
    for where in WHERE:
        for each in tomllib.loads((FOLDER / f"{where}.toml").read_text("utf-8"))["fault"]:
            found.append(Row(where=where, **_tuples(each)))
    return tuple(found)


# -- what the portal shows -----------------------------------------------------------------------------------------


def _many(count: int) -> list[Any]:
    plain = few(1)[0]
    return [
        replace(
            plain,
            title=f"課程{at:05} (MANY{at:09})",
            course_id=f"{20_000_000 + at}",
            period=f"2023-{1 + at % 12:02}-{1 + at % 28:02} 18:00:00~2023-{1 + at % 12:02}-{1 + at % 28:02} 19:{at % 60:02}:00",
        )
        for at in range(count)
    ]


def shown(row: Row, gateway: str) -> State:
    """The replica's state for a row: one record more than the home knows, three rows a page."""
    records = few(NOW)
    match row.shown:
        case "another year":  # the year that is shown for every other has rows
            records = [replace(each, year=2024) for each in records[:2]] + records[2:]
        case "unread":
            records[NOW - 1] = replace(records[NOW - 1], hours="二")
        case "shrunk":
            records = records[:2]
        case "nothing":
            records = []
        case "changed":
            records[0] = replace(records[0], upload="失敗")
        case "2000 rows" | "10000 rows":
            records = [*few(BEFORE), *_many(row.records - BEFORE)]
    given = state(records)
    given.behaviour = row.behaviour(gateway)
    given.accounts = accounts(
        "TEST-000002" if row.shown == "another person" else "TEST-000001", official=row.official
    )
    given.rows = {each.platform_id: records for each in given.accounts}
    given.page_size = 10_000 if row.shown.endswith("rows") else 3
    given.extra_hosts = (EVIL, *LOOK_ALIKES)
    return given


# -- the command ---------------------------------------------------------------------------------------------------

BROWSER = """\
#!/bin/bash
# The installed browser, for which the foreign hosts of these tests do resolve: to the replica, which would book a request.
ulimit -S -f unlimited
for each; do
  words+=("${{each/MAP \\* ~NOTFOUND/{rules},MAP * ~NOTFOUND}}")
done
exec {browser} "${{words[@]}}"
"""


@dataclass
class Bench:
    """One home, one replica and the command that joins them, with all that the runs left behind."""

    folder: Path
    elearn: Elearn
    replica: Replica
    gateway: str

    @property
    def home(self) -> Path:
        return self.elearn.home

    @property
    def database(self) -> Path:
        return self.home / "elearn.sqlite3"

    def known(self) -> dict[str, list[Any]]:
        """Every row of what is known, by table."""
        with contextlib.closing(sqlite3.connect(f"file:{self.database}?mode=ro", uri=True)) as connection:
            return {
                name: connection.execute(f"select * from {name} order by 1, 2").fetchall() for name in KNOWN
            }

    def sync(self, **more: Any) -> Ran:
        """One run."""
        return self.elearn("sync", "--json", **more)


def new_bench(
    folder: Path, given: State, gateway: str, template: Path | None, keyring: dict[str, str]
) -> Bench:
    """A home (a copy of the template's, where there is one) before a replica that is already running."""
    replica = Replica(given).__enter__()
    home = folder / "王 小明的資料夾"
    if template is not None:
        shutil.copytree(template, home)
        home.chmod(0o700)
    port = replica.address
    browser = folder / "browser"
    rules = ",".join(f"MAP {host}:443 {port}" for host in (EVIL, *LOOK_ALIKES))
    browser.write_text(BROWSER.format(rules=rules, browser=find_browser()))
    browser.chmod(0o755)
    env = {
        **keyring,
        "ELEARN_REPLICA": replica.address,
        "ELEARN_REPLICA_KEY": replica.key,
        "ELEARN_BROWSER": str(browser),
        "XDG_STATE_HOME": str(folder / "state"),  # the book of submissions that a person's homes share
    }
    elearn = Elearn(home, env, Traces(folder))
    elearn.configure(gateway)
    elearn.put_credential(gateway)
    return Bench(folder, elearn, replica, gateway)


# -- what must hold after any run ----------------------------------------------------------------------------------


def no_secret(bench: Bench, said: list[bytes], template: Path | None) -> None:
    """The password stands in no spelling in anything a run left or said."""
    known = digests(template) if template else frozenset()
    found = [
        f"{name}: {each}"
        for folder in (bench.home, bench.folder / "tmp")
        for name, data in contents(folder, known)
        for each in found_in(data, PASSWORD)
    ]
    assert found == []
    assert [found_in(each, PASSWORD) for each in said if found_in(each, PASSWORD)] == []


def unharmed(bench: Bench) -> None:
    """The database is whole, every page it names is on disk as it was written, nothing is half written, the lock is free."""
    with contextlib.closing(sqlite3.connect(bench.database)) as connection:
        assert connection.execute("pragma integrity_check").fetchall() == [("ok",)]
        assert connection.execute("pragma foreign_key_check").fetchall() == []
        kept = connection.execute("select html_path, html_sha256, pdf_path, pdf_sha256 from page").fetchall()
    import hashlib

    for html, html_hash, pdf, pdf_hash in kept:
        for path, digest in ((html, html_hash), (pdf, pdf_hash)):
            if path is not None:
                assert hashlib.sha256((bench.home / path).read_bytes()).hexdigest() == digest, path
    with FileLock(bench.home / ".lock", timeout=0):
        pass


def stayed(before: dict[str, list[Any]], after: dict[str, list[Any]]) -> None:
    """No record and no version of one is gone."""
    assert {each[0] for each in before["record"]} <= {each[0] for each in after["record"]}
    assert {each[0] for each in before["version"]} <= {each[0] for each in after["version"]}

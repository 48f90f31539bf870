"""Whole runs for these tests: the command as a process, `sync` in a thread of its own, and the search for a password."""

from __future__ import annotations

import base64
import contextlib
import hashlib
import itertools
import json
import os
import secrets
import sqlite3
import subprocess
import sys
import threading
import zipfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from io import BytesIO
from pathlib import Path
from typing import Any
from urllib.parse import quote, quote_plus

from agent.home import Home, open_home
from agent.settings.config import Settings
from agent.store import Store
from agent.syncing import Order, RunReport, sync
from rules.errors import ElearnError
from rules.person import Person
from scrapers.browser import GuardedBrowser
from scrapers.credential import Credential
from scrapers.mode import Mode
from scrapers.replica import DEMO_ACCOUNT, Account, Behaviour, Replica, State
from scrapers.replica.state import Row, demo_rows

ROOT = Path(__file__).parents[2]
# Every character of it is written differently by some encoding: a percent sign, a plus, a slash, a blank, two scripts.
PASSWORD = "pä ss+Wörd/測試%21"
PLAN = ("--plan", "kaohsiung-112", "--on", "112/8/31")
PERSON_ID = "TEST-000001"
HOSTS = {"elearn.hrd.gov.tw", "ecpa.dgpa.gov.tw", "www.cp.gov.tw"}
EVIL = "evil.example.test"
CONFIG = """\
gateway = "{gateway}"
[person]
name = "測試員"
category = "編制內公務人員"
[portal]
patience = {patience}
"""
# A keyring for machines without a Secret Service: it lies outside of everything that is searched for the password.
BACKEND = '''\
"""Keeps secrets in a file, in clear: for tests only. HELD_BEFORE: a part of a path; each file there takes five seconds to open."""
import json, os, pathlib, sys, time
from keyring.backend import KeyringBackend
HELD = os.environ.get("HELD_BEFORE")
if HELD:
    sys.addaudithook(lambda event, args: time.sleep(5) if event == "open" and HELD in str(args[0]) else None)
class Keyring(KeyringBackend):
    priority = 1
    path = pathlib.Path(os.environ.get("KEPT_IN_A_FILE", "/nonexistent"))
    def _all(self):
        return json.loads(self.path.read_text()) if self.path.exists() else {}
    def get_password(self, service, username):
        return self._all().get(f"{service}/{username}")
    def set_password(self, service, username, password):
        self.path.write_text(json.dumps({**self._all(), f"{service}/{username}": password}))
    def delete_password(self, service, username):
        kept = self._all(); kept.pop(f"{service}/{username}"); self.path.write_text(json.dumps(kept))
'''


# -- the replica ---------------------------------------------------------------------------------------------------


def accounts(platform_id: str = PERSON_ID, *, official: bool = True) -> list[Account]:
    """The test account of both gateways, with the password that encodes differently everywhere."""
    return [
        Account(key, password=PASSWORD, platform_id=platform_id, official=official)
        for key in ("ecpa", "egov")
    ]


def state(rows: list[Row] | None = None, **behaviour: Any) -> State:
    """A replica of a person with these rows (the demonstration's without any), whose password is `PASSWORD`."""
    shown = demo_rows() if rows is None else rows
    return State(accounts=accounts(), rows={PERSON_ID: shown}, behaviour=Behaviour(**behaviour))


def few(count: int = 4) -> list[Row]:
    """The first rows of the demonstration, for runs that need not be long."""
    return demo_rows()[:count]


# -- the command as a process --------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Ran:
    """What a finished process left."""

    args: tuple[str, ...]
    code: int
    stdout: str
    stderr: str

    def json(self) -> Any:
        """Standard output as one JSON document."""
        return json.loads(self.stdout)

    @property
    def error(self) -> Any:
        """The error document of a failing command."""
        return self.json()["error"]


@dataclass
class Traces:
    """Everything that these tests made: folders on disk, what was printed, and how processes were called."""

    folder: Path
    said: list[bytes] = field(default_factory=list)
    called: set[bytes] = field(default_factory=set)


@dataclass
class Elearn:
    """The command `elearn` with one home. Calling it runs one process and keeps what it said."""

    home: Path
    env: Mapping[str, str]
    traces: Traces

    def __call__(
        self,
        *args: str | Path,
        input: str = "",  # noqa: A002 - as subprocess.run calls it
        env: Mapping[str, str] | None = None,
        watch: bool = False,
        within: Sequence[str] = (),
        timeout: float = 120,
    ) -> Ran:
        temporary = self.traces.folder / "tmp"
        temporary.mkdir(exist_ok=True)
        own = {name: value for name, value in os.environ.items() if not name.startswith("ELEARN_")}
        state = {"XDG_STATE_HOME": str(self.traces.folder / "state"), "TMPDIR": str(temporary)}
        own |= {"ELEARN_HOME": str(self.home), **state, **self.env, **(env or {})}
        process = subprocess.Popen(
            [*within, sys.executable, "-m", "agent", *map(str, args)],
            cwd=ROOT,
            env=own,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        )
        ended = threading.Event()
        watcher = threading.Thread(target=self._watch, args=(ended,), daemon=True)
        if watch:
            watcher.start()
        out, err = process.communicate(input.encode(), timeout=timeout)
        ended.set()
        self.traces.said += [out, err]
        return Ran(tuple(map(str, args)), process.returncode, out.decode(), err.decode())

    def _watch(self, ended: threading.Event) -> None:
        while not ended.wait(0.1):
            self.traces.called |= set(command_lines())

    def configure(self, gateway: str = "ecpa", patience: float = 20, more: str = "") -> None:
        """Write the settings of this home."""
        self.home.mkdir(mode=0o700, parents=True, exist_ok=True)
        (self.home / "config.toml").write_text(
            CONFIG.format(gateway=gateway, patience=patience) + more, encoding="utf-8"
        )

    def put_credential(self, gateway: str = "ecpa", password: str = PASSWORD, key: str = "") -> None:
        """The replica's credential straight into the keyring file, as `set_credential` would put it there."""
        entry = {"account": DEMO_ACCOUNT, "password": password, "key": key or secrets.token_hex(32)}
        kept = {f"elearn-agent-replica/{gateway}": json.dumps(entry)}
        Path(self.env["KEPT_IN_A_FILE"]).write_text(json.dumps(kept), encoding="utf-8")

    def set_credential(self, gateway: str = "ecpa", password: str = PASSWORD) -> Ran:
        """`elearn credentials set`, with the password on standard input."""
        words = ("credentials", "set", gateway, "--account", DEMO_ACCOUNT, "--password-stdin", "--json")
        return self(*words, input=f"{password}\n")


def command_lines() -> Iterator[bytes]:
    """How every process of this machine was called, and with which environment where that can be read."""
    for each in Path("/proc").glob("[0-9]*"):
        for name in ("cmdline", "environ"):
            try:
                yield (each / name).read_bytes()
            except OSError:
                continue


# -- `sync` in this process ----------------------------------------------------------------------------------------


@dataclass
class Ended:
    """How a run ended: its report, or its error."""

    report: RunReport | None = None
    error: ElearnError | None = None

    @property
    def code(self) -> int:
        return self.error.code if self.error else 0

    @property
    def kind(self) -> str:
        return self.error.kind if self.error else "ok"

    @property
    def message(self) -> str:
        return self.error.message if self.error else ""


class OneCredential:
    """A credential source that asks no keyring, and counts how often it was asked."""

    def __init__(self) -> None:
        self.asked = 0

    def read(self, gateway: str) -> Credential:
        self.asked += 1
        return Credential(DEMO_ACCOUNT, PASSWORD)


@dataclass
class Desk:
    """One home and one replica. Names that its certificate is good for besides the three hosts do resolve."""

    home: Home
    replica: Replica
    settings: Settings
    opened: int = 0

    def sync(
        self,
        gateway: str = "ecpa",
        years: tuple[int, ...] = (),
        *,
        key: str | None = None,
        mode: Mode | None = None,
    ) -> Ended:
        """One run in a thread of its own: Playwright's own event loop may be alive in the tests' thread."""
        world = mode or Mode(self.replica.address, key or self.replica.key)
        order = Order(self.home, self.settings, world, OneCredential(), gateway, years=years)

        def run() -> Ended:
            with Store.open(self.home.database) as store:
                try:
                    return Ended(report=sync(store, order))
                except ElearnError as why:
                    return Ended(error=why)

        return in_thread(run)

    def browser(self, *args: Any, **kwargs: Any) -> GuardedBrowser:
        """Stands in for the run's `GuardedBrowser`: the same, counted, and foreign names of the replica resolve."""
        self.opened += 1
        return GuardedBrowser(*args, **{**kwargs, "resolving": frozenset(self.replica.state.extra_hosts)})

    @property
    def records(self) -> list[Any]:
        """Every record of the home."""
        with Store.open(self.home.database) as store:
            return store.records()

    @property
    def foreign(self) -> list[Any]:
        """Every request that reached another host than the three."""
        return [each for each in self.replica.requests if each.host not in HOSTS]


def new_desk(folder: Path, replica: Replica, patience: float = 15) -> Desk:
    """A fresh home at this path."""
    person = Person("測試員", "", "", "", "編制內公務人員")
    return Desk(open_home(folder), replica, Settings(patience=patience, person=person))


def in_thread(work: Callable[[], Any]) -> Any:
    """The result of this work, done in a thread of its own."""
    with ThreadPoolExecutor(1) as pool:
        return pool.submit(work).result()


def tables(database: Path, *but: str) -> dict[str, list[Any]]:
    """Every row of every table, without these tables."""
    with sqlite3.connect(f"file:{database}?mode=ro", uri=True) as connection:
        names = [row[0] for row in connection.execute("select name from sqlite_master where type = 'table'")]
        found = {
            name: connection.execute(f'select * from "{name}"').fetchall()
            for name in names
            if name not in but
        }
    connection.close()
    return found


def zipped(folder: Path, to: Path) -> Path:
    """This folder as a zip file."""
    with zipfile.ZipFile(to, "w", zipfile.ZIP_DEFLATED) as archive:
        for path in sorted(folder.rglob("*")):
            if path.is_file():
                archive.write(path, path.relative_to(folder))
    return to


# -- the search ----------------------------------------------------------------------------------------------------


def spellings(secret: str) -> dict[str, bytes]:
    """The secret as it could be written: in any of these the search finds it."""
    found: dict[str, bytes] = {}
    for name in ("utf-8", "utf-16-le", "utf-16-be"):
        for word, text in (("", secret), ("reversed ", secret[::-1])):
            raw = text.encode(name)
            found[f"{word}{name}"] = raw
            found[f"{word}{name} hex"] = raw.hex().encode()
            found[f"{word}{name} HEX"] = raw.hex().upper().encode()
            for shift in range(3):
                # What stays the same wherever the secret begins: the characters that hold nothing but its bits.
                whole = base64.b64encode(b"\0" * shift + raw + b"\0" * 3)
                sure = whole[-(-shift * 8 // 6) + (1 if shift else 0) : (shift + len(raw)) * 8 // 6]
                found[f"{word}{name} base64 {shift}"] = sure
                found[f"{word}{name} base64url {shift}"] = sure.replace(b"+", b"-").replace(b"/", b"_")
    found |= {
        "url": quote(secret, safe="").encode(),
        "url lower": quote(secret, safe="").lower().encode(),
        "url plus": quote_plus(secret).encode(),
        "json": json.dumps(secret)[1:-1].encode(),
        "big5": secret.encode("big5hkscs", "ignore"),
        "latin": secret.encode("latin-1", "xmlcharrefreplace"),
        "xml": secret.encode("ascii", "xmlcharrefreplace"),
    }
    return found


def found_in(data: bytes, secret: str) -> list[str]:
    """Under which spellings the secret stands in these bytes."""
    return [name for name, written in spellings(secret).items() if written and written in data]


def with_password(traces: Traces) -> list[str]:
    """Where the password stands: in which file, in anything that was said, or in how a process was called."""
    places = [(f"said {at}", data) for at, data in enumerate(traces.said)]
    places += [(f"called {at}", data) for at, data in enumerate(traces.called)]
    return [
        f"{name}: {spelling}"
        for name, data in itertools.chain(places, contents(traces.folder))
        for spelling in found_in(data, PASSWORD)
    ]


def digests(folder: Path) -> frozenset[bytes]:
    """What tells each file below this folder."""
    return frozenset(
        hashlib.sha256(path.read_bytes()).digest() for path in folder.rglob("*") if path.is_file()
    )


def contents(folder: Path, known: frozenset[bytes] = frozenset()) -> Iterator[tuple[str, bytes]]:
    """Every file below this folder, and what is inside of zips, PDFs and databases as well; the same file once, `known` ones not."""
    seen = set(known)  # digests: a claim lies in many folders, to be spoiled, carried and packed
    for path in sorted(folder.rglob("*")):
        yield f"{path} (name)", str(path).encode()
        if path.is_file() and not path.is_symlink():
            yield from _unseen(str(path), path.read_bytes(), seen)


def _unseen(name: str, data: bytes, seen: set[bytes]) -> Iterator[tuple[str, bytes]]:
    digest = hashlib.sha256(data).digest()
    if digest not in seen:
        seen.add(digest)
        yield name, data
        yield from _inside(name, data, seen)


def _inside(name: str, data: bytes, seen: set[bytes]) -> Iterator[tuple[str, bytes]]:
    if data.startswith(b"PK\x03\x04"):
        try:
            with zipfile.ZipFile(BytesIO(data)) as archive:
                for each in archive.infolist():
                    if each.file_size < 64_000_000:
                        yield from _unseen(f"{name}!{each.filename}", archive.read(each), seen)
        except Exception as why:  # some tests damage a zip on purpose
            yield f"{name} ({why})", b""
    elif data.startswith(b"%PDF"):
        from pypdf import PdfReader

        try:
            reader = PdfReader(BytesIO(data))
            for number, page in enumerate(reader.pages, 1):
                yield f"{name} page {number}", page.extract_text().encode()
                yield (
                    f"{name} page {number} content",
                    page.get_contents().get_data() if page.get_contents() else b"",
                )
            yield f"{name} metadata", repr(reader.metadata).encode()
        except Exception as why:
            yield f"{name} ({why})", b""
    elif data.startswith(b"SQLite format 3\0"):
        with contextlib.suppress(sqlite3.DatabaseError):  # some tests damage a database on purpose
            for table, rows in tables(Path(name)).items():
                yield f"{name}:{table}", repr(rows).encode()

"""Homes with records in them, made without a browser: the demonstration's records saved as a run would save them."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from functools import cache
from pathlib import Path

import keyring.backend

from agent.home import Home, open_home
from agent.store import KeptFile, PageRead, Store, YearRead
from rules.record import LearningRecord, Origin

CONFIG = """\
plan = "kaohsiung-112"
[person]
name = "測試員"
category = "編制內公務人員"
"""
# An environment in which the commands believe a replica, that nobody asks.
REPLICA_ENV = {"ELEARN_REPLICA": "127.0.0.1:9", "ELEARN_REPLICA_KEY": "A" * 43 + "="}


class FileKeyring(keyring.backend.KeyringBackend):
    """Keeps secrets in a file, in clear: for tests only."""

    priority = 1

    def __init__(self, path: Path) -> None:
        super().__init__()
        self.path = path

    def _all(self) -> dict[str, str]:
        return json.loads(self.path.read_text()) if self.path.exists() else {}

    def get_password(self, service: str, username: str) -> str | None:
        return self._all().get(f"{service}/{username}")

    def set_password(self, service: str, username: str, password: str) -> None:
        self.path.write_text(json.dumps({**self._all(), f"{service}/{username}": password}))

    def delete_password(self, service: str, username: str) -> None:
        kept = self._all()
        kept.pop(f"{service}/{username}")
        self.path.write_text(json.dumps(kept))


@cache
def demo_records() -> tuple[LearningRecord, ...]:
    """The demonstration's records, as the page object reads them."""
    from scrapers.portals.elearn.record_page import LearningRecordPage
    from scrapers.replica import State
    from scrapers.replica.record_table import _PRINTED
    from scrapers.snapshot import Snapshot

    rows = State.demo().rows["TEST-000001"]
    table = "".join(
        f"<tr>{''.join(f'<td>{getattr(row, cell, 1)}</td>' for _, cell in _PRINTED)}</tr>" for row in rows
    )
    head = "".join(f"<th>{heading}</th>" for heading, _ in _PRINTED)
    records, unread = LearningRecordPage(Snapshot(f"<table><tr>{head}</tr>{table}</table>")).rows()
    assert not unread
    return tuple(records)


def save(
    home: Home,
    records: Sequence[LearningRecord],
    at: datetime,
    *,
    command: str = "sync",
    origin: Origin = Origin.REPLICA,
    complete: bool = True,
) -> int:
    """One good run that read these records on one page; the page's files lie in the run's folder."""
    with Store.open(home.database) as store:
        store.bind_mode("replica")
        run = store.start_run(command, at)
        text = repr(records).encode()
        folder = home.run_folder(run)
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "page-1.html").write_bytes(text)
        read = PageRead(
            number=1,
            url="https://elearn.hrd.gov.tw/mooc/user/learning_record.php",
            taken_at=at,
            origin=origin,
            content_sha256=hashlib.sha256(text).hexdigest(),
            records=tuple(replace(each, origin=origin) for each in records),
            unread=(),
            html=KeptFile.of(f"runs/{run:06d}/page-1.html", text),
            pdf=None,
        )
        total = len(records) if complete else None
        store.save_read(run, [YearRead(None, total, complete, (read,))], at=at, report={})
        return run


def end_badly(home: Home, outcome: str, code: int, at: datetime, command: str = "sync") -> int:
    """One run that ended so."""
    with Store.open(home.database) as store:
        store.bind_mode("replica")
        run = store.start_run(command, at)
        store.finish_run(run, outcome=outcome, exit_code=code, at=at, report={"message": "…"})
        return run


def new_home(path: Path, config: str = CONFIG) -> Home:
    """A home with these settings and nothing stored."""
    home = open_home(path)
    home.config.write_text(config, "utf-8")
    return home

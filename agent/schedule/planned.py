"""When the kept plan says the next run is, read without the scheduler: for those who only want to know."""

from __future__ import annotations

import contextlib
import sqlite3
from datetime import datetime
from pathlib import Path

from agent.clock import TAIPEI
from agent.home import Home

JOB = "nightly"


def store_path(home: Home) -> Path:
    """The scheduler's own file, apart from the records."""
    return home.path / "schedule.sqlite3"


def next_planned(home: Home) -> datetime | None:
    """The next planned run, aware, in Taipei; None where none is planned. Nothing in the file is unpickled."""
    path = store_path(home)
    if not path.exists():
        return None
    query = "SELECT next_run_time FROM apscheduler_jobs WHERE id = ?"
    try:
        with contextlib.closing(sqlite3.connect(path, timeout=2)) as connection:
            row = connection.execute(query, (JOB,)).fetchone()
    except sqlite3.Error:
        return None
    return datetime.fromtimestamp(row[0], TAIPEI) if row and row[0] is not None else None

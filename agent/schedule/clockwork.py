"""APScheduler, and nothing else: one stored job, which is kept over restarts so that a missed night is known.

Adding the job anew at every start would lose the missed run (measured with 3.11): it is started paused, the job added only
where it is missing, then resumed. The job store unpickles what it finds, so its file is this user's alone.
"""

from __future__ import annotations

import contextlib
import logging
import os
import secrets
import sqlite3
import sys
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from apscheduler.events import EVENT_JOB_ERROR, EVENT_JOB_MAX_INSTANCES, EVENT_JOB_MISSED
from apscheduler.jobstores.sqlalchemy import SQLAlchemyJobStore
from apscheduler.schedulers.background import BackgroundScheduler

from agent.clock import TAIPEI
from agent.home import Home
from agent.schedule.planned import JOB, store_path
from agent.schedule.timetable import DAY, Timetable
from agent.schedule.trigger import Nightly

_GRACE = timedelta(days=7)
_REFERENCE = "agent.schedule.nightly:call"
logging.getLogger("apscheduler").addHandler(logging.NullHandler())
logging.getLogger("apscheduler").propagate = False  # what it would say in English comes by its events


class Clockwork:
    """The scheduler of one home. `missed` is told of a night that could not be called for any more."""

    def __init__(self, home: Home, missed: Callable[[], None]) -> None:
        self._path = store_path(home)
        self._missed = missed
        self._scheduler: Any = None
        self.seed = ""  # what this home's jitter is drawn from, known once started

    def start(self, table: Timetable, now: datetime) -> None:
        """Begin; a night that was missed calls at once."""
        try:
            self._open()
        except (
            Exception
        ):  # whatever a damaged file makes SQLite, pickle or APScheduler raise; it holds a plan and no more
            if self._scheduler.running:
                self.stop()
            self._path.unlink(missing_ok=True)
            self._open()
        if self._job() is None:
            self._scheduler.add_job(
                _REFERENCE,
                Nightly(table.at, table.jitter, secrets.token_hex(4)),
                id=JOB,
                coalesce=True,
                max_instances=1,
                misfire_grace_time=int(_GRACE.total_seconds()),
            )
        self.seed = str(self._job().trigger.seed)
        self.follow(table, now)
        self._scheduler.resume()

    def _open(self) -> None:
        _make_private(self._path)
        store = SQLAlchemyJobStore(
            # Not as an address: in one "?" and "%" would mean something, in a folder's name they do not.
            url="sqlite://",
            engine_options={
                "creator": lambda: sqlite3.connect(self._path, timeout=5, check_same_thread=False)
            },
        )
        self._scheduler = BackgroundScheduler(jobstores={"default": store}, timezone=TAIPEI)
        watched = EVENT_JOB_MISSED | EVENT_JOB_MAX_INSTANCES | EVENT_JOB_ERROR
        self._scheduler.add_listener(lambda event: self._missed(), watched)
        self._scheduler.start(paused=True)
        self._job()

    def stop(self) -> None:
        """End; what is planned stays in the file."""
        self._scheduler.shutdown(wait=False)

    def follow(self, table: Timetable, now: datetime) -> None:
        """Take another hour or jitter over from the settings, and mend a plan that a clock running ahead had made.

        A run that is overdue stays overdue: it is called for, whatever the new hour.
        """
        job = self._job()
        wanted = Nightly(table.at, table.jitter, self.seed)
        changed = (job.trigger.at, job.trigger.jitter) != (wanted.at, wanted.jitter)
        planned = wanted.get_next_fire_time(None, now)
        too_far = job.next_run_time is None or job.next_run_time > now + 2 * DAY
        if changed or too_far:
            keep = job.next_run_time is not None and job.next_run_time <= now
            job.modify(trigger=wanted, next_run_time=job.next_run_time if keep else planned)
        self._scheduler.wakeup()

    def _job(self) -> Any:  # noqa: ANN401 - APScheduler has no types
        return self._scheduler.get_job(JOB)


def _make_private(path: Path) -> None:
    """The file, 0600. One that others could have written to is not read: it would be unpickled."""
    with contextlib.suppress(FileNotFoundError):
        found = path.lstat()
        foreign = sys.platform != "win32" and (found.st_uid != os.geteuid() or found.st_mode & 0o022)
        if foreign or not path.is_file() or path.is_symlink():
            path.unlink()
    os.close(os.open(path, os.O_CREAT | os.O_WRONLY, 0o600))
    path.chmod(0o600)

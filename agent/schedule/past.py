"""The runs of the past as the timetable sees them, read from the store only when it has changed."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from agent.home import Home
from agent.schedule.timetable import Past
from agent.store import Run, Store

SINCE = "schedule_since"  # when the agent was first started or installed here
_ENOUGH = 60  # runs: more than any night has
_BROKEN_OFF = ("interrupted", None)  # asked to stop, killed, power cut


def past_of(runs: list[Run]) -> tuple[Past, ...]:
    """The runs that logged in or tried to; an import reads no portal."""
    return tuple(
        Past(run.started_at, run.finished_at, None if run.outcome in _BROKEN_OFF else _code(run))
        for run in runs
        if run.command != "import"
    )


def _code(run: Run) -> int:
    return 0 if run.outcome == "ok" else (run.exit_code or 1)


class Watched:
    """The past of one home, kept in memory while its database stays as it is."""

    def __init__(self, home: Home) -> None:
        self._home = home
        self._seen: tuple[object, ...] | None = None
        self._past: tuple[Past, ...] = ()

    def past(self) -> tuple[Past, ...]:
        """As of now. Raises DatabaseUnusable. A home without a database has none, and gets none by being asked."""
        seen = self._signature()
        if seen != self._seen:
            self._past = self._read()
            self._seen = self._signature()
        return self._past

    def _read(self) -> tuple[Past, ...]:
        if not self._home.database.exists():
            return ()
        with Store.open(self._home.database) as store:
            return past_of(store.runs(_ENOUGH))

    def _signature(self) -> tuple[object, ...]:
        database = self._home.database
        return tuple(_stat(each) for each in (database, database.with_name(f"{database.name}-wal")))


def enter_failure(home: Home, code: int, said: str, started: datetime, ended: datetime, mode: str) -> None:
    """Enter a run that ended before it could enter itself (settings, keyring), so that it is shown and not repeated."""
    with Store.open(home.database) as store:
        store.bind_mode(mode)
        if any(run.started_at >= started and run.command != "import" for run in store.runs(5)):
            return
        run = store.start_run("sync", started)
        kind = KINDS.get(code, "unexpected")
        store.finish_run(run, outcome=kind, exit_code=code, at=ended, report={"message": said})


def mark_since(store: Store, now: datetime) -> None:
    """From now on silence counts, where nothing ever succeeds."""
    if store.get_meta(SINCE) is None:
        store.set_meta(SINCE, now.isoformat())


def since(store: Store, runs: list[Run]) -> datetime | None:
    """From when silence counts where nothing ever succeeded; None where nothing was ever tried or installed."""
    kept = store.get_meta(SINCE)
    first = [datetime.fromisoformat(kept)] if kept else []
    return min([*first, *(run.started_at for run in runs)], default=None)


KINDS = {2: "config", 16: "no_credential"}


def _stat(path: Path) -> tuple[int, int] | None:
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_mtime_ns, found.st_size

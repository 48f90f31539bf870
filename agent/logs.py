"""What a run did, as JSON lines in its folder: steps, hosts, statuses, counts, durations, outcome. Redacted, private, forgotten.

One object a line: `at` (Taipei), `event`, and what belongs to the event. Nothing a page says is logged, only how far the run
was; every value still passes the redaction by key, by shape and by the values this process knows.
"""

from __future__ import annotations

import json
import logging
import os
import time
import traceback
from collections.abc import Iterable, Mapping
from pathlib import Path
from types import TracebackType
from typing import Any

from agent import __version__, clock
from agent.home import Home, write_private
from rules.errors import ConfigError
from scrapers.redaction import Redactor

LOG = "log.jsonl"
ERROR = "error.log"
KEPT = 90  # logs of so many runs; pages and papers are no logs and stay


class _JsonLines(logging.Formatter):
    """A record as one line of JSON, redacted."""

    def __init__(self, redactor: Redactor) -> None:
        super().__init__()
        self._redactor = redactor

    def format(self, record: logging.LogRecord) -> str:
        """The line."""
        fields = self._redactor.value(getattr(record, "fields", {}))
        head = {"at": clock.now().isoformat(timespec="milliseconds"), "event": record.getMessage()}
        return json.dumps({**head, **fields}, ensure_ascii=False, default=str)


class RunLog:
    """The log of one run. Use as a context manager; called with an event and its values it writes a line.

    A log that cannot be written hinders no run: the run itself will say that the disk is full.
    """

    def __init__(self, home: Home, run: int) -> None:
        self.redactor = Redactor()
        self._home = home
        self._folder = home.run_folder(run)
        self._logger = logging.Logger(
            f"elearn.run.{run}"
        )  # not in logging's own tree: nobody else sees or sets it
        self._began = self._last = time.monotonic()
        self.step = ""

    def __enter__(self) -> RunLog:
        try:
            self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            handle = os.open(self._folder / LOG, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        except OSError:
            self._logger.addHandler(logging.NullHandler())
            return self
        stream = logging.StreamHandler(os.fdopen(handle, "w", encoding="utf-8"))
        stream.setFormatter(_JsonLines(self.redactor))
        stream.handleError = lambda record: None  # type: ignore[method-assign]  # the disk is full
        self._logger.addHandler(stream)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for handler in list(self._logger.handlers):
            self._logger.removeHandler(handler)
            if isinstance(handler, logging.StreamHandler):
                try:
                    handler.stream.close()
                except OSError:
                    continue
        forget_oldest(self._home)

    def __call__(self, event: str, **fields: Any) -> None:  # noqa: ANN401 - any JSON value
        """Write a line."""
        self._logger.info(event, extra={"fields": fields})

    def hide(self, *secrets: str) -> None:
        """These values stand in no line from now on."""
        self.redactor.hide(*secrets)

    def begin(self, **fields: Any) -> None:  # noqa: ANN401
        """The first line: what runs, and with which program."""
        self("begin", program=__version__, **fields)

    def tell(self, step: str, detail: str) -> None:
        """Progress, as the person sees it. A new step also says how long the one before took."""
        now = time.monotonic()
        self("step", step=step, detail=detail, seconds=round(now - self._last, 3))
        self._last, self.step = now, step

    def requests(
        self, made: Mapping[tuple[str, str, str], int], shown: Iterable[tuple[str, int]], refused: int
    ) -> None:
        """What was asked for, without queries: how often each (method, host, path), and each document with its status."""
        for (method, host, path), count in made.items():
            self("requests", method=method, host=host, path=path, count=count)
        for place, status in shown:
            self("document", place=place, status=status)
        self("refused", count=refused)

    def end(self, outcome: str, code: int, **counts: Any) -> None:  # noqa: ANN401
        """The last line: how it ended, after how long."""
        self("end", outcome=outcome, code=code, seconds=round(time.monotonic() - self._began, 3), **counts)

    def keep_traceback(self) -> str | None:
        """Where the traceback of what nobody foresaw lies, beside the log; None where it cannot be written."""
        return keep_traceback(self._folder / ERROR, self.redactor)


def forget_oldest(home: Home) -> None:
    """Remove the logs of runs beyond the newest; a folder that then is empty goes too."""
    for name in (LOG, ERROR):
        for old in sorted(home.runs.glob(f"*/{name}"), reverse=True)[KEPT:]:
            old.unlink(missing_ok=True)
            if not any(old.parent.iterdir()):
                old.parent.rmdir()


def keep_traceback(path: Path, redactor: Redactor | None = None) -> str | None:
    """The traceback of what is being handled, redacted, in this private file; its name, None where it cannot be written."""
    try:
        write_private(path, (redactor or Redactor()).text(traceback.format_exc()).encode())
    except (OSError, ConfigError):  # a full disk is the latter
        return None
    return str(path)

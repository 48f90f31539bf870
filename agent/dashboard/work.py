"""One piece of work at a time, in a thread of its own: its steps as they go, and a stop only where it is safe.

The run reports each step before it begins, and between two pages; a stop is obeyed at such a report. Between sending the
password and its answer there is none, so a stop never falls there.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

from agent.dashboard.progress import Ended, Progress, Step
from agent.logs import keep_traceback
from agent.stopping import Stopped
from rules.errors import ElearnError

RUN_STEPS = ("開啟瀏覽器", "登入", "讀取學習紀錄", "比對計畫與公餘時間", "製作文件")
_WITHIN = {"儲存紀錄": "讀取學習紀錄"}  # what a run calls a step of its own, and the page does not
_SLOW = 10.0  # seconds without news after which the page says that it is still waiting

Job = Callable[["Tell"], Ended]


class Worker:
    """The work of one page server. Every tab sees the same."""

    def __init__(self, log: Path) -> None:
        self._guard = threading.Lock()
        self._tell: Tell | None = None
        self._thread: threading.Thread | None = None
        self._count = 0
        self._log = log  # what nobody foresaw is kept there

    def start(self, kind: str, steps: Sequence[str], job: Job) -> bool:
        """Begin, unless something is under way already: then False, and that goes on."""
        with self._guard:
            if self._thread is not None and self._thread.is_alive():
                return False
            self._count += 1
            self._tell = tell = Tell(self._count, kind, steps)
            self._thread = threading.Thread(target=self._work, args=(job, tell), name=kind, daemon=True)
            self._thread.start()
            return True

    @property
    def progress(self) -> Progress | None:
        """The work under way, or how the last one ended; None before the first."""
        tell = self._tell
        return tell.progress() if tell is not None else None

    @property
    def is_busy(self) -> bool:
        """Whether something is under way."""
        progress = self.progress
        return progress is not None and progress.ended is None

    def stop(self) -> None:
        """Stop at the next safe place."""
        if self._tell is not None:
            self._tell.stop()

    def forget(self) -> None:
        """The last ending has been dealt with."""
        with self._guard:
            if not self.is_busy:
                self._tell = None

    def finish(self, seconds: float) -> None:
        """Stop, and wait so long for the safe place."""
        self.stop()
        if self._thread is not None:
            self._thread.join(seconds)

    def _work(self, job: Job, tell: Tell) -> None:
        try:
            tell.end(job(tell))
        except ElearnError as why:
            tell.end(Ended(why.code, why.kind, why.message, why.remedy, why.evidence))
        except Exception as why:  # whatever it is, the page must be able to say so
            kept = keep_traceback(self._log)
            tell.end(Ended(1, "unexpected", f"程式發生未預期的問題（{type(why).__name__}）。", evidence=kept))


class Tell:
    """What a job reports to: called with a step and a detail, as the run does. Raises Stopped where the person stopped it."""

    def __init__(self, number: int, kind: str, steps: Sequence[str]) -> None:
        self._guard = threading.Lock()
        self._number, self._kind = number, kind
        self._steps = [Step(name, "waiting") for name in steps]
        self._since = self._news = time.monotonic()
        self._waiting_since: float | None = None
        self._stop = threading.Event()
        self._ended: Ended | None = None

    def __call__(self, step: str, detail: str) -> None:
        """The work is at this step now."""
        with self._guard:
            self._waiting_since = None
            self._to(self._at(_WITHIN.get(step, step)), step, detail)
        self.must_go_on()

    def wait(self) -> None:
        """The work waits for another run."""
        with self._guard:
            self._waiting_since = self._waiting_since or time.monotonic()
        self.must_go_on()

    def must_go_on(self) -> None:
        """Raises Stopped where the person stopped the work."""
        if self._stop.is_set():
            raise Stopped("已依您的要求停止，沒有儲存任何變動。")

    def stop(self) -> None:
        """Ask for a stop."""
        self._stop.set()

    def end(self, ended: Ended) -> None:
        """The work is over."""
        with self._guard:
            last = "done" if ended.code == 0 else "halted"
            now = time.monotonic()
            self._steps = [
                replace(each, state=last, seconds=now - self._since) if each.state == "now" else each
                for each in self._steps
            ]
            self._ended = ended

    def progress(self) -> Progress:
        """The work as it stands."""
        with self._guard:
            now = time.monotonic()
            steps = tuple(
                replace(each, seconds=now - self._since) if each.state == "now" else each
                for each in self._steps
            )
            waiting = now - self._waiting_since if self._waiting_since is not None else None
            slow = self._ended is None and waiting is None and now - self._news > _SLOW
            return Progress(self._number, self._kind, steps, waiting, self._stop.is_set(), slow, self._ended)

    def _at(self, name: str) -> int:
        """Which step this is: by its name, or by the name it begins with (登入人事服務網)."""
        return next((at for at, each in enumerate(self._steps) if name.startswith(each.name)), -1)

    def _to(self, at: int, said: str, detail: str) -> None:
        now = time.monotonic()
        self._news = now
        if at < 0:
            return
        known = self._steps[at]
        name = said if said.startswith(known.name) else known.name
        if known.state == "now":
            self._steps[at] = replace(known, detail=detail or known.detail, name=name)
            return
        for before in range(at):
            if self._steps[before].state == "now":
                taken = now - self._since
                self._steps[before] = replace(self._steps[before], state="done", seconds=taken)
        self._since = now
        self._steps[at] = Step(name, "now", detail)

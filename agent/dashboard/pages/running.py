"""Starting and stopping the work, and the part of the page that shows it as it goes."""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Callable

from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import Response

from agent.dashboard import standing
from agent.dashboard.buttons import under_way
from agent.dashboard.desk import Desk
from agent.dashboard.jobs import JOBS, STEPS
from agent.dashboard.states import Standing
from agent.settings.config import read_settings
from rules.errors import ConfigError, ElearnError

_LAST_WORD = 1.5  # seconds in which the last page can still fetch how it looks


def start(kind: str) -> Callable[[Desk, FormData], Response]:
    """The change that starts this piece of work; where one is under way, the page shows that one."""

    def starting(desk: Desk, form: FormData) -> Response:
        del form
        return desk.go("/", "" if begin(desk, kind) else "另一項工作正在進行，請等它完成。")

    return starting


def begin(desk: Desk, kind: str) -> bool:
    """Start this piece of work, unless another is under way."""
    return desk.worker.start(kind, STEPS[kind], lambda tell: JOBS[kind](desk, tell))


def stop(desk: Desk, form: FormData) -> Response:
    """Stop at the next safe place."""
    del form
    desk.worker.stop()
    return desk.go("/")


def done(desk: Desk, form: FormData) -> Response:
    """What the work came to has been read."""
    desk.worker.forget()
    with contextlib.suppress(ElearnError), desk.store() as store:
        standing.set_aside(store)
    return desk.go(_local(str(form.get("then", "/"))))


def _local(address: str) -> str:
    return address if address.startswith("/") and not address.startswith("//") else "/"


def progress(desk: Desk, request: Request) -> Response:
    """The parts of the first page that change while work is under way."""
    del request
    found = desk.worker.progress
    shown = under_way(standing.at_work(Standing(), found))
    return desk.part("part_running.html", button=shown, progress=found, patience=patience(desk))


def patience(desk: Desk) -> int:
    """How many seconds a run waits for a page at most, as far as that is said."""
    try:
        return int(read_settings(desk.home.config).patience)
    except ConfigError:
        return 0


def end(desk: Desk, form: FormData) -> Response:
    """End the program, once the work under way has come to a safe place."""
    del form
    _end_soon(desk)
    return desk.page("ended.html", "", "程式已結束", is_renewed=False)


def renew(desk: Desk, form: FormData) -> Response:
    """Go on as the newer program that lies on disk: this page ends, and that one opens its own. Never in the middle of work."""
    del form
    if desk.worker.is_busy:
        return desk.go("/", "工作正在進行，請等它完成後再改用新版。")
    if desk.newer.program is None:
        return desk.go("/")
    desk.is_renewed = True
    _end_soon(desk)
    return desk.page("ended.html", "", "正在改用新版", is_renewed=True)


def _end_soon(desk: Desk) -> None:
    last = threading.Timer(_LAST_WORD, desk.end)
    last.daemon = True
    last.start()

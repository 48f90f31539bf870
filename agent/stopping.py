"""Being asked to stop: a run ends at its next step, never between a password and the answer to it."""

from __future__ import annotations

import contextlib
import signal
import threading
from collections.abc import Callable, Iterator
from types import FrameType

from rules.errors import ElearnError
from scrapers.errors import Unavailable

Tell = Callable[[str, str], None]
# What asks: SIGTERM at log-off and from the agent; on Windows there is only a console's break.
SIGNALS = tuple(getattr(signal, name) for name in ("SIGTERM", "SIGBREAK", "SIGHUP") if hasattr(signal, name))
KEYBOARD = (
    signal.SIGINT
)  # Ctrl-C: an exception at any point would be lost in a callback of the browser's driver


class Stopped(ElearnError):
    """Somebody asked the run to stop: the agent, or the system at log-off."""

    code = 1
    kind = "interrupted"


@contextlib.contextmanager
def heeding(tell: Tell) -> Iterator[Tell]:
    """`tell` for a run that heeds being asked to stop: the next step that is told is not begun, and Stopped is raised.

    The steps are told before the log-in and after it, so a password that was sent always gets its answer first. Ctrl-C asks
    likewise, and a second one does not wait; at a terminal it also ends the browser, whose end then is no error of its own.
    """
    asked = threading.Event()
    stopped = Stopped("已依要求停止，這次沒有儲存。", "原有紀錄沒有變動，下次會重新讀取。")

    def told(step: str, detail: str) -> None:
        if asked.is_set():
            raise stopped
        tell(step, detail)

    def ask(number: int, frame: FrameType | None) -> None:
        if number == KEYBOARD and asked.is_set():
            raise KeyboardInterrupt
        asked.set()

    with handling(ask, (*SIGNALS, KEYBOARD)):
        try:
            yield told
        except Unavailable as why:
            if asked.is_set():
                raise stopped from why
            raise


@contextlib.contextmanager
def handling(
    ask: Callable[[int, FrameType | None], None], signals: tuple[signal.Signals, ...] = SIGNALS
) -> Iterator[None]:
    """Within the block these signals call `ask`. Only the main thread can take them; elsewhere nothing is changed."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = {each: signal.signal(each, ask) for each in signals}
    try:
        yield
    finally:
        for each, handler in before.items():
            signal.signal(each, handler if handler is not None else signal.SIG_DFL)

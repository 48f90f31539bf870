"""What a verb that drives a browser does first: the driver starts while the rest of the program is being read.

Either takes about as long, and the driver is a process of its own: one after the other they were a tenth of a run in which
nothing is new.
"""

from __future__ import annotations

import contextlib
import gc
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from importlib import import_module
from types import ModuleType

from scrapers.browser.launching import Playwright, driver


@dataclass(frozen=True, slots=True)
class Ahead:
    """The driver, started, and the module that goes on with it. `until` ends the driver; it may be closed more than once."""

    driver: Playwright
    until: contextlib.ExitStack
    rest: ModuleType


@contextlib.contextmanager
def ahead(name: str, *later: str) -> Iterator[Ahead]:
    """The driver and the module of this name, side by side; no browser is started.

    `later` are modules that are needed much later: they go on being read meanwhile.
    """
    is_read = threading.Event()
    reading = threading.Thread(target=_read, args=(name, later, is_read), daemon=True)
    with contextlib.ExitStack() as until:
        gc.disable()  # as for every verb: all that is imported stays
        try:
            reading.start()
            started = until.enter_context(driver())
            is_read.wait()
            rest = import_module(name)
        finally:
            gc.freeze()
            gc.enable()
        yield Ahead(started, until, rest)
        reading.join()


def _read(name: str, later: tuple[str, ...], is_read: threading.Event) -> None:
    """An error is not told here: the main thread asks for the same module once more, where it is needed."""
    for each in (name, *later):
        with contextlib.suppress(Exception):
            import_module(each)
        is_read.set()

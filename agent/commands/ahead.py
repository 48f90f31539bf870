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
def ahead(name: str) -> Iterator[Ahead]:
    """The driver and the module of this name, side by side. No browser is started."""
    reading = threading.Thread(target=_read, args=(name,), daemon=True)
    with contextlib.ExitStack() as until:
        gc.disable()  # as for every verb: all that is imported stays
        try:
            reading.start()
            started = until.enter_context(driver())
            reading.join()
            rest = import_module(name)
        finally:
            gc.freeze()
            gc.enable()
        yield Ahead(started, until, rest)


def _read(name: str) -> None:
    with contextlib.suppress(Exception):  # asked for once more in the main thread, where an error is told
        import_module(name)

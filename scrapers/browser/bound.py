"""The bound of a whole step: a browser that has not done it in time is ended, for not every wait of the driver has an end."""

from __future__ import annotations

import contextlib
import os
import signal
import threading
from collections.abc import Iterator

from scrapers.browser.launching import BrowserTrouble, CDPSession


class Bound:
    """Ends the browser's process where a step lasts too long: what is waited for then fails as with a browser that died."""

    def __init__(self, whole: CDPSession) -> None:
        self._process = _process_of(whole)
        self.is_passed = False

    @contextlib.contextmanager
    def within(self, seconds: float) -> Iterator[None]:
        """A step that is given so long."""
        timer = threading.Timer(seconds, self._end)
        timer.daemon = True
        timer.start()
        try:
            yield
        finally:
            timer.cancel()

    def _end(self) -> None:
        if self._process is not None:
            self.is_passed = True
            with contextlib.suppress(OSError):  # it is gone already
                os.kill(self._process, getattr(signal, "SIGKILL", signal.SIGTERM))


def _process_of(whole: CDPSession) -> int | None:
    """The browser's own process; None where it does not say."""
    with contextlib.suppress(BrowserTrouble):
        found = whole.send("SystemInfo.getProcessInfo")
        return next((int(each["id"]) for each in found["processInfo"] if each["type"] == "browser"), None)
    return None

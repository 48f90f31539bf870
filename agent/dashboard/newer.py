"""Whether the page is older than the program on disk: looked at as pages are shown, proved in a thread of its own, and said on every page.

A page is left open for weeks; without this it would go on as the old program beside records that a newer one has stored.
"""

from __future__ import annotations

import threading
import time

from agent import __version__
from agent.schedule.renewing import Program, Renewal

_PAUSE = 5.0  # seconds between two looks: the second takes what the first saw for whole


class Newer:
    """The program to go on as, once there is one that starts."""

    def __init__(self, renewal: Renewal | None = None, pause: float = _PAUSE) -> None:
        self._renewal = renewal or Renewal()
        self._pause = pause
        self._guard = threading.Lock()
        self._next = 0.0
        self.program: Program | None = None

    @property
    def version(self) -> str:
        """Its version, "" while there is none. Nobody waits for a look: what it finds is said by the next page."""
        with self._guard:
            if self.program is None and time.monotonic() >= self._next:
                self._next = time.monotonic() + self._pause
                threading.Thread(target=self._look, name="newer", daemon=True).start()
            return self._renewal.version if self.program is not None else ""

    @property
    def own(self) -> str:
        """The version that this page is."""
        return __version__

    def _look(self) -> None:
        found = self._renewal.due(lambda _: None)
        with self._guard:
            self.program = self.program or found

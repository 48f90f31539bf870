"""A run as a process of its own: when it ends, its browser, password and memory are gone with it."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import subprocess
import sys
import time
from dataclasses import dataclass

from agent.home import Home

PATIENCE = 110.0  # seconds a run is given to end at its next step; a log-in takes its time to be answered
_LIMIT = 3600.0  # a run that takes longer hangs
_LOOK = 0.5


@dataclass(frozen=True, slots=True)
class Ended:
    """How a process ended: its exit code (negative: by that signal), and the sentence of its error, "" without one."""

    code: int
    said: str = ""


class Child:
    """Starts one process at a time, and stops it when asked to."""

    def __init__(self, home: Home, patience: float = PATIENCE, limit: float = _LIMIT) -> None:
        self._home = home
        self._patience = patience
        self._limit = limit
        self.stopping = False  # set from a signal handler: only ever from False to True

    def run(self, *words: str) -> Ended:
        """Run this program with these words to its end."""
        process = subprocess.Popen(  # noqa: S603 - this program itself
            # -P: what lies in the folder it is started in is not imported.
            [sys.executable, "-P", "-m", *words],
            cwd=self._home.path,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            start_new_session=os.name == "posix",  # Ctrl-C in a terminal is for the agent, which then asks
            creationflags=_FLAGS,
        )
        end, asked = time.monotonic() + self._limit, False
        while True:
            try:
                said, _ = process.communicate(timeout=_LOOK)
                break
            except subprocess.TimeoutExpired:
                if not asked and (self.stopping or time.monotonic() > end):
                    end, asked = time.monotonic() + self._patience, True
                    _ask(process)
                elif asked and time.monotonic() > end:
                    _kill(process)
        return Ended(process.returncode, _sentence(said))


def _sentence(said: bytes) -> str:
    """The message in the one document of a failing command (contract)."""
    with contextlib.suppress(ValueError, KeyError, TypeError):
        return str(json.loads(said)["error"]["message"])
    return ""


# On Windows a break reaches a process of the same console only; without one, no window must open.
_ALONE = getattr(subprocess, "CREATE_NO_WINDOW", 0) if sys.stdout is None else 0
_FLAGS = getattr(subprocess, "CREATE_NEW_PROCESS_GROUP", 0) | _ALONE


def _ask(process: subprocess.Popen[bytes]) -> None:
    with contextlib.suppress(OSError):
        process.send_signal(getattr(signal, "CTRL_BREAK_EVENT", signal.SIGTERM))


def _kill(process: subprocess.Popen[bytes]) -> None:
    """End it and whatever it started: a browser must not stay behind."""
    import psutil  # noqa: PLC0415 - only where something hangs

    with contextlib.suppress(psutil.Error):
        for each in psutil.Process(process.pid).children(recursive=True):
            with contextlib.suppress(psutil.Error):
                each.kill()
    process.kill()

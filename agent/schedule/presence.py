"""One agent a home: who runs, whether one runs, and asking it to stop."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import sys
import time
from collections.abc import Iterator
from typing import Any

from filelock import FileLock, Timeout

from agent import __version__
from agent.errors import Locked
from agent.home import Home, write_private

LOCK, NOTE = ".agent.lock", "agent.json"
OTHER = f"執行中的每晚更新是 {{}} 版，已安裝的是 {__version__} 版。"
OTHER_REMEDY = "它會在兩次更新之間自動換成已安裝的版本（幾分鐘內）；沒有換成時，請登出再登入一次。"
_POLL = 0.2  # seconds


@contextlib.contextmanager
def present(home: Home) -> Iterator[None]:
    """Be the agent of this home within the block; the operating system lets go when the process dies. Raises Locked."""
    lock = _lock(home)
    try:
        lock.acquire(timeout=1)  # a look at whether one runs takes it for a moment
    except Timeout as why:
        raise Locked(
            f"這個資料夾的每晚更新已經在執行（行程 {_pid(home) or '不明'}），這次不再啟動。",
            "不用處理；要查看請執行 elearn agent status。",
        ) from why
    note = home.path / NOTE
    try:
        write_private(note, json.dumps({"pid": os.getpid(), "version": __version__}).encode())
        yield
    finally:
        note.unlink(missing_ok=True)
        lock.release()


def is_running(home: Home) -> bool:
    """Whether an agent of this home runs."""
    if not (home.path / LOCK).exists():
        return False
    lock = _lock(home)
    try:
        lock.acquire(timeout=0)
    except Timeout:
        return True
    lock.release()
    return False


def running_version(home: Home) -> str | None:
    """The version of the agent that runs, "" where it does not say; None where none runs."""
    return str(_noted(home).get("version", "")) if is_running(home) else None


def other_version(home: Home) -> str:
    """The version of an agent that runs and is another than this program, "" where there is no such."""
    found = running_version(home)
    return found if found and found != __version__ else ""


def ask_to_stop(home: Home, within: float = 150.0) -> bool:
    """Ask the agent of this home to stop, and wait this many seconds for it; whether none runs any more.

    A run under way is ended at its next step first. On Windows a process cannot be asked: the agent is ended when no run
    is under way.
    """
    end, asked = time.monotonic() + within, False
    while is_running(home):
        if time.monotonic() > end:
            return False
        if not asked:
            asked = _ask(home)
        time.sleep(_POLL)
    return True


def _ask(home: Home) -> bool:
    pid = _pid(home)
    if pid is None:
        return False
    with contextlib.suppress(ProcessLookupError, PermissionError):
        if sys.platform != "win32":
            os.kill(pid, signal.SIGTERM)
        else:
            with contextlib.suppress(Timeout), home.lock().acquire(timeout=0):
                os.kill(pid, signal.SIGTERM)  # ends it at once
                return True
            return False
    return True


def _pid(home: Home) -> int | None:
    try:
        return int(_noted(home)["pid"])
    except (ValueError, KeyError, TypeError):
        return None


def _noted(home: Home) -> dict[str, Any]:
    try:
        found = json.loads((home.path / NOTE).read_bytes())
    except (OSError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}


def _lock(home: Home) -> FileLock:
    return FileLock(home.path / LOCK, mode=0o600)

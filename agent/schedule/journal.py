"""The agent's own log: what it did and why, a line each, private and bounded. It holds no name, account or password."""

from __future__ import annotations

import contextlib
import os
from datetime import datetime

from agent.home import Home, write_private

NAME = "agent.log"
_MOST = 200_000  # bytes; then the older half goes


def enter(home: Home, at: datetime, line: str) -> None:
    """Add one line. A log that cannot be written keeps nothing from running."""
    path = home.path / NAME
    with contextlib.suppress(OSError):
        if path.exists() and path.stat().st_size > _MOST:
            kept = path.read_bytes()[-_MOST // 2 :]
            write_private(path, kept.partition(b"\n")[2])
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        with os.fdopen(handle, "a", encoding="utf-8") as file:
            file.write(f"{at:%Y-%m-%d %H:%M:%S} {line}\n")

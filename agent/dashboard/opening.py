"""How a browser is let in: a private file posts a token, once, within a minute. Nothing secret stands in an address or in argv."""

from __future__ import annotations

import contextlib
import hashlib
import hmac
import json
import re
import secrets
import webbrowser
from pathlib import Path

from filelock import FileLock, Timeout

from agent import clock
from agent.dashboard.door import OPEN
from agent.dashboard.looks import render
from agent.home import Home, write_private

FOLDER = "dashboard"
SECONDS = 60.0
_AUTHORITY = re.compile(r"[0-9a-f]{16}\.localhost:\d{1,5}")


class Running:
    """What a home knows of the page that is served for it: its lock, its address, its opening files."""

    def __init__(self, home: Home) -> None:
        self._folder = home.path / FOLDER
        self._folder.mkdir(mode=0o700, exist_ok=True)
        self._lock = FileLock(self._folder / ".lock", mode=0o600)

    def claim(self) -> bool:
        """Take the page's place; False where another process serves it. The place is free again when its process ends."""
        try:
            self._lock.acquire(timeout=0)
        except Timeout:
            return False
        self._sweep(everything=True)
        return True

    def release(self) -> None:
        """Leave the place, and no file behind."""
        self._sweep(everything=True)
        (self._folder / "running.json").unlink(missing_ok=True)
        self._lock.release()

    def vanish(self) -> None:
        """After everything was removed and the place was left: the folder that the page stood on, and the home if it is empty."""
        for path in (self._folder / ".lock", self._folder, self._folder.parent):
            with contextlib.suppress(OSError):
                path.rmdir() if path.is_dir() else path.unlink(missing_ok=True)

    def announce(self, authority: str) -> None:
        """Where the page is served, for a second start."""
        write_private(self._folder / "running.json", json.dumps({"authority": authority}).encode())

    def authority(self) -> str | None:
        """Where the other process serves the page; None where it has not said so (yet)."""
        with contextlib.suppress(OSError, ValueError, TypeError, KeyError):
            found = json.loads((self._folder / "running.json").read_text("utf-8"))["authority"]
            return found if _AUTHORITY.fullmatch(found) else None
        return None

    def new_opening(self, authority: str) -> Path:
        """A fresh opening file (0600) for the page at this address."""
        self._sweep(everything=False)
        token = secrets.token_urlsafe(32)
        path = self._path(token)
        text = render("opening.html", action=f"http://{authority}{OPEN}", token=token)
        write_private(path, text.encode())
        return path

    def redeem(self, token: str) -> bool:
        """Whether this token's file lies here and is at most a minute old. It is gone afterwards: a token serves once."""
        if not token or len(token) > 100:
            return False
        path = self._path(token)
        try:
            age = clock.now().timestamp() - path.stat().st_mtime
            named = re.search(r'name="token" value="([\w-]+)"', path.read_text("utf-8"))
            path.unlink()
        except OSError:
            return False
        whole = named is not None and hmac.compare_digest(named[1].encode(), token.encode())
        return whole and age <= SECONDS

    def _path(self, token: str) -> Path:
        return self._folder / f"open-{hashlib.sha256(token.encode()).hexdigest()[:32]}.html"

    def _sweep(self, *, everything: bool) -> None:
        for path in self._folder.glob("open-*.html"):
            with contextlib.suppress(OSError):
                if everything or clock.now().timestamp() - path.stat().st_mtime > SECONDS:
                    path.unlink()


def show(path: Path) -> bool:
    """Open the file in this machine's own browser; False where there is none to open."""
    try:
        return webbrowser.open(path.as_uri())
    except webbrowser.Error:
        return False

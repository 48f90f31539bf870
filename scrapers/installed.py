"""Where a Chromium-family browser is installed on this machine."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path

_COMMANDS = (
    "google-chrome",
    "google-chrome-stable",
    "microsoft-edge",
    "microsoft-edge-stable",
    "chromium",
    "chromium-browser",
)
_WINDOWS = (
    r"Google\Chrome\Application\chrome.exe",
    r"Microsoft\Edge\Application\msedge.exe",
    r"Chromium\Application\chrome.exe",
)
_MACOS = (
    "Google Chrome.app/Contents/MacOS/Google Chrome",
    "Microsoft Edge.app/Contents/MacOS/Microsoft Edge",
    "Chromium.app/Contents/MacOS/Chromium",
)


def find_browser() -> Path | None:
    """The installed Chrome, Edge or Chromium, in that order; None leaves it to Playwright's own."""
    return next((each for each in _candidates() if each.is_file()), None)


def _candidates() -> Iterator[Path]:
    if sys.platform == "win32":
        roots = [os.environ.get(name) for name in ("PROGRAMFILES", "PROGRAMFILES(X86)", "LOCALAPPDATA")]
        yield from (Path(root) / each for each in _WINDOWS for root in roots if root)
    elif sys.platform == "darwin":
        roots = ["/Applications", str(Path.home() / "Applications")]
        yield from (Path(root) / each for each in _MACOS for root in roots if root)
    else:
        yield from (Path(found) for name in _COMMANDS if (found := shutil.which(name)))

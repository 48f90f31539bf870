"""Chromium and its driver, started and stopped; the driver's names are imported here and nowhere else."""

from __future__ import annotations

import contextlib
import os
import sys
import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path

from rules.errors import ConfigError
from scrapers.installed import find_browser
from scrapers.policies import automation_forbidden, forbidden
from scrapers.unwatched import unwatched

with unwatched():  # its loggers read the environment when they are imported
    from playwright.sync_api import (
        Browser,
        BrowserContext,
        CDPSession,
        Dialog,
        Frame,
        Locator,
        Page,
        Playwright,
        Request,
        Response,
        StorageState,
        WebSocketRoute,
        sync_playwright,
    )
    from playwright.sync_api import Error as BrowserTrouble
    from playwright.sync_api import TimeoutError as BrowserTimeout

__all__ = [
    "Browser",
    "BrowserContext",
    "BrowserTimeout",
    "BrowserTrouble",
    "CDPSession",
    "Dialog",
    "Frame",
    "Locator",
    "Page",
    "Playwright",
    "Request",
    "Response",
    "StorageState",
    "WebSocketRoute",
    "driver",
    "launched",
]

_LONGEST_FOLDER = 60  # bytes: Chromium adds up to 40 for a socket, whose path may have 108 (macOS: 104)
_KEPT_CODE = "NODE_COMPILE_CACHE"
START = 15.0  # seconds a browser is given to start, at the least
QUIET = (
    "--disable-quic",
    "--no-first-run",
    "--no-default-browser-check",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--lang=zh-TW",
)


@contextlib.contextmanager
def driver() -> Iterator[Playwright]:
    """The process that drives browsers; it can start before there is anything to drive, and serve several in turn."""
    with unwatched(), _compiled_before(), sync_playwright() as playwright:
        yield playwright


@contextlib.contextmanager
def _compiled_before() -> Iterator[None]:
    """The driver keeps its compiled code beside this module, as Python does: it starts in three quarters of the time.

    Node looks at its own version and at each text; a folder that cannot be written it does without.
    """
    if sys.dont_write_bytecode:
        yield
        return
    os.environ[_KEPT_CODE] = str(Path(__file__).with_name("__pycache__") / "driver")
    try:
        yield
    finally:
        os.environ.pop(_KEPT_CODE, None)


@contextlib.contextmanager
def launched(
    executable: Path | None,
    switches: list[str],
    *,
    headed: bool,
    sandbox: bool,
    patience: float = START,
    ways: Mapping[str, str] | None = None,
    started: Playwright | None = None,
) -> Iterator[Browser]:
    """Chromium, and its driver where none is `started` yet. Raises ConfigError when no browser can be started in time.

    `ways` are scripts by name: further ways to find an element, out of reach of a page's own scripts.
    """
    where = automation_forbidden()  # a launch against the policy would hang until it times out
    if where is not None:
        raise forbidden(where)
    found = executable or find_browser()
    with contextlib.ExitStack() as stack:
        playwright = started or stack.enter_context(driver())
        for name, script in (ways or {}).items():
            playwright.selectors.register(name, script=script, content_script=True)
        try:
            browser = playwright.chromium.launch(
                executable_path=found,
                headless=not headed,
                args=switches,
                chromium_sandbox=sandbox,
                timeout=patience * 1000,  # without it Playwright waits for three minutes
            )
        except BrowserTrouble as why:
            raise ConfigError(f"無法啟動瀏覽器（{found or '未找到'}）。", _remedy()) from why
        try:
            yield browser
        finally:
            browser.close()


def _remedy() -> str:
    """What to do where no browser starts: a folder for its files whose path leaves no room for a socket's name is named."""
    folder = tempfile.gettempdir()
    if sys.platform != "win32" and len(os.fsencode(folder)) > _LONGEST_FOLDER:
        return f"暫存資料夾的路徑太長（{folder}），請以環境變數 TMPDIR 指定較短的資料夾，例如 /tmp。"
    return "請安裝 Chrome、Edge 或 Chromium，或以環境變數 ELEARN_BROWSER 指定路徑。"

"""Nobody writes down what the browser is told: what is typed passes through its driver, and may be a password.

Playwright and its driver log every message when DEBUG says so, the typed text included (tried: four times); Chromium writes the keys of its
connections to SSLKEYLOGFILE; Node runs whatever NODE_OPTIONS names. None of these reaches the driver or the browser.
"""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterator

WATCHERS = (
    "DEBUG", "DEBUGP", "DEBUG_FILE", "DEBUG_COLORS", "PWDEBUG", "PWDEBUGIMPL", "npm_config_debug", "npm_config_pwdebug", "PW_CODEGEN_NO_INSPECTOR", "PWTEST_CLI", "SSLKEYLOGFILE", "NODE_OPTIONS",
    "NODE_DEBUG", "NODE_V8_COVERAGE", "NODE_REPL_HISTORY", "NODE_COMPILE_CACHE", "CHROME_LOG_FILE", "CHROME_USER_DATA_DIR", "BROWSER_LOGGER",
)  # fmt: skip


@contextlib.contextmanager
def unwatched() -> Iterator[None]:
    """These variables are not in the environment inside, and as they were after it."""
    kept = {name: os.environ.pop(name) for name in WATCHERS if name in os.environ}
    try:
        yield
    finally:
        os.environ.update(kept)

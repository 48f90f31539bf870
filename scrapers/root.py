"""Root: Chromium runs without its sandbox then, which the real portal is never met with."""

from __future__ import annotations

import os
import sys

from rules.errors import ConfigError
from scrapers.mode import Mode


def is_root() -> bool:
    """Whether this process is the system's administrator (never on Windows, where Chromium keeps its sandbox)."""
    return sys.platform != "win32" and os.geteuid() == 0


def refuse_root(mode: Mode) -> None:
    """Raise ConfigError for the real portal as root: Chromium would have to run without its sandbox."""
    if not mode.is_replica and is_root():
        raise ConfigError("不能以系統管理者（root）身分連線到正式平臺。", "請改用一般使用者帳號執行。")

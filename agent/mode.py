"""The environment's say: where the home is, which browser, and whether a replica answers for the portal."""

from __future__ import annotations

import base64
import os
import re
from pathlib import Path

from rules.errors import ConfigError
from scrapers.mode import REAL, Mode

_ADDRESS = re.compile(r"(127\.0\.0\.1|\[::1\]):(\d{1,5})")


def mode() -> Mode:
    """Real, or the replica named by ELEARN_REPLICA and its key. Raises ConfigError when either is not as the contract says."""
    address, key = os.environ.get("ELEARN_REPLICA", ""), os.environ.get("ELEARN_REPLICA_KEY", "")
    if not address and not key:
        return REAL
    if not address:
        raise ConfigError("只設了 ELEARN_REPLICA_KEY，沒有 ELEARN_REPLICA。", "請兩者都設，或都不設。")
    found = _ADDRESS.fullmatch(address)
    if not found or not 0 < int(found[2]) < 65536:
        raise ConfigError(
            f"ELEARN_REPLICA「{address}」不是 127.0.0.1:埠號 或 [::1]:埠號。", "複製平臺只能在本機。"
        )
    if not _is_sha256(key):
        raise ConfigError(
            "ELEARN_REPLICA_KEY 不是憑證公鑰的 SHA-256（base64）。", "請用複製平臺啟動時印出的值。"
        )
    return Mode(address, key)


def browser_path() -> Path | None:
    """The browser named by ELEARN_BROWSER, None to look for an installed one. Raises ConfigError when it is not there."""
    named = os.environ.get("ELEARN_BROWSER", "")
    if not named:
        return None
    if not Path(named).is_file():
        raise ConfigError(
            f"ELEARN_BROWSER 指定的瀏覽器「{named}」不存在。", "請改為 Chrome、Edge 或 Chromium 的路徑。"
        )
    return Path(named)


def home_path() -> Path | None:
    """The home named by ELEARN_HOME, None for the platform's own user-data folder."""
    named = os.environ.get("ELEARN_HOME", "")
    return Path(named).expanduser() if named else None


def _is_sha256(key: str) -> bool:
    try:
        return len(base64.b64decode(key, validate=True)) == 32
    except ValueError:  # binascii.Error is one; other letters than ASCII give a plain one
        return False

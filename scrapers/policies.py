"""Browser policies that forbid a program to drive the browser: read before launching, or the launch hangs till time-out.

`RemoteDebuggingAllowed` = 0 forbids the pipe that automation needs (Chrome and Edge enterprise policy lists).
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

_NAME = "RemoteDebuggingAllowed"
_LINUX = (
    "/etc/opt/chrome/policies/managed",
    "/etc/chromium/policies/managed",
    "/etc/opt/edge/policies/managed",
)
_WINDOWS = (
    r"SOFTWARE\Policies\Google\Chrome",
    r"SOFTWARE\Policies\Microsoft\Edge",
    r"SOFTWARE\Policies\Chromium",
)

# Reads one value of the registry: (hive, key, name) → value or None.
RegistryReader = Callable[[str, str, str], object]


def automation_forbidden(
    folders: tuple[str, ...] = _LINUX, registry: RegistryReader | None = None, platform: str = sys.platform
) -> str | None:
    """Where a policy forbids automation (a file or registry key), None where none does."""
    if platform == "win32":
        return _in_registry(registry or _read_registry)
    return next((str(path) for path in _policy_files(folders) if _forbids(path)), None)


def _policy_files(folders: tuple[str, ...]) -> Iterator[Path]:
    for folder in folders:
        path = Path(folder)
        if path.is_dir():
            yield from sorted(path.glob("*.json"))


def _forbids(path: Path) -> bool:
    try:
        data = json.loads(path.read_text("utf-8"))
    except (OSError, ValueError):
        return False
    return isinstance(data, dict) and data.get(_NAME) is False


def _in_registry(read: RegistryReader) -> str | None:
    for hive in ("HKLM", "HKCU"):
        for key in _WINDOWS:
            if read(hive, key, _NAME) == 0:
                return f"{hive}\\{key}"
    return None


def _read_registry(hive: str, key: str, name: str) -> object:
    """One registry value, None where it is not there."""
    if sys.platform == "win32":
        import winreg  # noqa: PLC0415 - only there is

        root = {"HKLM": winreg.HKEY_LOCAL_MACHINE, "HKCU": winreg.HKEY_CURRENT_USER}[hive]
        try:
            with winreg.OpenKey(root, key) as opened:
                return winreg.QueryValueEx(opened, name)[0]
        except OSError:
            return None
    return None

"""Browser policies that forbid a program to drive the browser: read before launching, or the launch hangs till time-out.

`RemoteDebuggingAllowed` = 0 forbids the pipe that automation needs (Chrome and Edge enterprise policy lists).
"""

from __future__ import annotations

import json
import plistlib
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

from rules.errors import ConfigError

_NAME = "RemoteDebuggingAllowed"
_LINUX = (
    "/etc/opt/chrome/policies/managed",
    "/etc/chromium/policies/managed",
    "/etc/opt/edge/policies/managed",
)
_MACOS = ("/Library/Managed Preferences",)
_MACOS_FILES = ("com.google.Chrome.plist", "com.microsoft.Edge.plist", "org.chromium.Chromium.plist")
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
    if platform == "darwin":
        places = _MACOS if folders is _LINUX else folders
        return next((str(path) for path in _managed_preferences(places) if _forbids(path)), None)
    return next((str(path) for path in _policy_files(folders) if _forbids(path)), None)


def forbidden(where: str) -> ConfigError:
    """The error for a machine whose policy, found there, forbids programs to drive the browser."""
    return ConfigError(
        f"這台電腦的政策不允許程式操作瀏覽器（RemoteDebuggingAllowed，{where}）。",
        "請改用存檔的網頁（elearn import），或洽資訊單位。",
    )


def _managed_preferences(folders: tuple[str, ...]) -> Iterator[Path]:
    """The browsers' managed preferences, of the machine and of each user."""
    for folder in folders:
        for name in _MACOS_FILES:
            yield from (
                path
                for path in (Path(folder, name), *sorted(Path(folder).glob(f"*/{name}")))
                if path.is_file()
            )


def _policy_files(folders: tuple[str, ...]) -> Iterator[Path]:
    for folder in folders:
        path = Path(folder)
        if path.is_dir():
            yield from sorted(path.glob("*.json"))


def _forbids(path: Path) -> bool:
    try:
        raw = path.read_bytes()
        data = plistlib.loads(raw) if path.suffix == ".plist" else json.loads(raw.decode("utf-8"))
    except (OSError, ValueError, plistlib.InvalidFileException):
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

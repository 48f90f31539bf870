"""Linux without a user's systemd: an entry in the desktop's own autostart folder."""

from __future__ import annotations

from pathlib import Path

from agent.home import write_private
from agent.schedule.machine import Installed, Machine, Refused, Start

TITLE = "桌面自動啟動"
_NAME = "elearn-agent.desktop"
_ENTRY = """\
[Desktop Entry]
Type=Application
Version=1.0
Name=我的數位學習補休
Comment=每晚更新學習紀錄
Exec={command}
Terminal=false
NoDisplay=true
X-GNOME-Autostart-enabled=true
"""


def entry(start: Start) -> str:
    """The entry's text."""
    variables = [f"{name}={value}" for name, value in sorted(start.environment.items())]
    words = (*(("env", *variables) if variables else ()), *start.words)
    return _ENTRY.format(command=" ".join(map(_quoted, words)))


def install(start: Start, machine: Machine) -> Installed:
    """Write the entry. Raises Refused."""
    path = _place(machine)
    try:
        write_private(path, entry(start).encode())
    except OSError as why:
        raise Refused(f"無法寫入 {path}（{why.strerror}）。") from why
    return Installed(str(path), "下次登入桌面時開始；要現在開始，請執行 elearn agent run。")


def remove(machine: Machine) -> list[str]:
    """Take the entry away."""
    found = present(machine)
    for each in found:
        Path(each).unlink()
    return found


def present(machine: Machine) -> list[str]:
    """What is there of it."""
    path = _place(machine)
    return [str(path)] if path.exists() else []


def _place(machine: Machine) -> Path:
    return machine.folder("XDG_CONFIG_HOME", ".config") / "autostart" / _NAME


def _quoted(word: str) -> str:
    """One word of an Exec line: quoted, and escaped once more as every string of such a file is (Desktop Entry Specification)."""
    inner = "".join(f"\\{each}" if each in '"`$\\' else each for each in word)
    return f'"{inner}"'.replace("\\", "\\\\").replace("%", "%%")

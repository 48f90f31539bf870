"""Windows where tasks are forbidden: a shortcut in the user's Startup folder. Not tried on Windows."""

from __future__ import annotations

import subprocess
from pathlib import Path

from agent.schedule.machine import Installed, Machine, Refused, Start

TITLE = "「啟動」資料夾的捷徑"
_NAME = "elearn-agent.lnk"
_STARTUP = r"Microsoft\Windows\Start Menu\Programs\Startup"
# The paths come by the environment, so that no blank, quote or Chinese character in them is ever read as script.
SCRIPT = """\
$ErrorActionPreference = 'Stop'
$link = (New-Object -ComObject WScript.Shell).CreateShortcut($env:ELEARN_LINK)
$link.TargetPath = $env:ELEARN_PROGRAM
$link.Arguments = $env:ELEARN_ARGUMENTS
$link.WorkingDirectory = $env:ELEARN_FOLDER
$link.WindowStyle = 7
$link.Save()
"""


def install(start: Start, machine: Machine) -> Installed:
    """Make the shortcut. Raises Refused, as where scripts or the folder are closed to this user."""
    path = _place(machine)
    words = ("powershell", "-NoProfile", "-NonInteractive", "-Command", SCRIPT)
    done = machine.run(
        words,
        {
            "ELEARN_LINK": str(path),
            "ELEARN_PROGRAM": start.program,
            "ELEARN_ARGUMENTS": subprocess.list2cmdline(start.arguments),
            "ELEARN_FOLDER": start.folder,
        },
    )
    if done.code != 0 or not path.is_file():
        raise Refused(
            f"無法在「啟動」資料夾建立捷徑：{done.said.splitlines()[0] if done.said else done.code}"
        )
    return Installed(str(path), "下次登入時開始；要現在開始，請執行 elearn agent run。")


def remove(machine: Machine) -> list[str]:
    """Take the shortcut away."""
    found = present(machine)
    for each in found:
        Path(each).unlink()
    return found


def present(machine: Machine) -> list[str]:
    """What is there of it."""
    path = _place(machine)
    return [str(path)] if path.is_file() else []


def _place(machine: Machine) -> Path:
    roaming = machine.folder("APPDATA", "AppData/Roaming")
    return roaming.joinpath(*_STARTUP.split("\\"), _NAME)

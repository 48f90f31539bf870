"""An icon on the desktop that opens the page: its file's text for each system, and where it goes.

Linux was tried. Windows and macOS are written by their documentation and have not been tried there; their texts are golden files.
"""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import platformdirs

from agent.home import write_private
from rules.errors import ConfigError

NAME = "我的數位學習補休"
_ABOUT = "讀取自己的學習紀錄，準備補休申請文件（只讀取，不送件）"
_KEPT = ("ELEARN_HOME", "ELEARN_BROWSER")  # what the icon must say as the person's terminal did
_ICON = Path(__file__).with_name("static") / "icon.svg"


@dataclass(frozen=True, slots=True)
class Start:
    """How the page is started: this Python and what the environment says."""

    python: str
    environment: Mapping[str, str]

    @classmethod
    def here(cls) -> Start:
        """As this process was started."""
        return cls(sys.executable, {name: os.environ[name] for name in _KEPT if os.environ.get(name)})


def linux_text(start: Start) -> str:
    """A desktop entry (freedesktop.org, Desktop Entry Specification 1.5)."""
    words = (
        ["env", *(f"{name}={value}" for name, value in start.environment.items())]
        if start.environment
        else []
    )
    command = " ".join(_exec(each) for each in [*words, start.python, "-m", "agent", "dashboard"])
    return (
        "[Desktop Entry]\nType=Application\nVersion=1.5\n"
        f"Name={NAME}\nName[zh_TW]={NAME}\nComment={_ABOUT}\nExec={command}\nIcon={_ICON}\n"
        "Terminal=false\nCategories=Office;Education;\nStartupNotify=false\n"
    )


def _exec(word: str) -> str:
    """A word of Exec: quoted where it needs to be, a percent sign doubled."""
    word = word.replace("%", "%%")
    if word and all(each.isalnum() or each in "-_./=:+@,%" for each in word):
        return word
    # Escaped twice: once for the quotes of Exec, once as any string of the file.
    inner = "".join(f"\\\\{each}" if each in '"`$' else "\\\\\\\\" if each == "\\" else each for each in word)
    return f'"{inner}"'


def macos_text(start: Start) -> str:
    """A .command file: Finder opens it in Terminal. Not tried."""
    sets = "".join(f"export {name}={_shell(value)}\n" for name, value in start.environment.items())
    return f"#!/bin/sh\n# {_ABOUT}\n{sets}exec {_shell(start.python)} -m agent dashboard\n"


def _shell(word: str) -> str:
    return "'" + word.replace("'", "'\\''") + "'"


def windows_text(start: Start) -> str:
    """A .cmd file in UTF-8 for where no .lnk can be made; pythonw shows no black window. Not tried."""
    sets = "".join(
        f'set "{name}={value.replace("%", "%%")}"\r\n' for name, value in start.environment.items()
    )
    python = _windowless(start.python).replace("%", "%%")
    return f'@echo off\r\nchcp 65001 >nul\r\n{sets}start "" "{python}" -m agent dashboard\r\n'


# What makes a .lnk: every value comes from the environment of this one process, none is written into the script.
WINDOWS_SCRIPT = (
    "$made = (New-Object -ComObject WScript.Shell).CreateShortcut($env:ELEARN_LNK); "
    "$made.TargetPath = $env:ELEARN_PYTHON; $made.Arguments = '-m agent dashboard'; "
    "$made.Description = $env:ELEARN_ABOUT; $made.Save()"
)


def _windowless(python: str) -> str:
    found = Path(python)
    return str(found.with_name("pythonw.exe")) if found.name.lower() == "python.exe" else python


def files(start: Start, platform: str, desktop: Path, applications: Path) -> dict[Path, str]:
    """The files of this system with their texts."""
    if platform == "win32":
        return {desktop / f"{NAME}.cmd": windows_text(start)}
    if platform == "darwin":
        return {desktop / f"{NAME}.command": macos_text(start)}
    return {each / f"{NAME}.desktop": linux_text(start) for each in (desktop, applications)}


def places() -> tuple[Path, Path]:
    """This person's desktop (also where OneDrive or the language moved it) and, on Linux, the menu's folder."""
    return platformdirs.user_desktop_path(), Path(platformdirs.user_data_dir()) / "applications"


def install(platform: str = sys.platform) -> list[Path]:
    """Put the icon there. Raises ConfigError where it cannot be written."""
    start, (desktop, applications) = Start.here(), places()
    made: list[Path] = []
    try:
        if platform == "win32" and not start.environment and (link := _link(start, desktop)):
            return [link]
        for path, text in files(start, platform, desktop, applications).items():
            path.parent.mkdir(parents=True, exist_ok=True)
            write_private(path, text.encode())
            path.chmod(0o755)
            made.append(path)
    except OSError as why:
        raise ConfigError(
            f"無法建立捷徑（{why.strerror}）。", f"請確認資料夾「{desktop}」可以寫入。"
        ) from why
    return made


def remove(platform: str = sys.platform) -> list[Path]:
    """Take the icon away; the files that were there."""
    desktop, applications = places()
    known = [*files(Start.here(), platform, desktop, applications), desktop / f"{NAME}.lnk"]
    found = [path for path in known if path.exists()]
    for path in found:
        path.unlink()
    return found


def _link(start: Start, desktop: Path) -> Path | None:
    """A .lnk by the system's own script host, None where a policy forbids that. Not tried."""
    path = desktop / f"{NAME}.lnk"
    more = {"ELEARN_LNK": str(path), "ELEARN_PYTHON": _windowless(start.python), "ELEARN_ABOUT": _ABOUT}
    words = ["powershell", "-NoProfile", "-NonInteractive", "-Command", WINDOWS_SCRIPT]
    try:
        subprocess.run(  # noqa: S603 - the system's own script host, with a script of this program
            words, env={**os.environ, **more}, capture_output=True, timeout=60, check=True
        )
    except (OSError, subprocess.SubprocessError):
        return None
    return path if path.exists() else None

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
from agent.updating.places import installed
from rules.errors import ConfigError

NAME = "我的數位學習補休"
_ABOUT = "讀取自己的學習紀錄，準備補休申請文件（只讀取，不送件）"
_KEPT = ("ELEARN_HOME", "ELEARN_BROWSER")  # what the icon must say as the person's terminal did
_ICON = Path(__file__).with_name("static") / "icon.svg"


@dataclass(frozen=True, slots=True)
class Start:
    """How the page is started: this Python, or the portable folder's own start file, and what the environment says.

    An update puts the new version beside the old and later removes that, Python and all: only the start file stays in its
    place and follows the pointer to the version that starts. uv, pipx and a checkout keep their Python where it is.
    """

    python: str
    environment: Mapping[str, str]
    launcher: str = ""

    @classmethod
    def here(cls) -> Start:
        """As this process was started."""
        kept = {name: os.environ[name] for name in _KEPT if os.environ.get(name)}
        return cls(sys.executable, kept, _launcher())


def _launcher() -> str:
    """The portable folder's start file, "" where this program was installed in another way."""
    try:
        path = installed().root / f"{NAME}.cmd"
    except ConfigError:
        return ""
    return str(path) if path.is_file() else ""


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
    """A .cmd file in UTF-8 for where no .lnk can be made; pythonw shows no black window, a start file a small one. Not tried."""
    sets = "".join(f"{_set(name, value)}\r\n" for name, value in start.environment.items())
    if start.launcher:
        command = f'start "" /min "{start.launcher.replace("%", "%%")}"'
    else:
        command = f'start "" "{_windowless(start.python).replace("%", "%%")}" -m agent dashboard'
    return f"@echo off\r\nchcp 65001 >nul\r\n{sets}{command}\r\n"


def _set(name: str, value: str) -> str:
    return f'set "{name}={value.replace("%", "%%")}"'


# What makes a .lnk: every value comes from the environment of this one process, none is written into the script.
WINDOWS_SCRIPT = (
    "$made = (New-Object -ComObject WScript.Shell).CreateShortcut($env:ELEARN_LNK); "
    "$made.TargetPath = $env:ELEARN_TARGET; $made.Arguments = $env:ELEARN_WORDS; "
    "$made.WindowStyle = [int]$env:ELEARN_WINDOW; $made.Description = $env:ELEARN_ABOUT; $made.Save()"
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


def icons_of_this_home(platform: str = sys.platform) -> list[Path]:
    """The icons that open the page of the home in use, not those of another one of this person's."""
    named = Start.here().environment.get("ELEARN_HOME", "")
    written = {  # whole words and lines: another home's path may begin as this one's
        f"export ELEARN_HOME={_shell(named)}\n",
        f" {_exec(f'ELEARN_HOME={named}')} ",
        f"{_set('ELEARN_HOME', named)}\n",
    }
    return [path for path in _known(platform) if path.exists() and _opens(path, named, written)]


def _opens(path: Path, named: str, written: set[str]) -> bool:
    if path.suffix == ".lnk":
        return not named  # made only where no home is named
    try:
        text = path.read_text("utf-8")
    except (OSError, UnicodeDecodeError):
        return False
    return any(each in text for each in written) if named else "ELEARN_HOME" not in text


def _known(platform: str) -> list[Path]:
    desktop, applications = places()
    return [*files(Start.here(), platform, desktop, applications), desktop / f"{NAME}.lnk"]


def remove(platform: str = sys.platform) -> list[Path]:
    """Take the icon away; the files that were there."""
    found = [path for path in _known(platform) if path.exists()]
    for path in found:
        path.unlink()
    return found


def link_values(start: Start) -> dict[str, str]:
    """What a .lnk opens: the start file in a small window (7: minimised), else this Python, which shows none."""
    if start.launcher:
        return {"ELEARN_TARGET": start.launcher, "ELEARN_WORDS": "", "ELEARN_WINDOW": "7"}
    return {
        "ELEARN_TARGET": _windowless(start.python),
        "ELEARN_WORDS": "-m agent dashboard",
        "ELEARN_WINDOW": "1",
    }


def _link(start: Start, desktop: Path) -> Path | None:
    """A .lnk by the system's own script host, None where a policy forbids that. Not tried."""
    path = desktop / f"{NAME}.lnk"
    more = {"ELEARN_LNK": str(path), "ELEARN_ABOUT": _ABOUT, **link_values(start)}
    words = ["powershell", "-NoProfile", "-NonInteractive", "-Command", WINDOWS_SCRIPT]
    try:
        subprocess.run(  # noqa: S603 - the system's own script host, with a script of this program
            words, env={**os.environ, **more}, capture_output=True, timeout=60, check=True
        )
    except (OSError, subprocess.SubprocessError):
        return None
    return path if path.exists() else None

"""An agent that outlives an update: it notices that another program lies on disk than the one it is, and goes on as that one.

Without this it would be the old program until the next log-in, for weeks perhaps, reading records that a newer one has stored.
"""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import agent
from agent.updating.places import Installed, installed, interpreter
from rules.errors import ConfigError

_PATIENCE = 60  # seconds for the new program to show that it starts
# What an agent needs to live; a program half copied, or without one of its packages, does not get so far.
_PROOF = "import agent.commands.agent, agent.schedule.resident; print(agent.__version__)"


@dataclass(frozen=True, slots=True)
class Program:
    """The program as it lies on disk: the Python it is started by, and what is never the same after another installation.

    `is_whole`: it was put there in one step, as a version of a portable folder is.
    """

    python: Path
    mark: tuple[object, ...]
    is_whole: bool


def running() -> Program:
    """The program that this process is."""
    place = _portable()
    if place is None:
        return _in_place()
    return Program(Path(sys.executable), (_own_folder().parents[1].name,), is_whole=True)


def on_disk() -> Program | None:
    """The program that would be started now; None where there is none to be found."""
    place = _portable()
    if place is None:
        return _in_place()
    try:
        version = place.current()
        return Program(interpreter(place.folder(version)), (version,), is_whole=True)
    except ConfigError:
        return None


def _portable() -> Installed | None:
    try:
        return installed()
    except ConfigError:
        return None


def _own_folder() -> Path:
    return Path(agent.__file__).resolve().parent


def _in_place() -> Program:
    """As uv and pipx install: a new version takes the place of the old one, at the same Python."""
    try:
        found = Path(agent.__file__).stat()
    except OSError:  # being replaced; or the new one lies below another version of Python
        return Program(Path(sys.executable), (), is_whole=False)
    return Program(Path(sys.executable), (found.st_ino, found.st_mtime_ns, found.st_size), is_whole=False)


def sibling(python: Path, name: str) -> Path:
    """The interpreter of this name beside another, as Windows has `python.exe` and, without a window, `pythonw.exe`."""
    other = python.with_name(name)
    return other if other.is_file() else python


def proved_version(program: Program) -> str:
    """The version of a program that starts, "" of one that does not."""
    try:
        done = subprocess.run(  # noqa: S603 - this program's own Python by its own path
            [sibling(program.python, "python.exe"), "-P", "-c", _PROOF],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=_PATIENCE,
            check=False,
            creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0),
        )
    except (OSError, subprocess.TimeoutExpired):
        return ""
    return done.stdout.strip() if done.returncode == 0 else ""


class Renewal:
    """Looks whether it is time to go on as another program; the three functions are given, so that tests can."""

    def __init__(
        self,
        mine: Callable[[], Program] = running,
        look: Callable[[], Program | None] = on_disk,
        prove: Callable[[Program], str] = proved_version,
    ) -> None:
        self._look, self._prove = look, prove
        self._mine = mine()
        self._seen: Program | None = self._mine
        self._refused: Program | None = None
        self.version = ""  # of the program that `due` gave

    def due(self, tell: Callable[[str], None]) -> Program | None:
        """The program to go on as; None while it is the one that runs, is still being put there, or does not start.

        The last is told, once for each program.
        """
        found, before = self._look(), self._seen
        self._seen = found
        if found is None or found.mark == self._mine.mark or found == self._refused:
            return None
        if not found.is_whole and found != before:
            return None  # seen for the first time: the next look tells whether it is all there
        self.version = self._prove(found)
        if self.version:
            return found
        self._refused = found
        tell("電腦裡的新版程式無法啟動，繼續使用目前的版本。")
        return None


def go_on_as(program: Program, command: Sequence[str] = ("agent", "run")) -> None:
    """Be that program from now on, at this command, with the same home and the same terminal. The caller has let go of everything it held.

    Where a process can become another program it keeps its number, so systemd and launchd see the agent they started go on.
    Windows knows no such thing: there the new one is started, and the caller ends.
    """
    python = sibling(program.python, "pythonw.exe")
    words = [str(python), "-P", "-m", "agent", *command]
    for stream in (sys.stdout, sys.stderr):
        if stream is not None:
            stream.flush()
    if os.name == "posix":
        os.execv(python, words)  # noqa: S606 - this program's own Python by its own path
    start_apart(words)


def start_apart(words: list[str], folder: Path | None = None) -> None:
    """Start a process that outlives this one and shares neither its terminal nor its window."""
    subprocess.Popen(  # noqa: S603 - this program's own Python by its own path
        words,
        cwd=folder,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=os.name == "posix",
        creationflags=getattr(subprocess, "CREATE_NEW_PROCESS_GROUP", 0)
        | getattr(subprocess, "CREATE_NO_WINDOW", 0),
    )

"""What a way to start at log-in needs of the machine: its commands, its folders, and what shall be started."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

DELAY = 60  # seconds after log-in: the keyring is unlocked by then, and the desktop is there first
_CONSOLE = "oem" if sys.platform == "win32" else "utf-8"  # what commands of the system write in
_PASSED_ON = ("ELEARN_HOME", "ELEARN_BROWSER", "ELEARN_REPLICA", "ELEARN_REPLICA_KEY")


class Refused(Exception):
    """This machine does not allow this way; the text says why."""


@dataclass(frozen=True, slots=True)
class Answered:
    """What a command of the machine answered; a code of 127 where there is no such command."""

    code: int
    said: str = ""


@dataclass(frozen=True, slots=True)
class Start:
    """What is started at log-in: a program and its arguments, in a folder, with these variables of the environment."""

    program: str
    arguments: tuple[str, ...]
    folder: str
    environment: Mapping[str, str] = field(default_factory=dict)

    @property
    def words(self) -> tuple[str, ...]:
        """Program and arguments."""
        return (self.program, *self.arguments)


@dataclass(frozen=True, slots=True)
class Installed:
    """What was put where, and what is left for the person to do ("" where nothing is)."""

    path: str
    remark: str = ""


Run = Callable[[Sequence[str], Mapping[str, str]], Answered]


@dataclass(frozen=True, slots=True)
class Machine:
    """One user's machine. `run` starts a command with more variables and waits for it."""

    platform: str
    user_home: Path
    environment: Mapping[str, str]
    run: Run

    def folder(self, variable: str, default: str) -> Path:
        """The folder that a variable names, else this one below the user's home."""
        named = self.environment.get(variable, "")
        return Path(named) if named else self.user_home / default


def this_machine() -> Machine:
    """The machine this runs on."""
    return Machine(sys.platform, Path.home(), dict(os.environ), _run)


def this_program(machine: Machine, home: Path) -> Start:
    """`python -m agent agent run`, by the interpreter that runs now.

    Never by the generated `elearn.exe`: Smart App Control refuses what is not signed, and the interpreter is. Where the
    folder of records is not the usual one it is named; a task of Windows knows no variables, so there it is an argument.
    """
    windows = machine.platform == "win32"
    program = Path(sys.executable)
    windowless = program.with_name("pythonw.exe")
    named = {key: machine.environment[key] for key in _PASSED_ON if machine.environment.get(key)}
    if "ELEARN_HOME" in named:
        named["ELEARN_HOME"] = str(home)
    arguments = ["-P", "-m", "agent", "agent", "run", "--delay", str(DELAY)]
    if windows and "ELEARN_HOME" in named:
        arguments += ["--home", str(home)]
    return Start(
        str(windowless if windows and windowless.is_file() else program),
        tuple(arguments),
        str(home),
        {} if windows else named,
    )


def _run(words: Sequence[str], more: Mapping[str, str]) -> Answered:
    try:
        done = subprocess.run(  # noqa: S603 - a command of the system by its name
            words,
            env={**os.environ, **more},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=60,
            check=False,
            creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0),
        )
    except FileNotFoundError:
        return Answered(127)
    except (OSError, subprocess.TimeoutExpired) as why:
        return Answered(126, str(why))
    said = (done.stderr or done.stdout).decode(_CONSOLE, "replace").strip()
    return Answered(done.returncode, said)

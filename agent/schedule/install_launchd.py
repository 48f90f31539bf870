"""macOS: an agent of launchd, started at log-in. Made after its manual; not tried on a Mac."""

from __future__ import annotations

import plistlib
from pathlib import Path

from agent.home import write_private
from agent.schedule.machine import Installed, Machine, Refused, Start

TITLE = "launchd 登入項目"
_LABEL = "elearn-agent"


def plist(start: Start) -> bytes:
    """The property list. It begins at log-in in the desktop session, where the keychain is, and again after a crash only."""
    return plistlib.dumps(
        {
            "Label": _LABEL,
            "ProgramArguments": list(start.words),
            "WorkingDirectory": start.folder,
            "EnvironmentVariables": dict(start.environment),
            "LimitLoadToSessionType": "Aqua",
            "RunAtLoad": True,
            "KeepAlive": {"Crashed": True},
            "ProcessType": "Background",
            "ExitTimeOut": 150,  # a log-in under way gets its answer before the browser goes
            "Umask": 0o077,
        }
    )


def install(start: Start, machine: Machine) -> Installed:
    """Write the list and load it. Raises Refused."""
    path = _place(machine)
    try:
        write_private(path, plist(start))
    except OSError as why:
        raise Refused(f"無法寫入 {path}（{why.strerror}）。") from why
    domain = _domain(machine)
    machine.run(("launchctl", "bootout", f"{domain}/{_LABEL}"), {})  # an earlier one; none is no trouble
    done = machine.run(("launchctl", "bootstrap", domain, str(path)), {})
    if done.code != 0:
        path.unlink(missing_ok=True)
        raise Refused(f"launchd 不接受：{done.said}")
    return Installed(str(path))


def remove(machine: Machine) -> list[str]:
    """Unload it and take the list away."""
    found = present(machine)
    if found:
        machine.run(("launchctl", "bootout", f"{_domain(machine)}/{_LABEL}"), {})
    for each in found:
        Path(each).unlink()
    return found


def present(machine: Machine) -> list[str]:
    """What is there of it."""
    path = _place(machine)
    return [str(path)] if path.exists() else []


def _place(machine: Machine) -> Path:
    return machine.user_home / "Library" / "LaunchAgents" / f"{_LABEL}.plist"


def _domain(machine: Machine) -> str:
    return f"gui/{machine.run(('id', '-u'), {}).said or machine.environment.get('UID', '')}"

"""Linux: a unit of the user's own systemd, started at log-in."""

from __future__ import annotations

import contextlib
from pathlib import Path

from agent.home import write_private
from agent.schedule.machine import Installed, Machine, Refused, Start

TITLE = "systemd 使用者服務"
_NAME = "elearn-agent.service"
_USER = ("systemctl", "--user")
_UNIT = """\
[Unit]
Description=我的數位學習補休：每晚更新學習紀錄
StartLimitIntervalSec=3600
StartLimitBurst=5

[Service]
Type=exec
ExecStart={command}
{environment}Restart=on-failure
RestartSec=60
# Another agent runs (15), or the settings need a person (2): starting again would not help.
RestartPreventExitStatus=2 15
# The agent alone is asked to stop; it lets a log-in get its answer before the browser goes.
KillMode=mixed
TimeoutStopSec=150
UMask=0077
Nice=5

[Install]
WantedBy=default.target
"""


def unit(start: Start) -> str:
    """The unit's text."""
    variables = [f"{name}={value}" for name, value in sorted(start.environment.items())]
    return _UNIT.format(
        command=_command(start.words),
        environment="".join(f"Environment={_quoted(each)}\n" for each in variables),
    )


def install(start: Start, machine: Machine) -> Installed:
    """Write the unit, switch it on and start it. Raises Refused.

    Without a running user manager (a session over ssh, a container) it is switched on for the next log-in, by the link that
    `systemctl enable` would make.
    """
    if machine.run(("systemctl", "--version"), {}).code != 0:
        raise Refused("這台電腦沒有 systemd。")
    path, link = _places(machine)
    try:
        write_private(path, unit(start).encode())
    except OSError as why:
        raise Refused(f"無法寫入 {path}（{why.strerror}）。") from why
    if machine.run((*_USER, "daemon-reload"), {}).code != 0:
        return _next_time(path, link)
    done = machine.run((*_USER, "enable", "--now", _NAME), {})
    if done.code != 0:
        path.unlink(missing_ok=True)
        raise Refused(f"systemd 不接受：{done.said}")
    return Installed(str(path))


def _next_time(path: Path, link: Path) -> Installed:
    try:
        link.parent.mkdir(parents=True, exist_ok=True)
        link.unlink(missing_ok=True)
        link.symlink_to(path)
    except OSError as why:
        path.unlink(missing_ok=True)
        raise Refused(f"無法寫入 {link}（{why.strerror}）。") from why
    remark = (
        "現在連不到您的 systemd，下次登入電腦時才會開始。要現在開始，請在桌面的終端機執行：\n"
        "  systemctl --user daemon-reload\n"
        f"  systemctl --user enable --now {_NAME}"
    )
    return Installed(str(path), remark)


def remove(machine: Machine) -> list[str]:
    """Switch it off, stop it, take the unit away; what was taken away."""
    path, link = _places(machine)
    if not path.exists() and not link.is_symlink():
        return []
    machine.run((*_USER, "disable", "--now", _NAME), {})
    for each in (link, path):
        with contextlib.suppress(FileNotFoundError):
            each.unlink()
    machine.run((*_USER, "daemon-reload"), {})
    return [str(path)]


def present(machine: Machine) -> list[str]:
    """What is there of it."""
    return [str(each) for each in _places(machine)[:1] if each.exists()]


def _places(machine: Machine) -> tuple[Path, Path]:
    folder = machine.folder("XDG_CONFIG_HOME", ".config") / "systemd" / "user"
    return folder / _NAME, folder / "default.target.wants" / _NAME


def _command(words: tuple[str, ...]) -> str:
    """The program is not searched for variables, and may hold no quote or backslash at all: then `env` starts it."""
    if set('"\\') & set(words[0]):
        words = ("/usr/bin/env", *words)
    return " ".join((_quoted(words[0]), *(_quoted(each, command=True) for each in words[1:])))


def _quoted(text: str, *, command: bool = False) -> str:
    """One word of a unit file: `%` begins a specifier, `$` in a command a variable (systemd.service, systemd.syntax)."""
    text = text.replace("\\", "\\\\").replace('"', '\\"').replace("%", "%%")
    return f'"{text.replace("$", "$$") if command else text}"'

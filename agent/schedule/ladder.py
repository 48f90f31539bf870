"""Started at log-in, by the best way this machine allows: each way is one file of the same shape, tried in turn."""

from __future__ import annotations

from dataclasses import dataclass
from importlib import import_module
from typing import Protocol, cast

from agent.schedule.machine import Installed, Machine, Refused, Start

PAGE = "page"  # the last step, which nobody can refuse: the page looks at the age of the records when it is opened
PAGE_SENTENCE = "這台電腦不允許排程，開啟本頁時會自動更新。"
_LADDERS = {"win32": ("tasks", "startup"), "darwin": ("launchd",)}
_OTHERS = ("systemd", "autostart")


class Rung(Protocol):
    """One way to be started at log-in, a module `install_<key>`."""

    TITLE: str

    def install(self, start: Start, machine: Machine) -> Installed: ...
    def remove(self, machine: Machine) -> list[str]: ...
    def present(self, machine: Machine) -> list[str]: ...


@dataclass(frozen=True, slots=True)
class Climbed:
    """Which way was taken (`page`: none was allowed), what it left, and who refused before, with the reason."""

    key: str
    title: str
    installed: Installed
    refused: tuple[tuple[str, str], ...]


def keys(platform: str) -> tuple[str, ...]:
    """The ways of this system, the best first."""
    return _LADDERS.get(platform, _OTHERS)


def rung(key: str) -> Rung:
    """The way of this name."""
    return cast("Rung", import_module(f"agent.schedule.install_{key}"))


def climb(start: Start, machine: Machine) -> Climbed:
    """Install by the first way that is allowed; what another way left from before is taken away."""
    refused: list[tuple[str, str]] = []
    for key in keys(machine.platform):
        way = rung(key)
        try:
            done = way.install(start, machine)
        except Refused as why:
            refused.append((way.TITLE, str(why)))
            continue
        for other in keys(machine.platform):
            if other != key:
                rung(other).remove(machine)
        return Climbed(key, way.TITLE, done, tuple(refused))
    return Climbed(PAGE, "開啟本頁時檢查", Installed("", PAGE_SENTENCE), tuple(refused))


def present(machine: Machine) -> list[tuple[str, str]]:
    """Every way that is installed: its title, and where."""
    return [
        (way.TITLE, place)
        for key in keys(machine.platform)
        for way in (rung(key),)
        for place in way.present(machine)
    ]


def remove_all(machine: Machine) -> list[tuple[str, str]]:
    """Take every way away; what was there."""
    return [
        (way.TITLE, place)
        for key in keys(machine.platform)
        for way in (rung(key),)
        for place in way.remove(machine)
    ]

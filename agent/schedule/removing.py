"""Everything outside of the home that `agent install` made, taken away, and the running agent stopped: for uninstall and purge."""

from __future__ import annotations

from agent.errors import Locked
from agent.home import Home
from agent.schedule.ladder import present, remove_all
from agent.schedule.machine import Machine, this_machine
from agent.schedule.presence import ask_to_stop, is_running


def installed(machine: Machine | None = None) -> list[tuple[str, str]]:
    """Every way that starts the agent at log-in: its title, and where."""
    return present(machine or this_machine())


def remove_everywhere(home: Home, machine: Machine | None = None) -> tuple[list[tuple[str, str]], bool]:
    """Take every way away and stop this home's agent: what was there, and whether one ran.

    Raises Locked when the agent does not stop in time.
    """
    ran = is_running(home)
    removed = remove_all(machine or this_machine())
    if not ask_to_stop(home):
        raise Locked("執行中的每晚更新沒有停止。", "請稍候再執行一次，或結束該程式。")
    return removed, ran

"""Starting at log-in as one home sees it: installed, remembered in the home, found again and taken away."""

from __future__ import annotations

from agent.errors import Locked
from agent.home import Home, write_private
from agent.schedule.ladder import Climbed, climb, present, remove_all
from agent.schedule.machine import Machine, this_machine, this_program
from agent.schedule.presence import ask_to_stop, is_running

_NOTE = "autostart"  # a file and not a row: a damaged database must not hide it from `purge`


def install(home: Home, machine: Machine) -> Climbed:
    """Install by the best way that is allowed, and remember which it was."""
    found = climb(this_program(machine, home.path.resolve()), machine)
    write_private(home.path / _NOTE, found.key.encode())
    return found


def way_of(home: Home) -> str:
    """The key of the way this home was installed by (`page`: none was allowed), "" where it was not."""
    try:
        return (home.path / _NOTE).read_text("utf-8").strip()
    except (OSError, UnicodeDecodeError):
        return ""


def places_of(home: Home, machine: Machine | None = None) -> list[tuple[str, str]]:
    """What was installed from this home and is still there: title and place. Another home's is not this one's to remove."""
    return present(machine or this_machine()) if way_of(home) else []


def remove_everywhere(home: Home, machine: Machine | None = None) -> tuple[list[tuple[str, str]], bool]:
    """Take every way away and stop this home's agent: what was there, and whether one ran.

    Raises Locked when the agent does not stop in time.
    """
    ran = is_running(home)
    removed = remove_all(machine or this_machine())
    (home.path / _NOTE).unlink(missing_ok=True)
    stop(home)
    return removed, ran


def stop(home: Home) -> None:
    """Stop this home's agent, where one runs. Raises Locked when it does not stop in time."""
    if not ask_to_stop(home):
        raise Locked("執行中的每晚更新沒有停止。", "請稍候再執行一次，或結束該程式。")

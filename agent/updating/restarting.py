"""The agent of a home over a switch of versions: ended before it, begun again after it as the version that starts then."""

from __future__ import annotations

import contextlib
import subprocess
import time
from enum import StrEnum

from agent.home import Home
from agent.schedule.installing import stop, way_of
from agent.schedule.ladder import PAGE
from agent.schedule.presence import is_running
from agent.schedule.renewing import sibling, start_apart
from agent.updating.places import Installed, interpreter

_APPEARS = 15.0  # seconds for an agent that was started to be there


class Agent(StrEnum):
    """What becomes of the agent: there was none, it runs as the other version, it will by itself, or it must be started."""

    NONE = "none"
    RESTARTED = "restarted"
    BY_ITSELF = "by_itself"
    NOT_STARTED = "not_started"


def ended(home: Home) -> Agent:
    """End the agent of this home, where it is one that runs unseen. Raises Locked when it does not stop in time.

    One that somebody runs in a terminal stays: between two runs it goes on as the other version, in the same terminal.
    """
    if not is_running(home):
        return Agent.NONE
    if way_of(home) in ("", PAGE):
        return Agent.BY_ITSELF
    stop(home)
    return Agent.RESTARTED


def started(agent: Agent, place: Installed, home: Home) -> Agent:
    """Begin it again as the version that starts now, and let that one be started at log-in; what became of it.

    systemd, launchd and the Task Scheduler start it as soon as it is installed; what the desktop or the Startup folder
    begins at log-in only is started here.
    """
    version = place.folder(place.current())
    python = interpreter(version)
    if way_of(home) not in ("", PAGE):
        with contextlib.suppress(subprocess.TimeoutExpired):
            subprocess.run(  # noqa: S603 - the version's own Python by its own path
                [python, "-m", "agent", "agent", "install"],
                cwd=version / "app",
                stdin=subprocess.DEVNULL,
                capture_output=True,
                timeout=120,
                check=False,
            )
    if agent is not Agent.RESTARTED:
        return agent
    if not _appears(home, within=2):
        start_apart([str(sibling(python, "pythonw.exe")), "-P", "-m", "agent", "agent", "run"], home.path)
    return agent if _appears(home, within=_APPEARS) else Agent.NOT_STARTED


def _appears(home: Home, within: float) -> bool:
    end = time.monotonic() + within
    while not is_running(home):
        if time.monotonic() > end:
            return False
        time.sleep(0.2)
    return True

"""How old the last success is, and a run where it is too old: beside the scheduler, for the page and for the status.

The agent does the same once a minute. Where nothing may start the agent, this check alone is left, whenever the page is opened.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

from agent.home import Home
from agent.schedule.installing import way_of
from agent.schedule.ladder import PAGE
from agent.schedule.past import past_of
from agent.schedule.timetable import Answer, Decision, decide
from agent.settings.config import Settings
from agent.store import Store


def due(store: Store, settings: Settings, now: datetime) -> Decision:
    """What is due now by the age of the last success: run, wait for a quiet window, ask the person, or nothing."""
    return decide(now, settings.schedule, past_of(store.runs(60)), "")


def due_on_page(home: Home, store: Store, settings: Settings, now: datetime) -> Decision:
    """The same for the page as it is opened. Where nothing else may start a run, opening the page is the word for it."""
    found = due(store, settings, now)
    if found.answer in (Answer.WAIT, Answer.ASK) and way_of(home) == PAGE and found.why:
        return replace(found, answer=Answer.RUN, at=None)
    return found


def run_if_due(
    home: Home, store: Store, settings: Settings, start: Callable[[], None], now: datetime
) -> Decision:
    """As the page is opened: call `start` where a run is due now; what was decided either way."""
    found = due_on_page(home, store, settings, now)
    if found.answer is Answer.RUN:
        start()
    return found

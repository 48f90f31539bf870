"""Left alone: after the person's own session displaced a run, nothing goes by itself for some hours.

Two open sessions of one account end each other. So the run that was displaced says so once (14); those after it end before a
browser opens (15: the account is in other hands), until the hours are over or the person asks for a run.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from agent import clock
from agent.errors import Locked
from agent.roc import roc
from agent.store import Store

_KEY = "displaced_at"


def note_displaced(store: Store, at: datetime) -> None:
    """The person's own session has just ended a run."""
    store.set_meta(_KEY, at.isoformat())


def forget_displaced(store: Store) -> None:
    """A run went through, or the person logged in by hand: nobody is in the way."""
    if store.get_meta(_KEY) is not None:
        store.drop_meta(_KEY)


def left_alone_until(store: Store, hours: float) -> datetime | None:
    """Until when nothing goes by itself, None where it may. What was noted under a clock running ahead does not count."""
    kept = store.get_meta(_KEY)
    if kept is None:
        return None
    since, now = datetime.fromisoformat(kept), clock.now()
    until = since + timedelta(hours=hours)
    return until.astimezone(clock.TAIPEI) if since <= now < until else None


def must_not_disturb(store: Store, hours: float) -> None:
    """Raise Locked, naming until when, while the person's own session is to be left alone."""
    until = left_alone_until(store, hours)
    if until is not None:
        raise Locked(
            "先前更新時，您正以同一帳號在別處使用平臺，該次更新已停止；"
            f"為免把您登出，{roc(until.date())} {until:%H:%M} 之前不會自動更新。",
            "不用處理。您現在沒有使用平臺的話，可在終端機執行 elearn sync，會立即更新。",
        )

"""The one module that knows what time it is. Decisions are made in Taipei; the store keeps UTC."""

from __future__ import annotations

from datetime import date, datetime
from zoneinfo import ZoneInfo

TAIPEI = ZoneInfo("Asia/Taipei")


def now() -> datetime:
    """This moment, aware, in Taipei."""
    return datetime.now(TAIPEI)


def today() -> date:
    """Today's date in Taipei."""
    return now().date()

"""One year of a read while it is being saved, and the records that were known before it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from agent.store.encode import utc
from agent.store.tables import IN_FILES, NO_YEAR
from agent.store.values import YearRead
from rules.record import LearningRecord, Origin

LIVE = (Origin.PORTAL, Origin.REPLICA)


@dataclass(frozen=True, slots=True)
class Known:
    """A record as it was last seen."""

    id: int
    version: int
    seen_at: str  # when it was last seen to say this
    record: LearningRecord


class YearUnderWay:
    """One year of a read: its key, its rows, and when it was taken.

    `elsewhere()` are the records that the same read shows under another year: moved between filters, not gone. `lost` are
    those it should show and does not.
    """

    def __init__(self, year: YearRead, at: datetime) -> None:
        self.year = year
        self.key = key_of(year)
        self.rows = [(page, place, each) for page in year.pages for place, each in enumerate(page.records)]
        self.unread = [each for page in year.pages for each in page.unread]
        self.taken_at = max((utc(page.taken_at) for page in year.pages), default=utc(at))
        self.at = at
        self.elsewhere: Callable[[], set[int]] = set
        self.lost: list[Known] = []
        self.live = not year.pages or any(page.origin in LIVE for page in year.pages)


def key_of(year: YearRead) -> int:
    """The key under which a year of a read is kept."""
    if year.year is not None:
        return year.year
    return NO_YEAR if year.complete else IN_FILES

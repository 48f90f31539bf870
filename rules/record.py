"""One row of the portal's 學習紀錄 table, as the portal shows it."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import Decimal
from enum import StrEnum


class Origin(StrEnum):
    """Where a record was read. Only `PORTAL` and `REPLICA` come from a log-in by this program."""

    PORTAL = "portal"
    SAVED_PAGE = "saved_page"
    RECORDS_FILE = "records_file"
    REPLICA = "replica"


@dataclass(frozen=True, slots=True)
class LearningRecord:
    """One row (learning_record). Times are Taipei wall time without offset, hours are Decimal, `None` is a blank cell.

    `reading` is the time spent reading, never the length of the period and never the certified hours.
    `number` is the portal's own No. on the page the row was last read from; like `origin` it is where the row stood,
    not what it says, so it takes no part in comparisons. `gone_since` is the day since which the portal no longer shows
    the row (None: it does), as a person confirmed; what the row says stays as it was read before.
    """

    title: str
    course_type: str | None = None
    code: str | None = None
    course_id: str | None = None
    start: datetime | None = None
    end: datetime | None = None
    reading: timedelta | None = None
    exam: str | None = None
    survey: str | None = None
    condition: str | None = None
    status: str | None = None
    certified_hours: Decimal | None = None
    upload_status: str | None = None
    uploaded_at: datetime | None = None
    number: str | None = field(default=None, compare=False)
    origin: Origin = field(default=Origin.PORTAL, compare=False)
    gone_since: date | None = field(default=None, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class UnreadRow:
    """A row that was not understood: its cells as shown, and why. `title` is set where at least the title was clear."""

    cells: tuple[str, ...]
    reason: str
    title: str | None = None

"""A record's cells as the page writes them, and what differs between two versions of it: the same words wherever they stand. Pure."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from agent.records_file import record_json
from agent.screens.history_screen import FIELDS, differences, shown
from rules.wording import moment

if TYPE_CHECKING:
    from agent.store import RecordChange
    from rules.record import LearningRecord

_TIMES = ("start", "end", "uploaded_at")


def cells(record: LearningRecord) -> list[tuple[str, str]]:
    """Every cell with its heading, in the portal's order."""
    found = record_json(record)
    return [(word, _cell(key, found[key])) for key, word in FIELDS.items()]


def differs(each: RecordChange) -> tuple[tuple[str, str, str], ...]:
    """Each cell that differs: heading, before, after; none for a record without one before it."""
    return tuple((FIELDS[key], _cell(key, one), _cell(key, two)) for key, one, two in differences(each))


def _cell(key: str, value: str | None) -> str:
    """Times as the papers write them, with their weekday; a blank says so."""
    return moment(datetime.fromisoformat(value)) if value and key in _TIMES else shown(value)

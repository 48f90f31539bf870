"""Records as columns and back; times as text and back."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import CursorResult

from rules.record import LearningRecord, Origin

TAIPEI = ZoneInfo("Asia/Taipei")

CELLS = (
    "title",
    "course_type",
    "code",
    "course_id",
    "start",
    "end",
    "reading",
    "exam",
    "survey",
    "condition",
    "status",
    "certified_hours",
    "upload_status",
    "uploaded_at",
)


def columns(record: LearningRecord) -> dict[str, Any]:
    """The record's cells as text, None for a blank."""
    return {
        **{name: getattr(record, name) for name in CELLS},
        "start": _wall(record.start),
        "end": _wall(record.end),
        "uploaded_at": _wall(record.uploaded_at),
        "reading": str(int(record.reading.total_seconds())) if record.reading is not None else None,
        "certified_hours": str(record.certified_hours) if record.certified_hours is not None else None,
    }


def record(
    row: Mapping[str, Any], number: str | None = None, gone_since: str | None = None
) -> LearningRecord:
    """The record of these columns; `gone_since` is a program time, of which the record keeps the day in Taipei."""
    hours, reading = row["certified_hours"], row["reading"]
    return LearningRecord(
        title=row["title"],
        course_type=row["course_type"],
        code=row["code"],
        course_id=row["course_id"],
        start=_moment(row["start"]),
        end=_moment(row["end"]),
        reading=timedelta(seconds=int(reading)) if reading is not None else None,
        exam=row["exam"],
        survey=row["survey"],
        condition=row["condition"],
        status=row["status"],
        certified_hours=Decimal(hours) if hours is not None else None,
        upload_status=row["upload_status"],
        uploaded_at=_moment(row["uploaded_at"]),
        number=number,
        origin=Origin(row["origin"]),
        gone_since=aware(gone_since).astimezone(TAIPEI).date() if gone_since else None,
    )


def _wall(at: datetime | None) -> str | None:
    return at.isoformat() if at is not None else None


def _moment(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text is not None else None


def utc(at: datetime) -> str:
    """An aware time as UTC text that sorts as it should."""
    return at.astimezone(UTC).isoformat(timespec="microseconds")


def aware(text: str) -> datetime:
    """The time of such a text."""
    return datetime.fromisoformat(text)


def new_id(made: CursorResult[Any]) -> int:
    """The id of the row just inserted."""
    key = made.inserted_primary_key
    if key is None:
        raise RuntimeError("the insert gave no key")
    return int(key[0])

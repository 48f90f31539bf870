"""The records as a file: `elearn-records/1` JSON, out and in."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from agent.clock import TAIPEI
from agent.records_row import Rows
from rules.errors import ConfigError
from rules.record import LearningRecord, Origin, UnreadRow

SCHEMA = "elearn-records/1"
_REMEDY = "請使用 elearn export --format json 產生的檔案。"


@dataclass(frozen=True, slots=True)
class RecordsFile:
    """What the file holds. `taken_at` is aware or None; `is_test`: made from records of a replica."""

    source: str
    taken_at: datetime | None
    total_stated: int | None
    records: tuple[LearningRecord, ...]
    unread: tuple[UnreadRow, ...]
    is_test: bool = False


def write_json(found: RecordsFile) -> str:
    """The file's text. Portal times without offset, hours as decimal strings, null where the portal shows nothing."""
    document = {
        "schema": SCHEMA,
        "source": found.source,
        "taken_at": found.taken_at.astimezone(TAIPEI).isoformat() if found.taken_at else None,
        "total_stated": found.total_stated,
        **({"test": True} if found.is_test else {}),
        "records": [record_json(each) for each in found.records],
        "unread": [
            {"cells": list(each.cells), "reason": each.reason, "title": each.title} for each in found.unread
        ],
    }
    return json.dumps(document, ensure_ascii=False, indent=1) + "\n"


def record_json(record: LearningRecord) -> dict[str, Any]:
    """One record as the contract writes it, with its origin, and since when the portal no longer shows it where that is so."""
    return {
        "course_type": record.course_type,
        "title": record.title,
        "code": record.code,
        "course_id": record.course_id,
        "start": record.start.isoformat() if record.start else None,
        "end": record.end.isoformat() if record.end else None,
        "reading": _clock(record.reading),
        "exam": record.exam,
        "survey": record.survey,
        "condition": record.condition,
        "status": record.status,
        "certified_hours": str(record.certified_hours) if record.certified_hours is not None else None,
        "upload_status": record.upload_status,
        "uploaded_at": record.uploaded_at.isoformat() if record.uploaded_at else None,
        "number": record.number,
        "origin": str(record.origin),
        **({"gone_since": record.gone_since.isoformat()} if record.gone_since else {}),
    }


def _clock(length: timedelta | None) -> str | None:
    if length is None:
        return None
    total = int(length.total_seconds())
    return f"{total // 3600:02}:{total % 3600 // 60:02}:{total % 60:02}"


def read_json(text: str, name: str) -> RecordsFile:
    """The file of this text. A record that cannot be used is kept as unread. Raises ConfigError when it is no such file."""
    return records_of(load_json(text, name), name)


def load_json(text: str, name: str) -> Any:  # noqa: ANN401 - any JSON
    """What this text says, as JSON. Raises ConfigError where it is none, or holds a text that could not be kept."""
    try:
        text.encode()
        data = json.loads(text)
        if "\\u" in text:  # half a surrogate pair may be written so
            json.dumps(data, ensure_ascii=False).encode()
    except (ValueError, RecursionError) as why:
        raise ConfigError(f"檔案「{name}」不是正確的 JSON。", _REMEDY) from why
    return data


def records_of(data: Any, name: str) -> RecordsFile:  # noqa: ANN401 - any JSON
    """The file of which this is the JSON, as `read_json` reads it."""
    if (
        not isinstance(data, dict)
        or data.get("schema") != SCHEMA
        or not isinstance(data.get("records"), list)
    ):
        raise ConfigError(f"檔案「{name}」不是 {SCHEMA} 格式的紀錄檔。", _REMEDY)
    records: list[LearningRecord] = []
    rows = Rows()
    unread = [_unread(each) for each in _list(data.get("unread"))]
    for each in data["records"]:
        try:
            records.append(rows.record(each))
        except (ValueError, TypeError, KeyError, OverflowError) as why:
            cells = tuple(str(value) for value in each.values()) if isinstance(each, dict) else (str(each),)
            title = each.get("title") if isinstance(each, dict) else None
            unread.append(
                UnreadRow(cells, f"紀錄檔中無法使用的一筆：{why}", title if isinstance(title, str) else None)
            )
    total = data.get("total_stated")
    return RecordsFile(
        source=str(data.get("source") or ""),
        taken_at=_taken_at(data.get("taken_at"), name),
        total_stated=total if isinstance(total, int) and not isinstance(total, bool) and total >= 0 else None,
        records=tuple(records),
        unread=tuple(unread),
        is_test=data.get("test") is True
        or any(isinstance(each, dict) and each.get("origin") == Origin.REPLICA for each in data["records"]),
    )


def _list(value: object) -> list[Any]:
    return value if isinstance(value, list) else []


def _unread(value: object) -> UnreadRow:
    data = value if isinstance(value, dict) else {}
    title = data.get("title")
    cells = tuple(str(each) for each in _list(data.get("cells")))
    return UnreadRow(
        cells, str(data.get("reason") or "原檔標示為無法判讀"), title if isinstance(title, str) else None
    )


def _taken_at(value: object, name: str) -> datetime | None:
    if value is None:
        return None
    try:
        found = datetime.fromisoformat(str(value))
    except ValueError as why:
        raise ConfigError(f"檔案「{name}」的 taken_at「{value}」不是時刻。", _REMEDY) from why
    if not 1990 <= found.year <= 2100:
        raise ConfigError(f"檔案「{name}」的 taken_at「{value}」年份不合理。", _REMEDY)
    return found if found.tzinfo else found.replace(tzinfo=TAIPEI)

"""The records as a file: `elearn-records/1` JSON, out and in."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal, InvalidOperation
from typing import Any

from agent.clock import TAIPEI
from rules.errors import ConfigError
from rules.record import LearningRecord, Origin, UnreadRow
from rules.titles import split_code

SCHEMA = "elearn-records/1"
_REMEDY = "請使用 elearn export --format json 產生的檔案。"
_TEXTS = ("course_type", "code", "course_id", "exam", "survey", "condition", "status", "upload_status")
_BLANK = (None, "", "-", "--")
_MOMENT = re.compile(r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d")
_UNSEEN = re.compile("[\x00-\x08\x0e-\x1b\x7f]")  # control characters: no document could hold them
_LARGEST_NUMBER = Decimal(10_000)


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
    try:
        data = json.loads(text)
        json.dumps(data, ensure_ascii=False).encode()  # half a surrogate pair is no text that could be kept
    except (ValueError, RecursionError) as why:
        raise ConfigError(f"檔案「{name}」不是正確的 JSON。", _REMEDY) from why
    if (
        not isinstance(data, dict)
        or data.get("schema") != SCHEMA
        or not isinstance(data.get("records"), list)
    ):
        raise ConfigError(f"檔案「{name}」不是 {SCHEMA} 格式的紀錄檔。", _REMEDY)
    records: list[LearningRecord] = []
    unread = [_unread(each) for each in _list(data.get("unread"))]
    for each in data["records"]:
        try:
            records.append(_record(each))
        except (ValueError, TypeError, KeyError, OverflowError) as why:
            cells = (
                tuple(str(value) for value in each.values()) if isinstance(each, Mapping) else (str(each),)
            )
            title = each.get("title") if isinstance(each, Mapping) else None
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
        or any(
            isinstance(each, Mapping) and each.get("origin") == Origin.REPLICA for each in data["records"]
        ),
    )


def _list(value: object) -> list[Any]:
    return value if isinstance(value, list) else []


def _unread(value: object) -> UnreadRow:
    data = value if isinstance(value, Mapping) else {}
    title = data.get("title")
    cells = tuple(str(each) for each in _list(data.get("cells")))
    return UnreadRow(
        cells, str(data.get("reason") or "原檔標示為無法判讀"), title if isinstance(title, str) else None
    )


def _record(data: object) -> LearningRecord:
    if not isinstance(data, Mapping):
        raise TypeError("不是一筆紀錄")
    raw = data.get("title")
    shown = _text(raw, "title") if isinstance(raw, str) else None
    texts = {key: _text(data.get(key), key) for key in _TEXTS}
    title, code = split_code(shown or "")
    if texts["code"] is None:
        texts["code"] = code
    elif code != texts["code"].upper():
        title = (
            shown or ""
        )  # what looks like a code, 「(A2)」 say, belongs to the title: the code stands by itself
    if not title:
        raise ValueError("沒有課程名稱")
    return LearningRecord(
        title=title,
        start=_moment(data.get("start")),
        end=_moment(data.get("end")),
        reading=_length(data.get("reading")),
        certified_hours=_hours(data.get("certified_hours")),
        uploaded_at=_moment(data.get("uploaded_at")),
        number=_text(data.get("number"), "number"),
        origin=Origin.RECORDS_FILE,
        gone_since=_day(data.get("gone_since")),
        **texts,
    )


def _text(value: object, key: str) -> str | None:
    if value is None:
        return None
    is_number = isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)
    if not is_number and not isinstance(value, str):
        raise ValueError(f"{key} 不是文字")
    return " ".join(_UNSEEN.sub("", str(value)).split()) or None


def _moment(value: object) -> datetime | None:
    if value in _BLANK:
        return None
    if not isinstance(value, str) or not _MOMENT.match(
        value
    ):  # a day alone would be read as midnight: off duty
        raise ValueError(f"「{value}」不是年月日時分秒")
    found = datetime.fromisoformat(value)
    if not 1990 <= found.year <= 2100:
        raise ValueError(f"「{value}」的年份不合理")
    return found.astimezone(TAIPEI).replace(tzinfo=None) if found.tzinfo else found


def _day(value: object) -> date | None:
    return date.fromisoformat(str(value)) if value is not None else None


def _length(value: object) -> timedelta | None:
    if value in _BLANK:
        return None
    found = re.fullmatch(r"(\d{1,4}):([0-5]\d):([0-5]\d)", str(value))
    if found is None:
        if str(value) == "0":
            return timedelta()
        raise ValueError(f"閱讀時數「{value}」不是時:分:秒")
    return timedelta(hours=int(found[1]), minutes=int(found[2]), seconds=int(found[3]))


def _hours(value: object) -> Decimal | None:
    if value in _BLANK:
        return None
    try:
        found = Decimal(str(value))
    except InvalidOperation as why:
        raise ValueError(f"認證時數「{value}」不是數字") from why
    exponent = (
        found.as_tuple().exponent
    )  # 1E-99999999 is small, and a hundred million figures when written out
    if not isinstance(exponent, int) or exponent < -6 or not 0 <= found < _LARGEST_NUMBER:
        raise ValueError(f"認證時數「{value}」不合理")
    return found


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

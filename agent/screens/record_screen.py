"""How one record came to be as it is (「這筆紀錄的變化」): for the terminal and as JSON."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from agent.clock import TAIPEI
from agent.records_file import record_json
from agent.roc import roc_datetime
from agent.screens.history_screen import FIELDS, differences, said, shown
from agent.store import Loss, RecordChange
from rules.wording import roc_long


def record_document(changes: Sequence[RecordChange], losses: Sequence[Loss]) -> list[dict[str, Any]]:
    """How each of these records came to be, oldest first."""
    return [
        {
            "record": number,
            "title": found[-1].after.title,
            "code": found[-1].after.code,
            "gone_since": _gone(found[-1], losses),
            "versions": [
                {
                    "run": each.run,
                    "seen_at": each.seen_at.astimezone(TAIPEI).isoformat(),
                    "origin": str(each.after.origin),
                    **{key: record_json(each.after)[key] for key in FIELDS},
                    "differs": [key for key, _, _ in differences(each)],
                }
                for each in found
            ],
        }
        for number, found in _by_record(changes).items()
    ]


def record_text(changes: Sequence[RecordChange], losses: Sequence[Loss]) -> str:
    """「這筆紀錄的變化」: what was first seen, then each difference with the day it was seen."""
    lines: list[str] = []
    for found in _by_record(changes).values():
        newest = found[-1].after
        lines.append(f"這筆紀錄的變化：『{newest.title}』{f'（{newest.code}）' if newest.code else ''}")
        for each in found:
            when = roc_datetime(each.seen_at.astimezone(TAIPEI))
            if each.before is None:
                cells = record_json(each.after)
                told = "、".join(
                    f"{FIELDS[key]} {shown(cells[key])}"
                    for key in ("start", "end", "status", "certified_hours", "upload_status")
                )
                lines.append(f"　{when} 第一次讀到：{told}")
            else:
                lines.append(f"　{when} {said(each)}")
        gone = _gone(found[-1], losses)
        if gone:
            lines.append(
                f"　自 {roc_long(date.fromisoformat(gone))}起平臺不再顯示（已確認）；先前讀到的內容保留不變。"
            )
    return "\n".join(lines)


def _by_record(changes: Sequence[RecordChange]) -> dict[int, list[RecordChange]]:
    found: dict[int, list[RecordChange]] = {}
    for each in sorted(changes, key=lambda each: (each.record, each.seen_at)):
        found.setdefault(each.record, []).append(each)
    return found


def _gone(newest: RecordChange, losses: Sequence[Loss]) -> str | None:
    """Since which day the portal does not show it, where a person confirmed that; ISO."""
    found = [
        each
        for each in losses
        if each.record_id == newest.record and each.accepted_at and not each.returned_at
    ]
    return min(each.gone_since for each in found).astimezone(TAIPEI).date().isoformat() if found else None

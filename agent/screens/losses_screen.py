"""Records that the portal no longer shows, row by row, for the terminal and as JSON."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from agent.clock import TAIPEI
from agent.records_file import record_json
from agent.store import Loss
from rules.wording import moment, roc_long

_BLANK = "空白"


def losses_document(found: Sequence[Loss]) -> list[dict[str, Any]]:
    """Each row as it was last read, with since when it is gone and what became of that."""
    return [
        {
            "year": each.year,
            "record": record_json(each.record),
            "gone_since": _day(each),
            "page": each.page,
            "accepted_at": each.accepted_at.astimezone(TAIPEI).isoformat() if each.accepted_at else None,
            "returned_at": each.returned_at.astimezone(TAIPEI).isoformat() if each.returned_at else None,
        }
        for each in found
    ]


def pending_text(found: Sequence[Loss]) -> str:
    """The rows waiting for a person's word, each as the portal last showed it."""
    if not found:
        return "沒有等待確認的紀錄。"
    lines = [f"最近一次讀取少了 {len(found)} 筆先前有的紀錄（內容為最後一次讀到的）："]
    return "\n".join((*lines, *(line for each in found for line in _row(each))))


def accepted_text(found: Sequence[Loss]) -> str:
    """The rows accepted as gone before, and whether they came back; "" where there are none."""
    if not found:
        return ""
    lines = [f"先前已確認平臺不再顯示的紀錄 {len(found)} 筆（完整保存，判斷時列為待認定）："]
    return "\n".join((*lines, *(line for each in found for line in _row(each))))


def _row(each: Loss) -> list[str]:
    """One row in five lines at most."""
    record = each.record
    code = f"（{record.code}）" if record.code else ""
    start = moment(record.start) if record.start else _BLANK
    end = moment(record.end) if record.end else _BLANK
    certified = record.certified_hours if record.certified_hours is not None else _BLANK
    lines = [
        f"  - {record.title}{code}",
        f"      上課期間 {start} ～ {end}",
        f"      通過狀態 {record.status or _BLANK}　認證時數 {certified}　上傳 {record.upload_status or _BLANK}",
        f"      不再顯示：{roc_long(each.gone_since.astimezone(TAIPEI).date())}起",
    ]
    if each.page:
        lines.append(f"      保存的網頁：{each.page}")
    if each.returned_at:
        lines.append(f"      {roc_long(each.returned_at.astimezone(TAIPEI).date())}平臺又顯示了，照常判斷。")
    return lines


def _day(each: Loss) -> str:
    return each.gone_since.astimezone(TAIPEI).date().isoformat()

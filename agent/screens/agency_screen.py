"""機關設定檔 as people read it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import time
from typing import Any

from agent.screens.attendance_screen import span_text
from agent.settings import values
from agent.settings.agency_file import AgencyFile
from rules.wording import clock, roc_long

_WORD = {
    "hours": "上班時間",
    "lunch_is_off_duty": "午休",
    "flexible": "彈性上下班時段",
    "span_policy": "跨上班時間的紀錄",
    "city": "縣市",
    "district": "行政區",
}
_POLICY = {
    "endpoints": "只看起迄",
    "endpoints_then_review": "列為待認定",
    "whole": "全程均須為公餘時間",
}


def agency_text(agency: AgencyFile) -> str:
    """The whole file."""
    lines = [f"機關設定檔：{agency.name}（{roc_long(agency.issued_on)}）"]
    if agency.contact:
        lines.append(f"  聯絡方式：{agency.contact}")
    lines += [f"  {_WORD[key]}：{_value(key, each)}" for key, each in agency.stated.items()]
    for each in agency.suspensions or ():
        place = "".join((each.city, "、".join(each.districts)))
        lines.append(f"  停止上班：{span_text(each.span)}{f'（{place}）' if place else ''}{each.cause}")
    if agency.suspensions == ():
        lines.append("  停止上班：無")
    if agency.form_template:
        lines.append(f"  申請表：{agency.form_template}（準備申請時填寫這一份）")
    for plan in agency.plans:
        lines.append(f"  計畫：{plan.name or '寫在檔內'}（已加入計畫清單）")
    return "\n".join(lines)


def _value(key: str, value: Any) -> str:  # noqa: ANN401 - as TOML holds it
    if key in {"hours", "flexible"}:
        return _spans(values.clock_spans(value)) or "無"
    if key == "lunch_is_off_duty":
        return "視為公餘時間" if value else "視為上班時間"
    return _POLICY.get(value, str(value))


def _spans(spans: Sequence[tuple[time, time]]) -> str:
    return "、".join(f"{clock(start)}–{clock(end)}" for start, end in spans)

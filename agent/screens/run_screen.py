"""What a run did, for the terminal and as JSON."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from agent.syncing import RunReport
from rules.wording import year_word


def run_document(report: RunReport) -> dict[str, Any]:
    """The run as the contract writes it."""
    return {
        "run": {
            "id": report.id,
            "outcome": report.outcome,
            "records": report.records,
            "new": report.new,
            "changed": report.changed,
            "unread": report.unread,
            "years": list(report.years),
            "refused_requests": list(report.refused_requests),
            "repaired": [asdict(each) for each in report.repaired],
        }
    }


def run_text(report: RunReport) -> str:
    """The run in a sentence or three."""
    lines = [f"已讀取 {report.records} 筆學習紀錄：新增 {report.new} 筆，變更 {report.changed} 筆。"]
    if report.years:
        lines.append(f"年份：{'、'.join(year_word(year) for year in report.years)}。")
    if report.unread:
        lines.append(f"！ 有 {report.unread} 筆無法判讀，已照原樣保存；可能相關的課程列為待認定。")
    if report.refused_requests:
        hosts = sorted({each["host"] for each in report.refused_requests})
        lines.append(f"已阻擋 {len(report.refused_requests)} 個不在名單內的請求（{'、'.join(hosts)}）。")
    lines += [f"・{each.text}" for each in report.repaired]
    return "\n".join(lines)

"""How the nightly runs stand, and what installing them did, for the terminal and as JSON."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from agent import __version__
from agent.roc import roc_datetime
from agent.schedule.ladder import PAGE, Climbed
from agent.schedule.presence import OTHER, OTHER_REMEDY
from agent.schedule.status import Status
from agent.schedule.timetable import Answer

_OUTCOME = {
    "ok": "完成",
    "interrupted": "中途停止",
    "unavailable": "平臺或登入網站沒有回應",
    "incomplete": "沒有讀完",
    "locked": "沒有開始，帳號或資料夾正在使用中",
    None: "進行中，或未完成",
}


def status_document(found: Status) -> dict[str, Any]:
    """The status as the contract writes it."""
    return {
        "last_success": _iso(found.last_success),
        "last_run": _iso(found.last_run),
        "last_outcome": found.last_outcome,
        "next_run": _iso(found.next_run),
        "running": found.is_running,
        "running_version": found.running_version,
        "version": __version__,
        "installed": [{"kind": title, "place": place} for title, place in found.installed],
        "silent": found.is_silent,
        "due": found.decision.answer.value,
        "waiting_for_person": [
            {"key": each.key, "text": each.text, "remedy": each.remedy} for each in found.waiting
        ],
    }


def status_text(found: Status, paused_until: date | None) -> str:
    """The status in a few lines."""
    lines = [
        f"最近一次成功更新：{_when(found.last_success) or '還沒有'}",
        f"最近一次更新：{_last(found)}",
        f"下次更新：{_next(found, paused_until)}",
        f"登入電腦時自動開始：{_started(found)}",
    ]
    if found.other_version:
        lines.append(f"！ {OTHER.format(found.other_version)}{OTHER_REMEDY}")
    if found.is_silent:
        lines.append("！ 已超過 2 天沒有成功更新。")
    if found.waiting:
        lines += ["", f"等您處理（{len(found.waiting)}）："]
        for each in found.waiting:
            lines += [f"  ・{each.text}", f"    {each.remedy}"]
    return "\n".join(lines)


def climbed_document(found: Climbed) -> dict[str, Any]:
    """What `agent install` did."""
    return {
        "installed": {"kind": found.key, "title": found.title, "place": found.installed.path},
        "remark": found.installed.remark,
        "refused": [{"title": title, "reason": reason} for title, reason in found.refused],
    }


def climbed_text(found: Climbed) -> str:
    """What `agent install` did, in a few lines."""
    lines = [f"・{title}：無法使用。{reason}" for title, reason in found.refused]
    if found.key == PAGE:
        lines += [found.installed.remark, "（本頁：elearn dashboard）"]
    else:
        lines += [f"已安裝：{found.title}（{found.installed.path}）"]
        if found.installed.remark:
            lines.append(found.installed.remark)
        lines.append("電腦關機時不會執行；開機登入後，會在設定的時段補上一次。移除：elearn agent uninstall。")
    return "\n".join(lines)


def removed_text(removed: list[tuple[str, str]], stopped: bool) -> str:
    """What `agent uninstall` took away."""
    lines = [f"已移除：{title}（{place}）" for title, place in removed] or ["沒有安裝，沒有東西可以移除。"]
    lines.append("已停止執行中的每晚更新。" if stopped else "沒有執行中的每晚更新。")
    return "\n".join(lines)


def _last(found: Status) -> str:
    if found.last_run is None:
        return "還沒有"
    return f"{_when(found.last_run)}（{_OUTCOME.get(found.last_outcome, '沒有完成')}）"


def _next(found: Status, paused_until: date | None) -> str:
    paused = f"（已暫停到 {paused_until}）" if found.decision.answer is Answer.PAUSED else ""
    if not found.is_running:
        what = "下次登入電腦時開始" if found.installed else "請執行 elearn agent install，或 elearn agent run"
        return f"每晚更新沒有在執行{paused}；{what}。"
    return f"{_when(found.next_run) or '未定'}{paused}"


def _started(found: Status) -> str:
    if found.installed:
        return "、".join(title for title, _ in found.installed)
    return "這台電腦不允許排程，開啟 elearn dashboard 時會自動更新。" if found.page_only else "沒有安裝"


def _when(at: datetime | None) -> str:
    return roc_datetime(at) if at else ""


def _iso(at: datetime | None) -> str | None:
    return at.isoformat(timespec="seconds") if at else None

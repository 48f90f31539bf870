"""What changed, run by run: for the terminal and as JSON."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from agent.clock import TAIPEI
from agent.records_file import record_json
from agent.roc import roc_datetime
from agent.store import RecordChange, Run

_COMMAND = {"sync": "更新", "claim": "準備申請時更新", "import": "匯入", "demo": "示範", "agent": "每晚更新"}
_OUTCOME = {
    "ok": "成功",
    "refused": "登入網站沒有接受密碼",
    "person_needed": "需要本人操作",
    "unavailable": "平臺或登入網站沒有回應",
    "page_changed": "頁面與已知不同，沒有儲存",
    "incomplete": "沒有讀完整，沒有儲存",
    "no_credential": "密碼保管功能無法使用",
    "not_official_account": "不是公務帳號",
    "left_hosts": "頁面要離開名單內的網站，已停止",
    "shrink": "平臺上的紀錄比先前少，沒有覆蓋",
    "other_person": "是另一個人的紀錄，沒有儲存",
    "config": "檔案或設定無法使用",
    "unexpected": "未預期的問題",
    "interrupted": "中途被結束，沒有儲存",
    "locked": "帳號或資料夾正在使用中，沒有開始",
}
FIELDS = {
    "title": "課程名稱",
    "course_type": "課程類型",
    "code": "課程代碼",
    "start": "上課期間起",
    "end": "上課期間迄",
    "reading": "閱讀時數",
    "exam": "測驗",
    "survey": "問卷",
    "condition": "通過條件",
    "status": "通過狀態",
    "certified_hours": "認證時數",
    "upload_status": "終身學習上傳狀態",
    "uploaded_at": "終身學習時數上傳時間",
}
_TIME = re.compile(r"\d{4}-\d\d-\d\dT[\d:]+")
_SHOWN = 5  # new records named in a run


def outcome_word(outcome: str | None) -> str:
    """How a run ended, in words."""
    return _OUTCOME.get(outcome or "", outcome or "沒有結束（進行中，或中途被結束）")


def history_document(runs: Sequence[Run], changes: Sequence[RecordChange]) -> dict[str, Any]:
    """The runs, newest first, each with what it changed."""
    by_run: dict[int, list[RecordChange]] = {}
    for each in changes:
        by_run.setdefault(each.run, []).append(each)
    return {"runs": [_run_json(run, by_run.get(run.id, [])) for run in runs]}


def _run_json(run: Run, changes: Sequence[RecordChange]) -> dict[str, Any]:
    return {
        "id": run.id,
        "command": run.command,
        "started_at": run.started_at.astimezone(TAIPEI).isoformat(),
        "finished_at": run.finished_at.astimezone(TAIPEI).isoformat() if run.finished_at else None,
        "outcome": run.outcome,
        "exit_code": run.exit_code,
        "message": run.report.get("message"),
        "new": sum(each.is_new for each in changes),
        "changed": sum(each.before is not None for each in changes),
        "changes": [_change_json(each) for each in changes],
    }


def _change_json(each: RecordChange) -> dict[str, Any]:
    return {
        "record": each.record,
        "kind": _kind(each),
        "title": each.after.title,
        "code": each.after.code,
        "start": each.after.start.isoformat() if each.after.start else None,
        "fields": [{"key": key, "before": one, "after": two} for key, one, two in differences(each)],
    }


def _kind(each: RecordChange) -> str:
    return "changed" if each.before is not None else "new" if each.is_new else "earlier"


def differences(each: RecordChange) -> list[tuple[str, str | None, str | None]]:
    """The cells that differ, in the portal's order; none for a record without one before it."""
    if each.before is None:
        return []
    one, two = record_json(each.before), record_json(each.after)
    return [(key, one[key], two[key]) for key in FIELDS if one[key] != two[key]]


def history_text(runs: Sequence[Run], changes: Sequence[RecordChange]) -> str:
    """One run a line, and beneath it what it changed."""
    if not runs:
        return "還沒有更新過。第一次更新後，每次的變化會記在這裡。"
    by_run: dict[int, list[RecordChange]] = {}
    for each in changes:
        by_run.setdefault(each.run, []).append(each)
    return "\n".join(line for run in runs for line in _run_lines(run, by_run.get(run.id, [])))


def _run_lines(run: Run, changes: Sequence[RecordChange]) -> list[str]:
    when = roc_datetime(run.started_at.astimezone(TAIPEI))
    head = f"{when}　{_COMMAND.get(run.command, run.command)}　{outcome_word(run.outcome)}"
    if run.outcome != "ok":
        message = str(run.report.get("message") or "")
        return [head, f"　　{message}"] if message and message != head else [head]
    new = [each for each in changes if each.is_new]
    changed = [each for each in changes if each.before is not None]
    earlier = [each for each in changes if each.is_late]
    if not changes:
        return [f"{head}，沒有變化"]
    counted = [f"新增 {len(new)} 筆"] if new else []
    counted += [f"變更 {len(changed)} 筆"] if changed else []
    counted += [f"補入較早的內容 {len(earlier)} 筆"] if earlier else []
    lines = [f"{head}，{'、'.join(counted)}"]
    if new:
        named = "、".join(f"『{each.after.title}』" for each in new[:_SHOWN])
        lines.append(f"　　新增：{named}{f'等 {len(new)} 筆' if len(new) > _SHOWN else ''}")
    lines += [f"　　變更：『{each.after.title}』{said(each)}" for each in changed]
    return lines


def said(each: RecordChange) -> str:
    """The differences in a line: 「通過狀態 未通過 → 已通過；認證時數 空白 → 1.0」."""
    return "；".join(f"{FIELDS[key]} {shown(one)} → {shown(two)}" for key, one, two in differences(each))


def shown(value: str | None) -> str:
    """A cell for people: a time without its T (a code keeps its own), a blank one says so."""
    if not value:
        return "空白"
    return value.replace("T", " ") if _TIME.fullmatch(value) else value

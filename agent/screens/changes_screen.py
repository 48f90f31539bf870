"""What a change of the settings does, for the terminal."""

from __future__ import annotations

from agent.screens.verdict_screen import STATE_WORD
from agent.settings.rejudging import Changes, SetChange
from rules.wording import hours, roc_long

_CLAIM_WORD = {"prepared": "已準備，尚未送件", "submitted": "已送件", "approved": "已核定"}
_TO_DO = {
    "prepared": "請重新執行 elearn claim 準備文件",
    "submitted": "請告知人事單位",
    "approved": "請洽人事單位",
}


def changes_text(found: Changes) -> str:
    """Every verdict and claim that changes, or that none does."""
    lines: list[str] = []
    for each in found.plans:
        lines.append(f"會改變的判斷結果：{each.title}（判斷日 {roc_long(each.on)}）")
        lines.append(f"  可申請補休 {_arrow(*map(hours, each.claimable))} 小時")
        if any(each.pending):
            lines.append(f"  待認定 {_arrow(*map(hours, each.pending))} 小時")
        lines += [line for one in each.sets for line in _set(one)]
    for claim in found.claims:
        head = f"{claim.claim.id}（{_CLAIM_WORD[claim.claim.state]}，{hours(claim.claim.hours)} 小時）"
        lines.append(f"會影響的申請案：{head}；{_TO_DO[claim.claim.state]}。")
        lines += [line for one in claim.sets for line in _set(one)]
    if found.is_empty:
        lines.append("目前儲存的紀錄與申請案，判斷結果都不變。")
    if found.unjudged:
        lines.append(f"未能重新判斷的申請案（沒有該計畫）：{'、'.join(found.unjudged)}。")
    return "\n".join(lines)


def _set(each: SetChange) -> list[str]:
    states = _arrow(*(STATE_WORD[state] for state in each.states))
    lines = [f"  「{each.title}」{states}，補休 {_arrow(*map(hours, each.hours))} 小時"]
    lines += [f"      {title}：{STATE_WORD[one]} → {STATE_WORD[two]}" for title, one, two in each.courses]
    return lines


def _arrow(before: str, after: str) -> str:
    return before if before == after else f"{before} → {after}"

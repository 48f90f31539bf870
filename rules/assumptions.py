"""The readings a verdict leans on: points the plan leaves open and only the personnel office can settle."""

from __future__ import annotations

from rules.person import Person
from rules.plan import Plan
from rules.verdict import Assumption
from rules.wording import clock, roc_long
from rules.work import SpanPolicy, Work

_SPAN_TEXT = {
    SpanPolicy.ENDPOINTS: "只看起迄時間；中間跨過上班時間不影響（計畫文字）。",
    SpanPolicy.ENDPOINTS_THEN_REVIEW: "起迄均為公餘時間而中間跨過上班時間者，列為待認定。",
    SpanPolicy.WHOLE: "起迄及其間均須為公餘時間。",
}


def assumptions(work: Work, person: Person, plan: Plan, used: frozenset[str]) -> tuple[Assumption, ...]:
    """Every parameter in force, in a fixed order; `used` marks those that decided a counted row."""
    timetable = "、".join(f"{clock(start)}–{clock(end)}" for start, end in work.hours)
    last_day = max(rule.completed_by for rule in plan.benefits)
    lunch = (
        "午休不計入上班時間，視為公餘時間。" if work.lunch_is_off_duty else "午休視為上班時間，不是公餘時間。"
    )
    stated = "hours" in work.stated_by
    listed = [
        (
            "hours",
            timetable,
            f"上班時間為 {timetable}{'' if stated else '；機關規定不同時請在設定中更改'}。",
        ),
        ("lunch_is_off_duty", str(work.lunch_is_off_duty).lower(), lunch),
        ("span_policy", str(work.span_policy), _SPAN_TEXT[work.span_policy]),
        ("completed_by", last_day.isoformat(), f"完成期限 {roc_long(last_day)}，含當日 24 時前。"),
        ("category", person.category, f"人員類別為「{person.category or '尚未設定'}」。"),
    ]
    if work.shift_worker:
        listed.append(("roster", "shift_worker", "輪班人員依勤務表判斷，不看辦公日曆。"))
    if work.flexible:
        bands = "、".join(f"{clock(start)}–{clock(end)}" for start, end in work.flexible)
        listed.append(("flexible", bands, f"彈性上下班時段 {bands}，無刷卡紀錄者列為待認定。"))
    if "leave" in used:
        listed.append(("leave", "review", "請假期間的上班時間是否為公餘時間，列為待認定。"))
    if "suspensions" in used:
        listed.append(("suspensions", "review", "停止上班期間的上班時間是否為公餘時間，列為待認定。"))
    return tuple(
        Assumption(key, value, _with_source(text, work.stated_by.get(key)), key in used or key == "category")
        for key, value, text in listed
    )


def _with_source(text: str, stated_by: str | None) -> str:
    """The reading with whose word it is, where it is not the person's own."""
    return f"{text.removesuffix('。')}（依{stated_by}）。" if stated_by else text

"""A verdict in the terminal: one number, a bar for each set, a line for each course, a reason for each problem."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from agent.screens.layout import bar, indent, pad
from rules.verdict import (
    BenefitState,
    BenefitVerdict,
    CourseVerdict,
    ReasonCode,
    SetVerdict,
    State,
    Verdict,
)
from rules.wording import UNIT_WORDS, hours, roc_long

STATE_WORD = {State.MET: "符合", State.REVIEW: "待認定", State.MISSING: "未完成", State.FAILED: "不符合"}
STATE_SIGN = {State.MET: "✔", State.REVIEW: "！", State.MISSING: "–", State.FAILED: "✖"}
BENEFIT_WORD = {
    BenefitState.CLAIMABLE: "可申請",
    BenefitState.PENDING_REVIEW: "待認定",
    BenefitState.REACHABLE: "未達成",
    BenefitState.MISSED: "已逾期限",
    BenefitState.EXCLUDED: "不適用",
    BenefitState.CLAIMED: "已申請",
}
UNIT_WORD = UNIT_WORDS
_SILENT = (ReasonCode.OFF_DUTY, ReasonCode.COURSE_MISSING)


def no_plan_text(day: date) -> str:
    """No plan covers the day: not the same as nothing to claim."""
    return f"尚無 {day.year - 1911} 年度計畫資料，沒有計畫的辦理時程包含 {roc_long(day)}。"


def verdict_text(verdict: Verdict) -> str:
    """The whole verdict on one screen."""
    lines = [f"{verdict.plan_title}", f"（{verdict.plan_document}；判斷日 {roc_long(verdict.on)}）", ""]
    lines += [_benefit(each) for each in verdict.benefits]
    if not verdict.complete:
        lines += ["", f"！ 有 {len(verdict.unread)} 筆紀錄無法判讀，可能相關的課程列為待認定。"]
    lines.append("")
    for each in verdict.sets:
        lines += _set(each)
    lines += _next(verdict)
    lines += _questions(verdict)
    lines += ["", f"日曆：{'；'.join(verdict.calendar.values())}"]
    leaned = [each.text for each in verdict.assumptions if each.used]
    lines += ["依據的設定：", *(f"  - {each}" for each in leaned)]
    lines += ["", "本結果僅供準備申請；是否核給由服務機關認定。"]
    return "\n".join(lines)


def _benefit(each: BenefitVerdict) -> str:
    unit = UNIT_WORD.get(each.unit, each.unit)
    parts = [f"{each.title}：可申請 {hours(each.claimable)} {unit}"]
    if each.pending_review:
        parts.append(f"待認定 {hours(each.pending_review)} {unit}")
    if each.claimed:
        parts.append(f"已申請 {hours(each.claimed)} {unit}")
    parts.append(f"上限 {hours(each.cap)} {unit}")
    tail = f"　〔{BENEFIT_WORD[each.state]}，{each.clause}，期限 {roc_long(each.deadline)}〕"
    reasons = "".join(f"\n    {reason.text}" for reason in each.reasons)
    return "，".join(parts) + tail + reasons


def _set(each: SetVerdict) -> list[str]:
    progress = done(each)
    asked = (
        f"/{hours(each.required_hours)}" if each.required_hours else ""
    )  # a set by number of courses asks none
    head = (
        f"{STATE_SIGN[each.state]} {pad(each.title, 16)} {bar(progress, each.required_hours)} "
        f"{hours(progress)}{asked} 小時　{STATE_WORD[each.state]}（{each.clause}）"
    )
    lines = [head]
    for course in each.courses:
        lines += _course(course)
    lines += [f"    ！ {reason.text}" for reason in each.reasons]
    return [*lines, ""]


def done(each: SetVerdict) -> Decimal:
    """What the bar shows: plan hours of the courses that count, where a short certified total is said in words; certified
    hours where the set is one of hours."""
    if each.by != "courses":
        return each.certified_hours
    counted = (course for course in each.courses if course.state in (State.MET, State.REVIEW))
    return sum((course.plan_hours for course in counted), Decimal(0))


def _course(course: CourseVerdict) -> list[str]:
    certified = "" if course.certified_hours is None else f"，認證 {course.certified_hours}"
    line = f"    {STATE_SIGN[course.state]} {course.title}（{hours(course.plan_hours)} 小時{certified}）"
    said = [reason.text for reason in course.reasons if reason.code not in _SILENT]
    return [line, *(indent(text, 8) for text in said)]


def _next(verdict: Verdict) -> list[str]:
    if not verdict.next:
        return []
    shown = verdict.next[:3]
    return ["接下來：", *(f"  - {each.text}" for each in shown)]


def _questions(verdict: Verdict) -> list[str]:
    """Near misses, each with the very line that would confirm it."""
    if not verdict.questions:
        return []
    asked = [f'  - {each.text}\n      "{each.title}" = "{each.course}"' for each in verdict.questions]
    return ["請確認：", *asked]

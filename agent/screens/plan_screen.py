"""A plan as people read it: whom it covers, what it asks, what it gives, each with its clause."""

from __future__ import annotations

from agent.screens.verdict_screen import UNIT_WORD
from rules.plan import AllOf, AnyOf, BenefitRule, CourseSet, GrantRule, Need, Plan, SetNeed
from rules.wording import hours, roc_long


def plan_text(plan: Plan) -> str:
    """The whole plan."""
    lines = [
        plan.title,
        f"{roc_long(plan.issued_on)} {plan.document}",
        f"辦理時程：{roc_long(plan.covers[0])}至{roc_long(plan.covers[1])}（{plan.window_clause}）",
        f"適用對象：{'、'.join(plan.categories.covered)}（{plan.categories.clause}）",
        f"不適用：{'、'.join(plan.categories.not_covered)}",
        "",
    ]
    for each in plan.sets:
        lines += _set(each)
    for rule in plan.benefits:
        lines += _benefit(plan, rule)
    lines.append(
        f"計畫代號 {plan.key}　來源 {'內建' if plan.source == 'bundled' else plan.source}　雜湊 {plan.sha256[:16]}"
    )
    return "\n".join(lines)


def _set(each: CourseSet) -> list[str]:
    courses = [f"    {course.title}（{hours(course.hours)} 小時，{course.item}）" for course in each.courses]
    return [f"「{each.title}」{hours(each.hours)} 小時（{each.clause}）", *courses, ""]


def _benefit(plan: Plan, rule: BenefitRule) -> list[str]:
    unit = UNIT_WORD.get(rule.unit, rule.unit)
    asks = ["起迄時間均應為公餘時間"] if rule.off_duty else []
    asks.append("留職停薪期間採計" if rule.unpaid_leave_counts else "留職停薪期間不採計")
    head = f"{rule.title}：最多 {hours(rule.cap)} {unit}，期限 {roc_long(rule.completed_by)}（{rule.clause}）；{'、'.join(asks)}"
    return [
        head,
        *(f"    {_grant(plan, grant, unit)}" for grant in rule.grants),
        f"    憑據：{rule.evidence}",
        "",
    ]


def _grant(plan: Plan, grant: GrantRule, unit: str) -> str:
    return f"{need_text(plan, grant.needs)}：{hours(grant.amount)} {unit}（{grant.clause}）"


def need_text(plan: Plan, need: Need) -> str:
    """A grant's condition in words."""
    match need:
        case SetNeed(key):
            return f"「{plan.set_of(key).title}」"
        case AllOf(parts):
            return "、".join(need_text(plan, each) for each in parts) + "全部"
        case AnyOf(parts, count):
            return "、".join(need_text(plan, each) for each in parts) + f"任 {count} 套"

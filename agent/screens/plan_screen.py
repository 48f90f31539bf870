"""A plan as people read it: whom it covers, what it asks, what it gives, each with its clause; and what is wrong with one."""

from __future__ import annotations

from collections.abc import Sequence

from rules.plan import Plan
from rules.plan_benefits import (
    AllOf,
    AnyOf,
    BenefitFor,
    BenefitRule,
    GrantRule,
    Need,
    Remainder,
    SetNeed,
    Window,
)
from rules.plan_proof import Problem
from rules.plan_sets import By, Course, CourseSet, Minimum, SetFor
from rules.wording import UNIT_NOTES, UNIT_WORDS, hours, roc_long

SOURCE_WORD = {"bundled": "內建", "home": "自訂（plans 資料夾）", "file": "檔案"}
_REMAINDER = {
    Remainder.FLOOR: "各套餘數不計",
    Remainder.CARRY: "各套餘數合併計算",
    Remainder.ROUND: "餘數達一半以一單位計",
}


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
    source = SOURCE_WORD.get(plan.source, plan.source)
    lines.append(f"計畫代號 {plan.key}　來源 {source}　校驗碼 {plan.sha256[:16]}")
    return "\n".join(lines)


def problems_text(name: str, plan: Plan | None, problems: Sequence[Problem]) -> str:
    """What `plan check` found, one thing a paragraph, or that the file can be used."""
    if not problems:
        held = len(plan.examples) if plan else 0
        proof = f"{held} 個範例都成立" if held else "沒有範例（[[example]]），建議至少寫一個"
        return f"✔ {name} 可以使用：{proof}。"
    lines = [f"✖ {name} 有 {len(problems)} 個問題："]
    for each in problems:
        at = f"第 {each.line} 行" if each.line else "全檔"
        lines.append(f"  {at}　{each.text}\n      {each.remedy}")
    return "\n".join(lines)


def _set(each: CourseSet) -> list[str]:
    asked = _asked(each)
    marks = [
        *([f"每門測驗 {hours(each.score)} 分以上"] if each.score is not None else []),
        *(["須填問卷"] if each.survey else []),
        *(["課程可與其他組裝課程重複列計"] if each.shared else []),
    ]
    lines = [f"「{each.title}」{asked}（{each.clause}）{'；' if marks else ''}{'、'.join(marks)}"]
    lines += _minima(each.minima, 4)
    lines += [f"    {_course(course)}" for course in each.courses]
    if each.free:
        lines.append("    其餘時數：任何已通過的課程")
    lines += [f"    {_set_for(other)}" for other in each.by_category]
    return [*lines, ""]


def _asked(each: CourseSet) -> str:
    if each.by is By.COUNT:
        total = f"，合計 {hours(each.hours)} 小時以上" if each.hours else ""
        return f"任選 {each.at_least} 門{total}"
    return f"{hours(each.hours)} 小時{'（不必全部完成）' if each.by is By.HOURS else ''}"


def _course(course: Course) -> str:
    said = [
        f"{hours(course.hours)} 小時",
        course.item,
        *([f"測驗 {hours(course.score)} 分以上"] if course.score is not None else []),
        *(["須填問卷"] if course.survey else []),
    ]
    return f"{course.title}（{'，'.join(each for each in said if each)}）"


def _minima(minima: Sequence[Minimum], indent: int) -> list[str]:
    """Each minimum, and further in those within it."""
    lines = []
    for each in minima:
        clause = f"（{each.clause}）" if each.clause else ""
        inside = "其中" if indent > 4 else ""
        items = "" if each.items == (each.title,) else f"：{'、'.join(each.items)}"
        lines.append(f"{' ' * indent}{inside}「{each.title}」至少 {hours(each.hours)} 小時{clause}{items}")
        lines += _minima(each.parts, indent + 4)
    return lines


def _set_for(each: SetFor) -> str:
    said = [
        *([f"{hours(each.hours)} 小時"] if each.hours is not None else []),
        *([f"任選 {each.at_least} 門"] if each.at_least is not None else []),
        *(f"「{one.title}」至少 {hours(one.hours)} 小時" for one in each.minima),
    ]
    return f"{'、'.join(each.categories)}：{'、'.join(said)}（{each.clause}）"


def _benefit(plan: Plan, rule: BenefitRule) -> list[str]:
    unit = UNIT_WORDS.get(rule.unit, rule.unit)
    asks = ["起迄時間均應為公餘時間"] if rule.off_duty else []
    asks.append("留職停薪期間採計" if rule.unpaid_leave_counts else "留職停薪期間不採計")
    yearly = f"（每年最多 {hours(rule.cap_per_year)}）" if rule.cap_per_year is not None else ""
    head = (
        f"{rule.title}：最多 {hours(rule.cap)} {unit}{yearly}，期限 {roc_long(rule.completed_by)}"
        f"（{rule.clause}）；{'、'.join(asks)}"
    )
    others = [each.title for each in plan.benefits if each is not rule and each.exclusive == rule.exclusive]
    more = [
        *([f"上傳期限 {roc_long(rule.uploaded_by)}"] if rule.uploaded_by else []),
        *([_window(rule.apply)] if rule.apply else []),
        *([f"同一紀錄不得與「{'、'.join(others)}」重複採計"] if rule.exclusive and others else []),
        *([rule.note] if rule.note else []),
        *([UNIT_NOTES[rule.unit]] if rule.unit in UNIT_NOTES else []),
    ]
    return [
        head,
        *(f"    {_grant(plan, grant, unit)}" for grant in rule.grants),
        *(f"    {text}" for text in more),
        *(f"    {_benefit_for(each, unit)}" for each in rule.by_category),
        f"    憑據：{rule.evidence}",
        "",
    ]


def _window(window: Window) -> str:
    return f"申請期間 {roc_long(window.first)}至{roc_long(window.last)}（{window.clause}）"


def _benefit_for(each: BenefitFor, unit: str) -> str:
    said = [
        *([f"最多 {hours(each.cap)} {unit}"] if each.cap is not None else []),
        *([f"期限 {roc_long(each.completed_by)}"] if each.completed_by else []),
        *([f"上傳期限 {roc_long(each.uploaded_by)}"] if each.uploaded_by else []),
        *([_window(each.apply)] if each.apply else []),
    ]
    return f"{'、'.join(each.categories)}：{'、'.join(said)}（{each.clause}）"


def _grant(plan: Plan, grant: GrantRule, unit: str) -> str:
    amount = f"{hours(grant.amount)} {unit}"
    parts = grant.needs.parts if isinstance(grant.needs, AllOf | AnyOf) else (grant.needs,)
    listed = "、".join(need_text(plan, each) for each in parts)
    if grant.tiers:
        steps = "，".join(f"{each.sets} 套得 {hours(each.amount)} {unit}" for each in grant.tiers)
        return f"{listed}完成 {steps}（{grant.clause}；取最高一級）"
    if grant.per_hours is not None:
        rest = _REMAINDER[grant.remainder]
        return f"{listed}每滿 {hours(grant.per_hours)} 小時：{amount}（{grant.clause}；{rest}）"
    level = f"；「{grant.level}」以一次為限" if grant.level else ""
    return f"{need_text(plan, grant.needs)}：{amount}（{grant.clause}{level}）"


def need_text(plan: Plan, need: Need) -> str:
    """A grant's condition in words."""
    match need:
        case SetNeed(key):
            return f"「{plan.set_of(key).title}」"
        case AllOf(parts):
            return "、".join(_inner(plan, each) for each in parts) + "全部"
        case AnyOf(parts, count):
            return "、".join(_inner(plan, each) for each in parts) + f"任 {count} 套"


def _inner(plan: Plan, need: Need) -> str:
    """A condition within a condition, in brackets where it has parts of its own."""
    text = need_text(plan, need)
    return text if isinstance(need, SetNeed) else f"（{text}）"

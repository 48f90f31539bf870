"""「為什麼不是 16 小時？」: the verdict's mirror, portion by portion, and what would bring the rest."""

from __future__ import annotations

from decimal import Decimal

from agent.screens.verdict_screen import STATE_SIGN, UNIT_WORD
from rules.verdict import (
    BenefitState,
    BenefitVerdict,
    CourseVerdict,
    Grant,
    ReasonCode,
    Shortage,
    State,
    Verdict,
)
from rules.wording import hours, roc_long

_ALL_WELL = "課程均已通過，起迄均為公餘時間"


def explain_text(verdict: Verdict) -> str:
    """One screen: why so much, why not more, and what would make it the most that the plan gives."""
    parts = [_benefit(verdict, each) for each in verdict.benefits]
    leaned = [each.text for each in verdict.assumptions if each.used]
    foot = [
        "判斷依據：",
        *(f"  - {each}" for each in leaned),
        f"  - 日曆：{'；'.join(verdict.calendar.values())}",
    ]
    return "\n\n".join((*parts, "\n".join(foot)))


def _benefit(verdict: Verdict, each: BenefitVerdict) -> str:
    unit = UNIT_WORD.get(each.unit, each.unit)
    most = f"{hours(each.cap)} {unit}"
    got = f"{hours(each.claimable)} {unit}"
    lines = [f"【{each.title}】為什麼是 {got}" + (f"，不是 {most}？" if each.claimable != each.cap else "？")]
    if each.state is BenefitState.EXCLUDED or each.reasons:
        lines += [f"  {reason.text}" for reason in each.reasons]
    lines += [_grant(verdict, each, grant, unit) for grant in each.grants]
    if each.claimable < each.cap and each.state is not BenefitState.EXCLUDED:
        lines += way_to_most(verdict, each, unit)
    return "\n".join(lines)


def _grant(verdict: Verdict, benefit: BenefitVerdict, grant: Grant, unit: str) -> str:
    amount = grant.amount if grant.state is State.MET and not grant.claimed else Decimal(0)
    head = (
        f"  {STATE_SIGN[grant.state]} {grant_name(verdict, grant)}：{hours(amount)} {unit}（{grant.clause}）"
    )
    if grant.claimed:
        return f"{head}　已申請過"
    keys = grant.met_by or grant.sets
    why = [text for key in keys for text in set_reasons(verdict, benefit, key, named=len(grant.sets) > 1)]
    return "\n".join((head, *(f"      {text}" for text in why)))


def grant_name(verdict: Verdict, grant: Grant) -> str:
    """The portion by the titles of its sets."""
    titles = [verdict.set_of(key).title for key in grant.sets]
    return titles[0] if len(titles) == 1 else "、".join(titles)


def set_reasons(verdict: Verdict, benefit: BenefitVerdict, key: str, *, named: bool) -> list[str]:
    """Why a set stands as it does for this benefit, shortest first."""
    each = verdict.set_of(key)
    lead = f"「{each.title}」" if named else ""
    leave = (
        any(grant.state == each.state and key in grant.sets for grant in benefit.grants)
        and benefit.unit == "hour"
    )
    state = each.state if leave else each.award_state
    missing = [course for course in each.courses if course.state is State.MISSING and each.by == "courses"]
    said: list[str] = []
    if missing:
        names = "、".join(f"『{course.title}』{hours(course.plan_hours)}" for course in missing)
        left = sum((course.plan_hours for course in missing), Decimal(0))
        said.append(f"{lead}尚缺 {len(missing)} 門共 {hours(left)} 小時：{names}")
    if leave:
        said += [
            f"{lead}{_doubt(course)}"
            for course in each.courses
            if course.state in (State.FAILED, State.REVIEW)
        ]
    said += [f"{lead}{reason.text}" for reason in each.reasons]
    if not said and state is State.MET:
        certified = f"認證 {each.certified_hours}／應達 {hours(each.required_hours)}"
        said.append(f"{lead}{len(each.courses)} 門{_ALL_WELL if leave else '課程均已通過'}，{certified}")
    return said


def _doubt(course: CourseVerdict) -> str:
    silent = (ReasonCode.OFF_DUTY, ReasonCode.CERTIFIED_HOURS_DIFFER, ReasonCode.UPLOAD_NOT_CONFIRMED)
    texts = [reason.text for reason in course.reasons if reason.code not in silent]
    return f"『{course.title}』{texts[0] if texts else ''}"


def way_to_most(verdict: Verdict, each: BenefitVerdict, unit: str) -> list[str]:
    """What would make it the most: complete what is missing, redo what was on duty, have the rest judged."""
    if verdict.on > each.deadline:
        return [f"  期限 {roc_long(each.deadline)}已過，未完成的部分不能再補。"]
    days = (each.deadline - verdict.on).days
    left = f"還有 {days} 天" if days else "就是今天"
    lines = [f"  怎樣才會是 {hours(each.cap)} {unit}？（期限 {roc_long(each.deadline)}，{left}）"]
    open_grants = [grant for grant in each.grants if grant.state is not State.MET and not grant.claimed]
    keys = dict.fromkeys(key for grant in open_grants for key in grant.met_by or grant.sets)
    for key in keys:
        found = verdict.set_of(key)
        todo = [
            f"完成『{course.title}』"
            for course in found.courses
            if course.state is State.MISSING and found.by == "courses"
        ]
        todo += [_short(short) for short in found.shortages]
        if each.unit == "hour":
            todo += [
                f"於公餘時間重新完成『{course.title}』（如平臺可再修習）"
                for course in found.courses
                if course.state is State.FAILED
            ]
            todo += [
                f"『{course.title}』經人事單位採計"
                for course in found.courses
                if course.state is State.REVIEW
            ]
        if todo:
            lines.append(f"    「{found.title}」：{'、'.join(todo)}")
    return lines


def _short(short: Shortage) -> str:
    """What a set by hours or by number of courses still lacks."""
    if short.count:
        return f"再通過 {short.count} 門課程"
    return f"{f'「{short.title}」' if short.title else ''}再 {hours(short.hours)} 小時"

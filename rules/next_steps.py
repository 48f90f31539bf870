"""The nearest missing thing: which courses would complete which set, the set with the least left to do first."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal

from rules.grants import fulfil
from rules.plan import Plan
from rules.plan_benefits import AllOf, AnyOf, BenefitRule, GrantRule, Need, SetNeed
from rules.verdict import (
    BenefitState,
    BenefitVerdict,
    CourseVerdict,
    Grant,
    NextStep,
    SetVerdict,
    Shortage,
    State,
)
from rules.wording import hours, roc_long

_NAMED = 3  # courses named in a step for hours; any of them will do


def next_steps(
    plan: Plan, sets: Sequence[SetVerdict], benefits: Sequence[BenefitVerdict], on: date
) -> tuple[NextStep, ...]:
    """One step for each missing course of each set that can still bring a benefit, nearest set first.

    Its last day is the first of the benefits that it would help: what comes by then comes in time for the others too.
    Empty after the deadline and for somebody the plan does not cover; a set of an any-of group that has enough gives none.
    """
    rules = [rule for rule in plan.benefits if rule.open_on(on)]
    if any(each.state is BenefitState.EXCLUDED for each in benefits):
        return ()
    grants = {each.key: each.grants for each in benefits}
    states = {rule.key: {each.key: each.states[rule.key] for each in sets} for rule in rules}
    open_sets = sorted(
        (each for each in sets if each.state in (State.MISSING, State.FAILED)),
        key=lambda each: _left(each)[0],
    )
    found: list[NextStep] = []
    for each in open_sets:
        days = [
            rule.completed_by for rule in rules if _useful(each.key, rule, grants[rule.key], states[rule.key])
        ]
        if days:
            found += _steps(each, min(days))
    return tuple(found)


def _useful(key: str, rule: BenefitRule, grants: Sequence[Grant], states: Mapping[str, State]) -> bool:
    """Whether completing this set could still add to a benefit: it helps a grant that is not met and not claimed."""
    return any(
        not grant.claimed
        and (portion.varies or grant.state is not State.MET)
        and _helps(_most(portion), key, states)
        for portion, grant in zip(rule.grants, grants, strict=True)
    )


def _most(portion: GrantRule) -> Need:
    """What a portion asks at most: of tiers the highest, of hours every set."""
    if not isinstance(portion.needs, AnyOf):
        return portion.needs
    parts = portion.needs.parts
    return AnyOf(parts, portion.tiers[-1].sets if portion.tiers else len(parts))


def _helps(need: Need, key: str, states: Mapping[str, State]) -> bool:
    """Whether this set is asked for by an expression, and not by an any-of that has enough without it."""
    if isinstance(need, SetNeed):
        return need.set == key
    asked = any(_helps(part, key, states) for part in need.parts)
    if isinstance(need, AllOf):
        return asked
    met = sum(fulfil(part, states)[0] is State.MET for part in need.parts)
    return asked and met < need.count


def _left(each: SetVerdict) -> tuple[Decimal, list[CourseVerdict]]:
    if each.shortages:
        return max(short.hours or Decimal(short.count) for short in each.shortages), []
    missing = [course for course in each.courses if course.state is State.MISSING]
    return sum((course.plan_hours for course in missing), Decimal(0)), missing


def _steps(each: SetVerdict, by: date) -> list[NextStep]:
    last = f"期限 {roc_long(by)}"
    if each.shortages:
        return [
            NextStep(_short(each, short, last), each.key, next(iter(short.courses), ""), by)
            for short in each.shortages
        ]
    left, missing = _left(each)
    steps: list[NextStep] = []
    for course in missing:
        amount = f"『{course.title}』{hours(course.plan_hours)} 小時"
        if all(other.state is State.MET for other in each.courses if other is not course):
            text = f"再完成{amount}即符合「{each.title}」，{last}。"
        else:
            text = f"「{each.title}」尚缺 {len(missing)} 門共 {hours(left)} 小時：{amount}，{last}。"
        steps.append(NextStep(text, each.key, course.title, by))
    return steps


def _short(each: SetVerdict, short: Shortage, last: str) -> str:
    """What a set by hours or by number of courses still lacks, with a few courses that would do."""
    named = "、".join(f"『{title}』" for title in short.courses[:_NAMED])
    such = f"（例如{named}）" if named else ""
    if short.count:
        return f"「{each.title}」再通過 {short.count} 門課程{such}，{last}。"
    part = f"的「{short.title}」" if short.title else ""
    any_course = "" if short.title else "（任何已通過的課程）"
    return f"「{each.title}」{part}再 {hours(short.hours)} 小時{such or any_course}，{last}。"

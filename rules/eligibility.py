"""Whether the plan is for this person: the 人員類別 of the day, and those of the programme where it changed meanwhile."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from rules.person import Person
from rules.plan import Coverage, Plan
from rules.verdict import Reason, ReasonCode
from rules.wording import roc_short
from rules.work import Work


@dataclass(frozen=True, slots=True)
class Eligibility:
    """Where the person stands under 適用對象 (eligible_categories), and why not simply within it."""

    coverage: Coverage
    reasons: tuple[Reason, ...] = ()


def eligibility(plan: Plan, person: Person, work: Work, on: date) -> Eligibility:
    """Where this person stands on the day `on`.

    The plan names who it is for and no day on which one has to be such a person. So one category from the programme's
    first day to the judging day is its answer; several are the office's to judge, unless each of them is covered with the
    same hours, caps and days (or none is covered). `plan` is the plan before it was cut to one category.
    """
    since = _since(plan, person, work, on)
    stands = {plan.categories.coverage(category) for category in since}
    clause = plan.categories.clause
    if len(stands) > 1 or _differs(plan, since):
        listed = "、".join(f"{roc_short(day)} 起{_shown(category)}" for category, day in since.items())
        text = f"計畫期間內人員類別不同（{listed}），是否屬計畫適用對象請人事單位認定。"
        return Eligibility(Coverage.UNKNOWN, (Reason(ReasonCode.CATEGORY_UNKNOWN, text, clause),))
    coverage = stands.pop()
    shown = _shown(work.person_on(on, person).category)
    if coverage is Coverage.NOT_COVERED:
        text = f"人員類別{shown}不在計畫適用對象內。"
        return Eligibility(coverage, (Reason(ReasonCode.CATEGORY_NOT_COVERED, text, clause),))
    if coverage is Coverage.UNKNOWN:
        text = f"人員類別{shown}，是否屬計畫適用對象請人事單位認定。"
        return Eligibility(coverage, (Reason(ReasonCode.CATEGORY_UNKNOWN, text, clause),))
    return Eligibility(coverage)


def _since(plan: Plan, person: Person, work: Work, on: date) -> dict[str, date]:
    """Each category held from the programme's first day to its last or to `on`, and on `on` itself, with its first day."""
    first, last = plan.covers[0], min(plan.covers[1], on)
    days = [first + timedelta(days=at) for at in range((last - first).days + 1)] if work.periods else []
    found: dict[str, date] = {}
    for day in (*days, on):
        found.setdefault(work.person_on(day, person).category, day)
    return found


def _differs(plan: Plan, since: dict[str, date]) -> bool:
    """Whether the plan asks or gives something else for one of these categories than for another."""
    first, *others = (plan.for_category(each) for each in since)
    return any(each != first for each in others)


def _shown(category: str) -> str:
    return f"「{category}」" if category else "尚未設定"

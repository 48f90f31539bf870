"""Leave claimed on paper earlier, and how long approved leave can still be taken."""

from __future__ import annotations

import calendar
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal

from agent.judging import LEAVE
from agent.store import Claim, Store
from rules.errors import ConfigError
from rules.grants import leaves
from rules.plan import BenefitRule, Plan
from rules.wording import hours, roc_short


@dataclass(frozen=True, slots=True)
class Paper:
    """Leave that was claimed on paper and approved: hours, set keys, the day of approval, and the use-by days as filled in."""

    hours: Decimal
    sets: tuple[str, ...]
    approved: date
    use_from: date | None = None
    use_by: date | None = None


def add_paper(store: Store, plan: Plan, paper: Paper, at: datetime) -> Claim:
    """Enter it as approved. Raises ConfigError for a set the plan does not have or that was claimed before, hours beyond the
    cap, and a day in the future. The caller holds the home's lock."""
    rule = _leave(plan)
    sets = _known(plan, rule, paper.sets)
    if paper.approved > at.date():
        raise ConfigError(f"核定日 {roc_short(paper.approved)} 在今天之後。", "請輸入實際的核定日期。")
    if paper.use_from and paper.use_by and paper.use_from > paper.use_by:
        raise ConfigError("補休期限的起日在迄日之後。", "請核對起迄日期。")
    spent, spent_sets = store.claimed_sets(plan.key)
    _refuse_twice(plan, rule, sets, spent_sets)
    if not 0 < paper.hours <= rule.cap - spent:
        raise ConfigError(
            f"{hours(paper.hours)} 小時不能補登：本計畫上限 {hours(rule.cap)} 小時，已申請 {hours(spent)} 小時。",
            "請核對核定的時數；先以 elearn claim list 查看已登記的申請案。",
        )
    claim = Claim(
        id="",
        plan=plan.key,
        hours=paper.hours,
        state="approved",
        prepared_on=paper.approved,
        folder="",
        sets=sets,
        check_code="",
        before_hours=spent,
        before_sets=tuple(sorted(spent_sets)),
        decided_on=paper.approved,
        use_from=paper.use_from,
        use_by=paper.use_by,
    )
    return store.put_approved(claim, at)


def _leave(plan: Plan) -> BenefitRule:
    rule = next((each for each in plan.benefits if each.key == LEAVE), None)
    if rule is None:
        raise ConfigError(f"計畫「{plan.key}」沒有補休。", "請以 --plan 指定計畫（elearn plan list）。")
    return rule


def _known(plan: Plan, rule: BenefitRule, keys: Sequence[str]) -> tuple[str, ...]:
    """The keys, each once, in the plan's order."""
    known = dict.fromkeys(key for grant in rule.grants for key in leaves(grant.needs))
    for key in keys:
        if key not in known:
            named = "、".join(f"{each}（{plan.set_of(each).title}）" for each in known)
            raise ConfigError(f"計畫「{plan.key}」的補休沒有課程套「{key}」。", f"可用的：{named}。")
    return tuple(each for each in known if each in keys)


def _refuse_twice(plan: Plan, rule: BenefitRule, sets: Sequence[str], spent: frozenset[str]) -> None:
    """A portion is given once: none of its sets may be claimed where one was. Portions that vary with the hours may recur."""
    for grant in rule.grants:
        peers = [each for each in rule.grants if each is grant or (grant.level and each.level == grant.level)]
        own = tuple(dict.fromkeys(key for each in peers for key in leaves(each.needs)))
        before = [each for each in own if each in spent]
        if not grant.varies and before and set(own) & set(sets):
            titles = "、".join(f"「{plan.set_of(each).title}」" for each in before)
            raise ConfigError(
                f"{titles}已經申請過，同一項補休不能申請兩次。", "請以 elearn claim list 查看已登記的申請案。"
            )


# -- until when approved leave can be taken ------------------------------------------------------------------------------


def use_by(claim: Claim, years: int) -> date | None:
    """The last day on which the leave of an approved claim can be taken, None for a claim that is not approved.

    What the office filled in holds. Else so many years from the start it filled in, or from the day of approval: the day
    before the same date (民法第 121 條第 2 項; where the month has no such day, its last).
    """
    if claim.state != "approved":
        return None
    start = claim.use_from or claim.decided_on or claim.prepared_on
    return claim.use_by or _years_on(start, years)


def _years_on(start: date, years: int) -> date:
    year = start.year + years
    if year > date.max.year:  # mistyped: a page that shows it must not fail for that
        return date.max
    if start.day > calendar.monthrange(year, start.month)[1]:
        return date(year, start.month, calendar.monthrange(year, start.month)[1])
    return start.replace(year=year) - timedelta(days=1)


def days_left(claim: Claim, years: int, on: date) -> int | None:
    """How many days are left after `on`; negative once over; None for a claim that is not approved."""
    last = use_by(claim, years)
    return (last - on).days if last else None

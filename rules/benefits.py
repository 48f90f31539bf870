"""From sets to benefits: grants, what was claimed before, the cap, and whether the person is covered at all."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from rules.person import Person
from rules.plan import AllOf, BenefitRule, Coverage, GrantRule, Need, Plan, SetNeed
from rules.verdict import BenefitState, BenefitVerdict, Grant, Reason, ReasonCode, SetVerdict, State
from rules.wording import hours

_ZERO = Decimal(0)
_BEST_FIRST = (State.MET, State.REVIEW, State.FAILED, State.MISSING)


@dataclass(frozen=True, slots=True)
class Claimed:
    """What this plan already gave or was asked for (submitted or approved): the amount, and for which sets."""

    amount: Decimal
    sets: frozenset[str]


def judge_benefit(
    rule: BenefitRule,
    plan: Plan,
    sets: Sequence[SetVerdict],
    person: Person,
    claimed: Claimed | None,
    on: date,
) -> BenefitVerdict:
    """One benefit. claimable + pending_review + claimed never exceed the cap; nothing is granted twice."""
    states = {each.key: each.state if rule.off_duty else each.award_state for each in sets}
    before = claimed or Claimed(_ZERO, frozenset())
    grants = tuple(_grant(each, states, before) for each in rule.grants)
    coverage = plan.categories.coverage(person.category)
    met = _sum(grants, State.MET) if coverage is Coverage.COVERED else _ZERO
    review = (
        _sum(grants, State.REVIEW) if coverage is Coverage.COVERED else _sum(grants, State.MET, State.REVIEW)
    )
    room = max(rule.cap - before.amount, _ZERO)
    claimable = min(met, room)
    pending = min(review, room - claimable) if coverage is not Coverage.NOT_COVERED else _ZERO
    return BenefitVerdict(
        key=rule.key,
        title=rule.title,
        unit=rule.unit,
        claimable=claimable,
        pending_review=pending,
        claimed=before.amount,
        cap=rule.cap,
        state=_state(coverage, claimable, pending, before, grants, on <= rule.completed_by, room),
        clause=rule.clause,
        deadline=rule.completed_by,
        grants=grants,
        reasons=tuple(_reasons(rule, plan, person, coverage, grants, before)),
    )


def _grant(rule: GrantRule, states: Mapping[str, State], before: Claimed) -> Grant:
    """One portion, by its expression. A portion any of whose sets was claimed before is spent."""
    keys = leaves(rule.needs)
    state, by = fulfil(rule.needs, states)
    return Grant(rule.amount, keys, state, bool(before.sets & set(keys)), rule.clause, by)


def leaves(need: Need) -> tuple[str, ...]:
    """The keys of every set an expression names, in order."""
    if isinstance(need, SetNeed):
        return (need.set,)
    return tuple(dict.fromkeys(key for part in need.parts for key in leaves(part)))


def fulfil(need: Need, states: Mapping[str, State]) -> tuple[State, tuple[str, ...]]:
    """The expression's state, and the sets that bring it about: all of an all-of, the best of an any-of."""
    if isinstance(need, SetNeed):
        return states[need.set], (need.set,)
    parts = [fulfil(part, states) for part in need.parts]
    if isinstance(need, AllOf):
        chosen = parts
    else:
        chosen = sorted(parts, key=lambda part: _BEST_FIRST.index(part[0]))[: need.count]
    worst = max((state for state, _ in chosen), key=_BEST_FIRST.index)
    return worst, tuple(key for _, keys in chosen for key in keys)


def _sum(grants: Sequence[Grant], *states: State) -> Decimal:
    return sum((each.amount for each in grants if each.state in states and not each.claimed), _ZERO)


def _state(
    coverage: Coverage,
    claimable: Decimal,
    pending: Decimal,
    before: Claimed,
    grants: Sequence[Grant],
    in_time: bool,
    room: Decimal,
) -> BenefitState:
    """One word for the benefit: what can be done with it today."""
    if coverage is Coverage.NOT_COVERED:
        return BenefitState.EXCLUDED
    if claimable:
        return BenefitState.CLAIMABLE
    if pending:
        return BenefitState.PENDING_REVIEW
    if before.amount and (not room or all(each.claimed for each in grants)):
        return BenefitState.CLAIMED
    if in_time:
        return BenefitState.REACHABLE
    return BenefitState.CLAIMED if before.amount else BenefitState.MISSED


def _reasons(
    rule: BenefitRule,
    plan: Plan,
    person: Person,
    coverage: Coverage,
    grants: Sequence[Grant],
    before: Claimed,
) -> list[Reason]:
    """Why a benefit is not simply the sum of its grants."""
    found: list[Reason] = []
    clause = plan.categories.clause
    if coverage is Coverage.NOT_COVERED:
        text = f"人員類別「{person.category}」不在計畫適用對象內。"
        found.append(Reason(ReasonCode.CATEGORY_NOT_COVERED, text, clause))
    if coverage is Coverage.UNKNOWN:
        shown = f"「{person.category}」" if person.category else "尚未設定"
        text = f"人員類別{shown}，是否屬計畫適用對象請人事單位認定。"
        found.append(Reason(ReasonCode.CATEGORY_UNKNOWN, text, clause))
    for grant in grants:
        if grant.claimed:
            names = "、".join(plan.set_of(key).title for key in grant.sets if key in before.sets)
            found.append(Reason(ReasonCode.ALREADY_CLAIMED, f"{names} 已申請過。", grant.clause))
    if before.amount:
        text = f"本計畫已申請 {hours(before.amount)}，上限 {hours(rule.cap)}。"
        found.append(Reason(ReasonCode.ALREADY_CLAIMED, text, rule.clause))
    return found

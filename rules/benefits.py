"""From sets to benefits: grants, what was claimed before, the caps, and whether the person is covered at all."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal

from rules.eligibility import Eligibility
from rules.grants import Amounts, Given, give, leaves
from rules.plan import Coverage, Plan
from rules.plan_benefits import BenefitRule, Window
from rules.readings import Reading
from rules.sets import SetRows
from rules.verdict import BenefitState, BenefitVerdict, Grant, Reason, ReasonCode
from rules.wording import UNIT_NOTES, UNIT_WORDS, hours, roc_long

_ZERO = Decimal(0)


@dataclass(frozen=True, slots=True)
class Claimed:
    """What this plan already gave or was asked for (submitted or approved): the amount, and for which sets."""

    amount: Decimal
    sets: frozenset[str]


_NOTHING = Claimed(_ZERO, frozenset())


def judge_benefits(
    plan: Plan,
    sets: Sequence[SetRows],
    eligible: Eligibility,
    claimed: Mapping[str, Claimed],
    on: date,
) -> tuple[BenefitVerdict, ...]:
    """Every benefit in the plan's order. Of those that exclude each other the earlier one has a row first, but what was
    claimed keeps the rows it was claimed for."""
    by_claim = {
        rule.key: _rows_in(rule, sets, claimed[rule.key].sets if rule.key in claimed else frozenset())
        for rule in plan.benefits
        if rule.exclusive
    }
    used: dict[str, tuple[frozenset[int], frozenset[int]]] = {}
    found = []
    for rule in plan.benefits:
        others = [each for each in plan.benefits if each.exclusive == rule.exclusive and each is not rule]
        rivals = others if rule.exclusive else []
        taken: frozenset[int] = frozenset().union(
            *(by_claim[each.key] | used.get(each.key, (frozenset(), frozenset()))[0] for each in rivals)
        )
        doubtful: frozenset[int] = frozenset().union(
            *(used.get(each.key, (frozenset(), frozenset()))[1] for each in rivals)
        )
        before = claimed.get(rule.key, _NOTHING)
        taken -= by_claim.get(rule.key, frozenset())
        plain = {each.course_set.key: each.readings[rule.key] for each in sets}
        readings = (
            {each.course_set.key: each.reading(rule.key, taken, doubtful) for each in sets}
            if rivals
            else plain
        )
        verdict, given = _judge(rule, plan, readings, eligible, before, on)
        if rule.exclusive:
            verdict = replace(
                verdict, reasons=(*verdict.reasons, *_used_elsewhere(rule, plan, readings, plain, rivals))
            )
            used[rule.key] = _used(verdict, given, readings)
        found.append(verdict)
    return tuple(found)


def _rows_in(rule: BenefitRule, sets: Sequence[SetRows], keys: frozenset[str]) -> frozenset[int]:
    """The records that count for this benefit in these sets."""
    return frozenset().union(
        *(found.readings[rule.key].records for found in sets if found.course_set.key in keys)
    )


def _used(
    verdict: BenefitVerdict, given: Sequence[Given], readings: Mapping[str, Reading]
) -> tuple[frozenset[int], frozenset[int]]:
    """The records this benefit surely rests on, and those it may rest on."""

    sure: frozenset[int] = frozenset()
    maybe: frozenset[int] = frozenset()
    for each in given:
        if verdict.claimable and each.sure:
            sure = sure.union(*(readings[key].records for key in each.by))
        elif (verdict.claimable or verdict.pending_review) and each.possible:
            maybe = maybe.union(*(readings[key].records for key in each.by))
    return sure, maybe - sure


def _used_elsewhere(
    rule: BenefitRule,
    plan: Plan,
    readings: Mapping[str, Reading],
    plain: Mapping[str, Reading],
    rivals: Sequence[BenefitRule],
) -> list[Reason]:
    """Which sets would count if another benefit did not rest on the same records."""
    named = {key for grant in rule.grants for key in leaves(grant.needs)}
    lost = [key for key in readings if key in named and readings[key].state is not plain[key].state]
    titles = "、".join(each.title for each in rivals)
    return [
        Reason(
            ReasonCode.USED_ELSEWHERE,
            f"「{plan.set_of(key).title}」的紀錄已用於{titles}，同一紀錄不得重複採計。",
            rule.clause,
        )
        for key in lost
    ]


def _judge(
    rule: BenefitRule,
    plan: Plan,
    readings: Mapping[str, Reading],
    eligible: Eligibility,
    before: Claimed,
    on: date,
) -> tuple[BenefitVerdict, tuple[Given, ...]]:
    """One benefit. claimable + pending_review + claimed never exceed the cap; nothing is granted twice."""
    given = give(rule, readings, before.sets)
    grants = tuple(each.grant for each in given)
    coverage = eligible.coverage
    sure, possible = _worth(rule, given, before)
    if coverage is not Coverage.COVERED:
        sure = _ZERO
    room = max(rule.cap - before.amount, _ZERO)
    claimable = min(sure, room)
    pending = min(possible - sure, room - claimable) if coverage is not Coverage.NOT_COVERED else _ZERO
    reasons = [*eligible.reasons, *_already(rule, plan, grants, before)]
    reasons += _working(rule, grants)
    if rule.unit in UNIT_NOTES and claimable + pending:
        reasons.append(Reason(ReasonCode.CALCULATION, UNIT_NOTES[rule.unit], rule.clause))
    if rule.apply is not None:
        reasons += _application(rule, rule.apply, claimable + pending, on)
        if on > rule.apply.last:
            claimable = pending = _ZERO
    verdict = BenefitVerdict(
        key=rule.key,
        title=rule.title,
        unit=rule.unit,
        claimable=claimable,
        pending_review=pending,
        claimed=before.amount,
        cap=rule.cap,
        state=_state(coverage, claimable, pending, before, grants, rule.open_on(on), room),
        clause=rule.clause,
        deadline=rule.completed_by,
        grants=grants,
        reasons=tuple(reasons),
        shows_working=rule.shows_working,
    )
    return verdict, given


def _worth(rule: BenefitRule, given: Sequence[Given], before: Claimed) -> tuple[Decimal, Decimal]:
    """What is surely and what is at most given on top of what was claimed, before the cap.

    Where portions are fixed, a claimed one is spent. Where the amount depends on how much was done, or is capped by the
    year, everything done is worked out anew and what was claimed is taken off.
    """
    if rule.cap_per_year is None and not any(each.varies for each in rule.grants):
        open_ones = [each for each in given if not each.grant.claimed]
        return sum((each.sure for each in open_ones), _ZERO), sum(
            (each.possible for each in open_ones), _ZERO
        )
    totals = [
        _by_year([each.sure_by_year for each in given], rule.cap_per_year),
        _by_year([each.possible_by_year for each in given], rule.cap_per_year),
    ]
    sure, possible = (max(min(each, rule.cap) - before.amount, _ZERO) for each in totals)
    return sure, max(possible, sure)


def _by_year(amounts: Iterable[Amounts], most: Decimal | None) -> Decimal:
    """The amounts of all portions, each year's sum cut to the most a year gives."""
    years: dict[int | None, Decimal] = {}
    for each in amounts:
        for year, amount in each.items():
            years[year] = years.get(year, _ZERO) + amount
    return sum((each if most is None else min(each, most) for each in years.values()), _ZERO)


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


def _application(rule: BenefitRule, apply: Window, amount: Decimal, on: date) -> list[Reason]:
    """What the application window says about a benefit that is met: not yet open, or over."""
    if not amount:
        return []
    unit = UNIT_WORDS[rule.unit]
    if on > apply.last:
        text = f"已達成 {hours(amount)} {unit}，但申請期間至 {roc_long(apply.last)}止，已過，不能再申請。"
    elif on < apply.first:
        text = f"申請期間自 {roc_long(apply.first)}起，至 {roc_long(apply.last)}止。"
    else:
        text = f"請於 {roc_long(apply.last)}前申請。"
    return [Reason(ReasonCode.APPLICATION_WINDOW, text, apply.clause)]


def _working(rule: BenefitRule, grants: Sequence[Grant]) -> list[Reason]:
    """How an amount that is no sum of fixed portions came about."""
    found = [Reason(ReasonCode.CALCULATION, each.working, each.clause) for each in grants if each.working]
    if rule.cap_per_year is not None:
        unit = UNIT_WORDS[rule.unit]
        text = f"每年最多 {hours(rule.cap_per_year)} {unit}，依完成年度計算。"
        found.append(Reason(ReasonCode.CALCULATION, text, rule.clause))
    return found


def _already(rule: BenefitRule, plan: Plan, grants: Sequence[Grant], before: Claimed) -> list[Reason]:
    """What was claimed before."""
    found: list[Reason] = []
    for grant in grants:
        if grant.claimed:
            names = "、".join(plan.set_of(key).title for key in grant.sets if key in before.sets)
            found.append(Reason(ReasonCode.ALREADY_CLAIMED, f"{names} 已申請過。", grant.clause))
    if before.amount:
        text = f"本計畫已申請 {hours(before.amount)}，上限 {hours(rule.cap)}。"
        found.append(Reason(ReasonCode.ALREADY_CLAIMED, text, rule.clause))
    return found

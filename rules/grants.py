"""One benefit's portions: fixed ones, tiers by number of sets, and so much per so many hours. Each sure, possible or not."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import ROUND_HALF_UP, Decimal

from rules.plan_benefits import AllOf, BenefitRule, GrantRule, Need, Remainder, SetNeed
from rules.readings import BEST_FIRST, Chosen, Reading
from rules.verdict import Grant, State
from rules.wording import UNIT_WORDS, hours

_ZERO = Decimal(0)
Amounts = Mapping[int | None, Decimal]


@dataclass(frozen=True, slots=True)
class Given:
    """One portion as it stands: amounts that are sure and that are possible at most, by the year of completion.

    `by` are the sets the portion rests on.
    """

    grant: Grant
    by: tuple[str, ...]
    sure_by_year: Amounts
    possible_by_year: Amounts

    @property
    def sure(self) -> Decimal:
        """What is given without anybody's judgement."""
        return sum(self.sure_by_year.values(), _ZERO)

    @property
    def possible(self) -> Decimal:
        """What is given at most."""
        return sum(self.possible_by_year.values(), _ZERO)


def give(rule: BenefitRule, readings: Mapping[str, Reading], claimed: frozenset[str]) -> tuple[Given, ...]:
    """Every portion of the benefit, in the plan's order. A fixed portion any of whose sets was claimed is spent."""
    found = [_portion(each, rule, readings, claimed) for each in rule.grants]
    return tuple(_once_per_level(rule.grants, found))


def _portion(
    rule: GrantRule, benefit: BenefitRule, readings: Mapping[str, Reading], claimed: frozenset[str]
) -> Given:
    if rule.per_hours is not None:
        return _per_hours(rule, rule.per_hours, benefit, readings)
    if rule.tiers:
        return _tiered(rule, benefit, readings)
    keys = leaves(rule.needs)
    state, by = fulfil(rule.needs, {key: each.state for key, each in readings.items()})
    spent = not claimed.isdisjoint(keys)
    given = {_year(by, readings): rule.amount} if spent or state in (State.MET, State.REVIEW) else {}
    sure = given if state is State.MET or spent else {}
    return Given(Grant(rule.amount, keys, state, spent, rule.clause, by, rule.title), by, sure, given)


def _tiered(rule: GrantRule, benefit: BenefitRule, readings: Mapping[str, Reading]) -> Given:
    """The highest tier reached: surely by the met parts alone, possibly with those under review."""
    states = {key: each.state for key, each in readings.items()}
    parts = [fulfil(each, states) for each in parts_of(rule.needs)]
    met = [keys for state, keys in parts if state is State.MET]
    review = [keys for state, keys in parts if state is State.REVIEW]
    sure, possible = _tier(rule, len(met)), _tier(rule, len(met) + len(review))
    by = tuple(dict.fromkeys(key for keys in (met or review) for key in keys))
    state, nearest = fulfil(rule.needs, states)
    unit = UNIT_WORDS[benefit.unit]
    steps = "、".join(f"{each.sets} 套 {hours(each.amount)} {unit}" for each in rule.tiers)
    working = f"計算：已符合 {len(met)} 套" + (f"，另 {len(review)} 套待認定" if review else "")
    working += f"；分級為 {steps}，取最高一級。"
    return _varied(rule, state, by or nearest, sure, possible, _year(by, readings), working)


def _per_hours(
    rule: GrantRule, size: Decimal, benefit: BenefitRule, readings: Mapping[str, Reading]
) -> Given:
    """So much for each so many certified hours of the complete sets; by year where the benefit is capped by the year."""
    keys = leaves(rule.needs)
    by_year = benefit.cap_per_year is not None
    met = [key for key in keys if readings[key].state is State.MET]
    maybe = [key for key in keys if readings[key].state in (State.MET, State.REVIEW)]
    sure = _amounts(rule, size, readings, met, lambda each: each.certified, (State.MET,), by_year=by_year)
    possible = _amounts(
        rule, size, readings, maybe, lambda each: each.possible, (State.MET, State.REVIEW), by_year=by_year
    )
    state, nearest = fulfil(rule.needs, {key: each.state for key, each in readings.items()})
    unit = UNIT_WORDS[benefit.unit]
    counted = _sum_hours(readings, met, (State.MET,))
    waiting = _sum_hours(readings, maybe, (State.MET, State.REVIEW)) - counted
    each_time = f"每 {hours(size)} 小時 {hours(rule.amount)} {unit}"
    working = (
        f"計算：認證 {hours(counted)} 小時，{each_time}，共 {hours(sum(sure.values(), _ZERO))} {unit}；"
        f"{_REMAINDER[rule.remainder]}。"
    )
    if waiting:
        titles = dict.fromkeys(
            each.candidate.course.title
            for key in maybe
            for each in (*readings[key].rows, *readings[key].waiting)
            if each.state is State.REVIEW
        )
        working += f"另有 {hours(waiting)} 小時待認定（{'、'.join(f'『{each}』' for each in titles)}）。"
    found = _varied(rule, state, tuple(maybe) or nearest, _ZERO, _ZERO, None, working)
    total, most = sum(sure.values(), _ZERO), sum(possible.values(), _ZERO)
    most = max(most, total)
    if most == total:
        possible = sure
    return replace(
        found, grant=_amount(found.grant, total, most), sure_by_year=sure, possible_by_year=possible
    )


_REMAINDER = {
    Remainder.FLOOR: "各套不足一單位的餘數不計",
    Remainder.CARRY: "各套餘數合併計算，合併後仍不足一單位的不計",
    Remainder.ROUND: "各套餘數達半單位以上者以一單位計，不足者不計",
}


def _amounts(
    rule: GrantRule,
    size: Decimal,
    readings: Mapping[str, Reading],
    keys: Sequence[str],
    of: Callable[[Chosen], Decimal],
    states: Sequence[State],
    *,
    by_year: bool,
) -> dict[int | None, Decimal]:
    """Portions by year (None: all together): each record once, under the first set it counts in."""
    found: dict[int | None, list[Decimal]] = {}
    seen: set[int] = set()
    for key in keys:
        here: dict[int | None, Decimal] = {}
        for each in (*readings[key].rows, *readings[key].waiting):
            if each.row is None or each.state not in states or id(each.row.record) in seen:
                continue
            seen.add(id(each.row.record))
            year = each.year if by_year else None
            here[year] = here.get(year, _ZERO) + of(each)
        for year, amount in here.items():
            found.setdefault(year, []).append(amount)
    return {year: _portions(rule, size, amounts) * rule.amount for year, amounts in found.items()}


def _portions(rule: GrantRule, size: Decimal, amounts: Sequence[Decimal]) -> Decimal:
    """How many whole portions these hours are, by the remainder rule."""
    if rule.remainder is Remainder.CARRY:
        return sum(amounts, _ZERO) // size
    if rule.remainder is Remainder.ROUND:
        return sum(((each / size).to_integral_value(ROUND_HALF_UP) for each in amounts), _ZERO)
    return sum((each // size for each in amounts), _ZERO)


def _sum_hours(readings: Mapping[str, Reading], keys: Iterable[str], states: Sequence[State]) -> Decimal:
    seen: dict[int, Decimal] = {}
    for key in keys:
        for each in (*readings[key].rows, *readings[key].waiting):
            if each.row is not None and each.state in states:
                seen.setdefault(id(each.row.record), each.certified)
    return sum(seen.values(), _ZERO)


def _tier(rule: GrantRule, count: int) -> Decimal:
    return max((each.amount for each in rule.tiers if each.sets <= count), default=_ZERO)


def _varied(
    rule: GrantRule,
    state: State,
    by: tuple[str, ...],
    sure: Decimal,
    possible: Decimal,
    year: int | None,
    working: str,
) -> Given:
    grant = Grant(rule.amount, leaves(rule.needs), state, False, rule.clause, by, rule.title, working=working)
    possible = max(possible, sure)
    return Given(
        _amount(grant, sure, possible),
        by,
        {year: sure} if sure else {},
        {year: possible} if possible else {},
    )


def _amount(grant: Grant, sure: Decimal, possible: Decimal) -> Grant:
    """The grant with the amount that is sure; with what may be given where nothing is; with the least where neither is."""
    if sure:
        return replace(grant, amount=sure, pending=possible - sure, state=State.MET)
    if possible:
        return replace(grant, amount=possible, state=State.REVIEW)
    return replace(grant, state=max(grant.state, State.FAILED, key=BEST_FIRST.index))


def _once_per_level(rules: Sequence[GrantRule], found: Sequence[Given]) -> list[Given]:
    """Of the portions of one level the best is given; the others give nothing, and a claimed one spends them all."""
    result = list(found)
    for level in dict.fromkeys(each.level for each in rules if each.level):
        own = [at for at, each in enumerate(rules) if each.level == level]
        if any(found[at].grant.claimed for at in own):
            for at in own:
                result[at] = replace(found[at], grant=replace(found[at].grant, claimed=True))
            continue
        best = max(own, key=lambda at: (found[at].sure, found[at].possible, -at))
        extra = max(found[at].possible for at in own) - found[best].possible
        for at in own:
            each = found[at]
            if at == best:
                continue
            text = f"計算：「{level}」以一次為限，已就較有利的一項核給。"
            better = (
                {next(iter(each.possible_by_year)): extra} if each.possible > found[best].possible else {}
            )
            if found[best].possible and not better:
                grant = replace(each.grant, amount=_ZERO, met_by=(), working=text)
                result[at] = replace(each, grant=grant, sure_by_year={}, possible_by_year={})
            elif better:
                result[at] = replace(each, possible_by_year=better)
    return result


def leaves(need: Need) -> tuple[str, ...]:
    """The keys of every set an expression names, in order."""
    if isinstance(need, SetNeed):
        return (need.set,)
    return tuple(dict.fromkeys(key for part in need.parts for key in leaves(part)))


def parts_of(need: Need) -> tuple[Need, ...]:
    """What tiers count."""
    return (need,) if isinstance(need, SetNeed) else need.parts


def fulfil(need: Need, states: Mapping[str, State]) -> tuple[State, tuple[str, ...]]:
    """The expression's state, and the sets that bring it about: all of an all-of, the best of an any-of."""
    if isinstance(need, SetNeed):
        return states[need.set], (need.set,)
    parts = [fulfil(part, states) for part in need.parts]
    if isinstance(need, AllOf):
        chosen = parts
    else:
        chosen = sorted(parts, key=lambda part: BEST_FIRST.index(part[0]))[: need.count]
    worst = max((state for state, _ in chosen), key=BEST_FIRST.index)
    return worst, tuple(key for _, keys in chosen for key in keys)


def _year(keys: Sequence[str], readings: Mapping[str, Reading]) -> int | None:
    """The calendar year in which the last row of these sets ended."""
    years = (each.year for key in keys for each in readings[key].rows)
    return max((year for year in years if year is not None), default=None)

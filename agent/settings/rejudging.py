"""What a change of the settings does to verdicts and claims: everything stored is judged under both, and the difference said."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from agent.judging import LEAVE, judge_stored, plans_for
from agent.settings.config import Settings
from agent.store import Claim, Store
from rules.errors import ConfigError
from rules.plan import Plan
from rules.verdict import SetVerdict, State, Verdict
from rules.wording import hours

_ALIVE = ("prepared", "submitted", "approved")


@dataclass(frozen=True, slots=True)
class SetChange:
    """One set before and after: its state, the hours of leave it brings, and the courses whose state differs."""

    key: str
    title: str
    states: tuple[State, State]
    hours: tuple[Decimal, Decimal]
    courses: tuple[tuple[str, State, State], ...]


@dataclass(frozen=True, slots=True)
class PlanChange:
    """One plan's verdict as of `on`: the claimable and the doubtful hours before and after, and the sets that differ."""

    plan: str
    title: str
    on: date
    claimable: tuple[Decimal, Decimal]
    pending: tuple[Decimal, Decimal]
    sets: tuple[SetChange, ...]


@dataclass(frozen=True, slots=True)
class ClaimChange:
    """A claim whose sets are judged differently, as of the day it was prepared."""

    claim: Claim
    sets: tuple[SetChange, ...]


@dataclass(frozen=True, slots=True)
class Changes:
    """Everything that differs. `unjudged` are claims whose plan is not known here, so that nothing can be said of them."""

    plans: tuple[PlanChange, ...] = ()
    claims: tuple[ClaimChange, ...] = ()
    unjudged: tuple[str, ...] = ()

    @property
    def is_empty(self) -> bool:
        """Whether every verdict and claim stays as it is."""
        return not self.plans and not self.claims

    def json(self) -> dict[str, Any]:
        """As plain values."""
        return {
            "changes": [
                {
                    "plan": each.plan,
                    "on": each.on.isoformat(),
                    "claimable": _pair(*map(hours, each.claimable)),
                    "pending_review": _pair(*map(hours, each.pending)),
                    "sets": [_set_json(one) for one in each.sets],
                }
                for each in self.plans
            ],
            "claims": [
                {
                    "id": each.claim.id,
                    "state": each.claim.state,
                    "hours": hours(each.claim.hours),
                    "sets": [_set_json(one) for one in each.sets],
                }
                for each in self.claims
            ],
        }


def changes(store: Store, before: Settings, after: Settings, on: date, also: str = "") -> Changes:
    """What the new settings change: every plan in force on that day, the one named by its key in `also`, every plan of a claim,
    and every claim that still counts.
    """
    found: list[PlanChange] = []
    touched: list[ClaimChange] = []
    unjudged: list[str] = []
    wanted = (None, also) if also else (None,)
    plans = {
        each.key: each
        for settings in (before, after)
        for key in wanted
        for each in plans_for(settings, key, on)
    }
    days = dict.fromkeys(plans, on)
    claims = [each for each in store.claims() if each.state in _ALIVE]
    for claim in claims:
        try:
            plan = plans.get(claim.plan) or plans_for(before, claim.plan, claim.prepared_on)[0]
        except (ConfigError, IndexError):
            unjudged.append(claim.id)
            continue
        plans.setdefault(plan.key, plan)
        days.setdefault(plan.key, claim.prepared_on)
        one, two = (judge_stored(store, each, plan, claim.prepared_on) for each in (before, after))
        differing = [each for each in _sets(one, two) if each.key in claim.sets]
        if differing:
            touched.append(ClaimChange(claim, tuple(differing)))
    for key, plan in sorted(plans.items()):
        change = _plan(store, before, after, plan, days[key])
        found += [change] if change else []
    return Changes(tuple(found), tuple(touched), tuple(unjudged))


def _plan(store: Store, before: Settings, after: Settings, plan: Plan, on: date) -> PlanChange | None:
    one, two = (judge_stored(store, each, plan, on) for each in (before, after))
    claimable, pending = _amounts(one, two)
    sets = _sets(one, two)
    if not sets and claimable[0] == claimable[1] and pending[0] == pending[1]:
        return None
    return PlanChange(plan.key, plan.title, on, claimable, pending, tuple(sets))


def _amounts(one: Verdict, two: Verdict) -> tuple[tuple[Decimal, Decimal], tuple[Decimal, Decimal]]:
    """Claimable and doubtful hours, before and after."""
    leave = [each.benefit(LEAVE) for each in (one, two)]
    claimable = [each.claimable if each else Decimal(0) for each in leave]
    pending = [each.pending_review if each else Decimal(0) for each in leave]
    return (claimable[0], claimable[1]), (pending[0], pending[1])


def _sets(one: Verdict, two: Verdict) -> list[SetChange]:
    """The sets that differ in their state, their leave, or a course's state."""
    found = []
    for before, after in zip(one.sets, two.sets, strict=True):
        brings = _brings(one, before.key), _brings(two, after.key)
        courses = _courses(before, after)
        if before.state is not after.state or brings[0] != brings[1] or courses:
            found.append(SetChange(before.key, before.title, (before.state, after.state), brings, courses))
    return found


def _courses(before: SetVerdict, after: SetVerdict) -> tuple[tuple[str, State, State], ...]:
    known = {each.title: each.state for each in before.courses}
    return tuple(
        (each.title, known[each.title], each.state)
        for each in after.courses
        if each.title in known and known[each.title] is not each.state
    )


def _brings(verdict: Verdict, key: str) -> Decimal:
    """The hours of leave that this set brings about as it is."""
    leave = verdict.benefit(LEAVE)
    grants = leave.grants if leave else ()
    return sum((each.amount for each in grants if each.state == "met" and key in each.met_by), Decimal(0))


def _pair(before: str, after: str) -> dict[str, str]:
    return {"before": before, "after": after}


def _set_json(each: SetChange) -> dict[str, Any]:
    return {
        "key": each.key,
        "title": each.title,
        "state": _pair(*map(str, each.states)),
        "hours": _pair(*map(hours, each.hours)),
        "courses": _courses_json(each.courses),
    }


def _courses_json(courses: Sequence[tuple[str, State, State]]) -> list[dict[str, str]]:
    return [{"title": title, **_pair(str(before), str(after))} for title, before, after in courses]

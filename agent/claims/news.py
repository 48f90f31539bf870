"""Whether there is something new to prepare: asked after every run, so nothing that makes papers is needed for it."""

from __future__ import annotations

from agent.claims.choosing import choose, still_open
from agent.judging import LEAVE
from agent.store import Claim, Store
from rules.verdict import Verdict


def is_news(store: Store, verdict: Verdict) -> bool:
    """Whether more, or something else, is claimable than the plan's prepared claim already asks for."""
    benefit = verdict.benefit(LEAVE)
    if benefit is None or not benefit.claimable:
        return False
    prepared = prepared_claim(store, verdict.plan)
    choice = choose(verdict, kept_choice(store, verdict))
    return prepared is None or set(prepared.sets) != set(choice.sets) or prepared.hours != choice.hours


def kept_choice(store: Store, verdict: Verdict) -> tuple[str, ...]:
    """The sets under review that the person chose to include in the plan's prepared claim and that are still under review."""
    prepared = prepared_claim(store, verdict.plan)
    return still_open(verdict, prepared.review_sets) if prepared else ()


def prepared_claim(store: Store, plan: str) -> Claim | None:
    """The plan's prepared claim, None where there is none."""
    return next((each for each in store.claims() if each.plan == plan and each.state == "prepared"), None)

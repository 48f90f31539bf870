"""What a verdict and the ledger mean for the main button: what is claimable, what was prepared, what was sent."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING

from agent.claims.news import is_news
from agent.dashboard.states import Standing
from agent.judging import LEAVE
from rules.verdict import BenefitState, State
from rules.wording import hours

if TYPE_CHECKING:
    from agent.store import Claim, Store
    from rules.verdict import Verdict


def with_verdict(found: Standing, verdict: Verdict, today: date) -> Standing:
    leave = verdict.benefit(LEAVE)
    if leave is None:
        return found
    met = {
        key
        for grant in leave.grants
        if grant.state is State.MET and not grant.claimed
        for key in grant.met_by
    }
    doubt = [grant for grant in leave.grants if grant.state is State.REVIEW and not grant.claimed]
    return replace(
        found,
        claimable=leave.claimable,
        sets=len(met),
        pending=leave.pending_review,
        pending_sets=len(doubt),
        short_by=_short_by(verdict),
        is_all_claimed=leave.state is BenefitState.CLAIMED,
        deadline=leave.deadline,
        is_past=today > leave.deadline,
    )


def _short_by(verdict: Verdict) -> str:
    """How much the nearest set still lacks: 「3 小時」."""
    if not verdict.next:
        return ""
    nearest = verdict.set_of(verdict.next[0].set)
    missing = sum((each.plan_hours for each in nearest.courses if each.state is State.MISSING), Decimal(0))
    return f"{hours(missing)} 小時" if missing else ""


def with_claims(found: Standing, store: Store, verdict: Verdict, claims: tuple[Claim, ...]) -> Standing:
    mine = [each for each in claims if each.plan == verdict.plan]
    prepared = next((each for each in mine if each.state == "prepared"), None)
    sent = [each for each in mine if each.state == "submitted"]
    true = prepared is not None and found.claimable > 0 and not is_news(store, verdict)
    return replace(
        found,
        prepared=prepared.id if prepared and true else "",
        prepared_on=prepared.prepared_on if prepared and true else None,
        submitted=sum((each.hours for each in sent), Decimal(0)),
        submitted_on=sent[-1].submitted_on if sent else None,
    )

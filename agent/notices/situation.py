"""How things stand in a home, gathered from the store for the decision."""

from __future__ import annotations

from datetime import date

from agent.judging import judge_stored, plans_for
from agent.notices.deciding import BenefitSeen, DeadlineSeen, Portion, RunSeen, Situation
from agent.settings.config import Settings
from agent.store import Claim, Store
from rules.plan import Plan
from rules.verdict import BenefitVerdict, State, Verdict
from scrapers import gateways

_BY_HAND = ("import", "demo")
_CURSOR = "notices_looked_at_run"


def gather(store: Store, settings: Settings, on: date, *, error: str = "") -> Situation:
    """The situation on this day; what changed before the notices were first looked at is no news."""
    runs = store.runs()
    seen = tuple(
        RunSeen(run.id, run.outcome, run.finished_at)
        for run in runs
        if run.command not in _BY_HAND and run.outcome is not None and run.finished_at is not None
    )
    looked_at = store.get_meta(_CURSOR)
    good = [run.id for run in runs if run.outcome == "ok"]
    after = int(looked_at) if looked_at else (good[1] if len(good) > 1 else max(good, default=0))
    verdicts = [(plan, judge_stored(store, settings, plan, on)) for plan in plans_for(settings, None, on)]
    prepared = {each.plan: each for each in store.claims() if each.state == "prepared"}
    blocks = [block.id for key in gateways.names() if (block := store.open_block(key)) is not None]
    return Situation(
        runs=seen,
        changes=tuple(each for each in store.changes() if each.run > after),
        benefits=tuple(
            _benefit(plan, verdict, each, *_claim(prepared.get(plan.key)))
            for plan, verdict in verdicts
            for each in verdict.benefits
        ),
        deadlines=tuple(each for plan, verdict in verdicts for each in _deadlines(plan, verdict)),
        block=max(blocks, default=None),
        error=error,
    )


def looked_at(store: Store) -> None:
    """From now on only what later runs change is news."""
    store.set_meta(_CURSOR, str(max((run.id for run in store.runs()), default=0)))


def _claim(prepared: Claim | None) -> tuple[str, str]:
    return (prepared.id, prepared.folder) if prepared is not None else ("", "")


def _benefit(plan: Plan, verdict: Verdict, each: BenefitVerdict, claim: str, folder: str) -> BenefitSeen:
    """Only what a person applies for has papers: a claim is of the leave."""
    open_portions = [
        grant for grant in each.grants if grant.state is State.MET and not grant.claimed and grant.amount
    ]
    titles = {one.key: one.title for one in verdict.sets}
    applied_for = each.unit == "hour"
    return BenefitSeen(
        plan=plan.key,
        key=each.key,
        title=each.title,
        unit=each.unit,
        claimable=each.claimable,
        portions=tuple(
            Portion(grant.met_by, tuple(titles[key] for key in grant.met_by if key in titles), grant.amount)
            for grant in (open_portions if each.claimable else [])
        ),
        claim=claim if applied_for else "",
        folder=folder if applied_for else "",
    )


def _deadlines(plan: Plan, verdict: Verdict) -> list[DeadlineSeen]:
    by_day: dict[date, list[str]] = {}
    for step in verdict.next:
        by_day.setdefault(step.by, []).append(step.text)
    return [DeadlineSeen(plan.key, plan.title, by, tuple(texts)) for by, texts in sorted(by_day.items())]

"""From what is stored to verdicts: gathers plan, calendar, person and claims, and calls the judge."""

from __future__ import annotations

from datetime import date

from agent import mode
from agent.home import open_home
from agent.plans import found as plans
from agent.settings.config import Settings
from agent.store import Store
from rules import bundled
from rules.benefits import Claimed
from rules.engine import Circumstances, judge
from rules.plan import Plan
from rules.verdict import Verdict

LEAVE = "compensatory_leave"


def plans_for(settings: Settings, key: str | None, on: date) -> tuple[Plan, ...]:
    """The plan that was named, here or in the settings, else every plan whose programme covers the day; none: no plan.

    The home's own plans stand beside the bundled ones. Raises ConfigError for a key that neither has, or an own plan file
    that cannot be used.
    """
    home = open_home(mode.home_path())
    named = key or settings.plan
    return (plans.named(home, named),) if named else plans.in_force(home, on)


def circumstances(store: Store, settings: Settings, plan: Plan) -> Circumstances:
    """All that is known besides the records."""
    amount, sets = store.claimed_sets(plan.key)
    return Circumstances(
        person=settings.person,
        work=settings.work,
        suspensions=bundled.suspensions(),
        claimed={LEAVE: Claimed(amount, frozenset(sets))} if sets or amount else {},
        unread=tuple(store.unread()),
        aliases=settings.aliases,
    )


def judge_stored(store: Store, settings: Settings, plan: Plan, on: date) -> Verdict:
    """The verdict on what is stored; reads no network and starts no browser."""
    return judge(store.records(), plan, settings.calendar, on, circumstances(store, settings, plan))

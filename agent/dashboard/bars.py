"""Each set of the plan as a bar with what it lacks, and how far each other benefit is. Pure; drawn by the template."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING

from agent.screens.explain_screen import set_reasons
from agent.screens.verdict_screen import done
from rules.verdict import State
from rules.wording import hours

if TYPE_CHECKING:
    from rules.verdict import BenefitVerdict, SetVerdict, Verdict


@dataclass(frozen=True, slots=True)
class Bar:
    """One set: how far it is, and the nearest thing it lacks. `choice` names the sets of which one is enough."""

    title: str
    clause: str
    state: State
    done: str
    of: str
    percent: int
    lacks: tuple[str, ...]
    choice: str


def bars(verdict: Verdict, leave: BenefitVerdict | None) -> tuple[Bar, ...]:
    """Every set of the plan as a bar."""
    return tuple(_bar(verdict, leave, each) for each in verdict.sets)


def _bar(verdict: Verdict, leave: BenefitVerdict | None, each: SetVerdict) -> Bar:
    reached, asked = done(each), each.required_hours
    percent = 100 if not asked else int(min(Decimal(100), reached * 100 / asked))
    lacks = (
        set_reasons(verdict, leave, each.key, named=False) if leave and each.state is not State.MET else []
    )
    return Bar(
        each.title, each.clause, each.state, hours(reached), hours(asked), percent, tuple(lacks),
        _choice(verdict, leave, each.key),
    )  # fmt: skip


def _choice(verdict: Verdict, leave: BenefitVerdict | None, key: str) -> str:
    grants = [each for each in (leave.grants if leave else ()) if key in each.sets and len(each.sets) > 1]
    others = [verdict.set_of(one).title for one in (grants[0].sets if grants else ()) if one != key]
    return f"與「{'、'.join(others)}」任 1 套" if others else ""


def still_lacks(verdict: Verdict, benefit: BenefitVerdict) -> str:
    """How much a benefit lacks on its shortest way, in hours of courses: 「還差 13 小時」; "" where it lacks none or counts otherwise."""
    grants = [each for each in benefit.grants if each.state is State.MISSING and not each.claimed]
    left = Decimal(0)
    for key in dict.fromkeys(key for each in grants for key in each.met_by or each.sets):
        found = verdict.set_of(key)
        if found.by == "courses":
            left += sum(
                (each.plan_hours for each in found.courses if each.state is State.MISSING), Decimal(0)
            )
        left += sum((each.hours for each in found.shortages), Decimal(0))
    return f"還差 {hours(left)} 小時" if left else ""

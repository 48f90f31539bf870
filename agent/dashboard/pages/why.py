"""「為什麼不是 16 小時？」: the verdict's mirror, portion by portion, and what would bring the rest."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from starlette.requests import Request
from starlette.responses import Response

from agent.dashboard.desk import Desk
from agent.dashboard.standing import look
from agent.screens.explain_screen import grant_name, set_reasons, way_to_most
from agent.screens.verdict_screen import UNIT_WORD
from rules.verdict import BenefitState, State

if TYPE_CHECKING:
    from rules.verdict import BenefitVerdict, Verdict


@dataclass(frozen=True, slots=True)
class Portion:
    """One portion of a benefit: its name, state, clause, and why it stands as it does."""

    name: str
    state: State
    amount: str
    clause: str
    is_claimed: bool
    why: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Part:
    """One benefit with its portions and the ways to its most."""

    benefit: BenefitVerdict
    unit: str
    portions: tuple[Portion, ...]
    ways: tuple[str, ...]


def show(desk: Desk, request: Request) -> Response:
    """The whole of it."""
    del request
    view = look(desk)
    parts = [_part(view.verdict, each) for each in view.verdict.benefits] if view.verdict else []
    return desk.page(
        "why.html",
        "/",
        "為什麼是這個時數",
        verdict=view.verdict,
        parts=parts,
        questions=view.questions,
        asks_category=bool(parts) and not view.settings.person.category,
    )


def _part(verdict: Verdict, benefit: BenefitVerdict) -> Part:
    unit = UNIT_WORD.get(benefit.unit, benefit.unit)
    portions = tuple(
        Portion(
            grant_name(verdict, grant),
            grant.state,
            f"{grant.amount.normalize():f} {unit}",
            grant.clause,
            grant.claimed,
            tuple(
                text
                for key in grant.met_by or grant.sets
                for text in set_reasons(verdict, benefit, key, named=len(grant.sets) > 1)
            ),
        )
        for grant in benefit.grants
    )
    open_still = benefit.claimable < benefit.cap and benefit.state is not BenefitState.EXCLUDED
    ways = tuple(way_to_most(verdict, benefit, unit)) if open_still else ()
    return Part(benefit, unit, portions, ways)

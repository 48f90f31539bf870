"""What a claim applies for: what is claimable, and of what the office has still to judge only what the person names."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from agent.judging import LEAVE
from rules.errors import ConfigError
from rules.verdict import BenefitVerdict, Grant, ReasonCode, State, Verdict

_ZERO = Decimal(0)


@dataclass(frozen=True, slots=True)
class Choice:
    """The sets and hours applied for; `review_sets` and `review_hours` are those of them that rest on the office's judgement."""

    sets: tuple[str, ...]
    hours: Decimal
    review_sets: tuple[str, ...] = ()
    review_hours: Decimal = _ZERO


def choose(verdict: Verdict, include: Sequence[str] = ()) -> Choice:
    """What to apply for under this verdict; `include` are the keys of sets under review that the person wants in.

    Raises ConfigError for a set that is not one the office has still to judge.
    """
    benefit = verdict.benefit(LEAVE)
    if benefit is None:
        if include:
            raise _not_open(include[0], ())
        return Choice((), _ZERO)
    open_grants = _open_to_choice(benefit)
    known = tuple(dict.fromkeys(key for each in open_grants for key in each.met_by))
    for key in include:
        if key not in known:
            raise _not_open(key, known)
    chosen = [each for each in open_grants if set(each.met_by) & set(include)]
    more = min(sum((each.amount for each in chosen), _ZERO), benefit.pending_review)
    review = tuple(dict.fromkeys(key for each in chosen for key in each.met_by))
    sets = tuple(dict.fromkeys((*chosen_sets(benefit), *review)))
    return Choice(sets, benefit.claimable + more, review, more)


def open_to_choice(verdict: Verdict) -> tuple[str, ...]:
    """The keys of the sets that a claim includes only when the person says so."""
    benefit = verdict.benefit(LEAVE)
    grants = _open_to_choice(benefit) if benefit else []
    return tuple(dict.fromkeys(key for each in grants for key in each.met_by))


def still_open(verdict: Verdict, kept: Sequence[str]) -> tuple[str, ...]:
    """Of the sets chosen for an earlier preparation those that the office still has to judge: that choice stands."""
    now = open_to_choice(verdict)
    return tuple(each for each in kept if each in now)


def chosen_sets(benefit: BenefitVerdict) -> tuple[str, ...]:
    """The sets that bring each claimable portion about, up to what may be claimed."""
    left, chosen = benefit.claimable, []
    for grant in benefit.grants:
        if grant.state == "met" and not grant.claimed and left > 0:
            chosen += list(grant.met_by)
            left -= grant.amount
    return tuple(dict.fromkeys(chosen))


def _open_to_choice(benefit: BenefitVerdict) -> list[Grant]:
    """Portions under review; where the person's category is unknown, those that are met too."""
    if not benefit.pending_review:
        return []
    doubtful = any(each.code is ReasonCode.CATEGORY_UNKNOWN for each in benefit.reasons)
    states = (State.REVIEW, State.MET) if doubtful else (State.REVIEW,)
    return [each for each in benefit.grants if each.state in states and not each.claimed]


def _not_open(key: str, known: Sequence[str]) -> ConfigError:
    there_are = f"可列入的：{'、'.join(known)}。" if known else "目前沒有待人事單位認定、可以列入的課程套。"
    return ConfigError(f"「{key}」不是待人事單位認定的課程套，不能以 --include-review 列入。", there_are)

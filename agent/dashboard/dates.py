"""What is counted in days beside the sets: the deadline, the last free weekend, leave still to be taken, hours not uploaded."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date
from typing import TYPE_CHECKING

from agent.claims.ledger import days_left, use_by
from agent.dashboard.bars import still_lacks
from agent.dashboard.uploads import Uploads, uploads
from agent.dashboard.weekend import last_weekend, weekend_words
from rules.wording import hours

if TYPE_CHECKING:
    from agent.dashboard.standing import View
    from rules.duty import Days
    from rules.record import LearningRecord
    from rules.verdict import BenefitVerdict, Verdict


@dataclass(frozen=True, slots=True)
class Dates:
    """`left`: days to the deadline of completion, None without leave. `weekend`: the last one for what is missing, in words, or "".

    `others`: the benefits besides leave, each with what it lacks. `to_take`: approved leave that can still be taken, as hours,
    last day and days left.
    """

    left: int | None
    weekend: str
    others: tuple[tuple[BenefitVerdict, str], ...]
    to_take: tuple[tuple[str, date, int], ...]
    uploads: Uploads

    @property
    def is_near(self) -> bool:
        """Whether the deadline is within a month."""
        return self.left is not None and 0 <= self.left <= 31


def dates(view: View, days: Days, records: Iterable[LearningRecord], today: date) -> Dates:
    """All of them, as of today."""
    verdict, leave = view.verdict, view.leave
    benefits = verdict.benefits if verdict else ()
    return Dates(
        (leave.deadline - today).days if leave else None,
        _weekend(view, days, today),
        tuple((each, still_lacks(verdict, each)) for each in benefits if verdict and each is not leave),
        tuple(_to_take(view, today)),
        _of_plan(uploads(records, today), verdict),
    )


def _of_plan(found: Uploads, verdict: Verdict | None) -> Uploads:
    """What waits of the plan's own rows alone: others change none of its benefits."""
    own = {each.record for each in verdict.rows if each.set} if verdict else set()
    return replace(found, waiting=tuple(each for each in found.waiting if each[0] in own))


def _weekend(view: View, days: Days, today: date) -> str:
    if view.leave is None or view.verdict is None or not view.verdict.next:
        return ""
    saturday = last_weekend(days, today, view.leave.deadline)
    return weekend_words(saturday) if saturday else ""


def _to_take(view: View, today: date) -> Iterable[tuple[str, date, int]]:
    years = view.settings.use_by_years
    for claim in view.claims:
        last, left = use_by(claim, years), days_left(claim, years, today)
        if last is not None and left is not None and left >= 0:
            yield hours(claim.counted_hours), last, left

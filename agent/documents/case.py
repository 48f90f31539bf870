"""What the papers print, gathered by the claim and passed in: no clock, file or network is read here."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from rules.person import Person
from rules.plan import BenefitRule, Coverage, Plan
from rules.record import Origin
from rules.verdict import BenefitVerdict, Grant, SetVerdict, State, Verdict


@dataclass(frozen=True, slots=True, kw_only=True)
class ClaimCase:
    """One claim as the papers show it. The same case always gives the same papers.

    `sets` are the sets applied for, `hours` the amount applied for now, `claimed_before` what was submitted or approved
    earlier under this plan. `makeup_days` are the worked Saturdays and Sundays of the calendar judged by, those between the
    first and the last row are printed. `taken_at` is when the records were read (Taipei wall time). `record_pages` and
    `sheet_pages` are the page counts of the attachments; 0 prints a blank to be filled by hand; the last `older_pages` of the former were read earlier, for
    rows that the portal no longer shows, of which there are `rows_gone` among `rows_read`. `name_differs`: the portal's
    page shows another name than the form's. `unprintable` are characters that no font of this computer has.
    """

    claim_id: str
    plan: Plan
    verdict: Verdict
    person: Person
    benefit: str
    sets: tuple[str, ...]
    hours: Decimal
    claimed_before: Decimal
    review_included: bool = False
    prepared_on: date
    taken_at: datetime | None
    check_code: str
    rows_read: int
    total_stated: int | None
    unread: int
    origin: str
    test: bool
    calendar_text: str
    work_hours_text: str
    program_version: str
    agency_file: str | None = None
    rows_gone: int = 0
    record_pages: int = 0
    older_pages: int = 0
    sheet_pages: int = 0
    makeup_days: tuple[date, ...] = ()
    name_differs: bool = False
    unprintable: tuple[str, ...] = ()

    @property
    def rule(self) -> BenefitRule:
        """The plan's rule of the benefit applied for. Raises StopIteration for a benefit the plan does not have."""
        return next(each for each in self.plan.benefits if each.key == self.benefit)

    @property
    def judged(self) -> BenefitVerdict:
        """The verdict on that benefit. Raises StopIteration when the verdict is of another plan."""
        return next(each for each in self.verdict.benefits if each.key == self.benefit)

    @property
    def claimed_sets(self) -> tuple[SetVerdict, ...]:
        """The sets applied for, in the plan's order."""
        return tuple(each for each in self.verdict.sets if each.key in self.sets)

    @property
    def pending(self) -> Decimal:
        """How much of the amount applied for rests on what the office still has to judge."""
        unknown = self.plan.categories.coverage(self.person.category) is Coverage.UNKNOWN
        doubtful = {each.key for each in self.claimed_sets if unknown or each.state is State.REVIEW}
        sure = {each.key for each in self.claimed_sets} - doubtful
        return sum(
            (
                each.amount
                for each in self.judged.grants
                if set(each.sets) & doubtful and not set(each.sets) & sure
            ),
            Decimal(0),
        )

    @property
    def imported(self) -> bool:
        """Whether a row applied for comes from a records file, so that no page of the portal shows it."""
        applied = [each for each in self.verdict.rows if each.counted and each.set in self.sets]
        files = any(each.record.origin is Origin.RECORDS_FILE for each in applied)
        return self.origin == Origin.RECORDS_FILE or files

    def grant_of(self, key: str) -> Grant | None:
        """The portion of the benefit that this set counts for, or None where it counts for none."""
        return next((each for each in self.judged.grants if key in each.sets), None)

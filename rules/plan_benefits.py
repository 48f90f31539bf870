"""What a plan gives: its benefits, the portions they are given in, and which sets each portion needs."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from enum import StrEnum


@dataclass(frozen=True, slots=True)
class SetNeed:
    """A grant's condition: this set."""

    set: str


@dataclass(frozen=True, slots=True)
class AllOf:
    """A grant's condition: all of these."""

    parts: tuple[Need, ...]


@dataclass(frozen=True, slots=True)
class AnyOf:
    """A grant's condition: at least `count` of these. Given once, however many are met."""

    parts: tuple[Need, ...]
    count: int = 1


Need = SetNeed | AllOf | AnyOf


class Remainder(StrEnum):
    """What becomes of hours that do not fill a portion.

    floor: lost, set by set. carry: the rests of all sets are added up before they are lost. round: half a portion and
    more counts as a whole one, set by set.
    """

    FLOOR = "floor"
    CARRY = "carry"
    ROUND = "round"


@dataclass(frozen=True, slots=True)
class Tier:
    """The amount from so many met parts on; a higher tier stands in place of the lower one."""

    sets: int
    amount: Decimal


@dataclass(frozen=True, slots=True)
class GrantRule:
    """One portion of a benefit: `amount`, once, when `needs` is met. `title` names a portion of several sets.

    With `per_hours` the amount is given for each so many certified hours of the sets that are complete; with `tiers` the
    highest tier reached gives its amount. Of portions of one `level` only the best is given.
    """

    amount: Decimal
    needs: Need
    clause: str
    title: str = ""
    per_hours: Decimal | None = None
    remainder: Remainder = Remainder.FLOOR
    tiers: tuple[Tier, ...] = ()
    level: str = ""

    @property
    def varies(self) -> bool:
        """Whether the amount depends on how much was done, so that more of it may be claimed later."""
        return self.per_hours is not None or bool(self.tiers)


@dataclass(frozen=True, slots=True)
class Window:
    """The days on which a benefit may be applied for, both included."""

    first: date
    last: date
    clause: str


@dataclass(frozen=True, slots=True)
class BenefitFor:
    """What a benefit says for some staff categories instead; None leaves it as it is."""

    categories: tuple[str, ...]
    clause: str
    cap: Decimal | None = None
    completed_by: date | None = None
    uploaded_by: date | None = None
    apply: Window | None = None


@dataclass(frozen=True, slots=True)
class BenefitRule:
    """What the plan gives: 補休 (unit hour), 嘉獎 (unit award) and the like, with the conditions of this benefit alone.

    `completed_by` is the last day, included. `off_duty`: start and end of every counted row must be 公餘時間.
    `unpaid_leave_counts`: study during 留職停薪 counts. `needs_upload`: rests on 終身學習入口網, so an upload that is not
    成功, or later than `uploaded_by`, makes it review. `apply`: when it may be applied for. `cap_per_year`: at most so
    much for what was completed in one calendar year. `exclusive`: benefits of one such name never rest on the same row.
    `evidence` says what the office looks at.
    """

    key: str
    title: str
    unit: str
    clause: str
    cap: Decimal
    completed_by: date
    off_duty: bool
    unpaid_leave_counts: bool
    needs_upload: bool
    evidence: str
    grants: tuple[GrantRule, ...]
    uploaded_by: date | None = None
    apply: Window | None = None
    cap_per_year: Decimal | None = None
    exclusive: str = ""
    note: str = ""
    by_category: tuple[BenefitFor, ...] = ()

    @property
    def shows_working(self) -> bool:
        """Whether the amount is more than a sum of fixed portions, so that the verdict has to show how it came about."""
        varied = any(each.varies or each.level for each in self.grants)
        return varied or self.cap_per_year is not None or bool(self.exclusive)

    def open_on(self, on: date) -> bool:
        """Whether something completed on this day could still be applied for."""
        return on <= self.completed_by and (self.apply is None or on <= self.apply.last)

    def for_category(self, category: str) -> BenefitRule:
        """The benefit as it stands for this staff category."""
        for each in self.by_category:
            if category in each.categories:
                return replace(
                    self,
                    clause=each.clause,
                    cap=self.cap if each.cap is None else each.cap,
                    completed_by=each.completed_by or self.completed_by,
                    uploaded_by=each.uploaded_by or self.uploaded_by,
                    apply=each.apply or self.apply,
                    by_category=(),
                )
        return self

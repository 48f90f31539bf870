"""What a person answered about a plan on paper: values, before they are a plan file."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal


@dataclass(frozen=True, slots=True)
class Course:
    """A course as answered; `item` is "" where the plan names no category."""

    title: str
    hours: Decimal
    item: str = ""


@dataclass(frozen=True, slots=True)
class CourseSet:
    """A set as answered."""

    key: str
    title: str
    clause: str
    by: str
    hours: Decimal
    at_least: int
    free: bool
    courses: tuple[Course, ...]
    minima: tuple[tuple[str, Decimal], ...]


@dataclass(frozen=True, slots=True)
class Grants:
    """How a benefit is given: 1 each set, 2 any set once, 3 all sets once, 4 in tiers, 5 per so many hours."""

    kind: str
    amount: Decimal
    per_hours: Decimal | None = None
    tiers: tuple[tuple[int, Decimal], ...] = ()

    def most(self, sets: int) -> Decimal:
        """The most that this gives where that is plain; the proposal for the cap."""
        if self.tiers:
            return self.tiers[-1][1]
        return self.amount * sets if self.kind == "1" else self.amount

    def for_first(self, sets: int) -> Decimal | None:
        """What the first set alone gives, None where that depends on its hours."""
        if self.kind == "5":
            return None
        if self.kind == "4":
            return self.tiers[0][1] if self.tiers[0][0] == 1 else Decimal(0)
        return self.amount if self.kind != "3" or sets == 1 else Decimal(0)


@dataclass(frozen=True, slots=True)
class Benefit:
    """A benefit as answered."""

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
    grants: Grants


@dataclass(frozen=True, slots=True)
class Draft:
    """All answers."""

    key: str
    title: str
    short: str
    issuer: str
    document: str
    issued_on: date
    first: date
    last: date
    window_clause: str
    year: int
    city: str
    covered: tuple[str, ...]
    not_covered: tuple[str, ...]
    categories_clause: str
    form_title: str
    form_clause: str
    sets: tuple[CourseSet, ...]
    benefits: tuple[Benefit, ...]

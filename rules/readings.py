"""A course set as one benefit reads it: which row counts for each course, and what they add up to."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from rules.plan_sets import Course
from rules.rows import JudgedRow
from rules.verdict import MinimumVerdict, Reason, Shortage, State

BEST_FIRST = (State.MET, State.REVIEW, State.FAILED, State.MISSING)
_ZERO = Decimal(0)


@dataclass(frozen=True, slots=True)
class Candidate:
    """One course that may count, with every row of it. `free` is a passed record that the set does not list."""

    course: Course
    rows: tuple[JudgedRow, ...]
    free: bool = False


@dataclass(frozen=True, slots=True)
class Chosen:
    """A candidate's row that counts for one benefit (None: no row), and its state there."""

    candidate: Candidate
    row: JudgedRow | None
    state: State

    @property
    def certified(self) -> Decimal:
        """The row's certified hours, 0 where there are none."""
        return (self.row.record.certified_hours if self.row else None) or _ZERO

    @property
    def possible(self) -> Decimal:
        """The hours the row may be worth: the plan's where the portal shows none."""
        if self.row is not None and self.row.record.certified_hours is None:
            return self.candidate.course.hours
        return self.certified

    @property
    def year(self) -> int | None:
        """The calendar year the row ended in, None where it is not known."""
        return self.row.record.end.year if self.row and self.row.record.end else None


@dataclass(frozen=True, slots=True)
class Reading:
    """A set as one benefit reads it. `certified` are the hours of the rows that count, or may count.

    `waiting` are rows under review that a complete set does not need, and that may still add to its hours.
    """

    state: State
    certified: Decimal
    chosen: tuple[Chosen, ...]
    reasons: tuple[Reason, ...]
    minima: tuple[MinimumVerdict, ...] = ()
    shortages: tuple[Shortage, ...] = ()
    waiting: tuple[Chosen, ...] = ()

    @property
    def rows(self) -> tuple[Chosen, ...]:
        """Those that have a row."""
        return tuple([each for each in self.chosen if each.row is not None])

    @property
    def records(self) -> frozenset[int]:
        """The ids of the records that count."""
        return frozenset(id(each.row.record) for each in self.chosen if each.row is not None)

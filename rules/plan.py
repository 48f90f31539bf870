"""A plan (實施計畫) as data: who issued it, for whom, from when to when, and what it gives for which course sets.

A plan file is TOML; `rules.plan_file` reads it. Numbers live in the file, each with its clause; only new kinds of rule are code.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum

from rules.plan_benefits import BenefitRule
from rules.plan_sets import CourseSet

__all__ = ["BenefitRule", "Categories", "Coverage", "Plan"]


class Coverage(StrEnum):
    """Whether a 人員類別 is within the plan's 適用對象."""

    COVERED = "covered"
    NOT_COVERED = "not_covered"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Categories:
    """適用對象 (eligible_categories). A category in neither list is unknown, and unknown is for the office to judge."""

    covered: tuple[str, ...]
    not_covered: tuple[str, ...]
    clause: str

    def coverage(self, category: str) -> Coverage:
        """Where this category stands; the empty category is unknown."""
        if category in self.covered:
            return Coverage.COVERED
        return Coverage.NOT_COVERED if category in self.not_covered else Coverage.UNKNOWN


@dataclass(frozen=True, slots=True)
class Plan:
    """A whole plan. `covers` is the programme_window (辦理時程), both days included; `year` the ROC year of its courses.

    `any_edition`: a course code of another year is no doubt.
    """

    key: str
    title: str
    short: str
    document: str
    issuer: str
    issued_on: date
    covers: tuple[date, date]
    window_clause: str
    year: int
    city: str
    categories: Categories
    sets: tuple[CourseSet, ...]
    benefits: tuple[BenefitRule, ...]
    form_clause: str
    form_title: str
    form_notes: tuple[str, ...] = ()
    source: str = "bundled"
    sha256: str = ""
    examples: tuple[Mapping[str, object], ...] = ()
    any_edition: bool = False

    def in_force(self, day: date) -> bool:
        """Whether the programme covers this day."""
        return self.covers[0] <= day <= self.covers[1]

    def set_of(self, key: str) -> CourseSet:
        """The set of that key. Raises StopIteration for an unknown key; the loader has checked every reference."""
        return next(each for each in self.sets if each.key == key)

    def for_category(self, category: str) -> Plan:
        """The plan as it stands for this staff category: minima, hours, caps and days are then plain numbers."""
        varies = any(each.by_category for each in self.sets) or any(
            each.by_category for each in self.benefits
        )
        if not varies:
            return self
        return replace(
            self,
            sets=tuple(each.for_category(category) for each in self.sets),
            benefits=tuple(each.for_category(category) for each in self.benefits),
        )

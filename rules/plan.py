"""A plan (實施計畫) as data: who issued it, for whom, from when to when, and what it gives for which course sets.

A plan file is TOML; `rules.plan_file` reads it. Numbers live in the file, each with its clause; only new kinds of rule are code.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum


@dataclass(frozen=True, slots=True)
class Course:
    """One listed course. `aliases` are other spellings of the same plan text, compared like the title itself."""

    title: str
    hours: Decimal
    item: str = ""
    aliases: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class CourseSet:
    """One 組裝課程 (course_set): complete when every course is passed and the certified hours reach `hours`."""

    key: str
    title: str
    clause: str
    hours: Decimal
    courses: tuple[Course, ...]
    short: str = ""


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


@dataclass(frozen=True, slots=True)
class GrantRule:
    """One portion of a benefit: `amount`, once, when `needs` is met. `title` names a portion of several sets."""

    amount: Decimal
    needs: Need
    clause: str
    title: str = ""


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
class BenefitRule:
    """What the plan gives: 補休 (unit hour) or 嘉獎 (unit award), with the conditions of this benefit alone.

    `completed_by` is the last day, included. `off_duty`: start and end of every counted row must be 公餘時間.
    `unpaid_leave_counts`: study during 留職停薪 counts. `needs_upload`: rests on 終身學習入口網, so an upload that is not
    成功 makes it review. `evidence` says what the office looks at.
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


@dataclass(frozen=True, slots=True)
class Plan:
    """A whole plan. `covers` is the programme_window (辦理時程), both days included; `year` the ROC year of its courses."""

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
    examples: tuple[dict[str, object], ...] = ()

    def in_force(self, day: date) -> bool:
        """Whether the programme covers this day."""
        return self.covers[0] <= day <= self.covers[1]

    def set_of(self, key: str) -> CourseSet:
        """The set of that key. Raises StopIteration for an unknown key; the loader has checked every reference."""
        return next(each for each in self.sets if each.key == key)

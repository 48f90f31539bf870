"""A plan (實施計畫) as data: who issued it, for whom, from when to when, and what it gives for which course sets.

A plan file is TOML; `rules.plan_file` reads it. Numbers live in the file, each with its clause; only new kinds of rule are code.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from enum import StrEnum


@dataclass(frozen=True, slots=True)
class Course:
    """One listed course. `aliases` are other spellings of the same plan text, compared like the title itself.

    `score` is the least exam score the plan asks for, `survey` whether it asks for the survey; both besides 通過.
    """

    title: str
    hours: Decimal
    item: str = ""
    aliases: tuple[str, ...] = ()
    score: Decimal | None = None
    survey: bool = False


class By(StrEnum):
    """When a set is complete: every listed course passed, so many hours counted, or so many courses passed."""

    COURSES = "courses"
    HOURS = "hours"
    COUNT = "count"


@dataclass(frozen=True, slots=True)
class Minimum:
    """At least `hours` of the set's hours from courses of these items; `parts` are minima within it."""

    title: str
    hours: Decimal
    items: tuple[str, ...]
    clause: str
    parts: tuple[Minimum, ...] = ()


@dataclass(frozen=True, slots=True)
class SetFor:
    """What a set asks of some staff categories instead; None and () leave it as it is."""

    categories: tuple[str, ...]
    clause: str
    hours: Decimal | None = None
    at_least: int | None = None
    minima: tuple[Minimum, ...] = ()


@dataclass(frozen=True, slots=True)
class CourseSet:
    """One 組裝課程 (course_set), complete as `by` says; the certified hours must reach `hours`.

    `free`: any passed record counts towards the hours. `shared`: its courses may stand in another set too.
    `score` and `survey` are asked of every course that counts.
    """

    key: str
    title: str
    clause: str
    hours: Decimal
    courses: tuple[Course, ...]
    short: str = ""
    by: By = By.COURSES
    at_least: int = 0
    minima: tuple[Minimum, ...] = ()
    free: bool = False
    shared: bool = False
    score: Decimal | None = None
    survey: bool = False
    by_category: tuple[SetFor, ...] = ()

    def for_category(self, category: str) -> CourseSet:
        """The set as it stands for this staff category."""
        for each in self.by_category:
            if category in each.categories:
                return replace(
                    self,
                    clause=each.clause,
                    hours=self.hours if each.hours is None else each.hours,
                    at_least=self.at_least if each.at_least is None else each.at_least,
                    minima=each.minima or self.minima,
                    by_category=(),
                )
        return self


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


def all_minima(minima: Iterable[Minimum]) -> tuple[Minimum, ...]:
    """These minima and those within them, outermost first."""
    return tuple(found for each in minima for found in (each, *all_minima(each.parts)))

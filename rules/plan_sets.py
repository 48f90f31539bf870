"""What a plan asks: its courses, the sets they stand in (組裝課程), and when a set is complete."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
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


def all_minima(minima: Iterable[Minimum]) -> tuple[Minimum, ...]:
    """These minima and those within them, outermost first."""
    return tuple(found for each in minima for found in (each, *all_minima(each.parts)))

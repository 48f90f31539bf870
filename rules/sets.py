"""One course set against the records: which rows could count for it, and which does for each benefit."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, fields, replace
from decimal import Decimal

from rules.completing import partial, whole
from rules.duty import Days
from rules.plan import Plan
from rules.plan_sets import By, Course, CourseSet
from rules.readings import BEST_FIRST, Candidate, Chosen, Reading
from rules.record import LearningRecord
from rules.rows import JudgedRow, judge_row, off_duty_first
from rules.titles import normalise
from rules.verdict import Reason, State

FREE_ITEM = "自選"
_ZERO = Decimal(0)


@dataclass(frozen=True, slots=True)
class SetRows:
    """One set with every row that could count for it, and what unread rows could change.

    `readings`: the set as each benefit reads it while no other takes its rows, by the benefit's key.
    """

    course_set: CourseSet
    candidates: tuple[Candidate, ...]
    doubts: tuple[Reason, ...] = ()
    readings: Mapping[str, Reading] = field(default_factory=dict)

    def reading(
        self, key: str, taken: frozenset[int] = frozenset(), doubtful: frozenset[int] = frozenset()
    ) -> Reading:
        """The set for the benefit of this key. Rows whose record's id is `taken` do not count, `doubtful` ones may."""
        chosen = tuple([_choose(each, key, taken, doubtful) for each in self.candidates])
        found = (
            whole(chosen, self.course_set)
            if self.course_set.by is By.COURSES
            else partial(chosen, self.course_set)
        )
        if not self.doubts:
            return found
        state = State.REVIEW if found.state is State.MET else found.state
        return replace(found, state=state, reasons=(*found.reasons, *self.doubts))


def rows_of(
    course_set: CourseSet,
    by_title: Mapping[str, Sequence[LearningRecord]],
    plan: Plan,
    days: Days,
    doubts: Iterable[Reason],
) -> SetRows:
    """Every row that could count for this set: those of its courses, then, where it is free, any other passed one."""
    rules = off_duty_first(plan)
    listed: set[str] = set()
    found: list[Candidate] = []
    for course in course_set.courses:
        names = dict.fromkeys(map(normalise, (course.title, *course.aliases)))
        listed.update(names)
        records = [record for name in names if name in by_title for record in _in_order(by_title[name])]
        rows = [judge_row(record, course, course_set, plan, rules, days) for record in records]
        found.append(Candidate(course, tuple(rows)))
    if course_set.free:
        for name in sorted(set(by_title) - listed):
            records = _in_order(by_title[name])
            course = Course(records[0].title, _ZERO, FREE_ITEM)
            rows = [judge_row(record, course, course_set, plan, rules, days, free=True) for record in records]
            if any(row.is_passed for row in rows):
                found.append(Candidate(course, tuple(rows), free=True))
    made = SetRows(course_set, tuple(found), tuple(doubts))
    return replace(made, readings={each.key: made.reading(each.key) for each in rules})


def _in_order(records: Sequence[LearningRecord]) -> list[LearningRecord]:
    """Rows of one title, in an order that does not depend on theirs."""
    return sorted(records, key=_cells) if len(records) > 1 else list(records)


def _cells(record: LearningRecord) -> tuple[str, ...]:
    """What the row says, cell by cell: rows stand in this order wherever nothing else parts them."""
    return tuple(str(getattr(record, each.name)) for each in fields(record) if each.compare)


def _choose(candidate: Candidate, key: str, taken: frozenset[int], doubtful: frozenset[int]) -> Chosen:
    """The row that counts for a course: the best state, then the most certified hours, then the earliest. Once."""
    usable = [row for row in candidate.rows if row.is_passed and id(row.record) not in taken]
    if not usable:
        return Chosen(candidate, None, State.MISSING)

    def state_of(row: JudgedRow) -> State:
        state = row.states[key]
        return State.REVIEW if state is State.MET and id(row.record) in doubtful else state

    def order(row: JudgedRow) -> tuple[int, Decimal, str]:
        certified = row.record.certified_hours or _ZERO
        end = row.record.end.isoformat() if row.record.end else "~"
        return BEST_FIRST.index(state_of(row)), -certified, end

    best = min(usable, key=order) if len(usable) > 1 else usable[0]
    return Chosen(candidate, best, state_of(best))

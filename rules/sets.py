"""One course set against the records: which rows count for a benefit, and how far the set is complete."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, fields, replace
from decimal import Decimal

from rules.duty import Days
from rules.plan import By, Course, CourseSet, Minimum, Plan, all_minima
from rules.record import LearningRecord
from rules.rows import JudgedRow, judge_row, off_duty_first
from rules.titles import normalise
from rules.verdict import MinimumVerdict, Reason, ReasonCode, Shortage, State
from rules.wording import hours

FREE_ITEM = "自選"
_RANK = (State.MET, State.REVIEW, State.FAILED, State.MISSING)
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
            _whole(chosen, self.course_set)
            if self.course_set.by is By.COURSES
            else _partial(chosen, self.course_set)
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
        return _RANK.index(state_of(row)), -certified, end

    best = min(usable, key=order) if len(usable) > 1 else usable[0]
    return Chosen(candidate, best, state_of(best))


def _whole(chosen: tuple[Chosen, ...], course_set: CourseSet) -> Reading:
    """A set that must be passed whole: the worst of its courses, missing first; review where the hours fall short."""
    certified = sum((each.certified for each in chosen), _ZERO)
    state = max((each.state for each in chosen), key=_RANK.index, default=State.MISSING)
    if state is State.MISSING or certified >= course_set.hours:
        return Reading(state, certified, chosen, ())
    text = (
        f"所列課程均有通過紀錄，但認證時數合計 {hours(certified)} 小時，"
        f"未達 {hours(course_set.hours)} 小時，請人事單位認定。"
    )
    short = Reason(ReasonCode.HOURS_SHORT, text, course_set.clause)
    return Reading(max(state, State.REVIEW, key=_RANK.index), certified, chosen, (short,))


def _partial(chosen: tuple[Chosen, ...], course_set: CourseSet) -> Reading:
    """A set by hours or by number of courses: met by the sure rows alone, review with the doubtful ones.

    Failed where only rows that do not count would complete it; else missing.
    """
    sure = [each for each in chosen if each.state is State.MET]
    maybe = [each for each in chosen if each.state in (State.MET, State.REVIEW)]
    passed = [each for each in chosen if each.row is not None]
    if _enough(sure, course_set, lambda each: each.certified):
        state, counted = State.MET, sure
    elif _enough(maybe, course_set, lambda each: each.possible):
        state, counted = State.REVIEW, maybe
    else:
        state = State.FAILED if _enough(passed, course_set, lambda each: each.possible) else State.MISSING
        counted = maybe
    certified = sum((each.certified for each in counted), _ZERO)
    minima = tuple(_minimum(each, sure, maybe, counted) for each in all_minima(course_set.minima))
    shortages = () if state is State.MET else _shortages(sure, chosen, course_set)
    return Reading(
        state,
        certified,
        tuple(counted) if state in (State.MET, State.REVIEW) else chosen,
        _short_reasons(state, shortages, course_set, maybe),
        minima,
        shortages,
        tuple(each for each in maybe if each not in counted),
    )


def _hours(rows: Iterable[Chosen], of: Callable[[Chosen], Decimal], items: Sequence[str] | None) -> Decimal:
    return sum(
        (
            of(each)
            for each in rows
            if items is None or (not each.candidate.free and each.candidate.course.item in items)
        ),
        _ZERO,
    )


def _enough(rows: Sequence[Chosen], course_set: CourseSet, of: Callable[[Chosen], Decimal]) -> bool:
    """Whether these rows alone complete the set: its number of courses, its hours and every minimum."""
    return (
        len(rows) >= course_set.at_least
        and _hours(rows, of, None) >= course_set.hours
        and all(_hours(rows, of, each.items) >= each.hours for each in all_minima(course_set.minima))
    )


def _minimum(
    each: Minimum, sure: Sequence[Chosen], maybe: Sequence[Chosen], counted: Sequence[Chosen]
) -> MinimumVerdict:
    if _hours(sure, lambda row: row.certified, each.items) >= each.hours:
        state = State.MET
    elif _hours(maybe, lambda row: row.possible, each.items) >= each.hours:
        state = State.REVIEW
    else:
        state = State.MISSING
    reached = _hours(counted, lambda row: row.certified, each.items)
    return MinimumVerdict(each.title, reached, each.hours, state, each.clause)


def _shortages(
    sure: Sequence[Chosen], chosen: Sequence[Chosen], course_set: CourseSet
) -> tuple[Shortage, ...]:
    """What the sure rows lack: courses, minima (innermost last), and hours of any kind beyond the minima."""
    open_courses = [each.candidate.course for each in chosen if each.row is None]
    found = []
    if len(sure) < course_set.at_least:
        count = course_set.at_least - len(sure)
        found.append(Shortage("", _ZERO, count, tuple(each.title for each in open_courses)))
    for each in all_minima(course_set.minima):
        lacking = each.hours - _hours(sure, lambda row: row.certified, each.items)
        if lacking > 0:
            titles = tuple(course.title for course in open_courses if course.item in each.items)
            found.append(Shortage(each.title, lacking, 0, titles))
    lacking = course_set.hours - _hours(sure, lambda row: row.certified, None)
    if lacking > 0:
        found.append(Shortage("", lacking, 0, tuple(each.title for each in open_courses)))
    return tuple(found)


def _short_reasons(
    state: State, shortages: Sequence[Shortage], course_set: CourseSet, maybe: Sequence[Chosen]
) -> tuple[Reason, ...]:
    """One reason for each thing that is short, with the clause of its minimum where that has one."""
    clauses = {each.title: each.clause for each in all_minima(course_set.minima)}
    tail = _tail(state, maybe)
    found = []
    for each in shortages:
        if each.count:
            text = f"尚缺 {each.count} 門課程{tail}。"
        elif each.title:
            text = f"「{each.title}」尚缺 {hours(each.hours)} 小時{tail}。"
        else:
            text = f"認證時數合計未達 {hours(course_set.hours)} 小時，尚缺 {hours(each.hours)} 小時{tail}。"
        clause = clauses.get(each.title) or course_set.clause
        found.append(Reason(ReasonCode.HOURS_SHORT, text, clause))
    return tuple(found)


def _tail(state: State, maybe: Sequence[Chosen]) -> str:
    """What else there is besides the sure rows."""
    if state is State.REVIEW:
        return "；列入待認定的紀錄後即足夠，請人事單位認定"
    if state is State.FAILED:
        return "；另有已通過但不符條件的紀錄，不能計入"
    return "（待認定的紀錄未計入）" if any(each.state is State.REVIEW for each in maybe) else ""

"""How far the rows that were chosen complete a set: passed whole, or by hours or number of courses; and what is short."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from decimal import Decimal

from rules.plan_sets import CourseSet, Minimum, all_minima
from rules.readings import BEST_FIRST, Chosen, Reading
from rules.verdict import MinimumVerdict, Reason, ReasonCode, Shortage, State
from rules.wording import hours

_ZERO = Decimal(0)


def whole(chosen: tuple[Chosen, ...], course_set: CourseSet) -> Reading:
    """A set that must be passed whole: the worst of its courses, missing first; review where the hours fall short."""
    certified = sum((each.certified for each in chosen), _ZERO)
    state = max((each.state for each in chosen), key=BEST_FIRST.index, default=State.MISSING)
    if state is State.MISSING or certified >= course_set.hours:
        return Reading(state, certified, chosen, ())
    text = (
        f"所列課程均有通過紀錄，但認證時數合計 {hours(certified)} 小時，"
        f"未達 {hours(course_set.hours)} 小時，請人事單位認定。"
    )
    short = Reason(ReasonCode.HOURS_SHORT, text, course_set.clause)
    return Reading(max(state, State.REVIEW, key=BEST_FIRST.index), certified, chosen, (short,))


def partial(chosen: tuple[Chosen, ...], course_set: CourseSet) -> Reading:
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

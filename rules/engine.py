"""The judge: records, a plan, a calendar, a person and a day go in; a verdict comes out. No clock, file or network is read."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date

from rules.assumptions import assumptions
from rules.benefits import Claimed, judge_benefits
from rules.calendar import Calendar, closing_day
from rules.duty import Days, days_of
from rules.eligibility import eligibility
from rules.near_misses import near_misses
from rules.next_steps import next_steps
from rules.person import Person
from rules.plan import Plan
from rules.plan_sets import By, CourseSet
from rules.readings import Chosen
from rules.record import LearningRecord, UnreadRow
from rules.rows import JudgedRow, off_duty_first
from rules.sets import SetRows, rows_of
from rules.titles import normalise, split_code
from rules.verdict import CourseVerdict, Reason, ReasonCode, RowVerdict, SetVerdict, State, Verdict
from rules.work import Suspension, Work

_AS_USUAL = Work()  # one for all who say nothing of theirs, so that its days are drawn once


@dataclass(frozen=True, slots=True)
class Circumstances:
    """All that is known besides the records: the person, the duty, what was claimed before, rows that were not understood."""

    person: Person = field(default_factory=Person)
    work: Work = _AS_USUAL
    suspensions: tuple[Suspension, ...] = ()
    claimed: Mapping[str, Claimed] = field(default_factory=dict)
    unread: tuple[UnreadRow, ...] = ()
    aliases: Mapping[str, str] = field(
        default_factory=dict
    )  # title on the portal → title in the plan, as confirmed


def judge(
    records: Sequence[LearningRecord], plan: Plan, calendar: Calendar, on: date, about: Circumstances
) -> Verdict:
    """The verdict under `plan` as of the end of the day `on`. Rows whose end lies after that day do not count."""
    person = about.work.person_on(on, about.person)
    eligible = eligibility(plan, about.person, about.work, on)
    plan = plan.for_category(person.category)
    days = days_of(about.work, calendar, about.suspensions, plan.city)
    counting = [each for each in records if _ended_by(each, on)]
    by_title = _by_title(counting, about.aliases)
    judged = [_judge_set(each, by_title, plan, days, about.unread) for each in plan.sets]
    sets = tuple(each.verdict for each in judged)
    benefits = judge_benefits(plan, [each.rows for each in judged], eligible, about.claimed, on)
    used = frozenset(key for each in judged for row in each.counted for key in row.leaned_on)
    return Verdict(
        plan=plan.key,
        plan_title=plan.title,
        plan_document=plan.document,
        plan_source=plan.source,
        on=on,
        complete=not about.unread,
        sets=sets,
        benefits=benefits,
        rows=_rows(records, judged),
        next=next_steps(plan, sets, benefits, on),
        questions=near_misses(counting, plan, _missing(judged), about.aliases),
        assumptions=assumptions(about.work, person, plan, used),
        calendar=calendar.issues(_years(judged, plan)),
        unread=about.unread,
    )


def _ended_by(record: LearningRecord, on: date) -> bool:
    """Whether the row had ended by the end of that day. An unknown end is kept: its own reason makes it review."""
    return record.end is None or closing_day(record.end) <= on


def _by_title(
    records: Iterable[LearningRecord], aliases: Mapping[str, str]
) -> dict[str, list[LearningRecord]]:
    """Records by normalised title; a title confirmed to be another's spelling stands under that one."""
    known = {normalise(portal): normalise(plan) for portal, plan in aliases.items()}
    found: dict[str, list[LearningRecord]] = defaultdict(list)
    for record in records:
        title = normalise(record.title)
        found[known.get(title, title)].append(record)
    return found


@dataclass(frozen=True, slots=True)
class _JudgedSet:
    verdict: SetVerdict
    rows: SetRows
    primary: str  # the benefit whose reading the verdict shows
    counted: tuple[JudgedRow, ...]


def _judge_set(
    course_set: CourseSet,
    by_title: Mapping[str, list[LearningRecord]],
    plan: Plan,
    days: Days,
    unread: Sequence[UnreadRow],
) -> _JudgedSet:
    """One set as each benefit reads it; what is shown is the reading of the first benefit in 公餘時間, else of the first."""
    doubts = [_unread_reason(row) for row in unread if _could_belong(row, course_set)]
    rows = rows_of(course_set, by_title, plan, days, doubts)
    rules = off_duty_first(plan)
    readings = rows.readings
    award = next((each for each in rules if not each.off_duty), rules[0])
    shown = readings[rules[0].key]
    courses = [(each, _course(each, course_set.clause)) for each in shown.chosen]
    listed = [
        verdict for chosen, verdict in courses if chosen.row is not None or course_set.by is not By.HOURS
    ]
    verdict = SetVerdict(
        key=course_set.key,
        title=course_set.title,
        clause=course_set.clause,
        state=shown.state,
        award_state=readings[award.key].state,
        certified_hours=shown.certified,
        required_hours=course_set.hours,
        courses=tuple(listed),
        reasons=shown.reasons,
        states={key: each.state for key, each in readings.items()},
        minima=shown.minima,
        shortages=shown.shortages,
        by=str(course_set.by),
    )
    counted = tuple(
        each.row
        for each in shown.rows
        if each.row is not None and (course_set.by is By.COURSES or each.state is not State.FAILED)
    )
    return _JudgedSet(verdict, rows, rules[0].key, counted)


def _missing(judged: Sequence[_JudgedSet]) -> dict[str, tuple[str, str]]:
    """Every course without a passed row, shown or not: its set's key and its title, by the normalised title."""
    return {
        normalise(each.course.title): (found.verdict.key, each.course.title)
        for found in judged
        for each in found.rows.candidates
        if not any(row.is_passed for row in each.rows)
    }


def _course(chosen: Chosen, clause: str) -> CourseVerdict:
    """The verdict on one course from its best row, or that it is still missing."""
    course, best, own = chosen.candidate.course, chosen.row, chosen.candidate.rows
    if best is None:
        return CourseVerdict(
            title=course.title,
            item=course.item,
            plan_hours=course.hours,
            certified_hours=None,
            state=State.MISSING,
            off_duty=None,
            reasons=(
                *dict.fromkeys(reason for row in own for reason in row.reasons),
                Reason(ReasonCode.COURSE_MISSING, f"尚無『{course.title}』的通過紀錄。", clause),
            ),
            record=None,
        )
    reasons = best.reasons
    if sum(row.is_passed for row in own) > 1:
        text = "同一課程有多筆通過紀錄，只採計最有利的一筆。"
        reasons = (*reasons, Reason(ReasonCode.DUPLICATE_RECORD, text, clause))
    return CourseVerdict(
        title=best.record.title if chosen.candidate.free else course.title,
        item=course.item,
        plan_hours=chosen.certified if chosen.candidate.free else course.hours,
        certified_hours=best.record.certified_hours,
        state=chosen.state,
        off_duty=best.off_duty,
        reasons=reasons,
        record=best.record,
        kind_of_day=best.kind_of_day,
        kind_of_time=best.kind_of_time,
    )


def _could_belong(row: UnreadRow, course_set: CourseSet) -> bool:
    """Whether an unread row may be a course of this set: by its title where that was clear and matters, else always."""
    if row.title is None or course_set.free:
        return True
    names = {normalise(name) for course in course_set.courses for name in (course.title, *course.aliases)}
    return normalise(split_code(row.title)[0]) in names


def _unread_reason(row: UnreadRow) -> Reason:
    named = f"『{row.title}』" if row.title else "（課程名稱不明）"
    return Reason(ReasonCode.UNREAD_ROW, f"有一筆紀錄{named}無法判讀：{row.reason}；請人事單位認定。")


def _rows(records: Sequence[LearningRecord], judged: Sequence[_JudgedSet]) -> tuple[RowVerdict, ...]:
    """Every record in the order given, with what became of it; under the first set where it counts."""
    known: dict[int, RowVerdict] = {}
    spent: set[int] = set()
    for each in judged:
        counted = {id(row.record) for row in each.counted}
        for candidate in each.rows.candidates:
            for row in candidate.rows:
                this = id(row.record)
                before = known.get(this)
                if before is not None and (before.counted or this not in counted):
                    continue
                known[this] = RowVerdict(
                    record=row.record,
                    set=each.verdict.key,
                    course=candidate.course.title,
                    counted=this in counted,
                    state=row.states[each.primary] if row.is_passed else State.MISSING,
                    off_duty=row.off_duty,
                    reasons=row.reasons,
                    kind_of_day=row.kind_of_day,
                    kind_of_time=row.kind_of_time,
                )
    found: list[RowVerdict] = []
    for record in records:
        this = id(record)
        shown = known.get(this) or RowVerdict(
            record, None, None, counted=False, state=None, off_duty=None, reasons=()
        )
        found.append(replace(shown, counted=False) if this in spent else shown)
        spent.add(this)  # a record handed over twice counts where it first stands
    return tuple(found)


def _years(judged: Sequence[_JudgedSet], plan: Plan) -> set[int]:
    """The calendar years that the counted rows touch; the programme's own year where there is none."""
    rows = [row.record for each in judged for row in each.counted]
    return {moment.year for row in rows for moment in (row.start, row.end) if moment} or {plan.covers[0].year}

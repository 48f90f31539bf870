"""The judge: records, a plan, a calendar, a person and a day go in; a verdict comes out. No clock, file or network is read."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, fields, replace
from datetime import date, datetime, time, timedelta
from decimal import Decimal

from rules.assumptions import assumptions
from rules.benefits import Claimed, judge_benefit
from rules.calendar import Calendar
from rules.duty import Days
from rules.near_misses import near_misses
from rules.next_steps import next_steps
from rules.person import Person
from rules.plan import BenefitRule, Course, CourseSet, Plan
from rules.record import LearningRecord, UnreadRow
from rules.rows import JudgedRow, judge_row
from rules.titles import normalise, split_code
from rules.verdict import CourseVerdict, Reason, ReasonCode, RowVerdict, SetVerdict, State, Verdict
from rules.wording import hours
from rules.work import Suspension, Work

_RANK = (State.MET, State.REVIEW, State.FAILED, State.MISSING)
_NO_HOURS = Decimal(0)


@dataclass(frozen=True, slots=True)
class Circumstances:
    """All that is known besides the records: the person, the duty, what was claimed before, rows that were not understood."""

    person: Person = field(default_factory=Person)
    work: Work = field(default_factory=Work)
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
    days = Days(about.work, calendar, about.suspensions, plan.city)
    counting = [each for each in records if _ended_by(each, on)]
    leave = next((each for each in plan.benefits if each.off_duty), None)
    award = next((each for each in plan.benefits if not each.off_duty), None)
    by_title = _by_title(counting, about.aliases)
    judged = [_judge_set(each, by_title, plan, days, leave, award, about.unread) for each in plan.sets]
    sets = tuple(each.verdict for each in judged)
    benefits = tuple(
        judge_benefit(rule, plan, sets, about.person, about.claimed.get(rule.key), on)
        for rule in plan.benefits
    )
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
        rows=_rows(records, judged, days),
        next=next_steps(plan, sets, benefits, on),
        questions=near_misses(counting, plan, sets, about.aliases),
        assumptions=assumptions(about.work, about.person, plan, used),
        calendar=calendar.issues(_years(judged, plan)),
        unread=about.unread,
    )


def _ended_by(record: LearningRecord, on: date) -> bool:
    """Whether the row had ended by the end of that day. An unknown end is kept: its own reason makes it review."""
    return record.end is None or record.end <= datetime.combine(on, time()) + timedelta(days=1)


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
    rows: tuple[tuple[JudgedRow, str], ...]  # every row of the set's courses, with the course's title
    counted: tuple[JudgedRow, ...]


def _judge_set(
    course_set: CourseSet,
    by_title: Mapping[str, list[LearningRecord]],
    plan: Plan,
    days: Days,
    leave: BenefitRule | None,
    award: BenefitRule | None,
    unread: Sequence[UnreadRow],
) -> _JudgedSet:
    """One set: each course by its best row, then the hours, then what unread rows could change."""
    courses: list[CourseVerdict] = []
    rows: list[tuple[JudgedRow, str]] = []
    counted: list[JudgedRow] = []
    award_states: list[State] = []
    award_hours = leave_hours = _NO_HOURS
    for course in course_set.courses:
        own = [
            judge_row(record, course, plan, days, leave, award)
            for name in dict.fromkeys(normalise(each) for each in (course.title, *course.aliases))
            for record in sorted(by_title.get(name, []), key=_cells)
        ]
        rows += [(row, course.title) for row in own]
        best = _best(own, lambda row: row.leave_state)
        courses.append(_course(course, best, own, course_set.clause))
        award_best = _best(own, lambda row: row.award_state)
        award_states.append(award_best.award_state if award_best else State.MISSING)
        if best:
            counted.append(best)
            leave_hours += best.record.certified_hours or _NO_HOURS
        if award_best:
            award_hours += award_best.record.certified_hours or _NO_HOURS
    state, reasons = _whole([each.state for each in courses], leave_hours, course_set)
    award_state, _ = _whole(award_states, award_hours, course_set)
    doubts = [_unread_reason(row) for row in unread if _could_belong(row, course_set)]
    if doubts:
        state, award_state = _at_most_review(state), _at_most_review(award_state)
    verdict = SetVerdict(
        key=course_set.key,
        title=course_set.title,
        clause=course_set.clause,
        state=state,
        award_state=award_state,
        certified_hours=leave_hours,
        required_hours=course_set.hours,
        courses=tuple(courses),
        reasons=(*reasons, *doubts),
    )
    return _JudgedSet(verdict, tuple(rows), tuple(counted))


def _cells(record: LearningRecord) -> tuple[str, ...]:
    """What the row says, cell by cell: rows stand in this order wherever nothing else parts them."""
    return tuple(str(getattr(record, each.name)) for each in fields(record) if each.compare)


def _best(rows: Sequence[JudgedRow], state_of: Callable[[JudgedRow], State]) -> JudgedRow | None:
    """The row that counts for a course: the best state, then the most certified hours, then the earliest. Once."""
    usable = [row for row in rows if row.is_passed]
    if not usable:
        return None

    def order(row: JudgedRow) -> tuple[int, Decimal, str, str]:
        certified = row.record.certified_hours or _NO_HOURS
        end = row.record.end.isoformat() if row.record.end else "~"
        return _RANK.index(state_of(row)), -certified, end, row.record.code or ""

    return min(usable, key=order)


def _course(course: Course, best: JudgedRow | None, own: Sequence[JudgedRow], clause: str) -> CourseVerdict:
    """The verdict on one course from its best row, or that it is still missing."""
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
        title=course.title,
        item=course.item,
        plan_hours=course.hours,
        certified_hours=best.record.certified_hours,
        state=best.leave_state,
        off_duty=best.off_duty,
        reasons=reasons,
        record=best.record,
        kind_of_day=best.kind_of_day,
        kind_of_time=best.kind_of_time,
    )


def _whole(states: Sequence[State], certified: Decimal, course_set: CourseSet) -> tuple[State, list[Reason]]:
    """A set's state: the worst of its courses, missing first, and review where the certified hours fall short."""
    state = max(states, key=_RANK.index)
    if state is State.MISSING or certified >= course_set.hours:
        return state, []
    text = (
        f"所列課程均有通過紀錄，但認證時數合計 {hours(certified)} 小時，"
        f"未達 {hours(course_set.hours)} 小時，請人事單位認定。"
    )
    short = [Reason(ReasonCode.HOURS_SHORT, text, course_set.clause)]
    return max(state, State.REVIEW, key=_RANK.index), short


def _could_belong(row: UnreadRow, course_set: CourseSet) -> bool:
    """Whether an unread row may be a course of this set: by its title where that was clear, else always."""
    if row.title is None:
        return True
    names = {normalise(name) for course in course_set.courses for name in (course.title, *course.aliases)}
    return normalise(split_code(row.title)[0]) in names


def _unread_reason(row: UnreadRow) -> Reason:
    named = f"『{row.title}』" if row.title else "（課程名稱不明）"
    return Reason(ReasonCode.UNREAD_ROW, f"有一筆紀錄{named}無法判讀：{row.reason}；請人事單位認定。")


def _at_most_review(state: State) -> State:
    return State.REVIEW if state is State.MET else state


def _rows(
    records: Sequence[LearningRecord], judged: Sequence[_JudgedSet], days: Days
) -> tuple[RowVerdict, ...]:
    """Every record in the order given, with what became of it."""
    known: dict[int, RowVerdict] = {}
    spent: set[int] = set()
    for each in judged:
        counted = {id(row.record) for row in each.counted}
        for row, course in each.rows:
            known[id(row.record)] = RowVerdict(
                record=row.record,
                set=each.verdict.key,
                course=course,
                counted=id(row.record) in counted,
                state=row.leave_state if row.is_passed else State.MISSING,
                off_duty=row.off_duty,
                reasons=row.reasons,
                kind_of_day=row.kind_of_day,
                kind_of_time=row.kind_of_time,
            )
    found: list[RowVerdict] = []
    for record in records:
        shown = known.get(id(record)) or RowVerdict(
            record, None, None, counted=False, state=None, off_duty=None, reasons=()
        )
        found.append(replace(shown, counted=False) if id(record) in spent else shown)
        spent.add(id(record))  # a record handed over twice counts where it first stands
    return tuple(found)


def _years(judged: Sequence[_JudgedSet], plan: Plan) -> set[int]:
    """The calendar years that the counted rows touch; the programme's own year where there is none."""
    rows = [row.record for each in judged for row in each.counted]
    return {moment.year for row in rows for moment in (row.start, row.end) if moment} or {plan.covers[0].year}

"""One row against one course: what it is worth for each benefit of the plan, with every reason."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from rules.calendar import closing_day
from rules.duty import Days, Duty
from rules.off_duty import PeriodVerdict, judge_period
from rules.passing import (
    Passed,
    after_deadline,
    contradictions,
    exam_score,
    hours_differ,
    passed,
    survey_done,
)
from rules.plan import Plan
from rules.plan_benefits import BenefitRule
from rules.plan_sets import Course, CourseSet
from rules.record import LearningRecord
from rules.verdict import OffDuty, Reason, ReasonCode, State
from rules.wording import hours, moment, roc_long

_UPLOADED = "成功"
_AS_STATE = {OffDuty.PASS: State.MET, OffDuty.REVIEW: State.REVIEW, OffDuty.FAIL: State.FAILED}


@dataclass(frozen=True, slots=True)
class JudgedRow:
    """A row read for one course. `is_passed` also where the status is unclear: the states then say review.

    `states` holds its state for each benefit, by the benefit's key.
    """

    record: LearningRecord
    is_passed: bool
    states: Mapping[str, State]
    off_duty: OffDuty | None
    reasons: tuple[Reason, ...]
    kind_of_day: str
    kind_of_time: str
    leaned_on: frozenset[str]


def off_duty_first(plan: Plan) -> tuple[BenefitRule, ...]:
    """The plan's benefits, those in 公餘時間 first: the first of them is the one whose reading a set shows."""
    return tuple(sorted(plan.benefits, key=lambda each: not each.off_duty))


def judge_row(
    record: LearningRecord,
    course: Course,
    course_set: CourseSet,
    plan: Plan,
    rules: Sequence[BenefitRule],
    days: Days,
    *,
    free: bool = False,
) -> JudgedRow:
    """The row for this course of this set, for each of the plan's `rules`. A state is the worst of its parts: failed over review over met.

    `free`: the row is no listed course and counts with its certified hours alone, so the plan's own hours and edition
    do not matter.
    """
    if passed(record) is Passed.NO:
        text = f"通過狀態為「{record.status}」，尚未通過。"
        return _not_passed(record, Reason(ReasonCode.NOT_PASSED, text), days, rules)
    doubts = [
        each
        for each in contradictions(record, plan)
        if each.code is not ReasonCode.OTHER_EDITION or not (free or plan.any_edition)
    ]
    asked, asked_reasons = _conditions(record, course, course_set)
    base = _worst(State.REVIEW if doubts else State.MET, asked)
    leave = next((each for each in rules if each.off_duty), None)
    period = _period(record, days, leave, rules) if leave else None
    states: dict[str, State] = {}
    late: list[Reason] = []
    unpaid: list[Reason] = []
    upload: list[Reason] = []
    for each in rules:
        parts = [base]
        if period and each.off_duty:
            parts.append(_AS_STATE[period.off_duty])
        if found := after_deadline(record, each.completed_by, each.clause):
            parts.append(State.FAILED)
            late += found
        if found := _upload(record, each, rules):
            parts.append(State.REVIEW)
            upload += found
        state, found = _unpaid(record, each, days)
        parts.append(state)
        unpaid += found
        states[each.key] = _worst(*parts)
    reasons = [*(period.reasons if period else ()), *doubts]
    reasons += dict.fromkeys((*late, *unpaid, *upload))  # two benefits may say the same
    reasons += asked_reasons
    reasons += _no_hours(record) if free else hours_differ(record, course.hours)
    return JudgedRow(
        record=record,
        is_passed=True,
        states=states,
        off_duty=period.off_duty if period else OffDuty.REVIEW if leave else None,
        reasons=tuple(reasons),
        kind_of_day=_kind_of_day(record, days),
        kind_of_time=period.kind_of_time if period else "待認定" if leave else "",
        leaned_on=(period.leaned_on if period else frozenset()) | _last_day(record, rules),
    )


def _not_passed(
    record: LearningRecord, reason: Reason, days: Days, rules: Sequence[BenefitRule]
) -> JudgedRow:
    return JudgedRow(
        record,
        False,
        {each.key: State.MISSING for each in rules},
        None,
        (reason,),
        _kind_of_day(record, days),
        "",
        frozenset(),
    )


def _period(
    record: LearningRecord, days: Days, leave: BenefitRule, rules: Sequence[BenefitRule]
) -> PeriodVerdict | None:
    """公餘時間 of the row, as `leave` asks; None where its times are missing or turned round (a doubt says so)."""
    if record.start is None or record.end is None or record.end < record.start:
        return None
    others = [each.title for each in rules if not each.off_duty]
    still = f"，仍可計入{others[0]}時數" if others else ""
    return judge_period(record.start, record.end, days, leave.clause, f"不能計入{leave.title}{still}")


def _unpaid(record: LearningRecord, rule: BenefitRule, days: Days) -> tuple[State, list[Reason]]:
    """留職停薪 for a benefit that is not of 公餘時間 and still leaves it out. (公餘時間 answers for itself.)"""
    if rule.off_duty or rule.unpaid_leave_counts or not days.unpaid_leave:
        return State.MET, []
    if record.start is None or record.end is None:
        return State.MET, []
    if record.end < record.start:
        return State.MET, []
    ends = (days.at(record.start), days.until(record.end) if record.end > record.start else None)
    if any(each is not None and each.duty is Duty.UNPAID_LEAVE for each in ends):
        text = f"起迄時間在留職停薪期間，依計畫不計入{rule.title}。"
        return State.FAILED, [Reason(ReasonCode.DURING_UNPAID_LEAVE, text, rule.clause)]
    if any(each.duty is Duty.UNPAID_LEAVE for each in days.between(record.start, record.end)):
        text = f"期間跨越留職停薪期間，是否計入{rule.title}請人事單位認定。"
        return State.REVIEW, [Reason(ReasonCode.DURING_UNPAID_LEAVE, text, rule.clause)]
    return State.MET, []


def _upload(record: LearningRecord, rule: BenefitRule, rules: Sequence[BenefitRule]) -> list[Reason]:
    """Some benefits rest on 終身學習入口網, which the table only mirrors: what is not clearly in time is for review."""
    if not rule.needs_upload:
        return []
    if (record.upload_status or "").strip() != _UPLOADED:
        shown = f"「{record.upload_status}」" if record.upload_status else "空白"
        others = "、".join(each.title for each in rules if not each.needs_upload)
        free = f"不影響{others}；" if others else ""
        text = f"終身學習上傳狀態為{shown}，{free}{rule.title}須依終身學習入口網的學習時數認定。"
        return [Reason(ReasonCode.UPLOAD_NOT_CONFIRMED, text, rule.clause)]
    if rule.uploaded_by is None:
        return []
    if record.uploaded_at is None:
        text = f"上傳時間不明，是否在 {roc_long(rule.uploaded_by)}前上傳請人事單位認定（{rule.title}）。"
    elif record.uploaded_at.date() > rule.uploaded_by:
        text = (
            f"上傳時間 {moment(record.uploaded_at)} 在上傳期限 {roc_long(rule.uploaded_by)}之後，"
            f"是否計入{rule.title}請人事單位認定。"
        )
    else:
        return []
    return [Reason(ReasonCode.UPLOAD_NOT_CONFIRMED, text, rule.clause)]


def _conditions(record: LearningRecord, course: Course, course_set: CourseSet) -> tuple[State, list[Reason]]:
    """The score and the survey that the plan asks for besides 通過; a cell that says neither is for review."""
    state, found = State.MET, []
    scores = [each for each in (course.score, course_set.score) if each is not None]
    if scores:
        needed = max(scores)
        score = exam_score(record.exam)
        if score is None:
            state = State.REVIEW
            text = f"測驗「{record.exam or '空白'}」無法與計畫要求的 {hours(needed)} 分比較，請人事單位認定。"
            found.append(Reason(ReasonCode.SCORE_SHORT, text, course_set.clause))
        elif score < needed:
            state = State.FAILED
            text = f"測驗 {hours(score)} 分，未達計畫要求的 {hours(needed)} 分。"
            found.append(Reason(ReasonCode.SCORE_SHORT, text, course_set.clause))
    if course.survey or course_set.survey:
        done = survey_done(record.survey)
        if done is not True:
            unknown = "請人事單位認定" if done is None else "計畫要求填寫問卷"
            text = f"問卷「{record.survey or '空白'}」，{unknown}。"
            found.append(Reason(ReasonCode.SURVEY_MISSING, text, course_set.clause))
            state = _worst(state, State.REVIEW if done is None else State.FAILED)
    return state, found


def _no_hours(record: LearningRecord) -> list[Reason]:
    if record.certified_hours is not None:
        return []
    return [Reason(ReasonCode.CERTIFIED_HOURS_DIFFER, "認證時數空白，無法計入時數。")]


def _kind_of_day(record: LearningRecord, days: Days) -> str:
    """The kind of the day the row began on, and of the day it ended on where that differs."""
    first, last = record.start, record.end
    shown = {first.date(): None} if first is not None else {}
    if last is not None and last != first:
        shown[closing_day(last)] = None
    return "～".join(dict.fromkeys(map(days.word, shown)))


def _last_day(record: LearningRecord, rules: Sequence[BenefitRule]) -> frozenset[str]:
    """Whether the row needs the last day to be included in the deadline, up to its end at 24:00."""
    if not rules or record.end is None:
        return frozenset()
    return frozenset({"completed_by"}) if closing_day(record.end) == rules[0].completed_by else frozenset()


def _worst(*states: State) -> State:
    if State.FAILED in states:
        return State.FAILED
    return State.REVIEW if State.REVIEW in states else State.MET

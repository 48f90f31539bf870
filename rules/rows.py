"""One row against one course: what it is worth for the leave and for the award, with every reason."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from rules.duty import Days
from rules.off_duty import PeriodVerdict, judge_period
from rules.passing import Passed, after_deadline, contradictions, hours_differ, passed
from rules.plan import BenefitRule, Course, Plan
from rules.record import LearningRecord
from rules.verdict import OffDuty, Reason, ReasonCode, State

_UPLOADED = "成功"
_AS_STATE = {OffDuty.PASS: State.MET, OffDuty.REVIEW: State.REVIEW, OffDuty.FAIL: State.FAILED}


@dataclass(frozen=True, slots=True)
class JudgedRow:
    """A row read for one course. `is_passed` also where the status is unclear: the states then say review."""

    record: LearningRecord
    is_passed: bool
    leave_state: State
    award_state: State
    off_duty: OffDuty | None
    reasons: tuple[Reason, ...]
    kind_of_day: str
    kind_of_time: str
    leaned_on: frozenset[str]


def judge_row(
    record: LearningRecord,
    course: Course,
    plan: Plan,
    days: Days,
    leave: BenefitRule | None,
    award: BenefitRule | None,
) -> JudgedRow:
    """The row for this course. A state is the worst of its parts: failed over review over met."""
    if passed(record) is Passed.NO:
        text = f"通過狀態為「{record.status}」，尚未通過。"
        return _not_passed(record, Reason(ReasonCode.NOT_PASSED, text), days)
    doubts = contradictions(record, plan)
    base = State.REVIEW if doubts else State.MET
    period = _period(record, days, leave)
    late = after_deadline(record, leave.completed_by, leave.clause) if leave else []
    award_late = after_deadline(record, award.completed_by, award.clause) if award else []
    upload = _upload(record, award)
    reasons = [*(period.reasons if period else ()), *doubts, *late, *award_late, *upload]
    reasons += hours_differ(record, course.hours)
    return JudgedRow(
        record=record,
        is_passed=True,
        leave_state=_worst(
            base, State.FAILED if late else State.MET, _AS_STATE[period.off_duty] if period else base
        ),
        award_state=_worst(
            base, State.FAILED if award_late else State.MET, State.REVIEW if upload else State.MET
        ),
        off_duty=period.off_duty if period else OffDuty.REVIEW,
        reasons=tuple(dict.fromkeys(reasons)),
        kind_of_day=_kind_of_day(record, days),
        kind_of_time=period.kind_of_time if period else "待認定",
        leaned_on=(period.leaned_on if period else frozenset()) | _last_day(record, leave),
    )


def _not_passed(record: LearningRecord, reason: Reason, days: Days) -> JudgedRow:
    return JudgedRow(
        record,
        False,
        State.MISSING,
        State.MISSING,
        None,
        (reason,),
        _kind_of_day(record, days),
        "",
        frozenset(),
    )


def _period(record: LearningRecord, days: Days, leave: BenefitRule | None) -> PeriodVerdict | None:
    """公餘時間 of the row; None where its times are missing or turned round (a doubt says so)."""
    if record.start is None or record.end is None or record.end < record.start:
        return None
    return judge_period(record.start, record.end, days, leave.clause if leave else "")


def _upload(record: LearningRecord, award: BenefitRule | None) -> list[Reason]:
    """The award rests on 終身學習入口網, which the table only mirrors: an upload that is not 成功 is for review."""
    if award is None or not award.needs_upload or (record.upload_status or "").strip() == _UPLOADED:
        return []
    shown = f"「{record.upload_status}」" if record.upload_status else "空白"
    text = f"終身學習上傳狀態為{shown}，不影響補休；嘉獎須依終身學習入口網的學習時數認定。"
    return [Reason(ReasonCode.UPLOAD_NOT_CONFIRMED, text, award.clause)]


def _kind_of_day(record: LearningRecord, days: Days) -> str:
    """The kind of the day the row began on, and of the day it ended on where that differs."""
    first, last = record.start, record.end
    moments = [first] if first is not None else []
    if last is not None and last != first:
        moments.append(last - timedelta(microseconds=1))  # an end at 00:00 closes the day before
    return "～".join(dict.fromkeys(_day_word(each.date(), days) for each in moments))


def _day_word(day: date, days: Days) -> str:
    work = days.work.on(day)
    if work.shift_worker:
        return "輪班"
    if day in work.own_holidays:
        return "歲時祭儀放假"
    kind = days.calendar.kind(day)
    return str(kind) if kind else "不明"


def _last_day(record: LearningRecord, leave: BenefitRule | None) -> frozenset[str]:
    """Whether the row needs the last day to be included in the deadline, up to its end at 24:00."""
    if leave is None or record.end is None:
        return frozenset()
    opens = datetime.combine(leave.completed_by, time())
    return frozenset({"completed_by"}) if opens < record.end <= opens + timedelta(days=1) else frozenset()


def _worst(*states: State) -> State:
    return max(states, key=(State.MET, State.REVIEW, State.FAILED).index)

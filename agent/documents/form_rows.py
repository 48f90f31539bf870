"""The form's table and the questions to the office: which rows are printed, and what is said beside each."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal

from agent.documents.case import ClaimCase
from agent.roc import roc_weekday
from rules.verdict import CourseVerdict, OffDuty, Reason, ReasonCode, SetVerdict, State
from rules.wording import hours

ANSWER = "☐ 採計\n☐ 不採計"
_OFF_DUTY = {OffDuty.PASS: "是", OffDuty.REVIEW: "待認定", OffDuty.FAIL: "否"}
# Facts that leave a row as it is; every other reason of a row under review is a question to the office.
_FACTS = frozenset(
    {
        ReasonCode.OFF_DUTY,
        ReasonCode.CERTIFIED_HOURS_DIFFER,
        ReasonCode.DUPLICATE_RECORD,
        ReasonCode.UPLOAD_NOT_CONFIRMED,
    }
)


@dataclass(frozen=True, slots=True)
class Group:
    """The rows of one set under its heading; each row has a cell for every column."""

    heading: str
    rows: tuple[tuple[str, ...], ...]


_NAME = "申請表的姓名與所附平臺學習紀錄頁的姓名不同，請核對是否為同一人。"


@dataclass(slots=True)
class Remarks:
    """The numbered notes (註) and questions (認定), each text once, in the order of first use."""

    notes: list[str] = field(default_factory=list)
    questions: list[tuple[str, ...]] = field(default_factory=list)

    def note(self, text: str) -> str:
        """The reference to print beside a row: 「註1」."""
        if text not in self.notes:
            self.notes.append(text)
        return f"註{self.notes.index(text) + 1}"

    def ask(self, number: str, about: str, text: str) -> str:
        """The reference to print beside a row: 「認定1」."""
        self.questions.append((f"{len(self.questions) + 1}", number, about, text, ANSWER))
        return f"認定{len(self.questions)}"


def groups(case: ClaimCase, remarks: Remarks) -> tuple[Group, ...]:
    """The sets applied for in the plan's order, their courses in the plan's order; fills `remarks` on the way."""
    found = []
    for each in case.claimed_sets:
        rows = tuple(_row(course, each, remarks) for course in each.courses)
        for reason in _doubts(each.reasons):
            remarks.ask("－", f"{each.title}\n（本次申請）", reason.text)
        found.append(Group(_heading(case, each), rows))
    return tuple(found)


def open_questions(case: ClaimCase, remarks: Remarks) -> None:
    """Adds what the office could settle beyond this claim: sets under review that this benefit still has room for."""
    if case.name_differs:
        remarks.ask("－", "姓名", _NAME)
    for reason in case.judged.reasons:
        if reason.code is ReasonCode.CATEGORY_UNKNOWN:
            remarks.ask("－", "人員類別", reason.text)
    for grant in case.judged.grants:
        if grant.claimed or set(grant.sets) & set(case.sets):
            continue
        for each in (found for found in case.verdict.sets if found.key in grant.sets):
            if each.state is State.REVIEW:
                _ask_about(each, remarks)


def _ask_about(course_set: SetVerdict, remarks: Remarks) -> None:
    """Every doubtful row of a set that is not applied for, and what is doubtful about the set as a whole."""
    for course in course_set.courses:
        if course.state is State.REVIEW:
            about = f"{course.title}\n（{course_set.title}，未列入本次申請）"
            remarks.ask(_number(course), about, _question(course))
    for reason in _doubts(course_set.reasons):
        remarks.ask("－", f"{course_set.title}\n（未列入本次申請）", reason.text)


def _heading(case: ClaimCase, course_set: SetVerdict) -> str:
    """The line above a set's rows: its clause, how many courses, hours reached and needed, and the leave it gives."""
    grant = case.grant_of(course_set.key)
    first = (
        grant is not None and next(each for each in case.claimed_sets if each.key in grant.sets) is course_set
    )
    amount = f"　申請{case.rule.title} {hours(grant.amount)} 小時" if grant and first else ""
    reached = f"認證 {plain(course_set.certified_hours)}／應達 {hours(course_set.required_hours)} 小時"
    return f"{course_set.title}（{course_set.clause}）　{reached}{amount}"


def _row(course: CourseVerdict, course_set: SetVerdict, remarks: Remarks) -> tuple[str, ...]:
    """One course: No., title, plan and certified hours, start, end, kind of day, off duty, references."""
    record = course.record
    references = []
    if course.state is State.REVIEW:
        about = f"{course.title}\n（{course_set.title}，本次申請）"
        references.append(remarks.ask(_number(course), about, _question(course)))
    references += [remarks.note(text) for text in _notes(course, course_set)]
    return (
        _number(course),
        course.title,
        hours(course.plan_hours),
        plain(course.certified_hours),
        _moment(record.start if record else None),
        _moment(record.end if record else None),
        course.kind_of_day,
        _off_duty(course),
        "\n".join(references),
    )


def _notes(course: CourseVerdict, course_set: SetVerdict) -> list[str]:
    """Facts an officer would stumble over, with the reason why they change nothing."""
    codes = {each.code for each in course.reasons}
    found = []
    if ReasonCode.CERTIFIED_HOURS_DIFFER in codes:
        enough = course_set.certified_hours >= course_set.required_hours
        total = f"該套合計{'仍達' if enough else '未達'} {hours(course_set.required_hours)} 小時"
        found.append(f"認證時數與計畫表列時數不同，{total}。")
    found += [each.text for each in course.reasons if each.code is ReasonCode.DUPLICATE_RECORD]
    return found


def _off_duty(course: CourseVerdict) -> str:
    """是／待認定／否, and the kind of time where the kind of day does not already say it."""
    word = _OFF_DUTY[course.off_duty] if course.off_duty else ""
    said = ("", word, course.kind_of_day)
    return word if course.kind_of_time in said else f"{word}\n{course.kind_of_time}"


def _question(course: CourseVerdict) -> str:
    return "\n".join(dict.fromkeys(each.text for each in _doubts(course.reasons)))


def _doubts(reasons: Sequence[Reason]) -> list[Reason]:
    return [each for each in reasons if each.code not in _FACTS]


def _number(course: CourseVerdict) -> str:
    """The portal's own No. of the row, so that form and record page can be laid side by side."""
    return (course.record.number if course.record else None) or "－"


def _moment(at: datetime | None) -> str:
    return f"{roc_weekday(at.date())}\n{at:%H:%M:%S}" if at else "－"


def plain(amount: Decimal | None) -> str:
    """Certified hours as the portal writes them: 「1.0」 stays 「1.0」."""
    return "－" if amount is None else f"{amount:f}"

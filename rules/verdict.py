"""What the judge says: values only, with the working shown. Field names are those of the public JSON."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from enum import StrEnum

from rules.record import LearningRecord, UnreadRow


class State(StrEnum):
    """State of a row, course or set: 符合, 待認定, 未完成, 不符合."""

    MET = "met"
    REVIEW = "review"
    MISSING = "missing"
    FAILED = "failed"


class OffDuty(StrEnum):
    """Whether a row's period was 公餘時間."""

    PASS = "pass"  # noqa: S105 - a verdict, not a password
    REVIEW = "review"
    FAIL = "fail"


class BenefitState(StrEnum):
    """State of a benefit: 可申請, 待認定, 未達成, 已逾期限, 不適用, 已申請."""

    CLAIMABLE = "claimable"
    PENDING_REVIEW = "pending_review"
    REACHABLE = "reachable"
    MISSED = "missed"
    EXCLUDED = "excluded"
    CLAIMED = "claimed"


class ReasonCode(StrEnum):
    """Why a row, course, set or benefit is as it is."""

    ON_DUTY = "ON_DUTY"
    OFF_DUTY = "OFF_DUTY"
    SPANS_OFFICE_HOURS = "SPANS_OFFICE_HOURS"
    FLEX_BAND = "FLEX_BAND"
    NO_ROSTER = "NO_ROSTER"
    ON_LEAVE = "ON_LEAVE"
    WORK_SUSPENDED = "WORK_SUSPENDED"
    DURING_UNPAID_LEAVE = "DURING_UNPAID_LEAVE"
    CALENDAR_UNKNOWN = "CALENDAR_UNKNOWN"
    AFTER_DEADLINE = "AFTER_DEADLINE"
    STARTS_BEFORE_PLAN = "STARTS_BEFORE_PLAN"
    NOT_PASSED = "NOT_PASSED"
    STATUS_UNCLEAR = "STATUS_UNCLEAR"
    PASS_CONTRADICTS_CONDITION = "PASS_CONTRADICTS_CONDITION"  # noqa: S105 - a reason, not a password
    READING_EXCEEDS_PERIOD = "READING_EXCEEDS_PERIOD"
    END_BEFORE_START = "END_BEFORE_START"
    TIME_UNKNOWN = "TIME_UNKNOWN"
    CERTIFIED_HOURS_DIFFER = "CERTIFIED_HOURS_DIFFER"
    HOURS_SHORT = "HOURS_SHORT"
    COURSE_MISSING = "COURSE_MISSING"
    UPLOAD_NOT_CONFIRMED = "UPLOAD_NOT_CONFIRMED"
    CATEGORY_NOT_COVERED = "CATEGORY_NOT_COVERED"
    CATEGORY_UNKNOWN = "CATEGORY_UNKNOWN"
    OTHER_EDITION = "OTHER_EDITION"
    ALREADY_CLAIMED = "ALREADY_CLAIMED"
    DUPLICATE_RECORD = "DUPLICATE_RECORD"
    UNREAD_ROW = "UNREAD_ROW"
    SCORE_SHORT = "SCORE_SHORT"
    SURVEY_MISSING = "SURVEY_MISSING"
    APPLICATION_WINDOW = "APPLICATION_WINDOW"
    USED_ELSEWHERE = "USED_ELSEWHERE"
    CALCULATION = "CALCULATION"
    GONE_FROM_PORTAL = "GONE_FROM_PORTAL"


@dataclass(frozen=True, slots=True)
class Reason:
    """One reason: its code, a sentence for people, and the clause of the plan behind it (None: a fact, not a clause)."""

    code: ReasonCode
    text: str
    clause: str | None = None


@dataclass(frozen=True, slots=True)
class Assumption:
    """A reading the verdict rests on that only the personnel office can settle. `used`: whether a counted row needed it."""

    key: str
    value: str
    text: str
    used: bool


@dataclass(frozen=True, slots=True)
class CourseVerdict:
    """One course of a set. `record` is the row that counts for the leave (None: no row counts).

    `state` and `reasons` are the leave's reading. `kind_of_day` and `kind_of_time` are words for the form
    (例假日, 放假日, 上班日, 補行上班日 … / 例假日, 放假日, 下班後, 午休, 上班時間, 待認定), "" without a row.
    """

    title: str
    item: str
    plan_hours: Decimal
    certified_hours: Decimal | None
    state: State
    off_duty: OffDuty | None
    reasons: tuple[Reason, ...]
    record: LearningRecord | None
    kind_of_day: str = ""
    kind_of_time: str = ""


@dataclass(frozen=True, slots=True)
class RowVerdict:
    """One record of the portal, whether the plan knows it or not: what the row-by-row sheet prints.

    `set` and `course` are None for a row outside the plan; `counted` is True for the one row of a course that counts.
    """

    record: LearningRecord
    set: str | None
    course: str | None
    counted: bool
    state: State | None
    off_duty: OffDuty | None
    reasons: tuple[Reason, ...]
    kind_of_day: str = ""
    kind_of_time: str = ""


@dataclass(frozen=True, slots=True)
class MinimumVerdict:
    """How far one minimum within a set is met: hours that count, and hours asked."""

    title: str
    certified_hours: Decimal
    required_hours: Decimal
    state: State
    clause: str


@dataclass(frozen=True, slots=True)
class Shortage:
    """What a set still lacks: hours (of `title` where a minimum is short) or courses; and listed courses not passed yet."""

    title: str
    hours: Decimal
    count: int
    courses: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class SetVerdict:
    """One 組裝課程. `award_state` is its reading for the commendation, where on-duty study counts too.

    `states` holds its reading for each benefit, by the benefit's key. A set that need not be passed whole lists as its
    courses the records counted, and in `shortages` what it lacks.
    """

    key: str
    title: str
    clause: str
    state: State
    award_state: State
    certified_hours: Decimal
    required_hours: Decimal
    courses: tuple[CourseVerdict, ...]
    reasons: tuple[Reason, ...]
    states: Mapping[str, State] = field(default_factory=dict)
    minima: tuple[MinimumVerdict, ...] = ()
    shortages: tuple[Shortage, ...] = ()
    by: str = "courses"  # or "hours", "count": when the set is complete


@dataclass(frozen=True, slots=True)
class Grant:
    """One portion of a benefit. `sets` are all that the plan's expression names, `met_by` those that bring it nearest.

    Where the amount depends on how much was done, `amount` is what is sure (or, where nothing is, what may be given),
    `pending` what may come on top, and `working` says how both came about.
    """

    amount: Decimal
    sets: tuple[str, ...]
    state: State
    claimed: bool
    clause: str
    met_by: tuple[str, ...] = ()
    title: str = ""
    pending: Decimal = Decimal(0)
    working: str = ""


@dataclass(frozen=True, slots=True)
class BenefitVerdict:
    """One benefit (補休 in hours, 嘉獎 in awards). claimable + pending_review + claimed never exceed `cap`."""

    key: str
    title: str
    unit: str
    claimable: Decimal
    pending_review: Decimal
    claimed: Decimal
    cap: Decimal
    state: BenefitState
    clause: str
    deadline: date
    grants: tuple[Grant, ...]
    reasons: tuple[Reason, ...]
    shows_working: bool = False


@dataclass(frozen=True, slots=True)
class NextStep:
    """The nearest missing thing: one course of a set that is not complete, and the last day for it.

    `title` is "" where hours are missing and any course will do.
    """

    text: str
    set: str
    title: str
    by: date


@dataclass(frozen=True, slots=True)
class Question:
    """A record that may be a listed course under another spelling: only a person can say so, and until then it counts for nothing."""

    text: str
    set: str
    title: str
    course: str


@dataclass(frozen=True, slots=True)
class Verdict:
    """The answer under one plan on one day."""

    plan: str
    plan_title: str
    plan_document: str
    plan_source: str
    on: date
    complete: bool
    sets: tuple[SetVerdict, ...]
    benefits: tuple[BenefitVerdict, ...]
    rows: tuple[RowVerdict, ...]
    next: tuple[NextStep, ...]
    questions: tuple[Question, ...]
    assumptions: tuple[Assumption, ...]
    calendar: dict[str, str]
    unread: tuple[UnreadRow, ...]

    def benefit(self, key: str) -> BenefitVerdict | None:
        """The benefit of that key, or None where the plan has none."""
        return next((each for each in self.benefits if each.key == key), None)

    def set_of(self, key: str) -> SetVerdict:
        """The set of that key. Raises StopIteration for a key the plan does not have."""
        return next(each for each in self.sets if each.key == key)

"""Whether a row was passed, and whether what it says holds together. Nothing here depends on a benefit."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal, InvalidOperation
from enum import Enum
from functools import lru_cache

from rules.calendar import closing_day
from rules.plan import Plan
from rules.record import LearningRecord
from rules.titles import edition_year
from rules.verdict import Reason, ReasonCode
from rules.wording import hours, moment, roc_long


class Passed(Enum):
    """What 通過狀態 says. The word 通過 is inside every value, so whole cells are compared."""

    YES = "passed"
    NO = "not passed"
    UNCLEAR = "unclear"


_STATUS = {
    "已通過": Passed.YES,
    "通過": Passed.YES,
    "未通過": Passed.NO,
    "尚未通過": Passed.NO,
    "不通過": Passed.NO,
    "--": Passed.NO,
    "-": Passed.NO,
}
_SURVEY_DONE = ("已填", "已填寫")
_SURVEY_OPEN = ("未填", "未填寫", "尚未填寫")

_EXAM_MINIMUM = re.compile(r"課程測驗[:：]\s*(\d+(?:\.\d+)?)\s*分")
_READING_MINIMUM = re.compile(r"閱讀時數[:：]\s*(\d+):(\d{2}):(\d{2})")
_SURVEY_NEEDED = re.compile(r"需填問卷[:：]\s*是")


def passed(record: LearningRecord) -> Passed:
    """What the row's 通過狀態 says; a value nobody has seen is unclear."""
    return _status(record.status or "")


@lru_cache(maxsize=256)
def _status(cell: str) -> Passed:
    shown = unicodedata.normalize("NFKC", cell).replace("—", "-")
    return _STATUS.get("".join(shown.split()), Passed.UNCLEAR)


def contradictions(record: LearningRecord, plan: Plan) -> list[Reason]:
    """What makes a row doubtful for every benefit: it contradicts itself, is no longer on the portal, or not of this year."""
    found: list[Reason] = []
    if passed(record) is Passed.UNCLEAR:
        shown = f"「{record.status}」" if record.status else "空白"
        found.append(
            Reason(ReasonCode.STATUS_UNCLEAR, f"通過狀態為{shown}，無法判斷是否通過，請人事單位認定。")
        )
    if record.gone_since is not None:
        text = f"平臺自 {roc_long(record.gone_since)}起不再顯示這筆紀錄；先前讀到的內容仍完整保存，是否採計請人事單位認定。"
        found.append(Reason(ReasonCode.GONE_FROM_PORTAL, text))
    found += _condition(record)
    found += _times(record, plan)
    year = edition_year(record.code)
    if year is not None and year != plan.year:
        found.append(
            Reason(
                ReasonCode.OTHER_EDITION,
                f"課程代碼 {record.code} 為 {year} 年度課程，與計畫年度 {plan.year} 不同，請人事單位認定。",
            )
        )
    return found


def after_deadline(record: LearningRecord, last_day: date, clause: str) -> list[Reason]:
    """Whether the row ended after the last day; the day itself is included to its end (24:00)."""
    if record.end is None or closing_day(record.end) <= last_day:
        return []
    text = f"迄時間 {moment(record.end)} 在期限 {roc_long(last_day)}之後。"
    return [Reason(ReasonCode.AFTER_DEADLINE, text, clause)]


def _condition(record: LearningRecord) -> list[Reason]:
    """A row that says 已通過 although its own 通過條件 is not met."""
    if passed(record) is not Passed.YES:
        return []
    asked = _asked(record.condition or "")
    against: list[str] = []
    if asked.score:
        score = exam_score(record.exam)
        if score is None or score < Decimal(asked.score):
            against.append(f"測驗「{record.exam or '空白'}」未達 {asked.score} 分")
    if asked.reading is not None and (record.reading is None or record.reading < asked.reading):
        against.append(f"閱讀時數未達 {asked.reading_text}")
    if asked.survey and (record.survey or "--").strip() not in _SURVEY_DONE:
        against.append(f"問卷「{record.survey or '空白'}」")
    if not against:
        return []
    text = f"通過狀態為「{record.status}」，但{'、'.join(against)}，與通過條件不符，請人事單位認定。"
    return [Reason(ReasonCode.PASS_CONTRADICTS_CONDITION, text)]


@dataclass(frozen=True, slots=True)
class _Asked:
    """What a 通過條件 asks for: a score ("" for none), a time of reading with its spelling, a survey."""

    score: str
    reading: timedelta | None
    reading_text: str
    survey: bool


@lru_cache(maxsize=1024)
def _asked(condition: str) -> _Asked:
    """The cell read; the same few sentences stand in every row."""
    shown = unicodedata.normalize("NFKC", condition)
    score, reading = _EXAM_MINIMUM.search(shown), _READING_MINIMUM.search(shown)
    needed = None
    if reading:
        hours_, minutes, seconds = (int(each) for each in reading.groups())
        needed = timedelta(hours=hours_, minutes=minutes, seconds=seconds)
    return _Asked(
        score=score.group(1) if score else "",
        reading=needed,
        reading_text=":".join(reading.groups()) if reading else "",
        survey=_SURVEY_NEEDED.search(shown) is not None,
    )


def survey_done(survey: str | None) -> bool | None:
    """Whether the survey was filled in; None where the cell says neither."""
    shown = (survey or "").strip()
    return True if shown in _SURVEY_DONE else False if shown in _SURVEY_OPEN else None


def exam_score(exam: str | None) -> Decimal | None:
    """The exam cell as a number, or None for 未測驗, -- and the like."""
    try:
        score = Decimal((exam or "").strip().removesuffix("分"))
    except InvalidOperation:
        return None
    return score if score.is_finite() else None


def _times(record: LearningRecord, plan: Plan) -> list[Reason]:
    """A period that is missing, turned round, shorter than the reading in it, or begun before the programme."""
    if record.start is None or record.end is None:
        return [Reason(ReasonCode.TIME_UNKNOWN, "上課期間的起迄時間不明，無法判斷，請人事單位認定。")]
    found: list[Reason] = []
    if record.end < record.start:
        text = f"上課期間的迄時間 {moment(record.end)} 早於起時間 {moment(record.start)}，請人事單位認定。"
        return [Reason(ReasonCode.END_BEFORE_START, text)]
    if record.reading is not None and record.reading > record.end - record.start:
        text = "閱讀時數比上課期間長，資料不合理，請人事單位認定。"
        found.append(Reason(ReasonCode.READING_EXCEEDS_PERIOD, text))
    if record.start.date() < plan.covers[0]:
        text = f"起時間 {moment(record.start)} 早於計畫起始日 {roc_long(plan.covers[0])}，請人事單位認定。"
        found.append(Reason(ReasonCode.STARTS_BEFORE_PLAN, text, plan.window_clause))
    return found


def hours_differ(record: LearningRecord, plan_hours: Decimal) -> list[Reason]:
    """A note, never an obstacle: the manual's own sample differs in two rows and its total still fits."""
    if record.certified_hours == plan_hours:
        return []
    certified = "空白" if record.certified_hours is None else hours(record.certified_hours)
    text = f"認證時數 {certified} 與計畫表列時數 {hours(plan_hours)} 不同。"
    return [Reason(ReasonCode.CERTIFIED_HOURS_DIFFER, text)]

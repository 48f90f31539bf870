"""公餘時間: 「所附學習紀錄起迄時間均應為公餘時間」 (plan 陸、六), asked of one row's period."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from rules.duty import Days, Duty, Segment
from rules.verdict import OffDuty, Reason, ReasonCode
from rules.wording import clock, clock_with_seconds, day_with_weekday, moment
from rules.work import SpanPolicy

# What each kind of moment means for an endpoint. 留職停薪 fails for want of any 公餘 fact (plan 陸、六).
_MEANS: dict[Duty, tuple[OffDuty, ReasonCode]] = {
    Duty.OFF: (OffDuty.PASS, ReasonCode.OFF_DUTY),
    Duty.DUTY: (OffDuty.FAIL, ReasonCode.ON_DUTY),
    Duty.FLEX: (OffDuty.REVIEW, ReasonCode.FLEX_BAND),
    Duty.LEAVE: (OffDuty.REVIEW, ReasonCode.ON_LEAVE),
    Duty.SUSPENDED: (OffDuty.REVIEW, ReasonCode.WORK_SUSPENDED),
    Duty.UNPAID_LEAVE: (OffDuty.FAIL, ReasonCode.DURING_UNPAID_LEAVE),
    Duty.NO_ROSTER: (OffDuty.REVIEW, ReasonCode.NO_ROSTER),
    Duty.UNKNOWN: (OffDuty.REVIEW, ReasonCode.CALENDAR_UNKNOWN),
}
_QUESTION: dict[Duty, str] = {
    Duty.FLEX: "在彈性上下班時段內，須有當日刷卡紀錄才能判斷，請人事單位認定",
    Duty.LEAVE: "在請假（{word}）期間的上班時間內，是否屬公餘時間請人事單位認定",
    Duty.SUSPENDED: "在停止上班期間的上班時間內，是否屬公餘時間請人事單位認定",
    Duty.NO_ROSTER: "沒有勤務表可對照，請人事單位認定",
    Duty.UNKNOWN: "所在年度的辦公日曆表尚未收錄，無法判斷，請人事單位認定",
    Duty.UNPAID_LEAVE: "在留職停薪期間，無利用公餘時間之事實，不適用補休",
}
# The setting that drew a piece of a day, by its kind or its word.
_SETTING: dict[str, str] = {
    Duty.FLEX: "flexible",
    Duty.LEAVE: "leave",
    Duty.SUSPENDED: "suspensions",
    "午休": "lunch_is_off_duty",
    **dict.fromkeys(("上班前", "上班時間", "下班後"), "hours"),
    **dict.fromkeys(("勤務時間", "輪休", "無勤務表"), "roster"),
}
_SHOWN = 3  # crossed spans named in a sentence; more are counted


@dataclass(frozen=True, slots=True)
class PeriodVerdict:
    """Whether a period was off duty, why, what kinds of time it began and ended in, and which settings decided it."""

    off_duty: OffDuty
    reasons: tuple[Reason, ...]
    kind_of_time: str
    leaned_on: frozenset[str]


def judge_period(
    start: datetime,
    end: datetime,
    days: Days,
    clause: str,
    otherwise: str = "不能計入補休，仍可計入嘉獎時數",
) -> PeriodVerdict:
    """The period [start, end) of one row; `end` is not before `start`. Times to the second, no rounding.

    `otherwise` says what an endpoint on duty costs under the plan.

    An endpoint on duty fails the row. Between endpoints off duty, office hours are read by the person's span policy;
    留職停薪 in between is review under every policy.
    """
    first = days.at(start)
    last = days.until(end) if end > start else first
    answer = _worst(_MEANS[first.duty][0], _MEANS[last.duty][0])
    crossed: list[Segment] = []
    ends: list[tuple[str, tuple[datetime, ...], Segment]]
    if first is not last:
        ends = [("起", (start,), first), ("迄", (end,), last)]
        crossed = [each for each in days.between(start, end) if each.duty is not Duty.OFF]
    else:
        ends = [("起迄", (start, end), first)] if end > start else [("起", (start,), first)]
    reasons = [_endpoint(*each, clause, otherwise) for each in ends if each[2].duty is not Duty.OFF]
    free = answer is OffDuty.PASS
    inner = _crossing(crossed, days, clause, free=free) if answer is not OffDuty.FAIL else None
    if inner is not None and not _explained(inner[1], reasons):
        answer = _worst(answer, inner[0])
        reasons += inner[1]
    return PeriodVerdict(
        off_duty=answer,
        reasons=tuple(reasons) or (Reason(ReasonCode.OFF_DUTY, "起迄時間均為公餘時間。", clause),),
        kind_of_time=_kind(first, last, answer),
        leaned_on=_leaned_on(first, last, crossed, days),
    )


def _until(start: datetime, end: datetime) -> str:
    """The end of a period whose start was just named: the time alone where the day is the same."""
    return clock_with_seconds(end.time()) if end.date() == start.date() else moment(end)


def _endpoint(which: str, at: tuple[datetime, ...], segment: Segment, clause: str, otherwise: str) -> Reason:
    """The reason one endpoint not off duty gives (or both, in the same segment), with its time and what stood there."""
    _, code = _MEANS[segment.duty]
    when = f"{which}時間 {moment(at[0])}{f'–{_until(*at)}' if len(at) > 1 else ''} "
    if segment.duty is Duty.DUTY:
        ends = clock(segment.end.time()) if segment.end.date() == segment.start.date() else "24:00"
        span = f"{clock(segment.start.time())}–{ends}"
        return Reason(
            code,
            f"{when}在{segment.word}（{span}）內；依計畫起迄時間均應為公餘時間，{otherwise}。",
            clause,
        )
    return Reason(code, when + _QUESTION[segment.duty].format(word=segment.word) + "。", clause)


def _crossing(
    crossed: list[Segment], days: Days, clause: str, *, free: bool
) -> tuple[OffDuty, list[Reason]] | None:
    """What lies between two endpoints that do not fail, or None where it does not matter: each day by the policy of its time.

    `free`: both endpoints are surely off duty.
    """

    def policy(each: Segment) -> SpanPolicy:
        return days.work.on(each.start.date()).span_policy

    unpaid = [each for each in crossed if each.duty is Duty.UNPAID_LEAVE]
    counted = [each for each in crossed if policy(each) is not SpanPolicy.ENDPOINTS]
    if not counted and not unpaid:
        return None
    reasons: list[Reason] = []
    if unpaid:
        reasons.append(
            Reason(
                ReasonCode.DURING_UNPAID_LEAVE, "期間跨越留職停薪期間，是否適用補休請人事單位認定。", clause
            )
        )
    on_duty = [each for each in counted if each.duty is Duty.DUTY]
    strict = [each for each in on_duty if policy(each) is SpanPolicy.WHOLE]
    if on_duty:
        text = _spans_text(strict or on_duty, free=free, fails=bool(strict))
        reasons.append(Reason(ReasonCode.SPANS_OFFICE_HOURS, text, clause))
    for duty in (Duty.FLEX, Duty.LEAVE, Duty.SUSPENDED, Duty.NO_ROSTER, Duty.UNKNOWN):
        found = next((each for each in counted if each.duty is duty), None)
        if found is not None:
            day = day_with_weekday(found.start.date())
            reasons.append(
                Reason(
                    _MEANS[duty][1],
                    f"期間跨越 {day} " + _QUESTION[duty].format(word=found.word) + "。",
                    clause,
                )
            )
    return (OffDuty.FAIL if strict else OffDuty.REVIEW), reasons


def _spans_text(on_duty: list[Segment], *, free: bool, fails: bool) -> str:
    """Which office hours the period crosses, the first few by name."""
    days = sorted({each.start.date() for each in on_duty})
    shown = "、".join(day_with_weekday(day) for day in days[:_SHOWN])
    more = f" 等 {len(days)} 個上班日" if len(days) > _SHOWN else f"（{len(days)} 個上班日）"
    but = "起迄均為公餘時間，但" if free else ""
    end = "；服務機關規定全程均應為公餘時間，不能計入補休。" if fails else "，請人事單位認定。"
    return f"{but}期間跨越上班時間：{shown}{more}{end}"


def _explained(inner: list[Reason], reasons: list[Reason]) -> bool:
    """Whether the endpoints already gave every reason that the middle gives."""
    return {each.code for each in inner} <= {each.code for each in reasons}


def _worst(*answers: OffDuty) -> OffDuty:
    if OffDuty.FAIL in answers:
        return OffDuty.FAIL
    return OffDuty.REVIEW if OffDuty.REVIEW in answers else OffDuty.PASS


def _kind(first: Segment, last: Segment, answer: OffDuty) -> str:
    """The word for the form: where the row began and ended, or that the office must say."""
    if answer is OffDuty.REVIEW:
        return "待認定"
    if first.word == last.word:
        return first.word
    return f"{first.word}～{last.word}"


def _leaned_on(first: Segment, last: Segment, crossed: list[Segment], days: Days) -> frozenset[str]:
    """The settings that this answer rests on, by their names in the configuration."""
    ends = (first,) if first is last else (first, last)
    used = {_SETTING[found] for each in ends for found in (each.duty, each.word) if found in _SETTING}
    fails = OffDuty.FAIL in (_MEANS[first.duty][0], _MEANS[last.duty][0])
    if not fails and any(each is not first and each is not last for each in crossed):
        used.add("span_policy")
    if "hours" in used and not all(days.work.on(each.start.date()).lunch_is_off_duty for each in ends):
        used.add("lunch_is_off_duty")
    return frozenset(used)

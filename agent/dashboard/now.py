"""「現在是公餘時間嗎？」: what this moment is to the person, said before a course is begun rather than after."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from rules.duty import Days, Duty
from rules.wording import clock

_SAID = {
    Duty.OFF: ("✔", "現在：公餘時間（{word}，{until}）", "此時開始的課，起始時間為公餘時間。"),
    Duty.DUTY: ("✖", "現在：{word}（{until}）", "此時開始的課不能申請補休；仍可計入嘉獎時數。"),
    Duty.UNPAID_LEAVE: ("✖", "現在：留職停薪期間", "此時的課不適用補休。"),
    Duty.FLEX: ("！", "現在：彈性上下班時段（{until}）", "要看當日刷卡，由人事單位認定。"),
    Duty.LEAVE: ("！", "現在：請假中（{word}，{until}）", "是否為公餘時間，由人事單位認定。"),
    Duty.SUSPENDED: ("！", "現在：停止上班（{until}）", "是否為公餘時間，由人事單位認定。"),
    Duty.NO_ROSTER: ("！", "現在：沒有勤務表可對照", "由人事單位認定。"),
    Duty.UNKNOWN: ("！", "現在：今年的辦公日曆表尚未收錄", "無法判斷。"),
}


@dataclass(frozen=True, slots=True)
class Moment:
    """This moment in words: a sign, what it is and until when, and what that means for a course begun now."""

    sign: str
    said: str
    means: str


def this_moment(days: Days, now: datetime) -> Moment:
    """What `now` (Taipei) is: half-open to the second, so 17:30:00 is off duty already."""
    wall = now.replace(tzinfo=None)
    found = days.at(wall)
    sign, said, means = _SAID[found.duty]
    ends = "至今天結束" if found.end.date() > wall.date() else f"至 {clock(found.end.time())}"
    return Moment(sign, said.format(word=found.word, until=ends), means)

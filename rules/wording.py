"""Dates, times and amounts as the reasons word them: ROC years, Arabic figures (院臺秘字第0930089122號, 2004-09-22)."""

from __future__ import annotations

from datetime import date, datetime, time
from decimal import Decimal

WEEKDAYS = "一二三四五六日"

# What a benefit is counted in. A ticket is a chance in a draw, never the prize.
UNIT_WORDS = {
    "hour": "小時",
    "award": "次",
    "merit": "次（記功）",
    "ticket": "張抽獎券",
    "day": "日",
    "point": "點",
    "dollar": "元",
    "percent": "％（費用補助比率）",
}
UNIT_NOTES = {"ticket": "抽獎券是抽獎的機會，不是獎品；是否中獎由主辦機關抽籤決定。"}


def roc_long(day: date) -> str:
    """2023-08-31 → 「112 年 8 月 31 日」."""
    return f"{day.year - 1911} 年 {day.month} 月 {day.day} 日"


def roc_short(day: date) -> str:
    """2023-08-31 → 「112/8/31」."""
    return f"{day.year - 1911}/{day.month}/{day.day}"


def year_word(year: int) -> str:
    """A year as people count it: 2023 → 「112 年」."""
    return f"{year - 1911} 年"


def weekday(day: date) -> str:
    """The weekday in one character: 一 … 日."""
    return WEEKDAYS[day.weekday()]


def day_with_weekday(day: date) -> str:
    """2023-03-08 → 「112/3/8（三）」."""
    return f"{roc_short(day)}（{weekday(day)}）"


def moment(at: datetime) -> str:
    """A start or end with its weekday and seconds: 「112/3/8（三）14:05:00」."""
    return f"{day_with_weekday(at.date())}{clock_with_seconds(at.time())}"


def clock_with_seconds(at: time) -> str:
    """A time of the portal: 「08:00:00」."""
    return at.isoformat("seconds")


def clock(at: time) -> str:
    """A time of a timetable: 「08:00」, with seconds only where there are any."""
    return at.isoformat("seconds" if at.second else "minutes")


def hours(amount: Decimal) -> str:
    """An amount of hours without needless zeros: 10.0 → 「10」, 1.5 → 「1.5」."""
    plain = f"{amount.normalize():f}"
    return plain if plain != "-0" else "0"

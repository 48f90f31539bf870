"""Dates as people read and type them: ROC years, Arabic figures. Inside the program a day is always a `date`."""

from __future__ import annotations

import calendar
import re
import unicodedata
from datetime import date, datetime

from rules.wording import moment, roc_long, roc_short, weekday

__all__ = ["parse_date", "roc", "roc_datetime", "roc_short", "roc_weekday", "roc_year", "weekday"]

FIRST_YEAR = 1912  # 民國元年
_HINT = "請輸入日期，例如 112/8/31 或 1120831"

# 1120831 is what government date boxes take (7 digits, leading zero kept: 0940526); 8 digits are a Gregorian date.
_PACKED = re.compile(r"(民國)?(?:(\d{3})|(\d{4}))(\d{2})(\d{2})")
_PARTED = re.compile(r"(民國|西元)?(\d{1,4})(?:([/.-])(\d{1,2})\3(\d{1,2})|年(\d{1,2})月(\d{1,2})日?)")


def parse_date(text: str) -> date:
    """The day somebody typed: 1120831, 112/8/31, 112.8.31, 112-8-31, (民國)112年8月31日, 2023-08-31, 2023/8/31, 20230831.

    Full-width figures and spaces are fine. A year of four figures is Gregorian, a shorter one ROC.
    Raises ValueError with a sentence in 繁體中文 when it is no date, or no such day exists.
    """
    plain = "".join(unicodedata.normalize("NFKC", text).split())
    if not plain:
        raise ValueError(f"沒有日期。{_HINT}。")
    packed = _PACKED.fullmatch(plain)
    parted = _PARTED.fullmatch(plain)
    if packed:
        era, roc_figures, western, month, day = packed.groups()
        year = roc_figures or western
    elif parted:
        era, year, _, month, day = parted.group(1, 2, 3, 4, 5)
        month, day = month or parted.group(6), day or parted.group(7)
    else:
        raise ValueError(f"看不懂「{text.strip()}」這個日期。{_HINT}。")
    return _checked(era, year, int(month), int(day))


def _checked(era: str | None, figures: str, month: int, day: int) -> date:
    """The day, or a sentence saying which part of it does not exist, in the years that were typed."""
    western = era == "西元" or (era is None and len(figures) == 4)
    if era == "民國" and len(figures) == 4:
        raise ValueError(f"民國年不會有 4 位數（{figures}）。{_HINT}。")
    year = int(figures) if western else int(figures) + FIRST_YEAR - 1
    named = f"西元 {int(figures)} 年" if western else f"{int(figures)} 年"
    if year < FIRST_YEAR:
        raise ValueError(f"「{named}」早於民國元年。{_HINT}。")
    if not 1 <= month <= 12:
        raise ValueError(f"{named}沒有 {month} 月")
    if not 1 <= day <= calendar.monthrange(year, month)[1]:
        raise ValueError(f"{named} {month} 月沒有 {day} 日")
    return date(year, month, day)


def roc(day: date) -> str:
    """2023-08-31 → 「112 年 8 月 31 日」."""
    return roc_long(day)


def roc_year(day: date) -> int:
    """2023-08-31 → 112."""
    return day.year - FIRST_YEAR + 1


def roc_weekday(day: date) -> str:
    """2023-08-31 → 「112/8/31 四」, as the form's columns print a day."""
    return f"{roc_short(day)} {weekday(day)}"


def roc_datetime(at: datetime) -> str:
    """A moment with weekday and seconds: 「112/8/31（四）23:59:59」."""
    return moment(at)

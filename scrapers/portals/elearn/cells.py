"""One cell's text as a value. A blank cell is None; what is not understood raises ValueError with the text in it."""

from __future__ import annotations

import re
import unicodedata
from datetime import datetime, timedelta
from decimal import Decimal, InvalidOperation

_BLANK = ("", "-", "--", "---", "—", "－", "無")
_MOMENT = re.compile(r"(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})\s*(?:T|\s)\s*(\d{1,2}):(\d{2})(?::(\d{2}))?")
_DURATION = re.compile(r"(\d{1,4}):([0-5]\d)(?::([0-5]\d))?")
_HOURS = re.compile(r"(\d{1,4}(?:\.\d{1,2})?)\s*(?:小時|時)?")
_WAVES = str.maketrans("〜∼", "~~")  # NFKC turns ～ into ~, but not these two
_YEARS = range(1990, 2101)


def fold(cell: str) -> str:
    """The cell on one line: full-width forms narrowed, white space folded."""
    return " ".join(unicodedata.normalize("NFKC", cell).translate(_WAVES).split())


def text(cell: str) -> str | None:
    """A cell kept as the portal shows it (white space folded), None where it is empty. 「--」 is something the portal says."""
    return " ".join(cell.split()) or None


def moment(cell: str) -> datetime | None:
    """A date with a time of day, e.g. 「2023-01-02 12:00:00」."""
    shown = fold(cell)
    if shown in _BLANK:
        return None
    found = _MOMENT.fullmatch(shown)
    if found is None:
        raise ValueError(f"「{shown}」不是年月日時分秒")
    return _moment(found, shown)


def period(cell: str) -> tuple[datetime | None, datetime | None]:
    """上課期間 as start and end; the separator is ~ in any width. A period still open has no end."""
    shown = fold(cell)
    if shown in _BLANK or shown.strip("~ ") in _BLANK:
        return None, None
    found = list(_MOMENT.finditer(shown))
    rest = _MOMENT.sub("#", shown).replace(" ", "")
    if rest == "#~#":
        return _moment(found[0], shown), _moment(found[1], shown)
    if rest in ("#~", "#"):
        return _moment(found[0], shown), None
    raise ValueError(f"上課期間「{shown}」看不出起迄時間")


def duration(cell: str) -> timedelta | None:
    """閱讀時數: hours (any number of digits), minutes, seconds; or a bare 0."""
    shown = fold(cell)
    if shown in _BLANK:
        return None
    if shown == "0":
        return timedelta()
    found = _DURATION.fullmatch(shown)
    if found is None:
        raise ValueError(f"閱讀時數「{shown}」不是時:分:秒")
    return timedelta(hours=int(found[1]), minutes=int(found[2]), seconds=int(found[3] or 0))


def certified_hours(cell: str) -> Decimal | None:
    """認證時數: 「1.0」, 「2」, 「2 小時」."""
    shown = fold(cell)
    if shown in _BLANK:
        return None
    found = _HOURS.fullmatch(shown)
    if found is None:
        raise ValueError(f"認證時數「{shown}」不是數字")
    try:
        return Decimal(found[1])
    except InvalidOperation as why:
        raise ValueError(f"認證時數「{shown}」不是數字") from why


def _moment(found: re.Match[str], shown: str) -> datetime:
    year, month, day, hour, minute, second = (int(each or 0) for each in found.groups())
    if year not in _YEARS:
        raise ValueError(f"「{shown}」的年份 {year} 不合理")
    try:
        return datetime(year, month, day, hour, minute, second)
    except ValueError as why:
        raise ValueError(f"「{shown}」不是存在的日期或時刻") from why

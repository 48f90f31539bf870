"""One cell's text as a value. A blank cell is None; what is not understood raises ValueError with the text in it."""

from __future__ import annotations

import re
import unicodedata
from datetime import datetime, timedelta
from decimal import Decimal, InvalidOperation
from functools import lru_cache

_BLANK = ("", "-", "--", "---", "—", "－", "無")
_MOMENT = re.compile(r"(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})\s*(?:T|\s)\s*(\d{1,2}):(\d{2})(?::(\d{2}))?")
_EXACT = r"(\d{4}-\d\d-\d\d \d\d:\d\d:\d\d)"  # as the portal writes nearly every one
_EXACT_MOMENT = re.compile(_EXACT, re.ASCII)
_EXACT_PERIOD = re.compile(rf"{_EXACT} ?~ ?{_EXACT}", re.ASCII)
_DURATION = re.compile(r"(\d{1,4}):([0-5]\d)(?::([0-5]\d))?")
_HOURS = re.compile(r"(\d{1,4}(?:\.\d{1,2})?)\s*(?:小時|時)?")
_WAVES = str.maketrans("〜∼", "~~")  # NFKC turns ～ into ~, but not these two
_YEARS = range(1990, 2101)


def fold(cell: str) -> str:
    """The cell on one line: full-width forms narrowed, white space folded."""
    if not cell.isascii():
        cell = unicodedata.normalize("NFKC", cell).translate(_WAVES)
    return " ".join(cell.split())


def moment(cell: str) -> datetime | None:
    """A date with a time of day, e.g. 「2023-01-02 12:00:00」."""
    if _EXACT_MOMENT.fullmatch(cell):
        return _exact(cell)
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
    if both := _EXACT_PERIOD.fullmatch(shown):
        return _exact(both[1]), _exact(both[2])
    if shown in _BLANK or shown.strip("~ ") in _BLANK:
        return None, None
    found = list(_MOMENT.finditer(shown))
    rest = _MOMENT.sub("#", shown).replace(" ", "") if "#" not in shown else ""
    if rest == "#~#":
        return _moment(found[0], shown), _moment(found[1], shown)
    if rest in ("#~", "#"):
        return _moment(found[0], shown), None
    raise ValueError(f"上課期間「{shown}」看不出起迄時間")


@lru_cache(maxsize=512)  # the same few stand in nearly every row
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


@lru_cache(maxsize=512)
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
    return _real(f"{year:04}-{month:02}-{day:02} {hour:02}:{minute:02}:{second:02}", shown)


def _exact(shown: str) -> datetime:
    return _real(shown, shown)


def _real(iso: str, shown: str) -> datetime:
    """The moment, where there is such a day and time. Raises ValueError with the text as shown where there is not."""
    try:
        found = datetime.fromisoformat(iso)
    except ValueError as why:
        raise ValueError(f"「{shown}」不是存在的日期或時刻") from why
    if found.year not in _YEARS:
        raise ValueError(f"「{shown}」的年份 {found.year} 不合理")
    return found

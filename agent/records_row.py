"""One record of a records file, value by value: what it says, or a ValueError or TypeError of why it cannot be used."""

from __future__ import annotations

import math
import re
from datetime import date, datetime, timedelta
from decimal import Decimal, InvalidOperation

from agent.clock import TAIPEI
from rules.record import LearningRecord, Origin
from rules.titles import split_code

_TEXTS = (
    "course_type",
    "code",
    "course_id",
    "exam",
    "survey",
    "condition",
    "status",
    "upload_status",
    "number",
)
_BLANK = (None, "", "-", "--")
_MOMENT = re.compile(r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d")
_LENGTH = re.compile(r"(\d{1,4}):([0-5]\d):([0-5]\d)")
_UNSEEN = re.compile("[\x00-\x08\x0e-\x1b\x7f]")  # control characters: no document could hold them
_LARGEST_NUMBER = Decimal(10_000)


class _Texts(dict[str, str | None]):
    """What a cell says, by how it is written: without needless blanks, None where nothing is left."""

    def __missing__(self, written: str) -> str | None:
        seen = written if written.isprintable() else _UNSEEN.sub("", written)
        self[written] = found = " ".join(seen.split()) or None
        return found


class _Amounts(dict[str, Decimal]):
    """Hours, by how they are written."""

    def __missing__(self, written: str) -> Decimal:
        try:
            found = Decimal(written)
        except InvalidOperation as why:
            raise ValueError(f"認證時數「{written}」不是數字") from why
        # 1E-99999999 is small, and a hundred million figures when written out
        exponent = found.as_tuple().exponent
        if not isinstance(exponent, int) or exponent < -6 or not 0 <= found < _LARGEST_NUMBER:
            raise ValueError(f"認證時數「{written}」不合理")
        self[written] = found
        return found


class Rows:
    """The records of one file. The same few words and amounts stand in most of its rows: each is read once."""

    def __init__(self) -> None:
        self._texts, self._amounts = _Texts(), _Amounts()

    def record(self, data: object) -> LearningRecord:
        """The record that this JSON says. Raises ValueError, TypeError or OverflowError where it cannot be used."""
        if not isinstance(data, dict):
            raise TypeError("不是一筆紀錄")
        words, value = self._texts, data.get("title")
        shown = (words[value] if isinstance(value, str) else None) or ""
        texts = {
            key: words[value] if isinstance(value := data.get(key), str) else _other(value, key)
            for key in _TEXTS
        }
        title, code = split_code(shown)
        if texts["code"] is None:
            texts["code"] = code
        elif code != texts["code"].upper():
            # what looks like a code, 「(A2)」 say, belongs to the title: the code stands by itself
            title = shown
        if not title:
            raise ValueError("沒有課程名稱")
        return LearningRecord(
            title=title,
            start=_moment(data.get("start")),
            end=_moment(data.get("end")),
            reading=_length(data.get("reading")),
            certified_hours=self._hours(data.get("certified_hours")),
            uploaded_at=_moment(data.get("uploaded_at")),
            origin=Origin.RECORDS_FILE,
            gone_since=_day(data.get("gone_since")),
            **texts,
        )

    def _hours(self, value: object) -> Decimal | None:
        return None if value in _BLANK else self._amounts[str(value)]


def _other(value: object, key: str) -> str | None:
    """A text that was written as something else: nothing, or a number."""
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        raise ValueError(f"{key} 不是文字")
    return str(value)


def _moment(value: object) -> datetime | None:
    if isinstance(value, str) and _MOMENT.match(value):
        found = datetime.fromisoformat(value)
        if not 1990 <= found.year <= 2100:
            raise ValueError(f"「{value}」的年份不合理")
        return found.astimezone(TAIPEI).replace(tzinfo=None) if found.tzinfo else found
    if value in _BLANK:
        return None
    raise ValueError(f"「{value}」不是年月日時分秒")  # a day alone would be read as midnight: off duty


def _day(value: object) -> date | None:
    return date.fromisoformat(str(value)) if value is not None else None


def _length(value: object) -> timedelta | None:
    if found := _LENGTH.fullmatch(str(value)):
        hours, minutes, seconds = map(int, found.groups())
        return timedelta(0, (hours * 60 + minutes) * 60 + seconds)
    if value in _BLANK:
        return None
    if str(value) == "0":
        return timedelta()
    raise ValueError(f"閱讀時數「{value}」不是時:分:秒")

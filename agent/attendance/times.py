"""Days and clocks as attendance systems write them, together or apart: 1120308 0800, 112/03/08(三) 08:05:30, 2023/3/8 下午 1:30."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from agent.roc import parse_date

_WEEKDAY = re.compile(r"[(（]\s*(?:星期|週|周)?[一二三四五六日天]\s*[)）]|(?:星期|週|周)[一二三四五六日天]")
_PACKED = re.compile(r"(\d{7}|\d{8})(\d{4}|\d{6})")
_CLOCK = re.compile(r"(\d{1,2})[:時點](\d{1,2})(?:分|[:分](\d{1,2})秒?)?(?:\.\d+)?")
_HALF = re.compile(r"(上午|下午|AM|PM|am|pm)")
_BETWEEN = re.compile(
    r"\s*(?:[~∼〜–—―]|至|到|(?<=\d)\s*-\s*(?=\d{1,2}[:時點]|\d{4}(?:\D|$)|\d{7,8}(?:\D|$)|\d{3}[/.]))\s*"
)
_EXAMPLE = "例：08:05、0805、08:05:30"
DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Stamp:
    """What a cell says: a day, a time of day (0:00 up to 24:00), or both."""

    day: date | None = None
    clock: timedelta | None = None

    def at(self) -> datetime:
        """The moment of a stamp that has both. A stamp without a time is the day's first moment."""
        if self.day is None:
            raise ValueError("沒有日期")
        return datetime.combine(self.day, time()) + (self.clock or timedelta())


def read_stamp(text: str) -> Stamp:
    """The stamp in this cell, an empty one where it is blank. Raises ValueError in words when it is none."""
    plain = _WEEKDAY.sub(" ", unicodedata.normalize("NFKC", text)).strip()
    plain = re.sub(r"(?<=日)(?=\d)", " ", plain)
    if plain in {"", "-", "--", "---", "無"}:
        return Stamp()
    packed = _PACKED.fullmatch(plain)
    if packed:
        return Stamp(_day(packed[1]), read_clock(packed[2]))
    if re.fullmatch(r"\d{1,6}", plain) or _is_clock(plain):
        return Stamp(None, read_clock(plain))
    halves = re.split(r"[\sT]+", plain, maxsplit=1)
    if len(halves) == 1 or not re.search(r"\d", halves[1]):
        return Stamp(_day(plain))
    if len(re.findall(r"\d+", halves[0])) < 2 and not re.fullmatch(r"\d{7,8}", halves[0]):
        return Stamp(_day(plain))  # 112 年 3 月 8 日, written with blanks
    return Stamp(_day(halves[0]), read_clock(halves[1]))


def read_clock(text: str) -> timedelta:
    """A time of day: 08:05, 0805, 805, 08:05:30, 080530, 下午 1:30, 24:00. Raises ValueError in words."""
    plain = "".join(text.split())
    half = _HALF.search(plain)
    bare = _HALF.sub("", plain)
    found = _CLOCK.fullmatch(bare)
    if found:
        parts = [int(each or 0) for each in found.groups()]
    elif re.fullmatch(r"\d{3,4}|\d{6}", bare):
        figures = bare.zfill(4) if len(bare) < 6 else bare
        parts = [int(figures[at : at + 2]) for at in (0, 2, 4) if figures[at : at + 2]]
    else:
        raise ValueError(f"不是時刻（{_EXAMPLE}）")
    hour, minute, second = (*parts, 0)[:3]
    if half:
        if not 1 <= hour <= 12:
            raise ValueError(f"不是時刻（{_EXAMPLE}）")
        hour = hour % 12 + (12 if half[1].lower() in {"下午", "pm"} else 0)
    total = timedelta(hours=hour, minutes=minute, seconds=second)
    if minute > 59 or second > 59 or total > DAY:
        raise ValueError("沒有這個時刻（00:00 至 24:00）")
    return total


def split_range(text: str) -> tuple[str, str] | None:
    """The two halves of a cell that holds a start and an end, None where it does not."""
    halves = _BETWEEN.split(unicodedata.normalize("NFKC", text).strip())
    return (halves[0], halves[1]) if len(halves) == 2 and all(halves) else None


def _is_clock(plain: str) -> bool:
    return _CLOCK.fullmatch("".join(_HALF.sub("", plain).split())) is not None


def _day(text: str) -> date:
    try:
        found = parse_date(text)
    except ValueError as why:
        said = str(why)
        raise ValueError("不是日期（例：112/3/8、1120308）" if said.startswith("看不懂") else said) from why
    if not 1950 <= found.year <= 2150:
        raise ValueError(f"年份不合理（{found.year} 年）")
    return found

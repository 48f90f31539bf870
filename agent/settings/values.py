"""Single values of the settings file, from TOML to what the rules use. Each raises ValueError with what was expected."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from datetime import date, datetime, time, timedelta, timezone
from itertools import pairwise
from typing import TypeVar

from rules.work import Leave, Span, SpanPolicy, Suspension

T = TypeVar("T")

_TAIPEI = timezone(timedelta(hours=8))  # no summer time since 1980
_YEARS = range(1912, 2201)


def text(value: object) -> str:
    """A text."""
    if not isinstance(value, str):
        raise ValueError("應為文字")
    return value.strip()


def switch(value: object) -> bool:
    """true or false."""
    if not isinstance(value, bool):
        raise ValueError("應為 true 或 false")
    return value


def seconds(value: object) -> float:
    """A number of seconds above zero."""
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 < value < math.inf:
        raise ValueError("應為大於 0 的秒數")
    return float(value)


def whole_years(value: object) -> int:
    """A number of years, from one to ten."""
    if isinstance(value, bool) or not isinstance(value, int) or not 1 <= value <= 10:
        raise ValueError("應為 1 到 10 的整數（年）")
    return value


def day(value: object) -> date:
    """A date, as TOML's own or as text (2023-08-31)."""
    if isinstance(value, date) and not isinstance(value, datetime):
        return _likely(value)
    try:
        found = date.fromisoformat(text(value))
    except ValueError as why:
        raise ValueError(f"「{value}」不是日期（例：2023-08-31）") from why
    return _likely(found)


def moment(value: object) -> datetime:
    """A date with a time of day, in Taipei; a date alone is its first moment."""
    if isinstance(value, date) and not isinstance(value, datetime):
        return datetime.combine(_likely(value), time())
    try:
        found = value if isinstance(value, datetime) else datetime.fromisoformat(text(value))
    except ValueError as why:
        raise ValueError(f"「{value}」不是日期時刻（例：2023-03-08T17:30）") from why
    _likely(found)
    return found.astimezone(_TAIPEI).replace(tzinfo=None) if found.tzinfo else found


def _end(value: object) -> datetime:
    """A moment at which something ends; a date alone means that whole day."""
    return moment(value) if _has_time(value) else moment(value) + timedelta(days=1)


def _likely(found: date) -> date:
    if found.year not in _YEARS:
        raise ValueError(f"「{found}」的年份不合理")
    return found


def clock(value: object) -> time:
    """A time of day."""
    try:
        found = value if isinstance(value, time) else time.fromisoformat(text(value))
    except ValueError as why:
        raise ValueError(f"「{value}」不是時刻（例：08:00）") from why
    if found.tzinfo is not None:
        raise ValueError(f"「{value}」不是時刻（例：08:00，不寫時區）")
    return found


def span_policy(value: object) -> SpanPolicy:
    """One of the three readings of a row that crosses office hours."""
    try:
        return SpanPolicy(text(value))
    except ValueError as why:
        raise ValueError(f"「{value}」應為 {'、'.join(SpanPolicy)} 之一") from why


def _items(value: object) -> Sequence[object]:
    if not isinstance(value, list):
        raise ValueError("應為清單")
    return value


def _pair(value: object, one: Callable[[object], T], what: str) -> tuple[T, T]:
    found = _items(value)
    if len(found) != 2:
        raise ValueError(f"每一項應為起、迄兩個{what}")
    return one(found[0]), one(found[1])


def _in_order(pair: tuple[T, T], *, equal: bool) -> tuple[T, T]:
    start, end = pair
    if not (start < end or (equal and start == end)):  # type: ignore[operator]
        raise ValueError(f"起「{start}」不在迄「{end}」之前")
    return pair


def clock_spans(value: object) -> tuple[tuple[time, time], ...]:
    """Spans within a day: [["08:00", "12:00"], …]. They must not overlap."""
    found = sorted(_in_order(_pair(each, clock, "時刻"), equal=False) for each in _items(value))
    for before, after in pairwise(found):
        if before[1] > after[0]:
            raise ValueError(
                f"時段 {before[0]:%H:%M}–{before[1]:%H:%M} 與 {after[0]:%H:%M}–{after[1]:%H:%M} 重疊"
            )
    return tuple(found)


def day_spans(value: object) -> tuple[tuple[date, date], ...]:
    """Spans of whole days, both included."""
    return tuple(_in_order(_pair(each, day, "日期"), equal=True) for each in _items(value))


def spans(value: object) -> tuple[Span, ...]:
    """Half-open spans of moments; a span may cross midnight, and a date alone at its end is included."""
    return tuple(_span(each) for each in _items(value))


def _span(value: object) -> Span:
    found = _items(value)
    if len(found) != 2:
        raise ValueError("每一項應為起、迄兩個日期時刻")
    return Span(*_in_order((moment(found[0]), _end(found[1])), equal=False))


def days(value: object) -> frozenset[date]:
    """A list of days."""
    return frozenset(day(each) for each in _items(value))


def suspensions(value: object) -> tuple[Suspension, ...]:
    """停止上班: a day alone, or a span of moments."""
    found = []
    for each in _items(value):
        if isinstance(each, list):
            found.append(Suspension(_span(each)))
        else:
            found.append(Suspension(Span.whole_days(day(each), day(each))))
    return tuple(found)


def punches(value: object) -> dict[date, tuple[time, time]]:
    """The punch clock: date → in and out."""
    if not isinstance(value, dict):
        raise ValueError('應為 "日期" = ["上班", "下班"]')
    return {day(at): _in_order(_pair(pair, clock, "時刻"), equal=False) for at, pair in value.items()}


def leave(value: object) -> tuple[Leave, ...]:
    """[[work.leave]]: from, to, kind; whole days, or spans with times."""
    found = []
    for each in _items(value):
        if not isinstance(each, dict) or set(each) != {"from", "to", "kind"}:
            raise ValueError("每筆請假應有 from、to、kind")
        span = _span([each["from"], each["to"]])
        found.append(Leave(span, text(each["kind"])))
    return tuple(found)


def _has_time(value: object) -> bool:
    return isinstance(value, datetime) or (isinstance(value, str) and ("T" in value or ":" in value))

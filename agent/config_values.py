"""Single values of the settings file, from TOML to what the rules use. Each raises ValueError with what was expected."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date, datetime, time
from itertools import pairwise
from typing import TypeVar

from rules.work import Leave, Span, SpanPolicy, Suspension

T = TypeVar("T")


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
    if isinstance(value, bool) or not isinstance(value, int | float) or value <= 0:
        raise ValueError("應為大於 0 的秒數")
    return float(value)


def day(value: object) -> date:
    """A date, as TOML's own or as text (2023-08-31)."""
    if isinstance(value, date) and not isinstance(value, datetime):
        return value
    try:
        return date.fromisoformat(text(value))
    except ValueError as why:
        raise ValueError(f"「{value}」不是日期（例：2023-08-31）") from why


def moment(value: object) -> datetime:
    """A date with a time of day; a date alone is its first moment."""
    if isinstance(value, datetime):
        return value.replace(tzinfo=None)
    if isinstance(value, date):
        return datetime.combine(value, time())
    try:
        return datetime.fromisoformat(text(value)).replace(tzinfo=None)
    except ValueError as why:
        raise ValueError(f"「{value}」不是日期時刻（例：2023-03-08T17:30）") from why


def clock(value: object) -> time:
    """A time of day."""
    if isinstance(value, time):
        return value
    try:
        return time.fromisoformat(text(value))
    except ValueError as why:
        raise ValueError(f"「{value}」不是時刻（例：08:00）") from why


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
    """Half-open spans of moments; a span may cross midnight."""
    return tuple(Span(*_in_order(_pair(each, moment, "日期時刻"), equal=False)) for each in _items(value))


def days(value: object) -> frozenset[date]:
    """A list of days."""
    return frozenset(day(each) for each in _items(value))


def suspensions(value: object) -> tuple[Suspension, ...]:
    """停止上班: a day alone, or a span of moments."""
    found = []
    for each in _items(value):
        if isinstance(each, list):
            found.append(Suspension(Span(*_in_order(_pair(each, moment, "日期時刻"), equal=False))))
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
        start, end = each["from"], each["to"]
        if _has_time(start) or _has_time(end):
            span = Span(*_in_order((moment(start), moment(end)), equal=False))
        else:
            span = Span.whole_days(*_in_order((day(start), day(end)), equal=True))
        found.append(Leave(span, text(each["kind"])))
    return tuple(found)


def _has_time(value: object) -> bool:
    return isinstance(value, datetime) or (isinstance(value, str) and ("T" in value or ":" in value))

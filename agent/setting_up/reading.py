"""What people type into a question, read; and settings as people would type them. Each reader raises ValueError in words."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from datetime import date
from typing import Any

from agent.roc import parse_date, roc
from agent.settings import values

_BETWEEN = re.compile(r"\s*[、,;，；]\s*")
_CLOCK = re.compile(r"(\d{1,2}):?([0-5]\d)")
_YES = ("是", "y", "yes", "有", "要", "1")
_NO = ("否", "n", "no", "沒有", "不要", "不", "0")


def text(typed: str) -> str:
    """One line of text."""
    return " ".join(typed.split())


def yes(typed: str) -> bool:
    """是 or 否."""
    plain = _plain(typed).lower()
    if plain in _YES:
        return True
    if plain in _NO:
        return False
    raise ValueError("請回答「是」或「否」。")


def clock_spans(typed: str) -> list[list[str]]:
    """08:00-12:00、13:30-17:30 (also 0800-1200, full-width figures, ～ or 至) → [["08:00", "12:00"], …]."""
    found = [_clock_span(each) for each in _BETWEEN.split(_plain(typed)) if each]
    try:
        values.clock_spans(found)
    except ValueError as why:
        raise ValueError(f"{why}。") from why
    return found


def _clock_span(typed: str) -> list[str]:
    parts = [each.strip() for each in re.split(r"[-–—~至到]", typed)]
    if len(parts) != 2:
        raise ValueError(f"看不懂「{typed}」。請寫成 08:00-12:00、13:30-17:30。")
    return [_clock(each) for each in parts]


def _clock(typed: str) -> str:
    found = _CLOCK.fullmatch(typed)
    if found is None or not 0 <= int(found[1]) <= 23:
        raise ValueError(f"「{typed}」不是時刻（例：08:00）。")
    return f"{int(found[1]):02}:{found[2]}"


def days(typed: str) -> list[str]:
    """Days in any form, 112/8/3、2023-09-01 → ISO."""
    return [_day(each).isoformat() for each in _BETWEEN.split(typed.strip()) if each]


def day_spans(typed: str) -> list[list[str]]:
    """Spans of days in any form, 112/3/1~112/8/31; a day alone is that day → [[first, last], …], ISO, both included."""
    return [_day_span(each) for each in _BETWEEN.split(typed.strip()) if each]


def _day_span(typed: str) -> list[str]:
    parts = [_day(each) for each in re.split(r"[~～至到]", typed)]
    if len(parts) > 2:
        raise ValueError(f"看不懂「{typed}」。請寫成 112/3/1~112/8/31。")
    first, last = parts[0], parts[-1]
    if first > last:
        raise ValueError(f"起日 {roc(first)}在迄日 {roc(last)}之後。")
    return [first.isoformat(), last.isoformat()]


def _day(typed: str) -> date:
    try:
        return parse_date(typed)
    except ValueError as why:
        raise ValueError(f"{str(why).removesuffix('。')}。") from why


def _plain(typed: str) -> str:
    return unicodedata.normalize("NFKC", typed).strip()


# -- as people type it -----------------------------------------------------------------------------------------------------


def show_yes(value: object) -> str:
    """是 or 否."""
    return "是" if value else "否"


def show_clock_spans(value: Sequence[Sequence[Any]]) -> str:
    """[["08:00", "12:00"], …] → 08:00-12:00、…; "" where there are none."""
    return "、".join(f"{str(one)[:5]}-{str(two)[:5]}" for one, two in value)


def show_days(value: Sequence[Any]) -> str:
    """Days → 「112 年 8 月 3 日」, one form whatever was typed."""
    return "、".join(roc(values.day(each)) for each in value)


def show_day_spans(value: Sequence[Sequence[Any]]) -> str:
    """Spans of days → 「112 年 3 月 1 日 至 112 年 8 月 31 日」."""
    return "、".join(f"{roc(values.day(one))} 至 {roc(values.day(two))}" for one, two in value)

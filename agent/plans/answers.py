"""Asking one question about a plan on paper, and reading what was typed."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import TypeVar

import click

from agent.plans.draft import Course
from agent.roc import parse_date

T = TypeVar("T")

_KEY = re.compile(r"[a-z0-9][a-z0-9-]*")


def ask(question: str, read: Callable[[str], T], default: str | None = None) -> T:
    """The answer as `read` takes it; asked again with the reason where it cannot be used. Questions go to stderr."""
    hint = f"（直接按 Enter＝{default}）" if default else ""
    while True:
        answer = click.prompt(
            f"{question}{hint}",
            default=default or "",
            show_default=False,
            prompt_suffix="：",
            err=True,
            type=str,
        )
        try:
            return read(str(answer).strip())
        except ValueError as why:
            say(f"  {why}")


def say(*lines: str) -> None:
    """Lines to stderr."""
    for each in lines:
        click.echo(each, err=True)


def some(text: str) -> str:
    """Any text but none. Raises ValueError, as all that read an answer do."""
    if not text:
        raise ValueError("這一題不能空白。")
    return text


def new_key(text: str, taken: Collection[str]) -> str:
    """A plan's key that no other plan has."""
    if not _KEY.fullmatch(text):
        raise ValueError("只能用小寫英文、數字與 -。")
    if text in taken:
        raise ValueError(f"已經有代號「{text}」的計畫，請換一個。")
    return text


def not_before(text: str, first: date) -> date:
    """A day from this one on."""
    found = parse_date(text)
    if found < first:
        raise ValueError("不能早於辦理時程起日。")
    return found


def listed(text: str) -> tuple[str, ...]:
    """The parts between commas of any kind."""
    return tuple(each.strip() for each in re.split(r"[、,，;；]", text) if each.strip())


def one_of(*words: str) -> Callable[[str], str]:
    """Reads one of these words."""

    def read(text: str) -> str:
        if text not in words:
            raise ValueError(f"請輸入 {'、'.join(words)} 其中之一。")
        return text

    return read


def yes(text: str) -> bool:
    """是 or 否."""
    if text.casefold() in ("是", "y", "yes"):
        return True
    if text.casefold() in ("否", "n", "no"):
        return False
    raise ValueError("請輸入 是 或 否。")


def count(text: str) -> int:
    """A whole number from 1."""
    if not text.isdecimal() or int(text) < 1:
        raise ValueError("請輸入 1 以上的整數。")
    return int(text)


def amount(text: str) -> Decimal:
    """A number above 0."""
    try:
        found = Decimal(text)
    except InvalidOperation:
        found = Decimal(0)
    if not found.is_finite() or found <= 0:
        raise ValueError(f"「{text}」不是大於 0 的數字。")
    return found


def _cells(text: str) -> list[str]:
    """A line parted at its last commas, half or full width: a title may have commas of its own."""
    return [each.strip() for each in re.split(r"[,，]", text)]


def course_of(text: str, required: bool) -> Course | None:
    """「課名,時數」 or 「課名,時數,類別」; the hours are the last number, so that a title may hold commas."""
    if not text:
        if required:
            raise ValueError("至少要有一門課程。")
        return None
    found = re.fullmatch(r"(.+?)[,，]\s*(\d+(?:\.\d+)?)\s*(?:小時)?(?:[,，]\s*([^,，]+))?", text)
    if found is None:
        raise ValueError("請寫「課名,時數」，例如：環境教育概論,2")
    return Course(found[1].strip(), amount(found[2]), (found[3] or "").strip())


def minimum_of(text: str, items: tuple[str, ...]) -> tuple[str, Decimal] | None:
    """「類別,時數」."""
    if not text:
        return None
    item, *rest = _cells(text)
    if item not in items or len(rest) != 1:
        raise ValueError("請寫「類別,時數」，類別要與課程所寫的相同。")
    return item, amount(rest[0])


def tier_of(text: str, *, needed: bool) -> tuple[int, Decimal] | None:
    """「套數,數量」."""
    if not text:
        if needed:
            raise ValueError("至少要有一級。")
        return None
    cells = _cells(text)
    if len(cells) != 2:
        raise ValueError("請寫「套數,數量」，例如：2,1")
    return count(cells[0]), amount(cells[1])

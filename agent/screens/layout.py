"""Columns for text in which a character may be two wide."""

from __future__ import annotations

from decimal import Decimal

from rich.cells import cell_len

_BAR = 20


def pad(text: str, columns: int) -> str:
    """The text filled with blanks to so many terminal columns."""
    return text + " " * max(0, columns - cell_len(text))


def bar(done: Decimal, whole: Decimal) -> str:
    """A bar of twenty cells: full blocks for what is done."""
    filled = int(min(done / whole, Decimal(1)) * _BAR) if whole else 0
    return "█" * filled + "░" * (_BAR - filled)


def indent(text: str, columns: int) -> str:
    """The text moved in."""
    return " " * columns + text

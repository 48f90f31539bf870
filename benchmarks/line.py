"""One line of the table."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Line:
    """What was measured, against what, what came out, and the most (or least) it may be; `holds` is None where nothing is set."""

    work: str
    against: str
    result: str
    limit: str = "–"
    holds: bool | None = None


def at_most(work: str, against: str, ratio: float, limit: float, more: str = "") -> Line:
    """A ratio that may not be higher."""
    return Line(work, against, f"{ratio:.2f} ×{more}", f"≤ {limit:g} ×", ratio <= limit)


def at_least(work: str, against: str, ratio: float, limit: float, more: str = "") -> Line:
    """A ratio that may not be lower: how many times faster."""
    return Line(work, against, f"{ratio:.1f} × faster{more}", f"≥ {limit:g} ×", ratio >= limit)

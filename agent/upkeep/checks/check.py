"""The shape of a check's answer."""

from __future__ import annotations

from dataclasses import dataclass

OK, WARN, FAIL = "ok", "warn", "fail"


@dataclass(frozen=True, slots=True)
class Check:
    """One thing looked at: its state, what was found, and what to do about it ("" where nothing is)."""

    key: str
    state: str
    text: str
    remedy: str = ""

"""[notices] of the settings file: how much a message may say, and whether the desktop shows it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from agent.settings import values

DETAILS = ("none", "hours", "all")


@dataclass(frozen=True, slots=True)
class NoticeSettings:
    """`detail` is `none` (nothing personal), `hours` (hours and counts) or `all` (course titles and folders too)."""

    detail: str = "none"
    desktop: bool = True


def _detail(value: object) -> str:
    found = values.text(value)
    if found not in DETAILS:
        raise ValueError(f"「{value}」應為 {'、'.join(DETAILS)} 之一")
    return found


NOTICES: Mapping[str, Callable[[object], Any]] = {"detail": _detail, "desktop": values.switch}

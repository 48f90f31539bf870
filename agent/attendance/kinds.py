"""The kinds of data that an attendance system exports."""

from __future__ import annotations

from enum import StrEnum


class Kind(StrEnum):
    """What a file holds."""

    LEAVE = "leave"
    OVERTIME = "overtime"
    ROSTER = "roster"
    PUNCHES = "punches"


WORD = {Kind.LEAVE: "請假", Kind.OVERTIME: "加班", Kind.ROSTER: "勤務表", Kind.PUNCHES: "刷卡"}

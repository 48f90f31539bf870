"""How long this person's hours took from completion to 上傳成功, and which still wait: no official figure is known. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from rules.passing import Passed, passed
from rules.record import LearningRecord

_ENOUGH = 3  # fewer say nothing about a habit


@dataclass(frozen=True, slots=True)
class Uploads:
    """`waiting` are passed rows not uploaded yet, each with the days since its end, the longest first.

    `count` rows were uploaded, after `average` and at most `longest` days; all 0 where they are too few to tell.
    """

    count: int
    average: float
    longest: int
    waiting: tuple[tuple[LearningRecord, int], ...]

    @property
    def habit(self) -> str:
        """「您過去 11 筆，完成後平均 1 天、最長 3 天上傳。」, "" where too few are known."""
        if not self.count:
            return ""
        if not self.longest:
            return f"您過去 {self.count} 筆，都在完成當天上傳。"
        average = f"{self.average:.1f}".removesuffix(".0")
        return f"您過去 {self.count} 筆，完成後平均 {average} 天、最長 {self.longest} 天上傳。"


def uploads(records: Iterable[LearningRecord], today: date) -> Uploads:
    """From all rows that have an end by `today` and still stand on the portal. An upload before the end is a fault of the data, and left out."""
    took: list[int] = []
    waiting: list[tuple[LearningRecord, int]] = []
    for each in records:
        if each.end is None or each.end.date() > today or each.gone_since is not None:
            continue
        status = (each.upload_status or "").strip()
        if each.uploaded_at is not None and status in ("成功", ""):
            days = (each.uploaded_at.date() - each.end.date()).days
            took += [days] if days >= 0 else []
        elif status != "成功" and passed(each) is Passed.YES:
            waiting.append((each, (today - each.end.date()).days))
    waiting.sort(key=lambda one: -one[1])
    if len(took) < _ENOUGH:
        return Uploads(0, 0.0, 0, tuple(waiting))
    return Uploads(len(took), sum(took) / len(took), max(took), tuple(waiting))

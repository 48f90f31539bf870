"""The table of many people: one row a person and plan, as CSV, written as the rows come."""

from __future__ import annotations

import csv
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from typing import TextIO

from agent.exports.csv_table import looks_like_formula
from agent.people.judging import Line
from agent.screens.verdict_screen import BENEFIT_WORD
from rules.verdict import BenefitVerdict, State, Verdict
from rules.wording import hours

HEADINGS = (
    *("檔案", "姓名", "人員類別", "計畫", "可申請補休（小時）", "補休待認定（小時）", "補休狀態", "嘉獎狀態"),
    *("符合的課程套", "待認定的課程套", "未能判讀（筆）", "最接近的一步", "無法判斷的原因"),
)


@dataclass(slots=True)
class Summary:
    """What the table adds up to: people, those that could not be judged, by state of the leave, and its hours."""

    people: int = 0
    troubled: int = 0
    states: Counter[str] = field(default_factory=Counter)
    hours: Decimal = Decimal(0)
    pending: Decimal = Decimal(0)

    def add(self, lines: list[Line]) -> None:
        """Count one person's lines."""
        self.people += 1
        self.troubled += any(each.verdict is None for each in lines)
        for each in lines:
            leave = _leave(each.verdict) if each.verdict else None
            if leave is not None:
                self.states[BENEFIT_WORD[leave.state]] += 1
                self.hours += leave.claimable
                self.pending += leave.pending_review


def write_table(out: TextIO, people: Iterable[list[Line]], summary: Summary) -> Iterator[list[Line]]:
    """Write each person's rows as they come, count them in `summary`, and give them on (for a bar)."""
    table = csv.writer(out)
    table.writerow(HEADINGS)
    for lines in people:
        table.writerows([_harmless(cell) for cell in row(each)] for each in lines)
        summary.add(lines)
        yield lines


def row(line: Line) -> tuple[str, ...]:
    """One line of the table, in the order of HEADINGS."""
    found = line.verdict
    if found is None:
        return (line.document, line.name, line.category, *[""] * 9, line.trouble)
    leave, award = _leave(found), _award(found)
    return (
        line.document,
        line.name,
        line.category,
        found.plan,
        hours(leave.claimable) if leave else "",
        hours(leave.pending_review) if leave else "",
        BENEFIT_WORD[leave.state] if leave else "",
        BENEFIT_WORD[award.state] if award else "",
        "、".join(each.title for each in found.sets if each.state is State.MET),
        "、".join(each.title for each in found.sets if each.state is State.REVIEW),
        str(len(found.unread)),
        found.next[0].text if found.next else "",
        "",
    )


def _leave(found: Verdict) -> BenefitVerdict | None:
    return next((each for each in found.benefits if each.unit == "hour"), None)


def _award(found: Verdict) -> BenefitVerdict | None:
    return next((each for each in found.benefits if each.unit == "award"), None)


def _harmless(text: str) -> str:
    """A cell that a spreadsheet would run as a formula is quoted."""
    return f"'{text}" if looks_like_formula(text) else text

"""The table of many people: one row a person and plan, as CSV, written as the rows come."""

from __future__ import annotations

import csv
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from typing import TextIO

from agent.exports.csv_table import looks_like_formula
from agent.on_all_cores import on_all_cores
from agent.people.files import Document
from agent.people.judging import Case, Line, lines_of
from agent.screens.verdict_screen import BENEFIT_WORD
from rules.verdict import BenefitVerdict, State, Verdict
from rules.wording import hours

HEADINGS = (
    *("檔案", "姓名", "人員類別", "計畫", "可申請補休（小時）", "補休待認定（小時）", "補休狀態", "嘉獎狀態"),
    *("符合的課程套", "待認定的課程套", "未能判讀（筆）", "最接近的一步", "無法判斷的原因"),
)
_ZERO = Decimal(0)
_CHUNK = 32  # people a process gets at once: fewer messages than people


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the table, in the order of HEADINGS, and what of it is added up. `state` is that of the leave, "" without one."""

    cells: tuple[str, ...]
    is_judged: bool
    state: str = ""
    hours: Decimal = _ZERO
    pending: Decimal = _ZERO


@dataclass(slots=True)
class Summary:
    """What the table adds up to: people, those that could not be judged, by state of the leave, and its hours."""

    people: int = 0
    troubled: int = 0
    states: Counter[str] = field(default_factory=Counter)
    hours: Decimal = _ZERO
    pending: Decimal = _ZERO

    def add(self, rows: list[Row]) -> None:
        """Count one person's rows."""
        self.people += 1
        self.troubled += not all(each.is_judged for each in rows)
        for each in rows:
            if each.state:
                self.states[each.state] += 1
                self.hours += each.hours
                self.pending += each.pending


def judged(case: Case, people: Iterable[Document], jobs: int | None = None) -> Iterator[list[Row]]:
    """Each person's rows, in order, judged on all cores. Raises ElearnError when a process is ended from outside."""
    return on_all_cores(rows_of, case, people, jobs, chunk=_CHUNK, few=_CHUNK - 1)


def rows_of(case: Case, document: Document) -> list[Row]:
    """One person's rows. What a worker sends back: a verdict is a hundred times as large, with every record in it."""
    return [row(each) for each in lines_of(case, document)]


def write_table(out: TextIO, people: Iterable[list[Row]], summary: Summary) -> Iterator[list[Row]]:
    """Write each person's rows as they come, count them in `summary`, and give them on (for a bar)."""
    table = csv.writer(out)
    table.writerow(HEADINGS)
    for rows in people:
        table.writerows(each.cells for each in rows)
        summary.add(rows)
        yield rows


def row(line: Line) -> Row:
    """The row of one line."""
    found = line.verdict
    if found is None:
        return Row(_harmless(line.document, line.name, line.category, *[""] * 9, line.trouble), False)
    leave, award = _leave(found), _award(found)
    cells = _harmless(
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
    if leave is None:
        return Row(cells, True)
    return Row(cells, True, BENEFIT_WORD[leave.state], leave.claimable, leave.pending_review)


def _leave(found: Verdict) -> BenefitVerdict | None:
    return next((each for each in found.benefits if each.unit == "hour"), None)


def _award(found: Verdict) -> BenefitVerdict | None:
    return next((each for each in found.benefits if each.unit == "award"), None)


def _harmless(*texts: str) -> tuple[str, ...]:
    """The cells; one that a spreadsheet would run as a formula is quoted."""
    return tuple(f"'{each}" if looks_like_formula(each) else each for each in texts)

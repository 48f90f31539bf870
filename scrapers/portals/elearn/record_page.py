"""The table under 個人專區 → 學習紀錄, one page of it.

Columns are found by normalised heading text, never by position. What is not understood is kept with its reason; a page
that is not as known is refused with the heading that is missing and the nearest one that is there.
"""

from __future__ import annotations

import hashlib
import json
import re
from dataclasses import dataclass
from functools import cached_property
from operator import itemgetter

from selectolax.lexbor import LexborNode

from rules.record import LearningRecord, UnreadRow
from rules.titles import split_code
from scrapers.errors import PageChanged
from scrapers.portals.elearn import cells
from scrapers.portals.elearn.headings import (
    HEADINGS,
    NAMES,
    REMEDY,
    REQUIRED,
    HeadingMissing,
    find_columns,
    key,
)
from scrapers.portals.elearn.shown_rows import EMPTY, ShownRow, marked_up, own_rows
from scrapers.snapshot import Snapshot

YEAR_BOXES = "select:not([name='pass_year'])"
_ENOUGH = 5  # so many known headings make a table the record table, whatever else is wrong with it

_NUMBER = r"(\d[\d,]{0,10})"
_TOTAL = re.compile(rf"共\s*{_NUMBER}\s*筆")
_SPAN = re.compile(rf"{_NUMBER}\s*[-–~～至]\s*{_NUMBER}\s*共\s*{_NUMBER}\s*筆")


class LearningRecordPage:
    """One page of the record table, read from a snapshot."""

    def __init__(self, snapshot: Snapshot) -> None:
        self.snapshot = snapshot

    @property
    def is_here(self) -> bool:
        """Whether this is a page with a record table at all, intact or not."""
        return bool(self._candidates)

    @cached_property
    def _candidates(self) -> list[tuple[list[ShownRow], list[str]]]:
        """Every table whose first rows hold enough of the known headings: its rows below, its headings as shown."""
        found = []
        for table in self.snapshot.tree.css("table"):
            rows = own_rows(table)
            apart = marked_up(table)
            for at, row in enumerate(rows[:3]):
                headings = ShownRow(row, apart).shown
                if sum(key(heading) in NAMES for heading in headings) >= _ENOUGH:
                    found.append(([ShownRow(each, apart) for each in rows[at + 1 :]], headings))
                    break
        return found

    @cached_property
    def _table(self) -> _Table:
        """The table to read: the first whole copy with rows.

        Raises PageChanged when there is no such table, when a heading is missing, doubled or renamed, or when two copies
        of the table (one is for phones, perhaps with fewer columns) do not say the same.
        """
        if not self._candidates:
            raise PageChanged(
                "學習紀錄頁與已知格式不同：找不到學習紀錄的表格。為免判斷錯誤，這次沒有儲存。", REMEDY
            )
        tables: list[_Table] = []
        narrow: list[
            PageChanged
        ] = []  # copies that lack a heading the record needs, as a copy for phones may
        counts: set[int] = set()
        for below, shown in self._candidates:
            headings = [key(each) for each in shown]
            rows = [row for row in below if not _is_again(row, headings)]
            if filled := [row for row in rows if len(row.shown) > 1]:
                counts.add(len(filled))
            try:
                tables.append(_Table(rows, find_columns(headings, shown), len(headings)))
            except HeadingMissing as why:
                narrow.append(why)
        if not tables:
            raise narrow[0]
        if len(tables) == len(self._candidates) == 1:
            return tables[0]
        filled_tables = [table for table in tables if table.said]
        if len(counts) > 1 or any(table.said != filled_tables[0].said for table in filled_tables):
            raise PageChanged(
                "學習紀錄頁與已知格式不同：有兩份內容不同的學習紀錄表格。為免判斷錯誤，這次沒有儲存。",
                REMEDY,
            )
        return (filled_tables or tables)[0]

    def rows(self) -> tuple[list[LearningRecord], list[UnreadRow]]:
        """Every row of the table: understood, or kept with the reason it was not.

        A single cell that spans the table is neither (it holds the empty text). Raises PageChanged as `_table` does.
        """
        columns, width = self._table.columns, self._table.width
        cells_of, number = itemgetter(*(columns[name] for name in REQUIRED)), columns.get("number")
        records: list[LearningRecord] = []
        unread: list[UnreadRow] = []
        for row in self._table.rows:
            shown = row.shown
            if not shown or row.is_remark:
                continue
            if len(shown) != width:
                unread.append(UnreadRow(tuple(shown), f"這一列有 {len(shown)} 欄，標題有 {width} 欄"))
                continue
            try:
                said = shown[number] if number is not None else ""
                records.append(_record(row.course_id, said, *cells_of(shown)))
            except ValueError as why:
                title = split_code(shown[columns["title"]])[0]
                unread.append(UnreadRow(tuple(shown), str(why), title or None))
        return records, unread

    @property
    def stated_total(self) -> int | None:
        """「共 n 筆」 as the page states it, beside its paging where it says both; None where it does not."""
        if found := _SPAN.search(self.snapshot.text):
            return _int(found[3])
        found = _TOTAL.search(self.snapshot.text)
        return _int(found[1]) if found else None

    @property
    def span(self) -> tuple[int, int] | None:
        """「1 - 10 共 19 筆」: which rows of the whole this page shows."""
        found = _SPAN.search(self.snapshot.text)
        return (_int(found[1]), _int(found[2])) if found else None

    @property
    def says_empty(self) -> bool:
        """Whether the page itself says that there is nothing (also while it is still loading)."""
        return bool(EMPTY.search(self.snapshot.text))

    def years(self) -> list[str]:
        """The values of the year filter, as the page offers them; empty where it has none."""
        box = self._year_box()
        return [_value(option) for option in box.css("option") if _is_year(option)] if box else []

    def selected_year(self) -> str | None:
        """The year the filter stands on, None without a filter or where no option is marked."""
        box = self._year_box()
        if box is None:
            return None
        marked = box.css_first("option[selected]")
        return _value(marked) if marked is not None and _is_year(marked) else None

    def _year_box(self) -> LexborNode | None:
        """A select whose options are years, whatever its name; the certificate panel's own (pass_year) is another filter."""
        for box in self.snapshot.tree.css(YEAR_BOXES):
            options = box.css("option")
            if options and sum(map(_is_year, options)) >= max(1, len(options) - 1):
                return box
        return None

    def content_sha256(self) -> str:
        """The hash of what the table says: the same table printed again is the same page."""
        said = [sorted(self._table.columns.items()), [row.shown for row in self._table.rows]]
        return hashlib.sha256(json.dumps(said, ensure_ascii=False).encode()).hexdigest()


@dataclass(frozen=True)
class _Table:
    """One copy of the table: the rows below its headings, the column of each name, and how many columns there are."""

    rows: list[ShownRow]
    columns: dict[str, int]
    width: int

    @cached_property
    def said(self) -> list[list[str]]:
        """What the rows say, in one order of columns whatever the table's own; cells of odd rows as they stand."""
        order = [self.columns[name] for name in HEADINGS if name in self.columns]
        return [
            [row.shown[at] for at in order] if len(row.shown) == self.width else row.shown
            for row in self.rows
            if len(row.shown) > 1
        ]


def _record(
    course_id: str | None,
    number: str,
    course_type: str,
    named: str,
    period: str,
    reading: str,
    exam: str,
    survey: str,
    condition: str,
    status: str,
    certified_hours: str,
    upload_status: str,
    uploaded_at: str,
) -> LearningRecord:
    """One row as a record, its cells in the order of REQUIRED. Raises ValueError for a cell that is not understood."""
    title, code = split_code(named)
    if not title:
        raise ValueError("課程名稱空白")
    start, end = cells.period(period)
    return LearningRecord(
        title=title,
        course_type=course_type or None,
        code=code,
        course_id=course_id,
        start=start,
        end=end,
        reading=cells.duration(reading),
        exam=exam or None,
        survey=survey or None,
        condition=condition or None,
        status=status or None,
        certified_hours=cells.certified_hours(certified_hours),
        upload_status=upload_status or None,
        uploaded_at=cells.moment(uploaded_at),
        number=number or None,
    )


def _is_again(row: ShownRow, headings: list[str]) -> bool:
    """Whether this is the heading row once more, as some tables print it at the foot."""
    return (
        len(row.shown) == len(headings)
        and key(row.shown[0]) == headings[0]
        and all(key(said) == heading for said, heading in zip(row.shown, headings, strict=True))
    )


def _int(digits: str) -> int:
    return int(digits.replace(",", ""))


def _value(option: LexborNode) -> str:
    value = option.attributes.get("value")
    return value if value is not None else option.text().strip()


def _is_year(option: LexborNode) -> bool:
    return re.fullmatch(r"(19|20)\d\d", _value(option).strip()) is not None

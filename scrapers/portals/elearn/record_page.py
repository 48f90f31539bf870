"""The table under 個人專區 → 學習紀錄, one page of it.

Columns are found by normalised heading text, never by position. What is not understood is kept with its reason; a page
that is not as known is refused with the heading that is missing and the nearest one that is there.
"""

from __future__ import annotations

import difflib
import hashlib
import json
import re
import unicodedata
from functools import cached_property

from selectolax.lexbor import LexborNode

from rules.record import LearningRecord, UnreadRow
from rules.titles import split_code
from scrapers.errors import PageChanged
from scrapers.portals.elearn import cells
from scrapers.snapshot import Snapshot

# Heading on the page (the manual's table of 2023, and the shorter forms of public scripts) → what it is called here.
HEADINGS: dict[str, tuple[str, ...]] = {
    "number": ("No.", "No", "項次", "編號"),
    "course_type": ("課程類型",),
    "title": ("課程名稱",),
    "period": ("上課期間",),
    "reading": ("閱讀時數",),
    "exam": ("測驗",),
    "survey": ("問卷",),
    "condition": ("通過條件",),
    "status": ("通過狀態",),
    "certified_hours": ("認證時數",),
    "upload_status": ("終身學習上傳狀態", "上傳狀態"),
    "uploaded_at": ("終身學習時數上傳時間", "上傳時間"),
}
REQUIRED = tuple(name for name in HEADINGS if name != "number")
_ENOUGH = 5  # so many known headings make a table the record table, whatever else is wrong with it

_COURSE_ID = re.compile(r"gotoCourse\(\s*['\"]?(\d+)")
_TOTAL = re.compile(r"共\s*([\d,]+)\s*筆")
_SPAN = re.compile(r"(\d+)\s*[-–~～至]\s*(\d+)\s*共\s*[\d,]+\s*筆")
_EMPTY = re.compile(r"無符合.{0,8}條件的.{0,6}資料|(查無|尚無|目前沒有|沒有).{0,6}(資料|紀錄)")


def _key(heading: str) -> str:
    return "".join(unicodedata.normalize("NFKC", heading).split()).casefold()


_NAMES = {_key(text): name for name, texts in HEADINGS.items() for text in texts}


class LearningRecordPage:
    """One page of the record table, read from a snapshot."""

    def __init__(self, snapshot: Snapshot) -> None:
        self.snapshot = snapshot

    @property
    def is_here(self) -> bool:
        """Whether this is a page with a record table at all, intact or not."""
        return bool(self._candidates)

    @cached_property
    def _candidates(self) -> list[tuple[LexborNode, list[LexborNode], list[str]]]:
        """Every table whose first rows hold enough of the known headings: the table, its rows below, its headings."""
        found = []
        for table in self.snapshot.tree.css("table"):
            rows = _own_rows(table)
            for at, row in enumerate(rows[:3]):
                headings = [_key(_text(cell)) for cell in _own_cells(row)]
                if sum(heading in _NAMES for heading in headings) >= _ENOUGH:
                    found.append((table, rows[at + 1 :], headings))
                    break
        return found

    @cached_property
    def _table(self) -> tuple[list[LexborNode], dict[str, int], int]:
        """The rows below the headings, the column of each name, and how many columns there are.

        Raises PageChanged when there is no such table, when a heading is missing, doubled or renamed, or when two copies
        of the table (one is for phones) do not say the same.
        """
        if not self._candidates:
            raise PageChanged(
                "學習紀錄頁與已知格式不同：找不到學習紀錄的表格。為免判斷錯誤，這次沒有儲存。", _REMEDY
            )
        tables = [
            (rows, _columns(headings, self._labels(table)), len(headings))
            for table, rows, headings in self._candidates
        ]
        first = tables[0]
        shown = [[_cells(row) for row in rows if len(_own_cells(row)) > 1] for rows, _, _ in tables]
        if any(each and each != shown[0] and shown[0] for each in shown[1:]):
            raise PageChanged(
                "學習紀錄頁與已知格式不同：有兩份內容不同的學習紀錄表格。為免判斷錯誤，這次沒有儲存。",
                _REMEDY,
            )
        return next((table for table, rows in zip(tables, shown, strict=True) if rows), first)

    @staticmethod
    def _labels(table: LexborNode) -> dict[str, str]:
        """Normalised heading → heading as shown, for messages."""
        return {_key(_text(cell)): _text(cell) for row in _own_rows(table)[:3] for cell in _own_cells(row)}

    def rows(self) -> tuple[list[LearningRecord], list[UnreadRow]]:
        """Every row of the table: understood, or kept with the reason it was not.

        A single cell that spans the table is neither (it holds the empty text). Raises PageChanged as `_table` does.
        """
        rows, columns, width = self._table
        records: list[LearningRecord] = []
        unread: list[UnreadRow] = []
        for row in rows:
            found = _own_cells(row)
            if len(found) <= 1:
                continue
            shown = [_text(cell) for cell in found]
            if [_key(each) for each in shown] == self._candidates[0][2]:
                continue  # the heading row again, as some tables print it at the foot
            if len(shown) != width:
                unread.append(UnreadRow(tuple(shown), f"這一列有 {len(shown)} 欄，標題有 {width} 欄"))
                continue
            title = split_code(" ".join(shown[columns["title"]].split()))[0]
            try:
                records.append(_record(shown, columns, row.html or ""))
            except ValueError as why:
                unread.append(UnreadRow(tuple(shown), str(why), title or None))
        return records, unread

    @property
    def stated_total(self) -> int | None:
        """「共 n 筆」 as the page states it, None where it does not."""
        found = _TOTAL.search(self.snapshot.text)
        return int(found[1].replace(",", "")) if found else None

    @property
    def span(self) -> tuple[int, int] | None:
        """「1 - 10 共 19 筆」: which rows of the whole this page shows."""
        found = _SPAN.search(self.snapshot.text)
        return (int(found[1]), int(found[2])) if found else None

    @property
    def says_empty(self) -> bool:
        """Whether the page itself says that there is nothing (also while it is still loading)."""
        return bool(_EMPTY.search(self.snapshot.text))

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
        """A select whose options are years, whatever its name."""
        for box in self.snapshot.tree.css("select"):
            options = box.css("option")
            if options and sum(map(_is_year, options)) >= max(1, len(options) - 1):
                return box
        return None

    def content_sha256(self) -> str:
        """The hash of what the table says: the same table printed again is the same page."""
        rows, columns, _ = self._table
        said = [sorted(columns.items()), [_cells(row) for row in rows]]
        return hashlib.sha256(json.dumps(said, ensure_ascii=False).encode()).hexdigest()


_REMEDY = "請更新本程式；急用時可用先前的紀錄準備申請文件（elearn claim --offline）。"


def _columns(headings: list[str], labels: dict[str, str]) -> dict[str, int]:
    """The column of every name. Raises PageChanged for a heading that is missing (with the nearest one) or doubled."""
    columns: dict[str, int] = {}
    for at, heading in enumerate(headings):
        name = _NAMES.get(heading)
        if name is None:
            continue
        if name in columns:
            raise PageChanged(
                f"學習紀錄頁與已知格式不同：有兩個「{labels[heading]}」欄。為免判斷錯誤，這次沒有儲存。",
                _REMEDY,
            )
        columns[name] = at
    missing = [name for name in REQUIRED if name not in columns]
    if missing:
        wanted = HEADINGS[missing[0]][0]
        others = [each for each in headings if each and each not in _NAMES]
        nearest = difflib.get_close_matches(_key(wanted), others, n=1, cutoff=0.3)
        hint = f"，最接近的是「{labels.get(nearest[0], nearest[0])}」" if nearest else ""
        raise PageChanged(
            f"學習紀錄頁與已知格式不同：找不到「{wanted}」欄{hint}。為免判斷錯誤，這次沒有儲存。", _REMEDY
        )
    return columns


def _record(shown: list[str], columns: dict[str, int], html: str) -> LearningRecord:
    """One row as a record. Raises ValueError for a cell that is not understood."""

    def cell(name: str) -> str:
        return shown[columns[name]]

    title, code = split_code(" ".join(cell("title").split()))
    if not title:
        raise ValueError("課程名稱空白")
    start, end = cells.period(cell("period"))
    course_id = _COURSE_ID.search(html)
    return LearningRecord(
        title=title,
        course_type=cells.text(cell("course_type")),
        code=code,
        course_id=course_id[1] if course_id else None,
        start=start,
        end=end,
        reading=cells.duration(cell("reading")),
        exam=cells.text(cell("exam")),
        survey=cells.text(cell("survey")),
        condition=cells.text(cell("condition")),
        status=cells.text(cell("status")),
        certified_hours=cells.certified_hours(cell("certified_hours")),
        upload_status=cells.text(cell("upload_status")),
        uploaded_at=cells.moment(cell("uploaded_at")),
        number=cells.text(cell("number")) if "number" in columns else None,
    )


def _own_rows(table: LexborNode) -> list[LexborNode]:
    """The rows of this table, not those of a table inside one of its cells."""
    rows = table.css("tr")
    if len(table.css("table")) <= 1:
        return rows
    return [row for row in rows if _closest_table(row) == table]


def _closest_table(node: LexborNode) -> LexborNode | None:
    above = node.parent
    while above is not None and above.tag != "table":
        above = above.parent
    return above


def _own_cells(row: LexborNode) -> list[LexborNode]:
    return [cell for cell in row.iter() if cell.tag in ("td", "th")]


def _text(cell: LexborNode) -> str:
    return " ".join(cell.text(separator=" ").split())


def _cells(row: LexborNode) -> list[str]:
    return [_text(cell) for cell in _own_cells(row)]


def _value(option: LexborNode) -> str:
    value = option.attributes.get("value")
    return value if value is not None else option.text().strip()


def _is_year(option: LexborNode) -> bool:
    return re.fullmatch(r"(19|20)\d\d", _value(option).strip()) is not None

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
from collections.abc import Set
from dataclasses import dataclass
from functools import cached_property
from operator import itemgetter

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
YEAR_BOXES = "select:not([name='pass_year'])"
_ENOUGH = 5  # so many known headings make a table the record table, whatever else is wrong with it

_COURSE_ID = re.compile(r"gotoCourse\(\s*(?:['\"]|&quot;)?(\d+)")
_NUMBER = r"(\d[\d,]{0,10})"
_TOTAL = re.compile(rf"共\s*{_NUMBER}\s*筆")
_SPAN = re.compile(rf"{_NUMBER}\s*[-–~～至]\s*{_NUMBER}\s*共\s*{_NUMBER}\s*筆")
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
    def _candidates(self) -> list[tuple[list[_Row], list[str]]]:
        """Every table whose first rows hold enough of the known headings: its rows below, its headings as shown."""
        found = []
        for table in self.snapshot.tree.css("table"):
            rows = _own_rows(table)
            marked_up = _marked_up(table)
            for at, row in enumerate(rows[:3]):
                headings = _Row(row, marked_up).shown
                if sum(_key(heading) in _NAMES for heading in headings) >= _ENOUGH:
                    found.append(([_Row(each, marked_up) for each in rows[at + 1 :]], headings))
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
                "學習紀錄頁與已知格式不同：找不到學習紀錄的表格。為免判斷錯誤，這次沒有儲存。", _REMEDY
            )
        tables: list[_Table] = []
        narrow: list[
            PageChanged
        ] = []  # copies that lack a heading the record needs, as a copy for phones may
        counts: set[int] = set()
        for below, shown in self._candidates:
            headings = [_key(each) for each in shown]
            rows = [row for row in below if not _is_again(row, headings)]
            if filled := [row for row in rows if len(row.shown) > 1]:
                counts.add(len(filled))
            try:
                tables.append(_Table(rows, _columns(headings, shown), len(headings)))
            except _HeadingMissing as why:
                narrow.append(why)
        if not tables:
            raise narrow[0]
        if len(tables) == len(self._candidates) == 1:
            return tables[0]
        filled_tables = [table for table in tables if table.said]
        if len(counts) > 1 or any(table.said != filled_tables[0].said for table in filled_tables):
            raise PageChanged(
                "學習紀錄頁與已知格式不同：有兩份內容不同的學習紀錄表格。為免判斷錯誤，這次沒有儲存。",
                _REMEDY,
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


_CELLS = ("td", "th")


class _Row:
    """One row of a table: its cells, and what each says on one line. Either is worked out once."""

    __slots__ = ("_node", "shown")

    def __init__(self, node: LexborNode, marked_up: Set[int]) -> None:
        self._node = node
        # A cell whose markup parts no words has its text at once; any other is read as a person reads it.
        said = [
            _text(cell) if cell.mem_id in marked_up else cell.text()
            for cell in node.iter()
            if cell.tag in _CELLS
        ]
        self.shown = [" ".join(each.split()) if each.isprintable() else _seen(each) for each in said]

    @property
    def course_id(self) -> str | None:
        """The portal's number of the course, where the row's link names it."""
        found = _COURSE_ID.search(self._node.html or "")
        return found[1] if found else None

    @property
    def is_remark(self) -> bool:
        """Whether the only cell is a remark on the table (it spans columns, says that there is nothing, or is blank)."""
        if len(self.shown) != 1:
            return False
        only = next(cell for cell in self._node.iter() if cell.tag in _CELLS)
        spans = (only.attributes.get("colspan") or "1") != "1"
        return not self.shown[0] or spans or bool(_EMPTY.search(self.shown[0]))


@dataclass(frozen=True)
class _Table:
    """One copy of the table: the rows below its headings, the column of each name, and how many columns there are."""

    rows: list[_Row]
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


class _HeadingMissing(PageChanged):
    """A heading the record needs is not there."""


_REMEDY = "請更新本程式；急用時可用先前的紀錄準備申請文件（elearn claim --offline）。"


def _columns(headings: list[str], shown: list[str]) -> dict[str, int]:
    """The column of every name. Raises PageChanged for a heading that is missing (with the nearest one) or doubled."""
    labels = dict(zip(headings, shown, strict=True))
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
        raise _HeadingMissing(
            f"學習紀錄頁與已知格式不同：找不到「{wanted}」欄{hint}。為免判斷錯誤，這次沒有儲存。", _REMEDY
        )
    return columns


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


def _own_rows(table: LexborNode) -> list[LexborNode]:
    """The rows of this table, not those of a table inside one of its cells."""
    rows = table.css("tr")
    if len(table.css("table")) <= 1:
        return rows
    return [row for row in rows if _closest_table(row) == table.mem_id]


def _closest_table(node: LexborNode) -> int | None:
    above = node.parent
    while above is not None and above.tag != "table":
        above = above.parent
    return above.mem_id if above is not None else None


def _marked_up(table: LexborNode) -> set[int]:
    """The elements (their `mem_id`), cells among them, that hold one which is not read as part of a word, at any depth."""
    found = set[int]()
    for each in table.css("td *, th *"):
        if each.tag not in _INLINE:
            above = each.parent
            while above is not None and above.mem_id not in found:
                found.add(above.mem_id)
                above = above.parent
    return found


def _is_again(row: _Row, headings: list[str]) -> bool:
    """Whether this is the heading row once more, as some tables print it at the foot."""
    return (
        len(row.shown) == len(headings)
        and _key(row.shown[0]) == headings[0]
        and all(_key(said) == heading for said, heading in zip(row.shown, headings, strict=True))
    )


# Tags that part no words: 「政府<b>數位</b>轉型」 reads as one word, as it does on the screen.
_INLINE = frozenset(
    (
        *("a", "abbr", "b", "big", "cite", "code", "em", "font", "i", "ins", "label", "mark", "s", "small"),
        *("span", "strong", "sub", "sup", "tt", "u", "wbr"),
    )
)
_SILENT = frozenset(("script", "style", "template", "noscript"))
# Zero width spaces and joiners, soft hyphens, byte order marks and control characters: nobody sees them.
_UNSEEN = re.compile("[\u00ad\u200b-\u200f\u2060\ufeff\x00-\x08\x0e-\x1b\x7f]")


def _text(cell: LexborNode) -> str:
    """What the cell says, as a person reads it: a blank where the markup parts words."""
    if all(each.tag == "br" for each in cell.iter()):
        return cell.text(separator=" ")
    return _walked(cell)


def _walked(cell: LexborNode) -> str:
    """The same for a cell of any markup."""
    parts: list[str] = []
    todo: list[LexborNode | None] = [cell]
    while todo:
        node = todo.pop()
        if node is None:
            parts.append(" ")
        elif node.tag == "-text":
            parts.append(node.text_content or "")
        elif node.tag not in _SILENT:
            block = node.tag not in _INLINE
            parts.append(" " if block else "")
            todo += [*([None] if block else []), *reversed(list(node.iter(include_text=True)))]
    return "".join(parts)


def _seen(said: str) -> str:
    """What of a text can be seen, on one line."""
    return " ".join(_UNSEEN.sub("", said).split())


def _int(digits: str) -> int:
    return int(digits.replace(",", ""))


def _value(option: LexborNode) -> str:
    value = option.attributes.get("value")
    return value if value is not None else option.text().strip()


def _is_year(option: LexborNode) -> bool:
    return re.fullmatch(r"(19|20)\d\d", _value(option).strip()) is not None

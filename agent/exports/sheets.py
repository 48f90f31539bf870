"""What an exported spreadsheet holds: sheets of typed cells. A text stays a text, whatever it begins with."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from math import ceil

from rich.cells import cell_len

from agent.clock import TAIPEI
from agent.records_file import RecordsFile
from agent.roc import roc_datetime
from rules.record import LearningRecord, Origin

Cell = str | Decimal | datetime | date | timedelta | None

LONGEST = 32_767  # characters; a spreadsheet's cell takes no more
_UNSEEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ufffe\uffff]")  # no XML could hold them
_ORIGIN = {
    Origin.PORTAL: "平臺",
    Origin.SAVED_PAGE: "存檔的網頁",
    Origin.RECORDS_FILE: "紀錄檔",
    Origin.REPLICA: "複製平臺（測試）",
}
# Heading and width in characters of Latin text; a Chinese character takes two.
_COLUMNS: tuple[tuple[str, int], ...] = (
    ("課程類型", 9),
    ("課程名稱", 34),
    ("課程代碼", 20),
    ("上課期間起", 20),
    ("上課期間迄", 20),
    ("閱讀時數", 11),
    ("測驗", 8),
    ("問卷", 8),
    ("通過條件", 40),
    ("通過狀態", 10),
    ("認證時數", 9),
    ("終身學習上傳狀態", 10),
    ("終身學習時數上傳時間", 20),
    ("資料來源", 10),
)
_GONE = ("平臺不再顯示（自）", 12)


@dataclass(frozen=True, slots=True)
class Sheet:
    """One sheet: headings with their widths, and rows of as many cells."""

    name: str
    columns: tuple[tuple[str, int], ...]
    rows: tuple[tuple[Cell, ...], ...]


def lines_of(row: Sequence[Cell], columns: Sequence[tuple[str, int]]) -> int:
    """How many lines the tallest text of a row takes when it is broken at its column's width."""
    return max(
        (
            sum(max(1, ceil(cell_len(line) * 1.1 / width)) for line in cell.split("\n"))
            for cell, (_, width) in zip(row, columns, strict=True)
            if isinstance(cell, str)
        ),
        default=1,
    )


@dataclass(frozen=True, slots=True)
class Workbook:
    """The sheets; `is_test`: made from records of a replica, so that each printed page must say so."""

    sheets: tuple[Sheet, ...]
    is_test: bool
    made_at: datetime


def workbook(found: RecordsFile, now: datetime) -> Workbook:
    """Records, the rows that were not understood where there are any, and where all of it comes from."""
    rows = tuple((*_row(each), each.gone_since) for each in found.records)
    columns: tuple[tuple[str, int], ...] = (*_COLUMNS, _GONE)
    if not any(row[-1] for row in rows):
        rows, columns = tuple(row[:-1] for row in rows), _COLUMNS
    sheets = [Sheet("學習紀錄", columns, rows)]
    if found.unread:
        widest = max(len(each.cells) for each in found.unread)
        headings = (("原因", 40), *((f"原欄 {at}", 18) for at in range(1, widest + 1)))
        kept = tuple(
            tuple(clean(each) for each in (one.reason, *one.cells, *[""] * (widest - len(one.cells))))
            for one in found.unread
        )
        sheets.append(Sheet("未能判讀", headings, kept))
    is_test = found.is_test or any(each.origin is Origin.REPLICA for each in found.records)
    sheets.append(_about(found, now, is_test=is_test))
    return Workbook(tuple(sheets), is_test, found.taken_at or now)


def _row(record: LearningRecord) -> tuple[Cell, ...]:
    return (
        clean(record.course_type),
        clean(record.title),
        clean(record.code),
        record.start,
        record.end,
        record.reading,
        clean(record.exam),
        clean(record.survey),
        clean(record.condition),
        clean(record.status),
        record.certified_hours,
        clean(record.upload_status),
        record.uploaded_at,
        _ORIGIN[record.origin],
    )


def clean(text: str | None) -> str | None:
    """The text without what no file of this kind can hold, cut where a cell ends; None stays a blank cell."""
    if not text:
        return None
    plain = (
        _UNSEEN.sub("", text.replace("\r\n", "\n").replace("\r", "\n")).encode("utf-8", "replace").decode()
    )
    return plain if len(plain) <= LONGEST else f"{plain[: LONGEST - 1]}…"


def _about(found: RecordsFile, now: datetime, *, is_test: bool) -> Sheet:
    taken = roc_datetime(found.taken_at.astimezone(TAIPEI)) if found.taken_at else "還沒有讀取過"
    lines: Sequence[tuple[str, str]] = (
        *((("測試", "這份紀錄來自複製平臺，不是真的學習紀錄。"),) if is_test else ()),
        ("讀取時間", taken),
        ("來源", found.source or "－"),
        ("筆數", f"{len(found.records)} 筆；未能判讀 {len(found.unread)} 筆"),
        ("平臺顯示", f"共 {found.total_stated} 筆" if found.total_stated is not None else "沒有顯示總筆數"),
        ("匯出時間", roc_datetime(now.astimezone(TAIPEI))),
        ("時間", "起迄與上傳時間為臺北時間，是可排序的日期時間；閱讀時數為時:分:秒。"),
        ("用途", "由申請人電腦依平臺紀錄匯出，不是平臺的官方證明。"),
    )
    return Sheet("說明", (("項目", 14), ("內容", 80)), tuple((one, clean(two)) for one, two in lines))

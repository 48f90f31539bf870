"""The office's list of claims as a table for spreadsheets: CSV and OpenDocument."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable, Sequence
from decimal import Decimal

from agent.claims.batch import Line

STATES = {"ok": "一致", "differs": "不一致", "unreadable": "無法讀取"}
HEADINGS = (
    "檔案", "結果", "姓名", "服務單位", "計畫", "申請案", "課程套", "申請時數", "其中待認定", "核對碼", "差異", "附註",
)  # fmt: skip
_NUMBERS = (HEADINGS.index("申請時數"), HEADINGS.index("其中待認定"))
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")


def rows(lines: Sequence[Line]) -> list[tuple[str, ...]]:
    """The headings and a row for each claim. A cell that a spreadsheet would run as a formula is quoted."""
    return [HEADINGS, *(tuple(map(_harmless, _cells(each))) for each in lines)]


def _cells(line: Line) -> tuple[str, ...]:
    return (
        line.file,
        STATES[line.state],
        line.name,
        line.unit,
        line.plan,
        line.claim,
        "、".join(line.sets),
        line.hours,
        line.review_hours,
        line.code,
        "；".join(line.differences),
        "；".join(line.notes),
    )


def _harmless(text: str) -> str:
    kept = "".join(each for each in text if each == "\n" or ord(each) >= 0x20)
    return f"'{kept}" if kept.startswith(_FORMULA) else kept


def as_csv(lines: Sequence[Line]) -> bytes:
    """CSV with a byte order mark, as spreadsheets in Taiwan expect it."""
    out = io.StringIO()
    csv.writer(out).writerows(rows(lines))
    return f"\ufeff{out.getvalue()}".encode()


def as_ods(lines: Sequence[Line]) -> bytes:
    """An OpenDocument spreadsheet; hours are numbers and all else is text, so nothing in it is a formula."""
    from odfdo import Document, Row, Table  # noqa: PLC0415 - slow to import, seldom needed

    document = Document("spreadsheet")
    document.body.clear()
    table = Table("人事檢核")
    for cells in rows(lines):
        row = Row()
        row.set_values([_number(each) if at in _NUMBERS else each for at, each in enumerate(cells)])
        table.append_row(row)
    document.body.append(table)
    made = io.BytesIO()
    document.save(made)
    return made.getvalue()


def _number(text: str) -> Decimal | str:
    return Decimal(text) if re.fullmatch(r"\d{1,4}(\.\d{1,2})?", text) else text


FORMATS: dict[str, Callable[[Sequence[Line]], bytes]] = {"csv": as_csv, "ods": as_ods}

"""The records as CSV, for spreadsheets."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence

from agent.records_file import record_json
from rules.record import LearningRecord

_COLUMNS = (
    ("課程類型", "course_type"),
    ("課程名稱", "title"),
    ("課程代碼", "code"),
    ("上課期間起", "start"),
    ("上課期間迄", "end"),
    ("閱讀時數", "reading"),
    ("測驗", "exam"),
    ("問卷", "survey"),
    ("通過條件", "condition"),
    ("通過狀態", "status"),
    ("認證時數", "certified_hours"),
    ("終身學習上傳狀態", "upload_status"),
    ("終身學習時數上傳時間", "uploaded_at"),
    ("資料來源", "origin"),
)
_GONE = (
    "平臺不再顯示（自）",
    "gone_since",
)  # a column only where a row is gone, so that other files stay as they were
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")


def write_csv(records: Sequence[LearningRecord]) -> str:
    """CSV with a byte order mark for spreadsheets; a cell that a spreadsheet would run as a formula is quoted."""
    out = io.StringIO()
    out.write("\ufeff")
    writer = csv.writer(out)
    columns = (*_COLUMNS, _GONE) if any(each.gone_since for each in records) else _COLUMNS
    writer.writerow([heading for heading, _ in columns])
    for record in records:
        row = record_json(record)
        writer.writerow([_harmless(row.get(key)) for _, key in columns])
    return out.getvalue()


def looks_like_formula(text: str) -> bool:
    """Whether a spreadsheet might run this text as a formula."""
    return text.startswith(_FORMULA)


def _harmless(value: object) -> str:
    shown = "" if value is None else str(value)
    return f"'{shown}" if looks_like_formula(shown) else shown

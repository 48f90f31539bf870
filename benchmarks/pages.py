"""Record pages of any length in the portal's markup, with invented rows."""

from __future__ import annotations

from benchmarks.people import records_of
from rules.record import LearningRecord

HEADINGS = (
    *(
        "No.",
        "課程類型",
        "課程名稱",
        "上課期間",
        "閱讀時數",
        "測驗",
        "問卷",
        "通過條件",
        "通過狀態",
        "認證時數",
    ),
    *("終身學習上傳狀態", "終身學習時數上傳時間"),
)
_PEOPLE_ROWS = 200


def record_page(rows: int) -> str:
    """The HTML of a logged-in record page whose table has so many rows."""
    records = [
        each for number in range(-(-rows // _PEOPLE_ROWS)) for each in records_of(number, _PEOPLE_ROWS)
    ]
    head = "".join(f"<th>{each}</th>" for each in HEADINGS)
    body = "\n".join(_row(at, each) for at, each in enumerate(records[:rows], 1))
    return (
        '<!DOCTYPE html><html lang="zh-Hant-TW"><head><meta charset="utf-8"><title>學習紀錄</title></head><body>'
        '<span class="co-realname">測試員</span> <span class="co-username">平台識別碼：invented-0001</span>'
        '<a href="/mooc/user/learn_dashboard.php">個人專區</a> <a href="/logout.php">登出</a>'
        f'<div class="for-desk"><table id="pc_data" class="data-table">\n<tr>{head}</tr>\n{body}\n</table></div>'
        f'<span class="paginate-message">1 - {rows} 共 {rows} 筆</span></body></html>'
    )


def _row(at: int, each: LearningRecord) -> str:
    cells = (
        str(at),
        each.course_type or "",
        f'<a href="javascript:void(0)" onclick="gotoCourse({10_000_000 + at})">{each.title} ({each.code})</a>',
        f"{each.start:%Y-%m-%d %H:%M:%S}~<br>{each.end:%Y-%m-%d %H:%M:%S}",
        "01:00:00",
        each.exam or "",
        each.survey or "",
        each.condition or "",
        each.status or "",
        str(each.certified_hours or ""),
        each.upload_status or "",
        f"{each.uploaded_at:%Y-%m-%d %H:%M:%S}" if each.uploaded_at else "",
    )
    return "<tr>" + "".join(f"<td>{cell}</td>" for cell in cells) + "</tr>"

"""The headings of the record table: found by their normalised text, never by position."""

from __future__ import annotations

import difflib
import unicodedata

from scrapers.errors import PageChanged

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
REMEDY = "請更新本程式；急用時可用先前的紀錄準備申請文件（elearn claim --offline）。"


def key(heading: str) -> str:
    """A heading as it is compared: without blanks, widths and cases."""
    return "".join(unicodedata.normalize("NFKC", heading).split()).casefold()


NAMES = {key(text): name for name, texts in HEADINGS.items() for text in texts}


class HeadingMissing(PageChanged):
    """A heading the record needs is not there."""


def find_columns(headings: list[str], shown: list[str]) -> dict[str, int]:
    """The column of every name. Raises PageChanged for a heading that is missing (with the nearest one) or doubled."""
    labels = dict(zip(headings, shown, strict=True))
    columns: dict[str, int] = {}
    for at, heading in enumerate(headings):
        name = NAMES.get(heading)
        if name is None:
            continue
        if name in columns:
            raise PageChanged(
                f"學習紀錄頁與已知格式不同：有兩個「{labels[heading]}」欄。為免判斷錯誤，這次沒有儲存。",
                REMEDY,
            )
        columns[name] = at
    missing = [name for name in REQUIRED if name not in columns]
    if missing:
        wanted = HEADINGS[missing[0]][0]
        others = [each for each in headings if each and each not in NAMES]
        nearest = difflib.get_close_matches(key(wanted), others, n=1, cutoff=0.3)
        hint = f"，最接近的是「{labels.get(nearest[0], nearest[0])}」" if nearest else ""
        raise HeadingMissing(
            f"學習紀錄頁與已知格式不同：找不到「{wanted}」欄{hint}。為免判斷錯誤，這次沒有儲存。", REMEDY
        )
    return columns

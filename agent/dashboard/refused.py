"""What went wrong with one answer of the page (a form that was sent, a page that was asked for) rather than with a run.

The same three parts as of a run, but the way on leads back to where it came from: trying again as a run does would start an update,
and the settings are not at fault for a date that was mistyped.
"""

from __future__ import annotations

from collections.abc import Container
from dataclasses import replace

from agent.dashboard.failures import Failure, failure
from agent.dashboard.plainly import plainly
from agent.dashboard.progress import Ended
from agent.dashboard.states import Link

# Exit codes whose own way on is right here too: a defect, the settings, who logs in, what was stopped or lost.
_OWN_WAY = (1, 10, 11, 16, 17, 18, 19)
_SENT, _ASKED = "送出的內容沒有儲存。", "這次沒有開始，資料沒有變動。"
LARGEST = 300_000_000  # bytes of one upload: a few claims, or a year of saved pages
TOO_LARGE = Ended(
    2,
    "config",
    f"送出的檔案太大（合計上限 {LARGEST // 1_000_000} MB）。",
    "請確認選的檔案正確，或分幾次送出。",
)
TOO_MANY = Ended(2, "config", "送出的內容無法讀取，或一次選了超過 200 個檔案。", "請分幾次送出。")
NO_TOKEN = Ended(2, "config", "這項變更不是從本頁送出的，沒有執行。", "請回上一頁重新整理後再試。")
BY_BUTTON = Ended(
    2, "config", "這個網址要由頁面上的按鈕送出，不能直接開啟。", "請回到原來的頁面，再按一次按鈕。"
)


def page_of(path: str, pages: Container[str], *, sent: bool) -> str:
    """Where to go back to: the page that the form stands on, or of which this is a part; the first page where there is none."""
    above = "/" + path.split("/")[1]
    if sent and path in pages:
        return path
    return above if above in pages and above != path else "/"


def refused(ended: Ended, back: str, *, sent: bool, is_config: bool = False) -> Failure:
    """The sentences for an answer that could not be given. `is_config`: the settings file itself cannot be used."""
    found = failure(ended)
    if ended.code in _OWN_WAY or is_config:
        return found
    remedy = plainly(ended.remedy)
    if ended.code == 15:
        remedy = "請等它完成，再回上一頁送一次。" if sent else "請等它完成，再開啟一次。"
    label = "回總覽" if back == "/" else "回上一頁再送一次" if sent else "回上一頁"
    return replace(
        found,
        happened=ended.message,
        means=_SENT if sent else _ASKED,
        todo=remedy or "請回上一頁修改後再送一次。",
        way=Link(label, back),
    )

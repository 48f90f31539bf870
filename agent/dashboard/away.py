"""Who is not let in, or asks for what this page cannot answer: never bare text, always what happened, what it means, what to do.

These pages are shown to whoever asks: they hold no token, no name and nothing of the home.
"""

from __future__ import annotations

from dataclasses import dataclass

from starlette.responses import HTMLResponse, Response

from agent.dashboard.looks import render


@dataclass(frozen=True, slots=True)
class Away:
    """The three parts with their status; `details` are folded away. `is_named`: whether this program may be named to who asks."""

    status: int
    happened: str
    means: str
    todo: str
    details: str = ""
    is_named: bool = True


_ICON = "請從桌面圖示「我的數位學習補休」重新開啟。"
_UNCHANGED = "沒有任何變動。"
EXPIRED = Away(403, "此頁已過期", "您的紀錄與文件都還在，沒有任何變動。", _ICON, "elearn dashboard")
# Asked for by another name: a page of another site may have bound it to this machine, and shall not learn what answers here.
OTHER_NAME = Away(421, "這裡不是您要找的網頁", _UNCHANGED, "請關閉這個分頁。", is_named=False)
FROM_ELSEWHERE = Away(403, "這個網頁不能由其他網頁開啟", _UNCHANGED, _ICON)
NOT_OWN = Away(403, "這項變更不是從本頁送出的，沒有執行", _UNCHANGED, _ICON)
NOT_THERE = Away(404, "沒有這一頁", _UNCHANGED, _ICON)
UNREADABLE = Away(400, "送來的內容無法讀取", _UNCHANGED, _ICON)


def turned_away(away: Away) -> Response:
    """The page that says so."""
    return HTMLResponse(render("away.html", away=away), away.status)

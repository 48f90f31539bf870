"""What the portal's pages say about who is looking: logged in, guest, not a civil servant, displaced.

Being logged in is proved by the page's own signs, never by an address or a cookie: the 個人專區 link and 登出 are there and
the log-in link is not.
"""

from __future__ import annotations

import re

from scrapers.portals.portal import Owner, Standing
from scrapers.snapshot import Snapshot

# The two texts of the manual's dialog; 非公務帳號 alone could as well stand in the news.
_NOT_OFFICIAL = re.compile(r"您目前所使用的是\s*一般民眾\s*帳號|帳號身分為\s*一般民眾")
_CONSENT = re.compile(r"會員規範條款.*同意.*不同意|歡迎加入.{0,30}會員行列", re.DOTALL)
_IDLE = re.compile(r"閒置過久|閒置逾時|太久(沒有|未)操作")
_OTHER = re.compile(r"重複登入|(其他|別的|另一)(台|個)?(裝置|地方|電腦|瀏覽器).{0,6}登入")
_ENDED = re.compile(r"已被登出|連線已中斷")
MAINTENANCE = re.compile(r"系統維護|維護中|暫停服務|Service Unavailable|系統忙碌")
_ID = re.compile(
    r"平[台臺]識別碼\s*[:：]\s*([!-~]+)"
)  # what follows a blank one is the page's next word, in Chinese


def standing(page: Snapshot) -> Standing:
    """How the portal sees whoever opened this page."""
    said = " ".join((*page.dialogs, page.text))
    if page.status is not None and page.status >= 500:
        return Standing.UNAVAILABLE
    if _NOT_OFFICIAL.search(said) or any("非公務帳號" in each for each in page.dialogs):
        return Standing.NOT_OFFICIAL
    logged_in = _says_logged_in(page)
    if _CONSENT.search(page.text) and not logged_in:
        return Standing.CONSENT
    if page.path.endswith("/connect_lost.php"):
        return Standing.DISPLACED
    ended = _ended(" ".join(page.dialogs))
    if ended is not None:
        return ended
    if logged_in:
        return Standing.LOGGED_IN
    if _log_in_link(page):
        return Standing.GUEST
    ended = _ended(page.text)
    if ended is not None:
        return ended
    return Standing.UNAVAILABLE if MAINTENANCE.search(said) else Standing.UNKNOWN


def _ended(said: str) -> Standing | None:
    """A session that ended: displaced where another log-in is spoken of, or no cause is given; idle where that is the cause."""
    if _OTHER.search(said):
        return Standing.DISPLACED
    if _IDLE.search(said):
        return Standing.IDLE
    return Standing.DISPLACED if _ENDED.search(said) else None


def _says_logged_in(page: Snapshot) -> bool:
    words = {"".join(link.text().split()) for link in page.tree.css("a, button")}
    leaves = any(word == "登出" for word in words) or page.has("a[href*='logout.php']")
    area = any(word.startswith("個人專區") for word in words) or page.has("a[href*='learn_dashboard.php']")
    return leaves and area and not _log_in_link(page)


def _log_in_link(page: Snapshot) -> bool:
    return page.has("a[href*='co_login_dialog']")


def owner(page: Snapshot) -> Owner:
    """The name and 平臺識別碼 shown on a page of somebody logged in."""
    name = page.tree.css_first(".co-realname")
    found = _ID.search(page.text)
    return Owner(name.text().strip() if name else "", found.group(1) if found else "")

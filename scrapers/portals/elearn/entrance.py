"""From the portal's chooser to a gateway, the way a person goes: 登入 → 公務人員登入 → the gateway's link."""

from __future__ import annotations

import contextlib
from urllib.parse import urlsplit

from scrapers.browser import BrowserTrouble, GuardedBrowser, Page
from scrapers.errors import Unavailable
from scrapers.portals.elearn import addresses
from scrapers.portals.elearn.signs import MAINTENANCE, standing
from scrapers.portals.portal import Standing

_BUSY = "了解，我清楚了"
_GUIDE = "/mooc/co_gov_login_guide.php"
_GUIDE_BUTTON = "登入我的e政府"


def choose(browser: GuardedBrowser, page: Page, words: str, href: str, entry: str) -> None:
    """Open the chooser and take the link whose address holds `href`, else the first that says `words`, else go to `entry`.

    A busy notice before the chooser and the guide page behind 我的e政府 are passed by their own buttons, which only lead on.
    Afterwards the gateway may stand in this tab, in a new window or in a frame. Raises Unavailable where the chooser itself
    says so: a password sent for a portal that is down is sent for nothing.
    """
    chooser = browser.visit(page, addresses.CHOOSER)
    if standing(chooser) is Standing.UNAVAILABLE:
        raise _down()
    _press(page, _BUSY)
    link = page.locator(f"a[href*='{href}']").first
    if not _there(page, f"a[href*='{href}']"):
        link = page.locator("a", has_text=words).first
        if not _there(page, "a", words):
            if MAINTENANCE.search(
                chooser.text
            ):  # with the log-in link still there it looks like any page of a guest
                raise _down()
            browser.visit(page, entry)
            return
    with contextlib.suppress(BrowserTrouble):
        link.click()
    browser.check()
    _settle(page)
    if urlsplit(page.url).path == _GUIDE:
        _press(page, _GUIDE_BUTTON)
        browser.check()


def _down() -> Unavailable:
    return Unavailable("平臺目前無法使用（維護中或系統錯誤）。", "不用處理，稍後會再試。")


def _there(page: Page, selector: str, words: str | None = None) -> bool:
    found = page.locator(selector, has_text=words) if words else page.locator(selector)
    return found.count() > 0 and found.first.is_visible()


def _press(page: Page, words: str) -> None:
    """Press a button that only leads on, where it is shown; it is always a button or a link with exactly these words."""
    for found in (page.get_by_role("button", name=words), page.get_by_role("link", name=words)):
        if found.count() and found.first.is_visible():
            with contextlib.suppress(BrowserTrouble):
                found.first.click()
            _settle(page)
            return


def _settle(page: Page) -> None:
    with contextlib.suppress(BrowserTrouble):
        page.wait_for_load_state("load")

"""Reading 學習紀錄 on the live portal: 個人專區 → the record page → every year it offers → every page of each year.

The page decides when it is done: its stated total must be met, its pages must follow one another, and it must show the
signs of being logged in on every page. Nothing is believed that was only not yet loaded.
"""

from __future__ import annotations

import contextlib
import time
from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import urljoin, urlsplit

from rules.wording import year_word
from scrapers.browser import BrowserTrouble, GuardedBrowser, Page
from scrapers.errors import Displaced, Incomplete, PageChanged, Unavailable
from scrapers.outcome import DISPLACED, LEFT_ALONE
from scrapers.portals.elearn import addresses
from scrapers.portals.elearn.record_page import YEAR_BOXES, LearningRecordPage
from scrapers.portals.elearn.signs import standing
from scrapers.portals.portal import ReadOrder, ReadPage, ReadYear, Standing
from scrapers.snapshot import Snapshot

_POLL = 50  # milliseconds between two looks at a table that is still being filled
_MOMENT = 20  # milliseconds in which a choice that turns the page by itself is seen to do so
_GLANCE = 10  # milliseconds between two looks within that moment
_STILL = 3  # so many equal looks in a row, with no request under way, are a page at rest
_PROVEN_STILL = 0  # a new document that states which rows it shows and shows just these is at rest as it is
_EMPTY_STILL = 12  # an empty table is believed later: the empty text is shown before the rows have arrived
_NEXT = "#pageToolbar a.paginate-btn[title='下一頁'], a[title='下一頁'], a:text-is('下一頁')"
# The page's own search, where it has one and is there to its end.
_SEARCH = "() => { if (typeof doSearch === 'function' && document.readyState === 'complete') doSearch(); }"
_LINK = "學習紀錄"
_MOST_PAGES = 2000


def read(browser: GuardedBrowser, page: Page, order: ReadOrder) -> Iterator[ReadYear]:
    """Each year of the record table, whole. `page` is logged in.

    Raises PageChanged when there is no record page or it is not as known, Incomplete when rows are missing or the session
    was lost on the way, Unavailable when the portal stops answering.
    """
    first = _open(browser, page, order)
    offered = first.years()
    if not offered:
        yield _read_year(browser, page, order, None, _NOTHING, first)
        return
    wanted = [str(year) for year in order.years] or offered
    missing = sorted(set(wanted) - set(offered))
    if missing:
        raise PageChanged(
            f"學習紀錄頁沒有 {'、'.join(missing)} 年可選（可選：{'、'.join(offered)}）。",
            "請確認 --year 的年份（西元）。",
        )
    seen: dict[str, str] = {}
    for year in wanted:
        order.tell(year_word(int(year)) if year.isdigit() else year)
        with browser.within():
            before = _choose_year(browser, page, year)
        here = first if before == _Before(first.snapshot.html) else None  # it stood on this year when it came
        read_year = _read_year(browser, page, order, int(year), before if here is None else _NOTHING, here)
        _must_differ(read_year, year, seen)
        yield read_year


def _open(browser: GuardedBrowser, page: Page, order: ReadOrder) -> LearningRecordPage:
    """The record page: by the link in 個人專區 that starts with 學習紀錄, else at either known address."""
    order.pause(page)
    area = browser.visit(page, addresses.PERSONAL_AREA)
    _must_be_in(area)
    links = [link for link in area.tree.css("a[href]") if "".join(link.text().split()).startswith(_LINK)]
    found = [urljoin(area.url, link.attributes.get("href") or "") for link in links]
    for address in dict.fromkeys((*(each for each in found if _is_page(each)), *addresses.RECORDS)):
        order.pause(page)
        documents = browser.documents(page)
        seen = browser.visit(page, address)
        if seen.status is not None and seen.status >= 500:
            raise Unavailable("學習紀錄頁目前無法使用（系統錯誤）。", "不用處理，稍後會再試。")
        _must_be_in(seen)
        record_page = _at_rest(browser, page, 1, _Before("", documents))
        if record_page.is_here:
            return record_page
        if not browser.arrived_whole(page):
            raise Incomplete("學習紀錄頁沒有傳送完整；這次沒有儲存。", _AGAIN)
    raise PageChanged(
        "在個人專區找不到學習紀錄的表格。為免判斷錯誤，這次沒有儲存。",
        "請更新本程式；急用時可用先前的紀錄準備申請文件（elearn claim --offline）。",
    )


def _is_page(address: str) -> bool:
    """Whether a link may be the record page: a course whose title begins alike lies elsewhere, and is not opened."""
    parts = urlsplit(address)
    return (
        parts.scheme == "https"
        and parts.hostname == addresses.HOST
        and parts.path.startswith(addresses.PERSONAL)
    )


@dataclass(frozen=True, slots=True)
class _Before:
    """The page as it stood before it was told to turn: its HTML, and how many documents it had seen. "" and 0: no matter."""

    html: str = ""
    documents: int = 0


_NOTHING = _Before()


def _choose_year(browser: GuardedBrowser, page: Page, year: str) -> _Before:
    """Set the year filter as a person does, and start the page's own search where choosing alone does not.

    Gives back the page as it stood before; without documents, that is as it still stands, where the filter stood on that
    year already.
    """
    documents, before = browser.documents(page), browser.snapshot(page)
    if LearningRecordPage(before).selected_year() == year and _box_value(page, year):
        return _Before(before.html)
    box = page.locator(YEAR_BOXES, has=page.locator(f"option[value='{year}']")).first
    with contextlib.suppress(BrowserTrouble):
        box.select_option(year)
        _wait_a_moment(browser, page)
    with contextlib.suppress(BrowserTrouble):
        page.locator(":root").evaluate(_SEARCH)  # looked for with patience
    with contextlib.suppress(BrowserTrouble):
        page.wait_for_load_state("load")
    browser.check()
    return _Before(before.html, documents)


def _box_value(page: Page, year: str) -> bool:
    box = page.locator(YEAR_BOXES, has=page.locator(f"option[value='{year}']")).first
    return bool(box.evaluate("box => box.value") == year)


def _read_year(
    browser: GuardedBrowser,
    page: Page,
    order: ReadOrder,
    year: int | None,
    before: _Before,
    first: LearningRecordPage | None,
) -> ReadYear:
    """Every page of the year the filter stands on. `before` is the page as it stood before the filter was set; `first` the
    year's first page where it is at rest already.

    Raises Incomplete when the stated total is not met.
    """
    pages: list[ReadPage] = []
    contents: set[str] = set()
    total: int | None = None
    after = 0
    while len(pages) < _MOST_PAGES:
        with browser.within():
            here = first or _at_rest(browser, page, expect_from=after + 1, before=before)
        first = None
        before = _Before(here.snapshot.html, browser.documents(page))
        _must_be_in(here.snapshot, between=bool(pages))
        if not browser.arrived_whole(page):
            raise Incomplete("學習紀錄頁沒有傳送完整；這次沒有儲存。", _AGAIN)
        read_page = _read_page(browser, page, order, year, len(pages) + 1, here)
        total = here.stated_total if total is None else total
        if read_page.content_sha256 in contents and read_page.records:
            raise Incomplete(_short(year, total, pages, "翻頁後仍是同一頁"), _AGAIN)
        contents.add(read_page.content_sha256)
        pages.append(read_page)
        after += len(read_page.records) + len(read_page.unread)
        order.tell(
            f"{year_word(year)}第 {len(pages)} 頁，已讀 {after} 筆"
            if year
            else f"第 {len(pages)} 頁，已讀 {after} 筆"
        )
        if total is not None and after >= total:
            break
        with browser.within():
            turned = _turn(browser, page)
        if not turned:
            break
        order.pause(page)
    if not after and not (browser.is_quiet(page) and not browser.is_lacking(page)):
        raise Incomplete("學習紀錄的資料沒有送達，無法確定是否真的沒有紀錄；這次沒有儲存。", _AGAIN)
    _must_be_whole(year, total, pages, here)
    return ReadYear(year, total, tuple(pages))


def _read_page(
    browser: GuardedBrowser,
    page: Page,
    order: ReadOrder,
    year: int | None,
    number: int,
    here: LearningRecordPage,
) -> ReadPage:
    """One page, printed only where its table says something not kept before."""
    records, unread = here.rows()
    content = here.content_sha256()
    pdf = None if order.is_kept(year, number, content) else browser.pdf(page)
    return ReadPage(year, number, here.snapshot, content, tuple(records), tuple(unread), pdf)


def _turn(browser: GuardedBrowser, page: Page) -> bool:
    """To the next page by the page's own button; False where there is none or it is spent."""
    button = page.locator(_NEXT).first
    if not button.count() or not button.is_visible():
        return False
    if "disabled" in (button.get_attribute("class") or "") or button.get_attribute("aria-disabled") == "true":
        return False
    with contextlib.suppress(BrowserTrouble):
        button.click()
        _wait_a_moment(browser, page)
        page.wait_for_load_state("load")
    return True


def _wait_a_moment(browser: GuardedBrowser, page: Page) -> None:
    """Until the page asks for something, which is what it was told to do; some ask for nothing."""
    for _ in range(_MOMENT // _GLANCE):
        if not browser.is_quiet(page):
            return
        page.wait_for_timeout(_GLANCE)


def _at_rest(
    browser: GuardedBrowser, page: Page, expect_from: int | None = None, before: _Before = _NOTHING
) -> LearningRecordPage:
    """The page once it has stopped changing: no request under way, and the same content several looks in a row.

    `expect_from` is the number of the first row that should be shown; a page that states another one, or that still is the
    page of `before`, is given time to turn.
    """
    end = time.monotonic() + browser.patience
    here, still, enough = LearningRecordPage(Snapshot("")), 0, _EMPTY_STILL
    with contextlib.suppress(BrowserTrouble):
        page.wait_for_load_state("load")
    while True:
        snapshot = browser.snapshot(page)
        if snapshot.html == here.snapshot.html:
            still = still + 1
        else:
            here, still = LearningRecordPage(snapshot), 0
            enough = _looks_wanted(here, expect_from, before, new=browser.documents(page) > before.documents)
        quiet = browser.is_quiet(page)
        if (quiet and still >= enough) or time.monotonic() > end:
            return here
        still = still if quiet else 0
        page.wait_for_timeout(_POLL)


def _looks_wanted(here: LearningRecordPage, expect_from: int | None, before: _Before, *, new: bool) -> int:
    """How many equal looks in a row are a page at rest. `new`: another document has come since `before`."""
    try:
        records, unread = here.rows()
    except PageChanged:
        return _STILL  # at rest is enough: the reader will say what is wrong with it
    rows, turned = len(records) + len(unread), here.span is None or here.span[0] == expect_from
    if not rows or here.snapshot.html == before.html or not (turned or expect_from is None):
        return _EMPTY_STILL
    proven = before.documents and new and turned and here.span and here.span[1] - here.span[0] + 1 == rows
    return _PROVEN_STILL if proven else _STILL


_AGAIN = "不用處理，稍後會再試。"


def _must_be_in(seen: Snapshot, *, between: bool = True) -> None:
    """Raise unless the page still shows the signs of being logged in."""
    match standing(seen):
        case Standing.LOGGED_IN:
            return
        case Standing.UNAVAILABLE:
            raise Unavailable("平臺目前無法使用（維護中或系統錯誤）。", _AGAIN)
        case Standing.DISPLACED:
            raise Displaced(DISPLACED, LEFT_ALONE)
        case Standing.IDLE:
            raise Incomplete("讀取途中因閒置過久被平臺登出；這次沒有儲存。", _AGAIN)
        case _:
            when = "讀取途中" if between else "登入後"
            raise Incomplete(f"{when}平臺不再顯示為已登入；這次沒有儲存。", _AGAIN)


def _must_be_whole(
    year: int | None, total: int | None, pages: list[ReadPage], last: LearningRecordPage
) -> None:
    """The stated total must be met; no rows at all must be said by the page itself."""
    rows = sum(len(each.records) + len(each.unread) for each in pages)
    if total is not None and rows != total:
        raise Incomplete(_short(year, total, pages, ""), _AGAIN)
    if rows == 0 and total is None and not last.says_empty:
        raise Incomplete("學習紀錄頁沒有任何資料，也沒有說明查無資料；這次沒有儲存。", _AGAIN)


def _short(year: int | None, total: int | None, pages: list[ReadPage], why: str) -> str:
    rows = sum(len(each.records) + len(each.unread) for each in pages)
    which = year_word(year) if year else ""
    stated = f"平臺顯示{which}共 {total} 筆，" if total is not None else f"{which}"
    return f"{stated}只讀到 {rows} 筆{f'（{why}）' if why else ''}；這次沒有儲存。"


def _must_differ(read_year: ReadYear, year: str, seen: dict[str, str]) -> None:
    """A filter that is ignored shows the same rows under another year."""
    content = " ".join(each.content_sha256 for each in read_year.pages)
    if not read_year.rows:
        return
    if content in seen:
        raise PageChanged(
            f"選了 {year} 年，平臺顯示的仍是 {seen[content]} 年的紀錄；為免判斷錯誤，這次沒有儲存。",
            "請更新本程式；急用時可用先前的紀錄準備申請文件（elearn claim --offline）。",
        )
    seen[content] = year

"""The browser of a run: reaches the allowed hosts and nothing else, and says what it sees."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from types import TracebackType

from rules.record import Origin
from scrapers.browser.bound import Bound
from scrapers.browser.hops import Hops
from scrapers.browser.launching import (
    QUIET,
    START,
    Browser,
    BrowserContext,
    BrowserTimeout,
    BrowserTrouble,
    Frame,
    Page,
    StorageState,
    launched,
)
from scrapers.browser.looking import LOOK, WAYS, html_of
from scrapers.browser.paper import PaperPrinter
from scrapers.browser.portal_print import print_portal_page
from scrapers.browser.seen import Seen
from scrapers.errors import LeftHosts, Unavailable
from scrapers.guard import Guard, host_of
from scrapers.mode import Mode
from scrapers.printing import page_footer, page_header
from scrapers.root import is_root, refuse_root
from scrapers.snapshot import Snapshot

_LATER = "不用處理，稍後會再試。"
_STEP = 3  # waits of full patience, each with a page held back for its pace, that one step may consist of
_SLOW = 40.0  # seconds a busy machine may need beyond that


class GuardedBrowser:
    """A Chromium that can reach the allowed hosts and nothing else. Use as a context manager.

    `session` is what `session_state` gave earlier: the cookies of somebody who logged in by hand. `patience` bounds every wait,
    and from page to page at least `pace` passes, both in seconds. `resolving` are further host names that the replica answers
    for: tests use it to show that a foreign host which does resolve still gets no request. `printer` gets the browser, emptied and
    shut, when the block ends well; it is then the one that closes it.
    """

    def __init__(
        self,
        mode: Mode,
        guard: Guard,
        *,
        clock: Callable[[], datetime],
        executable: Path | None = None,
        headed: bool = False,
        patience: float = 30.0,
        resolving: frozenset[str] = frozenset(),
        session: StorageState | None = None,
        pace: float = 0.0,
        printer: PaperPrinter | None = None,
    ) -> None:
        refuse_root(mode)
        self.mode = mode
        self.guard = guard
        self.patience = patience
        self._clock = clock
        self._executable = executable
        self._headed = headed
        self._resolving = resolving
        self._session = session
        self._pace = pace
        self._printer = printer
        self._hops = Hops(guard, pace)
        self._seen = Seen(guard)
        self._stack = contextlib.ExitStack()
        self._browser: Browser | None = None
        self._context: BrowserContext | None = None
        self._bound: Bound | None = None

    def __enter__(self) -> GuardedBrowser:
        switches = _arguments(self.mode, self.guard.hosts | self._resolving, self.guard.components)
        browser = self._stack.enter_context(
            launched(
                self._executable,
                switches,
                headed=self._headed,
                sandbox=not is_root(),
                patience=max(self.patience, START),
                ways=WAYS,
                started=self._printer.driver if self._printer is not None else None,
            )
        )
        self._browser = browser
        context = browser.new_context(
            locale="zh-TW",
            timezone_id="Asia/Taipei",
            viewport={"width": 1280, "height": 900},
            accept_downloads=False,
            service_workers="block",
            storage_state=self._session,
        )
        context.set_default_timeout(self.patience * 1000)
        self._seen.watch(context)
        whole = browser.new_browser_cdp_session()
        self._hops.watch(whole, context)
        self._bound = Bound(whole)
        self._context = context
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        gone = self._gone(error)
        if error is None and self._printer is not None and self._browser is not None and not self._headed:
            with contextlib.suppress(BrowserTrouble), self.within():
                self._empty(self._browser)
                self._printer.take(self._browser, self._stack.pop_all())
        with contextlib.suppress(BrowserTrouble), self.within():
            self._stack.close()
        if gone is not None:
            raise gone from error

    def _empty(self, browser: Browser) -> None:
        """Nothing of the run is left in the browser, and nothing is let through any more. Raises BrowserTrouble where it died."""
        self.guard.is_over = True
        for each in browser.contexts:
            each.close()

    def _gone(self, error: BaseException | None) -> Unavailable | None:
        """The error of a run whose browser died under it or did nothing in time: nobody's mistake, a later run may do better."""
        if isinstance(error, BrowserTimeout) or (isinstance(error, BrowserTrouble) and self._is_overdue()):
            return Unavailable(f"瀏覽器沒有在 {self.patience:.0f} 秒內完成動作。", _LATER)
        if isinstance(error, BrowserTrouble) and ("crashed" in error.message or not self._is_connected()):
            return Unavailable("瀏覽器中途停止了。", _LATER)
        return None

    def _is_connected(self) -> bool:
        return self._browser is not None and self._browser.is_connected()

    def _is_overdue(self) -> bool:
        return self._bound is not None and self._bound.is_passed

    @contextlib.contextmanager
    def within(self) -> Iterator[None]:
        """A step of a few waits: where the driver waits for something that never comes, the browser is ended for it."""
        with contextlib.ExitStack() as step:
            if self._bound is not None:
                step.enter_context(self._bound.within(_STEP * (self.patience + self._pace) + _SLOW))
            yield

    @property
    def context(self) -> BrowserContext:
        """The one context of this run. Raises RuntimeError outside of the `with` block."""
        if self._context is None:
            raise RuntimeError("the browser is not open")
        return self._context

    def new_page(self) -> Page:
        """A fresh page, already under guard."""
        page = self.context.new_page()
        self._seen.of(page)
        return page

    def pages(self) -> list[Page]:
        """Every open page, the newest last."""
        return list(self.context.pages)

    def visit(self, page: Page, address: str) -> Snapshot:
        """Go to an address and take a snapshot of what it answers. Raises as `go` does."""
        self.go(page, address)
        return self.snapshot(page)

    def go(self, page: Page, address: str) -> None:
        """Go to an address.

        Raises LeftHosts when a hop left the allowed hosts, Unavailable when nothing answered in time.
        """
        try:
            page.goto(address, wait_until="load")
        except BrowserTimeout as why:
            self.check()
            raise Unavailable(
                f"{host_of(address)} 沒有在 {self.patience:.0f} 秒內回應。", "不用處理，稍後會再試。"
            ) from why
        except BrowserTrouble as why:
            self.check()
            if "interrupted by another navigation" not in why.message:
                raise Unavailable(f"無法連線到 {host_of(address)}。", "請確認網路連線；稍後會再試。") from why
            page.wait_for_load_state("load")
        self.check()

    def snapshot(self, page: Page) -> Snapshot:
        """The page as it stands now, with the alerts it has raised so far."""
        self.check()
        html = ""
        for _ in range(60):
            try:
                html = html_of(page.main_frame, min(self.patience, LOOK))
                break
            except BrowserTimeout:  # a navigation is under way and nobody answers: there is no page to read
                break
            except BrowserTrouble:  # it is just navigating: wait for the next document
                page.wait_for_timeout(15)
        self.check()
        seen = self._seen.of(page)
        return Snapshot(
            html=html,
            url=page.url,
            taken_at=self._clock(),
            origin=Origin.REPLICA if self.mode.is_replica else Origin.PORTAL,
            dialogs=tuple(seen.dialogs),
            status=seen.status,
        )

    def frame_snapshot(self, page: Page, frame: Frame) -> Snapshot:
        """A frame of the page as it stands now (the main frame is the page itself), with the page's alerts."""
        whole = self.snapshot(page)
        if frame == page.main_frame or frame.is_detached():
            return whole
        html = ""
        with contextlib.suppress(BrowserTrouble):  # it is just navigating: the next look will see more
            html = html_of(frame, min(self.patience, LOOK))
        return replace(whole, html=html, url=frame.url, status=None)

    def arrived_whole(self, page: Page) -> bool:
        """Whether the page's document came to its end."""
        with self.within():
            return self._seen.of(page).arrived_whole()

    def is_lacking(self, page: Page) -> bool:
        """Whether the page's own script asked for something since the document came, and got an error or nothing."""
        return self._seen.of(page).is_lacking

    def session_state(self) -> StorageState:
        """The cookies and local storage of this browser: a bearer credential, to be kept encrypted or not at all."""
        with self.within():
            return self.context.storage_state()

    def is_open(self) -> bool:
        """Whether the person has left any page open."""
        browser = self.context.browser
        return browser is not None and browser.is_connected() and bool(self.context.pages)

    def documents(self, page: Page) -> int:
        """How many documents have answered in this page so far: more than before means that it went somewhere."""
        return self._seen.of(page).answered

    def is_quiet(self, page: Page) -> bool:
        """Whether no request of this page is under way."""
        return not self._seen.of(page).under_way

    def check(self) -> None:
        """Raise LeftHosts if anything tried to leave, or if a certificate was not valid."""
        if self.guard.left is not None:
            raise LeftHosts(
                f"頁面要前往不在名單內的網址「{self.guard.left}」，已停止，沒有送出任何資料到該處。",
                "請勿自行在該頁登入；請保留本訊息並洽資訊單位。",
            )
        if self._seen.bad_certificate is not None:
            raise LeftHosts(
                f"「{self._seen.bad_certificate}」的安全憑證無效，已停止，沒有送出任何資料到該處。",
                "請勿自行在該頁登入；請洽資訊單位確認網路環境。",
            )

    def pdf(self, page: Page) -> bytes:
        """The page as Chrome prints it, A4 landscape, fitted so that nothing is cut off at the right."""
        with self.within():
            header = page_header(self._clock(), "列印", test=self.mode.is_replica)
            return print_portal_page(page, header, page_footer())


def _arguments(mode: Mode, hosts: frozenset[str], components: frozenset[str]) -> list[str]:
    """Chromium's switches. Components are on this machine whatever a name server says. In replica mode the hosts keep their
    names, and no other name resolves; a proxy would bypass that.
    """
    switches = list(QUIET)
    here = [f"MAP {each} 127.0.0.1:{each.rpartition(':')[2]}" for each in sorted(components)]
    if mode.address is None:
        switches += [f"--host-resolver-rules={','.join(here)}"] if here else []
    else:
        rules = [*here, *(f"MAP {host}:443 {mode.address}" for host in sorted(hosts))]
        switches += [
            f"--host-resolver-rules={','.join([*rules, 'MAP * ~NOTFOUND'])}",
            f"--ignore-certificate-errors-spki-list={mode.key}",
            "--no-proxy-server",
        ]
    return switches

"""The one place where Playwright is started: a guarded Chromium, one a run, thrown away after it.

`context.route` does not see the later hops of a redirect, and a page's own session sees neither a frame of another site,
which lives in a process of its own, nor the first request of a window that is just being opened (tried: a 307 in such a
frame carried the password on). So the browser as a whole is paused at `Fetch.requestPaused`: it sees every hop of all of
them, once. Sockets are no requests in this sense: they are routed apart.
"""

from __future__ import annotations

import contextlib
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from types import TracebackType
from typing import Any
from urllib.parse import urlsplit

from rules.errors import ConfigError
from rules.record import Origin
from scrapers.errors import LeftHosts, Unavailable
from scrapers.guard import Decision, Guard, Wish
from scrapers.installed import find_browser
from scrapers.mode import Mode
from scrapers.policies import automation_forbidden, forbidden
from scrapers.printing import PAGE_FOOTER, fit_to_width, page_header
from scrapers.root import is_root, refuse_root
from scrapers.snapshot import Snapshot
from scrapers.unwatched import unwatched

with unwatched():  # its loggers read the environment when they are imported
    from playwright.sync_api import (
        Browser,
        BrowserContext,
        CDPSession,
        Dialog,
        Frame,
        Locator,
        Page,
        Request,
        Response,
        StorageState,
        WebSocketRoute,
        sync_playwright,
    )
    from playwright.sync_api import Error as BrowserTrouble
    from playwright.sync_api import TimeoutError as BrowserTimeout


__all__ = [
    "BrowserTimeout",
    "BrowserTrouble",
    "Frame",
    "GuardedBrowser",
    "Locator",
    "Page",
    "PaperPrinter",
    "Request",
    "StorageState",
    "refuse_root",
]

_QUIET = (
    "--disable-quic",
    "--no-first-run",
    "--no-default-browser-check",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--lang=zh-TW",
)
_LOOK = 5.0  # seconds one look at a page may take
_START = 15.0  # seconds a browser is given to start, at the least
_LATER = "不用處理，稍後會再試。"
_WHOLE = """root =>
  (document.doctype ? new XMLSerializer().serializeToString(document.doctype) : '') + root.outerHTML"""
_FAIL = ("Fetch.failRequest", {"errorReason": "BlockedByClient"})
_ANSWERS: dict[Decision, tuple[str, dict[str, Any]]] = {
    Decision.ALLOW: ("Fetch.continueRequest", {}),
    Decision.BLOCK: _FAIL,
    Decision.STOP: _FAIL,
}
# A page that is not opened leaves the one before where it stands; failed, the browser would put its own error page there.
_STAYS = 204
_STAY: tuple[str, dict[str, Any]] = ("Fetch.fulfillRequest", {"responseCode": _STAYS})
_BAD_CERTIFICATE = ("ERR_CERT_", "ERR_SSL_")


def _arguments(mode: Mode, hosts: frozenset[str], components: frozenset[str]) -> list[str]:
    """Chromium's switches. Components are on this machine whatever a name server says. In replica mode the hosts keep their
    names, and no other name resolves; a proxy would bypass that.
    """
    switches = list(_QUIET)
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


class GuardedBrowser:
    """A Chromium that can reach the allowed hosts and nothing else. Use as a context manager.

    `session` is what `session_state` gave earlier: the cookies of somebody who logged in by hand.
    `patience` bounds every wait, and from page to page at least `pace` passes, both in seconds. `resolving` are further host names that the replica answers for: tests use
    it to show that a foreign host which does resolve still gets no request.
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
        self._last_page = 0.0
        self._stack = contextlib.ExitStack()
        self._browser: Browser | None = None
        self._context: BrowserContext | None = None
        self._main_frames: set[str] = set()  # a page's main frame has the page's own target id
        self._dialogs: dict[Page, list[str]] = {}
        self._status: dict[Page, int] = {}
        self._documents: dict[Page, Response] = {}
        self._broken_off: set[Request] = set()  # navigations whose answer began and did not end
        self._lacking: set[Page] = set()
        self._answered: dict[Page, int] = {}
        self._under_way: dict[Page, set[Request]] = {}
        self._asked: set[str] = set()  # network ids seen: the same id again is the next hop of a redirect
        self._bad_certificate: str | None = None

    def __enter__(self) -> GuardedBrowser:
        switches = _arguments(self.mode, self.guard.hosts | self._resolving, self.guard.components)
        browser = self._stack.enter_context(
            _launched(
                self._executable,
                switches,
                headed=self._headed,
                sandbox=not is_root(),
                patience=max(self.patience, _START),
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
        context.route_web_socket("**/*", self._socket)
        context.on("page", self._watch)
        whole = browser.new_browser_cdp_session()
        whole.on("Target.targetCreated", lambda event: self._note_target(event["targetInfo"]))
        whole.on("Fetch.requestPaused", lambda event: self._decide(whole, event))
        whole.send("Target.setDiscoverTargets", {"discover": True})
        whole.send("Fetch.enable", {"patterns": [{"urlPattern": "*"}]})
        self._context = context
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        gone = self._gone(error)
        with contextlib.suppress(BrowserTrouble):
            self._stack.close()
        if gone is not None:
            raise gone from error

    def _gone(self, error: BaseException | None) -> Unavailable | None:
        """The error of a run whose browser died under it or did nothing in time: nobody's mistake, a later run may do better."""
        if isinstance(error, BrowserTimeout):
            return Unavailable(f"瀏覽器沒有在 {self.patience:.0f} 秒內完成動作。", _LATER)
        if isinstance(error, BrowserTrouble) and ("crashed" in error.message or not self._is_connected()):
            return Unavailable("瀏覽器中途停止了。", _LATER)
        return None

    def _is_connected(self) -> bool:
        return self._browser is not None and self._browser.is_connected()

    @property
    def context(self) -> BrowserContext:
        """The one context of this run. Raises RuntimeError outside of the `with` block."""
        if self._context is None:
            raise RuntimeError("the browser is not open")
        return self._context

    def new_page(self) -> Page:
        """A fresh page, already under guard."""
        page = self.context.new_page()
        self._watch(page)
        return page

    def pages(self) -> list[Page]:
        """Every open page, the newest last."""
        return list(self.context.pages)

    def visit(self, page: Page, address: str) -> Snapshot:
        """Go to an address and take a snapshot of what it answers.

        Raises LeftHosts when a hop left the allowed hosts, Unavailable when nothing answered in time.
        """
        try:
            page.goto(address, wait_until="load")
        except BrowserTimeout as why:
            self.check()
            raise Unavailable(
                f"{_where(address)} 沒有在 {self.patience:.0f} 秒內回應。", "不用處理，稍後會再試。"
            ) from why
        except BrowserTrouble as why:
            self.check()
            if "interrupted by another navigation" not in why.message:
                raise Unavailable(f"無法連線到 {_where(address)}。", "請確認網路連線；稍後會再試。") from why
            page.wait_for_load_state("load")
        return self.snapshot(page)

    def snapshot(self, page: Page) -> Snapshot:
        """The page as it stands now, with the alerts it has raised so far."""
        self.check()
        html = ""
        for _ in range(60):
            try:
                html = html_of(page.main_frame, min(self.patience, _LOOK))
                break
            except BrowserTimeout:  # a navigation is under way and nobody answers: there is no page to read
                break
            except BrowserTrouble:  # it is just navigating: wait for the next document
                page.wait_for_timeout(15)
        self.check()
        return Snapshot(
            html=html,
            url=page.url,
            taken_at=self._clock(),
            origin=Origin.REPLICA if self.mode.is_replica else Origin.PORTAL,
            dialogs=tuple(self._dialogs.get(page, ())),
            status=self._status.get(page),
        )

    def frame_snapshot(self, page: Page, frame: Frame) -> Snapshot:
        """A frame of the page as it stands now (the main frame is the page itself), with the page's alerts."""
        whole = self.snapshot(page)
        if frame == page.main_frame or frame.is_detached():
            return whole
        html = ""
        with contextlib.suppress(BrowserTrouble):  # it is just navigating: the next look will see more
            html = html_of(frame, min(self.patience, _LOOK))
        return replace(whole, html=html, url=frame.url, status=None)

    def arrived_whole(self, page: Page) -> bool:
        """Whether the page's document ends as one that began does: a cut-off answer lacks the closing tag.

        The browser mends a cut-off document in silence, so the answer itself is looked at. What cannot be had is not judged.
        """
        with contextlib.suppress(BrowserTrouble, KeyError):
            if self._documents[page].request in self._broken_off:
                return False
            body = self._documents[page].text().lower()
            return "<html" not in body or "</html" in body
        return True

    def is_lacking(self, page: Page) -> bool:
        """Whether the page's own script asked for something since the document came, and got an error or nothing."""
        return page in self._lacking

    def session_state(self) -> StorageState:
        """The cookies and local storage of this browser: a bearer credential, to be kept encrypted or not at all."""
        return self.context.storage_state()

    def is_open(self) -> bool:
        """Whether the person has left any page open."""
        browser = self.context.browser
        return browser is not None and browser.is_connected() and bool(self.context.pages)

    def documents(self, page: Page) -> int:
        """How many documents have answered in this page so far: more than before means that it went somewhere."""
        return self._answered.get(page, 0)

    def is_quiet(self, page: Page) -> bool:
        """Whether no request of this page is under way."""
        return not self._under_way.get(page)

    def check(self) -> None:
        """Raise LeftHosts if anything tried to leave, or if a certificate was not valid."""
        if self.guard.left is not None:
            raise LeftHosts(
                f"頁面要前往不在名單內的網址「{self.guard.left}」，已停止，沒有送出任何資料到該處。",
                "請勿自行在該頁登入；請保留本訊息並洽資訊單位。",
            )
        if self._bad_certificate is not None:
            raise LeftHosts(
                f"「{self._bad_certificate}」的安全憑證無效，已停止，沒有送出任何資料到該處。",
                "請勿自行在該頁登入；請洽資訊單位確認網路環境。",
            )

    def pdf(self, page: Page) -> bytes:
        """The page as Chrome prints it, A4 landscape, fitted so that nothing is cut off at the right."""
        page.emulate_media(media="print")
        scale = fit_to_width(page.evaluate("() => document.documentElement.scrollWidth"))
        pdf = page.pdf(
            format="A4",
            landscape=True,
            scale=scale,
            print_background=True,
            display_header_footer=True,
            header_template=page_header(test=self.mode.is_replica),
            footer_template=PAGE_FOOTER,
            margin={"top": "16mm", "bottom": "14mm", "left": "10mm", "right": "10mm"},
        )
        page.emulate_media(media="null")
        return pdf

    # -- the guard at work -------------------------------------------------------------------------------------------

    def _watch(self, page: Page) -> None:
        """Note a page's alerts, statuses and what it waits for."""
        if page in self._dialogs:
            return
        self._dialogs[page] = []
        page.on("dialog", lambda dialog: self._note(page, dialog))
        page.on("response", lambda response: self._note_status(page, response))
        page.on("requestfailed", lambda request: self._note_failure(page, request))
        under_way = self._under_way[page] = set[Request]()
        # The driver cannot wrap a built-in method, so each stands in a lambda of its own.
        page.on("request", lambda request: under_way.add(request))  # noqa: PLW0108
        page.on("requestfinished", lambda request: under_way.discard(request))  # noqa: PLW0108
        page.on("requestfailed", lambda request: under_way.discard(request))  # noqa: PLW0108

    def _note_target(self, target: dict[str, Any]) -> None:
        """A page or window came to be: it is told before its first request."""
        if target["type"] == "page":
            self._main_frames.add(target["targetId"])

    def _decide(self, whole: CDPSession, event: dict[str, Any]) -> None:
        """One hop of one request, of whatever page, frame, window or worker."""
        request, network = event["request"], event.get("networkId", "")
        if _is_icon(event["resourceType"], request["url"]):
            with contextlib.suppress(BrowserTrouble):
                whole.send(_FAIL[0], {"requestId": event["requestId"], **_FAIL[1]})
            return
        wish = Wish(
            url=request["url"],
            method=request["method"],
            is_document=event["resourceType"] == "Document",
            is_main=event.get("frameId") in self._main_frames,
            is_redirect=bool(network) and network in self._asked,
        )
        answer = self.guard.decide(wish)
        self._asked.add(network)
        is_page = wish.is_main and wish.is_document
        if answer is Decision.ALLOW and is_page and not wish.is_redirect:
            self._keep_pace()
        command, details = _STAY if answer is Decision.BLOCK and is_page else _ANSWERS[answer]
        with contextlib.suppress(BrowserTrouble):  # the page may be gone by now
            whole.send(command, {"requestId": event["requestId"], **details})

    def _keep_pace(self) -> None:
        """Hold a page back until the one before it is old enough, whatever led to it: an address, a click or a script."""
        if self._pace:
            time.sleep(max(0.0, self._last_page + self._pace - time.monotonic()))
            self._last_page = time.monotonic()

    def _socket(self, socket: WebSocketRoute) -> None:
        """A socket a page wants to open: only to this machine, where a person drives; any other is closed unopened."""
        address = socket.url.replace("ws", "http", 1)
        wish = Wish(address, "SOCKET", is_document=False, is_main=False)
        if self.guard.decide(wish) is Decision.ALLOW:
            socket.connect_to_server()
        else:
            socket.close()

    def _note(self, page: Page, dialog: Dialog) -> None:
        """An alert's text is read and kept; it is never agreed to."""
        self._dialogs[page].append(dialog.message)
        with contextlib.suppress(BrowserTrouble):
            dialog.dismiss()

    def _note_status(self, page: Page, response: Response) -> None:
        with contextlib.suppress(BrowserTrouble):
            if response.request.is_navigation_request() and response.frame == page.main_frame:
                if response.status == _STAYS:
                    return
                self._status[page] = response.status
                self._documents[page] = response
                self._answered[page] = self.documents(page) + 1
                self._lacking.discard(page)
            elif response.status >= 400 and self._is_for_content(response.request):
                self._lacking.add(page)

    def _is_for_content(self, request: Request) -> bool:
        """Whether a page's script asked an allowed host for this: refused requests to others change nothing."""
        return request.resource_type in ("xhr", "fetch") and _where(request.url) in self.guard.hosts

    def _note_failure(self, page: Page, request: Request) -> None:
        failure = request.failure or ""
        with contextlib.suppress(BrowserTrouble):
            if self._is_for_content(request):
                self._lacking.add(page)
            if request.is_navigation_request():
                self._broken_off.add(request)
            if request.is_navigation_request() and any(each in failure for each in _BAD_CERTIFICATE):
                self._bad_certificate = self._bad_certificate or _where(request.url)


def html_of(frame: Frame, seconds: float) -> str:
    """The frame's document. Raises BrowserTimeout when it cannot be had in time.

    `content()` has no bound: while a navigation waits for its answer it waits too, however long that takes.
    """
    return str(frame.locator(":root").evaluate(_WHOLE, timeout=seconds * 1000))


def answers(frame: Frame, seconds: float = _LOOK) -> bool:
    """Whether the frame can be looked into now; while a navigation waits for its answer it cannot."""
    with contextlib.suppress(BrowserTrouble):
        return bool(frame.locator(":root").evaluate("() => true", timeout=seconds * 1000))
    return False


def _is_icon(kind: str, address: str) -> bool:
    """The tab's icon, which nobody sees here: asked for by the browser itself, and led on to the portal's own home page."""
    return kind == "Other" and urlsplit(address).path == "/favicon.ico"


def _where(address: str) -> str:
    return urlsplit(address).hostname or address


@contextlib.contextmanager
def _launched(
    executable: Path | None, switches: list[str], *, headed: bool, sandbox: bool, patience: float = _START
) -> Iterator[Browser]:
    """Playwright and Chromium, started and stopped together. Raises ConfigError when no browser can be started in time."""
    where = automation_forbidden()  # a launch against the policy would hang until it times out
    if where is not None:
        raise forbidden(where)
    found = executable or find_browser()
    with unwatched(), sync_playwright() as playwright:
        try:
            browser = playwright.chromium.launch(
                executable_path=found,
                headless=not headed,
                args=switches,
                chromium_sandbox=sandbox,
                timeout=patience * 1000,  # without it Playwright waits for three minutes
            )
        except BrowserTrouble as why:
            raise ConfigError(
                f"無法啟動瀏覽器（{found or '未找到'}）。",
                "請安裝 Chrome、Edge 或 Chromium，或以環境變數 ELEARN_BROWSER 指定路徑。",
            ) from why
        try:
            yield browser
        finally:
            browser.close()


def _print(browser: Browser, html: str) -> bytes:
    """Our own HTML as PDF by its own @page rules; no script runs and nothing is fetched."""
    context = browser.new_context(java_script_enabled=False, offline=True, locale="zh-TW")
    try:
        page = context.new_page()
        page.set_content(html, wait_until="load")
        return page.pdf(prefer_css_page_size=True, print_background=True)
    finally:
        context.close()


class PaperPrinter:
    """Prints our own papers: HTML in, PDF out. The browser starts with the first page; use as a context manager.

    No name resolves, no script runs. As root Chromium starts only without its sandbox: what it is given is our templates,
    or a page saved by hand with its scripts switched off.
    """

    def __init__(self, executable: Path | None = None) -> None:
        self._executable = executable
        self._stack = contextlib.ExitStack()
        self._browser: Browser | None = None

    def __enter__(self) -> PaperPrinter:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        with contextlib.suppress(BrowserTrouble):
            self._stack.close()

    def __call__(self, html: str) -> bytes:
        """The paper as PDF, by its own @page rules."""
        if self._browser is None:
            switches = [*_QUIET, "--host-resolver-rules=MAP * ~NOTFOUND", "--no-proxy-server"]
            launched = _launched(self._executable, switches, headed=False, sandbox=not is_root())
            self._browser = self._stack.enter_context(launched)
        return _print(self._browser, html)

"""Papers, printed: our own HTML in, or a page of the portal that was saved by hand; PDF out."""

from __future__ import annotations

import contextlib
from pathlib import Path
from types import TracebackType

from scrapers.browser.launching import (
    QUIET,
    Browser,
    BrowserContext,
    BrowserTrouble,
    Page,
    Playwright,
    launched,
)
from scrapers.browser.portal_print import print_portal_page
from scrapers.printing import PRINTABLE_WIDTH
from scrapers.root import is_root

_WHOLE_ROWS = (
    "<style>tr { break-inside: avoid }</style>"  # no row of the portal is cut in two between two sheets
)


class PaperPrinter:
    """Prints our own papers: HTML in, PDF out. The browser starts with the first page; use as a context manager.

    No name resolves, no script runs. As root Chromium starts only without its sandbox: what it is given is our templates,
    or a page saved by hand with its scripts switched off. A run may hand on its own browser, in which by then nothing is
    left of the run and no request is let through any more: one start a claim instead of two. `driver` is one that has
    started already, for this browser and the run's; without it each has one of its own.
    """

    def __init__(self, executable: Path | None = None, driver: Playwright | None = None) -> None:
        self.driver = driver
        self._executable = executable
        self._stack = contextlib.ExitStack()
        self._browser: Browser | None = None
        self._context: BrowserContext | None = None
        self._page: Page | None = None
        self._is_taken = False

    def __enter__(self) -> PaperPrinter:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._close()

    def _close(self) -> None:
        self._browser, self._context, self._page, self._is_taken = None, None, None, False
        with contextlib.suppress(BrowserTrouble):
            self._stack.close()

    def take(self, browser: Browser, until: contextlib.ExitStack) -> None:
        """Print in this browser from now on; `until` closes it."""
        self._close()
        self._stack.enter_context(until)
        self._browser, self._is_taken = browser, True

    def __call__(self, html: str, margins: tuple[str, str] | None = None) -> bytes:
        """The paper as PDF, by its own @page rules; with header and footer, a page of the portal, as Chrome prints it."""
        return self._own(html) if margins is None else self._portals(html, margins)

    def _own(self, html: str) -> bytes:
        """Our own paper. One page prints them all: a new one takes longer than the print."""
        context = self._open()
        if self._page is None:
            self._page = context.new_page()
        self._page.set_content(html, wait_until="load")
        return self._page.pdf(prefer_css_page_size=True, print_background=True)

    def _portals(self, html: str, margins: tuple[str, str]) -> bytes:
        """A page that others wrote, where no name resolves at all: hints in it may make a browser look up names."""
        if self._is_taken:
            self._close()
        page = self._open().new_page()
        try:
            page.set_content(html + _WHOLE_ROWS, wait_until="load")
            page.set_viewport_size({"width": round(PRINTABLE_WIDTH), "height": 800})
            return print_portal_page(page, *margins)
        finally:
            page.close()

    def _open(self) -> BrowserContext:
        """Where papers are printed: made with the first one, and anew where the browser has died since."""
        if self._browser is None or not self._browser.is_connected():
            self._close()
            switches = [*QUIET, "--host-resolver-rules=MAP * ~NOTFOUND", "--no-proxy-server"]
            browser = launched(
                self._executable, switches, headed=False, sandbox=not is_root(), started=self.driver
            )
            self._browser = self._stack.enter_context(browser)
        if self._context is None:
            self._context = self._browser.new_context(
                java_script_enabled=False, offline=True, locale="zh-TW", service_workers="block"
            )
        return self._context

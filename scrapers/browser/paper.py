"""Papers, printed: our own HTML in, or a page of the portal that was saved by hand; PDF out."""

from __future__ import annotations

import contextlib
from pathlib import Path
from types import TracebackType

from scrapers.browser.launching import QUIET, Browser, BrowserTrouble, launched
from scrapers.browser.portal_print import print_portal_page
from scrapers.printing import PRINTABLE_WIDTH
from scrapers.root import is_root

_WHOLE_ROWS = (
    "<style>tr { break-inside: avoid }</style>"  # no row of the portal is cut in two between two sheets
)


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

    def __call__(self, html: str, margins: tuple[str, str] | None = None) -> bytes:
        """The paper as PDF, by its own @page rules; with header and footer, a page of the portal, as Chrome prints it."""
        if self._browser is None:
            switches = [*QUIET, "--host-resolver-rules=MAP * ~NOTFOUND", "--no-proxy-server"]
            started = launched(self._executable, switches, headed=False, sandbox=not is_root())
            self._browser = self._stack.enter_context(started)
        return _print(self._browser, html, margins)


def _print(browser: Browser, html: str, margins: tuple[str, str] | None) -> bytes:
    """The HTML as PDF; no script runs and nothing is fetched."""
    context = browser.new_context(java_script_enabled=False, offline=True, locale="zh-TW")
    try:
        page = context.new_page()
        page.set_content(html if margins is None else html + _WHOLE_ROWS, wait_until="load")
        if margins is None:
            return page.pdf(prefer_css_page_size=True, print_background=True)
        page.set_viewport_size({"width": round(PRINTABLE_WIDTH), "height": 800})
        return print_portal_page(page, *margins)
    finally:
        context.close()

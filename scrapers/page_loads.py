"""Each page a run asks for, told as it is asked for: what the day's cap counts. Later hops of a redirect count as well."""

from __future__ import annotations

import contextlib
from collections.abc import Callable

from scrapers.browser import BrowserTrouble, GuardedBrowser, Request


def watch_loads(browser: GuardedBrowser, loaded: Callable[[], None]) -> None:
    """Call `loaded` for every document that is asked for as a page of its own, not for what stands in its frames."""

    def note(request: Request) -> None:
        with contextlib.suppress(
            BrowserTrouble
        ):  # a window that has no page yet: it is asked for anew at once
            if request.is_navigation_request() and request.frame.parent_frame is None:
                loaded()

    browser.context.on("request", note)

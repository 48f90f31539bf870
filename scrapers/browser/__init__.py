"""The one place where Playwright is started: a guarded Chromium, one a run, thrown away after it.

`launching` starts it, `hops` decides every hop of every request, `seen` keeps what each page did, `guarded` is the browser of a
run, `looking` and `bound` give each look and each step an end, `paper` prints our own papers.
"""

from __future__ import annotations

from scrapers.browser.guarded import GuardedBrowser
from scrapers.browser.launching import (
    BrowserTimeout,
    BrowserTrouble,
    Frame,
    Locator,
    Page,
    Request,
    StorageState,
)
from scrapers.browser.looking import answers, html_of
from scrapers.browser.paper import PaperPrinter
from scrapers.root import refuse_root

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
    "answers",
    "html_of",
    "refuse_root",
]

"""A look into a frame, with a bound.

While a navigation waits for its answer the browser holds back whatever is asked of the page, however long that takes.
`content()` and `evaluate` wait as long; so does a locator's `evaluate` once it has found its element, and `wait_for_function`
once it has begun (both seen). A question that the driver puts in one piece is given up in time: the text or an attribute of an
element. So the document's own markup is found as the text of an element that stands nowhere.
"""

from __future__ import annotations

import contextlib

from scrapers.browser.launching import BrowserTrouble, Frame

LOOK = 5.0  # seconds one look at a page may take
_MARKUP = "markup"
# Asked in a world that the page's own scripts cannot reach.
WAYS = {
    _MARKUP: """{
  queryAll(root) {
    const whole = document.documentElement, found = document.createElement('pre');
    if (!whole) return [];
    const kind = document.doctype ? new XMLSerializer().serializeToString(document.doctype) : '';
    found.textContent = kind + whole.outerHTML;
    return [found];
  },
  query(root) { return this.queryAll(root)[0] ?? null; },
}"""
}


def html_of(frame: Frame, seconds: float) -> str:
    """The frame's document. Raises BrowserTimeout when it cannot be had in time."""
    return frame.text_content(f"{_MARKUP}=whole", timeout=seconds * 1000) or ""


def answers(frame: Frame, seconds: float = LOOK) -> bool:
    """Whether the frame can be looked into now; while a navigation waits for its answer it cannot."""
    with contextlib.suppress(BrowserTrouble):
        frame.get_attribute(":root", "lang", timeout=seconds * 1000)
        return True
    return False

"""A look into a frame, with a bound.

While a navigation waits for its answer the browser holds back whatever is asked of the page, however long that takes.
`content()` and `evaluate` wait as long, a locator's `evaluate` too once it has found its element; `wait_for_function` does not,
and a plain value is read from its handle without another question to the page.
"""

from __future__ import annotations

import contextlib

from scrapers.browser.launching import BrowserTrouble, Frame

LOOK = 5.0  # seconds one look at a page may take
_MOMENT = 50  # milliseconds after which a document that has no root yet is looked at again
_WHOLE = """() => {
  const root = document.documentElement;
  return root && (document.doctype ? new XMLSerializer().serializeToString(document.doctype) : '') + root.outerHTML;
}"""


def html_of(frame: Frame, seconds: float) -> str:
    """The frame's document. Raises BrowserTimeout when it cannot be had in time."""
    return str(_value_of(frame, _WHOLE, seconds))


def _value_of(frame: Frame, script: str, seconds: float = LOOK) -> object:
    """What a function gives in the frame's document: a text, a number or true. Raises BrowserTimeout when it gives none
    in time.
    """
    handle = frame.wait_for_function(script, timeout=seconds * 1000, polling=_MOMENT)
    value: object = handle.json_value()
    handle.dispose()
    return value


def answers(frame: Frame, seconds: float = LOOK) -> bool:
    """Whether the frame can be looked into now; while a navigation waits for its answer it cannot."""
    with contextlib.suppress(BrowserTrouble):
        return bool(_value_of(frame, "() => true", seconds))
    return False

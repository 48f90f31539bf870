"""What a failed run leaves to look at: the page's shape and a masked picture, without anything that says whose it was.

Words stay only where they are the site's own (headings, links, buttons, options); every other letter becomes 字 or x and
every digit 0. Values typed into fields are never read.
"""

from __future__ import annotations

import contextlib
import re
import unicodedata
from dataclasses import dataclass

from selectolax.lexbor import LexborHTMLParser, LexborNode

from scrapers.browser import BrowserTrouble, GuardedBrowser, html_of
from scrapers.snapshot import Snapshot

_KEPT_WORDS = ("th", "a", "button", "option", "h1", "h2", "h3", "title", "label")
_KEPT_ATTRIBUTES = ("id", "class", "name", "type", "role", "for", "colspan", "rowspan")
_DROPPED = ("script", "style", "noscript", "template")
_HIDDEN = "input, textarea, select, img, iframe, td, p, span, li, .co-realname, .co-username"
_LOOK = 5.0  # seconds
_LONG_DIGITS = re.compile(r"\d")


@dataclass(frozen=True, slots=True)
class Evidence:
    """Of one page: its address without query, its stripped markup, and a masked picture (None where none could be taken)."""

    url: str
    html: str
    picture: bytes | None


def gather(browser: GuardedBrowser) -> list[Evidence]:
    """Of every page that is still open."""
    found = []
    for page in browser.pages():
        with contextlib.suppress(BrowserTrouble):
            shown = Snapshot(html_of(page.main_frame, _LOOK), page.url)
            picture = None
            with contextlib.suppress(BrowserTrouble):
                picture = page.screenshot(mask=[page.locator(_HIDDEN)], mask_color="#808080", timeout=3000)
            found.append(Evidence(f"{shown.host}{shown.path}", strip(shown.html), picture))
    return found


def strip(html: str) -> str:
    """The markup without scripts, values, addresses or anybody's words."""
    tree = LexborHTMLParser(html)
    for dropped in _DROPPED:
        for node in tree.css(dropped):
            node.decompose()
    for node in tree.css("*"):
        for name in list(node.attributes):
            if name not in _KEPT_ATTRIBUTES:
                del node.attrs[name]
            elif node.attributes[name]:
                node.attrs[name] = _LONG_DIGITS.sub("0", node.attributes[name] or "")
    body = tree.body
    for node in list(body.traverse(include_text=True)) if body else []:
        if node.tag == "-comment":
            node.decompose()
        elif node.tag == "-text" and not _is_kept(node.parent):
            node.replace_with(shape(node.text_content or ""))
    return tree.html or ""


def shape(text: str) -> str:
    """The text with every letter and digit made equal: 「112年3月」 → 「000字0字」."""
    return "".join(_blind(each) for each in text)


def _blind(each: str) -> str:
    if each.isnumeric():
        return "0"
    if each.isalpha():
        return "字" if unicodedata.east_asian_width(each) in "WF" else "x"
    return each


def _is_kept(node: LexborNode | None) -> bool:
    """Whether a text is the site's own: inside one of its headings or controls, and not in a cell of a table."""
    kept = False
    while node is not None:
        if node.tag == "td":
            return False
        kept = kept or node.tag in _KEPT_WORDS
        node = node.parent
    return kept

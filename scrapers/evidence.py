"""What a failed run leaves to look at: the page's shape and a masked picture, without anything that says whose it was.

Words stay only where they are the site's own (headings, links, buttons, options), and there too without the person's name;
every other letter becomes 字 or x and every digit 0, in the markup as in the picture. Values typed into fields are never read.
"""

from __future__ import annotations

import contextlib
import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any

from selectolax.lexbor import LexborHTMLParser, LexborNode

from scrapers import gateways, portals
from scrapers.browser import BrowserTrouble, Frame, GuardedBrowser, Page, html_of
from scrapers.portals.portal import Standing
from scrapers.redaction import Redactor
from scrapers.snapshot import Snapshot

_KEPT_WORDS = ("th", "a", "button", "option", "h1", "h2", "h3", "title", "label")
_KEPT_ATTRIBUTES = ("id", "class", "name", "type", "role", "for", "colspan", "rowspan")
_DROPPED = ("script", "style", "noscript", "template")
_UNSEEN = "input, textarea, select, img, picture, iframe, frame, canvas, svg, video, object, embed, .co-realname, .co-username"
_GREETS = re.compile(
    "您好|你好|歡迎|先生|小姐|女士"
)  # beside such words a name may stand that we do not know
_LOOK = 5.0  # seconds
_LONG_DIGITS = re.compile(r"\d")
_COMMENT = re.compile(r"<!--.*?(?:-->|\Z)", re.DOTALL)

# The page's texts made equal in the browser itself, as `shape` does it; called with the names that are known.
_BLIND = """names => {
  const shape = text => [...text].map(c =>
    /\\p{N}/u.test(c) ? '0' : /\\p{L}/u.test(c) ? (c.codePointAt(0) >= 0x2E80 ? '字' : 'x') : c).join('');
  const kept = 'KEPT', greets = /GREETS/;
  const walk = document.createTreeWalker(document.documentElement, NodeFilter.SHOW_TEXT);
  for (let node = walk.nextNode(); node; node = walk.nextNode()) {
    const at = node.parentElement, text = node.nodeValue;
    if (!at || !text.trim() || ['SCRIPT', 'STYLE'].includes(at.tagName)) continue;
    const own = at.closest(kept) && !at.closest('td') && !greets.test(text) && !names.some(n => text.includes(n));
    if (!own || /\\d/.test(text)) node.nodeValue = shape(text);
  }
  for (const field of document.querySelectorAll('input, textarea')) {
    field.removeAttribute('placeholder'); field.removeAttribute('title');
  }
}""".replace("KEPT", ", ".join(_KEPT_WORDS)).replace("GREETS", _GREETS.pattern)


@dataclass(frozen=True, slots=True)
class Evidence:
    """Of one page or frame: its address without query, its stripped markup, and a masked picture (None where none was taken).

    `page_class` is what this program takes the page for, e.g. `ecpa: captcha` or `elearn: guest`; `status` its HTTP status.
    """

    url: str
    html: str
    picture: bytes | None
    page_class: str = ""
    status: int | None = None


class Documents:
    """The documents a browser was answered with, in order: (host and path, status)."""

    def __init__(self, browser: GuardedBrowser) -> None:
        self.shown: list[tuple[str, int]] = []
        holder = browser.context.browser
        self.browser_version = holder.version if holder is not None else ""
        browser.context.on("response", self._note)

    def _note(self, response: Any) -> None:  # noqa: ANN401 - the driver's own response
        with contextlib.suppress(BrowserTrouble):
            if response.request.is_navigation_request():
                where = Snapshot("", response.url)
                self.shown.append((f"{where.host}{where.path}", response.status))

    def status(self, place: str) -> int | None:
        """The status of the newest document from there."""
        return next((status for where, status in reversed(self.shown) if where == place), None)


def gather(browser: GuardedBrowser, seen: Documents) -> list[Evidence]:
    """Of every page that is still open, and of the frames in it. The pages are of no use to anybody afterwards."""
    found: list[Evidence] = []
    for page in browser.pages():
        with contextlib.suppress(BrowserTrouble), browser.within():
            shown = Snapshot(html_of(page.main_frame, _LOOK), page.url)
            inner = [each for frame in page.frames[1:] if (each := _frame(frame)) is not None]
            names = _names((shown, *inner))
            pages = [(shown, _picture(page, names)), *((each, None) for each in inner)]
            for each, picture in pages:
                place = f"{each.host}{each.path}"
                status = seen.status(place)
                kind = page_class(replace(each, status=status))
                found.append(Evidence(place, strip(each.html, names), picture, kind, status))
    return found


def _frame(frame: Frame) -> Snapshot | None:
    with contextlib.suppress(BrowserTrouble):
        return Snapshot(html_of(frame, _LOOK), frame.url)
    return None


def _names(shown: Iterable[Snapshot]) -> tuple[str, ...]:
    """What these pages themselves say whose they are."""
    owners = [portals.load().owner(each) for each in shown]
    return tuple({word for each in owners for word in (each.name, each.platform_id) if len(word) > 1})


def _picture(page: Page, names: tuple[str, ...]) -> bytes | None:
    """The page with its texts made equal and fields and pictures covered; none where that cannot be done."""
    with contextlib.suppress(BrowserTrouble):
        page.locator(":root").evaluate(f"(root, names) => ({_BLIND})(names)", list(names), timeout=3000)
        return page.screenshot(mask=[page.locator(_UNSEEN)], mask_color="#808080", timeout=3000)
    return None


def page_class(shown: Snapshot) -> str:
    """What this program takes the page for: the site, and how the person stands there or what the gateway says."""
    if shown.url.startswith("chrome-error:"):
        return "the browser's own error page"
    portal = portals.load()
    if shown.host == portal.host:
        standing = portal.standing(shown)
        known = "" if standing is not Standing.LOGGED_IN else f", {shown.path.rsplit('/', 1)[-1]}"
        return f"{portal.key}: {standing.value}{known}"
    for gateway in map(gateways.load, gateways.names()):
        if shown.host == gateway.host:
            return f"{gateway.key}: {gateway.read(shown).value}"
    return "another page"


def strip(html: str, names: tuple[str, ...] = ()) -> str:
    """The markup without scripts, values, addresses or anybody's words. `names` are texts that stand nowhere at all."""
    tree = LexborHTMLParser(html)
    redact = Redactor(names).text
    for dropped in _DROPPED:
        for node in tree.css(dropped):
            node.decompose()
    for node in tree.css("*"):
        for name in list(node.attributes):
            if name not in _KEPT_ATTRIBUTES:
                del node.attrs[name]
            elif node.attributes[name]:
                node.attrs[name] = _LONG_DIGITS.sub("0", redact(node.attributes[name] or ""))
    root = tree.root
    for node in list(root.traverse(include_text=True)) if root else []:
        if node.tag == "-text":
            text = node.text_content or ""
            own = _is_kept(node.parent) and not _GREETS.search(text)
            node.replace_with(_LONG_DIGITS.sub("0", redact(text)) if own else shape(text))
    return _COMMENT.sub("", tree.html or "")  # also those outside of the root; in a text < is written &lt;


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

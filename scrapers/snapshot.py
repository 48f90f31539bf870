"""A page as it was: what page objects are given, whether it came from a browser or from a file."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from urllib.parse import urlsplit

from selectolax.lexbor import LexborHTMLParser

from rules.record import Origin


@dataclass(frozen=True)
class Snapshot:
    """One saved page. `dialogs` are the native alerts it raised, `taken_at` is aware; `url` is "" where a file does not say."""

    html: str
    url: str = ""
    taken_at: datetime | None = None
    origin: Origin = Origin.PORTAL
    dialogs: tuple[str, ...] = field(default=())
    status: int | None = None

    @cached_property
    def tree(self) -> LexborHTMLParser:
        """The page parsed, once."""
        return LexborHTMLParser(self.html)

    @cached_property
    def pieces(self) -> tuple[str, ...]:
        """What the page says, piece by piece as it stands in the markup, script and style left out, white space folded."""
        body = self.tree.body
        if body is None:
            return ()
        found = (
            " ".join((node.text_content or "").split())
            for node in body.traverse(include_text=True)
            if node.tag == "-text" and _speaks(node.parent)
        )
        return tuple(each for each in found if each)

    @cached_property
    def text(self) -> str:
        """All that the page says on one line."""
        return " ".join(self.pieces)

    @property
    def host(self) -> str:
        """The host of the address, "" where unknown."""
        return urlsplit(self.url).hostname or ""

    @property
    def path(self) -> str:
        """The path of the address."""
        return urlsplit(self.url).path

    def has(self, selector: str) -> bool:
        """Whether an element is there."""
        return self.tree.css_first(selector) is not None

    @property
    def sha256(self) -> str:
        """The hash of the page's bytes as kept (UTF-8)."""
        return hashlib.sha256(self.html.encode()).hexdigest()


def _speaks(parent: object) -> bool:
    return getattr(parent, "tag", None) not in ("script", "style", "noscript", "template")

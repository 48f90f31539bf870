"""The shape of a portal: addresses and functions, handed to the log-in and the run as one value."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import Enum

from rules.record import LearningRecord, UnreadRow
from scrapers.browser import GuardedBrowser, Page
from scrapers.snapshot import Snapshot


class Standing(Enum):
    """How a portal sees whoever opened a page."""

    LOGGED_IN = "logged in"
    GUEST = "a guest"
    NOT_OFFICIAL = "a citizen's account"
    CONSENT = "asked for consent"
    DISPLACED = "displaced by another session"
    IDLE = "logged out for being idle too long"
    UNAVAILABLE = "the portal is not available"
    UNKNOWN = "a page not known"


@dataclass(frozen=True, slots=True)
class Owner:
    """Whose page it is, as the page says; "" where it does not. The platform_id is personal: never print it whole."""

    name: str
    platform_id: str


@dataclass(frozen=True, slots=True)
class ReadPage:
    """One page of the record table, read: its snapshot, what was understood and what was not, and the print if one was due.

    `year` is the filter's value, None where the page has no filter; `number` counts pages from 1.
    """

    year: int | None
    number: int
    snapshot: Snapshot
    content_sha256: str
    records: tuple[LearningRecord, ...]
    unread: tuple[UnreadRow, ...]
    pdf: bytes | None


@dataclass(frozen=True, slots=True)
class ReadYear:
    """One year of the table, read to its end."""

    year: int | None
    stated_total: int | None
    pages: tuple[ReadPage, ...]

    @property
    def rows(self) -> int:
        """Rows read, understood or not."""
        return sum(len(page.records) + len(page.unread) for page in self.pages)


@dataclass(frozen=True, slots=True)
class ReadOrder:
    """What to read: these years (empty: all that the page offers), and whether a page's content was kept already.

    `pause` waits between pages (politeness), `tell` reports progress in words.
    """

    years: tuple[int, ...]
    is_kept: Callable[[int | None, int, str], bool]
    pause: Callable[[Page], None]
    tell: Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Portal:
    """A portal as data and functions.

    `landings` are the paths a gateway sends a person back to, `posts` the only paths that may be posted to, `pages` the only
    ones that are opened once the person is logged in (all below one that ends in /). `choose` opens
    the chooser and takes the gateway's link; `read` yields each year of a logged-in page's record table.
    """

    key: str
    title: str
    host: str
    home: str
    log_out: str
    landings: tuple[str, ...]
    posts: tuple[str, ...]
    pages: tuple[str, ...]
    standing: Callable[[Snapshot], Standing]
    owner: Callable[[Snapshot], Owner]
    choose: Callable[[GuardedBrowser, Page, str, str, str], None]
    read: Callable[[GuardedBrowser, Page, ReadOrder], Iterator[ReadYear]]

"""The values the store takes and gives: what was read, what is kept, runs, attempts and claims."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from rules.record import LearningRecord, Origin, UnreadRow


@dataclass(frozen=True, slots=True)
class KeptFile:
    """A file of the home: its path relative to it, with forward slashes, and its hash."""

    path: str
    sha256: str

    @classmethod
    def of(cls, path: str, data: bytes) -> KeptFile:
        """The file of these bytes at this path."""
        return cls(path, hashlib.sha256(data).hexdigest())


@dataclass(frozen=True, slots=True)
class PageRead:
    """One page of a read. `html` and `pdf` are None where the content was kept before."""

    number: int
    url: str
    taken_at: datetime
    origin: Origin
    content_sha256: str
    records: tuple[LearningRecord, ...]
    unread: tuple[UnreadRow, ...]
    html: KeptFile | None
    pdf: KeptFile | None


@dataclass(frozen=True, slots=True)
class YearRead:
    """One year of a read; `year` None: no year filter. `complete`: read to its end, so a missing record is a shrink."""

    year: int | None
    total_stated: int | None
    complete: bool
    pages: tuple[PageRead, ...]


@dataclass(frozen=True, slots=True)
class Saved:
    """What a read changed: records now known, new ones, changed ones, and rows of this read that were not understood."""

    records: int
    new: int
    changed: int
    unread: int


@dataclass(frozen=True, slots=True)
class KeptPage:
    """A page kept: the newest of its year and number. Paths are relative to the home, None where there is no such file.

    `gone_since` is set on an older page that is given for a row which the portal no longer shows since then.
    """

    id: int
    year: int | None
    number: int
    url: str
    taken_at: datetime
    origin: Origin
    content_sha256: str
    html_path: str | None
    pdf_path: str | None
    gone_since: datetime | None = None


@dataclass(frozen=True, slots=True)
class ReadInfo:
    """The newest read: where and when, and the total that the pages stated over all years (None: none did)."""

    source: str
    taken_at: datetime
    total_stated: int | None
    years: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Run:
    """One run; `outcome` is None while it is under way or was killed, `interrupted` once a later run found that."""

    id: int
    command: str
    started_at: datetime
    finished_at: datetime | None
    outcome: str | None
    exit_code: int | None
    report: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Attempt:
    """One submission of a password; `outcome` is None where it was never answered.

    `account_key` is a keyed hash of account and password, "" where it is not known; its key lies in the keyring.
    """

    id: int
    gateway: str
    submitted_at: datetime
    outcome: str | None
    account_key: str = ""

    def is_of(self, account_key: str) -> bool:
        """Whether it was of the password of this fingerprint; where either is not known, it is taken to be."""
        return not (self.account_key and account_key) or self.account_key == account_key


@dataclass(frozen=True, slots=True)
class Reservation:
    """The answer to a wish to submit: the entry's id, or the earlier submission that forbids it. `made` counts a day's."""

    attempt: int | None
    block: Attempt | None
    made: int


@dataclass(frozen=True, slots=True)
class Claim:
    """One claim of the ledger. `hours` are the hours applied for, `sets` the keys of the sets.

    `review_sets` are those of them the person chose to include although the office has still to judge them, `review_hours`
    the hours that rest on them. `before_hours` and `before_sets` are what was already claimed when the papers were made (None:
    not known), which the papers print. The rest is what the office said: `approved_hours` where it approved other hours than
    applied for, and from when to when the leave can be taken where it filled that in.
    """

    id: str
    plan: str
    hours: Decimal
    state: str
    prepared_on: date
    folder: str
    sets: tuple[str, ...]
    check_code: str
    review_sets: tuple[str, ...] = ()
    review_hours: Decimal = Decimal(0)
    before_hours: Decimal | None = None
    before_sets: tuple[str, ...] = ()
    submitted_on: date | None = None
    decided_on: date | None = None
    approved_hours: Decimal | None = None
    use_from: date | None = None
    use_by: date | None = None

    @property
    def counted_hours(self) -> Decimal:
        """What counts as claimed: the hours approved, before that those applied for."""
        return self.hours if self.approved_hours is None else self.approved_hours


@dataclass(frozen=True, slots=True)
class Mark:
    """What became of a claim: the new state, the day it happened, and what the office filled in when it approved."""

    state: str
    on: date
    hours: Decimal | None = None
    use_from: date | None = None
    use_by: date | None = None


@dataclass(frozen=True, slots=True)
class RecordChange:
    """One record as a run left it, beside how it was before. `record` and `run` are ids of the store.

    `is_new`: first seen with this run. `is_late`: the oldest that is known of it, but a later import brought it.
    """

    record: int
    run: int
    seen_at: datetime
    before: LearningRecord | None
    after: LearningRecord
    is_new: bool
    is_late: bool


@dataclass(frozen=True, slots=True)
class Loss:
    """A record that the portal no longer shows. `year` is the filter it stood under, None for none.

    `gone_since` is the first read that lacked it; `page` the kept page it last stood on, relative to the home (None: none).
    `accepted_at` is None while no person has said that it is gone, `returned_at` while the portal does not show it again.
    """

    record_id: int
    year: int | None
    record: LearningRecord
    gone_since: datetime
    page: str | None = None
    accepted_at: datetime | None = None
    returned_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Notice:
    """Something worth telling, once: two of one key are the same. `data` are plain values for the wording.

    `closed_at` and `outcome` (`told`, `expired`) are None while nobody was told.
    """

    key: str
    kind: str
    data: Mapping[str, Any]
    found_at: datetime
    closed_at: datetime | None = None
    outcome: str | None = None

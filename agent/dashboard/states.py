"""What the main button is made from and what it is: how things stand, and a button with its ways on. Values only."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum


@dataclass(frozen=True, slots=True)
class Link:
    """One way on: an address to go to, or (`sends`) a change to send, with its fields."""

    label: str
    href: str
    sends: bool = False
    fields: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Button:
    """The one primary button: its label, the line beneath, and what else can be done instead. `main` None: it cannot be used now."""

    key: str
    label: str
    line: str
    main: Link | None
    links: tuple[Link, ...] = ()


class Blocked(StrEnum):
    """What keeps a run from being made at all."""

    NO_CREDENTIAL = "no_credential"
    NO_BROWSER = "no_browser"


@dataclass(frozen=True, slots=True)
class Standing:
    """How things stand. `trouble` is the exit code of the last run where it still matters; `read_on` the day of the records.

    `prepared_on` is set only where that claim still asks for just what is claimable. Days are Taipei dates, amounts hours.
    """

    is_set_up: bool = True
    is_demo: bool = False
    blocked: Blocked | None = None
    trouble: int = 0
    retry_from: str = ""  # the clock time from which another try makes sense, "" for now
    next_run: str = ""
    read_on: date | None = None
    step: int = 0
    steps: int = 5
    step_text: str = ""
    waiting: float | None = None
    is_stopping: bool = False
    has_plan: bool = True
    year: int = 0
    claimable: Decimal = Decimal(0)
    sets: int = 0
    pending: Decimal = Decimal(0)
    pending_sets: int = 0
    short_by: str = ""  # what the nearest set still lacks, in words
    prepared: str = ""  # the id of the prepared claim that is still true
    prepared_on: date | None = None
    submitted: Decimal = Decimal(0)
    submitted_on: date | None = None
    is_all_claimed: bool = False
    deadline: date | None = None
    is_past: bool = False

"""The shape of a gateway, and the pure function that reads a page by its table."""

from __future__ import annotations

import re
from dataclasses import dataclass
from difflib import SequenceMatcher

from scrapers.outcome import Outcome
from scrapers.snapshot import Snapshot

# A captcha that is there to be filled in, by its picture or its field.
CAPTCHA_FIELD = (
    "img[src*='captcha' i], img[id*='captcha' i], img[alt*='驗證碼'], input[placeholder*='驗證碼'], "
    "input[id*='captcha' i]:not([type='hidden']), input[name*='captcha' i]:not([type='hidden'])"
)

# An account that is locked, not one that will be after so many more wrong passwords.
LOCKED = r"(?<!將)(?<!將被)(?<!將會)(?<!將會被)(?<!將自動)(?<!將予)(?<!將予以)(鎖定|鎖住|停用|暫停使用)"

# The health card's component listens on this machine under a name of its own, which its installer points to 127.0.0.1
# (its public installers and clients, 2019–2024); the citizen certificate's listens on localhost:61161 (HiPKI, 2025).
CARD_READERS = frozenset({"iccert.nhi.gov.tw:7777"})


@dataclass(frozen=True, slots=True)
class Form:
    """One known generation of a log-in form: CSS selectors of account, password and button.

    Where the fields are not shown at first, `reveal` is clicked (a selector), or the element saying `reveal_words`.
    """

    account: str
    password: str
    submit: str
    reveal: str = ""
    reveal_words: str = ""


@dataclass(frozen=True, slots=True)
class Sign:
    """One row of the table: the page means `outcome` when the pattern is in its text or alerts, or the selector is there."""

    outcome: Outcome
    text: str = ""
    selector: str = ""

    def fits(self, page: Snapshot, said: str) -> bool:
        """Whether this row fits the page, or what it `said`."""
        if self.selector and page.has(self.selector):
            return True
        return bool(self.text) and re.search(self.text, said) is not None


@dataclass(frozen=True, slots=True)
class Gateway:
    """A gateway as data. `chooser_words` and `chooser_href` find its link on a portal's chooser; `entry` is the address
    behind it. `source` says where the facts come from and how sure they are; `help_line` whom a person can call.
    `more_hosts` are needed in every log-in, `person_hosts` only when a person logs in with a certificate or card; then pages
    may also talk to the card components on this machine, of which `person_components` are those that have names of their own.
    """

    key: str
    title: str
    host: str
    entry: str
    chooser_words: str
    chooser_href: str
    forms: tuple[Form, ...]
    signs: tuple[Sign, ...]
    help_line: str
    source: str
    more_hosts: frozenset[str] = frozenset()
    person_hosts: frozenset[str] = frozenset()
    person_components: frozenset[str] = CARD_READERS

    @property
    def hosts(self) -> frozenset[str]:
        """Every host this gateway needs during an unattended log-in."""
        return self.more_hosts | {self.host}

    def read(self, page: Snapshot, before: Snapshot | None = None) -> Outcome:
        """What a page of this gateway's host means, by the first row of the table that fits.

        `before` is the form as it stood before the password was sent: what it said already (a notice on locked accounts,
        say) means nothing afterwards. Without it nothing was sent yet, and beside a form only a captcha matters.
        """
        if page.status is not None and page.status >= 500:
            return Outcome.MAINTENANCE
        form = self._form_in(page)
        if form and before is None:  # a notice may speak of captchas too, so only one that is there counts
            seen = any(page.has(each.selector) for each in self.signs if each.selector)
            return Outcome.CAPTCHA if seen else Outcome.FORM
        said = " ".join((*page.dialogs, page.text)) if before is None else _news(page, before)
        for sign in self.signs:
            if sign.fits(page, said):
                return sign.outcome
        return Outcome.FORM if form else Outcome.UNKNOWN

    def _form_in(self, page: Snapshot) -> bool:
        return any(page.has(form.password) or (form.reveal and page.has(form.reveal)) for form in self.forms)


def _news(page: Snapshot, before: Snapshot) -> str:
    """What the page says now that it did not say before: alerts raised since, and runs of text that were not there.

    A run is new when any piece of it is: an error may repeat the form's own words (「您輸入的<b>密碼</b>錯誤」).
    """
    known = set(before.pieces)
    runs = SequenceMatcher(None, before.pieces, page.pieces, autojunk=False).get_opcodes()
    fresh = [page.pieces[start:end] for kind, _, _, start, end in runs if kind in ("replace", "insert")]
    new = (" ".join(run) for run in fresh if not known.issuperset(run))
    return " ".join((*page.dialogs[len(before.dialogs) :], *new))

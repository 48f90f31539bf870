"""What the replica knows and how it behaves, as data: a test says what goes wrong in one line."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass, field
from importlib.resources import files
from typing import Any

DEMO_ACCOUNT = "demo-tester"
DEMO_PASSWORD = "not-a-real-password-0000"  # noqa: S105 - the replica's own, known to everybody


@dataclass(frozen=True, slots=True)
class Account:
    """An account of one gateway. `person` tells whose records it opens; `official` False is a citizen's account."""

    gateway: str
    login: str = DEMO_ACCOUNT
    password: str = field(default=DEMO_PASSWORD, repr=False)
    name: str = "測試員"
    platform_id: str = "TEST-000001"
    official: bool = True


@dataclass(frozen=True, slots=True)
class Row:
    """One row of the record table in the printed cells' own words; `year` is the filter year it is listed under."""

    year: int
    course_type: str
    title: str
    period: str
    reading: str
    exam: str
    survey: str
    condition: str
    status: str
    hours: str
    upload: str
    uploaded: str
    course_id: str


@dataclass(frozen=True, slots=True)
class Fault:
    """What happens instead of an answer at one path. `times` 0: always. `redirect` keeps the method with status 307."""

    status: int = 0
    delay: float = 0.0
    reset: bool = False
    redirect: str = ""
    body: str = ""
    times: int = 0
    after: int = 0


@dataclass(frozen=True, slots=True)
class Behaviour:
    """Named switches; the defaults are a portal on a good day.

    `answer` is what a gateway does with a right password: "ok"; "alert:…" a native alert; "inline:…" the form again with
    that text; "page:…" a page with that text; "captcha" a form that asks for one; "land:PATH" sends the person to that path
    of the portal without vouching; "hang", "reset"; "redirect:URL" a 307 that would carry the password on.
    `person_acts`: the pages do by script what a person with a card would do by hand, from the guest's home page to the
    log-in by card (no password is sent). `faults` maps a path (of any host) to a Fault.
    """

    answer: str = "ok"
    faults: dict[str, Fault] = field(default_factory=dict)
    busy_notice: bool = False
    choose_form_first: bool = False
    captcha_in_form: bool = False
    form_action: str = ""
    foreign_frame: str = ""
    egov_opens: str = "same"
    egov_generation: str = "simple"
    consent: bool = False
    person_acts: bool = False
    pop_ups: bool = True
    link_name: str = "學習紀錄(含證書)"
    link_dead: bool = False
    script_filled: bool = False
    fill_delay_ms: int = 300
    rename_heading: dict[str, str] = field(default_factory=dict)
    drop_heading: tuple[str, ...] = ()
    extra_heading: tuple[str, ...] = ()
    reverse_columns: bool = False
    total_offset: int = 0
    hide_rows: int = 0
    repeat_page: bool = False
    ignore_year: bool = False
    lose_session_after: int = 0
    displace: bool = False
    truncate: bool = False
    no_table: bool = False
    year_filter: bool = True
    phone_copy: bool = True


@dataclass
class State:
    """Everything the replica serves. `extra_hosts` are further names its certificate is good for."""

    accounts: list[Account] = field(default_factory=lambda: [Account("ecpa"), Account("egov")])
    rows: dict[str, list[Row]] = field(default_factory=dict)
    behaviour: Behaviour = field(default_factory=Behaviour)
    page_size: int = 10
    extra_hosts: tuple[str, ...] = ()

    @classmethod
    def demo(cls, **behaviour: Any) -> State:  # noqa: ANN401 - the switches of Behaviour by name
        """The demonstration's person and records, with these switches of Behaviour."""
        return cls(rows={"TEST-000001": demo_rows()}, behaviour=Behaviour(**behaviour))

    def account(self, gateway: str, login: str, password: str) -> Account | None:
        """The account that this log-in opens."""
        for each in self.accounts:
            if (each.gateway, each.login, each.password) == (gateway, login, password):
                return each
        return None


def demo_rows() -> list[Row]:
    """The bundled records: the manual's eight rows as printed, and enough others to need paging."""
    text = files("scrapers.replica").joinpath("demo_records.toml").read_text("utf-8")
    return [Row(**each) for each in tomllib.loads(text)["row"]]

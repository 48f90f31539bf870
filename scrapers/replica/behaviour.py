"""How the replica behaves: named switches, all off on a good day."""

from __future__ import annotations

from dataclasses import dataclass, field

from scrapers.replica.outcomes import spelled_out


@dataclass(frozen=True, slots=True)
class Fault:
    """What happens instead of an answer at one path. `times` 0: always. `redirect` keeps the method with status 307.

    `reset` breaks the connection before any byte, `cut` in the middle of the answer; a `delay` alone only slows it, `drip`
    sends it piece by piece over so many seconds. `insert` is markup put before the page's end, `drop` a regular expression
    whose matches are taken out of it, `encoding` writes it in another encoding than its header says.
    """

    status: int = 0
    delay: float = 0.0
    reset: bool = False
    cut: bool = False
    redirect: str = ""
    body: str = ""
    times: int = 0
    after: int = 0
    drip: float = 0.0
    insert: str = ""
    drop: str = ""
    encoding: str = ""


@dataclass(frozen=True, slots=True)
class Behaviour:
    """Named switches; the defaults are a portal on a good day."""

    # What a gateway does with a right password: a name from outcomes.py, or spelled out ("alert:…", "inline:…", "page:…",
    # "land:PATH", "redirect:URL", "captcha", "hang", "reset"). `ecpa` and `egov` speak for one gateway, `answer` for both.
    answer: str = "ok"
    ecpa: str = ""
    egov: str = ""

    # Faults at a path ("/mooc/index.php") or at a host's path ("www.cp.gov.tw/portal/Clogin.aspx").
    faults: dict[str, Fault] = field(default_factory=dict)
    errors: dict[str, int] = field(default_factory=dict)  # short for Fault(status=…)
    slow: dict[str, float] = field(default_factory=dict)  # short for Fault(delay=…), in seconds

    other_certificate: tuple[str, ...] = ()  # these hosts show a certificate of another key

    # The way to the form.
    login_opens: str = "page"  # or "fancybox": the chooser opens in a frame over the portal's page
    busy_notice: bool = False  # 了解，我清楚了 before the chooser
    choose_form_first: bool = False  # eCPA: 帳號密碼登入 has to be chosen before the fields show
    captcha_in_form: bool = False
    form_action: str = ""  # where the log-in form says it posts to
    foreign_frame: str = ""  # a frame beside the form
    egov_opens: str = "same"  # or "new_window", "iframe": how the guide's button opens 我的e政府
    egov_entry: str = "chooser"  # or "simple" (the form at once), "portallogin" (the other address)
    egov_generation: str = "simple"  # or "older": the field ids of 2019–2022

    # The pages do by script what a person with a card would do by hand, from the guest's home page to the log-in by card.
    # No password is sent.
    person_acts: bool = False

    # After log-in.
    consent: bool = False  # the member terms wait for an answer
    single_session: bool = False  # a newer log-in of the same person displaces the older one
    pop_ups: bool = True  # learning summary on the home page, game card in 個人專區
    news: bool = False  # 最新消息 in an overlay on the home page and in 個人專區
    maintenance: bool = False  # the portal's every page is a maintenance page, with status 200
    foreign_subresource: bool = False  # pages load a picture and a script from a foreign host
    link_name: str = "學習紀錄(含證書)"
    link_path: str = "/mooc/user/learn_stat.php"
    link_dead: bool = False  # learn_stat.php shows 個人專區 instead; learn_dashboard_ga.php holds the table

    # The record page.
    script_filled: bool = False  # empty at first, rows arrive by script after `fill_delay_ms`
    fill_delay_ms: int = 300
    clear_while_filling: bool = False  # the empty text between two pages; otherwise the old rows stay
    generation: str = "2023"  # or "2021": no table id, rows with onclick, text inside td > div
    empty_text: str = "無符合搜尋條件的課程資料"
    year_filter: bool = True
    ignore_year: bool = False
    phone_copy: bool = True
    certificate_panel: bool = False  # 列印證書: a hidden table and year list of certificates in the same page
    rename_heading: dict[str, str] = field(default_factory=dict)
    drop_heading: tuple[str, ...] = ()
    extra_heading: tuple[str, ...] = ()
    column_order: tuple[str, ...] = ()  # these headings first, in this order
    reverse_columns: bool = False
    total_offset: int = 0  # added to the stated total
    missing_row: int = 0  # the row with this No. is not printed, but counted
    hide_rows: int = 0  # so many rows at the end are not printed, but counted
    repeat_page: bool = False  # paging shows the first page again and again
    truncate: bool = False  # the page ends in the middle
    no_table: bool = False
    lose_session_after: int = 0  # the session is gone after so many reads of the table
    displace: bool = False  # … because of another log-in: /connect_lost.php instead of the guest's home page
    idle_alert: bool = False  # … or for idleness: an alert, then the guest's home page

    def __post_init__(self) -> None:
        """Refuse an outcome nobody knows, lest a test pass for a typing error."""
        for outcome in (self.answer, self.ecpa or "ok", self.egov or "ok"):
            spelled_out(outcome)

    def outcome(self, gateway: str) -> tuple[str, str]:
        """Kind and text of what this gateway does with a right password."""
        return spelled_out({"ecpa": self.ecpa, "egov": self.egov}[gateway] or self.answer)

    def fault(self, host: str, path: str) -> Fault | None:
        """The fault set for this path, if any."""
        for key in (host + path, path):
            if key in self.faults:
                return self.faults[key]
            if key in self.errors or key in self.slow:
                return Fault(self.errors.get(key, 0), self.slow.get(key, 0.0))
        return None

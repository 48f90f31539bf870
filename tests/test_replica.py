"""The replica in a real browser: the log-ins by clicking, the record page in its forms, and what can go wrong, one line each."""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import psutil
import pytest
from playwright.sync_api import Dialog, Frame, Page
from playwright.sync_api import Error as BrowserError

from scrapers.replica import (
    DEMO_ACCOUNT,
    DEMO_PASSWORD,
    Behaviour,
    Fault,
    Replica,
    State,
    dump_state,
    load_state,
)
from scrapers.replica.request import Session

HOSTS = ("elearn.hrd.gov.tw", "ecpa.dgpa.gov.tw", "www.cp.gov.tw", "evil.example.test")
HOME = "https://elearn.hrd.gov.tw/mooc/index.php"
RECORDS = "https://elearn.hrd.gov.tw/mooc/user/learn_stat.php"
ECPA = "https://ecpa.dgpa.gov.tw/uIAM/clogin.asp?destid=CrossHRD"
EGOV = "https://www.cp.gov.tw/portal/Clogin.aspx?ReturnUrl=https://elearn.hrd.gov.tw/egov_login.php"
SIMPLE = "#AccountPassword_simple_"

# What the program meets in its own runs is shown by those (`tests/faults`, `tests/end_to_end`); here is what they rest on: that
# the replica is the site as publicly known, and that its book shows what it got.
BOUND = 60.0  # seconds one test may take; some calls of Playwright have no time-out of their own


@pytest.fixture(scope="module")
def running() -> Iterator[Replica]:
    """One replica for all tests here: each test sets its state anew."""
    with Replica(State(extra_hosts=HOSTS[3:])) as replica:
        yield replica


@pytest.fixture(scope="module")
def browser_type_launch_args(running: Replica) -> dict[str, Any]:
    """An installed browser that finds the real host names at the replica, and nothing anywhere else."""
    port = running.address.rpartition(":")[2]
    rules = ",".join(f"MAP {host}:443 127.0.0.1:{port}" for host in HOSTS)
    return {
        "executable_path": os.environ.get("ELEARN_BROWSER") or shutil.which("chromium"),
        "args": [
            "--no-sandbox",
            f"--host-resolver-rules={rules},MAP * ~NOTFOUND",
            f"--ignore-certificate-errors-spki-list={running.key}",
            "--no-proxy-server",
            "--disable-quic",
            "--no-first-run",
            "--disable-background-networking",
            "--disable-component-update",
            "--disable-sync",
        ],
    }


@pytest.fixture(scope="module")
def launched(playwright: Any, browser_type_launch_args: dict[str, Any]) -> Iterator[Any]:
    """One browser for all tests here, apart from the one that other tests use."""
    browser = playwright.chromium.launch(**browser_type_launch_args)
    yield browser
    browser.close()


@pytest.fixture
def page(launched: Any, running: Replica) -> Iterator[Page]:
    """A tab in a window of its own. Where a test takes too long the browser is killed, so that it fails instead of waiting."""
    watchdog = threading.Timer(BOUND, _kill_browser, [running.address])
    watchdog.start()
    found = launched.new_context(viewport={"width": 1400, "height": 900})
    found.set_default_timeout(15000)
    yield found.new_page()
    found.close()
    watchdog.cancel()


def _kill_browser(address: str) -> None:
    for each in psutil.Process().children(recursive=True):
        with contextlib.suppress(psutil.Error):
            if any(address in word for word in each.cmdline()):
                each.kill()


@pytest.fixture
def portal(running: Replica) -> Callable[..., Replica]:
    """`portal(ecpa="locked")`: the replica in this state, with an empty book."""

    def reset(state: State | None = None, **switches: Any) -> Replica:
        running.state = state or State.demo(**{"pop_ups": False, **switches})
        running.requests.clear()
        running.sessions.clear()
        running.refused.clear()
        return running

    return reset


def alerts(page: Page) -> list[str]:
    """What the page's native alerts say from now on; each is confirmed."""
    said: list[str] = []

    def hear(dialog: Dialog) -> None:
        said.append(dialog.message)
        dialog.accept()

    page.on("dialog", hear)
    return said


def fill_ecpa(page: Page | Frame, password: str = DEMO_PASSWORD) -> None:
    page.fill("#aliasid", DEMO_ACCOUNT)
    page.fill("#pas", password)
    page.click('button[onclick="startIdPas()"]')


def fill_egov(page: Page | Frame, password: str = DEMO_PASSWORD, ids: str = SIMPLE) -> None:
    page.fill(f"{ids}txt_account", DEMO_ACCOUNT)
    page.fill(f"{ids}txt_password", password)
    page.click(f"{ids}btn_LoginHandler")


def log_in(page: Page) -> None:
    page.goto(ECPA)
    fill_ecpa(page)
    page.wait_for_url(HOME)


def come_in(replica: Replica, page: Page) -> None:
    """Logged in without the way there, for the tests of what follows."""
    replica.sessions["of-a-test"] = Session(replica.state.accounts[0])
    page.context.add_cookies([{"name": "PHPSESSID", "value": "of-a-test", "url": HOME}])


def columns(page: Page, table: str = "#pc_data") -> list[list[str]]:
    return page.locator(f"{table} tr").evaluate_all(
        "rows => rows.map(row => [...row.cells].map(cell => cell.innerText))"
    )


def run(page: Page, script: str) -> Any:
    """What this function gives in the page. Unlike the page's own `evaluate`, a locator's does not wait for ever."""
    return page.locator(":root").evaluate(script)


def message(page: Page) -> str:
    return page.inner_text(".paginate-message").strip()


def all_pages(page: Page) -> list[list[str]]:
    found = columns(page)[1:]
    while "disabled" not in (page.get_attribute("a.paginate-btn[title='下一頁']", "class") or ""):
        with page.expect_navigation():
            page.click("a.paginate-btn[title='下一頁']")
        found += columns(page)[1:]
    return found


def wait_until(page: Page, true: Callable[[], object], seconds: float = 8) -> None:
    deadline = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < deadline, "did not become true in time"
        page.wait_for_timeout(20)


# The way in


def test_a_whole_ecpa_log_in_by_clicking_ends_logged_in(portal: Any, page: Page) -> None:
    replica = portal(busy_notice=True, choose_form_first=True)
    page.goto("https://elearn.hrd.gov.tw/")
    assert page.title() == "e等公務園+學習平臺 - 首頁"
    assert page.get_attribute("html", "lang") == "zh-Hant-TW"
    page.click("a#login_md.login-btn")
    page.click("#targetloginButtonArea .buttom_btn")
    page.click("text=人事服務網eCPA")
    page.wait_for_selector("h1:has-text('人事服務網')")
    assert page.title() == "人事服務網eCPA"
    assert page.url.startswith(
        "https://ecpa.dgpa.gov.tw/webform/clogin.aspx?returnUrl=https://elearn.hrd.gov.tw/"
    )
    assert not page.is_visible("#aliasid")
    page.click("[role=tab]:has-text('帳號密碼登入')")
    fill_ecpa(page)
    page.wait_for_url(HOME)
    assert page.inner_text(".co-username") == "平台識別碼：TEST-000001"
    assert page.is_visible("text=個人專區")
    assert page.is_visible("text=登出")
    assert not page.query_selector("a[href*=co_login_dialog]")
    paths = [each.path for each in replica.requests if each.path != "/favicon.ico"]
    assert paths[-8:] == [
        "/webform/clogin.aspx",
        "/Home/GetUID",
        "/Home/GetApTicketV2",
        "/Home/EnterTwoWayLog",
        "/Home/EnterApplicationTwoWay",
        "/sso_verify.php",
        "/sso_home.php",
        "/mooc/index.php",
    ]
    assert (replica.submissions("ecpa"), replica.submissions("egov"), replica.leaks()) == (1, 0, [])
    sent = next(each for each in replica.requests if each.path == "/sso_verify.php")
    assert (sent.method, sent.form_keys) == ("POST", ("ticket",))
    assert DEMO_PASSWORD not in repr(replica.requests)


@pytest.mark.parametrize("entry", ["simple", "portallogin"])
def test_egov_opens_in_the_same_tab_at_each_of_its_addresses(portal: Any, page: Page, entry: str) -> None:
    replica = portal(egov_entry=entry)
    page.goto("https://elearn.hrd.gov.tw/mooc/co_login_dialog.php")
    page.click("section:has-text('公務人員登入') >> text=我的e政府")
    page.click("button.gov-btn")
    if entry != "simple":
        assert not page.query_selector(f"{SIMPLE}txt_account")
        page.click("a#accountlinkbt")
    fill_egov(page)
    page.wait_for_url(HOME)
    assert page.inner_text(".co-realname") == "測試員"
    assert replica.submissions("egov") == 1


def test_the_chooser_may_open_in_an_overlay(portal: Any, page: Page) -> None:
    portal(login_opens="fancybox")
    page.goto(HOME)
    page.click("#login_md")
    page.frame_locator("iframe.fancybox-iframe").locator("text=人事服務網eCPA").click()
    page.wait_for_selector("#aliasid")
    assert page.main_frame.url.startswith("https://ecpa.dgpa.gov.tw/webform/")


def test_a_guest_who_asks_for_a_record_page_is_sent_home(portal: Any, page: Page) -> None:
    portal()
    page.goto(RECORDS)
    assert page.url == HOME
    assert page.is_visible("#login_md")
    cookies = {each["name"]: each for each in page.context.cookies()}
    assert {"idx", "suc"} <= set(cookies)
    assert all(each["secure"] and each["httpOnly"] for each in cookies.values())


# What a gateway may answer


def test_a_wrong_ecpa_password_is_a_native_alert_and_one_submission(portal: Any, page: Page) -> None:
    replica = portal()
    said = alerts(page)
    page.goto(ECPA)
    fill_ecpa(page, "anything else")
    wait_until(page, lambda: said)
    assert said == ["帳號或密碼錯誤，請重新輸入！"]
    assert replica.submissions("ecpa") == 1
    assert not [each for each in replica.requests if each.path == "/sso_verify.php"]


def test_egov_asks_for_a_captcha_at_the_third_wrong_password_and_disables_at_the_fifth(
    portal: Any, page: Page
) -> None:
    replica = portal()
    said = alerts(page)
    page.goto(f"{EGOV}&ver=Simple&Level=1")
    for at in range(1, 6):
        fill_egov(page, "wrong")
        wait_until(page, lambda at=at: len(said) == at)
        assert bool(page.query_selector("[name=captcha]")) == (at >= 3)
    fill_egov(page)
    wait_until(page, lambda: len(said) == 6)
    assert "已停用" in said[-1]
    assert replica.submissions("egov") == 6


@pytest.mark.parametrize(
    ("gateway", "outcome", "times"),
    [("ecpa", "reset_after_submit", 1), ("egov", "reset_after_submit_reused", 2)],
)
def test_a_gateway_may_break_off_after_the_password(
    portal: Any, page: Page, gateway: str, outcome: str, times: int
) -> None:
    """Chromium sends a form again by itself when a connection that was there before breaks before any answer.

    A page's own request (eCPA) finds no such connection here; a navigation (我的e政府) may always be given one ahead of need.
    """
    replica = portal(answer=outcome)
    page.goto({"ecpa": ECPA, "egov": f"{EGOV}&ver=Simple&Level=1"}[gateway])
    {"ecpa": fill_ecpa, "egov": fill_egov}[gateway](page)
    wait_until(page, lambda: replica.submissions(gateway) >= times)
    page.wait_for_timeout(300)  # for one too many
    assert replica.submissions(gateway) == times
    assert not [each for each in replica.requests if each.path in {"/egov_login.php", "/sso_verify.php"}]


@pytest.mark.parametrize(
    ("gateway", "outcome"), [("ecpa", "foreign_redirect_submit"), ("egov", "foreign_form_target")]
)
def test_a_foreign_target_gets_the_password_and_the_book_shows_it(
    portal: Any, page: Page, gateway: str, outcome: str
) -> None:
    """Nobody guards the browser here: what the runs of the program must prevent would show."""
    replica = portal(answer=outcome)
    page.goto({"ecpa": ECPA, "egov": f"{EGOV}&ver=Simple&Level=1"}[gateway])
    {"ecpa": fill_ecpa, "egov": fill_egov}[gateway](page)
    wait_until(page, replica.leaks)
    assert [(each.host, each.path) for each in replica.leaks()] == [("evil.example.test", "/collect")]


# The record page


def test_the_manuals_eight_rows_are_printed_as_the_manual_prints_them(portal: Any, page: Page) -> None:
    come_in(portal(certificate_panel=True), page)
    page.goto(HOME)
    page.click("text=個人專區")
    page.click("text=學習紀錄(含證書)")
    page.select_option("select[name=curYear]", "2023")
    with page.expect_navigation():
        run(page, "() => { doSearch(); }")
    shown = columns(page)
    assert shown[0] == (
        [
            "No.",
            "課程類型",
            "課程名稱",
            "上課期間",
            "閱讀時數",
            "測驗",
            "問卷",
            "通過條件",
            "通過狀態",
            "認證時數",
            "終身學習上傳狀態",
            "終身學習時數上傳時間",
        ]
    )
    assert [" ".join(cell.split()) for cell in shown[1]] == [
        "1",
        "開放式",
        "政府數位轉型新視界 (PCENTER112100461)",
        "2023-01-01 08:00:00~2023-01-01 09:00:00",
        "01:00:00",
        "100",
        "已填",
        "課程測驗：75 分(含)以上 閱讀時數：00:30:00(含)以上 需填問卷：是",
        "已通過",
        "1.0",
        "成功",
        "2023-01-02 12:00:00",
    ]
    assert [row[9] for row in shown[1:9]] == ["1.0"] * 5 + ["2.0", "2.0", "1.0"]
    assert page.locator("#pc_data [onclick^='gotoCourse(']").count() == 10
    assert page.locator("#mobile_data tr").count() == 11
    assert not page.is_visible("#mobile_data")
    assert not page.is_visible("#table_print")


def test_paging_reaches_the_stated_total_and_the_filter_lists_one_year(portal: Any, page: Page) -> None:
    state = State.demo(pop_ups=False)
    state.years = (2020,)
    come_in(portal(state), page)
    page.goto(f"{RECORDS}?curYear=2023")
    assert message(page) == "1 - 10 共 27 筆"
    assert [row[0] for row in all_pages(page)] == [str(at) for at in range(1, 28)]
    assert message(page) == "21 - 27 共 27 筆"
    page.goto(f"{RECORDS}?curYear=2021")
    assert {row[3][:4] for row in columns(page)[1:]} == {"2021"}
    page.goto(f"{RECORDS}?curYear=2020")
    assert (columns(page)[1:], message(page)) == ([["無符合搜尋條件的課程資料"]], "共 0 筆")


@pytest.mark.parametrize("generation", ["2021"])
def test_rows_may_arrive_by_script_after_an_empty_first_state(
    portal: Any, page: Page, generation: str
) -> None:
    replica = portal(script_filled=True, fill_delay_ms=400, clear_while_filling=True, generation=generation)
    table = {"2023": "#pc_data", "2021": ".for-desk table.table.subject"}[generation]
    come_in(replica, page)
    answer = page.goto(RECORDS)
    assert answer is not None
    assert (answer.text().count("無符合搜尋條件的課程資料</td>"), answer.text().count("gotoCourse(1")) == (
        2,
        0,
    )
    page.wait_for_function("document.querySelector('.paginate-message').textContent.includes('共 2 筆')")
    page.select_option("select[name=curYear]", "2023")
    at_once = run(
        page, f"() => (doSearch(), document.querySelector({table!r}).innerText.split('\\n').at(-1))"
    )
    assert at_once == "無符合搜尋條件的課程資料"
    page.wait_for_function("document.querySelector('.paginate-message').textContent.includes('1 - 10 共 27')")
    assert len(columns(page, table)) == 11
    page.click("a.paginate-btn[title='下一頁']")
    page.wait_for_function("document.querySelector('.paginate-message').textContent.startsWith('11 - 20')")
    by_script = columns(page, table)
    assert page.locator(f"{table} [onclick^='gotoCourse(']").count() == 10
    replica.state.behave(script_filled=False)
    page.goto(f"{RECORDS}?curYear=2023&page=2")
    assert columns(page, table) == by_script, "both ways show the same cells"


def test_the_record_table_can_differ_in_every_named_way(portal: Any, page: Page) -> None:
    replica = portal()
    come_in(replica, page)

    def headings(**switches: Any) -> list[str]:
        replica.state.behaviour = Behaviour(pop_ups=False, **switches)
        page.goto(f"{RECORDS}?curYear=2023")
        return columns(page)[0]

    plain = headings()
    assert headings(rename_heading={"認證時數": "核發時數"})[9] == "核發時數"
    assert "通過狀態" not in headings(drop_heading=("通過狀態",))
    assert len(headings(extra_heading=("備註",))) == 13
    assert headings(column_order=("認證時數", "課程名稱"))[:3] == ["認證時數", "課程名稱", "No."]
    assert headings(reverse_columns=True) == plain[::-1]
    headings(missing_row=3)
    assert [row[0] for row in columns(page)[1:]] == ["1", "2", "4", "5", "6", "7", "8", "9", "10"]
    assert message(page) == "1 - 10 共 27 筆"
    headings(hide_rows=1)
    assert len(all_pages(page)) == 26
    headings(total_offset=1)
    assert message(page).endswith("共 28 筆")
    headings(repeat_page=True)
    assert {row[0] for row in all_pages(page)} == {str(at) for at in range(1, 11)}
    headings(ignore_year=True)
    assert {row[3][:4] for row in columns(page)[1:]} == {"2024"}
    headings(phone_copy=False)
    assert page.locator("table").count() == 1
    replica.state.behave(no_table=True)
    page.goto(RECORDS)
    assert page.locator("#pc_data").count() == 0
    replica.state.behave(no_table=False, truncate=True)
    page.goto(RECORDS)
    assert "</html>" not in replica_text(page)


def replica_text(page: Page) -> str:
    return str(run(page, "() => fetch(location.href).then(answer => answer.text())"))


def test_a_newer_log_in_displaces_the_older_one(portal: Any, page: Page, launched: Any) -> None:
    portal(single_session=True)
    log_in(page)
    other = launched.new_context()
    log_in(other.new_page())
    other.close()
    page.goto(RECORDS)
    assert page.url.endswith("/connect_lost.php")


def test_pop_ups_only_cover_the_page(portal: Any, page: Page) -> None:
    come_in(portal(pop_ups=True, news=True), page)
    page.goto(HOME)
    assert page.frame_locator("#news iframe").locator("text=最新消息").first.is_visible()
    page.click("#news .fancybox-close-small")
    page.click("#learn-contain-wrap .fancybox-close-small")
    page.click("text=個人專區")
    page.click("text=我知道了")
    assert page.locator(".cover").count() == 0
    assert message(page) == "1 - 4 共 4 筆" or page.locator(".cards > div").count()
    answer = page.goto("https://elearn.hrd.gov.tw/mooc/user/learn_dashboard.php?tab=7")
    assert answer is not None
    assert answer.status == 403


def test_only_an_answer_to_the_terms_opens_the_portal(portal: Any, page: Page) -> None:
    portal(consent=True)
    page.goto(ECPA)
    fill_ecpa(page)
    page.wait_for_selector("text=同意")
    page.goto(RECORDS)
    assert page.url.endswith("/mooc/consent.php")
    page.check("input[name=agree][value='1']")
    page.click("text=送出")
    page.goto(RECORDS)
    assert page.is_visible("#pc_data")


# Faults at any path, and the server itself


def test_a_fault_at_any_path_is_one_line_and_ends_after_its_times(portal: Any, page: Page) -> None:
    replica = portal()
    come_in(replica, page)
    replica.state.behave(faults={"/mooc/user/learn_stat.php": Fault(503, times=1, after=1)})
    statuses = [answer.status for _ in range(3) if (answer := page.goto(RECORDS)) is not None]
    assert statuses == [200, 503, 200]
    replica.state.behave(faults={}, errors={"elearn.hrd.gov.tw/mooc/user/learn_stat.php": 500})
    answer = page.goto(RECORDS)
    assert answer is not None
    assert answer.status == 500
    replica.state.behave(errors={}, slow={"/mooc/user/learn_stat.php": 0.3})
    before = time.monotonic()
    page.goto(RECORDS)
    assert time.monotonic() - before >= 0.3
    replica.state.behave(
        slow={}, faults={"/mooc/user/learn_stat.php": Fault(redirect="https://evil.example.test/x")}
    )
    page.goto(RECORDS)
    assert page.url == "https://evil.example.test/x"
    assert replica.to_host("evil.example.test")[0].path == "/x"
    replica.state.behave(faults={"/mooc/user/learn_stat.php": Fault(reset=True)})
    with pytest.raises(BrowserError, match="ERR_"):
        page.goto(RECORDS)


def test_a_state_survives_a_file_and_a_part_of_one_is_filled_up(tmp_path: Path) -> None:
    state = State.demo(ecpa="locked", drop_heading=("問卷",), faults={"/": Fault(503, times=2)})
    dump_state(state, tmp_path / "state.json")
    assert load_state(tmp_path / "state.json") == state
    (tmp_path / "part.toml").write_text('page_size = 3\n[behaviour]\negov = "captcha_after"\n', "utf-8")
    part = load_state(tmp_path / "part.toml")
    assert (part.page_size, part.behaviour.egov, part.rows) == (3, "captcha_after", State.demo().rows)
    with pytest.raises(ValueError, match="no outcome 'loked'"):
        State.demo(ecpa="loked")


def test_in_the_foreground_it_says_where_it_is_and_stops_when_told() -> None:
    started = subprocess.Popen(
        [sys.executable, "-m", "scrapers.replica"], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    assert started.stdout is not None
    said = [started.stdout.readline().strip() for _ in range(2)]
    assert said[0].startswith("ELEARN_REPLICA=127.0.0.1:")
    assert len(said[1].partition("KEY=")[2]) == 44
    started.send_signal(signal.SIGTERM)
    out, err = started.communicate(timeout=5)
    assert (started.returncode, out, err) == (0, "", "")


def test_the_replica_knows_nothing_of_the_readers() -> None:
    """No import leads from the replica to any other part of the project."""
    code = "import sys, json, scrapers.replica; print(json.dumps(sorted(sys.modules)))"
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    names = [
        name for name in json.loads(found.stdout) if name.split(".")[0] in {"agent", "rules", "scrapers"}
    ]
    assert [name for name in names if not name.startswith("scrapers.replica")] == ["scrapers"]


def test_it_stops_at_once_even_while_an_answer_hangs(portal: Any) -> None:
    import http.client
    import ssl
    import threading

    before = time.monotonic()
    with Replica(State.demo(slow={"/": 600})) as replica:
        context = ssl._create_unverified_context()
        client = http.client.HTTPSConnection(*replica.address.split(":"), context=context)

        def ask() -> None:
            client.request("GET", "/", headers={"Host": "elearn.hrd.gov.tw"})
            with pytest.raises((http.client.HTTPException, OSError)):
                client.getresponse()

        asking = threading.Thread(target=ask)
        asking.start()
        while not replica.requests:
            time.sleep(0.02)
    asking.join(5)
    assert not asking.is_alive()
    assert time.monotonic() - before < 5

"""The page in a real Chromium: the one click, what goes wrong, two tabs, reloads."""

from __future__ import annotations

import io
import re
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest
from page_cases import PASSWORD, PERSON, SECOND, come_in, main_button, policy_rows, state
from playwright.sync_api import BrowserContext, Page, expect
from pypdf import PdfReader

from agent.dashboard import password_box
from agent.dashboard.progress import Ended
from agent.dashboard.work import RUN_STEPS
from agent.home import hold
from agent.store import Store


@pytest.fixture
def tab(browser, site) -> Iterator[Page]:
    """A tab that came in through the opening file; whatever another host is asked for, or the console complains of, fails the test."""
    context: BrowserContext = browser.new_context(viewport={"width": 1280, "height": 900}, locale="zh-TW")
    page = context.new_page()
    wrong: list[str] = []
    own = (
        f"http://{site.door.authority}/",
        "file://",
        "chrome-extension://",
        "chrome://",
        "data:",
        "about:",
        "blob:",
    )
    context.on("request", lambda request: None if request.url.startswith(own) else wrong.append(request.url))
    page.on("pageerror", lambda error: wrong.append(str(error)))
    come_in(page, site)
    yield page
    context.close()
    assert wrong == []


def test_from_an_empty_home_to_the_papers(site, tab, portal, monkeypatch, tmp_path):
    """Seven questions, the password in the system's own box, one click, live steps, the papers in the page, 我已送件."""
    portal.state = state()
    monkeypatch.setattr(password_box, "ask", lambda text: PASSWORD)
    expect(tab.get_by_role("heading", name="準備我的補休申請")).to_be_visible()
    tab.get_by_role("link", name="開始設定").click()
    tab.get_by_label("人事服務網").check()
    tab.get_by_role("button", name="下一步").click()
    tab.get_by_role("textbox", name="帳號").fill("demo-tester")
    tab.get_by_role("button", name="下一步").click()
    assert tab.locator("input[type=password]").count() == 0
    tab.get_by_role("button", name="開啟密碼視窗").click()
    tab.wait_for_url("**/setup?step=4")
    tab.get_by_role("textbox", name="姓名").fill("測試員")
    tab.get_by_label("人員類別").select_option("編制內公務人員")
    tab.get_by_role("button", name="下一步").click()
    tab.get_by_role("button", name="下一步").click()
    tab.get_by_role("button", name="下一步").click()
    tab.get_by_label(re.compile("112 年度")).check()
    tab.get_by_role("button", name="完成").click()

    expect(main_button(tab)).to_have_text("準備我的補休申請")
    steps: list[str] = []
    tab.expose_function("stepSeen", lambda text: steps.append(text))  # noqa: PLW0108 - a built-in cannot be wrapped
    watch = """() => new MutationObserver(() => {
        const now = document.querySelector('#progress [aria-current] .step-name');
        if (now) stepSeen(now.textContent);
    }).observe(document.body, {childList: true, subtree: true})"""
    tab.add_init_script(f"addEventListener('DOMContentLoaded', {watch})")
    main_button(tab).click()
    tab.wait_for_url("**/claims/kaohsiung-112-1", timeout=90 * SECOND)
    seen = list(dict.fromkeys(re.split("[（(]", each)[0] for each in steps))
    assert [each for each in seen if each in ("登入人事服務網", "讀取學習紀錄")] == [
        "登入人事服務網",
        "讀取學習紀錄",
    ]
    assert any("已讀" in each for each in steps)  # page counts arrive while it runs

    expect(tab.get_by_role("heading", level=1)).to_contain_text("尚未送出")
    _papers_open(site, tab)
    expect(tab.get_by_role("link", name="存成一個檔給人事")).to_be_visible()
    assert tab.get_by_role("checkbox").count() == 5
    with tab.expect_download() as saving:
        tab.get_by_role("link", name="存成一個檔給人事").click()
    saved = tmp_path / "claim.zip"
    saving.value.save_as(saved)

    tab.get_by_role("button", name="我已送件").click()
    expect(tab.get_by_text("▶ 已送件")).to_be_visible()
    tab.go_back()
    expect(tab.get_by_role("heading", level=1)).to_have_text("申請文件（已送件）")  # nothing to press twice
    expect(tab.get_by_role("button", name="我已送件")).to_have_count(0)
    tab.goto(f"http://{site.door.authority}/")
    expect(main_button(tab)).to_have_text("查看申請案")
    tab.goto(f"http://{site.door.authority}/claims")
    tab.get_by_role("button", name="人事已核定").click()
    expect(tab.locator("main")).to_contain_text("✔ 已核定")

    tab.goto(f"http://{site.door.authority}/office")
    tab.get_by_label(re.compile("zip")).set_input_files([saved])
    tab.get_by_role("button", name="檢核").click()
    expect(tab.locator("tbody tr")).to_have_count(1)
    expect(tab.locator("tbody")).to_contain_text("✔ 一致")
    _visited(site, tab, portal)
    assert portal.submissions("ecpa") == 1
    _nothing_secret(site)


def _papers_open(site, tab: Page) -> None:
    """Each paper is shown in the page with as many pages as its tab says; all of them open in a tab of their own to print."""
    labels = tab.locator(".tabs a:not([download])").all_inner_texts()
    assert [each.partition("（")[0] for each in labels] == [
        "全部文件",
        "申請表",
        "學習紀錄",
        "逐筆檢核表",
        "給單位主管",
    ]
    names = ("全部列印", "1-補休申請表", "2-平臺學習紀錄", "3-逐筆檢核表", "給單位主管")
    for label, name in zip(labels, names, strict=True):
        with tab.expect_response(
            lambda answer, name=name: unquote(answer.url).endswith(f"{name}.pdf")
        ) as shown:
            tab.get_by_role("link", name=label, exact=True).click()
        assert shown.value.ok
        assert tab.locator("iframe.paper").get_attribute("title") == label.partition("（")[0]
        answer = site.get(urlsplit(shown.value.url).path)
        assert answer.headers["content-type"] == "application/pdf"
        pages = PdfReader(io.BytesIO(answer.body)).pages
        assert f"（{len(pages)} 頁）" in label
        assert "測試" in "".join(page.extract_text() for page in pages)
    with tab.context.expect_page() as opened:
        tab.get_by_role("link", name=re.compile(r"^列印全部（\d+ 頁）$")).click()
    opened.value.wait_for_url("**/*.pdf")
    opened.value.close()


def _visited(site, tab: Page, portal) -> None:
    """What the page says was visited is what the portal was asked for, and nothing else."""
    tab.goto(f"http://{site.door.authority}/visited")
    cells = tab.locator("tbody tr").all_inner_texts()
    said = {tuple(row.split("\t")[:2]) for row in cells if "favicon" not in row}
    asked = {(each.host, each.path) for each in portal.requests if "favicon" not in each.path}
    assert said == asked


def _nothing_secret(site) -> None:
    """The password is in no file of the home."""
    for path in site.home.path.rglob("*"):
        if path.is_file():
            data = path.read_bytes()
            assert PASSWORD.encode() not in data, path
            assert site.door.session.encode() not in data, path


def test_the_demonstration_needs_no_account(site, tab):
    tab.get_by_role("button", name="先用示範資料看看").click()
    tab.wait_for_url("**/demo", timeout=90 * SECOND)
    expect(tab.locator("main")).to_contain_text("測試")
    expect(tab.locator("iframe.paper")).to_be_visible()
    with Store.open(site.home.database) as store:
        assert store.records() == []


def test_a_refused_password_is_sent_once_and_mended_in_one_click(site, tab, portal, monkeypatch):
    """Refused → the button asks for the new password → the system's box → the next run succeeds."""
    portal.state = state(4, ecpa="wrong_password")
    portal.requests.clear()
    site.configure()
    site.put_credential()
    tab.goto(f"http://{site.door.authority}/")
    main_button(tab).click()
    alert = tab.get_by_role("alert")
    expect(alert).to_contain_text("沒有接受儲存的密碼", timeout=60 * SECOND)
    expect(alert).to_contain_text("02-2397-9108")
    expect(main_button(tab)).to_have_text("輸入新密碼")
    assert portal.submissions("ecpa") == 1
    portal.state = state(4)
    monkeypatch.setattr(password_box, "ask", lambda text: PASSWORD)
    main_button(tab).click()
    tab.get_by_role("button", name="開啟密碼視窗").click()
    tab.wait_for_url(f"http://{site.door.authority}/")
    expect(tab.locator("main")).to_contain_text("密碼已更新")
    assert portal.submissions("ecpa") == 1
    main_button(tab).click()
    expect(tab.locator(".no-fault")).to_contain_text("目前沒有可申請的補休", timeout=60 * SECOND)
    assert portal.submissions("ecpa") == 2
    assert PERSON not in tab.content()


def test_what_nobody_foresaw_is_said_without_its_traceback_and_can_be_put_away(site, tab):
    """The named endings are in test_every_ending; this is a defect of the program itself (the run is replaced by it)."""

    def job(tell):
        tell("開啟瀏覽器", "")
        raise ZeroDivisionError("x")

    site.configure()
    site.put_credential()
    assert site.served.desk.worker.start("claim", RUN_STEPS, job)
    site.served.desk.worker._thread.join(10)
    tab.goto(f"http://{site.door.authority}/")
    expect(tab.locator(".failure[data-code='1']")).to_contain_text("程式發生未預期的問題")
    assert "Traceback" not in tab.content()
    kept = Path(site.served.desk.worker.progress.ended.evidence)
    assert "ZeroDivisionError" in kept.read_text("utf-8")
    assert kept.stat().st_mode & 0o777 == 0o600
    tab.get_by_role("button", name="知道了").click()
    expect(tab.locator(".failure")).to_have_count(0)


def test_progress_is_the_same_in_two_tabs_survives_a_reload_and_stops_where_it_is_safe(site, tab):
    site.configure()
    site.put_credential()
    goes, logging_in = threading.Event(), threading.Event()

    def job(tell):
        tell("開啟瀏覽器", "")
        tell("登入人事服務網", "")
        logging_in.wait(20)
        tell("讀取學習紀錄", "112 年第 1 頁，已讀 10 筆")
        goes.wait(20)
        tell("讀取學習紀錄", "112 年第 2 頁，已讀 19 筆")
        return Ended()

    assert site.served.desk.worker.start("claim", RUN_STEPS, job)
    tab.reload()
    other = tab.context.new_page()
    come_in(other, site)
    for each in (tab, other):
        expect(each.locator("[aria-current=step] .step-name")).to_have_text("登入人事服務網")
        expect(main_button(each)).to_be_disabled()
    logging_in.set()
    for each in (tab, other):
        expect(each.locator("[aria-current=step] .step-name")).to_contain_text("第 1 頁，已讀 10 筆")
        expect(main_button(each)).to_have_text("準備中…（3/5）")
        expect(each.locator("#line")).to_contain_text("讀取學習紀錄")
    other.reload()
    expect(other.locator("[aria-current=step] .step-name")).to_contain_text("第 1 頁，已讀 10 筆")
    assert not site.served.desk.worker.start("claim", RUN_STEPS, job)
    tab.get_by_role("button", name="停止").click()
    expect(tab.locator("#live")).to_contain_text("已收到停止的要求")
    goes.set()
    for each in (tab, other):
        expect(each.locator("main")).to_contain_text("已依您的要求停止")


def test_the_button_follows_the_work_without_a_new_page(site, tab):
    """On a slow machine the page has come before the work waits: the button, its line and the way out change in place."""
    site.configure()
    site.put_credential()
    waits, goes = threading.Event(), threading.Event()

    def job(tell):
        tell("開啟瀏覽器", "")
        waits.wait(20)
        tell.wait()
        goes.wait(20)
        while True:
            tell("登入人事服務網", "")
            time.sleep(0.05)

    assert site.served.desk.worker.start("claim", RUN_STEPS, job)
    tab.reload()
    expect(main_button(tab)).to_have_text("準備中…（1/5）")
    tab.evaluate("document.documentElement.dataset.same = '1'")
    tab.get_by_role("button", name="停止").focus()
    waits.set()
    expect(main_button(tab)).to_have_text("等候另一次更新完成")
    expect(tab.locator("#line")).to_have_text(re.compile(r"完成後自動開始（已等 [1-9]\d* 秒）"))
    expect(tab.locator("#line")).to_have_attribute("aria-live", "off")  # a second more is nothing to read out
    expect(tab.get_by_role("button", name="取消")).to_be_focused()
    expect(tab.get_by_role("button", name="停止")).to_have_count(0)
    goes.set()
    expect(main_button(tab)).to_have_text("準備中…（2/5）")
    expect(tab.locator("#line")).to_have_text("登入人事服務網")
    assert tab.evaluate("document.documentElement.dataset.same") == "1"
    tab.get_by_role("button", name="停止").click()
    expect(tab.locator("main")).to_contain_text("已依您的要求停止")


def test_another_run_is_waited_for_and_the_wait_can_be_cancelled(site, tab):
    site.configure()
    site.put_credential()
    tab.reload()
    with hold(site.home):
        main_button(tab).click()
        expect(main_button(tab)).to_have_text("等候另一次更新完成")
        expect(tab.locator("#live")).to_contain_text("已等")
        tab.get_by_role("button", name="取消").click()
        expect(tab.locator("main")).to_contain_text("已依您的要求停止")


def test_the_keyboard_alone_reaches_and_presses_the_one_button(site, tab):
    site.configure()
    site.put_credential()
    tab.reload()
    tab.keyboard.press("Tab")
    assert tab.evaluate("document.activeElement.textContent") == "跳到主要內容"
    tab.keyboard.press("Enter")
    for _ in range(12):
        tab.keyboard.press("Tab")
        if tab.evaluate("document.activeElement.matches('.do .primary')"):
            break
    else:
        pytest.fail("the button was not reached")
    outline = tab.evaluate("getComputedStyle(document.activeElement).outlineStyle")
    assert outline == "solid"


def test_without_script_the_page_works_too(browser, site):
    site.configure()
    site.put_credential()
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(site.running.new_opening(site.door.authority).as_uri())
    page.get_by_role("button", name="開啟").click()
    page.wait_for_url(f"http://{site.door.authority}/")
    expect(main_button(page)).to_have_text("準備我的補休申請")
    page.get_by_role("button", name="字級 大").click()
    expect(page.locator("html")).to_have_attribute("data-size", "l")
    context.close()


def test_on_a_telephone_the_answer_and_the_one_button_are_seen_at_once(site, tab):
    """360 × 740, with nothing touched; the menu and the sizes of text are one press away, without script."""
    site.configure()
    site.put_credential()
    site.import_records(*policy_rows())
    tab.set_viewport_size({"width": 360, "height": 740})
    tab.goto(f"http://{site.door.authority}/")
    expect(tab.locator("main")).to_contain_text("今天是課程完成期限。")
    for each in (tab.locator(".number"), main_button(tab)):
        expect(each).to_be_in_viewport(ratio=1)
    assert tab.evaluate("document.querySelector('header.top').offsetHeight") <= 72
    tab.evaluate("document.documentElement.dataset.size = 'l'")
    assert tab.evaluate("document.querySelector('header.top').offsetHeight") <= 72
    tab.evaluate("document.documentElement.dataset.size = 'm'")
    menu = tab.locator("summary", has_text="選單")
    expect(tab.get_by_role("link", name="申請案", exact=True)).to_have_count(0)
    menu.focus()
    tab.keyboard.press("Enter")
    expect(tab.get_by_role("button", name="字級 大")).to_be_visible()
    tab.get_by_role("link", name="申請案", exact=True).click()
    expect(tab.locator("h1")).to_have_text("申請案")


def test_at_four_times_the_size_nothing_scrolls_sideways(site, tab):
    """400 % zoom of 1280 px is 320 css px."""
    site.configure()
    tab.set_viewport_size({"width": 320, "height": 640})
    for path in ("/", "/records", "/claims", "/setup", "/help", "/week"):
        tab.goto(f"http://{site.door.authority}{path}")
        assert tab.evaluate("document.documentElement.scrollWidth") <= 320, path

"""檢查 for somebody without a terminal: the days of the calendar people use, no command in sight, and a click where one does the same."""

from __future__ import annotations

import re
from datetime import date

import pytest
from page_cases import policy_rows, words

from agent import clock
from agent.dashboard.pages.doctor import WAYS, shown
from agent.dashboard.routes import PAGES
from agent.upkeep.checks.check import FAIL, OK, WARN, Check
from agent.upkeep.diagnosing import diagnose

CHECKS = [
    (Check("tls", OK, "未連線檢查憑證；需要時執行 elearn doctor --online。"), "未連線檢查憑證。", "", ""),
    (Check("agent", OK, "沒有設定每晚更新（要設定請執行 elearn agent install）。"), "沒有設定每晚更新。", "", ""),
    (Check("last_run", WARN, "還沒有成功更新過紀錄。", "請執行 elearn sync。"), "還沒有成功更新過紀錄。", "請回總覽更新一次紀錄。", "/"),
    (Check("plan", WARN, "尚無 114 年度計畫資料。", "請以 elearn plan new 製作。"), "尚無 114 年度計畫資料。", "請向人事單位索取計畫檔，再加入。", "/plans"),
    (Check("disk", FAIL, "磁碟可用空間 0.1 GB。", "請清出空間後再更新。"), "磁碟可用空間 0.1 GB。", "請清出空間後再更新。", ""),
    (Check("home", FAIL, "資料夾「x」他人可以讀取。", "請執行 chmod 700「x」。"), "資料夾「x」他人可以讀取。", "給資訊人員看的細節", ""),
]  # fmt: skip


@pytest.mark.parametrize(("check", "text", "todo", "way"), CHECKS, ids=[each[0].key for each in CHECKS])
def test_what_is_said_of_a_check_and_where_its_click_leads(check, text, todo, way):
    found = shown(check)
    assert found.text == text
    assert todo in found.todo
    assert (found.way.href if found.way else "") == way


def test_each_way_is_of_a_check_there_is_and_leads_to_a_page_there_is(site):
    checks = {each.key for each in diagnose(site.home, site.served.desk.keyring, date(2023, 8, 31))}
    assert set(WAYS) <= checks
    assert {each.link.href.partition("#")[0] for each in WAYS.values() if each.link} <= set(PAGES)


def test_the_page_shows_neither_a_command_nor_a_date_of_the_other_calendar(site):
    site.configure()
    site.import_records(*policy_rows())
    html = site.get("/doctor").text
    plain, _, folded = html.partition("給資訊人員看的細節</summary>")
    assert "elearn " not in words(plain)
    assert not re.search(r"\b20\d\d[-/]", words(html))
    today = clock.today()
    assert f"現在臺北時間 {today.year - 1911}/{today.month}/{today.day}（" in words(plain)
    assert "elearn doctor --online" in folded

"""What a person answers or fills in on the page: near-miss titles, the support file, how a record came to be. No browser."""

from __future__ import annotations

import contextlib
import re
import zipfile
from datetime import UTC, date, datetime
from decimal import Decimal
from html import unescape

import pytest
from page_cases import PASSWORD, policy_rows, words
from store_samples import A, B, C
from store_samples import page as page_read
from store_samples import save as save_read
from store_samples import year as whole_year

from agent.access.person_binding import bind_person
from agent.dashboard import jobs
from agent.dashboard.progress import Ended, Progress, Step
from agent.store import Claim, Mark, Shrink, Store
from scrapers.portals.portal import Owner
from scrapers.replica import DEMO_ACCOUNT

NEAR, COURSE = "政府數位轉型新視野", "政府數位轉型新視界"
PAIR = {"title": NEAR, "course": COURSE}


def with_a_near_miss(site):
    site.configure()
    site.import_records(*policy_rows(at0=NEAR))


def test_a_near_miss_is_confirmed_by_click_once_its_effect_was_shown(site):
    """Yes shows what changes and asks; only the second yes is kept, in the settings file; 取消 asks the same way back."""
    with_a_near_miss(site)
    assert "目前可申請補休 0" in site.text("/")
    assert "1 門課的名稱與計畫所列寫法相近" in site.text("/")
    assert f"是否即為「{COURSE}」？" in site.text("/titles")
    before = site.home.config.read_text("utf-8")
    asked = site.post("/titles", {**PAIR, "answer": "yes"})
    assert (asked.status, "可申請補休 0 → 4 小時" in asked.text) == (200, True)
    assert site.home.config.read_text("utf-8") == before
    done = site.agree(asked)
    assert (done.status, done.headers["location"]) == (303, "/titles")
    assert f'"{NEAR}" = "{COURSE}"' in site.home.config.read_text("utf-8")
    assert "目前可申請補休 4" in site.text("/")
    back = site.post("/titles", {**PAIR, "answer": "undo"})
    assert "可申請補休 4 → 0 小時" in back.text
    assert site.agree(back).status == 303
    assert "目前可申請補休 0" in site.text("/")
    assert "1 門課的名稱與計畫所列寫法相近" in site.text("/")


def test_a_yes_is_to_what_that_page_showed(site):
    """Two tabs ask for two changes of one step: the first one's yes does not keep the second one's change."""
    site.configure()
    site.import_records(*policy_rows())
    person = {"step": "4", "name": "測試員", "agency": "", "unit": "", "job_title": ""}
    first = site.post("/setup", {**person, "category": "教師"})
    second = site.post("/setup", {**person, "category": "工友"})
    assert all("這項修改會改變判斷結果" in each.text for each in (first, second))
    answer = site.agree(first)
    assert (answer.status, "已經不在" in answer.text) == (409, True)
    assert "編制內公務人員" in site.home.config.read_text("utf-8")
    assert site.agree(second).status == 303
    assert "工友" in site.home.config.read_text("utf-8")
    assert site.agree(second).status == 409  # once


def test_a_no_is_not_asked_again_until_it_is_taken_back(site):
    with_a_near_miss(site)
    before = site.home.config.read_text("utf-8")
    assert site.post("/titles", {**PAIR, "answer": "no"}).status == 303
    assert "寫法相近" not in site.text("/") + site.text("/why")
    assert f"「{NEAR}」≠「{COURSE}」" in site.text("/titles")
    assert site.home.config.read_text("utf-8") == before
    assert site.post("/titles", {**PAIR, "answer": "ask"}).status == 303
    assert "寫法相近" in site.text("/")


def test_only_what_the_judge_asks_can_be_answered(site):
    """A title of one's own is not made the plan's from the page, and a yes to what was not shown is none."""
    with_a_near_miss(site)
    before = site.home.config.read_text("utf-8")
    for fields in (
        {"title": "別的課", "course": COURSE, "answer": "yes"},
        {"title": NEAR, "course": "友善職場", "answer": "no"},
        {**PAIR, "answer": "yes", "apply": "1"},
    ):
        assert site.post("/titles", fields).status == 409
    assert site.home.config.read_text("utf-8") == before


def test_another_name_on_the_portal_than_in_the_settings_is_said(site):
    site.configure()
    assert "姓名與平臺頁面上的不同" not in site.text("/")
    with Store.open(site.home.database) as store:
        bind_person(store, Owner("TEST-000001", "別人員"))
    assert "姓名與平臺頁面上的不同" in site.text("/")


def test_the_support_file_holds_what_was_shown_and_nothing_personal(site):
    """Every line is on the page before anything is written; a second tab's yes to another content saves nothing."""
    site.configure()
    site.put_credential()
    shown = site.get("/bundle").text
    key = re.search(r'name="shown" value="(\w+)"', shown)[1]
    assert not list(site.home.path.glob("求助檔*"))
    assert site.get("/bundle/file").status == 409
    other = site.post("/bundle", {"shown": "0" * 64})
    assert (other.status, "還沒有存檔" in other.text) == (409, True)
    key = re.search(r'name="shown" value="(\w+)"', other.text)[1]
    assert site.post("/bundle", {"shown": key}).headers["location"] == "/bundle?saved=1"
    assert site.post("/bundle", {"shown": key}).status == 303
    saved = list(site.home.path.glob("求助檔*.zip"))
    assert len(saved) == 1
    answer = site.get("/bundle/file")
    assert answer.body == saved[0].read_bytes()
    assert answer.headers["content-disposition"].startswith("attachment")
    page = unescape(site.get("/bundle?saved=1").text)
    with zipfile.ZipFile(saved[0]) as archive:
        texts = {name: archive.read(name).decode() for name in archive.namelist()}
    assert all(text.strip() in page for text in texts.values())
    for secret in (PASSWORD, "測試員", DEMO_ACCOUNT):
        assert not any(secret in text for text in texts.values())


def test_a_record_tells_what_it_said_when(site):
    """Three reads, one difference: two entries; the newest content; a number that is none is no page."""
    site.configure()
    rows = policy_rows()
    site.import_records({**rows[0], "status": "未通過", "certified_hours": None}, rows[1], taken="2023-02-01")
    site.import_records(rows[0], rows[1], taken="2023-03-01")
    site.import_records(rows[0], rows[1], taken="2023-04-01")
    listed = site.get("/records?q=PKCG112000000").text
    address = re.search(r'href="(/records/\d+)"', listed)[1]
    said = site.text(address)
    assert said.count("第一次讀到") == 1
    assert said.count("內容變了") == 1
    assert "通過狀態：未通過 → 已通過" in said
    assert "認證時數：空白 → 1" in said
    assert "上課期間起 112/1/1（日）08:00:00" in said
    assert "認證時數 空白 → 1" in site.text("/history")
    assert address in site.get("/history").text
    assert "最近一次讀取 112/4/1" in said
    assert re.search(r"112/2/1（三）02:30:00\s+第一次讀到（來源：匯入的紀錄檔）", said)
    assert (site.get("/records/99999").status, site.get("/records/99999/page").status) == (404, 404)
    missing = site.get(f"{address}/page")
    assert (missing.status, "沒有保存這一筆的平臺頁面" in missing.text) == (409, True)


def claim_of(site, state: str) -> str:
    """A claim of four hours in that state, entered as if its papers had been made on 112/8/1."""
    with Store.open(site.home.database) as store:
        made = Claim(
            "kaohsiung-112-1",
            "kaohsiung-112",
            Decimal(4),
            "prepared",
            date(2023, 8, 1),
            "",
            ("policy",),
            "ABCD-0001",
        )
        store.put_prepared(made, datetime(2023, 8, 1, tzinfo=UTC))
        if state == "submitted":
            store.mark_claim(made.id, Mark("submitted", date(2023, 8, 2)), datetime(2023, 8, 2, tzinfo=UTC))
    return made.id


APPROVALS = [
    ({}, "補休期限 114 年 8 月 4 日（一），還有 704 天", True),
    ({"use_from": "112/9/1"}, "補休期限 114 年 8 月 31 日（日），還有 731 天", True),
    ({"use_from": "1120901", "use_by": "113.8.31"}, "補休期限 113 年 8 月 31 日（六），還有 366 天", False),
]  # fmt: skip


@pytest.mark.parametrize(("filled", "said", "is_guess"), APPROVALS)
def test_the_office_fills_in_the_use_by_days_and_they_are_counted_down(site, filled, said, is_guess):
    """Without them two years from the approval hold, and the page says that this is a guess."""
    site.configure()
    known = claim_of(site, "submitted")
    sent = site.post("/claims/mark", {"id": known, "state": "approved", "on": "112/8/5", **filled})
    assert sent.status == 303, sent.text
    page = site.text("/claims")
    assert said.replace(" ", "") in page.replace(" ", "")
    assert ("迄日依一般的 2 年推算" in page) is is_guess
    assert re.search(r"還有 \d+ 天", said)[0] in site.text("/")


def test_use_by_days_that_came_later_are_filled_in_then(site):
    """Only for approved leave, in their order; emptied, the guess holds again."""
    site.configure()
    known = claim_of(site, "submitted")
    days = {"id": known, "use_from": "112/9/1", "use_by": "114/12/31"}
    assert "還沒有核定" in words(site.post("/claims/use", days).text)
    site.post("/claims/mark", {"id": known, "state": "approved", "on": "112/8/5"})
    assert site.post("/claims/use", days).status == 303
    assert "114 年 12 月 31 日" in site.text("/claims")
    assert 'value="114/12/31"' in site.get("/claims").text
    assert site.post("/claims/use", {**days, "use_from": "115/1/1"}).status == 409
    assert site.post("/claims/use", {"id": known, "use_from": "", "use_by": ""}).status == 303
    assert "114 年 8 月 4 日" in site.text("/claims")


@pytest.mark.parametrize(
    ("filled", "said"),
    [
        ({"use_from": "112/9/2", "use_by": "112/9/1"}, "在迄日"),
        ({"use_by": "112/2/29"}, "沒有"),
        ({"hours": "5"}, "不超過申請的 4 小時"),
        ({"hours": "NaN"}, "不是時數"),
        ({"hours": "1E+99999999"}, "不是時數"),
    ],
)
def test_an_approval_that_cannot_be_is_refused_in_words(site, filled, said):
    site.configure()
    known = claim_of(site, "submitted")
    answer = site.post("/claims/mark", {"id": known, "state": "approved", "on": "112/8/5", **filled})
    assert (answer.status, said in words(answer.text)) == (409, True), words(answer.text)
    assert "4 小時等待核定" in site.text("/")


def test_leave_claimed_on_paper_is_entered_by_click_and_offered_no_more(site):
    site.configure()
    site.import_records(*policy_rows())
    assert "目前可申請補休 4" in site.text("/")
    paper = {"plan": "kaohsiung-112", "set": "policy", "hours": "4", "approved": "112/6/30"}
    assert site.post("/claims/add", {**paper, "approved": ""}).status == 409
    assert site.post("/claims/add", paper).status == 303
    assert "目前可申請補休 0" in site.text("/")
    assert "已補登 4 小時" not in site.text("/claims")  # said once, on the page that came first
    for wrong in ("NaN", "1E+99999999", "0", "-4"):
        refused = site.post("/claims/add", {**paper, "hours": wrong})
        assert (refused.status, "不是時數" in refused.text) == (409, True)
    again = site.post("/claims/add", paper)
    assert (again.status, "已經申請過" in again.text) == (409, True)


def test_an_update_on_a_day_without_a_plan_went_well(new_site, monkeypatch):
    """It is no failure, and nobody is told that no set is complete."""
    site = new_site(on=date(2029, 5, 1))
    site.configure()
    site.home.config.write_text(site.home.config.read_text("utf-8").replace("kaohsiung-112", ""), "utf-8")
    site.put_credential()
    site.import_records(*policy_rows())
    monkeypatch.setattr(jobs, "sync_now", lambda *_: None)
    assert 'data-state="no_plan"' in site.get("/").text
    assert site.post("/run/update").status == 303
    site.served.desk.worker._thread.join(30)
    page = site.get("/")
    assert "紀錄已更新。尚無今天的計畫資料。" in page.text
    assert 'class="card failure' not in page.text


def test_an_upload_that_waits_is_told_of_the_plans_own_rows(site):
    """A course of another year changes nothing of this plan's commendation."""
    site.configure()
    none = {"upload_status": "未上傳", "uploaded_at": None}
    old = {
        "title": "別的課程",
        "code": "X110000001",
        "start": "2021-05-02T20:00:00",
        "end": "2021-05-02T21:00:00",
    }
    site.import_records(*policy_rows(), {**old, "certified_hours": "1", **none})
    assert "還沒有上傳成功" not in site.text("/")
    assert "1 筆還沒有上傳成功" in site.text("/records")
    first, *others = policy_rows()
    site.import_records({**first, **none}, *others, taken="2023-08-02")
    assert "1 筆已通過、還沒有上傳成功（只影響嘉獎），最久的完成後已 242 天" in site.text("/")


def lacking(site, rows, day: int) -> None:
    """A read of the year on that day that shows these rows alone, and ends in 19 where others are gone."""
    at = datetime(2023, 7, day, tzinfo=UTC)
    with Store.open(site.home.database) as store, contextlib.suppress(Shrink):
        save_read(store, whole_year(page_read(*rows, at=at)), at=at)


def test_rows_gone_are_accepted_as_they_were_shown_and_no_others(site):
    """A run misses one more row after the page was made: a yes to the page says nothing of it."""
    site.configure()
    for day, rows in ((1, (A, B, C)), (2, (A, B))):
        lacking(site, rows, day)
    page = site.get("/losses")
    shown = re.search(r'name="shown" value="([^"]+)"', page.text)[1]
    assert C.title in page.text
    assert B.title not in page.text
    lacking(site, (A,), 3)
    assert site.post("/losses/accept", {"shown": shown}).headers["location"] == "/losses"  # not ticked
    assert site.post("/losses/accept", {"shown": shown, "looked": "1"}).status == 303
    with Store.open(site.home.database) as store:
        assert [each.record.title for each in store.accepted_losses()] == [C.title]
        assert [each.record.title for each in store.pending_losses()] == [B.title]


def test_a_settings_file_that_cannot_be_used_is_shown_and_can_be_laid_aside(site):
    """No dead end: the line is shown, and one click begins anew; nothing is deleted, and a file that can be used stays."""
    site.configure()
    assert site.post("/settings/anew").status == 303
    assert site.home.config.exists()
    site.home.config.write_text('gateway = "ecpa"\nnonsense = 1\n', encoding="utf-8")
    broken = site.get("/setup")
    assert (broken.status, "第 2 行" in broken.text, "nonsense = 1" in broken.text) == (409, True, True)
    assert site.post("/settings/anew").headers["location"] == "/setup"
    assert not site.home.config.exists()
    assert [each.read_text("utf-8") for each in site.home.path.glob("config-*.old")] == [
        'gateway = "ecpa"\nnonsense = 1\n'
    ]
    assert "您平常怎麼登入" in site.text("/setup")


LEAVE = "姓名,假別,起日,起時,迄日,迄時\n王小明,休假,1120308,1400,1120308,1600\n".encode()


def test_attendance_files_are_dropped_shown_and_taken_away(site):
    """A course in working hours on a day of leave: what the file changes is asked first; the name in it is kept nowhere."""
    site.configure()
    site.import_records(
        {"title": "元宇宙發展趨勢與產業新經濟", "code": "X112", "start": "2023-03-08T14:05:00", "end": "2023-03-08T15:10:00",
         "certified_hours": "2.0"}
    )  # fmt: skip
    bad = site.upload(
        "/attendance", [("files", "假.csv", "姓名,假別,起日,迄日\n王小明,休假,1120308,昨天\n".encode())]
    )
    assert (bad.status, "假.csv 第 2 " in bad.text) == (409, True)
    asked = site.upload("/attendance", [("files", "假.csv", LEAVE)])
    assert (asked.status, "這項修改會改變判斷結果" in asked.text) == (200, True)
    assert "還沒有匯入出勤資料" in site.text("/attendance")
    assert site.agree(asked).status == 303
    page = site.text("/attendance")
    assert "112/3/8（三）14:00–16:00 休假" in page
    assert "請假中" not in site.text("/")
    assert not any("王小明".encode() in each.read_bytes() for each in site.home.path.glob("*.json"))
    back = site.post("/attendance", {"do": "clear"})
    assert "這項修改會改變判斷結果" in back.text
    assert site.agree(back).status == 303
    assert "還沒有匯入出勤資料" in site.text("/attendance")


def test_nothing_is_removed_without_a_sure_word(site):
    site.configure()
    site.import_records(*policy_rows())
    answer = site.post("/remove", {})
    assert (answer.status, "沒有移除任何東西" in answer.text) == (409, True)
    assert "目前可申請補休 4" in site.text("/")


@pytest.mark.parametrize("path", ["/bundle", "/doctor", "/help", "/machine", "/attendance", "/remove"])
def test_what_helps_is_there_also_where_the_settings_file_cannot_be_used(site, path):
    """Or it says what is wrong in three parts; never an unforeseen problem."""
    site.home.config.write_text('gateway = "ecpa"\nnonsense = 1\n', encoding="utf-8")
    answer = site.get(path)
    assert answer.status == (409 if path == "/machine" else 200), words(answer.text)[:500]
    if answer.status == 409:
        assert "第 2 行" in answer.text


def test_a_plan_that_was_chosen_and_is_gone_keeps_nobody_out(site):
    """Its file was taken away: every page and change goes on with the day's plan."""
    with_a_near_miss(site)
    site.post("/looks", {"plan": "gone-999"})
    for path in ("/", "/claims", "/titles", "/why", "/week"):
        assert site.get(path).status == 200, path
    asked = site.post("/titles", {**PAIR, "answer": "yes"})
    assert (asked.status, "可申請補休 0 → 4 小時" in asked.text) == (200, True)


class EndsMeanwhile:
    """A worker whose work ends while a page is being made: under way at the first look, over at every other."""

    is_busy = False

    def __init__(self) -> None:
        steps = (Step("開啟瀏覽器", "now"),)
        self.looks = [Progress(1, "update", steps, None, False, False, None)]
        self.over = Progress(1, "update", (), None, False, False, Ended(12, "unavailable", "平臺沒有回應。"))

    @property
    def progress(self) -> Progress:
        return self.looks.pop() if self.looks else self.over

    def finish(self, seconds: float) -> None:
        """Nothing is under way."""


def test_a_run_that_ends_while_the_page_is_made_does_not_leave_it_waiting(site, monkeypatch):
    """All of the page is of one moment: never an ending beside a button that says 準備中 and follows nothing."""
    site.configure()
    site.put_credential()
    monkeypatch.setattr(site.served.desk, "worker", EndsMeanwhile())
    first = site.get("/").text
    assert ("準備中" in first, 'data-poll="/progress"' in first, 'class="card failure' in first) == (
        True,
        True,
        False,
    )
    second = site.get("/").text
    assert ("準備中" in second, 'class="card failure' in second) == (False, True)

"""Each page as it is served: what it shows of the store, what its buttons change, and its empty states."""

from __future__ import annotations

import io
import json
import re
import zipfile
from pathlib import Path, PureWindowsPath
from urllib.parse import quote

import form_samples
import pytest
from page_cases import CASES, policy_rows, saved_pages, words
from sqlalchemy import Engine, event

from agent import clock
from agent.dashboard.pages.saved_pages import last_part
from agent.dashboard.routes import PAGES
from agent.forms.own_form import agency_folder
from rules import bundled

PLAN = bundled.plan("kaohsiung-112")
EMPTY = {
    "/records": "還沒有更新過紀錄。",
    "/claims": "還沒有申請案。準備好的文件會出現在這裡。",
    "/history": "第一次更新後，每次的變化會記在這裡。",
    "/visited": "還沒有更新過紀錄。",
    "/losses": "沒有等待確認的紀錄",
    "/review": "目前沒有待人事單位認定",
}


def test_an_empty_home_shows_words_and_no_empty_chart(site):
    for path, said in EMPTY.items():
        assert said in site.text(path)
    first = site.text("/")
    assert "開始設定" in first
    assert "先用示範資料看看" in first
    assert "不代上課、不代測驗" in first


def test_every_page_names_its_language_and_has_one_heading_and_a_way_past_the_menu(site):
    site.configure()
    for path in (each for each in PAGES if "{" not in each and each != "/progress"):
        answer = site.get(path)
        assert answer.status in (200, 409) or path == "/demo"
        assert '<html lang="zh-Hant"' in answer.text
        assert len(re.findall(r"<h1[ >]", answer.text)) == 1, path
        assert '<a class="skip" href="#main">跳到主要內容</a>' in answer.text


def test_no_page_asks_the_database_for_each_row(site):
    """Ten times the records: the same number of queries, on the first page and on every other."""
    site.configure()
    site.put_credential()
    rows = [
        {
            "title": f"測試課程{at}", "code": f"PTEST112{at:06}", "certified_hours": "1.0",
            "start": f"2023-{at % 6 + 1:02}-{at % 27 + 1:02} 19:00:00", "end": f"2023-{at % 6 + 1:02}-{at % 27 + 1:02} 20:00:00",
        }
        for at in range(200)
    ]  # fmt: skip
    asked: list[str] = []

    def note(_connection, _cursor, statement, *_more):
        asked.append(statement)

    def counts() -> dict[str, int]:
        found = {}
        for path in ("/", "/why", "/week", "/records", "/claims", "/history", "/review", "/losses"):
            site.get(path)
            asked.clear()
            assert site.get(path).status == 200
            found[path] = len([each for each in asked if each.lstrip().startswith("SELECT")])
        return found

    event.listen(Engine, "before_cursor_execute", note)
    try:
        site.import_records(*rows[:20])
        few = counts()
        site.import_records(*rows)
        many = counts()
    finally:
        event.remove(Engine, "before_cursor_execute", note)
    assert few["/"] > 0
    assert many == few


def test_no_plan_of_the_year_is_not_nothing_to_claim(new_site):
    from datetime import date

    site = new_site(date(2025, 6, 2))
    site.home.config.write_text('[person]\nname = "測試員"\n', encoding="utf-8")
    site.put_credential()
    said = site.text("/")
    assert "尚無 114 年度計畫資料" in said
    assert "0 小時" not in said


@pytest.mark.parametrize("case", CASES, ids=[each["id"] for each in CASES])
def test_records_are_found_narrowed_and_sorted(site, case):
    site.configure()
    site.import_records(
        {"title": "政府數位轉型新視界", "code": "PCENTER112100461", "start": "2023-01-01T08:00:00", "end": "2023-01-01T09:00:00", "certified_hours": "1.0"},
        {"title": "元宇宙發展趨勢與產業新經濟", "code": "X112", "start": "2023-03-08T14:05:00", "end": "2023-03-08T15:10:00", "certified_hours": "2.0"},
        {"title": "計畫以外的課程", "code": "Y112", "start": "2023-03-11T14:05:00", "end": "2023-03-11T15:10:00", "certified_hours": "3.0"},
    )  # fmt: skip
    said = site.text(f"/records?{case['query']}")
    places = [said.find(title) for title in case["shown"]]
    assert -1 not in places
    assert places == sorted(places)
    assert not any(title in said for title in case["hidden"])


def test_a_row_in_office_hours_says_so_in_a_neutral_voice(site):
    site.configure()
    site.import_records({"title": "元宇宙發展趨勢與產業新經濟", "code": "X112", "start": "2023-03-08T14:05:00",
                         "end": "2023-03-08T15:10:00", "certified_hours": "1.0"})  # fmt: skip
    assert "✖ 不符合" in site.text("/records")
    assert "112/3/8（三）14:05:00" in site.text("/records")
    week = site.text("/week?day=1120308")
    assert "✖ 含上班時間 元宇宙發展趨勢與產業新經濟" in week
    assert "14:05–15:10 在上班時間內" in week


@pytest.mark.parametrize(
    "day", ["xyz", "112/2/30", "9999/99/99", "0001-01-01", "<b>", "民國1年1月1日", "9999-12-31"]
)
def test_a_date_that_cannot_be_shown_is_answered_with_a_week_all_the_same(site, day):
    site.configure()
    answer = site.get(f"/week?day={quote(day)}")
    assert answer.status == 200
    assert "<b>" not in answer.text
    assert "同樣的內容" in answer.text


def test_a_missing_page_is_named_and_nothing_is_saved(site):
    site.configure()
    one, two = saved_pages()
    missing = site.upload("/saved-pages", [("files", "學習紀錄-1.html", one)])
    assert missing.status == 409
    assert "還缺第 2 頁" in missing.text
    assert "還沒有更新過紀錄" in site.text("/records")
    with site.served.desk.store() as store:
        assert store.person_key() is None  # a page that was not saved binds the home to nobody
    both = site.upload("/saved-pages", [("files", "學習紀錄-2.html", two), ("files", "學習紀錄-1.html", one)])
    assert both.status == 303
    assert "已讀取" in site.text("/")


@pytest.mark.parametrize("name", ["../../evil.html", "..\\..\\evil.html", "/etc/passwd.html", "", ".html", "a" * 300 + ".html", "\0.html"])  # fmt: skip
def test_a_name_of_an_uploaded_file_leads_nowhere(site, name):
    site.configure()
    before = {path for path in site.home.path.parent.rglob("*.html") if "dashboard" not in str(path)}
    answer = site.upload("/saved-pages", [("files", name, b"<html><body>nothing</body></html>")])
    assert answer.status in (400, 409)
    after = {path for path in site.home.path.parent.rglob("*.html") if "dashboard" not in str(path)}
    assert after == before


@pytest.mark.parametrize("name", ["C:evil.html", "x/C:evil.html", "C:\\evil.html", "kept.html:hidden.html"])
def test_a_name_of_an_uploaded_file_names_no_drive_and_no_stream_of_windows(name):
    """Joined to a folder, 「C:evil.html」 is a file of that drive's own folder there."""
    folder = PureWindowsPath("D:/temp/0")
    found = folder / last_part(name)
    assert (found.parent, ":" in found.name) == (folder, False)


def test_the_officer_gets_one_line_a_file_without_an_account(site):
    """A zip that is none, one with nothing in it and a path out of itself: one line each, and nothing is written."""
    bomb, out = io.BytesIO(), io.BytesIO()
    with zipfile.ZipFile(bomb, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("manifest.json", b"0" * 70_000_000)
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("../../evil.txt", b"x")
        archive.writestr("manifest.json", json.dumps({"schema": "elearn-claim/1", "files": []}))
    answer = site.upload("/office", [
        ("files", "壞檔.zip", b"not a zip"), ("files", "炸彈.zip", bomb.getvalue()), ("files", "外逃.zip", out.getvalue()),
    ])  # fmt: skip
    assert answer.status == 200
    assert answer.text.count("✖") == 3
    assert "elearn-" not in answer.text.split("<table")[1]  # the place where they lay is nobody's business
    assert not list(site.home.path.parent.rglob("evil.txt"))


def test_only_listed_files_of_a_claim_can_be_had(site):
    site.configure()
    for path in (
        "/claims/none",
        "/claims/none/file/manifest.json",
        "/claims/..%2f..%2f/file/config.toml",
        "/demo/file/..%2f..%2fetc%2fpasswd",
    ):
        answer = site.get(path)
        assert answer.status in (404, 409), path
        assert "gateway" not in answer.text


def test_a_claim_marked_twice_is_marked_once(site):
    """A second tab, or the back button of an old page, sends the same again: no error, and no second entry."""
    from decimal import Decimal

    from agent import clock
    from agent.store import Claim, Store

    site.configure()
    with Store.open(site.home.database) as store:
        store.bind_mode("replica")
        claim = Claim(
            "kaohsiung-112-1",
            "kaohsiung-112",
            Decimal(4),
            "prepared",
            clock.today(),
            "",
            ("policy",),
            "AAAA-BBBB",
        )
        store.put_prepared(claim, clock.now())
    sent = {"id": "kaohsiung-112-1", "state": "submitted"}
    assert [site.post("/claims/mark", sent).status for _ in range(2)] == [303, 303]
    assert "已是「已送件」" in site.text("/claims")
    assert site.post("/claims/mark", {**sent, "state": "prepared"}).status == 409
    assert site.post("/claims/mark", {**sent, "state": "approved", "hours": "x"}).status == 409
    assert site.post("/claims/mark", {**sent, "state": "approved", "hours": "3"}).status == 303
    assert "核定 3 小時" in site.text("/claims")


def test_a_plan_file_is_added_only_when_it_proves_itself(site):
    site.configure()
    bad = site.upload("/plans/add", [("file", "plan.toml", b"key = 'x'\n")])
    assert bad.status == 409
    assert "沒有加入" in bad.text
    assert not (site.home.path / "plans").exists()
    worked = Path(__file__).parents[1] / "judging" / "worked_plans"
    good = next(path for path in sorted(worked.glob("*.toml")))
    done = site.upload("/plans/add", [("file", good.name, good.read_bytes())])
    assert done.status == 303, done.text
    assert "已加入計畫" in site.text("/plans")


def test_looks_are_kept_and_the_name_can_be_hidden(site):
    site.configure()
    site.put_credential()
    assert "測○○" in site.text("/")
    assert (
        site.post("/looks", {"size": "l", "scheme": "dark", "then": "//evil.example/"}).headers["location"]
        == "/"
    )
    assert site.post("/looks", {"hide_name": "1", "then": "/"}).status == 303
    html = site.get("/").text
    assert 'data-size="l"' in html
    assert 'data-scheme="dark"' in html
    assert "測" not in re.sub(r"測試|測驗", "", html)


def test_seven_questions_are_answered_one_by_one_and_can_be_changed_later(site):
    answers = [
        {"step": "1", "gateway": "ecpa"}, {"step": "2", "account": "demo-tester"},
        {"step": "4", "name": "測試員", "agency": "示範區公所", "unit": "示範課", "job_title": "課員", "category": "編制內公務人員"},
        {"step": "5", "start": "08:30", "noon": "12:30", "back": "13:30", "end": "17:30", "lunch": "1"},
        {"step": "6"}, {"step": "7", "plan": "kaohsiung-112"},
    ]  # fmt: skip
    leads = [site.post("/setup", each).headers["location"] for each in answers]
    assert leads == ["/setup?step=2", "/setup?step=3", "/setup?step=5", "/setup?step=6", "/setup?step=7", "/"]
    text = site.home.config.read_text("utf-8")
    assert 'hours = [["08:30", "12:30"], ["13:30", "17:30"]]' in text
    assert "demo-tester" not in text
    assert 'value="08:30"' in site.get("/setup?step=5").text
    wrong = site.post("/setup", {"step": "5", "start": "17:30", "noon": "", "back": "", "end": "08:30"})
    assert (wrong.status, "先後不對" in wrong.text) == (409, True)


def test_somebody_with_a_certificate_is_asked_for_no_password(site):
    assert site.post("/setup", {"step": "1", "gateway": "hand"}).headers["location"] == "/setup?step=4"
    assert "開啟密碼視窗" not in site.text("/setup?step=3")


def test_a_settings_file_that_cannot_be_used_is_named_with_its_line(site):
    site.home.config.write_text('gateway = "ecpa"\nnonsense = 1\n', encoding="utf-8")
    answer = site.get("/")
    assert answer.status == 409
    assert "第 2 行" in answer.text
    assert "修改設定" in answer.text


def test_addresses_that_do_not_exist_are_answered_in_the_pages_own_words(site):
    assert (site.get("/nothing").status, "沒有這一頁" in site.get("/nothing").text) == (404, True)


def test_the_agencys_file_is_kept_with_the_form_it_names(site):
    """The form goes along with the file, or the page says which one is missing; nothing is kept by halves."""
    site.configure()
    file = (
        "file",
        "機關.toml",
        'name = "示範區公所"\nissued_on = 2023-06-01\nform_template = "表.odt"\n'.encode(),
    )
    alone = site.upload("/setup", [file], step="6")
    assert (alone.status, "使用「表.odt」" in alone.text) == (409, True)
    other = site.upload("/setup", [("file", "讀我.txt", b"x")], step="6")
    assert (other.status, "沒有機關設定檔" in other.text) == (409, True)
    assert not (site.home.path / "agency.json").exists()
    both = site.upload("/setup", [("file", "表.odt", form_samples.odt()), file], step="6")
    assert both.headers["location"] == "/setup?step=7"
    assert (site.home.path / "agency.json").exists()
    assert "示範區公所" in site.text("/setup?step=6")
    assert [each.name for each in agency_folder(site.home).iterdir()] == ["表.odt"]


def test_the_agencys_file_is_kept_with_the_plans_that_it_brings(site):
    """Dropped together, in any order; one that was left out is named, and nothing of this machine's folders."""
    site.configure()
    text = 'name = "示範區公所人事室"\nissued_on = 2023-06-01\nplans = ["本所-113.toml"]\n'
    plan = (Path(bundled.__file__).parent / "plans" / f"{PLAN.key}.toml").read_text("utf-8")
    file = ("file", "機關.toml", text.encode())
    brought = ("file", "本所-113.toml", plan.replace(f'"{PLAN.key}"', '"own-113"').encode())
    alone = site.upload("/setup", [file], step="6")
    assert (alone.status, "「本所-113.toml」" in alone.text, "/tmp" in alone.text) == (409, True, False)
    for files in ([brought, file], [file, brought]):
        assert site.upload("/setup", files, step="6").headers["location"] == "/setup?step=7"
        assert "own-113" in site.get("/setup?step=7").text


def test_what_would_change_a_verdict_is_shown_and_asked_first(site):
    """With records stored, another category changes what can be applied for: nothing is kept before the yes, and then that."""
    site.configure()
    hours = [f"2023-01-01T{at:02}:00:00" for at in range(8, 20)]
    courses = PLAN.set_of("policy").courses
    rows = [
        {
            "title": each.title,
            "start": start,
            "end": end,
            "certified_hours": str(each.hours),
            "code": f"PKCG11200000{at}",
        }
        for at, (each, start, end) in enumerate(zip(courses, hours, hours[1:], strict=False))
    ]
    site.import_records(*rows)
    before = site.home.config.read_text("utf-8")
    person = {
        "step": "4",
        "name": "測試員",
        "agency": "示範區公所",
        "unit": "示範課",
        "job_title": "課員",
        "category": "教師",
    }
    asked = site.post("/setup", person)
    assert (asked.status, "這項修改會改變判斷結果" in asked.text, "可申請補休 4 → 0 小時" in asked.text) == (
        200,
        True,
        True,
    )
    assert site.home.config.read_text("utf-8") == before
    other = site.post("/setup", {"step": "5", "apply": "1"})
    assert (other.status, "要套用的修改已經不在" in other.text) == (409, True)
    assert site.agree(asked).headers["location"] == "/setup?step=5"
    assert 'category = "教師"' in site.home.config.read_text("utf-8")


ASLEEP = [
    (10, "refused", "登入網站沒有接受儲存的密碼"),
    (12, "unavailable", "平臺維護中"),
    (13, "page_changed", "找不到「課程名稱」欄"),
    (19, "fewer_rows", "少了 1 筆"),
]


@pytest.mark.parametrize(("code", "kind", "said"), ASLEEP)
def test_a_run_that_failed_while_no_page_was_open_is_said_in_three_parts_until_it_was_read(
    site, code, kind, said
):
    site.configure()
    site.put_credential()
    with site.served.desk.store() as store:
        run = store.start_run("sync", clock.now())
        store.finish_run(run, outcome=kind, exit_code=code, at=clock.now(), report={"message": f"{said}。"})
    first = site.get("/").text
    assert f'data-code="{code}"' in first
    assert said in words(first)
    assert "對您的影響" in words(first)
    site.post("/run/done")
    assert "data-code=" not in site.get("/").text


def test_without_a_category_the_person_is_led_to_where_it_is_set(site):
    """Everything is complete, and yet nothing can be claimed: the first page, the reasons and the choice each say why."""
    site.configure()
    site.home.config.write_text(site.home.config.read_text("utf-8").replace("編制內公務人員", ""), "utf-8")
    site.import_records(*policy_rows())
    for path, said in {
        "/": "還沒有設定人員類別",
        "/why": "還沒有設定您的人員類別",
        "/review": "人員類別尚未設定",
    }.items():
        answer = site.get(path)
        assert said in words(answer.text), path
        assert 'href="/setup?step=4"' in answer.text
    site.configure()
    assert "還沒有設定" not in re.sub("人員類別為.*", "", site.text("/why"))


def test_on_the_last_day_and_the_day_after_the_days_are_said_as_people_say_them(new_site):
    from datetime import date

    for on, said in (
        (date(2023, 8, 30), "距離課程完成期限 1 天。"),
        (date(2023, 8, 31), "今天是課程完成期限。"),
        (date(2023, 9, 1), "已過期限"),
    ):
        site = new_site(on)
        site.configure()
        site.import_records(*policy_rows()[:-1])
        first = site.text("/")
        assert said in first
        assert not re.search(r"(?<![\d.])0 天", first)


def test_after_sending_the_page_says_what_is_waited_for_and_nothing_to_do_again(site):
    from decimal import Decimal

    from agent.store import Claim, Store

    site.configure()
    folder = site.home.claims / "kaohsiung-112-1"
    folder.mkdir(parents=True)
    (folder / "manifest.json").write_text(json.dumps({"files": []}), "utf-8")
    with Store.open(site.home.database) as store:
        store.bind_mode("replica")
        claim = Claim(
            folder.name,
            "kaohsiung-112",
            Decimal(4),
            "prepared",
            clock.today(),
            str(folder),
            ("policy",),
            "AAAA-BBBB",
        )
        store.put_prepared(claim, clock.now())
    assert "請列印 → 簽名" in site.text(f"/claims/{folder.name}")
    site.post("/claims/mark", {"id": folder.name, "state": "submitted"})
    assert "補休 4 小時的申請案已標記為「已送件」" in site.text("/claims")
    html = site.get(f"/claims/{folder.name}").text
    assert "等待人事單位核定" in words(html)
    assert "請列印 → 簽名" not in words(html)
    assert "帶件清單" not in words(html)
    assert re.findall(r'main-way" href="([^"]*)"', html) == ["/claims"]

"""An answer that cannot be given is a page in three parts with one way on that fits: never bare text, never an update by accident."""

from __future__ import annotations

import re
from contextlib import nullcontext

import pytest
from page_cases import words

from agent.dashboard import server
from agent.dashboard.door import OPEN
from agent.dashboard.failures import again
from agent.dashboard.plainly import plainly
from agent.dashboard.refused import page_of
from agent.dashboard.routes import CHANGES, PAGES
from agent.home import hold

FILE = ("files", "學習紀錄.html", b"<html><body>nothing</body></html>")
# What is sent, whether another run holds the home meanwhile, and what is said: status, what happened, where the way on leads.
ANSWERS = {
    "a form while a run goes on": ("/saved-pages", [FILE], True, 409, "另一次更新正在進行", "/saved-pages"),
    "a change while a run goes on": ("/claims/add", {"hours": "4", "approved": "112/6/30"}, True, 409, "另一次更新正在進行", "/claims"),
    "a page that is no record page": ("/saved-pages", [FILE], False, 409, "學習紀錄", "/saved-pages"),
    "a mistyped day": ("/machine/pause", {"until": "112/2/30"}, False, 409, "日期", "/machine"),
    "no file at all": ("/plans/add", {}, False, 409, "沒有選擇計畫檔", "/plans"),
    "a claim that is none": ("/claims/mark", {"id": "none", "state": "submitted"}, False, 409, "申請案", "/claims"),
    "too many files": ("/office", [("files", f"{at}.zip", b"x") for at in range(201)], False, 400, "超過 200 個檔案", "/office"),
}  # fmt: skip


@pytest.mark.parametrize("case", ANSWERS.values(), ids=ANSWERS.keys())
def test_a_form_that_cannot_be_taken_leads_back_to_itself(lasting_site, case):
    path, sent, is_held, status, happened, way = case
    site = lasting_site
    site.configure()
    with hold(site.home) if is_held else nullcontext():
        answer = site.upload(path, sent) if isinstance(sent, list) else site.post(path, sent)
    said = words(answer.text)
    assert (answer.status, happened in said) == (status, True), said
    assert "對您的影響 送出的內容沒有儲存。 下一步" in said
    assert re.findall(r'class="button main-way" href="([^"]*)"', answer.text) == [way]
    assert 'action="/run/' not in answer.text
    assert "elearn " not in said.partition("給資訊人員看的細節")[0]


def test_settings_that_cannot_be_used_are_still_what_is_mended(lasting_site):
    site = lasting_site
    site.home.config.write_text("nonsense = 1\n", encoding="utf-8")
    answer = site.post("/claims/mark", {"id": "none", "state": "submitted"})
    assert 'main-way" href="/setup"' in answer.text
    site.configure()


def test_too_large_an_upload_is_refused_in_the_pages_own_words(lasting_site, monkeypatch):
    monkeypatch.setattr(server, "LARGEST", 2000)
    answer = lasting_site.upload("/office", [("files", "a.zip", b"x" * 3000)])
    assert (answer.status, "送出的檔案太大（合計上限 300 MB）" in answer.text) == (413, True)
    assert 'main-way" href="/office"' in answer.text


def test_no_answer_is_bare_text_and_who_is_not_let_in_learns_no_token(lasting_site):
    """Each refusal there is: of the door, of the routes and of the changes."""
    site = lasting_site
    site.configure()
    inside = [
        *(site.get(path) for path in CHANGES if path not in PAGES),
        site.ask("POST", "/looks", b"size=l"),
        site.ask("PUT", "/looks"),
        site.get("/nothing"),
        site.get("/claims/none"),
    ]
    outside = [
        site.get("/", host="localhost"),
        site.get("/", Sec_Fetch_Site="cross-site"),
        site.post("/looks", Origin="http://evil.example"),
        site.get("/", cookie=False),
        site.get("/static/nothing", cookie=False),
        site.post(OPEN, {"token": "x"}, cookie=False),
        site.ask("POST", OPEN, b"--", cookie=False, Content_Type="multipart/form-data; boundary=x"),
    ]
    for answer in [*inside, *outside]:
        assert answer.status >= 400
        assert answer.headers["content-type"] == "text/html; charset=utf-8", answer.text
        assert '<html lang="zh-Hant"' in answer.text
    for answer in outside:
        assert "對您的影響" in answer.text
        assert "下一步" in answer.text
        assert 'name="token"' not in answer.text
        assert "測試員" not in answer.text


@pytest.mark.parametrize(
    ("path", "sent", "page"),
    [
        ("/saved-pages", True, "/saved-pages"),
        ("/claims/mark", True, "/claims"),
        ("/machine/restore", True, "/machine"),
        ("/update/install", True, "/update"),
        ("/run/claim", True, "/"),
        ("/looks", True, "/"),
        ("/claims/none", False, "/claims"),
        ("/claims", False, "/"),
        ("/", False, "/"),
        ("/it-sheet", False, "/"),
    ],
)
def test_where_the_way_back_leads(path, sent, page):
    assert page_of(path, PAGES, sent=sent) == page


def test_trying_again_tries_the_same_again():
    assert {
        kind: again(kind).href for kind in ("claim", "update", "login", "review", "password", "program")
    } == {
        "claim": "/run/claim",
        "update": "/run/update",
        "login": "/run/login",
        "review": "/review",
        "password": "/password",
        "program": "/update",
    }


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("請等它完成後再試。", "請等它完成後再試。"),
        ("請執行 elearn sync。", ""),
        ("請安裝其中一種，或以 ELEARN_BROWSER 指定路徑。", "請安裝其中一種。"),
        ("請改用存檔的網頁（elearn import），或洽資訊單位。", "請改用存檔的網頁，或洽資訊單位。"),
        ("沒有設定每晚更新（要設定請執行 elearn agent install）。", "沒有設定每晚更新。"),
        ("未連線檢查憑證；需要時執行 elearn doctor --online。", "未連線檢查憑證。"),
        ("請執行 elearn sync，或匯入先前匯出的紀錄檔（elearn import）。", "請匯入先前匯出的紀錄檔。"),
        ("請在終端機執行 elearn credentials set ecpa --account 您的帳號，或改由您親自登入。", "請改由您親自登入。"),
        ("您沒有在平臺上課時，請執行 elearn sync。", ""),
        ("", ""),
    ],
)  # fmt: skip
def test_commands_are_left_out_of_what_is_said_to_somebody_without_a_terminal(text, said):
    assert plainly(text) == said

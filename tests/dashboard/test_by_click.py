"""What a person answers or fills in on the page: near-miss titles, and who the portal says she is. No browser."""

from __future__ import annotations

from page_cases import policy_rows

from agent.access.person_binding import bind_person
from agent.store import Store
from scrapers.portals.portal import Owner

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
    done = site.post("/titles", {**PAIR, "answer": "yes", "apply": "1"})
    assert (done.status, done.headers["location"]) == (303, "/titles")
    assert f'"{NEAR}" = "{COURSE}"' in site.home.config.read_text("utf-8")
    assert "目前可申請補休 4" in site.text("/")
    back = site.post("/titles", {**PAIR, "answer": "undo"})
    assert "可申請補休 4 → 0 小時" in back.text
    assert site.post("/titles", {**PAIR, "answer": "undo", "apply": "1"}).status == 303
    assert "目前可申請補休 0" in site.text("/")
    assert "1 門課的名稱與計畫所列寫法相近" in site.text("/")


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

"""What a failed run leaves behind shows the page's shape and nobody's words."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from playwright.sync_api import Page

from agent.home import open_home
from agent.upkeep.evidence_files import KEPT, Failure, keep_evidence
from scrapers.errors import PageChanged
from scrapers.evidence import Evidence, _picture, page_class, shape, strip
from scrapers.guard import Guard, Wish
from scrapers.snapshot import Snapshot

PAGE = """<html><head><title>學習紀錄</title><meta content="secret-token"></head><body data-person="測試員">
<span class="co-realname">測試員</span><span class="co-username">平台識別碼：TEST-000001</span>
<h1>學習紀錄</h1><a href="/logout.php?ticket=abcdef">登出</a><!-- note 0912345678 -->
<table id="pc_data"><tr><th>課程名稱</th><th>核發時數</th></tr>
<tr onclick="gotoCourse(10047013)"><td><a href="#">我很私密的課程</a></td><td>1.0</td></tr></table>
<input id="pas" type="password" value="pa55word"><textarea>心得</textarea>
<script>var ticket = "abcdef";</script></body></html>"""


@pytest.mark.parametrize(
    "secret",
    [
        "測試員",
        "TEST-000001",
        "000001",
        "abcdef",
        "pa55word",
        "私密",
        "10047013",
        "0912345678",
        "心得",
        "secret-token",
    ],
)
def test_nothing_personal_is_left(secret: str) -> None:
    assert secret not in strip(PAGE)


@pytest.mark.parametrize("kept", ["核發時數", "課程名稱", "登出", 'id="pc_data"', "co-realname", 'id="pas"'])
def test_what_is_needed_to_mend_the_reader_is_kept(kept: str) -> None:
    assert kept in strip(PAGE)


@given(st.text())
def test_a_shape_is_as_long_as_its_text_and_says_nothing(text: str) -> None:
    shaped = shape(text)
    assert len(shaped) == len(text)
    assert all(each in "字x0" or not each.isalnum() for each in shaped)


def test_the_folder_names_what_happened_and_old_folders_go(tmp_path: Path) -> None:
    """Error, step, page class, status, hosts contacted and refused, versions; private, and no query anywhere."""
    home = open_home(tmp_path)
    guard = Guard(frozenset({"elearn.hrd.gov.tw"}))
    guard.decide(Wish("https://ads.example.test/x?person=1", "GET", is_document=False, is_main=False))
    guard.decide(Wish("https://elearn.hrd.gov.tw/a?ticket=1", "GET", is_document=True, is_main=True))
    failed = Failure(PageChanged("找不到「認證時數」欄。"), "讀取學習紀錄", guard, "131.0")
    for run in range(1, KEPT + 3):
        folder = keep_evidence(
            home, run, failed, [Evidence("host/path", "<p>", b"png", "elearn: a guest", 200)]
        )
    report = json.loads((folder / "report.json").read_text("utf-8"))
    assert (report["kind"], report["code"], report["step"]) == ("page_changed", 13, "讀取學習紀錄")
    assert report["pages"] == [
        {"file": "page-1.html", "place": "host/path", "class": "elearn: a guest", "status": 200}
    ]
    assert report["contacted"] == ["GET elearn.hrd.gov.tw/a ×1"]
    assert report["refused"] == ["GET ads.example.test/x (foreign)"]
    assert report["versions"]["browser"] == "131.0"
    assert all(report["versions"].values())
    assert len(list(home.runs.glob("*/evidence"))) == KEPT
    assert {each.stat().st_mode & 0o777 for each in folder.iterdir()} == {0o600}
    assert folder.stat().st_mode & 0o777 == 0o700


def test_a_folder_that_breaks_off_is_not_there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What is half written has another name, which the next run removes."""
    home = open_home(tmp_path)
    failed = Failure(PageChanged("…"), "", Guard(frozenset()))

    def fail(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(Path, "rename", fail)
    with pytest.raises(KeyboardInterrupt):
        keep_evidence(home, 1, failed, [])
    assert not (home.run_folder(1) / "evidence").exists()


@pytest.mark.parametrize(
    "html",
    [
        "<h1>測試員的學習紀錄</h1>",
        "<a href='#'>測試員，您好</a>",
        "<a>歡迎 某某某</a>",
        "<title>某某某先生的專區</title>",
        "<label>測試員</label>",
        "<button>TEST-000001</button>",
        "<option>tester@example.test</option>",
        "<option>" + "A" + "123456788</option>",
        "<p id='測試員'>x</p>",
        "<div>某某某</div>",
        "<head><title>測試員</title></head>",
    ],
)
def test_a_name_stands_nowhere_not_even_among_the_sites_own_words(html: str) -> None:
    """What the page says whose it is, what greets somebody, and what looks like a number or address of a person."""
    stripped = strip(f"<html><body>{html}</body></html>", ("測試員", "TEST-000001"))
    for secret in ("測試員", "某某某", "TEST-000001", "tester@example.test", "123456788"):
        assert secret not in stripped


@pytest.mark.parametrize(
    "html",
    [
        "<!-- SECRET --><html><body>x</body></html>",
        "<html><!-- SECRET --><body>x<!-- SECRET --></body><!-- SECRET --></html>",
        "<html><body>x</body></html><!-- SECRET -->",
        "<!DOCTYPE html><!--html><body><td>SECRET</td>",
        "<html><body>x<!-- SECRET",
    ],
)
def test_a_comment_stands_nowhere(html: str) -> None:
    """Before, in and after the document, and one that is never closed."""
    stripped = strip(html.replace("SECRET", "A" + "123456788 某某某"))
    assert "123456788" not in stripped
    assert "某某某" not in stripped
    assert "<!--" not in stripped


@pytest.mark.parametrize(
    ("url", "html", "found"),
    [
        ("https://elearn.hrd.gov.tw/mooc/index.php", "<html><body></body></html>", "elearn: "),
        (
            "https://ecpa.dgpa.gov.tw/x",
            "<html><body>系統維護中</body></html>",
            "ecpa: maintenance or a server error",
        ),
        ("https://www.cp.gov.tw/x", "<html><body></body></html>", "egov: "),
        ("https://evil.example.test/x", "<html><body></body></html>", "another page"),
        ("chrome-error://chromewebdata/", "<html><body></body></html>", "the browser's own error page"),
    ],
)
def test_the_kind_of_page_is_named(url: str, html: str, found: str) -> None:
    assert page_class(Snapshot(html, url)).startswith(found)


PERSONAL = """<!doctype html><html><head><title>學習紀錄</title><style>
  body { font: 40px sans-serif; margin: 0; } div, h1, a, span, td { white-space: nowrap; } input { font: 40px sans-serif; }
</style></head><body>%s</body></html>"""
SHOWN = {
    "in a plain block": "<div>王小明 TEST-000001 A1</div>",
    "in a heading": "<h1>王小明的紀錄</h1>",
    "in a link": "<a>王小明您好</a>",
    "in a cell": "<table><tr><td><a>王小明</a></td></tr></table>",
    "in a field": "<input value='王小明 A1'>",
    "as a placeholder": "<input placeholder='王小明 A1'>",
    "in a picture": "<svg width=300 height=60><text y=40>王小明</text></svg>",
    "in a list": "<select><option>王小明</option></select>",
}
EQUAL = {
    "in a plain block": "<div>李大同 PEST-999999 B2</div>",
    "in a heading": "<h1>李大同的紀錄</h1>",
    "in a link": "<a>李大同您好</a>",
    "in a cell": "<table><tr><td><a>李大同</a></td></tr></table>",
    "in a field": "<input value='李大同 B2'>",
    "as a placeholder": "<input placeholder='李大同 B2'>",
    "in a picture": "<svg width=300 height=60><text y=40>李大同</text></svg>",
    "in a list": "<select><option>李大同</option></select>",
}


@pytest.mark.parametrize("where", SHOWN)
def test_two_people_leave_the_same_picture(page: Page, where: str) -> None:
    """Whose page it was cannot be seen: with another name and number in the same place no dot differs."""
    pictures = []
    for html in (SHOWN[where], EQUAL[where]):
        page.set_content(PERSONAL % html)
        pictures.append(_picture(page, ("王小明", "李大同", "TEST-000001", "PEST-999999")))
    assert pictures[0] is not None
    assert pictures[0] == pictures[1]


def test_what_is_needed_is_still_in_the_picture(page: Page) -> None:
    """A heading that changed its word changes the picture."""
    pictures = []
    for word in ("認證時數", "核發時數"):
        page.set_content(PERSONAL % f"<table><tr><th>{word}</th></tr><tr><td>1.0</td></tr></table>")
        pictures.append(_picture(page, ()))
    assert pictures[0] != pictures[1]

"""What a failed run leaves behind shows the page's shape and nobody's words."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent.home import open_home
from agent.upkeep.evidence_files import KEPT, keep_evidence
from scrapers.errors import PageChanged
from scrapers.evidence import Evidence, shape, strip
from scrapers.guard import Guard, Wish

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
    home = open_home(tmp_path)
    guard = Guard(frozenset({"elearn.hrd.gov.tw"}))
    guard.decide(Wish("https://ads.example.test/x?person=1", "GET", is_document=False, is_main=False))
    for run in range(1, KEPT + 3):
        folder = keep_evidence(
            home, run, PageChanged("找不到「認證時數」欄。"), [Evidence("host/path", "<p>", b"png")], guard
        )
    report = (folder / "report.json").read_text("utf-8")
    assert "page_changed" in report
    assert "GET ads.example.test/x" in report
    assert "person=1" not in report
    assert len(list(home.runs.glob("*/evidence"))) == KEPT
    assert (folder / "page-1.png").stat().st_mode & 0o777 == 0o600

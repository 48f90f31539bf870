"""The page over an update: a new version put there, tried and switched to by click; and a page that is older than the program on disk."""

from __future__ import annotations

import os
import sys
import threading
import time
from pathlib import Path

import pytest
from page_cases import parcel, portable_place, words

import agent.updating.switching as switching
from agent import __version__
from agent.dashboard.newer import Newer
from agent.dashboard.pages import update
from agent.dashboard.progress import Ended
from agent.schedule.renewing import Program, Renewal
from agent.updating.places import Installed
from agent.updating.trying import Trial

OLD = Program(Path(sys.executable), ("old",), is_whole=True)
NEW = Program(Path(sys.executable), ("new",), is_whole=True)


@pytest.fixture
def place(tmp_path, monkeypatch) -> Installed:
    """A portable folder at version 0.1.0, from which the page believes it runs; every new version judges as the old one did."""
    found = portable_place(tmp_path / "程式 資料夾")
    monkeypatch.setattr(update, "installed", lambda: found)
    monkeypatch.setattr(update, "try_out", lambda *_: Trial(()))
    monkeypatch.setattr(switching, "opens", lambda *_: True)
    return found


def pressed(site, path: str, **fields: str) -> Ended:
    """One press of that button, and what it came to."""
    assert site.post(path, fields).status == 303
    site.served.desk.worker._thread.join(30)
    return site.served.desk.worker.progress.ended


def test_a_new_version_is_put_there_tried_switched_to_and_gone_back_from_by_click(site, place):
    assert "目前使用 0.1.0 版 程式資料夾裡沒有新版" in site.text("/update")
    assert site.upload("/update", [("file", "新版.zip", parcel("0.2.0"))]).status == 303
    assert "程式資料夾裡有新版 0.2.0" in site.text("/update")
    ended = pressed(site, "/update/install")
    assert (ended.code, ended.said) == (0, "已切換到 0.2.0 版，保留 0.1.0 版。")
    assert place.current() == "0.2.0"
    said = site.text("/update")
    assert "目前使用 0.2.0 版 程式資料夾裡沒有新版的 zip 檔" in said
    assert "退回 0.1.0 版" in said
    assert pressed(site, "/update/back").said == "已退回 0.1.0 版。"
    assert place.current() == "0.1.0"


def test_a_version_that_judges_otherwise_is_switched_to_only_after_a_yes(site, place, monkeypatch):
    monkeypatch.setattr(update, "try_out", lambda *_: Trial(("今天 › benefits › 0 › claimable：4 → 8",)))
    site.upload("/update", [("file", "新版.zip", parcel("0.2.0"))])
    ended = pressed(site, "/update/install")
    assert (ended.code, ended.next, place.current()) == (0, "/update", "0.1.0")
    html = site.get("/update").text
    assert "判斷結果與目前不同（1 項），還沒有切換" in words(html)
    assert html.count("main-way") == 1
    assert pressed(site, "/update/install", sure="1").code == 0
    assert place.current() == "0.2.0"


def test_a_file_that_is_no_whole_version_changes_nothing_and_leads_back_here(site, place):
    assert site.upload("/update", [("file", "讀我.txt", b"x")]).status == 409
    site.configure()
    site.put_credential()
    site.upload("/update", [("file", "新版.zip", parcel("0.2.0", whole=False))])
    assert pressed(site, "/update/install").code == 2
    html = site.get("/").text
    assert "不完整或被改過" in words(html)
    assert "目前的版本與資料都沒有變動。" in words(html)
    assert 'main-way" href="/update"' in html
    assert place.current() == "0.1.0"


def test_a_yes_is_to_the_differences_that_were_shown_and_to_no_others(site, place, monkeypatch):
    """Another new version is put there after the page was shown: what it judges otherwise is shown first."""
    monkeypatch.setattr(update, "try_out", lambda *_: Trial(("今天 › claimable：4 → 8",)))
    site.upload("/update", [("file", "新版.zip", parcel("0.2.0"))])
    pressed(site, "/update/install")
    site.upload("/update", [("file", "更新版.zip", parcel("0.3.0"))])
    monkeypatch.setattr(update, "try_out", lambda *_: Trial(("今天 › claimable：4 → 0",)))
    assert pressed(site, "/update/install", sure="1").next == "/update"
    assert place.current() == "0.1.0"
    assert "claimable：4 → 0" in site.text("/update")
    assert pressed(site, "/update/install", sure="1").said.startswith("已切換到 0.3.0 版")


def test_a_whole_file_can_be_put_in_the_place_of_one_that_was_not(site, place):
    """Under whichever name it was fetched again: of two files of one version it is the one put there last."""
    for name, whole in (("新版.zip", False), ("新版 (1).zip", True)):
        assert 'type="file"' in site.get("/update").text
        site.upload("/update", [("file", name, parcel("0.2.0", whole=whole))])
        os.utime(place.root / name, (whole, whole))
        ended = pressed(site, "/update/install")
        assert (ended.code, name) == (0 if whole else 2, name)
    assert place.current() == "0.2.0"


def test_a_program_that_is_no_portable_folder_says_so_without_a_command(site):
    plain, _, folded = words(site.get("/update").text).partition("給資訊人員看的細節")
    assert "不是以可攜資料夾安裝的" in plain
    assert "uv tool install" not in plain
    assert "uv tool install" in folded


# -- a page older than the program on disk -----------------------------------------------------------------------------------


def newer(version: str) -> Newer:
    return Newer(Renewal(lambda: OLD, lambda: NEW, lambda _: version), pause=0)


def until(found, seconds: float = 10) -> bool:
    end = time.monotonic() + seconds
    while not found() and time.monotonic() < end:
        time.sleep(0.02)
    return bool(found())


def test_a_page_that_is_older_says_so_and_ends_for_the_newer_one_but_never_in_the_middle_of_work(site):
    desk = site.served.desk
    assert "改用新版" not in site.text("/")
    desk.newer = newer("9.9.0")
    assert until(lambda: "程式已換成 9.9.0 版" in site.text("/help"))
    assert f"這個網頁還是 {__version__} 版" in site.text("/help")
    goes = threading.Event()
    desk.worker.start("update", ("開啟瀏覽器",), lambda tell: goes.wait(20) and Ended())
    assert "進行中的工作完成後，再改用新版" in site.text("/help")
    assert 'action="/renew"' not in site.get("/help").text
    assert site.post("/renew").status == 303
    assert not desk.is_renewed
    goes.set()
    desk.worker._thread.join(10)
    assert "正在改用新版" in site.post("/renew").text
    assert site.served.wait(20)
    assert (desk.is_renewed, desk.newer.program) == (True, NEW)


def test_the_same_version_installed_anew_is_not_called_another(site):
    site.served.desk.newer = newer(__version__)
    assert until(lambda: "電腦裡的程式重新安裝過" in site.text("/help"))


def test_a_program_that_does_not_start_is_not_offered(site):
    desk, proved = site.served.desk, []
    desk.newer = Newer(Renewal(lambda: OLD, lambda: NEW, lambda found: proved.append(found) or ""), pause=0)
    assert until(lambda: site.get("/help") and proved)
    assert "改用新版" not in site.text("/help")
    assert site.post("/renew").headers["location"] == "/"

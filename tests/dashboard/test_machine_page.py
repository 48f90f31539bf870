"""每晚更新與備份: nightly runs, a pause, the icon, a backup to carry and the sheet for the IT department, each by click."""

from __future__ import annotations

import io
import zipfile
from datetime import datetime, time, timedelta
from pathlib import Path

import pytest
from page_cases import PASSWORD, policy_rows

from agent import clock
from agent.dashboard import shortcuts
from agent.dashboard.pages import machine, overview
from agent.documents.it_sheet import hosts
from agent.schedule.ladder import PAGE, PAGE_SENTENCE, Climbed
from agent.schedule.machine import Installed
from agent.settings.config import read_settings
from agent.store import Store
from rules.errors import ConfigError
from rules.wording import roc_short


@pytest.mark.parametrize(
    ("done", "said"),
    [
        (Climbed("autostart", "桌面自動啟動", Installed("x"), ()), "已設定每晚自動更新（桌面自動啟動）。"),
        (Climbed(PAGE, "開啟本頁時檢查", Installed("", PAGE_SENTENCE), ()), PAGE_SENTENCE),
    ],
)
def test_nightly_runs_are_begun_by_click_or_the_page_says_what_stands_in_for_them(
    site, monkeypatch, done, said
):
    site.configure()
    asked = []
    monkeypatch.setattr(machine, "install", lambda home, _: asked.append(home.path) or done)
    assert "還沒有設定" in site.text("/machine")
    assert site.post("/machine/nightly", {"do": "install"}).status == 303
    assert asked == [site.home.path]
    assert said in site.text("/machine")
    monkeypatch.setattr(machine, "remove_everywhere", lambda home: asked.append(home.path))
    assert site.post("/machine/nightly", {"do": "remove"}).status == 303
    assert "已移除每晚自動更新" in site.text("/machine")
    assert len(asked) == 2


def test_a_pause_is_kept_in_the_settings_until_its_day_or_a_click(site):
    site.configure()
    until = clock.today() + timedelta(days=20)
    assert site.post("/machine/pause", {"until": roc_short(until)}).status == 303
    assert read_settings(site.home.config).schedule.paused_until == until
    assert "已暫停" in site.text("/machine")
    for wrong in (roc_short(clock.today()), "112/2/29", "明天"):
        assert site.post("/machine/pause", {"until": wrong}).status == 409
    assert read_settings(site.home.config).schedule.paused_until == until
    assert site.post("/machine/pause", {"until": ""}).status == 303
    assert read_settings(site.home.config).schedule.paused_until is None
    assert 'name = "測試員"' in site.home.config.read_text("utf-8")


def test_the_icon_is_put_on_the_desktop_and_taken_away(site, monkeypatch, tmp_path):
    monkeypatch.setattr(shortcuts, "places", lambda: (tmp_path / "桌面", tmp_path / "menu"))
    assert site.post("/machine/icon").status == 303
    icon = tmp_path / "桌面" / f"{shortcuts.NAME}.desktop"
    assert "dashboard" in icon.read_text("utf-8")
    assert site.post("/machine/icon", {"do": "remove"}).status == 303
    assert not icon.exists()


def test_a_backup_is_saved_from_the_page_without_a_password_and_leaves_nothing_behind(site):
    site.configure()
    site.put_credential()
    site.import_records(*policy_rows())
    before = {path.relative_to(site.home.path) for path in site.home.path.rglob("*")}
    answer = site.get("/machine/backup")
    assert answer.headers["content-disposition"].startswith("attachment")
    with zipfile.ZipFile(io.BytesIO(answer.body)) as archive:
        assert {"manifest.json", "home/config.toml", "home/elearn.sqlite3"} <= set(archive.namelist())
        assert not any(PASSWORD.encode() in archive.read(name) for name in archive.namelist())
    after = {path.relative_to(site.home.path) for path in site.home.path.rglob("*")}
    assert {path for path in after - before if not path.name.startswith("elearn.sqlite3")} == set()


def test_a_backup_is_put_back_on_another_computer_by_click(new_site):
    """The same verdict, what was there is kept beside it, and no file that is no backup changes anything."""
    old = new_site()
    old.configure()
    old.import_records(*policy_rows())
    carried = old.get("/machine/backup").body
    fresh = new_site()
    for name, data in (("x.zip", b"PK\x03\x04 none"), ("x.txt", b"text")):
        assert fresh.upload("/machine/restore", [("file", name, data)]).status == 409
    assert "還沒有更新過" in fresh.text("/records")
    done = fresh.upload("/machine/restore", [("file", "elearn備份.zip", carried)])
    assert (done.status, done.headers["location"]) == (303, "/setup?step=2")
    assert "請再輸入一次密碼" in fresh.text("/setup?step=2")
    assert "目前可申請補休 4" in fresh.text("/")
    assert list(fresh.home.path.glob("before-restore-*/elearn.sqlite3"))


def test_the_sheet_for_the_it_department_is_a_pdf_or_where_none_can_be_made_a_page(site, monkeypatch):
    made = site.get("/it-sheet")
    assert made.body.startswith(b"%PDF")

    def refuse(_: Path | None) -> None:
        raise ConfigError("這台電腦沒有瀏覽器。", "…")

    monkeypatch.setattr(machine, "PaperPrinter", refuse)
    page = site.get("/it-sheet")
    assert page.headers["content-disposition"].startswith("attachment")
    assert all(host in page.text for host in hosts())


OPENED = [
    (3, 30, "", True),  # at night, older than a day
    (3, 20, "", False),  # at night, not a day old
    (14, 30, "", False),  # by day somebody may be in a course: offered, not begun
    (14, 30, PAGE, True),  # where nothing else may start it, opening the page is the word for it
]


@pytest.mark.parametrize(("hour", "age", "way", "begun"), OPENED)
def test_opening_the_page_updates_old_records_where_nobody_is_disturbed(
    new_site, monkeypatch, hour, age, way, begun
):
    site = new_site(on=None)
    site.configure()
    site.put_credential()
    site.import_records(*policy_rows())
    now = datetime.combine(clock.today(), time(hour), clock.TAIPEI)
    with Store.open(site.home.database) as store:
        run = store.start_run("sync", now - timedelta(hours=age, minutes=1))
        store.finish_run(run, outcome="ok", exit_code=0, at=now - timedelta(hours=age), report={})
    if way:
        (site.home.path / "autostart").write_text(way, encoding="utf-8")
    started = []
    monkeypatch.setattr(overview, "begin", lambda _, kind: started.append(kind))
    monkeypatch.setattr(clock, "now", lambda: now)
    site.served.desk.just_opened = True
    assert 'action="/run/update"' in site.get("/").text
    assert (started == ["update"]) is begun
    site.get("/")
    assert len(started) == begun  # once, not with every look

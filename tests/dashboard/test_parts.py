"""The pure parts of the page: this moment, the week, the settings' text, the password box, the desktop icon, the work."""

from __future__ import annotations

import os
import stat
import threading
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path

import pytest

from agent.clock import TAIPEI
from agent.dashboard import password_box, shortcuts
from agent.dashboard.now import this_moment
from agent.dashboard.progress import Ended
from agent.dashboard.shortcuts import Start, files, link_values, linux_text, macos_text, windows_text
from agent.dashboard.week import monday_of, week
from agent.dashboard.work import RUN_STEPS, Worker
from agent.errors import NoCredential
from agent.updating.places import Installed
from rules import bundled
from rules.duty import Days
from rules.record import LearningRecord
from rules.verdict import OffDuty, RowVerdict, State
from rules.work import Suspension, Work

DAYS = Days(Work(), bundled.calendar(), (), "")


@pytest.mark.parametrize(
    ("at", "sign", "said"),
    [
        ("2023-03-08T07:59:59", "✔", "現在：公餘時間（上班前，至 08:00）"),
        ("2023-03-08T08:00:00", "✖", "現在：上班時間（至 12:00）"),
        ("2023-03-08T11:59:59", "✖", "現在：上班時間（至 12:00）"),
        ("2023-03-08T12:00:00", "✔", "現在：公餘時間（午休，至 13:30）"),
        ("2023-03-08T13:29:59", "✔", "現在：公餘時間（午休，至 13:30）"),
        ("2023-03-08T17:30:00", "✔", "現在：公餘時間（下班後，至今天結束）"),
        ("2023-02-18T09:00:00", "✖", "現在：上班時間（至 12:00）"),  # a Saturday made up for
        ("2023-02-25T09:00:00", "✔", "現在：公餘時間（例假日，至今天結束）"),
        ("2023-02-27T09:00:00", "✔", "現在：公餘時間（放假日，至今天結束）"),
        ("2035-01-02T09:00:00", "！", "現在：今年的辦公日曆表尚未收錄"),
    ],
)
def test_what_this_moment_is_to_the_second(at, sign, said):
    found = this_moment(DAYS, datetime.fromisoformat(at).replace(tzinfo=TAIPEI))
    assert (found.sign, found.said) == (sign, said)


def test_suspended_work_is_for_the_office_to_say():
    from rules.work import Span

    day = date(2023, 7, 27)
    days = Days(Work(), bundled.calendar(), (Suspension(Span.whole_days(day, day)),), "")
    found = this_moment(days, datetime(2023, 7, 27, 9, tzinfo=TAIPEI))
    assert (found.sign, found.said) == ("！", "現在：停止上班（至 12:00）")


def row(start: str, end: str, off_duty: OffDuty | None) -> RowVerdict:
    record = LearningRecord("課程", start=datetime.fromisoformat(start), end=datetime.fromisoformat(end))
    return RowVerdict(record, "s", "課程", True, State.MET, off_duty, ())


def test_the_week_marks_the_part_that_lies_in_office_hours():
    rows = [row("2023-03-08T11:30:00", "2023-03-08T13:45:00", OffDuty.FAIL)]
    found = week(monday_of(date(2023, 3, 8)), DAYS, rows)
    assert [each.kind for each in found] == ["上班日"] * 5 + ["例假日"] * 2
    (session,) = found[2].sessions
    assert (session.piece.start, session.piece.end) == (690, 825)
    assert [(each.start, each.end) for each in session.on_duty] == [(690, 720), (810, 825)]
    assert session.verdict == "✖ 含上班時間"
    assert not any(each.sessions for at, each in enumerate(found) if at != 2)


def test_a_session_over_several_days_stands_on_each_of_them():
    rows = [row("2023-03-08T20:00:00", "2023-03-10T07:00:00", OffDuty.REVIEW)]
    found = week(date(2023, 3, 6), DAYS, rows)
    spans = {each.day.day: (s.piece.start, s.piece.end) for each in found for s in each.sessions}
    assert spans == {8: (1200, 1440), 9: (0, 1440), 10: (0, 420)}


def test_make_up_workdays_and_holidays_are_named():
    names = {
        each.day: each.kind
        for monday in (date(2023, 2, 13), date(2023, 2, 27))
        for each in week(monday, DAYS, [])
    }
    assert names[date(2023, 2, 18)] == "補行上班日"
    assert names[date(2023, 2, 27)].startswith("放假日（")
    assert names[date(2023, 2, 28)].startswith("放假日（")


# -- the system's password box --------------------------------------------------------------------------------------------


def program(folder: Path, name: str, body: str) -> None:
    path = folder / name
    path.write_text(f"#!/bin/sh\n{body}\n", encoding="utf-8")
    path.chmod(0o755)


@pytest.mark.parametrize(
    ("name", "body", "found"),
    [
        ("zenity", "printf '%s\\n' 'pä ss 測試%21'", "pä ss 測試%21"),
        ("zenity", "exit 1", None),
        ("kdialog", "printf '%s\\n' ' blank at both ends '", " blank at both ends "),
        ("kdialog", "exit 1", None),
        (
            "pinentry",
            "cat >/dev/null; printf 'OK hello\\nOK\\nD a%%25b%%0A\\303\\251\\nOK\\nOK\\n'",
            "a%b\né",
        ),
        (
            "pinentry",
            "cat >/dev/null; printf 'OK\\nERR 83886179 Operation cancelled <Pinentry>\\nOK\\n'",
            None,
        ),
    ],
)
def test_what_is_typed_into_the_box_comes_back_and_nothing_else(tmp_path, monkeypatch, name, body, found):
    """A stand-in for each program on the path: none of them can be shown where nobody sits."""
    program(tmp_path, name, body)
    monkeypatch.setenv("PATH", f"{tmp_path}:/bin:/usr/bin" if name == "pinentry" else str(tmp_path))
    monkeypatch.setattr(
        password_box.shutil, "which", lambda each: str(tmp_path / each) if each == name else None
    )
    if name != "pinentry":
        monkeypatch.setenv("PATH", f"{tmp_path}:/bin:/usr/bin")
    assert password_box.ask("請輸入密碼") == found


def test_a_box_that_cannot_be_shown_gives_way_to_the_next_and_at_last_to_the_terminal(tmp_path, monkeypatch):
    program(tmp_path, "zenity", "exit 255")
    program(tmp_path, "kdialog", "echo good")
    monkeypatch.setattr(
        password_box.shutil,
        "which",
        lambda each: str(tmp_path / each) if (tmp_path / each).exists() else None,
    )
    assert password_box.ask("請輸入密碼") == "good"
    (tmp_path / "kdialog").unlink()
    with pytest.raises(NoCredential, match="系統視窗") as why:
        password_box.ask("請輸入密碼")
    assert "elearn credentials set" in why.value.remedy


# -- the icon ---------------------------------------------------------------------------------------------------------------

WINDOWS = Start("C:\\Users\\王 小明\\elearn 100%\\python.exe", {"ELEARN_HOME": "D:\\資料 100%"})
UNIX = Start("/home/王 小明/a'b/.venv/bin/python", {"ELEARN_HOME": '/home/王 小明/a"b$c\\d`e%f'})


def test_the_golden_texts_of_the_icon():
    """Windows and macOS were not tried: these are the texts that somebody with such a machine has to try."""
    assert windows_text(WINDOWS) == (
        '@echo off\r\nchcp 65001 >nul\r\nset "ELEARN_HOME=D:\\資料 100%%"\r\n'
        'start "" "C:\\Users\\王 小明\\elearn 100%%\\python.exe" -m agent dashboard\r\n'
    ).replace("python.exe", "pythonw.exe" if os.name == "nt" else "python.exe")
    portable = replace(WINDOWS, launcher="C:\\程式 100%\\我的數位學習補休.cmd")
    assert windows_text(portable) == (
        '@echo off\r\nchcp 65001 >nul\r\nset "ELEARN_HOME=D:\\資料 100%%"\r\n'
        'start "" /min "C:\\程式 100%%\\我的數位學習補休.cmd"\r\n'
    )
    assert macos_text(UNIX) == (
        "#!/bin/sh\n# 讀取自己的學習紀錄，準備補休申請文件（只讀取，不送件）\n"
        "export ELEARN_HOME='/home/王 小明/a\"b$c\\d`e%f'\n"
        "exec '/home/王 小明/a'\\''b/.venv/bin/python' -m agent dashboard\n"
    )
    text = linux_text(UNIX)
    assert "Name=我的數位學習補休\n" in text
    assert (
        'Exec=env "ELEARN_HOME=/home/王 小明/a\\\\"b\\\\$c\\\\\\\\d\\\\`e%%f" "/home/王 小明/a\'b/.venv/bin/python" -m agent dashboard\n'
    ) in text


def test_the_icon_of_a_portable_folder_opens_what_an_update_leaves_in_its_place(tmp_path, monkeypatch):
    """The start file beside the pointer: the version's own Python is gone two updates later."""
    assert Start.here().launcher == ""
    place = Installed(tmp_path)
    monkeypatch.setattr(shortcuts, "installed", lambda: place)
    assert Start.here().launcher == ""  # a folder without a start file
    launcher = tmp_path / f"{shortcuts.NAME}.cmd"
    launcher.write_text("@echo off", encoding="ascii")
    found = Start.here()
    assert found.launcher == str(launcher)
    assert link_values(found) == {"ELEARN_TARGET": str(launcher), "ELEARN_WORDS": "", "ELEARN_WINDOW": "7"}
    assert found.python not in windows_text(found)
    assert link_values(replace(found, launcher=""))["ELEARN_WORDS"] == "-m agent dashboard"


@pytest.mark.parametrize("platform", ["linux", "darwin", "win32"])
@pytest.mark.parametrize(
    ("home", "own"),
    [("/data/h1", True), ("/data/h10", False), ("/data/h", False), ("/data/h1 b", False), ("", False)],
)
def test_the_icon_of_another_home_is_not_this_ones(platform, home, own, tmp_path, monkeypatch):
    """Also where one path begins as the other does."""
    monkeypatch.setattr(shortcuts, "places", lambda: (tmp_path, tmp_path / "menu"))
    monkeypatch.setenv("ELEARN_HOME", "/data/h1")
    start = Start("/usr/bin/python3", {"ELEARN_HOME": home} if home else {})
    for path, text in files(start, platform, tmp_path, tmp_path).items():
        path.write_text(text, "utf-8", newline="")
        assert shortcuts.icons_of_this_home(platform) == ([path] if own else [])


@pytest.mark.parametrize(("platform", "names"), [
    ("linux", {"d/我的數位學習補休.desktop", "a/我的數位學習補休.desktop"}),
    ("win32", {"d/我的數位學習補休.cmd"}),
    ("darwin", {"d/我的數位學習補休.command"}),
])  # fmt: skip
def test_where_the_icon_goes(platform, names):
    assert {path.as_posix() for path in files(UNIX, platform, Path("d"), Path("a"))} == names


def test_the_icon_of_this_system_is_put_there_replaced_and_taken_away(run_elearn, tmp_path):
    made = run_elearn("shortcut", "install", "--json")
    assert made.code == 0, made.stderr
    paths = [Path(each) for each in made.json()["shortcut"]["made"]]
    assert all(path.is_relative_to(tmp_path) and path.name == f"{shortcuts.NAME}.desktop" for path in paths)
    assert all(stat.S_IMODE(path.stat().st_mode) == 0o755 for path in paths)
    assert "-m agent dashboard" in paths[0].read_text("utf-8")
    assert run_elearn("shortcut", "install").code == 0
    assert sorted(run_elearn("shortcut", "remove", "--json").json()["shortcut"]["removed"]) == sorted(
        map(str, paths)
    )
    assert not any(path.exists() for path in paths)
    assert "沒有桌面圖示" in run_elearn("shortcut", "remove").stdout


# -- the work ---------------------------------------------------------------------------------------------------------------


def test_a_stop_waits_for_the_next_safe_place(tmp_path):
    """Asked for in the middle of the log-in, it is obeyed when the log-in has its answer, and the rest is not begun."""
    worker, at_log_in, answered = Worker(tmp_path / "error.log"), threading.Event(), threading.Event()
    done: list[str] = []

    def job(tell):
        tell("開啟瀏覽器", "")
        tell("登入人事服務網", "")
        at_log_in.set()
        answered.wait(10)
        done.append("answered")
        tell("讀取學習紀錄", "")
        done.append("read")
        return Ended()

    assert worker.start("claim", RUN_STEPS, job)
    assert at_log_in.wait(10)
    assert not worker.start("claim", RUN_STEPS, job)  # one at a time
    worker.stop()
    assert worker.progress.stopping
    assert worker.progress.ended is None
    answered.set()
    worker.finish(10)
    assert done == ["answered"]
    assert (worker.progress.ended.code, worker.progress.ended.kind) == (1, "interrupted")
    assert [each.state for each in worker.progress.steps] == ["done", "done", "halted", "waiting", "waiting"]


def test_whatever_goes_wrong_in_the_work_becomes_an_ending(tmp_path):
    worker = Worker(tmp_path / "error.log")
    worker.start("claim", RUN_STEPS, lambda tell: 1 / 0)
    worker.finish(10)
    assert (worker.progress.ended.code, worker.progress.ended.kind) == (1, "unexpected")
    assert "ZeroDivisionError" in worker.progress.ended.message

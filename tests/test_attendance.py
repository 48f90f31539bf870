"""Attendance exports: every heading and way of writing a time that is known, line-exact refusals, and what is kept of them."""

from __future__ import annotations

import json
import stat
from datetime import date, datetime, time, timedelta
from pathlib import Path

import pytest

from agent.attendance.exported import Read, read_export
from agent.attendance.headings import Kind, Role, role_of
from agent.attendance.kept import added, keep, kept, read_files, with_attendance
from agent.attendance.times import Stamp, read_clock, read_stamp
from agent.home import open_home
from agent.settings.in_force import settings_of
from rules.errors import ConfigError
from rules.person import Person
from rules.work import Leave, Period, Span, Work


def read(text: str, kind: Kind | None = None) -> Read:
    return read_export(text.encode(), "export.csv", kind)


STAMPS = [
    ("1120308", date(2023, 3, 8), None),
    ("112/03/08", date(2023, 3, 8), None),
    ("112.3.8", date(2023, 3, 8), None),
    ("112年3月8日", date(2023, 3, 8), None),
    ("2023-03-08", date(2023, 3, 8), None),
    ("20230308", date(2023, 3, 8), None),
    ("112/03/08(三)", date(2023, 3, 8), None),
    ("112/03/08 星期三", date(2023, 3, 8), None),
    ("０８：０５", None, (8, 5, 0)),
    ("08:05", None, (8, 5, 0)),
    ("0805", None, (8, 5, 0)),
    ("805", None, (8, 5, 0)),
    ("080530", None, (8, 5, 30)),
    ("08:05:30", None, (8, 5, 30)),
    ("8時5分", None, (8, 5, 0)),
    ("24:00", None, (24, 0, 0)),
    ("下午 1:30", None, (13, 30, 0)),
    ("12:00:00 AM", None, (0, 0, 0)),
    ("1120308 0800", date(2023, 3, 8), (8, 0, 0)),
    ("11203080800", date(2023, 3, 8), (8, 0, 0)),
    ("20230308080030", date(2023, 3, 8), (8, 0, 30)),
    ("112/03/08(三) 08:05:30", date(2023, 3, 8), (8, 5, 30)),
    ("2023-03-08T08:05:30", date(2023, 3, 8), (8, 5, 30)),
    ("2023/3/8 下午 01:30:00", date(2023, 3, 8), (13, 30, 0)),
    ("112年3月8日8時30分", date(2023, 3, 8), (8, 30, 0)),
    ("", None, None),
    ("--", None, None),
]


@pytest.mark.parametrize(("text", "day", "clock"), STAMPS)
def test_every_way_of_writing_a_day_and_a_time(text, day, clock):
    expected = timedelta(hours=clock[0], minutes=clock[1], seconds=clock[2]) if clock else None
    assert read_stamp(text) == Stamp(day, expected)


@pytest.mark.parametrize("text", ["25:00", "24:01", "08:60", "8", "08:5x", "13:00 下午", "八點"])
def test_what_is_no_time_of_day_is_refused(text):
    with pytest.raises(ValueError, match="時刻"):
        read_clock(text)


HEADINGS = [
    (Role.LEAVE_KIND, ["假別", "請假類別", "差假別", "假別名稱", "請假假別"]),
    (Role.START, ["起日", "開始日期", "請假起", "請假起日", "起始日期", "請假日期（起）", "開始日期時間"]),
    (Role.END, ["迄日", "結束日期", "請假迄", "終止日期", "請假日期(迄)", "訖日", "截止日期"]),
    (Role.START_TIME, ["起時", "開始時間", "起始時間", "時間起", "加班起時"]),
    (Role.END_TIME, ["迄時", "結束時間", "終止時間", "時間迄", "加班迄時"]),
    (Role.DATE, ["日期", "刷卡日期", "加班日期", "勤務日期", "出勤日期", "上班日期"]),
    (Role.RANGE, ["起迄", "請假起訖時間", "請假期間", "加班時間", "起迄時間", "勤務時間"]),
    (Role.CAME, ["上班刷卡", "上班刷卡時間", "簽到", "簽到時間", "上班打卡", "上班時間", "刷到"]),
    (Role.LEFT, ["下班刷卡", "下班刷卡時間", "簽退", "下班打卡", "下班時間", "刷退"]),
    (Role.PUNCH, ["刷卡時間", "打卡時間", "刷卡日期時間"]),
    (Role.SHIFT, ["班別", "班次", "勤務班別", "班別名稱"]),
    (Role.STATUS, ["狀態", "簽核狀態", "表單狀態", "審核結果"]),
    (None, ["姓名", "身分證字號", "員工編號", "事由", "時數", "代理人", "單位", "備註"]),
]


@pytest.mark.parametrize(("role", "text"), [(role, text) for role, texts in HEADINGS for text in texts])
def test_headings_of_several_systems(role, text):
    assert role_of(text) is role


LEAVE = [
    ("days in ROC figures", "假別,起日,迄日\n休假,1120308,1120309", [("2023-03-08", "2023-03-09", "休假")]),
    ("times in columns of their own", "假別,起日,起時,迄日,迄時\n事假,112/3/8,0800,112/3/8,1200", [("2023-03-08T08:00:00", "2023-03-08T12:00:00", "事假")]),
    ("time and day together", "請假類別,請假起,請假迄\n病假,112/3/8 08:00,112/3/8 12:00:30", [("2023-03-08T08:00:00", "2023-03-08T12:00:30", "病假")]),
    ("start and end in one cell", "假別,請假起訖時間\n休假,112/3/8 08:00 ~ 112/3/8 12:00", [("2023-03-08T08:00:00", "2023-03-08T12:00:00", "休假")]),
    ("one column of days", "假別,請假日期\n休假,112.3.8", [("2023-03-08", "2023-03-08", "休假")]),
    ("tabs", "假別\t開始日期\t結束日期\n公假\t2023/3/8\t2023/3/8", [("2023-03-08", "2023-03-08", "公假")]),
    ("semicolons", "假別;起日;迄日\n補休;20230308;20230308", [("2023-03-08", "2023-03-08", "補休")]),
    ("a title above the headings", "某機關請假明細表\n假別,起日,迄日\n休假,1120308,1120308", [("2023-03-08", "2023-03-08", "休假")]),
    ("a sum below the rows", "假別,起日,迄日\n休假,1120308,1120308\n合計,1 日,", [("2023-03-08", "2023-03-08", "休假")]),
    ("the same row twice", "假別,起日,迄日\n休假,1120308,1120308\n休假,112/3/8,112/3/8", [("2023-03-08", "2023-03-08", "休假")]),
    ("an end at 24:00", "假別,起日,起時,迄日,迄時\n事假,1120308,1300,1120308,24:00", [("2023-03-08T13:00:00", "2023-03-09T00:00:00", "事假")]),
    ("出差 is 公差", "假別,起日,迄日\n出差,1120308,1120308", [("2023-03-08", "2023-03-08", "公差")]),
    ("a kind that is no leave is not repeated", "假別,起日,迄日\n王小明,1120308,1120308", [("2023-03-08", "2023-03-08", "其他")]),
    ("what was withdrawn does not count", "假別,起日,迄日,狀態\n休假,1120308,1120308,已撤銷\n休假,1120309,1120309,已核准", [("2023-03-09", "2023-03-09", "休假")]),
    ("figures that a spreadsheet was told to keep", '假別,起日,起時,迄日,迄時\n事假,="1120308",="0800",\'1120308,\'1200', [("2023-03-08T08:00:00", "2023-03-08T12:00:00", "事假")]),
]  # fmt: skip


@pytest.mark.parametrize(("text", "expected"), [line[1:] for line in LEAVE], ids=[line[0] for line in LEAVE])
def test_leave(text, expected):
    found = read(text)
    assert (found.kind, found.faults) == (Kind.LEAVE, ())
    assert [(each["from"], each["to"], each["kind"]) for each in found.facts["leave"]] == expected


DUTY = [
    ("overtime in one evening", "加班日期,加班起時,加班迄時\n112/3/8,17:30,20:30", "overtime", [["2023-03-08T17:30:00", "2023-03-08T20:30:00"]]),
    ("overtime past midnight", "加班日期,加班起時,加班迄時\n112/3/8,22:00,02:00", "overtime", [["2023-03-08T22:00:00", "2023-03-09T02:00:00"]]),
    ("overtime up to 24:00", "加班日期,加班時間\n112/3/8,17:30~24:00", "overtime", [["2023-03-08T17:30:00", "2023-03-09T00:00:00"]]),
    ("overtime whose times hold the day", "加班開始時間,加班結束時間\n2023/3/8 17:30,2023/3/8 20:30", "overtime", [["2023-03-08T17:30:00", "2023-03-08T20:30:00"]]),
    ("a night shift", "日期,班別,上班時間,下班時間\n112/1/18,夜班,20:00,08:00", "roster", [["2023-01-18T20:00:00", "2023-01-19T08:00:00"]]),
    ("hours in the shift's name", "勤務日期,班別\n112/1/18,日班0800-1600", "roster", [["2023-01-18T08:00:00", "2023-01-18T16:00:00"]]),
]  # fmt: skip


@pytest.mark.parametrize(
    ("text", "key", "expected"), [line[1:] for line in DUTY], ids=[line[0] for line in DUTY]
)
def test_overtime_and_shifts(text, key, expected):
    found = read(text)
    assert (found.kind, found.faults) == (Kind(key), ())
    assert found.facts[key] == expected


def test_a_roster_speaks_for_the_days_it_lists_and_for_no_other():
    found = read(
        "日期,班別,上班時間,下班時間\n112/1/18,日,08:00,16:00\n112/1/19,休,,\n112/1/21,例假,,\n112/1/22,OFF,,"
    )
    assert found.facts["roster"] == [["2023-01-18T08:00:00", "2023-01-18T16:00:00"]]
    assert found.facts["roster_covers"] == [["2023-01-18", "2023-01-19"], ["2023-01-21", "2023-01-22"]]


PUNCHES = [
    ("a column each", "刷卡日期,上班刷卡,下班刷卡\n1120118,0805,1705", {"2023-01-18": ["08:05:00", "17:05:00"]}),
    ("with their days", "簽到,簽退\n112/1/18 08:05:30,112/1/18 17:05", {"2023-01-18": ["08:05:30", "17:05:00"]}),
    ("a row for each punch", "刷卡日期,刷卡時間\n1120118,0805\n1120118,1210\n1120118,1705", {"2023-01-18": ["08:05:00", "17:05:00"]}),
    ("a day without any", "日期,上班打卡,下班打卡\n1120118,,", {}),
    ("out after midnight is as late as the day gets", "簽到,簽退\n112/1/18 13:00,112/1/19 01:00", {"2023-01-18": ["13:00:00", "23:59:59.999999"]}),
    ("beside a column of shifts", "日期,班別,上班刷卡,下班刷卡\n1120118,常日班,0805,1705", {"2023-01-18": ["08:05:00", "17:05:00"]}),
]  # fmt: skip


@pytest.mark.parametrize(
    ("text", "expected"), [line[1:] for line in PUNCHES], ids=[line[0] for line in PUNCHES]
)
def test_punches(text, expected):
    found = read(text)
    assert (found.kind, found.faults) == (Kind.PUNCHES, ())
    assert found.facts["punches"] == expected


def test_a_single_punch_is_left_out_and_said():
    found = read("刷卡日期,上班刷卡,下班刷卡\n1120118,0805,")
    assert found.facts["punches"] == {}
    assert "112/1/18" in found.notes[0]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp950", "utf-16"])
def test_every_encoding_such_files_come_in(encoding):
    found = read_export("姓名,假別,起日,迄日\n王小明,休假,1120308,1120308\n".encode(encoding), "x.csv")
    assert found.facts["leave"] == [{"from": "2023-03-08", "to": "2023-03-08", "kind": "休假"}]
    assert found.notes == ("沒有使用的欄位：姓名。",)
    assert "王小明" not in json.dumps(found.facts, ensure_ascii=False)


FAULTS = [
    ("a month that does not exist", "假別,起日,迄日\n休假,112/13/8,112/3/8", "第 2 行「起日」欄「112/13/8」：112 年沒有 13 月"),
    ("an end before its start", "假別,起日,迄日\n\n休假,112/3/8,112/3/7", "第 3 行「迄日」欄「112/3/7」：迄不在起之後"),
    ("no day", "假別,起日,迄日\n休假,,112/3/7", "第 2 行「起日」欄「」：沒有日期"),
    ("no kind", "假別,起日,迄日\n,112/3/7,112/3/7", "第 2 行「假別」欄「」：沒有假別"),
    ("overtime without its end", "加班日期,加班起時,加班迄時\n112/3/8,17:30,", "第 2 行「加班迄時」欄「」：沒有時刻"),
    ("overtime of days", "加班開始時間,加班結束時間\n112/3/8 17:30,112/4/8 20:30", "第 2 行「加班結束時間」欄「112/4/8 20:30」：超過 48 小時"),
    ("a shift without hours", "日期,班別,上班時間,下班時間\n112/1/18,日班,,", "第 2 行「班別」欄「日班」：沒有起迄時刻"),
    ("out before in", "日期,上班刷卡,下班刷卡\n112/1/18,1705,0805", "第 2 行「下班刷卡」欄「0805」：下班刷卡不在上班刷卡之後"),
    ("two punches for a day", "日期,上班刷卡,下班刷卡\n112/1/18,0805,1705\n112/1/18,0806,1705", "第 3 行「上班刷卡」欄「0806」：與第 2 行是同一天"),
    ("a line after a cell of two lines", '假別,起日,迄日,事由\n休假,112/3/8,112/3/8,"一\n二"\n休假,x,112/3/8,', "第 4 行「起日」欄「x」"),
    ("an ID number where a day should be is not repeated", "假別,起日,迄日\n休假,A123456780,112/3/8", "「（不顯示）」"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "named"), [line[1:] for line in FAULTS], ids=[line[0] for line in FAULTS])
def test_a_fault_names_line_column_value_and_remedy(text, named, tmp_path):
    path = tmp_path / "差勤.csv"
    path.write_text(text, "utf-8")
    with pytest.raises(ConfigError) as refused:
        read_files([path], None, date(2023, 7, 5))
    assert "差勤.csv" in refused.value.message
    assert named in refused.value.message
    assert "什麼都沒有匯入" in refused.value.message
    assert "A123456780" not in refused.value.message
    assert refused.value.remedy


def test_every_fault_of_every_file_is_listed(tmp_path):
    for name in ("一.csv", "二.csv"):
        (tmp_path / name).write_text("假別,起日,迄日\n休假,x,y\n休假,112/13/1,112/3/8\n", "utf-8")
    with pytest.raises(ConfigError) as refused:
        read_files([tmp_path / "一.csv", tmp_path / "二.csv"], None, date(2023, 7, 5))
    assert "有 4 處無法使用" in refused.value.message
    assert refused.value.message.count("一.csv 第") == refused.value.message.count("二.csv 第") == 2


NO_FILE = [
    ("a spreadsheet", b"PK\x03\x04rest", "Excel"),
    ("nothing at all", b"", "空白"),
    ("no headings", "甲,乙\n1,2\n".encode(), "欄位名稱"),
    ("neither kind", "日期,起時,迄時\n1120308,08:00,09:00\n".encode(), "--kind"),
    ("leave without its kind", "請假起日,請假迄日\n1120308,1120308\n".encode(), "「假別」"),
    ("no text", b"\xff\xff\x00\x81", "UTF-8"),
]


@pytest.mark.parametrize(("data", "named"), [line[1:] for line in NO_FILE], ids=[line[0] for line in NO_FILE])
def test_a_file_that_is_none_is_refused_with_what_to_do(data, named):
    with pytest.raises(ConfigError) as refused:
        read_export(data, "x.csv")
    assert named in refused.value.message + refused.value.remedy


def imported(tmp_path: Path, text: str, name: str = "x.csv"):
    (tmp_path / name).write_text(text, "utf-8")
    return read_files([tmp_path / name], None, date(2023, 7, 5))[0]


def test_what_is_kept_is_private_and_says_no_more_than_it_must(tmp_path):
    home = open_home(tmp_path / "家")
    new = imported(
        tmp_path, "姓名,身分證字號,假別,起日,迄日\n王小明,A123456780,休假,1120308,1120308\n", "王小明請假.csv"
    )
    keep(home, new)
    path = home.path / "attendance.json"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert not {each for each in ("王小明", "A123456780") if each in path.read_text("utf-8")}
    assert kept(home) == tuple(new)
    keep(home, ())
    assert not path.exists()


def test_the_same_file_twice_is_kept_once(tmp_path):
    new = imported(tmp_path, "假別,起日,迄日\n休假,1120308,1120308\n")
    assert added(added((), new), new) == tuple(new)


def test_facts_of_both_sources_hold_and_are_there_once(tmp_path):
    new = imported(tmp_path, "假別,起日,迄日\n休假,1120308,1120308\n事假,1120309,1120309\n")
    own = Leave(Span.whole_days(date(2023, 3, 8), date(2023, 3, 8)), "休假")
    merged = with_attendance(Work(leave=(own,)), new)
    assert merged.leave == (own, Leave(Span.whole_days(date(2023, 3, 9), date(2023, 3, 9)), "事假"))


def test_imported_facts_hold_within_a_period_too(tmp_path):
    """Leave lies on its day whatever the timetable of that time."""
    new = imported(tmp_path, "假別,起日,迄日\n休假,1120308,1120308\n")
    own = Leave(Span.whole_days(date(2023, 3, 1), date(2023, 3, 1)), "事假")
    period = Period(date(2023, 3, 1), date(2023, 3, 31), Work(leave=(own,)), Person())
    merged = with_attendance(Work(periods=(period,)), new)
    assert merged.on(date(2023, 3, 8)).leave == (own, *merged.leave)
    assert (merged.periods[0].first, merged.periods[0].last) == (period.first, period.last)


def test_two_punches_for_one_day_name_both_sources(tmp_path):
    new = imported(tmp_path, "刷卡日期,上班刷卡,下班刷卡\n1120118,0805,1705\n")
    work = Work(punches={date(2023, 1, 18): (time(8), time(17))})
    with pytest.raises(ConfigError) as refused:
        with_attendance(work, new)
    assert "config.toml為 08:00–17:00" in refused.value.message
    assert "112/7/5 匯入的刷卡資料為 08:05–17:05" in refused.value.message
    assert with_attendance(Work(punches={date(2023, 1, 18): (time(8, 5), time(17, 5))}), new).punches


def test_one_span_cannot_be_duty_and_leave(tmp_path):
    new = imported(tmp_path, "假別,起日,迄日\n公差,1120308,1120308\n")
    work = Work(leave=(Leave(Span.whole_days(date(2023, 3, 8), date(2023, 3, 8)), "休假"),))
    with pytest.raises(ConfigError, match="假別互相矛盾"):
        with_attendance(work, new)


def test_a_home_is_judged_with_what_it_was_given(tmp_path):
    home = open_home(tmp_path / "家")
    home.config.write_text('[work]\novertime = [["2023-03-09T18:00", "2023-03-09T19:00"]]\n', "utf-8")
    keep(home, imported(tmp_path, "加班日期,加班起時,加班迄時\n112/3/8,17:30,20:30\n"))
    assert settings_of(home).work.overtime == (
        Span(datetime(2023, 3, 8, 17, 30), datetime(2023, 3, 8, 20, 30)),
        Span(datetime(2023, 3, 9, 18), datetime(2023, 3, 9, 19)),
    )


def test_the_command_imports_shows_and_clears(run_elearn, elearn_home, tmp_path):
    path = tmp_path / "加班.csv"
    path.write_text("姓名,加班日期,加班起時,加班迄時\n王小明,112/3/8,17:30,20:30\n", "cp950")
    ran = run_elearn("attendance", "import", path, "--json")
    assert ran.code == 0, ran.stderr
    assert ran.json()["files"] == [
        {"file": "加班.csv", "kind": "overtime", "rows": 1, "facts": 1, "notes": ["沒有使用的欄位：姓名。"]}
    ]
    shown = run_elearn("attendance", "show")
    assert "112/3/8（三）17:30–20:30" in shown.stdout
    assert run_elearn("attendance", "clear", "--json").json()["removed"] == 1
    assert not (elearn_home / "attendance.json").exists()


def test_one_bad_cell_and_nothing_is_saved(run_elearn, elearn_home, tmp_path):
    path = tmp_path / "加班.csv"
    path.write_text("加班日期,加班起時,加班迄時\n112/3/8,17:30,20:30\n112/3/9,17:30,25:00\n", "utf-8")
    ran = run_elearn("attendance", "import", path, "--json")
    assert ran.code == 2
    assert "第 3 行「加班迄時」欄「25:00」" in ran.json()["error"]["message"]
    assert not (elearn_home / "attendance.json").exists()


def test_contradicting_sources_can_be_cleared_away(run_elearn, elearn_home, tmp_path):
    """The remedy that the error names works although nothing else does."""
    path = tmp_path / "刷卡.csv"
    path.write_text("刷卡日期,上班刷卡,下班刷卡\n1120118,0805,1705\n", "utf-8")
    assert run_elearn("attendance", "import", path).code == 0
    (elearn_home / "config.toml").write_text(
        '[work]\npunches = {"2023-01-18" = ["08:00", "17:00"]}\n', "utf-8"
    )
    assert run_elearn("check").code == 2
    assert run_elearn("attendance", "clear").code == 0
    assert run_elearn("check").code == 0

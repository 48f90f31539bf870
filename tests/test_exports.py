"""Exported spreadsheets: every record is in them, times are times, and nothing in them is a formula."""

from __future__ import annotations

import csv
import io
import subprocess
import zipfile
from dataclasses import replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from xml.etree import ElementTree

import openpyxl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from stored_homes import REPLICA_ENV, demo_records, new_home, save

from agent.clock import TAIPEI
from agent.exports.csv_table import write_csv
from agent.exports.ods import ods
from agent.exports.sheets import LONGEST, workbook
from agent.exports.xlsx import xlsx
from agent.records_file import RecordsFile
from rules.record import LearningRecord, Origin, UnreadRow

NOW = datetime(2023, 7, 3, 8, tzinfo=TAIPEI)
DANGEROUS = ("=1+1", "+1", "-1", "@SUM(A1)", "\t=1+1", "\r=1+1", "＝1+1", '=HYPERLINK("http://x.test","x")')
ROW = replace(
    demo_records()[0],
    start=datetime(2023, 1, 1, 8, 0, 5),
    reading=timedelta(hours=30, minutes=5, seconds=9),
    certified_hours=Decimal("1.5"),
    uploaded_at=None,
    gone_since=date(2023, 8, 1),
)
TEXTS = [replace(ROW, title=text, condition="<b>R&D</b>\n第二行", exam="007") for text in DANGEROUS]


def book(*records: LearningRecord, unread: tuple[UnreadRow, ...] = (), test: bool = False) -> RecordsFile:
    return RecordsFile("https://elearn.hrd.gov.tw/", NOW, len(records), records, unread, is_test=test)


def opened(data: bytes) -> openpyxl.Workbook:
    return openpyxl.load_workbook(io.BytesIO(data))


def test_xlsx_holds_every_record_with_real_times():
    rows = demo_records()
    page = opened(xlsx(workbook(book(*rows), NOW)))["學習紀錄"]
    assert page.max_row == len(rows) + 1
    for record, cells in zip(rows, page.iter_rows(min_row=2), strict=True):
        assert (cells[1].value, cells[2].value, cells[9].value) == (record.title, record.code, record.status)
        assert (cells[3].value, cells[4].value) == (record.start, record.end)
        assert cells[10].value == (None if record.certified_hours is None else float(record.certified_hours))
    assert page.freeze_panes == "A2"
    assert page.auto_filter.ref


def test_times_lengths_and_days_are_what_they_are():
    (cells,) = opened(xlsx(workbook(book(ROW), NOW)))["學習紀錄"].iter_rows(min_row=2)
    assert cells[3].value == datetime(2023, 1, 1, 8, 0, 5)
    assert cells[5].value == timedelta(hours=30, minutes=5, seconds=9)
    assert (cells[10].value, cells[12].value) == (1.5, None)
    assert cells[14].value == datetime(2023, 8, 1)


def test_no_text_of_xlsx_is_a_formula_or_a_link():
    data = xlsx(workbook(book(*TEXTS, unread=(UnreadRow(DANGEROUS, "=1"),)), NOW))
    for page in opened(data):
        for row in page.iter_rows():
            assert not [each for each in row if each.data_type == "f" or each.hyperlink]
    shown = [row[1].value for row in opened(data)["學習紀錄"].iter_rows(min_row=2)]
    assert [each.strip() for each in shown] == [each.strip() for each in DANGEROUS]
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        assert not [name for name in package.namelist() if b"<f>" in package.read(name)]


def test_the_same_records_give_the_same_ods():
    assert ods(workbook(book(*TEXTS), NOW)) == ods(workbook(book(*TEXTS), NOW))


def test_ods_says_that_it_is_one_and_is_sound_xml():
    with zipfile.ZipFile(io.BytesIO(ods(workbook(book(*TEXTS), NOW)))) as package:
        first = package.infolist()[0]
        assert (first.filename, first.compress_type) == ("mimetype", zipfile.ZIP_STORED)
        assert package.testzip() is None
        for name in package.namelist()[1:]:
            ElementTree.fromstring(package.read(name))
        assert b"formula" not in package.read("content.xml")


def test_records_of_a_replica_say_so_on_every_page_and_others_do_not():
    real = workbook(book(replace(ROW, origin=Origin.PORTAL)), NOW)
    test = workbook(book(replace(ROW, origin=Origin.REPLICA)), NOW)
    marked = workbook(book(replace(ROW, origin=Origin.RECORDS_FILE), test=True), NOW)
    for found, says in ((real, False), (test, True), (marked, True)):
        for page in opened(xlsx(found)):
            assert (page.oddFooter.center.text == "測試") is says
        with zipfile.ZipFile(io.BytesIO(ods(found))) as package:
            assert ("測試".encode() in package.read("styles.xml")) is says
        assert ("測試" in [row[0] for row in found.sheets[-1].rows]) is says


def test_rows_that_were_not_understood_have_a_sheet_of_their_own():
    found = workbook(
        book(ROW, unread=(UnreadRow(("4", "怪列"), "認證時數不明"), UnreadRow(("5",), "缺欄"))), NOW
    )
    page = opened(xlsx(found))["未能判讀"]
    assert [[each.value for each in row] for row in page.iter_rows()] == [
        ["原因", "原欄 1", "原欄 2"],
        ["認證時數不明", "4", "怪列"],
        ["缺欄", "5", None],
    ]


def test_nothing_stored_is_an_empty_table():
    found = workbook(RecordsFile("", None, None, (), ()), NOW)
    assert opened(xlsx(found))["學習紀錄"].max_row == 1
    assert "還沒有讀取過" in str(found.sheets[-1])
    ods(found)


TEXT = st.text(max_size=40) | st.sampled_from([*DANGEROUS, "\x00\x01", "\ud800", "a  b", "x" * (LONGEST + 5)])


@settings(max_examples=40, deadline=None, database=None, suppress_health_check=list(HealthCheck))
@given(TEXT, TEXT, st.none() | st.datetimes(datetime(1990, 1, 1), datetime(2100, 1, 1)))
def test_whatever_a_portal_shows_can_be_exported(title, condition, start):
    found = workbook(book(replace(ROW, title=title, condition=condition, start=start)), NOW)
    opened(xlsx(found))
    with zipfile.ZipFile(io.BytesIO(ods(found))) as package:
        ElementTree.fromstring(package.read("content.xml"))


def converted(path: Path, to: str, folder: Path) -> Path:
    """The file as LibreOffice opens it, written in another format."""
    subprocess.run(
        [
            "soffice",
            f"-env:UserInstallation=file://{folder / 'profile'}",
            "--headless",
            "--convert-to",
            to,
            "--outdir",
            folder,
            path,
        ],
        check=True,
        capture_output=True,
        timeout=120,
    )
    return folder / f"{path.stem}.{to.partition(':')[0]}"


@pytest.mark.parametrize("kind", ["xlsx", "ods"])
def test_libreoffice_opens_it_and_runs_nothing(kind, tmp_path):
    """Opened by another program and written as CSV (its own formats shown): the texts are there, nothing was worked out."""
    made = {"xlsx": xlsx, "ods": ods}[kind](workbook(book(ROW, *TEXTS), NOW))
    path = tmp_path / f"紀錄 {kind}.{kind}"
    path.write_bytes(made)
    text = converted(path, "csv:Text - txt - csv (StarCalc):44,34,76,1,,0,false,true", tmp_path)
    first, plain, *others = csv.reader(io.StringIO(text.read_text("utf-8-sig")))
    assert first[:5] == ["課程類型", "課程名稱", "課程代碼", "上課期間起", "上課期間迄"]
    assert (plain[3], plain[5], plain[10], plain[14]) == (
        "2023-01-01 08:00:05",
        "30:05:09",
        "1.5",
        "2023-08-01",
    )
    assert [row[1].strip() for row in others] == [each.strip() for each in DANGEROUS]
    assert {row[6] for row in others} == {"007"}


def test_csv_has_a_byte_order_mark_and_no_formula():
    text = write_csv(TEXTS)
    assert text.startswith("\ufeff")
    for row in list(csv.reader(io.StringIO(text.removeprefix("\ufeff"))))[1:]:
        assert row[1].startswith("'")


@pytest.mark.parametrize("kind", ["json", "csv", "xlsx", "ods"])
def test_the_command_writes_every_kind(run_elearn, elearn_home, tmp_path, kind):
    save(new_home(elearn_home), demo_records(), NOW)
    out = tmp_path / f"學習 紀錄.{kind}"
    done = run_elearn("export", "--format", kind, "--out", out, env=REPLICA_ENV)
    assert (done.code, done.stdout) == (0, "")
    assert f"已匯出 {len(demo_records())} 筆學習紀錄：{out}" in done.stderr
    assert out.stat().st_mode & 0o077 == 0
    if kind in ("xlsx", "ods"):
        assert out.read_bytes().startswith(b"PK")

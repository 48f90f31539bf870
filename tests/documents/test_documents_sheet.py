"""The sheet, row by row: in the portal's words, with what was made of each."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from document_samples import CASES, Printed, every_case, make_case, manual_case, manual_rows, row, squeezed

from agent.documents.sheet_view import SheetRow, counted_text, portal_cells, sheet_view
from rules.record import UnreadRow


@every_case
def test_the_sheet_shows_every_row_in_the_portals_words(name: str, printed: dict[str, Printed]) -> None:
    case = CASES[name]()
    text = printed[f"sheet-{name}"].text
    for each in case.verdict.rows:
        for cell in portal_cells(each.record):
            assert squeezed(cell) in text
    rows = sum(len(group.rows) for group in sheet_view(case).groups)
    assert rows == len(case.verdict.rows) + len(case.verdict.unread)
    assert squeezed(counted_text(case)) in text


def test_the_sheet_says_what_was_made_of_each_row(printed: dict[str, Printed]) -> None:
    assert "本次申請e馬當先育職能（陸、一）（8筆）" in printed["sheet-review"].text
    assert "本計畫課程，未列入本次申請（7筆）" in printed["sheet-review"].text
    assert "非本計畫課程（10筆）" in printed["sheet-unread"].text
    assert "未能判讀（1筆）" in printed["sheet-unread"].text
    assert "認證時數「二」不是數字" in printed["sheet-unread"].text


def test_the_sheet_counts_rows_as_they_are() -> None:
    case = manual_case()
    assert counted_text(case) == "已讀 8 筆＝平臺顯示 8 筆；未能判讀 0 筆"
    assert counted_text(replace(case, total_stated=9)) == "已讀 8 筆≠平臺顯示 9 筆；未能判讀 0 筆"
    assert counted_text(replace(case, total_stated=9, unread=1)) == "已讀 8 筆＋未能判讀 1 筆＝平臺顯示 9 筆"
    assert (
        counted_text(replace(case, rows_read=9, total_stated=9, unread=1))
        == "已讀 9 筆＝平臺顯示 9 筆；未能判讀 1 筆"
    )
    assert "無平臺顯示總筆數" in counted_text(replace(case, total_stated=None))


def test_a_row_after_the_day_of_the_verdict_is_not_called_foreign() -> None:
    late = row("友善職場", datetime(2023, 7, 8, 9), 9)
    headings = [group.heading for group in sheet_view(make_case([*manual_rows(), late], ("policy",))).groups]
    assert headings == ["本次申請　e馬當先育職能（陸、一）（8 筆）", "判定日（112/7/5）之後完成（1 筆）"]


def test_unread_cells_of_another_number_are_kept_in_one_cell() -> None:
    odd = (UnreadRow(("12", "開放式", "友善職場"), "欄數不符", "友善職場"),)
    group = sheet_view(make_case(manual_rows(), ("policy",), unread_rows=odd)).groups[-1]
    assert group.rows == (SheetRow(("12　｜　開放式　｜　友善職場", "未能判讀"), "欄數不符"),)

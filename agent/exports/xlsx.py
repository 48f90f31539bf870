"""A workbook as XLSX (Office Open XML), by XlsxWriter: every text is written as a text, never as a formula or link."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from decimal import Decimal
from io import BytesIO
from typing import Any

import xlsxwriter  # type: ignore[import-untyped]

from agent.exports.csv_table import looks_like_formula
from agent.exports.sheets import Cell, Sheet, Workbook, lines_of

_FONT = {"font_name": "微軟正黑體", "font_size": 11, "valign": "top", "align": "left"}
_LINE = 16.0  # points


def xlsx(book: Workbook) -> bytes:
    """The file's bytes: headings stay in view and on every printed page, columns can be filtered."""
    made = BytesIO()
    options = {
        "in_memory": True,
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "strings_to_numbers": False,
    }
    with xlsxwriter.Workbook(made, options) as file:
        file.set_properties({"title": "學習紀錄", "created": book.made_at.replace(tzinfo=None)})
        formats = {
            "head": file.add_format({**_FONT, "bold": True, "bottom": 1, "text_wrap": True}),
            "text": file.add_format({**_FONT, "text_wrap": True}),
            "quoted": file.add_format({**_FONT, "text_wrap": True, "quote_prefix": True}),
            "moment": file.add_format({**_FONT, "num_format": "yyyy-mm-dd hh:mm:ss"}),
            "day": file.add_format({**_FONT, "num_format": "yyyy-mm-dd"}),
            "length": file.add_format({**_FONT, "num_format": "[hh]:mm:ss"}),
            "number": file.add_format({**_FONT, "num_format": "0.0##"}),
        }
        for sheet in book.sheets:
            _write(file.add_worksheet(sheet.name), sheet, formats, is_test=book.is_test)
    return made.getvalue()


def _write(page: Any, sheet: Sheet, formats: dict[str, Any], *, is_test: bool) -> None:  # noqa: ANN401 - no types
    for at, (heading, width) in enumerate(sheet.columns):
        page.set_column(at, at, width)
        page.write_string(0, at, heading, formats["head"])
    page.set_row(0, _LINE * lines_of([heading for heading, _ in sheet.columns], sheet.columns))
    for down, row in enumerate(sheet.rows, start=1):
        page.set_row(down, min(400.0, _LINE * lines_of(row, sheet.columns)))
        for at, cell in enumerate(row):
            _put(page, down, at, cell, formats)
    page.freeze_panes(1, 0)
    page.autofilter(0, 0, max(1, len(sheet.rows)), len(sheet.columns) - 1)
    page.set_landscape()
    page.set_paper(9)  # A4
    page.set_margins(left=0.4, right=0.4, top=0.4, bottom=0.6)
    page.fit_to_pages(1, 0)
    page.repeat_rows(0)
    page.set_footer(f"&L{sheet.name}&C{'測試' if is_test else ''}&R第 &P／&N 頁")


def _put(page: Any, down: int, at: int, cell: Cell, formats: dict[str, Any]) -> None:  # noqa: ANN401 - no types
    match cell:
        case None:
            return
        case str():
            page.write_string(down, at, cell, formats["quoted" if looks_like_formula(cell) else "text"])
        case Decimal():
            page.write_number(down, at, float(cell), formats["number"])
        case timedelta():
            page.write_number(down, at, cell / timedelta(days=1), formats["length"])
        case datetime():
            page.write_datetime(down, at, cell, formats["moment"])
        case date():
            page.write_datetime(down, at, datetime.combine(cell, time()), formats["day"])

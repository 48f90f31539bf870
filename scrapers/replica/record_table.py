"""The record page and its rows: rendered by the server, or filled in by script after an empty first state."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING

from scrapers.replica.answer import Answer, page

if TYPE_CHECKING:
    from scrapers.replica.behaviour import Behaviour
    from scrapers.replica.request import Request
    from scrapers.replica.server import Replica
    from scrapers.replica.state import Account, Row

# The headings as the manual prints them, each with the cell it heads.
_PRINTED = (
    ("No.", "no"),
    ("課程類型", "course_type"),
    ("課程名稱", "title"),
    ("上課期間", "period"),
    ("閱讀時數", "reading"),
    ("測驗", "exam"),
    ("問卷", "survey"),
    ("通過條件", "condition"),
    ("通過狀態", "status"),
    ("認證時數", "hours"),
    ("終身學習上傳狀態", "upload"),
    ("終身學習時數上傳時間", "uploaded"),
)


@dataclass(frozen=True, slots=True)
class _Table:
    """What one request for the table shows."""

    headings: list[str]
    rows: list[dict[str, object]]
    years: list[int]
    year: int | None
    number: int
    pages: int
    first: int
    last: int
    total: int
    passed: list[Row]


def record_page(replica: Replica, request: Request, person: Account) -> Answer:
    """The whole page."""
    behaviour = replica.state.behaviour
    shown = _table(replica, request, person)
    found = page("records.html", person=person, b=behaviour, t=shown)
    if behaviour.truncate and isinstance(found.body, str):
        found.body = found.body[: int(len(found.body) * 0.6)]
    return found


def record_rows(replica: Replica, request: Request, person: Account) -> Answer:
    """The rows alone, as the page's own script asks for them."""
    shown = _table(replica, request, person)
    body = {
        "headings": shown.headings,
        "rows": shown.rows,
        "number": shown.number,
        "pages": shown.pages,
        "first": shown.first,
        "last": shown.last,
        "total": shown.total,
    }
    delay = replica.state.behaviour.fill_delay_ms / 1000
    return Answer(json.dumps(body, ensure_ascii=False), content_type="application/json", delay=delay)


def _table(replica: Replica, request: Request, person: Account) -> _Table:
    behaviour, size = replica.state.behaviour, replica.state.page_size
    rows = replica.state.rows.get(person.platform_id, [])
    years = sorted({row.year for row in rows} | {2023, 2024} | set(replica.state.years), reverse=True)
    asked = request.form.get("curYear") or request.query.get("curYear")
    year = int(asked) if asked and behaviour.year_filter else (years[0] if behaviour.year_filter else None)
    of_year = years[0] if behaviour.ignore_year else year
    listed = [row for row in rows if of_year is None or row.year == of_year]
    printed = list(enumerate(listed, 1))[: len(listed) - behaviour.hide_rows]
    number = int(request.form.get("page") or request.query.get("page") or 1)
    start = 0 if behaviour.repeat_page else (number - 1) * size
    part = printed[start : start + size]
    columns = _columns(behaviour)
    return _Table(
        headings=[heading for heading, _ in columns],
        rows=[_row(row, at, columns) for at, row in part if at != behaviour.missing_row],
        years=years,
        year=year,
        number=number,
        pages=max(1, -(-len(printed) // size)),
        first=(number - 1) * size + 1 if part else 0,
        last=(number - 1) * size + len(part),
        total=len(listed) + behaviour.total_offset,
        passed=[row for row in rows if row.status in {"已通過", "通過"}],
    )


def _columns(behaviour: Behaviour) -> list[tuple[str, str]]:
    first = [each for wanted in behaviour.column_order for each in _PRINTED if each[0] == wanted]
    columns = [
        (behaviour.rename_heading.get(heading, heading), cell)
        for heading, cell in dict.fromkeys([*first, *_PRINTED])
        if heading not in behaviour.drop_heading
    ]
    for heading in behaviour.extra_heading:
        columns.insert(3, (heading, "extra"))
    return columns[::-1] if behaviour.reverse_columns else columns


def _row(row: Row, number: int, columns: list[tuple[str, str]]) -> dict[str, object]:
    cells = [
        str(number) if cell == "no" else "其他" if cell == "extra" else str(getattr(row, cell))
        for _, cell in columns
    ]
    titles = [cell == "title" for _, cell in columns]
    return {"id": row.course_id, "cells": cells, "titles": titles}

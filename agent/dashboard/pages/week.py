"""上課時段與上班時間: the picture of one week, and the same as a table."""

from __future__ import annotations

from datetime import date, timedelta

from starlette.requests import Request
from starlette.responses import Response

from agent.dashboard.desk import Desk
from agent.dashboard.standing import look
from agent.dashboard.week import Picture, monday_of, newest_week, week
from agent.roc import parse_date
from rules import bundled
from rules.duty import Days


def show(desk: Desk, request: Request) -> Response:
    """The week that was asked for, else that of the newest session."""
    view = look(desk)
    rows = view.verdict.rows if view.verdict else ()
    city = view.plan.city if view.plan else ""
    days = Days(view.settings.work, view.settings.calendar, bundled.suspensions(), city)
    monday, problem = _asked(request.query_params.get("day", "").strip()), ""
    if monday is None:
        problem = (
            "看不懂這個日期，請輸入例如 112/3/8。" if request.query_params.get("day", "").strip() else ""
        )
        monday = newest_week(rows, desk.today)
    return desk.page(
        "week.html",
        "/",
        "上課時段與上班時間",
        picture=Picture(monday, week(monday, days, rows)),
        before=(monday - timedelta(days=7)).isoformat(),
        after=(monday + timedelta(days=7)).isoformat(),
        last=monday + timedelta(days=6),
        problem=problem,
    )


def _asked(text: str) -> date | None:
    try:
        found = monday_of(parse_date(text))
    except (ValueError, OverflowError):
        return None
    return found if date(1912, 1, 8) < found < date(9990, 1, 1) else None

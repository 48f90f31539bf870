"""出勤資料: leave, overtime, roster and punches from the attendance system's CSV files, dropped here; shown, and taken away again."""

from __future__ import annotations

import tempfile
from pathlib import Path

from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import Response

from agent import clock
from agent.attendance.kept import added, kept, read_files, with_attendance
from agent.dashboard.desk import Desk
from agent.dashboard.pages.saved_pages import written
from agent.dashboard.pages.wished import Way, Wish, asked_first, confirmed
from agent.screens.attendance_screen import kept_text, read_text
from rules.errors import ConfigError
from rules.work import Work

HERE = "/attendance"
_LARGEST = 5_000_000
_CLEAR, _ADD = "attendance clear", "attendance add"


def show(desk: Desk, request: Request) -> Response:
    """The box, and what is kept."""
    del request
    return _page(desk)


def _page(desk: Desk, status: int = 200, problem: str = "") -> Response:
    imports = kept(desk.home)
    text = kept_text(imports, with_attendance(Work(), imports)) if imports else ""
    return desk.page("attendance.html", "", "出勤資料", status, kept=text, problem=problem)


def take(desk: Desk, form: FormData) -> Response:
    """Files added, or all taken away; what would change a verdict is shown and asked first."""
    clear = form.get("do") == "clear"
    name, said = (_CLEAR, "已移除全部出勤資料。") if clear else (_ADD, "已匯入出勤資料。")
    if key := str(form.get("apply", "")):
        confirmed(desk, name, key)
        return desk.go(HERE, said)
    try:
        wish = Wish(name, attendance=()) if clear else _read(desk, form)
    except ConfigError as why:
        return _page(desk, 409, f"{why.message}\n{why.remedy}")
    fields = {"do": "clear" if clear else ""}
    return asked_first(desk, wish, Way(HERE, fields, HERE)) or desk.go(HERE, desk.flash or said)


def _read(desk: Desk, form: FormData) -> Wish:
    """What is kept with the files' facts added. Raises ConfigError with every cell that is not understood."""
    with tempfile.TemporaryDirectory(prefix="elearn-") as folder:
        paths = written(form.getlist("files"), Path(folder), _LARGEST)
        if not paths:
            raise ConfigError("沒有選擇檔案。", "請選擇差勤系統匯出的 CSV 檔。")
        new, read = read_files(paths, None, clock.today())
    desk.flash = read_text(read)
    return Wish(_ADD, attendance=added(kept(desk.home), new))

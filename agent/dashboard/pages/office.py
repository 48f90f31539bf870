"""人事檢核: claim zips dropped here, one line each; no account, no records, nothing kept."""

from __future__ import annotations

import tempfile
from dataclasses import dataclass
from pathlib import Path

from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import Response

from agent.claims.verifying import LARGEST_CLAIM, LIMITS, verify
from agent.dashboard.desk import Desk
from agent.dashboard.pages.saved_pages import written
from rules.errors import ElearnError


@dataclass(frozen=True, slots=True)
class Line:
    """One file's answer."""

    name: str
    ok: bool
    said: str
    hours: str
    code: str
    problems: tuple[str, ...]


def show(desk: Desk, request: Request) -> Response:
    """The box."""
    del request
    return desk.page("office.html", "", "人事檢核", lines=None, limits=LIMITS)


def check(desk: Desk, form: FormData) -> Response:
    """One line a file: a broken one stops no other."""
    with tempfile.TemporaryDirectory(prefix="elearn-") as folder:
        lines = [_line(path) for path in written(form.getlist("files"), Path(folder), LARGEST_CLAIM)]
    return desk.page("office.html", "", "人事檢核", lines=lines, limits=LIMITS)


def _line(path: Path) -> Line:
    try:
        found = verify(path)
    except ElearnError as why:
        said = why.message.replace(str(path), path.name)
        return Line(path.name, ok=False, said=said, hours="", code="", problems=())
    if found.ok:
        said = "檔案完整・重新判讀與申請表一致"
        return Line(path.name, ok=True, said=said, hours=found.hours, code=found.code, problems=())
    return Line(
        path.name, ok=False, said="前後不符", hours=found.hours, code=found.code, problems=found.problems
    )

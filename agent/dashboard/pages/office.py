"""人事檢核: claim zips dropped here, one line each; no account, no records, nothing kept."""

from __future__ import annotations

import tempfile
from dataclasses import replace
from pathlib import Path

from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import Response

from agent.claims.batch import Line, check_all, compared, total_hours
from agent.claims.office_table import STATES
from agent.claims.opening import LARGEST_CLAIM
from agent.claims.verifying import LIMITS
from agent.dashboard.desk import Desk
from agent.dashboard.pages.saved_pages import written


def show(desk: Desk, request: Request) -> Response:
    """The box."""
    del request
    return desk.page("office.html", "", "人事檢核", lines=None, limits=LIMITS, total="0", states=STATES)


def check(desk: Desk, form: FormData) -> Response:
    """One line a file: a broken one stops no other. What only shows beside the others is said too."""
    with tempfile.TemporaryDirectory(prefix="elearn-") as folder:
        paths = written(form.getlist("files"), Path(folder), LARGEST_CLAIM)
        lines = compared(
            _named(each, path) for each, path in zip(check_all(paths, desk.home.path), paths, strict=True)
        )
    return desk.page(
        "office.html", "", "人事檢核", lines=lines, limits=LIMITS, total=total_hours(lines), states=STATES
    )


def _named(line: Line, path: Path) -> Line:
    """The line without the place where the file lay for this moment."""
    return replace(line, differences=tuple(each.replace(str(path), path.name) for each in line.differences))

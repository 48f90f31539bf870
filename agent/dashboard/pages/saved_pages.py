"""匯入存檔的網頁: how to save them, drawn; files dropped here go through the same pipeline as a run; what is missing is said."""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from pathlib import Path

from starlette.datastructures import FormData, UploadFile
from starlette.requests import Request
from starlette.responses import Response

from agent.dashboard.desk import Desk
from agent.dashboard.standing import acted
from agent.home import hold
from agent.importing import import_files
from agent.screens.run_screen import run_text
from agent.upkeep.backups import make_backup
from rules.errors import ConfigError
from scrapers.errors import Incomplete
from scrapers.saved_page import LARGEST


def show(desk: Desk, request: Request) -> Response:
    """The drawings and the box."""
    del request
    return desk.page("saved_pages.html", "", "匯入存檔的網頁", problem="")


def take(desk: Desk, form: FormData) -> Response:
    """The files of one read. Where a page is missing, the page says which, and nothing was saved."""
    with tempfile.TemporaryDirectory(prefix="elearn-") as folder:
        paths = written(form.getlist("files"), Path(folder), LARGEST)
        if not paths:
            return desk.page("saved_pages.html", "", "匯入存檔的網頁", 409, problem="沒有選擇檔案。")
        try:
            with hold(desk.home), desk.opened() as (home, _, store):
                report = import_files(store, home, paths)
                acted(store)
                if report.new or report.changed:
                    make_backup(home)
        except Incomplete as why:
            problem = f"{why.message}{why.remedy}"
            return desk.page("saved_pages.html", "", "匯入存檔的網頁", 409, problem=problem)
    return desk.go("/", run_text(report))


def written(given: Sequence[object], folder: Path, largest: int) -> list[Path]:
    """The files that were sent, in a folder of their own each, under their own last names. Raises ConfigError for one too large."""
    found: list[Path] = []
    for at, each in enumerate(given):
        if not isinstance(each, UploadFile) or not each.filename:
            continue
        data = each.file.read(largest + 1)
        if len(data) > largest:
            raise ConfigError(f"檔案「{last_part(each.filename)}」太大。", "請確認選的檔案正確。")
        place = folder / str(at)
        place.mkdir()
        path = place / last_part(each.filename)
        path.write_bytes(data)
        found.append(path)
    return found


def last_part(name: str) -> str:
    """The last part of a file's name as sent: nothing of its folders, nothing that is no name, no drive and no stream of Windows."""
    last = name.replace("\\", "/").rpartition("/")[2].replace("\0", "").replace(":", "_").strip().lstrip(".")
    stem, dot, ending = last[-80:].rpartition(".")
    return f"{stem or 'file'}{dot}{ending}" if dot else (last[-80:] or "file")

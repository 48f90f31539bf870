"""A settings file that cannot be used: the line that is wrong is shown, and the file can be laid aside to begin anew."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from starlette.datastructures import FormData
from starlette.responses import Response

from agent import clock
from agent.dashboard.papers import open_folder
from agent.settings.config import read_settings
from rules.errors import ConfigError

if TYPE_CHECKING:
    from agent.dashboard.desk import Desk


def is_broken(desk: Desk) -> bool:
    """Whether the file cannot be used."""
    try:
        read_settings(desk.home.config)
    except ConfigError:
        return True
    return False


def broken(desk: Desk) -> Response | None:
    """The page that says what is wrong with the file, None where nothing is."""
    try:
        read_settings(desk.home.config)
    except ConfigError as why:
        return desk.page(
            "settings_file.html", "", "設定檔無法使用", 409, why=why, lines=_lines(desk.home.config)
        )
    return None


def _lines(path: Path) -> list[str]:
    try:
        return path.read_text("utf-8-sig", "replace").splitlines()[:2000]
    except OSError:
        return []


def folder(desk: Desk, form: FormData) -> Response:
    """Show the folder in which it lies."""
    del form
    open_folder(desk.home.path)
    return desk.go("/setup", f"資料夾：{desk.home.path}")


def anew(desk: Desk, form: FormData) -> Response:
    """Lay the file aside under a name with the time, and begin with the first question; a file that can be used stays."""
    del form
    if broken(desk) is not None:
        path = desk.home.config
        aside = path.with_name(f"{path.stem}-{clock.now():%Y%m%d-%H%M%S}{path.suffix}.old")
        path.rename(aside)
        return desk.go("/setup", f"原來的設定檔已移到旁邊（{aside.name}），沒有刪除。")
    return desk.go("/setup")

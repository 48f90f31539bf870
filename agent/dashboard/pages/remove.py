"""移除: what this program keeps is listed, removed on a click, looked for again; a receipt stays on the desktop, and the page ends."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace
from pathlib import Path

import platformdirs
from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import Response

from agent import clock
from agent.dashboard.desk import Desk
from agent.dashboard.opening import FOLDER
from agent.home import hold
from agent.roc import roc_year
from agent.screens.purge_screen import lines, receipt
from agent.upkeep.purging import Holdings, holdings, less, purge
from rules.errors import ConfigError
from rules.wording import moment


def show(desk: Desk, request: Request) -> Response:
    """What would go."""
    del request
    found = holdings(desk.home, desk.keyring, desk.world)
    claims = any(path == desk.home.claims for _, path, _ in found.files)
    return desk.page("remove.html", "", "移除", lines=lines(found), has_claims=claims)


def remove(desk: Desk, form: FormData) -> Response:
    """Remove it; then what went, and the end of the program. What the page itself stands on goes as it ends."""
    if form.get("sure") != "1":
        raise ConfigError("還沒有勾選「我確定」，沒有移除任何東西。", "請回上一頁勾選。")
    if desk.worker.is_busy:
        raise ConfigError("更新還在進行，沒有移除任何東西。", "請等它完成，或先按停止。")
    spare = desk.home.path / FOLDER
    found = holdings(desk.home, desk.keyring, desk.world)
    with hold(desk.home):
        left = purge(desk.home, desk.keyring, desk.world, keep_claims=form.get("keep") == "1", spare=spare)
    gone = less(found, left)
    stays = tuple(each for each in left.files if each[1] != spare)
    text = receipt(gone, _without(left, stays))
    desk.is_removed = True
    desk.end()
    return desk.page("removed.html", "", "已移除", text=text, kept=_receipt_file(text))


def _without(left: Holdings, files: tuple[tuple[str, Path, int], ...]) -> Holdings:
    return replace(left, files=files)


def _receipt_file(text: str) -> str:
    """A copy of the receipt on the desktop, which outlives the program; "" where none could be put there."""
    today = clock.today()
    path = platformdirs.user_desktop_path() / f"移除紀錄-{roc_year(today)}{today:%m%d}.txt"
    with suppress(OSError):
        path.write_text(
            f"我的數位學習補休：移除紀錄（{moment(clock.now())}）\n{text}\n", encoding="utf-8-sig"
        )
        return str(path)
    return ""

"""每晚更新與備份: the nightly runs begun, paused and taken away, the icon on the desktop, a backup to carry; each by click."""

from __future__ import annotations

import tempfile
from pathlib import Path
from urllib.parse import quote

from starlette.background import BackgroundTask
from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import FileResponse, Response

from agent import clock, mode
from agent.access.attempts import StoredLedger
from agent.dashboard import shortcuts
from agent.dashboard.desk import Desk
from agent.dashboard.pages.saved_pages import written
from agent.dashboard.pages.wished import Wish, keep
from agent.dashboard.sending import as_download, download
from agent.documents.it_sheet import it_sheet_html
from agent.home import hold
from agent.roc import parse_date, roc_year
from agent.schedule.installing import install, remove_everywhere
from agent.schedule.ladder import PAGE, PAGE_SENTENCE
from agent.schedule.machine import this_machine
from agent.schedule.past import mark_since
from agent.schedule.status import status_of
from agent.upkeep.carried_file import is_backup
from agent.upkeep.carrying import pack, put_back
from rules.errors import ConfigError, ElearnError
from rules.wording import roc_long
from scrapers.browser import PaperPrinter, refuse_root

HERE = "/machine"
_LARGEST = (
    300_000_000  # bytes of a backup file that is dropped here; a larger one is put back in the terminal
)


def show(desk: Desk, request: Request) -> Response:
    """How the nightly runs stand, and what else can be done for this machine."""
    del request
    with desk.opened() as (home, settings, store):
        ledger = StoredLedger(store, desk.keyring, desk.world)
        found = status_of(home, settings, store, ledger, this_machine(), clock.now())
    table = settings.schedule
    return desk.page(
        "machine.html",
        "",
        "每晚更新與備份",
        found=found,
        table=table,
        is_paused=table.paused_until is not None and clock.today() < table.paused_until,
        page_sentence=PAGE_SENTENCE,
        icon=shortcuts.NAME,
    )


def nightly(desk: Desk, form: FormData) -> Response:
    """Start at this user's log-in, or no longer."""
    if form.get("do") == "remove":
        remove_everywhere(desk.home)
        return desk.go(HERE, "已移除每晚自動更新。紀錄、文件與密碼都沒有動。")
    refuse_root(desk.world)
    with desk.opened() as (home, _, store):
        done = install(home, this_machine())
        mark_since(store, clock.now())
    if done.key == PAGE:
        return desk.go(HERE, PAGE_SENTENCE)
    return desk.go(HERE, f"已設定每晚自動更新（{done.title}）。{done.installed.remark}")


def pause(desk: Desk, form: FormData) -> Response:
    """No nightly run before the day that was typed; none typed: as usual again."""
    text = str(form.get("until", "")).strip()
    try:
        until = parse_date(text) if text else None
    except ValueError as why:
        raise ConfigError(str(why), "請回上一頁修改日期。") from why
    if until is not None and until <= clock.today():
        raise ConfigError("恢復的日期要在今天之後。", "請回上一頁修改日期。")
    keep(desk, Wish("pause", {("schedule", "paused_until"): until.isoformat() if until else ""}))
    return desk.go(HERE, f"已暫停，{roc_long(until)}恢復。" if until else "已恢復每晚更新。")


def icon(desk: Desk, form: FormData) -> Response:
    """The icon on the desktop."""
    if form.get("do") == "remove":
        gone = shortcuts.remove()
        return desk.go(HERE, "已移除桌面圖示。" if gone else "沒有桌面圖示。")
    shortcuts.install()
    return desk.go(HERE, f"已在桌面放置圖示「{shortcuts.NAME}」。")


def backup(desk: Desk, request: Request) -> Response:
    """Everything of this home in one file, without any password, to be saved where the person wants it."""
    del request
    today = clock.today()
    name = f"elearn備份-{roc_year(today)}{today:%m%d}.zip"
    folder = tempfile.TemporaryDirectory(prefix="elearn-")
    try:
        with hold(desk.home):
            done = pack(desk.home, Path(folder.name) / name)
    except BaseException:
        folder.cleanup()
        raise
    return FileResponse(
        done.path,
        media_type="application/octet-stream",
        headers=as_download(quote(name)),
        background=BackgroundTask(folder.cleanup),
    )


def restore(desk: Desk, form: FormData) -> Response:
    """A backup file put back, as on a new computer; what was here is kept beside it. No password is in it."""
    with tempfile.TemporaryDirectory(prefix="elearn-") as folder:
        paths = written(form.getlist("file")[:1], Path(folder), _LARGEST)
        if not paths or not is_backup(paths[0]):
            raise ConfigError("沒有選擇備份檔，或選的不是備份檔。", "請選擇「elearn備份」開頭的 zip 檔。")
        with hold(desk.home):
            done = put_back(desk.home, paths[0], desk.world.name)
    said = f"已還原 {done.files} 個檔案（備份於 {done.made_at}）。備份檔不含密碼，請再輸入一次密碼。"
    if done.claims_missing:
        said += f"備份檔裡沒有文件的申請案：{'、'.join(done.claims_missing)}。"
    return desk.go("/setup?step=2", said)


def it_sheet(desk: Desk, request: Request) -> Response:
    """〈軟體申請說明〉 to print for the IT department; where no PDF can be made here, as a page to open and print."""
    del request
    html = it_sheet_html(desk.today)
    try:
        with PaperPrinter(mode.browser_path()) as printer:
            return download(printer(html), f"{quote('軟體申請說明')}.pdf")
    except ElearnError:
        return download(html.encode(), f"{quote('軟體申請說明')}.html")

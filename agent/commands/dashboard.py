"""`elearn dashboard`: the local page."""

from __future__ import annotations

import contextlib
import signal
import sys
import threading
from datetime import date
from pathlib import Path
from typing import Any

import click

from agent import mode
from agent.commands.frame import JSON, ON, ChineseCommand, show
from agent.home import open_home
from rules.errors import ConfigError


@click.command(
    "dashboard",
    cls=ChineseCommand,
    help="開啟本機的網頁「準備我的補休申請」。只有這台電腦的這位使用者打得開；再執行一次會開啟同一個網頁。按 Ctrl+C 結束。",
    epilog="範例：elearn dashboard",
)
@click.option("--no-open", is_flag=True, help="不開啟瀏覽器，只印出開啟用的檔案（一分鐘內有效，限用一次）。")
@click.option("--port", type=click.IntRange(0, 65535), default=0, help="埠號，預設由系統選。")
@ON
@JSON
def command(no_open: bool, port: int, on: date | None, as_json: bool) -> int:
    """Serve the page until it is ended; where it is served already, open that one."""
    from agent.dashboard.opening import Running  # noqa: PLC0415 - the help needs no web server

    home = open_home(mode.home_path())
    world = mode.mode()
    ended = _told_to_end()  # before anybody can know that it runs
    running = Running(home)
    if not running.claim():
        return _again(running, no_open=no_open, as_json=as_json)
    served: Any = None
    try:
        from agent.dashboard.server import Served  # noqa: PLC0415 - the same

        served = Served(home, running, port, on)
        served.start()
        running.announce(served.door.authority)
        _tell(running, served.door.authority, no_open=no_open, as_json=as_json)
        _until_ended(served, ended)
    finally:
        running.release()
    if served.desk.is_removed:
        from agent.upkeep.purging import remove_shell  # noqa: PLC0415 - the same

        remove_shell(home, world)
        running.vanish()
    elif served.desk.is_renewed and (newer := served.desk.newer.program) is not None:
        from agent.schedule.renewing import go_on_as  # noqa: PLC0415 - the same

        go_on_as(newer, sys.argv[1:])  # as it was started; the page that it opens is a new one
    return 0


def _again(running: Any, *, no_open: bool, as_json: bool) -> int:  # noqa: ANN401 - imported late
    """A second start: another opening of the page that is there."""
    authority = running.authority()
    if authority is None:
        raise ConfigError("網頁正在啟動或結束。", "請稍候再開啟一次。")
    _tell(running, authority, no_open=no_open, as_json=as_json)
    return 0


def _tell(running: Any, authority: str, *, no_open: bool, as_json: bool) -> None:  # noqa: ANN401
    from agent.dashboard import opening  # noqa: PLC0415

    path: Path = running.new_opening(authority)
    opened = not no_open and opening.show(path)
    document = {"dashboard": {"address": f"http://{authority}/", "opening": str(path), "opened": opened}}
    text = f"網頁已開啟（{authority}）。" if opened else f"請在一分鐘內用瀏覽器開啟這個檔案：{path.as_uri()}"
    show(document, lambda: text, as_json=as_json)
    with contextlib.suppress(AttributeError, OSError):  # started from an icon, there may be no output at all
        sys.stdout.flush()


def _told_to_end() -> threading.Event:
    """Set by a signal from now on."""
    ended = threading.Event()
    for each in (signal.SIGINT, signal.SIGTERM):
        signal.signal(each, lambda *_: ended.set())
    return ended


def _until_ended(served: Any, ended: threading.Event) -> None:  # noqa: ANN401
    """Until a signal, or the server's own end."""
    while not ended.wait(0.2) and not served.wait(0):
        pass
    served.stop()

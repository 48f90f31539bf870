"""`elearn agent`: every night by itself — run in the foreground, installed to start at log-in, taken away, and how it stands."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from agent import clock, mode
from agent.commands.frame import JSON, ChineseCommand, ChineseGroup, opened, show
from agent.home import open_home
from scrapers.root import refuse_root

if TYPE_CHECKING:
    from agent.home import Home

_SILENT = 3


@click.group(
    "agent",
    cls=ChineseGroup,
    help="每晚自動更新學習紀錄。電腦關機時不會執行，開機登入後會在設定的時段補上一次；"
    "不在時段內就先等您決定，以免把正在平臺上課的您登出。",
    epilog="範例：elearn agent install",
)
def command() -> None:
    """The group."""


@command.command(
    "run",
    cls=ChineseCommand,
    short_help="在前景執行每晚更新",
    help="在前景執行每晚更新，直到按 Ctrl+C 或登出。每次更新都是另一個行程，結束後瀏覽器與密碼不留在記憶體。",
    epilog="範例：elearn agent run",
)
@click.option("--delay", type=click.IntRange(0, 3600), default=0, help="先等這麼多秒（登入後自動開始時用）。")
@click.option(
    "--home",
    "named",
    type=click.Path(file_okay=False, path_type=Path),
    default=None,
    help="資料夾，同 ELEARN_HOME。",
)
def run(delay: int, named: Path | None) -> int:
    """Be the agent of this home until asked to stop."""
    if named is not None:
        os.environ["ELEARN_HOME"] = str(named)  # the runs are processes of their own, and get it from here
    world = mode.mode()
    refuse_root(world)
    home = open_home(mode.home_path())
    from agent.schedule.child import Child  # noqa: PLC0415 - the help needs no scheduler
    from agent.schedule.presence import present  # noqa: PLC0415
    from agent.schedule.renewing import go_on_as  # noqa: PLC0415
    from agent.schedule.resident import Resident  # noqa: PLC0415

    with present(home):
        child = Child(home)
        child.run("agent.schedule.preparing")
        _must_be_of(home, world.name)
        newer = Resident(home, world.name, _say, child, delay).run()
    if newer is not None:
        go_on_as(newer)
    return 0


def _must_be_of(home: Home, world: str) -> None:
    from agent.store import Store  # noqa: PLC0415 - the help needs no database

    with Store.open(home.database) as store:
        store.bind_mode(world)


def _say(line: str) -> None:
    if sys.stdout is not None:  # there is none where Windows starts it without a window
        click.echo(f"{clock.now():%m/%d %H:%M:%S} {line}")
        sys.stdout.flush()


@command.command(
    "install",
    cls=ChineseCommand,
    short_help="登入這台電腦時自動開始",
    help="讓每晚更新在您登入這台電腦時自動開始。不需要管理者權限；這台電腦不允許時，會說明改用什麼方式。",
    epilog="範例：elearn agent install",
)
@JSON
def install(as_json: bool) -> int:
    """Start at this user's log-in, by the best way that is allowed."""
    from agent.schedule.installing import install as install_agent  # noqa: PLC0415 - the help needs none of it
    from agent.schedule.machine import this_machine  # noqa: PLC0415
    from agent.schedule.past import mark_since  # noqa: PLC0415
    from agent.screens.schedule_screen import climbed_document, climbed_text  # noqa: PLC0415

    refuse_root(mode.mode())
    with opened() as (home, _, store):
        found = install_agent(home, this_machine())
        mark_since(store, clock.now())
    show(climbed_document(found), lambda: climbed_text(found), as_json=as_json)
    return 0


@command.command(
    "uninstall",
    cls=ChineseCommand,
    short_help="移除自動開始，並停止執行中的每晚更新",
    help="移除登入時自動開始的設定，並停止執行中的每晚更新。紀錄、文件與密碼都不動。",
    epilog="範例：elearn agent uninstall",
)
@JSON
def uninstall(as_json: bool) -> int:
    """Take every way away, and stop the agent that runs."""
    from agent.schedule.installing import remove_everywhere  # noqa: PLC0415 - the help needs none of it
    from agent.screens.schedule_screen import removed_text  # noqa: PLC0415

    removed, stopped = remove_everywhere(open_home(mode.home_path()))
    document = {
        "removed": [{"kind": title, "place": place} for title, place in removed],
        "stopped": stopped,
    }
    show(document, lambda: removed_text(removed, stopped), as_json=as_json)
    return 0


@command.command(
    "status",
    cls=ChineseCommand,
    short_help="上次與下次更新、等您處理的事",
    help="最近一次成功更新、下次更新的時間，以及等您處理的事。超過 2 天沒有成功時，結束代碼為 3。",
    epilog="範例：elearn agent status",
)
@JSON
def status(as_json: bool) -> int:
    """How it stands."""
    from agent.access.attempts import StoredLedger  # noqa: PLC0415 - the help needs none of it
    from agent.access.credentials import Keyring  # noqa: PLC0415
    from agent.schedule.machine import this_machine  # noqa: PLC0415
    from agent.schedule.status import status_of  # noqa: PLC0415
    from agent.screens.schedule_screen import status_document, status_text  # noqa: PLC0415

    with opened() as (home, settings, store):
        ledger = StoredLedger(store, Keyring(mode.mode()), mode.mode())
        found = status_of(home, settings, store, ledger, this_machine(), clock.now())
    until = settings.schedule.paused_until
    show(status_document(found), lambda: status_text(found, until), as_json=as_json)
    return _SILENT if found.is_silent else 0

"""`elearn claim`: prepare the leave claim. What becomes of it is in `claim_ledger`."""

from __future__ import annotations

import sys
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import click

from agent import mode
from agent.access.credentials import Keyring
from agent.access.person_binding import NAME_DIFFERS, name_differs
from agent.access.sessions import Sessions
from agent.claims.claiming import Request, prepare
from agent.commands import claim_ledger
from agent.commands.claim_ledger import one_plan
from agent.commands.frame import (
    JSON,
    ON,
    PLAN,
    ChineseGroup,
    Progress,
    choose_gateway,
    day_or_today,
    opened,
    show,
)
from agent.judging import judge_stored
from agent.screens.claim_screen import claim_document, claim_text
from agent.syncing import Order, sync
from scrapers.browser import PaperPrinter, refuse_root

if TYPE_CHECKING:
    from agent.home import Home
    from agent.settings.config import Settings
    from agent.store import Store


@click.group(
    "claim",
    cls=ChineseGroup,
    invoke_without_command=True,
    help="準備我的補休申請：先更新紀錄，再把申請表、平臺學習紀錄與逐筆檢核表放進一個資料夾。只準備文件，不會送件。",
    epilog="範例：elearn claim --offline --plan kaohsiung-112",
)
@PLAN
@ON
@click.option("--offline", is_flag=True, help="不連線，用已儲存的紀錄。")
@click.option(
    "--out", type=click.Path(file_okay=False, path_type=Path), default=None, help="文件放在這個資料夾。"
)
@click.option(
    "--include-review",
    "include",
    metavar="SET",
    multiple=True,
    help="把待人事單位認定的這一套課程也列入申請，可重複；預設一律不列入。",
)
@JSON
@click.pass_context
def command(
    ctx: click.Context,
    plan_key: str | None,
    on: date | None,
    offline: bool,
    out: Path | None,
    include: tuple[str, ...],
    as_json: bool,
) -> int:
    """The claim itself, unless one of the verbs below was named."""
    if ctx.invoked_subcommand is not None:
        return 0
    day = day_or_today(on)
    progress = Progress()
    with opened(locked=True) as (home, settings, store), PaperPrinter(mode.browser_path()) as printer:
        plan = one_plan(settings, plan_key, day)
        try:
            if not offline:
                _fresh(home, settings, store, progress, printer)
            progress("比對計畫與公餘時間", "")
            verdict = judge_stored(store, settings, plan, day)
            progress("製作文件", "")
            request = Request(plan, verdict, day, out, include)
            prepared = prepare(store, home, settings, request, printer)
            differs = name_differs(store, settings.person.name)
        finally:
            progress.done()
    if differs:
        click.echo(f"！ {NAME_DIFFERS}", err=True)
    show(claim_document(prepared), lambda: claim_text(prepared), as_json=as_json)
    return 0


def _fresh(home: Home, settings: Settings, store: Store, progress: Progress, printer: PaperPrinter) -> None:
    world = mode.mode()
    refuse_root(world)
    keyring = Keyring(world)
    sessions = Sessions(home, keyring)
    gateway = choose_gateway(settings, lambda key: keyring.account(key) is not None, session=sessions.is_kept)
    order = Order(
        home,
        settings,
        world,
        keyring,
        gateway,
        browser=mode.browser_path(),
        sessions=sessions,
        tell=progress,
        attended=sys.stdin.isatty(),
        printer=printer,
    )
    sync(store, order, command="claim")


for _verb in claim_ledger.VERBS:
    command.add_command(_verb)

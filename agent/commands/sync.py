"""`elearn sync`: one run."""

from __future__ import annotations

import click

from agent import mode
from agent.commands.frame import JSON, ChineseCommand, Progress, choose_gateway, opened, show
from agent.credentials import Keyring
from agent.screens.run_screen import run_document, run_text
from agent.syncing import Order, sync


@click.command(
    "sync",
    cls=ChineseCommand,
    help="登入平臺，讀取全部學習紀錄，儲存並判斷。只讀取，不上課、不作答、不按同意。",
    epilog="範例：elearn sync --year 2023",
)
@click.option("--year", "years", type=int, multiple=True, help="只讀這一年（西元），可重複；預設全部。")
@click.option("--headed", is_flag=True, help="顯示瀏覽器視窗。")
@JSON
def command(years: tuple[int, ...], headed: bool, as_json: bool) -> int:
    """Log in, read every record, save."""
    world = mode.mode()
    keyring = Keyring(world)
    progress = Progress()
    with opened(locked=True) as (home, settings, store):
        gateway = choose_gateway(settings, lambda key: keyring.account(key) is not None)
        order = Order(
            home=home,
            settings=settings,
            mode=world,
            credentials=keyring,
            gateway=gateway,
            years=years,
            headed=headed,
            browser=mode.browser_path(),
            tell=progress,
        )
        try:
            report = sync(store, order)
        finally:
            progress.done()
    show(run_document(report), lambda: run_text(report), as_json=as_json)
    return 0

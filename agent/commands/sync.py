"""`elearn sync`: one run. What it does is in `sync_run`."""

from __future__ import annotations

import click

from agent import mode
from agent.commands.frame import JSON, ChineseCommand
from scrapers.root import refuse_root


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
    refuse_root(mode.mode())
    from agent.commands.ahead import ahead  # noqa: PLC0415 - imports the driver, which the help does without

    with ahead("agent.commands.sync_run") as begun:
        code: int = begun.rest.run(begun, years, headed=headed, as_json=as_json)
    return code

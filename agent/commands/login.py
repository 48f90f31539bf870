"""`elearn login`: the person logs in, in a visible browser; the session is kept for later runs."""

from __future__ import annotations

import click

from agent import mode
from agent.access.credentials import Keyring
from agent.access.logging_in import Turn, log_in_by_hand
from agent.access.sessions import Sessions
from agent.commands.frame import JSON, ChineseCommand, opened, show
from agent.syncing import Order
from scrapers import gateways
from scrapers.browser import refuse_root


@click.command(
    "login",
    cls=ChineseCommand,
    help="開啟看得見的瀏覽器，由您親自登入（密碼、自然人憑證、驗證碼都可以）；程式不輸入、不點選任何東西。"
    "登入狀態會加密保存，供之後自動更新使用。",
    epilog="範例：elearn login",
)
@click.argument("gateway", required=False)
@click.option("--wait", type=float, default=15.0, show_default=True, help="最多等候幾分鐘。")
@JSON
def command(gateway: str | None, wait: float, as_json: bool) -> int:
    """The person's turn."""
    world = mode.mode()
    refuse_root(world)
    keyring = Keyring(world)
    with opened(locked=True) as (home, settings, store):
        chosen = gateways.load(gateway or settings.gateway or gateways.names()[0])
        sessions = Sessions(home, keyring)
        order = Order(home, settings, world, keyring, chosen.key, browser=mode.browser_path(), tell=_tell)
        log_in_by_hand(store, Turn(order, sessions, wait * 60))
    show(
        {"login": {"kept": True}},
        lambda: "已登入。登入狀態已加密保存，之後更新會直接使用；失效時會請您再登入一次。",
        as_json=as_json,
    )
    return 0


def _tell(step: str, detail: str) -> None:
    click.echo(f"{step}（{detail}）", err=True)

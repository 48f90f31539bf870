"""`elearn records`: rows that the portal no longer shows, and a person's word that they are gone."""

from __future__ import annotations

import click

from agent import clock
from agent.commands.asking import YES, agreed
from agent.commands.frame import JSON, ChineseCommand, ChineseGroup, opened, show
from agent.screens.losses_screen import accepted_text, losses_document, pending_text
from agent.upkeep.backups import make_backup

_MEANS = (
    "確認之後：這些紀錄仍完整保存，永遠不會刪除；判斷時列為「待認定」，由人事單位決定是否採計；之後的更新不再因此停止。"
    "日後平臺又顯示時，自動照常判斷。\n"
    "請先登入平臺，親自確認「個人專區 → 學習紀錄」真的沒有這些紀錄；不確定時請不要確認，先前的紀錄不會受影響。"
)


@click.group(
    "records",
    cls=ChineseGroup,
    help="平臺不再顯示的紀錄：逐筆列出、確認。",
    epilog="範例：elearn records lost",
)
def command() -> None:
    """The group."""


@command.command(
    "lost",
    cls=ChineseCommand,
    short_help="列出平臺不再顯示的紀錄",
    help="列出最近一次讀取所缺少的紀錄，以及先前已確認不再顯示的紀錄。",
    epilog="範例：elearn records lost",
)
@JSON
def lost(as_json: bool) -> int:
    """What is missing, and what was accepted."""
    with opened() as (_, _, store):
        pending, accepted = store.pending_losses(), store.accepted_losses()
    document = {"pending": losses_document(pending), "accepted": losses_document(accepted)}
    text = [pending_text(pending), accepted_text(accepted)]
    if pending:
        text.append("平臺確實不再顯示時，請執行 elearn records accept-loss。")
    show(document, lambda: "\n\n".join(filter(None, text)), as_json=as_json)
    return 0


@command.command(
    "accept-loss",
    cls=ChineseCommand,
    short_help="確認平臺確實不再顯示這些紀錄",
    help="逐筆列出最近一次讀取所缺少的紀錄，詢問後登記為「平臺不再顯示」。紀錄仍完整保存，判斷時列為待認定。",
    epilog="範例：elearn records accept-loss",
)
@YES
@JSON
def accept_loss(yes: bool, as_json: bool) -> int:
    """Show each row, ask, enter."""
    with opened(locked=True) as (home, _, store):
        pending = store.pending_losses()
        click.echo(pending_text(pending), err=as_json)
        count = 0
        if pending:
            click.echo(_MEANS, err=True)
            if agreed("這些紀錄，平臺確實不再顯示？", yes=yes):
                make_backup(home)
                count = store.accept_losses(pending, clock.now())
    document = {"lost": losses_document(pending), "accepted": count}
    if pending or as_json:
        show(document, lambda: _done(count), as_json=as_json)
    return 0


def _done(count: int) -> str:
    if not count:
        return "沒有變更。"
    return f"已登記 {count} 筆。請再執行 elearn sync；已準備而尚未送件的申請案若含這些課程，請重新準備。"

"""`elearn purge`: everything this program keeps is listed, removed on a yes, and looked for again."""

from __future__ import annotations

import sys

import click

from agent import mode
from agent.access.credentials import Keyring
from agent.commands.frame import JSON, ChineseCommand, show
from agent.errors import NoCredential
from agent.home import hold, open_home
from agent.screens.purge_screen import lines, receipt
from agent.upkeep.purging import Holdings, holdings, less, purge, remove_shell
from rules.errors import ConfigError


@click.command(
    "purge",
    cls=ChineseCommand,
    help="移除本程式在這台電腦保存的一切：先列出，確認後移除，再檢查一次。",
    epilog="範例：elearn purge --keep-claims",
)
@click.option("--yes", is_flag=True, help="不詢問，直接移除。")
@click.option("--keep-claims", is_flag=True, help="保留補休文件資料夾。")
@JSON
def command(yes: bool, keep_claims: bool, as_json: bool) -> int:
    """List, ask, remove, prove."""
    home = open_home(mode.home_path())
    world = mode.mode()
    keyring = Keyring(world)
    found = holdings(home, keyring, world)
    click.echo(_listed(found), err=as_json)
    if not found.is_empty and not yes and not _confirmed():
        return 0
    with hold(home):
        left = purge(home, keyring, world, keep_claims=keep_claims)
    remove_shell(home, world)
    removed = less(found, left)
    document = {"removed": _document(removed), "left": _document(left), "unsure": left.unsure or None}
    show(document, lambda: receipt(removed, left), as_json=as_json)
    return NoCredential.code if left.unsure else 0


def _confirmed() -> bool:
    if not sys.stdin.isatty():
        raise ConfigError("這裡無法詢問。", "請在終端機執行，或加上 --yes。")
    return bool(click.confirm("移除以上全部？", default=False))


def _listed(found: Holdings) -> str:
    if found.is_empty:
        return "沒有保存任何東西。"
    return "\n".join(("保存的東西：", *(f"  - {each}" for each in lines(found))))


def _document(found: Holdings) -> dict[str, object]:
    return {
        "files": [{"kind": word, "path": str(path), "count": count} for word, path, count in found.files],
        "keyring": list(found.keyring),
        "session_key": found.session_key,
        "autostart": [{"kind": title, "place": place} for title, place in found.autostart],
        "notice_addresses": found.notices,
        "icons": [str(each) for each in found.icons],
    }

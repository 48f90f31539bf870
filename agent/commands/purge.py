"""`elearn purge`: everything this program keeps is listed, removed on a yes, and looked for again."""

from __future__ import annotations

import sys

import click

from agent import mode
from agent.access.credentials import Keyring
from agent.commands.frame import JSON, ChineseCommand, show
from agent.errors import NoCredential
from agent.home import hold, open_home
from agent.upkeep.purging import Holdings, holdings, purge, remove_shell
from rules.errors import ConfigError
from scrapers import gateways


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
    removed = _less(found, left)
    document = {"removed": _document(removed), "left": _document(left), "unsure": left.unsure or None}
    show(document, lambda: _receipt(removed, left), as_json=as_json)
    return NoCredential.code if left.unsure else 0


def _confirmed() -> bool:
    if not sys.stdin.isatty():
        raise ConfigError("這裡無法詢問。", "請在終端機執行，或加上 --yes。")
    return bool(click.confirm("移除以上全部？", default=False))


def _less(found: Holdings, left: Holdings) -> Holdings:
    """What is no longer there: the proof is in the second look, not in having tried."""
    stayed = {path for _, path, _ in left.files}
    return Holdings(
        files=tuple(each for each in found.files if each[1] not in stayed),
        keyring=tuple(each for each in found.keyring if each not in left.keyring),
        session_key=found.session_key and not left.session_key,
        notices=found.notices and not left.notices,
        autostart=tuple(each for each in found.autostart if each not in left.autostart),
    )


def _listed(found: Holdings) -> str:
    if found.is_empty:
        return "沒有保存任何東西。"
    return "\n".join(("保存的東西：", *(f"  - {each}" for each in _lines(found))))


def _lines(found: Holdings) -> list[str]:
    lines = [f"{word}：{count} 個檔案（{path}）" for word, path, count in found.files]
    lines += [f"密碼保管功能：{gateways.load(key).title}的帳號密碼" for key in found.keyring]
    if found.session_key:
        lines.append("密碼保管功能：登入狀態的金鑰")
    if found.notices:
        lines.append("密碼保管功能：通知網址")
    lines += [f"登入時自動開始：{title}（{place}）" for title, place in found.autostart]
    if found.unsure:
        lines.append(f"密碼保管功能：無法查詢，帳號密碼可能還在（{found.unsure}）")
    return lines


def _receipt(removed: Holdings, left: Holdings) -> str:
    """Line by line what is gone, as looked up afterwards, and what is not."""
    lines = [f"✔ 已移除　{each}" for each in _lines(removed)]
    lines += [f"！ 仍保留　{each}" for each in _lines(left)]
    if left.unsure:
        lines.append("請登入桌面環境並解除鎖定後，再執行一次 elearn purge。")
    elif left.is_empty:
        lines.append("已全部移除，並已逐項再檢查一次，沒有留下。")
    return "\n".join(lines)


def _document(found: Holdings) -> dict[str, object]:
    return {
        "files": [{"kind": word, "path": str(path), "count": count} for word, path, count in found.files],
        "keyring": list(found.keyring),
        "session_key": found.session_key,
        "autostart": [{"kind": title, "place": place} for title, place in found.autostart],
        "notice_addresses": found.notices,
    }

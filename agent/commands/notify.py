"""`elearn notify`: where notices go. An address holds a token or a password: it is asked hidden and never shown."""

from __future__ import annotations

import sys

import click

from agent import clock, mode
from agent.access.credentials import Keyring
from agent.commands.frame import JSON, ChineseCommand, ChineseGroup, opened, show
from agent.notices.addresses import Service, add_address, remove_address, services
from agent.notices.telling import last_failure
from agent.notices.wording import TITLE, Message
from agent.roc import roc_datetime
from rules.errors import ConfigError
from scrapers.errors import Unavailable


@click.group(
    "notify",
    cls=ChineseGroup,
    help="通知送到哪裡：桌面，以及電子郵件、LINE、Telegram 等（Apprise 的網址）。\n\n"
    "網址含權杖或密碼，只存在作業系統的密碼保管功能，不會顯示。只在 07:30–21:00 通知，同一件事只說一次。",
    epilog="範例：elearn notify add",
)
def command() -> None:
    """The group."""


@command.command(
    "add",
    cls=ChineseCommand,
    short_help="加入一個通知網址",
    help="加入一個通知網址（Apprise 的寫法，例如 mailto://…、line://…、tgram://…）；輸入時不會顯示。",
    epilog="範例：elearn notify add",
)
@click.option("--address-stdin", is_flag=True, help="從標準輸入讀取網址（一行）。")
@JSON
def add(address_stdin: bool, as_json: bool) -> int:
    """Keep one more address."""
    address = sys.stdin.readline().strip() if address_stdin else _ask()
    if not address:
        raise ConfigError("沒有輸入通知網址。", "請再執行一次，或把網址寫入標準輸入的第一行。")
    keyring = Keyring(mode.mode())
    added = add_address(keyring, address)
    show(
        _document(keyring),
        lambda: f"已加入 {added.number}　{added.name}。請執行 elearn notify test 試送一則。",
        as_json=as_json,
    )
    return 0


def _ask() -> str:
    if not sys.stdin.isatty():
        raise ConfigError("這裡無法詢問通知網址。", "請在終端機執行，或改用 --address-stdin。")
    return str(click.prompt("通知網址（不會顯示）", hide_input=True, err=True)).strip()


@command.command(
    "list",
    cls=ChineseCommand,
    short_help="列出通知方式",
    help="列出通知方式（只列服務名稱），以及最近一次送不出去的情形。",
    epilog="範例：elearn notify list",
)
@JSON
def list_(as_json: bool) -> int:
    """The services, the settings, and what failed last."""
    keyring = Keyring(mode.mode())
    with opened() as (_, settings, store):
        failure = last_failure(store)
        waiting = len(store.untold_notices())
    found = services(keyring)
    document = {
        **_document(keyring),
        "desktop": settings.notices.desktop,
        "detail": settings.notices.detail,
        "waiting": waiting,
        "last_failure": {"at": failure[0].isoformat(), "services": list(failure[1])} if failure else None,
    }
    lines = [*map(_line, found)] or ["還沒有加入通知網址（elearn notify add）。"]
    lines.append("桌面通知：" + ("開" if settings.notices.desktop else "關"))
    if waiting:
        lines.append(f"等候中的通知：{waiting} 則。")
    if failure:
        when = roc_datetime(failure[0].astimezone(clock.TAIPEI))
        lines.append(f"！ {when} 無法送達：{'、'.join(failure[1])}。")
    show(document, lambda: "\n".join(lines), as_json=as_json)
    return 0


@command.command(
    "test",
    cls=ChineseCommand,
    short_help="試送一則",
    help="對每一種通知方式試送一則；有一種送不出去時結束代碼為 12。",
    epilog="範例：elearn notify test",
)
@JSON
def test(as_json: bool) -> int:
    """One message to every service and the desktop. Raises Unavailable where one was not reached."""
    from agent.notices.delivering import deliver  # noqa: PLC0415 - Apprise is slow to load

    world = mode.mode()
    with opened() as (_, settings, _):
        desktop = settings.notices.desktop
    title = f"{TITLE}（測試）" if world.is_replica else TITLE
    addresses = Keyring(world).notice_addresses()
    if not addresses and not desktop:
        raise ConfigError("沒有任何通知方式。", "請執行 elearn notify add。")
    done = deliver(Message(title, "這是一則試送的通知。"), addresses, desktop=desktop)
    if done.failed:
        reached = f"；已送達：{'、'.join(done.reached)}" if done.reached else ""
        raise Unavailable(
            f"無法送達：{'、'.join(done.failed)}{reached}。",
            "請確認網址與網路；桌面通知可在 config.toml 的 [notices] 關閉。",
        )
    text = f"已送達：{'、'.join(done.reached)}。"
    show({"reached": list(done.reached), "failed": []}, lambda: text, as_json=as_json)
    return 0


@command.command(
    "remove",
    cls=ChineseCommand,
    short_help="移除一個通知網址",
    help="移除編號 NUMBER 的通知網址（elearn notify list），或 --all 全部。",
    epilog="範例：elearn notify remove 1",
)
@click.argument("number", type=int, required=False)
@click.option("--all", "everything", is_flag=True, help="全部移除。")
@JSON
def remove(number: int | None, everything: bool, as_json: bool) -> int:
    """Forget one address, or all."""
    keyring = Keyring(mode.mode())
    if everything:
        keyring.keep_notice_addresses(())
        text = "已移除全部通知網址。"
    elif number is None:
        raise ConfigError("沒有指定要移除哪一個。", "請寫編號（elearn notify list），或 --all。")
    else:
        gone = remove_address(keyring, number)
        text = f"已移除 {gone.number}　{gone.name}。"
    show(_document(keyring), lambda: text, as_json=as_json)
    return 0


def _line(each: Service) -> str:
    return f"{each.number}　{each.name}（{each.scheme}://…）"


def _document(keyring: Keyring) -> dict[str, object]:
    return {
        "services": [
            {"number": each.number, "name": each.name, "scheme": each.scheme} for each in services(keyring)
        ]
    }

"""`elearn credentials`: the keyring entry of a gateway. No password is ever shown, echoed or taken as an argument."""

from __future__ import annotations

import sys

import click

from agent import mode
from agent.access.attempts import StoredLedger, person_acted
from agent.access.credentials import Keyring, masked
from agent.access.displaced import left_alone_until
from agent.commands.frame import JSON, ChineseCommand, ChineseGroup, opened, show
from rules.errors import ConfigError, ElearnError
from scrapers import gateways
from scrapers.credential import Credential


@click.group(
    "credentials",
    cls=ChineseGroup,
    help="把帳號密碼存進（或移出）作業系統的密碼保管功能。\n\n密碼不寫入檔案、不顯示；程式每次登入只送出一次，被拒絕就不再試。",
    epilog="範例：elearn credentials set ecpa --account myname",
)
def command() -> None:
    """The group."""


@command.command(
    "set",
    cls=ChineseCommand,
    short_help="儲存帳號密碼",
    help="儲存登入方式 GATEWAY（ecpa 人事服務網、egov 我的e政府）的帳號與密碼。",
    epilog="範例：elearn credentials set ecpa --account myname",
)
@click.argument("gateway")
@click.option("--account", required=True, help="帳號（人事服務網的自訂帳號，或我的e政府帳號）。")
@click.option("--password-stdin", is_flag=True, help="從標準輸入讀取密碼（一行）。")
@JSON
def set_(gateway: str, account: str, password_stdin: bool, as_json: bool) -> int:
    """Store one credential, and end whatever an earlier refusal had stopped."""
    found = gateways.load(gateway)
    if not account.strip():
        raise ConfigError("帳號是空白的。", "請以 --account 指定帳號。")
    password = _from_stdin() if password_stdin else _ask()
    keyring = Keyring(mode.mode())
    with opened() as (_, _, store):
        keyring.write(found.key, Credential(account.strip(), password))
        person_acted(store, mode.mode(), found.key, "credentials")
    show(
        {"gateways": [_status(keyring, found.key, frozen=False)]},
        lambda: (
            f"已儲存{found.title}的帳號密碼（{masked(account.strip())}）。密碼只存在這台電腦的密碼保管功能。"
        ),
        as_json=as_json,
    )
    return 0


def _from_stdin() -> str:
    line = sys.stdin.readline().rstrip("\r\n")
    if not line:
        raise ConfigError("標準輸入沒有密碼。", "請把密碼寫入標準輸入的第一行。")
    return line


def _ask() -> str:
    if not sys.stdin.isatty():
        raise ConfigError("這裡無法詢問密碼。", "請在終端機執行，或改用 --password-stdin。")
    password: str = click.prompt("密碼（不會顯示）", hide_input=True, confirmation_prompt="再輸入一次")
    return password


@command.command(
    "clear",
    cls=ChineseCommand,
    short_help="移除帳號密碼",
    help="從密碼保管功能移除登入方式 GATEWAY 的帳號密碼。",
    epilog="範例：elearn credentials clear ecpa",
)
@click.argument("gateway")
@JSON
def clear(gateway: str, as_json: bool) -> int:
    """Remove one credential."""
    found = gateways.load(gateway)
    keyring = Keyring(mode.mode())
    removed = keyring.clear(found.key)
    text = f"已移除{found.title}的帳號密碼。" if removed else f"原本就沒有儲存{found.title}的帳號密碼。"
    show({"gateways": [_status(keyring, found.key, frozen=False)]}, lambda: text, as_json=as_json)
    return 0


@command.command(
    "status",
    cls=ChineseCommand,
    short_help="有沒有儲存，是否已暫停使用",
    help="每一種登入方式有沒有儲存帳號密碼、是否因為被拒絕而暫停使用。",
    epilog="範例：elearn credentials status",
)
@JSON
def status(as_json: bool) -> int:
    """What is stored, masked."""
    keyring = Keyring(mode.mode())
    with opened() as (_, settings, store):
        ledger = StoredLedger(store, keyring, mode.mode())
        stopped = {key: ledger.stopped(gateways.load(key)) for key in gateways.names()}
        alone = left_alone_until(store, settings.limits.hours_after_displaced)
    rows = [_status(keyring, key, frozen=why is not None) for key, why in stopped.items()]
    lines = [line for row, why in zip(rows, stopped.values(), strict=True) for line in _lines(row, why)]
    if alone is not None:
        lines.append(f"您先前在別處使用平臺：{alone:%m/%d %H:%M} 之前不會自動更新，以免把您登出。")
    show({"gateways": rows}, lambda: "\n".join(lines), as_json=as_json)
    return 0


def _status(keyring: Keyring, gateway: str, *, frozen: bool) -> dict[str, object]:
    account = keyring.account(gateway)
    return {
        "key": gateway,
        "account_masked": masked(account) if account else None,
        "stored": account is not None,
        "frozen": frozen,
    }


def _lines(row: dict[str, object], why: ElearnError | None) -> list[str]:
    """A line on the gateway, and where it is stopped what happened and the one step that ends it."""
    title = gateways.load(str(row["key"])).title
    stored = f"已儲存（{row['account_masked']}）" if row["stored"] else "未儲存"
    line = f"{row['key']}　{title}：{stored}"
    if why is None:
        return [line]
    return [f"{line}；已暫停使用", f"    {why.message}", f"    → {why.remedy}"]

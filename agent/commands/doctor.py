"""`elearn doctor`: what this program needs of the machine."""

from __future__ import annotations

from pathlib import Path

import click

from agent import mode
from agent.access.credentials import Keyring
from agent.clock import today
from agent.commands.asking import YES
from agent.commands.frame import JSON, ChineseCommand, show
from agent.home import open_home
from agent.upkeep.diagnosing import FAIL, OK, WARN, Check, diagnose

_SIGN = {OK: "✔", WARN: "！", FAIL: "✖"}


@click.command(
    "doctor",
    cls=ChineseCommand,
    help="檢查這台電腦是否具備所需的一切：瀏覽器與政策、字型、密碼保管功能、磁碟、資料庫、日曆與計畫、最近的更新。除非加上 --online，不連線。",
    epilog="範例：elearn doctor",
)
@click.option(
    "--bundle", "bundled", is_flag=True, help="製作求助檔：先逐行顯示全部內容，同意後存成一個 zip 檔。"
)
@click.option("--out", type=click.Path(dir_okay=False, path_type=Path), default=None, help="求助檔的檔名。")
@click.option(
    "--online", is_flag=True, help="另外與平臺和登入網站建立加密連線，看憑證由誰簽發；不登入、不送資料。"
)
@YES
@JSON
def command(bundled: bool, out: Path | None, online: bool, yes: bool, as_json: bool) -> int:
    """0 when nothing fails, 3 when something does; with --bundle 0 once it is saved, or was not wanted after all."""
    home, keyring = open_home(mode.home_path()), Keyring(mode.mode())
    checks = diagnose(home, keyring, today(), online=online)
    if bundled:
        from agent.commands.bundling import offer_bundle  # noqa: PLC0415 - most calls need none of it

        return offer_bundle(home, keyring, checks, out, yes=yes, as_json=as_json)
    rows = [
        {"key": each.key, "state": each.state, "text": each.text, "remedy": each.remedy} for each in checks
    ]
    show({"checks": rows}, lambda: "\n".join(map(_line, checks)), as_json=as_json)
    return 3 if any(each.state == FAIL for each in checks) else 0


def _line(check: Check) -> str:
    remedy = f"\n    → {check.remedy}" if check.remedy else ""
    return f"{_SIGN[check.state]} {check.text}{remedy}"

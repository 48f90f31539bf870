"""`elearn verify`: a claim folder or zip."""

from __future__ import annotations

from pathlib import Path

import click

from agent.claims.verifying import LIMITS, Verification, verify
from agent.commands.frame import JSON, ChineseCommand, show


@click.command(
    "verify",
    cls=ChineseCommand,
    help="檢核申請文件：檔案是否完整未改、重新判讀網頁、以內建的計畫與日曆重新判斷。\n\n" + LIMITS,
    epilog="範例：elearn verify 申請資料夾",
)
@click.argument("path", type=click.Path(path_type=Path))
@JSON
def command(path: Path, as_json: bool) -> int:
    """0 when the claim holds together, 3 when it does not."""
    found = verify(path)
    document = {"ok": found.ok, "problems": list(found.problems), "check_code": found.code, "limits": LIMITS}
    show(document, lambda: _text(found), as_json=as_json)
    return 0 if found.ok else 3


def _text(found: Verification) -> str:
    if found.ok:
        return f"✔ 檔案完整・重新判讀與申請表一致・{found.hours} 小時（核對碼 {found.code}）\n{LIMITS}"
    return "\n".join(("✖ 申請文件前後不符：", *(f"  - {each}" for each in found.problems), LIMITS))

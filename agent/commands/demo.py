"""`elearn demo`: the whole job against the bundled replica portal, in a throw-away home, judged on 2023-08-31."""

from __future__ import annotations

from pathlib import Path

import click

from agent.commands.frame import JSON, ChineseCommand, Progress, show
from agent.screens.claim_screen import claim_document
from agent.screens.demo_screen import demo_text


@click.command(
    "demo",
    cls=ChineseCommand,
    help="用內建的複製平臺與測試資料做一遍：登入、讀取學習紀錄、判斷、準備申請文件。不需要帳號與網路，文件都標示「測試」。",
    epilog="範例：elearn demo --out 示範",
)
@click.option(
    "--out",
    type=click.Path(file_okay=False, path_type=Path),
    default=Path("elearn-demo"),
    show_default=True,
    help="文件放在這個資料夾。",
)
@JSON
def command(out: Path, as_json: bool) -> int:
    """The whole job."""
    from agent.demonstrating import demonstrate  # noqa: PLC0415 - the help needs no replica

    progress = Progress()
    try:
        shown = demonstrate(out, progress)
    finally:
        progress.done()
    show(claim_document(shown.prepared), lambda: demo_text(shown), as_json=as_json)
    return 0

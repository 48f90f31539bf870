"""`elearn backup`: everything of this home in one file, without any password, for another computer or a safe place."""

from __future__ import annotations

from pathlib import Path

import click

from agent import clock, mode
from agent.commands.frame import JSON, ChineseCommand, show
from agent.home import hold, open_home
from agent.roc import roc_year
from agent.upkeep.carrying import PackedBackup, pack


@click.command(
    "backup",
    cls=ChineseCommand,
    help="把紀錄、設定、計畫、機關設定檔、差勤資料、申請案與保存的網頁存成一個備份檔，可帶到新電腦以 elearn restore 還原。"
    "備份檔不含密碼、登入狀態與通知網址，但含您的學習紀錄，請自行妥善保管。",
    epilog="範例：elearn backup --out 我的備份.zip",
)
@click.option(
    "--out",
    type=click.Path(dir_okay=False, path_type=Path),
    default=None,
    help="備份檔，預設存在目前的資料夾，檔名含日期。",
)
@JSON
def command(out: Path | None, as_json: bool) -> int:
    """One file to carry."""
    home = open_home(mode.home_path())
    today = clock.today()
    target = out or Path(f"elearn備份-{roc_year(today)}{today:%m%d}.zip")
    with hold(home):
        done = pack(home, target.expanduser().absolute())
    document = {"backup": {"path": str(done.path), "files": done.files, "left_out": list(done.left_out)}}
    show(document, lambda: _text(done), as_json=as_json)
    return 0


def _text(done: PackedBackup) -> str:
    lines = [
        f"已備份 {done.files} 個檔案：{done.path}",
        "備份檔不含密碼；在新電腦執行 elearn restore 還原後，請再輸入一次密碼。",
    ]
    if done.left_out:
        lines.append(
            f"！ 文件放在別處、沒有備份到的申請案：{'、'.join(done.left_out)}；請自行複製它們的資料夾。"
        )
    return "\n".join(lines)

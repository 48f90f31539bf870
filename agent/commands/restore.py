"""`elearn restore`: a backup put back in the database's place."""

from __future__ import annotations

from pathlib import Path

import click

from agent import mode
from agent.commands.frame import JSON, ChineseCommand, show
from agent.home import hold, open_home
from agent.upkeep.backups import backups, restore


@click.command(
    "restore",
    cls=ChineseCommand,
    help="以備份還原紀錄資料庫：指定的檔案，或最近一份完整的備份。原來的資料庫會移到旁邊保留，不會刪除。",
    epilog="範例：elearn restore --list",
)
@click.argument("file", required=False, type=click.Path(path_type=Path))
@click.option("--list", "listing", is_flag=True, help="只列出現有的備份。")
@JSON
def command(file: Path | None, listing: bool, as_json: bool) -> int:
    """Put a backup back, or list them."""
    home = open_home(mode.home_path())
    if listing:
        found = backups(home)
        rows = [{"path": str(each.path), "made_at": each.made_at.isoformat()} for each in found]
        text = "\n".join(f"{each.made_at:%Y-%m-%d %H:%M:%S}　{each.path}" for each in found) or "還沒有備份。"
        show({"backups": rows}, lambda: text, as_json=as_json)
        return 0
    with hold(home):
        chosen, aside = restore(home, file)
    kept = f"原來的資料庫保留在 {aside}。" if aside else "原本沒有資料庫。"
    document = {"restored": str(chosen), "kept": str(aside) if aside else None}
    show(document, lambda: f"已還原 {chosen}。{kept}", as_json=as_json)
    return 0
